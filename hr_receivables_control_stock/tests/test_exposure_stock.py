from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import StockCreditCommon


@tagged("post_install", "-at_install")
class TestExposureStock(StockCreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_account(cls.customer, 0.0, mode="unlimited")

    def test_conserved_from_order_to_payment(self):
        order = self._create_goods_order((self.product, 10, 65.35))
        self.assertParts(0.0, 0.0, 653.5)
        self._deliver(self._get_open_picking(order), 4)
        self.assertParts(0.0, 261.4, 392.1)
        draft = self._invoice(order, post=False)
        self.assertParts(0.0, 261.4, 392.1)
        draft.action_post()
        self.assertParts(261.4, 0.0, 392.1)
        self._deliver(self._get_open_picking(order))
        self.assertParts(261.4, 392.1, 0.0)
        last = self._invoice(order)
        self.assertParts(653.5, 0.0, 0.0)
        self._pay(draft | last, 653.5)
        self.assertParts(0.0, 0.0, 0.0)

    def test_a_cancelled_backorder_drops_out(self):
        order = self._create_goods_order((self.product, 10, 10.0))
        self._deliver(self._get_open_picking(order), 4)
        self._get_open_picking(order).action_cancel()
        self.assertParts(0.0, 40.0, 0.0)
        self._invoice(order)
        self.assertParts(40.0, 0.0, 0.0)

    def test_a_backorder_that_was_never_made_drops_out(self):
        order = self._create_goods_order((self.product, 10, 10.0))
        self._deliver(self._get_open_picking(order), 4, backorder=False)
        self.assertFalse(self._get_open_picking(order))
        self.assertParts(0.0, 40.0, 0.0)

    def test_a_cancelled_transfer_drops_out_and_a_higher_quantity_comes_back(self):
        order = self._create_goods_order((self.product, 10, 10.0))
        self._get_open_picking(order).action_cancel()
        self.assertParts(0.0, 0.0, 0.0)
        order.order_line.product_uom_qty = 12
        self.assertParts(0.0, 0.0, 120.0)

    def test_quantities_changed_on_the_order(self):
        order = self._create_goods_order((self.product, 10, 10.0))
        order.order_line.product_uom_qty = 6
        self.assertParts(0.0, 0.0, 60.0)
        self._deliver(self._get_open_picking(order), 2)
        order.order_line.product_uom_qty = 8
        self.assertParts(0.0, 20.0, 60.0)

    def test_what_is_invoiced_as_ordered_stays(self):
        order = self._create_goods_order((self.ordered_product, 10, 10.0))
        self._deliver(self._get_open_picking(order), 4, backorder=False)
        self.assertParts(0.0, 40.0, 60.0)
        self._invoice(order)
        self.assertParts(100.0, 0.0, 0.0)

    def test_over_delivery_counts(self):
        for product in self.product | self.ordered_product:
            order = self._create_goods_order((product, 10, 10.0))
            self._deliver(self._get_open_picking(order), 12)
            self.assertParts(0.0, 120.0, 0.0)
            order.with_user(self.controller).action_credit_short_close("Next one")

    def test_returns(self):
        order = self._create_goods_order((self.product, 10, 10.0))
        done = self._deliver(self._get_open_picking(order))
        self._return(done, 2, to_refund=False)
        self.assertParts(0.0, 100.0, 0.0)
        self._return(done, 3, to_refund=True)
        self.assertParts(0.0, 70.0, 0.0)

    def test_return_and_refund_after_the_invoice(self):
        order = self._create_goods_order((self.product, 10, 10.0))
        done = self._deliver(self._get_open_picking(order))
        invoice = self._invoice(order)
        self._return(done, 3, to_refund=True)
        self.assertParts(100.0, 0.0, 0.0)
        refund = order._create_invoices(final=True)
        self.assertEqual((refund.move_type, refund.amount_total), ("out_refund", 30.0))
        refund.action_post()
        self.assertParts(70.0, 0.0, 0.0)
        self._pay(invoice, 70.0)
        self.assertParts(0.0, 0.0, 0.0)

    def test_goods_sent_again_for_returned_ones_are_not_owed_twice(self):
        order = self._create_goods_order((self.product, 10, 10.0))
        back = self._return(self._deliver(self._get_open_picking(order)), 3, to_refund=False)
        self._return(back, 3, to_refund=False)
        self.assertParts(0.0, 100.0, 0.0)

    def test_another_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._create_goods_order((self.product, 2, 120.0))
        order.order_line.write({"product_uom_id": dozen.id, "price_unit": 120.0})
        self.assertParts(0.0, 0.0, 240.0)
        order = self._create_goods_order((self.product, 1, 10.0), confirm=False)
        order.order_line.write(
            {"product_uom_id": dozen.id, "product_uom_qty": 3, "price_unit": 120.0}
        )
        order.action_confirm()
        self.assertParts(0.0, 0.0, 600.0)
        picking = self._get_open_picking(order)
        self._deliver(picking, 12 if picking.move_ids.product_uom == self.product.uom_id else 1)
        self.assertParts(0.0, 120.0, 480.0)
        self._get_open_picking(order).action_cancel()
        self.assertParts(0.0, 120.0, 240.0)

    def test_two_steps_count_once(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self._create_goods_order((self.product, 10, 10.0))
        self.assertParts(0.0, 0.0, 100.0)
        self._deliver(self._get_open_picking(order), 6)
        self.assertParts(0.0, 0.0, 100.0)
        for picking in order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel")):
            if picking.picking_type_id == self.warehouse.pick_type_id:
                picking.action_cancel()
        self.assertParts(0.0, 0.0, 60.0)
        self._deliver(self._get_open_picking(order))
        self.assertParts(0.0, 60.0, 0.0)

    def test_a_short_pick_without_backorder_drops_out(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self._create_goods_order((self.product, 10, 10.0))
        self._deliver(self._get_open_picking(order), 6, backorder=False)
        self.assertParts(0.0, 0.0, 60.0)
        self._deliver(self._get_open_picking(order))
        self.assertParts(0.0, 60.0, 0.0)

    def test_a_transfer_raised_by_hand_counts_when_it_is_done(self):
        order = self._create_goods_order((self.product, 10, 10.0))
        picking = self._get_open_picking(order)
        picking.move_ids.product_uom_qty = 15
        self.assertParts(0.0, 0.0, 100.0)
        self._deliver(picking, 12)
        self.assertParts(0.0, 120.0, 0.0)

    def test_the_index_of_what_was_given_up_is_used(self):
        exposure = self.env["credit.exposure"]
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            SQL(
                "EXPLAIN %s",
                exposure._sql_orders(
                    exposure._sql_candidates_open(self.account), self.account.company_id
                ),
            )
        )
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("stock_move_credit_given_up_idx", plan)

    def test_dropship_counts_as_ordered_until_it_moves(self):
        order = self._create_goods_order((self.product, 10, 10.0))
        # bought for the customer: the transfer of our own is gone, nothing moves yet
        picking = self._get_open_picking(order)
        picking.action_cancel()
        picking.move_ids.unlink()
        self.assertParts(0.0, 0.0, 100.0)
        suppliers = self.env.ref("stock.stock_location_suppliers")
        drop = self._ship_by_hand(order, self.product, 6, location_id=suppliers.id)
        drop.location_id = suppliers
        self.assertParts(0.0, 0.0, 100.0)
        self._deliver(drop, 6)
        self.assertEqual(order.order_line.qty_delivered, 6.0)
        self.assertParts(0.0, 60.0, 40.0)

    def test_cancelled_and_confirmed_again_counts_in_full(self):
        order = self._create_goods_order((self.product, 10, 10.0))
        order._action_cancel()
        self.assertParts(0.0, 0.0, 0.0)
        order.action_draft()
        self._create_account(self.customer, 99.0)
        order.with_user(self.salesman).action_confirm()
        self.assertEqual((order.state, order.credit_state), ("draft", "hold"))
        self._create_account(self.customer, 100.0)
        order.with_user(self.salesman).action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertParts(0.0, 0.0, 100.0)
        self._deliver(self._get_open_picking(order), 4)
        self._get_open_picking(order).action_cancel()
        self.assertParts(0.0, 40.0, 0.0)

    def _take_back(self, order):
        """Cancelled by somebody who may give up what is delivered, and a quotation again."""
        order = order.with_user(self.env.ref("base.user_root"))
        order._action_cancel()
        order.action_draft()

    def test_moves_of_an_earlier_life_say_nothing_while_there_are_no_new_ones(self):
        order = self._create_goods_order((self.product, 10, 10.0))
        self._deliver(self._get_open_picking(order), 4)
        self._take_back(order)
        # confirmed without its transfers: bought for the customer, or by a bare write
        order.with_context(skip_procurement=True).action_confirm()
        self.assertFalse(self._get_open_picking(order))
        self.assertParts(0.0, 40.0, 60.0)

    def test_delivered_before_it_was_cancelled_and_confirmed_again(self):
        order = self._create_goods_order((self.product, 10, 10.0))
        self._deliver(self._get_open_picking(order), 4)
        self._take_back(order)
        order.with_user(self.salesman).action_confirm()
        self.assertParts(0.0, 40.0, 60.0)

    def test_clients_cannot_move_the_mark_of_earlier_moves(self):
        order = self._create_goods_order((self.product, 10, 10.0))
        self.assertFalse(
            order.order_line.with_user(self.salesman)._has_field_access(
                order.order_line._fields["credit_moves_until"], "write"
            )
        )

    def test_a_service_beside_goods(self):
        service = self.product.create(
            {
                "name": "Transport",
                "type": "service",
                "invoice_policy": "delivery",
                "taxes_id": False,
            }
        )
        order = self._create_goods_order((self.product, 10, 10.0), (service, 2, 25.0))
        self._deliver(self._get_open_picking(order), 4)
        order.order_line[1].qty_delivered = 1
        self.assertParts(0.0, 65.0, 85.0)

    def test_a_foreign_currency(self):
        euro = (
            self.env["res.currency"].with_context(active_test=False).search([("name", "=", "EUR")])
        )
        euro = euro if euro != self.company.currency_id else self.env.ref("base.CHF")
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": fields.Date.today(),
                "rate": 0.5,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": euro.id, "company_id": self.company.id}
        )
        order = self._create_goods_order((self.product, 10, 10.0), pricelist_id=pricelist.id)
        self._deliver(self._get_open_picking(order), 4)
        self.assertParts(0.0, 80.0, 120.0)
        self._get_open_picking(order).action_cancel()
        self.assertParts(0.0, 80.0, 0.0)

    def test_a_down_payment_is_no_part_of_what_was_delivered(self):
        order = self._create_goods_order((self.product, 10, 10.0))
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "fixed", "fixed_amount": 30.0})
        )
        wizard.create_invoices()
        order.invoice_ids.action_post()
        self.assertParts(30.0, 0.0, 70.0)
        self._deliver(self._get_open_picking(order), 5)
        self.assertParts(30.0, 20.0, 50.0)

    def test_one_query_for_any_number(self):
        partners = self.customer.create([{"name": f"Customer {n}"} for n in range(6)])
        accounts = self.env["credit.account"]._ensure(partners, self.company)
        for partner in partners:
            order = self._create_goods_order(
                (self.product, 1, 0.0), confirm=False, partner_id=partner.id
            )
            order.action_confirm()
        Exposure = self.env["credit.exposure"]
        for batch in (accounts[:1], accounts):
            Exposure._get(batch)
            with self.assertQueryCount(1):
                Exposure._get(batch)
            with self.assertQueryCount(1):
                Exposure._get_delivered(batch)

    def test_tax_and_discount(self):
        tax = self.env["account.tax"].create(
            {"name": "VAT 13", "amount": 13.0, "company_id": self.company.id}
        )
        order = self._create_goods_order((self.product, 10, 10.0))
        order.order_line.write({"tax_ids": [Command.set(tax.ids)], "discount": 10.0})
        self._deliver(self._get_open_picking(order), 3)
        self.assertParts(0.0, 30.51, 71.19)

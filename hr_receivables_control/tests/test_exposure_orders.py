from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .exposure_common import ExposureCommon


@tagged("post_install", "-at_install")
class TestExposureOrders(ExposureCommon):
    """What a confirmed order holds, line by line, before anything is invoiced."""

    def test_quotation_holds_nothing(self):
        self._quote(self._line(650.35))
        self.assertParts()

    def test_whole_order_holds_its_total_with_tax(self):
        self._order(self._line(650.35, 3, taxes=self.tax))
        self.assertParts(orders=2204.69)

    def test_tax_included_in_the_price_is_not_added(self):
        self._order(self._line(650.35, 3, taxes=self.tax_included))
        self.assertParts(orders=1951.05)

    def test_lines_and_discounts_are_added_up(self):
        self._order(
            self._line(100.0, 3, discount=10.0, taxes=self.tax),
            self._line(50.0, 2),
            self._line(19.99, 7, taxes=self.tax_included, discount=33.33),
        )
        self.assertParts(orders=round(305.10 + 100.0 + 93.29, 2))

    def test_sections_and_notes_hold_nothing(self):
        self._order(
            Command.create({"display_type": "line_section", "name": "Bathroom"}),
            self._line(100.0),
            Command.create({"display_type": "line_note", "name": "Handle with care"}),
        )
        self.assertParts(orders=100.0)

    def test_negative_price_reduces_its_own_order(self):
        self._order(self._line(1000.0), self._line(-150.0))
        self.assertParts(orders=850.0)

    def test_goods_taken_in_exchange_reduce_their_own_order(self):
        self._order(self._line(100.0, 10), self._line(100.0, -4))
        self.assertParts(orders=600.0)

    def test_return_order_gives_no_room_before_its_credit_note(self):
        self._order(self._line(1000.0))
        order = self._order(self._line(100.0, -4))
        self.assertParts(orders=1000.0)
        self._invoice(order)
        self.assertParts(receivable=-400.0, orders=1000.0)

    def test_order_of_nothing(self):
        order = self._order()
        self.assertEqual(order.state, "sale")
        self.assertParts()

    def test_rounding_over_the_whole_order_equals_its_total(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        order = self._order(*(self._line(0.55, taxes=self.tax) for _number in range(7)))
        self.assertNotEqual(
            round(sum(order.order_line.mapped("price_total")), 2), order.amount_total
        )
        self.assertParts(orders=order.amount_total)

    def test_rounding_over_the_whole_order_keeps_within_a_cent_per_invoice(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        order = self._order(*(self._line(0.55, 2, taxes=self.tax) for _number in range(7)))
        before = order.amount_total
        for number in range(1, 3):
            self._invoice(order, [1.0] * 7)
            self.assertAlmostEqual(self._get_exposure().total, before, delta=0.01 * number + 10**-6)

    def test_early_payment_discount_does_not_move_with_invoicing(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2% 10 days",
                "early_discount": True,
                "early_pay_discount_computation": "mixed",
                "discount_percentage": 2.0,
                "discount_days": 10,
            }
        )
        order = self._order(self._line(100.0, 10, taxes=self.tax), payment_term_id=term.id)
        self.assertEqual(order.amount_total, 1127.40)
        self.assertParts(orders=1127.40)
        self._invoice(order, [4.0])
        self.assertParts(receivable=450.96, orders=676.44)

    # Ordered, delivered, invoiced ---------------------------------------------------------------

    def test_delivery_policy_order_holds_before_delivery(self):
        order = self._order(self._line(100.0, 10, self.service))
        self.assertEqual(order.invoice_status, "no")
        self.assertParts(orders=1000.0)

    def test_delivering_and_invoicing_moves_but_does_not_change(self):
        order = self._order(self._line(100.0, 10, self.service, self.tax))
        order.order_line.qty_delivered = 4.0
        self.assertParts(orders=1130.0)
        self._invoice(order)
        self.assertParts(receivable=452.0, orders=678.0)
        order.order_line.qty_delivered = 10.0
        self._invoice(order)
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertParts(receivable=1130.0)

    def test_over_delivery_of_either_policy_is_owed(self):
        for product in (self.service, self.product):
            order = self._order(self._line(100.0, 10, product))
            order.order_line.qty_delivered = 12.0
            self.assertParts(orders=1200.0)
            self._invoice(order)
            expected = {"delivery": (1200.0, 0.0), "order": (1000.0, 200.0)}
            self.assertParts(*expected[product.invoice_policy])
            order._action_cancel()
            order.invoice_ids.button_draft()
            order.invoice_ids.button_cancel()

    def test_delivered_without_having_been_ordered(self):
        group = self.env["account.tax"].create(
            {
                "name": "VAT and levy",
                "amount_type": "group",
                "type_tax_use": "sale",
                "company_id": self.company.id,
                "children_tax_ids": [
                    Command.set(
                        (
                            self._create_tax("VAT", 13.0, "tax_excluded")
                            + self._create_tax("Levy", 1.5, False, amount_type="fixed")
                        ).ids
                    )
                ],
            }
        )
        for taxes, amount in (
            (None, 270.0),
            (self.tax, 305.10),
            (self.tax_included, 270.0),
            (group, 309.60),
        ):
            order = self._order(self._line(100.0, 0, self.service, taxes, discount=10.0))
            self.assertParts()
            order.order_line.qty_delivered = 3.0
            self.assertParts(orders=amount)
            self._invoice(order)
            self.assertParts(receivable=amount)
            self._pay(order.invoice_ids)

    def test_quantity_and_price_changes_of_a_confirmed_order(self):
        order = self._order(self._line(100.0, 10, taxes=self.tax))
        order.order_line.product_uom_qty = 12.0
        self.assertParts(orders=1356.0)
        order.order_line.price_unit = 90.0
        self.assertParts(orders=1220.40)
        order.order_line.product_uom_qty = 0.0
        self.assertParts()

    def test_ordering_less_than_invoiced_gives_nothing_back(self):
        order = self._order(self._line(100.0, 10))
        self._invoice(order)
        order.order_line.product_uom_qty = 6.0
        self.assertParts(receivable=1000.0)
        self._invoice(order)
        self.assertParts(receivable=600.0)

    def test_an_over_invoiced_line_does_not_pay_for_another(self):
        order = self._order(self._line(100.0, 10), self._line(50.0, 10))
        self._invoice(order, [14.0, 0.0])
        self.assertParts(receivable=1400.0, orders=500.0)

    # Units --------------------------------------------------------------------------------------

    def test_dozens_ordered_units_invoiced(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        unit = self.env.ref("uom.product_uom_unit")
        order = self._order(self._line(120.0, 3, taxes=self.tax, product_uom_id=dozen.id))
        self.assertParts(orders=406.80)
        invoice = self._invoice(order, post=False)
        invoice.invoice_line_ids.write(
            {
                "product_uom_id": unit.id,
                "quantity": 18.0,
                "price_unit": 10.0,
                "tax_ids": [Command.set(self.tax.ids)],
            }
        )
        invoice.action_post()
        self.assertParts(receivable=203.40, orders=203.40)
        self._refund(invoice)
        self.assertParts(orders=406.80)

    def test_units_ordered_dozens_invoiced(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._order(self._line(10.0, 36))
        invoice = self._invoice(order, post=False)
        invoice.invoice_line_ids.write(
            {"product_uom_id": dozen.id, "quantity": 1.0, "price_unit": 120.0}
        )
        invoice.action_post()
        self.assertParts(receivable=120.0, orders=240.0)
        self._refund(invoice, price=30.0)  # a concession of 30 on the dozen, nothing comes back
        self.assertParts(receivable=90.0, orders=240.0)

    # States -------------------------------------------------------------------------------------

    def test_cancelled_and_reset_orders_hold_nothing(self):
        order = self._order(self._line(1000.0))
        order._action_cancel()
        self.assertParts()
        order.action_draft()
        self.assertParts()
        order.action_confirm()
        self.assertParts(orders=1000.0)

    def test_cancelled_with_a_posted_invoice_owes_the_invoice(self):
        order = self._order(self._line(100.0, 10))
        self._invoice(order, [4.0])
        order._action_cancel()
        self.assertParts(receivable=400.0)
        order.action_draft()
        order.action_confirm()
        self.assertParts(receivable=400.0, orders=600.0)

    def test_locked_order_still_holds(self):
        order = self._order(self._line(1000.0))
        order.action_lock()
        self.assertParts(orders=1000.0)

    def test_short_closed_order_gives_the_rest_back(self):
        order = self._order(self._line(100.0, 10))
        self._invoice(order, [4.0])
        with self.assertRaises(UserError):
            order.action_credit_short_close(" ")
        order.action_credit_short_close("The rest is not wanted any more")
        self.assertParts(receivable=400.0)
        self.assertEqual(order.credit_open_amount, 0.0)
        order.action_credit_reopen()
        self.assertParts(receivable=400.0, orders=600.0)

    def test_short_closed_order_confirmed_anew_holds_again(self):
        order = self._order(self._line(1000.0))
        order.action_credit_short_close("Mistake")
        order._action_cancel()
        order.action_draft()
        self.assertFalse(order.credit_short_closed)
        self._create_account(self.customer, 999.0)
        order.action_confirm()
        self.assertEqual((order.state, order.credit_state), ("draft", "hold"))

    def test_open_amounts_of_many_orders(self):
        orders = self.env["sale.order"].union(
            *(self._order(self._line(33.35, number, taxes=self.tax)) for number in range(1, 8))
        )
        self._invoice(orders[3], [1.0])
        self._invoice(orders[4])
        self.assertEqual(orders[4].credit_open_amount, 0.0)
        total = round(sum(orders.mapped("credit_open_amount")), 2)
        self.assertParts(round(sum(orders.invoice_ids.mapped("amount_residual")), 2), total)
        self.assertNotIn(orders[4], self._get_open_items().order_id)

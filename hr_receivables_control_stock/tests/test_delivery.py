from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .common import StockCreditCommon

EVENT = "odoo.addons.hr_control_base.models.hr_control_event_refused.HrControlEvent"


@tagged("post_install", "-at_install")
class TestDelivery(StockCreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_goods_order((cls.product, 10, 90.0))
        cls.picking = cls._get_open_picking(cls.order)

    def _set_mode(self, mode, limit=0.0):
        self._create_account(self.customer, limit, mode=mode)

    def _get_decision(self, picking=None):
        domain = [("picking_id", "=", (picking or self.picking).id)]
        return self.env["credit.decision"].search(domain, limit=1)

    def assertRefused(self, pattern, picking=None, **options):
        """The error says why, exactly one attempt is on record, and nothing has moved."""
        picking = picking or self.picking
        with (
            patch(f"{EVENT}._append_after_rollback") as append,
            self.assertRaisesRegex(UserError, pattern) as refused,
            self.cr.savepoint(),
        ):
            self._deliver(picking, **options)
        self.env.invalidate_all()
        keys = [call.args[1] for call in append.call_args_list]
        self.assertEqual(len(set(keys)), 1)
        (vals,) = append.call_args_list[0].args[0]
        self.assertEqual((vals["code"], vals["data"]["checkpoint"]), ("credit.refused", "delivery"))
        self.assertEqual(vals["document"], ("stock.picking", picking.id))
        self.assertNotEqual(picking.state, "done")
        self.assertIn(picking.name, str(refused.exception))
        return str(refused.exception)

    def test_what_was_ordered_passes_and_is_recorded(self):
        self._deliver(self.picking)
        self.assertEqual(self.picking.state, "done")
        decision = self._get_decision()
        self.assertEqual(
            (decision.checkpoint, decision.result, decision.order_id, decision.order_amount),
            ("delivery", "ok", self.order, 0.0),
        )
        self.assertExposure(900.0)

    def test_what_was_ordered_passes_although_the_limit_was_cut(self):
        self._set_mode("limited", 1.0)
        self._deliver(self.picking)
        self.assertEqual(self._get_decision().result, "ok")

    def test_admission_that_ran_out_lets_goods_leave_for_cash_only(self):
        self.company.credit_admission_policy = "enforce"
        today = self.company._company_today()
        self.account.sudo().write({"admission_state": "approved", "admitted_until": today})
        last = self._create_goods_order((self.product, 1, 10.0))
        self._deliver(self._get_open_picking(last))
        with freeze_time(f"{today + timedelta(days=1)} 12:00:00"):
            text = self.assertRefused("is not admitted")
            self.assertIn("910.00", text)
            self.company.credit_admission_policy = "warn"
            self._deliver(self.picking)

    def test_what_was_invoiced_before_passes_although_the_limit_was_cut(self):
        order = self._create_goods_order((self.ordered_product, 1, 100.0))
        self._invoice(order)
        self._set_mode("limited", 1.0)
        self._deliver(self._get_open_picking(order))
        self.assertExposure(1000.0)

    def test_over_delivery_up_to_the_limit_passes(self):
        self._create_account(self.customer, 990.0)
        self._deliver(self.picking, 11)
        self.assertEqual(self._get_decision().result, "near")
        self.assertExposure(990.0)

    def test_over_delivery_a_cent_above_is_refused(self):
        self._create_account(self.customer, 989.99)
        text = self.assertRefused("beyond what", quantity=11)
        self.assertIn(self.order.name, text)
        for figure in ("90.00", "900.00", "990.00", "989.99", "0.01"):
            self.assertIn(figure, text)
        self.assertIn("Ask for a release", text)
        self._deliver(self.picking, 10)

    def test_over_delivery_where_prepayments_give_no_room(self):
        self._create_account(self.customer, 1000.0)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 1000.0,
                "company_id": self.company.id,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        self.company.credit_prepaid_withheld = True
        text = self.assertRefused(r"80\.00 too much", quantity=22)
        self.assertIn("100.00 paid in advance would have to pay for all", text)
        self.company.credit_prepaid_withheld = False
        self._deliver(self.picking, quantity=22)

    def test_over_delivery_in_parts(self):
        self._deliver(self.picking, 9)
        rest = self._get_open_picking(self.order)
        self.assertRefused("beyond what", rest, quantity=3)
        self._deliver(rest, 2)
        self.assertExposure(990.0)

    def test_goods_that_were_not_ordered(self):
        other = self._create_goods("Lime", list_price=60.0)
        picking = self._ship_by_hand(self.order, other, 2)
        picking.sale_id = self.order
        # Odoo lets only salespeople add goods to an order by delivering them
        self.storeman.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.assertRefused("beyond what", picking)
        self._create_account(self.customer, 5000.0)
        self._deliver(picking)
        line = self.order.order_line.filtered(lambda line: line.product_id == other)
        self.assertEqual(line.qty_delivered, 2.0)

    def test_a_transfer_by_hand_does_not_bring_back_what_was_given_up(self):
        self.picking.action_cancel()
        second = self._create_goods_order((self.product, 10, 100.0))
        self.assertEqual(second.state, "sale")
        picking = self._ship_by_hand(self.order, self.product, 10)
        self.assertRefused("beyond what", picking)
        second._action_cancel()
        self._deliver(picking)
        self.assertEqual(self._get_decision(picking).result, "near")

    def test_what_was_given_up_does_not_come_back_on_another_transfer(self):
        self._deliver(self.picking, 2)
        self._get_open_picking(self.order).action_cancel()
        self._create_goods_order((self.product, 8, 100.0))
        picking = self._ship_by_hand(self.order, self.product, 1)
        picking.move_ids.product_uom_qty = 8
        self.assertRefused("beyond what", picking)

    def test_suspended_customer_gets_nothing_on_credit(self):
        self._set_mode("suspended")
        text = self.assertRefused("is suspended")
        self.assertIn("900.00", text)
        self.assertRefused("is suspended", quantity=1)

    def test_suspended_customer_gets_what_he_paid_for(self):
        self._set_mode("suspended")
        payment = self.env["account.payment"].create(
            {"partner_id": self.customer.id, "amount": 450.0, "payment_type": "inbound"}
        )
        payment.action_post()
        self._deliver(self.picking, 5)
        self.assertEqual(self._get_decision().result, "ok")
        self.assertRefused("is suspended", self._get_open_picking(self.order), quantity=1)

    def test_blacklisted_customer_gets_nothing(self):
        payment = self.env["account.payment"].create(
            {"partner_id": self.customer.id, "amount": 5000.0, "payment_type": "inbound"}
        )
        payment.action_post()
        self._set_mode("blacklisted")
        self.assertRefused("blacklist")

    def test_goods_without_an_order(self):
        picking = self._ship_by_hand(self.order.browse(), self.product, 3)
        self._set_mode("blacklisted")
        self.assertRefused("blacklist", picking)
        stranger = self.customer.create({"name": "Stranger"})
        picking.partner_id = stranger
        self._deliver(picking)
        self.assertFalse(self.env["credit.account"]._find(stranger, self.company))

    def test_an_order_that_is_not_confirmed(self):
        self._create_account(self.customer, 900.0)
        held = self._create_goods_order((self.product, 5, 90.0))
        self.assertEqual(held.credit_state, "hold")
        picking = self._ship_by_hand(held, self.product, 5)
        self.assertRefused("is not confirmed", picking)

    def test_a_short_closed_order(self):
        self.order.with_user(self.controller).action_credit_short_close("Not wanted")
        self.assertRefused("short-closed")
        self.order.with_user(self.controller).action_credit_reopen()
        self._deliver(self.picking)

    def test_dropship_is_checked(self):
        suppliers = self.env.ref("stock.stock_location_suppliers")
        self.picking.action_cancel()
        self.picking.move_ids.unlink()
        drop = self._ship_by_hand(self.order, self.product, 12, location_id=suppliers.id)
        drop.location_id = suppliers
        self.assertRefused("beyond what", drop)
        self._deliver(drop, 11, backorder=False)
        self.assertEqual(self._get_decision(drop).result, "near")
        self.assertExposure(990.0)

    def test_returns_and_receipts_are_never_checked(self):
        done = self._deliver(self.picking)
        self._set_mode("blacklisted")
        before = self.env["credit.decision"].search_count([])
        self._return(done, 3)
        receipt = self.env["stock.picking"].create(
            {
                "partner_id": self.customer.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.stock.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 5,
                            "location_id": self.env.ref("stock.stock_location_suppliers").id,
                            "location_dest_id": self.stock.id,
                        },
                    )
                ],
            }
        )
        receipt.action_confirm()
        self._deliver(receipt)
        self.assertEqual(receipt.state, "done")
        self.assertEqual(self.env["credit.decision"].search_count([]), before)

    def test_two_steps_are_checked_at_the_last(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self._create_goods_order((self.product, 1, 10.0))
        self._set_mode("suspended")
        self._deliver(self._get_open_picking(order))
        self.assertRefused("is suspended", self._get_open_picking(order))

    def test_observe_and_warn(self):
        self._set_mode("suspended")
        self.company.credit_delivery_policy = "observe"
        self._deliver(self.picking, 4)
        self.assertEqual(self._get_decision().result, "observed")
        self.assertTrue(self.picking.credit_flagged)
        self.company.credit_delivery_policy = "warn"
        rest = self._get_open_picking(self.order)
        self._deliver(rest)
        self.assertEqual(self._get_decision(rest).result, "warn")
        self.assertIn("is suspended", str(rest.message_ids.mapped("body")))
        flagged = self.env["stock.picking"].search([("credit_flagged", "=", True)])
        self.assertLessEqual(self.picking | rest, flagged)
        self.assertNotIn(rest, self.env["stock.picking"].search([("credit_flagged", "=", False)]))

    def test_a_batch_names_the_transfer(self):
        self._create_account(self.customer, 5000.0)
        other = self.customer.create({"name": "Bad Customer"})
        account = self._create_account(other, 1000.0)
        second = self._create_goods_order((self.product, 1, 10.0), partner_id=other.id)
        account.write({"mode": "suspended", "change_reason": "Late"})
        batch = self.picking | self._get_open_picking(second)
        text = self.assertRefused("is suspended", batch[1])
        for picking in batch:
            picking.move_ids.quantity = 1
            picking.move_ids.picked = True
        with self.assertRaises(UserError) as refused, self.cr.savepoint():
            batch.with_context(skip_backorder=True).button_validate()
        self.env.invalidate_all()
        text = str(refused.exception)
        self.assertIn(f"{batch[1].name} of {second.name} cannot be delivered", text)
        self.assertIn(f"validated without {batch[1].name}", text)
        self.assertNotIn(f"{self.picking.name} of", text)

    def test_every_way_leads_past_the_check(self):
        self._set_mode("blacklisted")
        moves = self.picking.move_ids
        moves.quantity = 10
        moves.picked = True
        hostile = {"cancel_backorder": True, "skip_backorder": True, "credit_checked": True}
        for deliver in (
            lambda: self.picking.button_validate(),
            lambda: self.picking.with_context(**hostile).button_validate(),
            lambda: self.picking._action_done(),
            lambda: moves._action_done(),
            lambda: moves.with_context(is_scrap=True)._action_done(cancel_backorder=True),
            lambda: self.picking.with_user(self.owner).sudo().button_validate(),
        ):
            with self.assertRaisesRegex(UserError, "blacklist"), self.cr.savepoint():
                deliver()
            self.env.invalidate_all()
        self.assertNotEqual(self.picking.state, "done")

    def _confirm_released(self):
        """An order that passed by a release of seven days."""
        self._create_rule(1000.0, employee_id=self.manager_employee.id, max_grant_days=30)
        self._create_account(self.customer, 950.0)
        order = self._create_goods_order((self.product, 1, 100.0))
        self.assertEqual(order.credit_state, "hold")
        grant = (
            self.env["credit.grant"]
            .with_user(self.salesman)
            ._ask_order_release(order.with_user(self.salesman), "He pays tomorrow", 7)
        )
        grant.sudo().approval_id.with_user(self.store_manager).action_approve()
        order.with_user(self.salesman).action_confirm()
        self.assertEqual(order.state, "sale")
        return order

    def test_an_expired_release(self):
        picking = self._get_open_picking(self._confirm_released())
        with freeze_time(fields.Datetime.now() + timedelta(days=8)):
            text = self.assertRefused("confirmed by an approval that was valid until", picking)
            self.assertIn("50.00", text)
            # what is not over the limit any more needs no approval
            self._create_account(self.customer, 1000.0)
            self._deliver(picking)
        self.assertEqual(picking.state, "done")

    def test_an_expired_release_of_an_order_handed_over(self):
        """Another salesperson is asked for his own limits, not for the customer's: it renews nothing."""
        order = self._confirm_released()
        employee = self._create_employee(self.colleague)
        self._create_rule(0.0, employee_id=employee.id, limit_order=True, order_limit=500.0)
        order.with_user(self.salesman).write({"user_id": self.colleague.id})
        decision = order.sudo().credit_decision_ids.sorted("id")[-1:]
        self.assertEqual((decision.checkpoint, decision.result), ("handover", "ok"))
        with freeze_time(fields.Datetime.now() + timedelta(days=8)):
            self.assertRefused(
                "confirmed by an approval that was valid until", self._get_open_picking(order)
            )

    def test_a_release_in_force(self):
        self._deliver(self._get_open_picking(self._confirm_released()))
        self.assertExposure(1000.0)

    def test_an_uplift_that_is_over(self):
        self._create_account(self.customer, 950.0)
        now = fields.Datetime.now()
        grant = self.env["credit.grant"].create(
            {
                "kind": "limit",
                "account_id": self.account.id,
                "company_id": self.company.id,
                "reason": "Fair",
                "amount": 100.0,
                "days": 1,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE credit_grant SET state = 'active', valid_from = %s, valid_to = %s WHERE id = %s",
            [now - timedelta(hours=1), now + timedelta(days=1), grant.id],
        )
        self.env.invalidate_all()
        order = self._create_goods_order((self.product, 1, 100.0))
        self.assertEqual(order.state, "sale")
        with freeze_time(now + timedelta(days=2)):
            self.assertRefused("confirmed by an approval", self._get_open_picking(order))
            # the first order was confirmed before the limit was raised
            self._deliver(self.picking)

    def test_an_error_in_the_check_delivers_nothing(self):
        Checkpoint = type(self.env["credit.checkpoint"])
        with (
            patch.object(Checkpoint, "_get_delivery_verdicts", side_effect=ZeroDivisionError),
            self.assertLogs("odoo.addons.hr_receivables_control_stock", "ERROR"),
        ):
            self.assertRefused("could not be completed")

    def test_the_policy_is_a_checkpoint_of_its_own(self):
        self.company.credit_order_policy = "observe"
        self._create_account(self.customer, 950.0)
        self.assertRefused("beyond what", quantity=11)
        self.company.write({"credit_order_policy": "enforce", "credit_delivery_policy": "observe"})
        other = self._create_goods("Lime", list_price=60.0)
        picking = self._ship_by_hand(self.order, other, 2)
        picking.sale_id = self.order
        # Odoo lets only salespeople add goods to an order by delivering them
        self.storeman.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        self._deliver(picking)
        self.assertEqual(self._get_decision(picking).result, "observed")
        event = self.env["hr.control.event"].search([("code", "=", "credit.policy")], limit=1)
        self.assertIn("Delivery", event.summary)

    def test_what_is_given_up_or_comes_back_has_held_orders_looked_at(self):
        self._create_account(self.customer, 900.0)
        second = self._create_goods_order((self.product, 1, 90.0))
        self.assertEqual(second.credit_state, "hold")
        cron = self.env.ref("hr_receivables_control.credit_cron_reevaluate")
        Trigger = self.env["ir.cron.trigger"]

        def is_triggered():
            self.env.cr.postrollback.data.clear()
            found = Trigger.search([("cron_id", "=", cron.id)])
            found.unlink()
            return bool(found)

        is_triggered()
        done = self._deliver(self.picking, 2)
        self.assertFalse(is_triggered())
        self._return(done, 1)
        self.assertTrue(is_triggered())
        self._deliver(self._get_open_picking(self.order), 2, backorder=False)
        self.assertTrue(is_triggered())
        self.account._reevaluate_held()
        self.assertFalse(second.credit_state)

    def test_a_cancelled_transfer_has_held_orders_looked_at(self):
        self._create_account(self.customer, 900.0)
        self._create_goods_order((self.product, 1, 90.0))
        with patch.object(type(self.env["credit.account"]), "_trigger_reevaluation") as trigger:
            self.picking.action_cancel()
        self.assertIn(self.customer, trigger.call_args.args[0])

    def test_constant_queries_per_batch(self):
        self._create_account(self.customer, 100000.0)

        def count(number):
            orders = [self._create_goods_order((self.product, 2, 5.0)) for _n in range(number)]
            moves = self.env["stock.move"].union(*(order.order_line.move_ids for order in orders))
            for move in moves:
                move.quantity = 2
            moves.picked = True
            moves._action_done()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["credit.checkpoint"]._check_deliveries(moves)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        few, many = count(2), count(12)
        self.assertLessEqual(many, few)
        self.assertLessEqual(many, 18)

    def test_the_transfer_says_beforehand_what_would_be_answered(self):
        picking = self.picking.with_user(self.storeman)
        self.assertFalse(picking.credit_banner)
        self._set_mode("suspended")
        picking.invalidate_recordset()
        self.assertIn("is suspended", picking.credit_banner)
        with Form(self.picking) as form:
            self.assertIn("is suspended", form.credit_banner)
        self._create_account(self.customer, 900.0)
        self.picking.move_ids.quantity = 12
        picking.invalidate_recordset()
        self.assertIn("beyond what", picking.credit_banner)

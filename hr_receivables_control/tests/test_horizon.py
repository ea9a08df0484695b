from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import CreditCommon

NOW = datetime(2026, 6, 15, 2, 0)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestHorizon(CreditCommon):
    """What is to be delivered later than the company looks ahead does not count yet, but never leaves unchecked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "control_tz": "Asia/Shanghai",
                "credit_horizon_days": 30,
                "credit_invoice_policy": "enforce",
            }
        )
        # the last moment of the 30th day in Xi'an
        cls.last = datetime(2026, 7, 15, 15, 59, 59)

    def _order(self, amount, day, confirm=True, **values):
        order = self._create_order(amount, commitment_date=day, **values)
        if confirm:
            order.action_confirm()
        return order.sudo()

    def assertHolds(self, amount):
        """The figure, and the rows behind it, to the cent."""
        self.assertExposure(amount)
        self.assertEqual(round(sum(self._get_open_items().mapped("amount")), 2), amount)

    def test_the_last_day_counts_the_next_does_not(self):
        order = self._order(400.0, self.last)
        self.assertHolds(400.0)
        later = self._order(5000.0, self.last + timedelta(seconds=1))
        self.assertEqual((order.state, later.state), ("sale", "sale"))
        self.assertHolds(400.0)
        with freeze_time(NOW + timedelta(days=1)):
            self.assertHolds(5400.0)

    def test_off_everything_counts(self):
        self.company.credit_horizon_days = 0
        order = self._order(1000.01, self.last + timedelta(days=900))
        self.assertEqual(order.credit_state, "hold")

    def test_without_a_day_it_counts(self):
        self.assertEqual(self._order(1000.01, False).credit_state, "hold")

    def test_never_below_zero(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.company.credit_horizon_days = -1
            self.env.flush_all()

    def test_brought_forward_it_is_checked(self):
        order = self._order(1000.01, self.last + timedelta(days=1))
        for day in (self.last, False):
            with self.assertRaisesRegex(UserError, "0.01"), self.cr.savepoint():
                order.with_user(self.salesman).commitment_date = day
            self.env.invalidate_all()
        order.with_user(self.salesman).commitment_date = self.last + timedelta(days=100)
        small = self._order(1000.0, self.last + timedelta(days=1))
        small.with_user(self.salesman).commitment_date = self.last
        self.assertHolds(1000.0)

    def test_a_pass_is_bound_to_its_being_later(self):
        order = self._order(1000.01, self.last + timedelta(days=1), confirm=False)
        with self.assertRaises(UserError), self.cr.savepoint():
            order.with_user(self.salesman).write({"state": "sale", "commitment_date": self.last})
        self.env.invalidate_all()
        self.env["credit.checkpoint"]._check_orders(order)
        with self.assertRaises(UserError), self.cr.savepoint():
            order.with_user(self.salesman).write({"state": "sale", "commitment_date": self.last})

    def test_delivered_before_its_time_it_counts_and_is_checked(self):
        order = self._order(2000.0, self.last + timedelta(days=1), quantity=10.0)
        line = order.order_line
        line.qty_delivered = 4
        self.env.flush_all()
        self.assertHolds(800.0)
        with self.assertRaises(UserError), self.cr.savepoint():
            line.qty_delivered = 6
            self.env.flush_all()

    def test_invoiced_before_its_time_it_is_checked(self):
        order = self._order(1000.01, self.last + timedelta(days=1))
        invoice = order._create_invoices()
        with self.assertRaisesRegex(UserError, "0.01"), self.cr.savepoint():
            invoice.action_post()
        self.env.invalidate_all()
        self.account.write({"base_limit": 1000.01, "change_reason": "Grows"})
        invoice.action_post()
        self.assertHolds(1000.01)

    def test_put_off_it_has_lost_its_room(self):
        order = self._order(1000.0, False)
        order.with_user(self.salesman).commitment_date = self.last + timedelta(days=1)
        self.assertEqual(self._order(1000.0, False).state, "sale")
        with freeze_time(NOW + timedelta(days=9)), self.assertRaises(UserError):
            order._create_invoices().action_post()

    def test_its_time_come_by_itself_it_is_checked_when_invoiced(self):
        order = self._order(1000.01, self.last + timedelta(days=1))
        invoice = order._create_invoices()
        with freeze_time(NOW + timedelta(days=9)):
            self.assertHolds(1000.01)
            for days in (30, 0):
                self.company.credit_horizon_days = days
                with self.assertRaisesRegex(UserError, "0.01"), self.cr.savepoint():
                    invoice.action_post()
                self.env.invalidate_all()
            self.account.write({"base_limit": 1000.01, "change_reason": "Grows"})
            invoice.action_post()
            self.assertHolds(1000.01)

    def test_its_time_come_by_itself_it_is_checked_when_delivered(self):
        order = self._order(2000.0, self.last + timedelta(days=1), quantity=10.0)
        with freeze_time(NOW + timedelta(days=9)):
            with self.assertRaises(UserError), self.cr.savepoint():
                order.order_line.qty_delivered = 1
            self.env.invalidate_all()
            self.account.write({"base_limit": 2000.0, "change_reason": "Grows"})
            order.order_line.qty_delivered = 10
            self.assertFalse(order.credit_later)
            # checked: the invoice of it is no new credit
            self.account.write({"base_limit": 1.0, "change_reason": "Falls"})
            order._create_invoices().action_post()
        self.assertEqual(order.invoice_ids.state, "posted")

    def test_handed_over_it_is_still_to_be_checked(self):
        employee = self._create_employee(self.colleague)
        self._create_rule(0.0, employee_id=employee.id, limit_customer=True, customer_limit=9000.0)
        order = self._order(1000.01, self.last + timedelta(days=1))
        with freeze_time(NOW + timedelta(days=9)):
            order.user_id = self.colleague
            self.assertEqual(order.credit_decision_ids.sorted("id")[-1:].checkpoint, "handover")
            self.assertTrue(order.credit_later)

    def test_its_time_come_by_itself_it_is_listed(self):
        order = self._order(1000.01, self.last + timedelta(days=1))
        self.assertFalse(order.credit_recheck)
        with freeze_time(NOW + timedelta(days=9)):
            self.env.invalidate_all()
            self.assertIn(order, order.search([("credit_recheck", "=", True)]))

    def test_a_horizon_set_takes_checked_orders_out(self):
        self.company.credit_horizon_days = 0
        near, far = (self._order(500.0, self.last + timedelta(days=day)) for day in (0, 1))
        self.company.credit_horizon_days = 30
        self.assertEqual((near.credit_later, far.credit_later), (False, True))

    def test_nobody_calls_an_order_checked(self):
        order = self._order(10.0, self.last + timedelta(days=1))
        self.assertTrue(order.credit_later)
        with self.assertRaises(AccessError):
            order.with_user(self.salesman).credit_later = False

    def test_a_line_taken_back_is_not_owed_twice(self):
        order = self._order(1000.0, self.last + timedelta(days=1), confirm=False)
        order.order_line.copy({"order_id": order.id, "product_uom_qty": -1, "price_unit": 100.0})
        order.action_confirm()
        self.assertHolds(0.0)
        order._create_invoices(final=True).action_post()
        self.assertHolds(900.0)
        order.invalidate_recordset()
        self.assertEqual(order.credit_open_amount, 0.0)

    def test_conserved_from_delivery_to_payment(self):
        order = self._order(650.35, self.last + timedelta(days=1))
        order.order_line.qty_delivered = 1
        self.env.flush_all()
        self.assertHolds(650.35)
        invoice = order._create_invoices()
        self.assertHolds(650.35)
        invoice.action_post()
        self.assertHolds(650.35)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self.assertHolds(0.0)

    def test_the_banner_says_so(self):
        order = self._order(5000.0, self.last + timedelta(days=1), confirm=False)
        self.assertEqual(order.credit_level, "info")
        self.assertIn("counts from 30 days before", order.credit_banner)
        order.commitment_date = self.last
        self.assertEqual(order.credit_level, "danger")
        self.assertNotIn("counts from", order.credit_banner)

    def test_a_blacklisted_customer_gets_nothing_later_either(self):
        self._create_account(self.customer, 0.0, mode="blacklisted")
        order = self._order(10.0, self.last + timedelta(days=1))
        self.assertEqual(order.credit_state, "hold")

    def test_the_setting_is_on_record(self):
        self.company.credit_horizon_days = 60
        dossier = self.env["hr.control.dossier"]._ensure("res.company", self.company, self.company)
        event = self.env["hr.control.event"].search(
            [("dossier_id", "=", dossier[self.company.id].id), ("code", "=", "credit.policy")],
            order="id desc",
            limit=1,
        )
        self.assertIn("Horizon went from 30 to 60", event.summary)

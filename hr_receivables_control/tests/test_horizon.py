from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
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

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestEmergency(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_rule(
            0.0,
            employee_id=cls.manager_employee.id,
            max_emergency_amount=500.0,
            max_emergency_hours=24,
        )

    def _give(self, amount, hours=24, user=None, reason="The lorry is loaded"):
        wizard = self.env["credit.emergency"].with_user(user or self.store_manager)
        wizard.create(
            {"account_id": self.account.id, "amount": amount, "hours": hours, "reason": reason}
        ).action_give()
        return self.env["credit.grant"].search([("kind", "=", "emergency")], limit=1)

    def _confirm(self, amount):
        order = self._create_order(amount)
        order.action_confirm()
        return order

    def test_counts_at_once_and_is_tracked(self):
        grant = self._give(500.0)
        self.assertRecordValues(
            grant, [{"state": "active", "amount": 500.0, "requester_id": self.store_manager.id}]
        )
        self._confirm(900.0)
        self.assertEqual(grant.used_amount, 0.0)
        order = self._confirm(400.0)
        self.assertEqual(order.state, "sale")
        self.assertRecordValues(
            grant.use_ids, [{"order_id": order.id, "amount": 300.0, "user_id": self.salesman.id}]
        )
        second = self._confirm(200.0)
        self.assertEqual((second.state, grant.used_amount), ("sale", 500.0))
        self.assertEqual(self._confirm(0.01).credit_state, "hold")
        codes = self.account.dossier_id.event_ids.mapped("code")
        self.assertIn("credit.emergency", codes)
        self.assertIn("approval.requested", codes)

    def test_growth_of_an_order_is_used_once(self):
        grant = self._give(500.0)
        order = self._create_order(1300.0)
        order.action_confirm()
        order.order_line.price_unit = 1400.0
        self.assertEqual(grant.used_amount, 400.0)

    def test_two_emergencies_are_used_in_the_order_of_their_end(self):
        long = self._give(100.0, hours=24)
        short = self._give(100.0, hours=1)
        self._confirm(1150.0)
        self.assertEqual((short.used_amount, long.used_amount), (100.0, 50.0))
        self._confirm(50.0)
        self.assertEqual((short.used_amount, long.used_amount), (100.0, 100.0))

    def test_ends_by_the_clock_and_leaves_what_was_confirmed(self):
        self._give(500.0, hours=2)
        order = self._confirm(1400.0)
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            held = self._create_order(0.01)
            held.action_confirm()
            self.assertEqual(held.credit_state, "hold")
            self.assertEqual(self._get_exposure().uplift, 0.0)
        self.assertEqual(order.state, "sale")

    def test_ceiling_is_inclusive(self):
        with self.assertRaisesRegex(UserError, "500.01"):
            self._give(500.01)
        with self.assertRaisesRegex(UserError, "25 hours"):
            self._give(500.0, hours=25)
        self._give(500.0, hours=24)

    def test_several_together_stay_within_the_ceiling(self):
        self._give(300.0)
        with self.assertRaisesRegex(UserError, "in force already"):
            self._give(200.01)
        self._give(200.0)

    def test_nothing_without_a_rule(self):
        for user in (self.salesman, self.controller):
            with self.assertRaises(UserError):
                self._give(1.0, user=user)

    def test_amount_hours_and_reason_are_needed(self):
        for values in ({"amount": 0.0}, {"amount": -1.0}, {"hours": 0}, {"reason": " "}):
            with self.assertRaises(UserError):
                self._give(**({"amount": 10.0} | values))

    def test_only_limited_customers(self):
        self._create_account(self.customer, 0.0, mode="suspended")
        with self.assertRaisesRegex(UserError, "no limit"):
            self._give(1.0)

    def test_reviewed_by_the_next_level_within_24_hours(self):
        now = fields.Datetime.now()
        with freeze_time(now):
            approval = self._give(500.0).approval_id
        self.assertEqual(approval.candidate_ids, self.controller)
        self.assertEqual(approval.deadline, now + timedelta(hours=24))
        with self.assertRaises(UserError):
            approval.with_user(self.store_manager).action_approve()

    def test_of_the_owner_another_owner_or_the_auditor_reviews(self):
        with self.assertRaisesRegex(UserError, "Nobody can approve"):
            self._give(10.0, user=self.owner)
        auditor = self._create_user("credit_auditor", "hr_control_base.group_control_auditor")
        self.assertEqual(self._give(10.0, user=self.owner).approval_id.candidate_ids, auditor)

    def test_unreviewed_pauses_the_giver_until_it_is_reviewed(self):
        start = fields.Datetime.now()
        grant = self._give(100.0)
        with freeze_time(start + timedelta(hours=23)):
            self._give(100.0)
        with freeze_time(start + timedelta(hours=24, minutes=1)):
            with self.assertRaisesRegex(UserError, "has not been reviewed"):
                self._give(100.0)
            checks = self.env["hr.control.check"].with_user(self.owner)._get_checks()
            (line,) = (check for check in checks if check["code"] == "credit.emergency")
            self.assertEqual(line["severity"], "problem")
            grant.approval_id.with_user(self.controller).action_approve()
            self.assertEqual(grant.state, "active")
            self._give(100.0)

    def test_a_review_that_disagrees_ends_what_is_left(self):
        grant = self._give(500.0)
        order = self._confirm(1200.0)
        grant.approval_id.with_user(self.controller).action_refuse("No emergency")
        self.assertEqual((grant.state, order.state), ("void", "sale"))
        self.assertEqual(self._confirm(0.01).credit_state, "hold")
        self.assertFalse(self.env["credit.grant"]._get_unreviewed(self.store_manager, self.company))

    def test_review_cannot_be_withdrawn(self):
        grant = self._give(500.0)
        with self.assertRaisesRegex(UserError, "cannot be withdrawn"):
            grant.with_user(self.store_manager).action_withdraw()

    def test_not_extended_in_place_not_even_in_sudo(self):
        grant = self._give(100.0)
        for values in ({"amount": 200.0}, {"valid_to": "2099-01-01"}, {"hours": 99}):
            with self.assertRaises(UserError):
                grant.write(values)
        for user in (self.store_manager, self.salesman, self.controller, self.owner):
            with self.assertRaises(AccessError):
                grant.with_user(user).write({"reason": "Other"})
            with self.assertRaises(AccessError):
                self.env["credit.grant"].with_user(user).create(
                    {
                        "kind": "emergency",
                        "state": "active",
                        "account_id": self.account.id,
                        "company_id": self.company.id,
                        "reason": "x",
                        "amount": 10**6,
                    }
                )
        with self.assertRaises(UserError):
            grant.unlink()

    def test_other_kinds_never_start_active(self):
        with self.assertRaises(UserError):
            self.env["credit.grant"].create(
                {
                    "kind": "limit",
                    "state": "active",
                    "account_id": self.account.id,
                    "company_id": self.company.id,
                    "reason": "x",
                    "amount": 10**6,
                }
            )

    def test_ended_before_its_time(self):
        grant = self._give(500.0)
        with self.assertRaises(AccessError):
            grant.with_user(self.salesman).action_end_emergency()
        grant.with_user(self.store_manager).action_end_emergency()
        self.assertEqual(self._confirm(1000.01).credit_state, "hold")
        self.assertEqual(
            grant.approval_id.state, "pending", "what was given is reviewed all the same"
        )

    def test_use_is_a_record(self):
        grant = self._give(500.0)
        self._confirm(1200.0)
        with self.assertRaises(UserError):
            grant.use_ids.write({"amount": 0.0})
        with self.assertRaises(UserError):
            grant.use_ids.unlink()


@tagged("post_install", "-at_install")
class TestDeviation(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_rule(200.0, employee_id=cls.manager_employee.id, release_deviation_pct=5.0)
        cls.order = cls._create_order(1200.0)
        cls.order.action_confirm()
        cls.env["credit.release.request"].with_user(cls.salesman).create(
            {"order_id": cls.order.id, "reason": "Pays on Friday"}
        ).action_request()
        cls.grant = cls.order.sudo().credit_grant_ids
        cls.grant.approval_id.with_user(cls.store_manager).action_approve()

    def _change(self, amount):
        self.order.order_line.price_unit = amount
        self.order.action_confirm()
        return self.order.state

    def test_grows_up_to_the_deviation(self):
        self.assertEqual(self.grant.deviation_pct, 5.0)
        self.assertEqual(self._change(1260.0), "sale")

    def test_a_cent_above_is_held(self):
        self.assertEqual(self._change(1260.01), "draft")
        self.assertEqual(self.order.credit_state, "hold")

    def test_less_needs_no_new_release(self):
        self.assertEqual(self._change(1100.0), "sale")

    def test_other_terms_need_a_new_release(self):
        self.order.payment_term_id = self.pay_terms_b
        self.assertEqual(self._change(1200.0), "draft")

    def test_growth_of_others_is_not_covered(self):
        self._create_order(60.01).action_confirm()
        self.order.action_confirm()
        self.assertEqual(self.order.state, "draft")

    def test_client_cannot_set_it(self):
        for user in (self.salesman, self.owner):
            with self.assertRaises(AccessError):
                self.grant.with_user(user).write({"deviation_pct": 100.0})

from odoo import fields
from odoo.tests import new_test_user, tagged

from odoo.addons.hr_receivables_control.tests.common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditStopped(CreditCommon):
    """The resignation of a salesperson and what he could give away until then."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hr_officer = cls._create_user("stop_hr", "hr.group_hr_user")
        cls.signer = cls._create_user("stop_finance", "hr_employee_advance.group_advance_finance")
        cls._create_rule(500.0, employee_id=cls.salesman_employee.id)
        cls._create_rule(5000.0, employee_id=cls.manager_employee.id)
        cls.today = cls.company._company_today()

    def _resign(self, user=None, employee=None):
        wizard = (
            self.env["hr.employee.clearance.start"]
            .with_user(user or self.salesman)
            .create(
                {
                    "employee_id": (employee or self.salesman_employee).id,
                    "date_last": fields.Date.add(self.today, days=30),
                    "reason": "Moves",
                }
            )
        )
        return self.env["hr.employee.clearance"].browse(wizard.action_start()["res_id"])

    def _is_suspended(self):
        return bool(
            self.env["credit.suspension"].search_count(
                [("user_id", "=", self.salesman.id), ("is_active", "=", True)]
            )
        )

    def test_authority_is_suspended_at_once(self):
        self.assertFalse(self._is_suspended())
        clearance = self._resign()
        self.assertTrue(self._is_suspended())
        self.assertEqual(clearance.credit_suspension_ids.user_id, self.salesman)
        self.assertTrue(self.env["credit.suspension"].search([("clearance_id", "=", clearance.id)]))

    def _ask(self, user):
        """A release of an order that was held."""
        order = self._create_order(1200.0, user=user)
        order.action_confirm()
        self.assertEqual(order.credit_state, "hold")
        self.env["credit.release.request"].with_user(user).create(
            {"order_id": order.id, "reason": "Pays on Friday"}
        ).action_request()
        return order.sudo().credit_grant_ids

    def test_what_he_asked_for_is_void(self):
        self._create_employee(self.colleague)
        self._create_rule(500.0, employee_id=self.colleague.employee_ids.id)
        grant, other = self._ask(self.salesman), self._ask(self.colleague)
        self._resign()
        self.assertEqual((grant.state, grant.approval_id.state), ("void", "void"))
        self.assertEqual((other.state, other.approval_id.state), ("asked", "pending"))

    def test_what_was_released_to_him_is_void(self):
        grant = self._ask(self.salesman)
        grant.approval_id.with_user(self.store_manager).action_approve()
        self.assertEqual(grant.state, "active")
        self._resign()
        self.assertEqual(grant.state, "void")

    def test_delegations_end(self):
        yesterday = fields.Date.subtract(self.today, days=1)
        Delegation = self.env["hr.control.delegation"]
        vals = {"date_to": fields.Date.add(self.today, days=9)}
        running = Delegation.with_user(self.salesman).create(
            vals
            | {
                "delegate_id": self.colleague.id,
                "date_from": fields.Date.subtract(self.today, days=5),
            }
        )
        to_come = Delegation.with_user(self.store_manager).create(
            vals | {"delegate_id": self.salesman.id, "date_from": self.today}
        )
        other = Delegation.with_user(self.store_manager).create(
            vals | {"delegate_id": self.colleague.id, "date_from": self.today}
        )
        self._resign()
        self.assertEqual(running.date_to, yesterday)
        self.assertFalse(to_come.exists())
        self.assertTrue(other.exists())

    def test_hr_cancels_and_lifts(self):
        self._resign().with_user(self.hr_officer).action_cancel("Stays")
        self.assertFalse(self._is_suspended())

    def test_taken_back_by_himself_a_controller_lifts(self):
        clearance = self._resign()
        clearance.with_user(self.salesman).action_cancel("Stays")
        self.assertTrue(self._is_suspended())
        alert = self.env["hr.control.alert"].search(
            [("key", "=", f"clearance.suspended:{clearance.id}")]
        )
        self.assertIn(self.controller, alert.delivery_ids.user_id)

    def test_suspended_before_stays_suspended(self):
        self.env["credit.suspension"].create(
            {"company_id": self.company.id, "user_id": self.salesman.id, "reason": "Fraud"}
        )
        clearance = self._resign()
        self.assertFalse(clearance.credit_suspension_ids)
        clearance.with_user(self.hr_officer).action_cancel("Stays")
        self.assertTrue(self._is_suspended())

    def test_leaver_without_a_user(self):
        nobody = self.env["hr.employee"].create({"name": "Driver", "company_id": self.company.id})
        new_test_user(self.env, "stop_other")
        clearance = self._resign(user=self.hr_officer, employee=nobody)
        self.assertFalse(clearance.credit_suspension_ids)

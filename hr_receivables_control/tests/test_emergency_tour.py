from odoo.tests import HttpCase, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestEmergencyTour(CreditCommon, HttpCase):
    """Emergency, review and suspension in the browser."""

    def test_emergency_given_and_reviewed(self):
        self._create_rule(
            0.0,
            employee_id=self.manager_employee.id,
            max_emergency_amount=500.0,
            max_emergency_hours=24,
        )
        url = f"/odoo/credit-accounts/{self.account.id}"
        self.start_tour(url, "credit_emergency_given", login="credit_store")
        grant = self.env["credit.grant"].search([("kind", "=", "emergency")])
        self.assertRecordValues(grant, [{"amount": 300.0, "hours": 24, "state": "active"}])
        self.start_tour(
            "/odoo/my-approvals", "credit_emergency_reviewed", login="credit_controller"
        )
        grant.invalidate_recordset()
        self.assertEqual((grant.approval_id.state, grant.state), ("approved", "active"))

    def test_matrix_suspends_in_one_click(self):
        action = "hr_receivables_control.credit_authority_matrix_action"
        self.start_tour(
            f"/odoo/action-{action}", "credit_matrix_suspends", login="credit_controller"
        )
        suspension = self.env["credit.suspension"].search([("user_id", "=", self.salesman.id)])
        self.assertRecordValues(
            suspension, [{"reason": "Left the company", "suspended_by_id": self.controller.id}]
        )

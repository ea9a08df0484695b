from odoo.tests import HttpCase, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestReleaseTour(CreditCommon, HttpCase):
    """Hold, request and release in the browser, as three people do it."""

    def test_hold_request_release(self):
        self._create_rule(200.0, department_id=self.store.id)
        employee = self._create_employee(self.controller, department_id=False)
        self._create_rule(5000.0, employee_id=employee.id)
        order = self._create_order(1500.0)
        order_url = f"/odoo/action-sale.action_quotations_with_onboarding/{order.id}"

        self.start_tour(order_url, "credit_release_salesman_asks", login="credit_salesman")
        self.assertEqual((order.state, order.credit_state), ("draft", "hold"))

        self.start_tour(
            "/odoo/my-approvals", "credit_release_finance_approves", login="credit_controller"
        )
        order.invalidate_recordset()
        self.assertEqual((order.state, order.credit_state), ("draft", "released"))

        self.start_tour(order_url, "credit_release_salesman_confirms", login="credit_salesman")
        order.invalidate_recordset()
        self.assertEqual(order.state, "sale")
        codes = self.account.dossier_id.event_ids.mapped("code")
        for code in ("credit.hold", "approval.requested", "approval.approved", "credit.released"):
            self.assertIn(code, codes)

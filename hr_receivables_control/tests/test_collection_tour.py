from odoo.tests import HttpCase, tagged

from .test_collection import CollectionCommon


@tagged("post_install", "-at_install")
class TestCollectionTour(CollectionCommon, HttpCase):
    """From an overdue invoice to the money, in the browser."""

    def _start(self, path, tour):
        self.env.flush_all()
        self.start_tour(path, tour, login="credit_salesman")

    def test_promise_then_payment(self):
        promised = self._invoice(70.0, -35, name="PROMISED/1")
        overdue = self._invoice(650.35, -40)
        order = self._create_order(100.0)
        order_path = f"/odoo/action-sale.action_quotations_with_onboarding/{order.id}"

        self._start(f"/odoo/credit-accounts/{self.account.id}", "credit_promise_recorded")
        pause = self.env["credit.overdue.pause"].search([("account_id", "=", self.account.id)])
        self.assertRecordValues(
            pause, [{"state": "active", "move_id": promised.id, "requester_id": self.salesman.id}]
        )

        self._start(order_path, "credit_overdue_order_held")
        order.invalidate_recordset()
        self.assertEqual((order.state, order.credit_state), ("draft", "hold"))

        payment = self._pay(650.35)
        lines = (overdue | payment.move_id).line_ids
        lines.filtered(lambda line: line.account_id.account_type == "asset_receivable").reconcile()
        self._start(order_path, "credit_overdue_order_free")
        order.invalidate_recordset()
        self.assertEqual(order.state, "sale")

    def test_call_logged_from_an_activity(self):
        self._invoice(650.35, -5)
        self.account.activity_schedule(
            "hr_receivables_control.mail_activity_type_credit_call",
            summary="Ask about May",
            user_id=self.salesman.id,
        )
        self._start(f"/odoo/credit-accounts/{self.account.id}", "credit_call_logged")
        entry = self.env["credit.collection.entry"].search([("account_id", "=", self.account.id)])
        self.assertRecordValues(
            entry, [{"kind": "call", "user_id": self.salesman.id, "overdue_amount": 650.35}]
        )
        self.assertIn("The owner is away until Monday", entry.note)

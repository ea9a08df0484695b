from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .money_common import MoneyCommon


@tagged("post_install", "-at_install")
class TestQuotaPaid(MoneyCommon):
    """The quota and what the ledger says: money in hand counts until it is cleared."""

    def _get_states(self, *amounts):
        return [self._submit(self._make_advance(amount)).request_state for amount in amounts]

    def _get_open(self):
        return self.env["hr.employee.advance"]._get_open(self.employee)[self.employee.id]

    def test_money_in_hand_counts_and_cleared_money_does_not(self):
        self.policy.amount = 10000.0
        self._paid(8000.0)
        self.assertEqual(self._get_open()[:6], (8000.0, 0.0, 0.0, 1, 0, 0.0))
        self.assertEqual(self._get_states(2000.01), ["auto_rejected"])
        self._spend(3000.0)
        self.assertEqual(self._get_open().residual, 5000.0)
        self.assertEqual(self._get_states(5000.01, 5000.0), ["auto_rejected", "submitted"])

    def test_partly_paid_counts_once(self):
        advance = self._approved(1000.0)
        self._pay(advance, 400.0)
        self.assertEqual(self._get_open()[:4], (400.0, 600.0, 0.0, 1))

    def test_none_while_overdue(self):
        self.policy.write({"block_if_overdue": True, "settlement_days": 30})
        with freeze_time("2026-03-01 04:00:00"):
            self._paid(100.0, date="2026-03-01")
        with freeze_time("2026-03-31 04:00:00"):
            self.assertEqual(self._get_states(1.0), ["submitted"], "due today is not overdue")
        with freeze_time("2026-04-01 04:00:00"):
            self.assertEqual(self._get_open().overdue_amount, 100.0)
            advance = self._submit(self._make_advance(1.0))
            self.assertEqual(
                (advance.request_state, advance.quota_code), ("auto_rejected", "overdue")
            )
            figures = dict(advance._get_approval_figures())
        self.assertIn("100.00", figures["Overdue"])

    def test_old_one_not_settled_no_new_one(self):
        self.policy.block_if_open = True
        self._paid(100.0)
        self.assertEqual(self._get_states(1.0), ["auto_rejected"])
        self._spend(100.0)
        self.assertEqual(self._get_states(1.0), ["submitted"])

    def test_quota_again_when_the_cashier_pays(self):
        advance = self._approved(1000.0)
        self.policy.amount = 999.99
        with self.assertRefused(UserError, "999.99 are left"):
            self._pay(advance)
        self.assertEqual(advance.amount_paid, 0.0)
        self.policy.amount = 1000.0
        self._pay(advance)
        self.assertEqual(advance.state, "paid")

    def test_days_to_settle_are_those_of_the_quota_that_applied(self):
        self.policy.settlement_days = 7
        with freeze_time("2026-03-01 04:00:00"):
            advance = self._paid(100.0, date="2026-03-01")
        self.assertEqual(str(advance.date_due), "2026-03-08")

    def test_paid_is_not_cancelled(self):
        advance = self._paid(100.0)
        with self.assertRefused(UserError, "Money was paid"):
            advance.with_user(self.user).action_cancel()
        self.assertEqual(advance.request_state, "finance_approved")

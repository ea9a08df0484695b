from odoo import fields
from odoo.tests import HttpCase, tagged

from .money_common import MoneyCommon

PHONE, DESKTOP = "390x844", "1366x768"


@tagged("post_install", "-at_install")
class TestAdvanceTour(MoneyCommon, HttpCase):
    """Ask, approve, pay, spend and return in the browser, as four people do it; the employee on his phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.purpose.question_ids = [fields.Command.create({"name": "Which fair is it?"})]
        cls.travel.name = (
            "Stand at a Fair"  # no name that the apps have, whose taxes are the chart's
        )
        cls.employee.expense_manager_id = cls.manager
        cls.finance.group_ids += cls.env.ref("account.group_account_user")
        cls.finance.group_ids += cls.env.ref("hr_expense.group_hr_expense_user")

    def _act(self, user, url, tour, size=DESKTOP):
        self.browser_size, self.touch_enabled = size, size == PHONE
        self.start_tour(url, tour, login=user.login)

    def test_four_users(self):
        self._act(self.user, "/odoo/my-advances/new", "advance_ask", PHONE)
        advance = self.env["hr.employee.advance"].search([("employee_id", "=", self.employee.id)])
        self.assertRecordValues(advance, [{"amount": 1000.35, "state": "submitted"}])

        to_approve = f"/odoo/advances-to-approve/{advance.id}"
        self._act(self.manager, to_approve, "advance_manager_approves")
        self.assertRecordValues(advance.answer_ids, [{"answer": "The one in May"}])
        self._act(self.finance, to_approve, "advance_finance_approves")
        self._act(self.cashier, f"/odoo/advances-to-pay/{advance.id}", "advance_pay")
        self.assertEqual(advance.state, "paid")
        self.assertFigures(advance, paid=1000.35)

        self._act(self.user, "/odoo/my-advances", "advance_spend", PHONE)
        expense = self.env["hr.expense"].search([("employee_id", "=", self.employee.id)])
        self.assertRecordValues(
            expense, [{"state": "submitted", "employee_advance_id": advance.id}]
        )
        url = f"/odoo/expenses/{expense.id}"
        self._act(self.manager, url, "advance_manager_approves_expense")
        self._act(self.finance, url, "advance_finance_posts_expense")
        self.assertFigures(advance, paid=1000.35, cleared=650.35)

        self._act(self.cashier, f"/odoo/advances/{advance.id}", "advance_return")
        self.assertFigures(advance, paid=1000.35, cleared=650.35, returned=350.0)
        self.assertEqual(advance.state, "settled")
        self.assertEntries(advance, expense.account_move_id)

    def assertEntries(self, advance, receipt):
        """Out of the bank, against the expense, back into the bank."""
        cost = self.company_data["default_account_expense"]
        self.assertItems(receipt, [(cost, 650.35, 0.0), (self.payable, 0.0, 650.35)])
        self.assertEqual(receipt.amount_residual, 0.0)
        offset, returned = advance.allocation_ids.sorted("id").move_id
        self.assertItems(offset, [(self.payable, 650.35, 0.0), (self.account, 0.0, 650.35)])
        paid = advance.payment_ids.filtered(lambda payment: payment.payment_type == "outbound")
        outstanding = paid.outstanding_account_id
        self.assertItems(paid.move_id, [(self.account, 1000.35, 0.0), (outstanding, 0.0, 1000.35)])
        back = (advance.payment_ids - paid).outstanding_account_id
        self.assertItems(returned, [(back, 350.0, 0.0), (self.account, 0.0, 350.0)])

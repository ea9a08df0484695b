from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .money_common import MoneyCommon


@tagged("post_install", "-at_install")
class TestMoneyEdges(MoneyCommon):
    """What happens now and then: early, locked, split, negative, recalled, shared."""

    # Days -----------------------------------------------------------------------------------------

    def test_expense_from_before_the_advance(self):
        """It is offset, on the day there was something to offset it with."""
        receipt = self._spend_on_day(200.0, date(2024, 1, 5))
        advance = self._paid(500.0, date=date(2024, 2, 10))
        self.assertFigures(advance, paid=500.0)
        receipt.expense_ids.with_user(self.finance).action_offset_advance()
        self.assertFigures(advance, paid=500.0, cleared=200.0)
        self.assertEqual(receipt.payment_state, "paid")
        self.assertLess(receipt.date, date(2024, 2, 10))
        self.assertEqual(self._offset(receipt).date, date(2024, 2, 10))

    def _spend_on_day(self, amount, day, **values):
        return self._post(self._create_expense(amount, date=day, **values), date=day)

    def test_expense_of_an_earlier_day_posted_later(self):
        advance = self._paid(500.0, date=date(2024, 2, 10))
        receipt = self._spend_on_day(200.0, date(2024, 1, 5))
        self.assertEqual(self._offset(receipt).date, date(2024, 2, 10))
        self.assertEqual(advance.date_settled, False)
        self.assertFigures(advance, paid=500.0, cleared=200.0)

    def test_offset_of_a_receipt_in_a_closed_period(self):
        """Receipt and payment stand in a closed period: the offset is entered on the first open day."""
        self.company.advance_offset_policy = "observe"
        advance = self._paid(500.0, date=date(2024, 1, 10))
        receipt = self._spend_on_day(200.0, date(2024, 1, 20))
        self.assertFigures(advance, paid=500.0)
        self.company.write(
            {"advance_offset_policy": "enforce", "fiscalyear_lock_date": date(2024, 1, 31)}
        )
        receipt.expense_ids.with_user(self.finance).action_offset_advance()
        self.assertEqual(self._offset(receipt).date, date(2024, 2, 1))
        self.assertFigures(advance, paid=500.0, cleared=200.0)
        self._offset(receipt).with_user(self.finance).action_undo("Other advance")
        self.assertFigures(advance, paid=500.0)

    def test_payment_in_a_closed_period(self):
        """Odoo moves the entry to an open day; the employee has the money since the day of the payment."""
        self.company.fiscalyear_lock_date = date(2024, 1, 31)
        advance = self._approved(500.0)
        payment = self._pay(advance, date=date(2024, 1, 10))
        self.assertGreater(payment.move_id.date, date(2024, 1, 31))
        self.assertEqual(advance.date_paid, date(2024, 1, 10))
        self.assertEqual(advance.date_due, date(2024, 2, 9))

    # Expenses -------------------------------------------------------------------------------------

    def test_expense_refused_after_its_offset(self):
        """First the offset is undone and the receipt taken back, then it can be refused; all is on record."""
        advance = self._paid(500.0)
        receipt = self._spend(200.0)
        expense = receipt.expense_ids
        with self.assertRefused(UserError, "posted journal entry"):
            expense._do_refuse("No stamp")
        with self.assertRefused(UserError, "offset with"):
            receipt.with_context(force_delete=True).unlink()
        expense.with_user(self.finance).action_undo_offset("No stamp")
        receipt.button_draft()
        expense._do_refuse("No stamp")
        self.assertEqual(expense.state, "refused")
        self.assertFigures(advance, paid=500.0)
        self.assertTrue(advance.allocation_ids.undone)
        self.assertEqual(advance.allocation_ids.undone_reason, "No stamp")
        self.assertFalse(receipt.exists())

    def test_split_expense_keeps_the_advance_it_was_spent_from(self):
        first = self._paid(500.0, date=date(2024, 1, 1))
        second = self._paid(500.0, date=date(2024, 2, 1))
        expense = self._create_expense(200.0, approve=False, employee_advance_id=second.id)
        action = expense.action_split_wizard()
        wizard = self.env["hr.expense.split.wizard"].browse(action["res_id"])
        wizard.action_split_expense()
        parts = self.env["hr.expense"].search([("split_expense_origin_id", "=", expense.id)])
        self.assertEqual(sorted(parts.mapped("total_amount")), [100.0, 100.0])
        self.assertEqual(parts.employee_advance_id, second)
        parts.action_submit()
        parts._do_approve(check=False)
        self._post(parts)
        self.assertFigures(first, paid=500.0)
        self.assertFigures(second, paid=500.0, cleared=200.0)

    def test_part_for_a_colleague_names_no_advance_of_the_other(self):
        advance = self._paid(500.0)
        expense = self._create_expense(200.0, approve=False, employee_advance_id=advance.id)
        wizard = self.env["hr.expense.split.wizard"].browse(expense.action_split_wizard()["res_id"])
        wizard.expense_split_line_ids[1].employee_id = self.colleague_employee
        wizard.action_split_expense()
        parts = self.env["hr.expense"].search([("split_expense_origin_id", "=", expense.id)])
        other = parts.filtered(lambda part: part.employee_id == self.colleague_employee)
        self.assertEqual(len(other), 1)
        self.assertFalse(other.employee_advance_id)

    def test_negative_expense_clears_nothing(self):
        """Odoo posts no receipt below zero; one that it nets posts what is left."""
        advance = self._paid(500.0)
        with self.assertRaises(UserError), self.cr.savepoint():
            self._spend(-50.0)
        self.assertFigures(advance, paid=500.0)

    def test_credit_note_of_a_reimbursed_receipt(self):
        """What the hotel gives back: the offset is undone first, then receipt and credit note meet."""
        advance = self._paid(500.0)
        receipt = self._spend(200.0)
        with self.assertRefused(UserError, "offset with"):
            receipt._reverse_moves([{"invoice_date": receipt.date}], cancel=True)
        receipt.expense_ids.with_user(self.finance).action_undo_offset("Hotel gave it back")
        credit = receipt._reverse_moves([{"invoice_date": receipt.date}], cancel=True)
        self.assertEqual((credit.state, receipt.amount_residual), ("posted", 0.0))
        self.assertFigures(advance, paid=500.0)
        with self.assertRefused(UserError, "nothing to offset"):
            receipt.expense_ids.with_user(self.finance).action_offset_advance()

    # The bank -------------------------------------------------------------------------------------

    def test_recalled_by_the_bank(self):
        """Odoo marks a payment as refused and leaves its entry: here the money is unpaid again."""
        advance = self._approved(500.0)
        payment = self._pay(advance)
        self.assertFigures(advance, paid=500.0)
        payment.with_user(self.cashier).action_reject()
        self.assertEqual((payment.state, payment.move_id.state), ("rejected", "posted"))
        self.assertItems(
            payment.move_id.reversal_move_ids,
            [(self.account, 0.0, 500.0), (payment.outstanding_account_id, 500.0, 0.0)],
        )
        self.assertFigures(advance)
        self.assertEqual((advance.state, advance.amount_unpaid), ("finance_approved", 500.0))
        self.assertFalse(advance.date_paid)
        self._pay(advance)
        self.assertFigures(advance, paid=500.0)

    def test_recalled_after_some_was_spent(self):
        advance = self._approved(500.0)
        payment = self._pay(advance)
        self._spend(100.0)
        with self.assertRefused(UserError, "is offset with|cleared by"):
            payment.with_user(self.cashier).action_reject()
        self.assertFigures(advance, paid=500.0, cleared=100.0)

    def test_one_bank_account_of_two_employees(self):
        """A couple with one account: it is his, so her advance is not paid to it."""
        account = self.env["res.partner.bank"].create(
            {
                "acc_number": "6222 0000 1111",
                "partner_id": self.employee.work_contact_id.id,
                "allow_out_payment": True,
            }
        )
        self.employee.bank_account_ids = account
        self.colleague_employee.bank_account_ids = account
        payment = self._pay(self._approved(100.0))
        self.assertEqual(payment.partner_bank_id, account)
        other = self._approve(self._make_advance(100.0, user=self.colleague))
        with self.assertRefused(UserError, "is not a bank account of"):
            self._pay(other)
        self.colleague_employee.bank_account_ids = [Command.clear()]
        self.assertFalse(self._pay(other).partner_bank_id)

    # Who ------------------------------------------------------------------------------------------

    def test_employee_with_nothing_but_a_name(self):
        """No user, manager, job or wage: asked for by HR, decided by finance, paid, spent, analysed."""
        nobody = self._create_employee(department_id=False)
        advance = self._approve(
            self._make_advance(300.0, user=self.hr_officer, employee_id=nobody.id)
        )
        deciders = advance._get_deciders()
        self.assertEqual(len(deciders), 2)
        self.assertLessEqual(deciders, self.finance | self.second_finance | self.write_off)
        self._pay(advance)
        self._spend(100.0, employee=nobody)
        self.assertFigures(advance, paid=300.0, cleared=100.0)
        self.assertIn("wage_unknown", advance.sudo().flag_ids.mapped("code"))
        rate = (
            self.env["hr.employee.advance.rate"]
            .with_user(self.finance)
            .search([("dimension", "=", "job_id"), ("value_id", "=", False)])
        )
        self.assertEqual((rate.name, rate.open_amount), ("None", 200.0))

    def test_manager_of_himself(self):
        self.employee.parent_id = self.employee
        advance = self._approve(self._make_advance(300.0))
        self.assertNotIn(self.user, advance._get_deciders())
        self.assertEqual(len(advance._get_deciders()), 2)

    def test_other_job_between_approval_and_payment(self):
        """The quota is that of the job he has when it is paid; reports keep the one he had."""
        store = self.env["hr.job"].create({"name": "Store", "company_id": self.company.id})
        self._create_policy(100.0, job_id=store.id)
        advance = self._approved(500.0)
        self.employee.version_ids.job_id = store
        with self.assertRefused(UserError, "left of the quota of .*100.00"):
            self._pay(advance)
        self.employee.version_ids.job_id = self.job
        self._pay(advance)
        self.employee.version_ids.job_id = store
        row = (
            self.env["hr.employee.advance.report"]
            .with_user(self.finance)
            .search([("advance_id", "=", advance.id)])
        )
        self.assertEqual((advance.job_id, row.job_id), (self.job, self.job))

    def test_one_cannot_pay_what_rounds_to_nothing(self):
        advance = self._approved(500.0)
        with self.assertRefused(UserError, "above zero"):
            self._pay(advance, 0.004)
        with self.assertRefused(UserError, "are unpaid"):
            self._pay(advance, 500.01)
        self._pay(advance, 0.01)
        self.assertEqual(advance.state, "partially_paid")
        with self.assertRefused((AccessError, UserError), "paid"):
            advance.with_user(self.user).action_cancel()

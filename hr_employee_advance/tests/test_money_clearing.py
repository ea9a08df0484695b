from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .money_common import MoneyCommon


@tagged("post_install", "-at_install")
class TestMoneyClearing(MoneyCommon):
    """Returns, salary deductions, write-offs and opening balances, each undone again."""

    def _return(self, advance, amount, user=None):
        wizard = (
            self.env["hr.employee.advance.return"]
            .with_user(user or self.cashier)
            .create({"advance_id": advance.id, "amount": amount, "journal_id": self.bank.id})
        )
        return self.env["account.payment"].browse(wizard.action_return()["res_id"])

    def _deduct(self, advance, amount, user=None):
        wizard = (
            self.env["hr.employee.advance.deduct"]
            .with_user(user or self.finance)
            .create({"advance_id": advance.id, "amount": amount, "reason": "March"})
        )
        wizard.action_deduct()
        return advance.allocation_ids[:1].move_id

    def _write_off(self, advance, amount, user=None):
        return (
            self.env["hr.employee.advance.write.off"]
            .with_user(user or self.finance)
            .create({"advance_id": advance.id, "amount": amount, "reason": "Lost receipts"})
        )

    # Return -------------------------------------------------------------------------------------

    def test_return(self):
        advance = self._paid(5000.0)
        self._spend(3180.0)
        with self.assertRefused(UserError, "more than was paid|cleared by"):
            self._return(advance, 1820.01)
        payment = self._return(advance, 1820.0)
        self.assertItems(
            payment.move_id,
            [(payment.outstanding_account_id, 1820.0, 0.0), (self.account, 0.0, 1820.0)],
        )
        self.assertFigures(advance, paid=5000.0, cleared=3180.0, returned=1820.0)
        self.assertEqual(advance.state, "settled")

    def test_return_rights(self):
        advance = self._paid(100.0)
        for user in (self.user, self.accountant):
            with self.assertRefused(AccessError, ""):
                self._return(advance, 10.0, user=user)
        self._return(advance, 10.0, user=self.finance)
        self.assertFigures(advance, paid=100.0, returned=10.0)

    def test_return_is_undone(self):
        advance = self._paid(100.0)
        payment = self._return(advance, 40.0)
        for method in ("action_draft", "action_cancel"):
            with self.assertRefused(UserError, "cleared by"):
                getattr(payment, method)()
        with self.assertRefused(UserError, "cleared by"):
            advance.payment_ids.action_draft()
        advance.allocation_ids.with_user(self.finance).action_undo("Bounced")
        self.assertEqual((payment.state, payment.move_id.state), ("canceled", "cancel"))
        self.assertFigures(advance, paid=100.0)

    # Salary -------------------------------------------------------------------------------------

    def test_salary_deduction(self):
        advance = self._paid(1000.0)
        with self.assertRefused(UserError, "more than the .*1,000.00 outstanding"):
            self._deduct(advance, 1000.01)
        with self.assertRefused(AccessError, ""):
            self._deduct(advance, 10.0, user=self.cashier)
        move = self._deduct(advance, 300.0)
        self.assertItems(
            move,
            [(self.company.advance_payroll_account_id, 300.0, 0.0), (self.account, 0.0, 300.0)],
        )
        self.assertFigures(advance, paid=1000.0, cleared=300.0)
        advance.allocation_ids.with_user(self.finance).action_undo("Other month")
        self.assertFigures(advance, paid=1000.0)

    # Write-off ----------------------------------------------------------------------------------

    def test_write_off_by_two_persons(self):
        advance = self._paid(1000.0)
        write_off = self._write_off(advance, 50.0)
        self.assertEqual(write_off.state, "asked")
        self.assertFigures(advance, paid=1000.0)
        approval = write_off.approval_id
        self.assertNotIn(self.finance, approval.candidate_ids)
        approval.with_user(self.write_off).action_approve()
        self.assertItems(
            write_off.allocation_id.move_id,
            [(self.company.advance_write_off_account_id, 50.0, 0.0), (self.account, 0.0, 50.0)],
        )
        self.assertEqual(write_off.state, "booked")
        self.assertFigures(advance, paid=1000.0, written_off=50.0)
        self._return(advance, 950.0)
        self.assertEqual(advance.state, "written_off")

    def test_write_off_alone_is_refused(self):
        """The one who may decide cannot decide what he asked for himself."""
        advance = self._paid(1000.0)
        with self.assertRefused(UserError, "Nobody can approve"):
            self._write_off(advance, 50.0, user=self.write_off)
        with self.assertRefused(AccessError, ""):
            self._write_off(advance, 50.0, user=self.cashier)
        write_off = self._write_off(advance, 50.0)
        for values in ({"state": "booked"}, {"amount": 1.0}):
            with self.assertRefused((AccessError, UserError), ""):
                write_off.with_user(self.finance).write(values)

    def test_write_off_more_than_is_left(self):
        advance = self._paid(1000.0)
        write_off = self._write_off(advance, 600.0)
        self._return(advance, 500.0)
        with self.assertRefused(UserError, "more than the .*500.00 outstanding"):
            write_off.approval_id.with_user(self.write_off).action_approve()

    def test_tolerance_adds_up(self):
        self.company.advance_write_off_tolerance = 5.0
        advance = self._paid(1000.0)
        self.assertEqual(self._write_off(advance, 3.0).state, "booked")
        self.assertEqual(self._write_off(advance, 2.01).state, "asked")
        self.assertEqual(self._write_off(advance, 2.0).state, "booked")
        self.assertFigures(advance, paid=1000.0, written_off=5.0)

    # Opening ------------------------------------------------------------------------------------

    def _opening(self, **values):
        return (
            self.env["hr.employee.advance.opening"]
            .with_user(self.finance)
            .create(
                {
                    "employee_id": self.employee.id,
                    "purpose_id": self.purpose.id,
                    "description": "From the old books",
                    "amount": 1820.0,
                    "date_paid": "2024-01-15",
                    "date_expected": "2024-02-14",
                    "date": "2024-03-31",
                    "account_id": self.company_data["default_account_revenue"].id,
                }
                | values
            )
        )

    def test_opening(self):
        opening = self._opening()
        opening.action_enter()
        advance = opening.advance_id
        self.assertItems(
            opening.sudo().move_id,
            [
                (self.account, 1820.0, 0.0),
                (self.company_data["default_account_revenue"], 0.0, 1820.0),
            ],
        )
        self.assertFigures(advance, paid=1820.0)
        self.assertEqual(
            (advance.state, advance.date_paid, advance.date_due),
            ("paid", date(2024, 1, 15), date(2024, 2, 14)),
        )
        with self.assertRefused(UserError, "entered already"):
            opening.action_enter()
        with self.assertRefused(UserError, "entered already"):
            opening.write({"amount": 1.0})
        self._spend(20.0)
        with self.assertRefused(UserError, "offset"):
            opening.action_undo()
        advance.allocation_ids.with_user(self.finance).action_undo("Mistake")
        opening.action_undo()
        self.assertFigures(advance)
        self.assertEqual(advance.amount_unpaid, 0.0)

    def test_opening_pays_nothing_and_is_of_the_past(self):
        """Else one accountant would grant and pay by it what nobody asked for, or never have it due."""
        today = self.company._company_today()
        for account in (self.bank.default_account_id, self.outstanding):
            with self.assertRefused(UserError, "is money"):
                self._opening(account_id=account.id).action_enter()
        for days in (1, 3650):
            with self.assertRefused(UserError, "still to come"):
                self._opening(date=today + timedelta(days=days)).action_enter()
        self._opening(date=today, date_paid=today).action_enter()

    def test_opening_import(self):
        account = self.company_data["default_account_revenue"]
        result = (
            self.env["hr.employee.advance.opening"]
            .with_user(self.finance)
            .with_context(allowed_company_ids=self.company.ids)
            .load(
                [
                    "employee_id",
                    "purpose_id",
                    "description",
                    "amount",
                    "date_paid",
                    "date_expected",
                    "date",
                    "account_id",
                ],
                [
                    [
                        self.employee.name,
                        "Trade Fair",
                        "Old",
                        "10.01",
                        "2024-01-15",
                        "2024-02-14",
                        "2024-03-31",
                        account.code,
                    ]
                ],
            )
        )
        self.assertFalse(result["messages"])
        opening = self.env["hr.employee.advance.opening"].browse(result["ids"])
        self.assertRecordValues(opening, [{"amount": 10.01, "account_id": account.id}])
        self.assertIn("xlsx", opening.get_import_templates()[0]["template"])

    def test_opening_is_not_forged(self):
        advance = self._make_advance(10.0)
        for values in ({"opening_id": self._opening().id}, {"request_state": "finance_approved"}):
            with self.assertRefused(AccessError, ""):
                advance.with_user(self.user).write(values)

    # Wizards on an expense ----------------------------------------------------------------------

    def test_relink_by_the_employee(self):
        first = self._paid(100.0, date=date(2024, 1, 1))
        second = self._paid(100.0, date=date(2024, 2, 1))
        expense = self._spend(60.0).expense_ids
        wizard = (
            self.env["hr.employee.advance.relink"]
            .with_user(self.user)
            .create({"expense_id": expense.id, "reason": "Spent from the second"})
        )
        amounts = {line.advance_id: line.amount for line in wizard.line_ids}
        self.assertEqual(amounts, {first: 60.0, second: 0.0})
        for line in wizard.line_ids:
            line.amount = 60.0 if line.advance_id == second else 0.0
        with self.assertRefused(AccessError, ""):
            wizard.with_user(self.colleague).action_relink()
        wizard.action_relink()
        self.assertFigures(first, paid=100.0)
        self.assertFigures(second, paid=100.0, cleared=60.0)

    def test_reason_wizard(self):
        advance = self._paid(100.0)
        expense = self._spend(60.0).expense_ids
        reasons = self.env["hr.employee.advance.reason"].with_user(self.finance)
        reasons.create(
            {"task": "undo", "allocation_id": advance.allocation_ids.id, "reason": "Mistake"}
        ).action_confirm()
        self.assertFigures(advance, paid=100.0)
        expense.with_user(self.finance).action_offset_advance()
        reasons.create(
            {"task": "undo_offset", "expense_id": expense.id, "reason": "Mistake"}
        ).action_confirm()
        self.assertFigures(advance, paid=100.0)
        reasons.create(
            {"task": "exempt", "expense_id": expense.id, "reason": "Own money"}
        ).action_confirm()
        self.assertTrue(expense.advance_exempt)

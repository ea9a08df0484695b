from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .money_common import MoneyCommon


@tagged("post_install", "-at_install")
class TestMoneyTransfer(MoneyCommon):
    """What is left of one advance pays for the next one of the same person."""

    def test_entry_figures_and_undo(self):
        today = self.company._company_today()
        first = self._paid(1000.0, date=today - timedelta(days=20))
        second = self._approved(600.0)
        allocation = self._move(first, second, 400.0)
        move = allocation.move_id
        self.assertItems(move, [(self.account, 400.0, 0.0), (self.account, 0.0, 400.0)])
        self.assertRecordValues(
            move.line_ids.sorted("balance"),
            [
                {"employee_advance_id": first.id, "employee_advance_kind": "transfer"},
                {"employee_advance_id": second.id, "employee_advance_kind": "transfer_in"},
            ],
        )
        self.assertIn("Next trip", allocation.reason)
        self.assertFigures(first, paid=1000.0, transferred=400.0)
        self.assertFigures(second, paid=400.0)
        self.assertEqual((first.state, second.state), ("partially_settled", "partially_paid"))
        self.assertEqual(second.amount_unpaid, 200.0)
        self.assertEqual(second.date_paid, today)
        self._pay(second)
        self.assertFigures(second, paid=600.0)
        allocation.with_user(self.finance).action_undo("Wrong trip")
        self.assertItems(
            move.reversal_move_ids, [(self.account, 400.0, 0.0), (self.account, 0.0, 400.0)]
        )
        self.assertFigures(first, paid=1000.0)
        self.assertFigures(second, paid=200.0)
        self.assertEqual(second.amount_unpaid, 400.0)
        codes = self.env["hr.control.event"].search([("document_id", "=", second.id)])
        self.assertIn("advance.taken_over", codes.mapped("code"))
        self.assertIn("advance.takeover_back", codes.mapped("code"))

    def test_the_rest_settles_the_first(self):
        first, second = self._paid(1000.0), self._approved(1000.0)
        self._spend(300.0)
        wizard = Form(
            self.env["hr.employee.advance.transfer"]
            .with_user(self.cashier)
            .with_context(default_advance_id=first.id)
        )
        wizard.target_id = second
        self.assertEqual(wizard.amount, 700.0)
        wizard.reason = "Carried over"
        wizard.save().action_transfer()
        self.assertEqual(first.state, "settled")
        self.assertEqual(first.date_settled, self.company._company_today())
        self.assertFigures(second, paid=700.0)
        self._spend(700.0)
        self.assertFigures(second, paid=700.0, cleared=700.0)

    def test_no_more_than_either_side_has(self):
        first, second = self._paid(500.0), self._approved(300.0)
        with self.assertRefused(UserError, "of .*300.00 approved, .*300.00 are unpaid"):
            self._move(first, second, 300.01)
        third = self._approved(1000.0)
        with self.assertRefused(UserError, "more than the .*500.00 outstanding"):
            self._move(first, third, 500.01)
        with self.assertRefused(UserError, "above zero"):
            self._move(first, second, 0.0)
        with self.assertRefused(UserError, "another advance than"):
            self._move(first, first, 1.0)
        with self.assertRefused(UserError, "cannot be paid: it is Draft"):
            self._move(first, self._make_advance(100.0), 1.0)
        second.with_user(self.user).action_cancel()
        with self.assertRefused(UserError, "cannot be paid: it is Cancelled"):
            self._move(first, second, 1.0)

    def test_not_to_somebody_else(self):
        first = self._paid(500.0)
        second = self._approve(self._make_advance(300.0, user=self.colleague))
        with self.assertRefused(UserError, "advance of somebody else"):
            self._move(first, second, 100.0)

    def test_not_to_another_company_or_currency(self):
        """The same person's advance elsewhere is another debt: returned here, paid there."""
        first = self._paid(500.0)
        euro = self.setup_other_currency("EUR", rates=[("2024-01-01", 0.5)])
        foreign = self._approved(300.0, currency_id=euro.id)
        with self.assertRefused(UserError, "EUR of .*Book a return"):
            self._move(first, foreign, 100.0)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.user.company_ids += other
        self.cashier.company_ids += other
        record = self._create_employee(self.user, company_id=other.id, department_id=False)
        advance = self.env["hr.employee.advance"].create(
            {
                "employee_id": record.id,
                "purpose_id": self.purpose.id,
                "description": "Same person",
                "amount": 300.0,
                "currency_id": first.currency_id.id,
            }
        )
        self.assertEqual(advance.company_id, other)
        with self.assertRefused(UserError, "of Elsewhere, .*Book a return"):
            self._move(first, advance, 100.0)

    def test_who_may(self):
        """Cashier or finance, but nobody who approved where it goes, and nobody for himself."""
        first, second = self._paid(500.0), self._approved(300.0)
        approver = second.approval_id.step_ids[-1].decided_by_id
        for user in (self.user, self.colleague, self.manager, self.accountant, self.auditor):
            with self.assertRefused(AccessError, ""):
                self._move(first, second, 100.0, user=user)
        with self.assertRefused(AccessError, "You approved"):
            self._move(first, second, 100.0, user=approver)
        granted = (self.finance | self.second_finance) - approver
        self._move(first, second, 100.0, user=granted[:1])
        self._move(first, second, 100.0, user=self.cashier)
        self.assertFigures(second, paid=200.0)
        self.user.group_ids += self.env.ref("hr_employee_advance.group_advance_cashier")
        with self.assertRefused(AccessError, "your own advance"):
            self._move(first, second, 100.0, user=self.user)

    def test_overdue_is_not_made_young_by_the_cashier(self):
        today = self.company._company_today()
        due, late = (self._paid(500.0, date=today - timedelta(days=days)) for days in (30, 31))
        target = self._approved(300.0)
        self._move(due, target, 100.0)
        self.assertTrue(late.is_overdue)
        with self.assertRefused(AccessError, "Write-off"):
            self._move(late, target, 100.0)
        if self.write_off in target._get_deciders():
            target = self._approve(self._make_advance(300.0))
        self._move(late, target, 100.0, user=self.write_off)
        self.assertFigures(late, paid=500.0, transferred=100.0)

    def test_not_before_it_was_paid(self):
        paid = self.company._company_today() - timedelta(days=5)
        first, second = self._paid(500.0, date=paid), self._approved(300.0)
        with self.assertRefused(UserError, "not paid before that day"):
            self._move(first, second, 100.0, date=paid - timedelta(days=1))
        self._move(first, second, 100.0, date=paid)
        self.assertEqual(second.date_paid, paid)

    def test_what_was_spent_of_it_holds_the_undoing(self):
        first, second = self._paid(500.0), self._approved(300.0)
        allocation = self._move(first, second, 300.0)
        expense = self._create_expense(200.0, employee_advance_id=second.id)
        self._post(expense)
        with self.assertRefused(UserError, "offset with .*200.00 of advance"):
            allocation.with_user(self.finance).action_undo("Mistake")
        with self.assertRefused(UserError, "offset with|cleared by"):
            allocation.move_id._reverse_moves(cancel=True)
        with self.assertRefused(UserError, "offset with|cleared by"):
            allocation.move_id.button_draft()
        self.assertFigures(second, paid=300.0, cleared=200.0)

    def test_a_leaver_takes_nothing_over(self):
        first, second = self._paid(500.0), self._approved(300.0)
        wizard = (
            self.env["hr.employee.clearance.start"]
            .with_user(self.hr_officer)
            .create(
                {
                    "employee_id": self.employee.id,
                    "date_last": self.company._company_today() + timedelta(days=10),
                    "reason": "Leaves",
                }
            )
        )
        wizard.action_start()
        with self.assertRefused(UserError, "Clearance of .* is going on"):
            self._move(first, second, 100.0)

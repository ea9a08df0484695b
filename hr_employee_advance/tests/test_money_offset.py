from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .money_common import MoneyCommon


@tagged("post_install", "-at_install")
class TestMoneyOffset(MoneyCommon):
    """Expenses clear what the employee has in hand before anything is paid out."""

    def test_entries_with_tax(self):
        advance = self._paid(5000.0)
        tax = self.tax_purchase_a.copy({"name": "VAT 6", "amount": 6.0})
        receipt = self._spend(3180.0, tax_ids=[Command.set(tax.ids)])
        tax_account = tax.invoice_repartition_line_ids.account_id
        self.assertItems(
            receipt,
            [
                (self.company_data["default_account_expense"], 3000.0, 0.0),
                (tax_account, 180.0, 0.0),
                (self.payable, 0.0, 3180.0),
            ],
        )
        allocation = self._offset(receipt)
        self.assertEqual(allocation.move_id.journal_id, self.company.advance_journal_id)
        self.assertItems(
            allocation.move_id, [(self.payable, 3180.0, 0.0), (self.account, 0.0, 3180.0)]
        )
        self.assertRecordValues(allocation, [{"kind": "expense", "amount": 3180.0}])
        self.assertEqual((receipt.payment_state, receipt.amount_residual), ("paid", 0.0))
        self.assertEqual(receipt.expense_ids.state, "paid")
        self.assertFigures(advance, paid=5000.0, cleared=3180.0)
        self.assertEqual(advance.state, "partially_settled")

    def test_over_claim_stays_payable(self):
        """Trap 2: Odoo calls the expense paid while 1,000.00 are still owed."""
        advance = self._paid(2180.0)
        receipt = self._spend(3180.0)
        self.assertItems(
            self._offset(receipt).move_id,
            [(self.payable, 2180.0, 0.0), (self.account, 0.0, 2180.0)],
        )
        expense = receipt.expense_ids
        self.assertEqual(receipt.payment_state, "partial")
        self.assertRecordValues(
            expense,
            [
                {
                    "state": "paid",
                    "amount_reimbursable": 1000.0,
                    "advance_offset_amount": 2180.0,
                    "advance_open_amount": 0.0,
                }
            ],
        )
        self.assertFigures(advance, paid=2180.0, cleared=2180.0)
        self.assertEqual(advance.state, "settled")
        payment = self._register_payment(receipt)
        self.assertEqual(payment.amount, 1000.0)
        self.assertEqual((receipt.payment_state, expense.amount_reimbursable), ("paid", 0.0))

    def test_several_advances_oldest_first(self):
        late = self._paid(1000.0, date=date(2024, 3, 1))
        early = self._paid(3000.0, date=date(2024, 1, 1))
        middle = self._paid(2000.0, date=date(2024, 2, 1))
        receipt = self._spend(3500.0)
        self.assertItems(
            self._offset(receipt).move_id,
            [
                (self.payable, 3500.0, 0.0),
                (self.account, 0.0, 3000.0),
                (self.account, 0.0, 500.0),
            ],
        )
        self.assertFigures(early, paid=3000.0, cleared=3000.0)
        self.assertFigures(middle, paid=2000.0, cleared=500.0)
        self.assertFigures(late, paid=1000.0)

    def test_newest_first(self):
        self.company.advance_offset_order = "lifo"
        early = self._paid(1000.0, date=date(2024, 1, 1))
        late = self._paid(1000.0, date=date(2024, 3, 1))
        self._spend(400.0)
        self.assertFigures(early, paid=1000.0)
        self.assertFigures(late, paid=1000.0, cleared=400.0)

    def test_named_advance_then_category(self):
        oldest = self._paid(1000.0, date=date(2024, 1, 1))
        purpose = self.purpose.copy(
            {"name": "Travel", "product_ids": [Command.set(self.travel.ids)]}
        )
        fitting = self._paid(1000.0, date=date(2024, 2, 1), purpose_id=purpose.id)
        named = self._paid(1000.0, date=date(2024, 3, 1))
        self._spend(100.0)
        self.assertFigures(fitting, paid=1000.0, cleared=100.0)
        self._spend(1950.0, employee_advance_id=named.id)
        self.assertFigures(named, paid=1000.0, cleared=1000.0)
        self.assertFigures(fitting, paid=1000.0, cleared=1000.0)
        self.assertFigures(oldest, paid=1000.0, cleared=50.0)

    def test_named_advance_of_somebody_else(self):
        advance = self._paid(100.0, user=self.colleague)
        with self.assertRefused(UserError, "somebody else"):
            self._create_expense(10.0, employee_advance_id=advance.id)

    def test_company_paid_expense_is_left_alone(self):
        advance = self._paid(1000.0)
        expense = self._create_expense(300.0, payment_mode="company_account")
        expense.action_post()
        self.assertFigures(advance, paid=1000.0)

    def test_other_employee_and_company_card(self):
        advance = self._paid(1000.0)
        receipt = self._spend(300.0, employee=self.colleague_employee)
        self.assertFalse(self._offset(receipt))
        self.assertFigures(advance, paid=1000.0)

    def test_observe(self):
        self.company.advance_offset_policy = "observe"
        advance = self._paid(1000.0)
        receipt = self._spend(300.0)
        self.assertFalse(self._offset(receipt))
        self._register_payment(receipt)
        codes = (
            self.env["hr.control.event"]
            .search([("dossier_id", "=", advance._get_approval_dossier().id)])
            .mapped("code")
        )
        self.assertIn("advance.offset_observed", codes)
        self.assertIn("advance.pay_observed", codes)
        self.assertFigures(advance, paid=1000.0)

    def test_unapproved_expense_by_rpc(self):
        """Trap 6: the wizard called for a draft."""
        expense = self._create_expense(100.0, approve=False)
        with self.assertRefused(UserError, "is not approved"):
            self._post(expense)

    # Pay gate -----------------------------------------------------------------------------------

    def test_pay_gate(self):
        """The receipt was there before the advance: it is not paid out beside it."""
        receipt = self._spend(300.0)
        advance = self._paid(200.0)
        with self.assertRefused(UserError, "has .*200.00 of advances in hand"):
            self._register_payment(receipt)
        with self.assertRefused(UserError, "beside"):
            self._direct_payment(0.01)
        receipt.expense_ids.with_user(self.user).action_offset_advance()
        self.assertFigures(advance, paid=200.0, cleared=200.0)
        self.assertGreaterEqual(self._offset(receipt).date, advance.date_paid)
        with self.assertRefused(UserError, "nothing to offset"):
            receipt.expense_ids.with_user(self.user).action_offset_advance()
        self.assertEqual(self._register_payment(receipt).amount, 100.0)

    def _direct_payment(self, amount):
        payment = (
            self.env["account.payment"]
            .with_user(self.accountant)
            .create(
                {
                    "payment_type": "outbound",
                    "partner_type": "supplier",
                    "partner_id": self.employee.work_contact_id.id,
                    "amount": amount,
                    "journal_id": self.bank.id,
                }
            )
        )
        payment.action_post()
        return payment

    def test_direct_payment_of_a_bill(self):
        """What the company owes the contact for something else is paid."""
        self._paid(200.0)
        self._create_invoice_one_line(
            move_type="in_invoice",
            partner_id=self.employee.work_contact_id,
            price_unit=50.0,
            tax_ids=[],
            post=True,
        )
        with self.assertRefused(UserError, "beside"):
            self._direct_payment(50.01)
        self._direct_payment(50.0)

    def test_pay_gate_of_many(self):
        """Whose advance is in hand is asked once, however many contacts an entry or a payment run pays."""
        self._paid(200.0)
        contact = self.employee.work_contact_id
        contacts = self.env["res.partner"].create([{"name": f"Supplier {n}"} for n in range(20)])
        company = self.env.company
        self.env.flush_all()
        self.assertIn((company, contact), company._guard_advances_beside(contact + contacts))
        counts = []
        for partners in (contact + contacts[:1], contact + contacts):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            beside = company._guard_advances_beside(partners)
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(list(beside), [(company, contact)])
        self.assertEqual(*counts)

    # Exemption, relink, undo --------------------------------------------------------------------

    def test_exempt(self):
        advance = self._paid(1000.0)
        receipt = self._spend(300.0)
        expense = receipt.expense_ids
        for user in (self.user, self.cashier, self.accountant):
            with self.assertRaises(AccessError):
                expense.with_user(user).action_exempt_from_advance("Needs the cash")
        with self.assertRaises(AccessError):
            expense.with_user(self.user).write({"advance_exempt": True})
        with self.assertRefused(UserError, "Say why"):
            expense.with_user(self.finance).action_exempt_from_advance(" ")
        expense.with_user(self.finance).action_exempt_from_advance("Needs the cash")
        self.assertFigures(advance, paid=1000.0)
        self.assertEqual(expense.amount_reimbursable, 300.0)
        expense.with_user(self.finance).action_end_exemption()
        self.assertFigures(advance, paid=1000.0, cleared=300.0)
        expense.with_user(self.finance).action_exempt_from_advance("Needs the cash")
        self.assertEqual(self._register_payment(receipt).amount, 300.0)
        self.assertFigures(advance, paid=1000.0)

    def test_exempt_before_posting(self):
        advance = self._paid(1000.0)
        expense = self._create_expense(300.0)
        expense.with_user(self.finance).action_exempt_from_advance("Own money")
        other = self._create_expense(50.0)
        receipt = self._post(expense + other)
        self.assertEqual(len(receipt), 1)
        self.assertFigures(advance, paid=1000.0, cleared=50.0)
        self.assertEqual(receipt.amount_residual, 300.0)

    def test_relink(self):
        first = self._paid(1000.0, date=date(2024, 1, 1))
        second = self._paid(1000.0, date=date(2024, 2, 1))
        receipt = self._spend(600.0)
        before = self._offset(receipt).move_id
        receipt._relink_advances({first: 100.0, second: 500.0}, "Spent from the second")
        self.assertFigures(first, paid=1000.0, cleared=100.0)
        self.assertFigures(second, paid=1000.0, cleared=500.0)
        self.assertEqual(before.reversal_move_ids.state, "posted")
        for wanted in ({first: 100.0}, {}, {first: 100.0, second: 499.99}, {first: 1100.0}):
            with self.assertRefused(UserError, "have to be offset"):
                receipt._relink_advances(wanted, "Less")
            self.assertFigures(first, paid=1000.0, cleared=100.0)

    def test_undo(self):
        advance = self._paid(1000.0)
        receipt = self._spend(600.0)
        offset = self._offset(receipt)
        move = offset.move_id
        with self.assertRaises(AccessError):
            offset.with_user(self.user).action_undo("No")
        with self.assertRaises(AccessError):
            offset.with_user(self.finance).write({"undone": True})
        with self.assertRaises(AccessError):
            offset.with_user(self.finance).unlink()
        offset.with_user(self.finance).action_undo("Wrong receipt")
        self.assertItems(
            move.reversal_move_ids, [(self.payable, 0.0, 600.0), (self.account, 600.0, 0.0)]
        )
        self.assertFigures(advance, paid=1000.0)
        self.assertEqual((receipt.payment_state, receipt.amount_residual), ("not_paid", 600.0))
        self.assertEqual(advance.state, "paid")
        with self.assertRefused(UserError, "undone already"):
            offset.with_user(self.finance).action_undo("Again")
        with self.assertRefused(UserError, "cannot be reset or cancelled"):
            move.button_draft()
        # now the receipt can be taken back
        receipt.button_draft()
        receipt.button_cancel()
        self.assertFigures(advance, paid=1000.0)

    def test_taking_entries_back_while_offset(self):
        """Traps 3 and 4: Odoo would keep or drop the match and the balance with it."""
        advance = self._paid(1000.0)
        receipt = self._spend(600.0)
        move = self._offset(receipt).move_id
        payment = advance.payment_ids
        for record, method, args in (
            (receipt, "button_draft", ()),
            (receipt, "button_cancel", ()),
            (receipt, "_reverse_moves", ([{}], True)),
            (receipt, "_reverse_moves", ([{}], False)),
            (receipt.expense_ids, "action_reset", ()),
            (move, "button_draft", ()),
            (move, "button_cancel", ()),
            (move, "_reverse_moves", ([{}], True)),
            (move, "write", ({"state": "draft"},)),
            (payment, "action_draft", ()),
            (payment, "action_cancel", ()),
            (payment, "unlink", ()),
            (payment.move_id, "_reverse_moves", ([{}], True)),
            (move.line_ids, "remove_move_reconcile", ()),
            (receipt.line_ids, "remove_move_reconcile", ()),
            (payment.move_id.line_ids, "remove_move_reconcile", ()),
        ):
            with (
                self.subTest(record=record, method=method),
                self.assertRefused(UserError, "offset|cleared|posted journal entry|on record"),
            ):
                getattr(record.with_user(self.accountant).sudo(), method)(*args)
        self.assertFigures(advance, paid=1000.0, cleared=600.0)
        self.assertEqual(receipt.payment_state, "paid")

    def test_matching_across_advances(self):
        one = self._paid(100.0)
        other = self._approved(50.0)
        back = self._pay(other).move_id._reverse_moves()
        back.line_ids.filtered("employee_advance_id").move_id.action_post()
        back.line_ids.remove_move_reconcile()
        lines = (one.line_ids + back.line_ids).filtered("employee_advance_id")
        with self.assertRefused(UserError, "matched only with entries of the same"):
            lines.reconcile()

    # Contact ------------------------------------------------------------------------------------

    def test_contact_swap_while_open(self):
        """Trap 7; a change of the user brings another contact too."""
        self.stranger_user = self._create_user("advance_newcomer")
        advance = self._paid(100.0)
        with self.assertRefused(UserError, "contact and company stay"):
            self.employee.work_contact_id = self.partner_a
        with self.assertRefused(UserError, "contact and company stay"):
            self.employee.user_id = self.stranger_user
        self._spend(100.0)
        self.assertEqual(advance.state, "settled")
        self.employee.work_contact_id = self.partner_a

    def test_partner_merge_keeps_the_balance(self):
        advance = self._paid(100.0)
        contact, target = (
            self.employee.work_contact_id,
            self.env["res.partner"].create({"name": "Same"}),
        )
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(
            (contact + target).ids, target, extra_checks=False
        )
        self.env.invalidate_all()
        self.assertEqual(self.employee.work_contact_id, target)
        self.assertFigures(advance, paid=100.0)
        self._spend(40.0)
        self.assertFigures(advance, paid=100.0, cleared=40.0)

    def test_shared_contact_of_two_companies(self):
        """Trap 7: the balance goes by advance and company, not by the contact they share."""
        advance = self._paid(100.0)
        other = self._create_employee(None, work_contact_id=self.employee.work_contact_id.id)
        self._spend(40.0, employee=other)
        self.assertFigures(advance, paid=100.0)

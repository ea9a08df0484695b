from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .money_common import MoneyCommon


@tagged("post_install", "-at_install")
class TestMoneyPayment(MoneyCommon):
    """Who pays what, and what the books and the advance say afterwards."""

    def test_account_and_journal_are_made(self):
        self.assertRecordValues(
            self.account, [{"account_type": "asset_current", "reconcile": True}]
        )
        self.assertEqual(self.company.advance_journal_id.type, "general")

    def test_missing_account_is_named(self):
        advance = self._approved()
        self.company.advance_account_id = False
        with self.assertRefused(UserError, "has no Advance Account"):
            self._pay(advance)

    def test_account_stays_while_advances_are_open(self):
        self._paid()
        with self.assertRefused(UserError, "1 advances of"):
            self.company.advance_account_id = self.account.copy()

    def test_payment_entry(self):
        advance = self._approved(5000.0)
        payment = self._pay(advance)
        self.assertItems(
            payment.move_id,
            [(self.account, 5000.0, 0.0), (payment.outstanding_account_id, 0.0, 5000.0)],
        )
        self.assertEqual(payment.move_id.line_ids.partner_id, self.employee.work_contact_id)
        self.assertFigures(advance, paid=5000.0)
        self.assertEqual(advance.state, "paid")

    def test_partial_payments(self):
        advance = self._approved(1000.0)
        self._pay(advance, 400.0)
        self.assertEqual((advance.state, advance.amount_unpaid), ("partially_paid", 600.0))
        with self.assertRefused(UserError, "600.00 are unpaid"):
            self._pay(advance, 600.01)
        self._pay(advance, 600.0)
        self.assertEqual((advance.state, advance.amount_unpaid), ("paid", 0.0))
        self.assertFigures(advance, paid=1000.0)

    def test_not_approved(self):
        advance = self._make_advance()
        with self.assertRefused(UserError, "Only what finance approved is paid"):
            self._pay(advance, 10.0)

    def test_payer_asked_or_approved(self):
        advance = self._approved()
        self.assertTrue(advance._get_deciders())
        for user in advance._get_deciders() | self.user:
            user.group_ids = [
                Command.link(self.env.ref("hr_employee_advance.group_advance_cashier").id)
            ]
            with self.assertRefused(AccessError, "another cashier|somebody else"):
                self._pay(advance, user=user)
        self.assertFalse(advance.payment_ids)

    def test_payer_without_group(self):
        advance = self._approved()
        with self.assertRaises(AccessError):
            self._pay(advance, user=self.finance)
        with self.assertRaises(AccessError):
            self._pay(advance, user=self.env.ref("base.user_admin"))

    def test_payment_by_accountant_over_rpc(self):
        """A draft of the cashier posted by somebody else, or with another amount."""
        advance = self._approved()
        payment = self._pay(advance)
        payment.action_draft()
        self.assertFigures(advance)
        self.assertEqual(advance.state, "finance_approved")
        with self.assertRefused(AccessError, "done by"):
            payment.with_user(self.accountant).action_post()
        with self.assertRefused(AccessError, "done by"):
            payment.move_id.with_user(self.accountant).action_post()
        with self.assertRefused(AccessError, "done by"):
            payment.move_id.with_user(self.accountant).write({"state": "posted"})
        payment.with_user(self.cashier).amount = 1000.01
        with self.assertRefused(UserError, "1,000.00 are unpaid"):
            payment.with_user(self.cashier).action_post()
        payment.with_user(self.cashier).amount = 1000.0
        payment.with_user(self.cashier).action_post()
        self.assertFigures(advance, paid=1000.0)

    def test_links_are_closed_to_clients(self):
        advance = self._approved()
        for values in (
            {"employee_advance_id": advance.id},
            {"payment_type": "inbound", "employee_advance_id": advance.id},
        ):
            with self.assertRaises(AccessError):
                self.env["account.payment"].with_user(self.cashier).create(
                    {"amount": 1.0, "journal_id": self.bank.id, "partner_type": "supplier"} | values
                )
        payment = self._pay(advance)
        line = payment.move_id.line_ids.filtered("employee_advance_id")
        for name, value in (("employee_advance_id", False), ("employee_advance_kind", "return")):
            with self.assertRaises(AccessError):
                line.with_user(self.accountant).write({name: value})

    def test_posted_item_is_fixed(self):
        payment = self._pay(self._approved())
        line = payment.move_id.line_ids.filtered("employee_advance_id")
        for values in (
            {"account_id": self.company_data["default_account_expense"].id},
            {"debit": 1.0},
            {"partner_id": self.partner_a.id},
        ):
            with self.assertRefused(UserError, "stays as it is posted"):
                line.write(values)

    def test_destination_survives_another_journal(self):
        """Trap 1: the computed account falls back to the partner's when the journal changes."""
        payment = self._pay(self._approved())
        payment.action_draft()
        payment.journal_id = self.cash
        self.assertEqual(payment.destination_account_id, self.account)
        payment.with_user(self.cashier).action_post()
        self.assertItems(
            payment.move_id,
            [(self.account, 1000.0, 0.0), (payment.outstanding_account_id, 0.0, 1000.0)],
        )

    def test_partner_of_a_draft_is_fixed(self):
        payment = self._pay(self._approved())
        payment.action_draft()
        for values in ({"partner_id": self.partner_a.id}, {"payment_type": "inbound"}):
            with self.assertRefused(UserError, "partner and direction stay"):
                payment.write(values)

    def test_cancel_and_reverse_without_clearing(self):
        advance = self._approved()
        self._pay(advance).action_cancel()
        self.assertFigures(advance)
        self.assertFalse(advance.date_paid)
        payment = self._pay(advance)
        payment.move_id._reverse_moves(cancel=True)
        self.assertFigures(advance)
        self.assertEqual((advance.state, advance.amount_unpaid), ("finance_approved", 1000.0))
        self.assertFalse(advance.date_paid)

    def test_entries_of_cancelled_payments_stay(self):
        """Also when they are reset first: Odoo would delete them."""
        advance = self._approved()
        payment = self._pay(advance)
        move = payment.move_id
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual((payment.state, move.exists().state), ("canceled", "cancel"))
        with self.assertRefused(UserError, "is on record"):
            payment.unlink()

    def test_reversal_once_and_not_back(self):
        advance = self._approved()
        move = self._pay(advance).move_id
        back = move._reverse_moves(cancel=True)
        with self.assertRefused(UserError, "does not take"):
            move._reverse_moves(cancel=True)
        with self.assertRefused(UserError, "does not take"):
            back._reverse_moves(cancel=True)
        with self.assertRefused(UserError, "cannot be reset or cancelled"):
            back.button_draft()
        with self.assertRefused(UserError, "cannot be reset or cancelled"):
            move.button_draft()
        self.assertFigures(advance)

    def test_copy_with_a_forged_reversal(self):
        advance = self._approved()
        move = self._pay(advance).move_id
        forged = move.copy({"reversed_entry_id": move.id})
        with self.assertRefused(UserError, "does not take"):
            forged.action_post()
        plain = move.copy()
        self.assertFalse(plain.line_ids.employee_advance_id)
        with self.assertRefused(UserError, "holds advances of employees only"):
            plain.action_post()

    def test_manual_entry_on_the_account(self):
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    Command.create({"account_id": self.account.id, "debit": 10.0}),
                    Command.create(
                        {"account_id": self.outstanding.id or self.payable.id, "credit": 10.0}
                    ),
                ]
            }
        )
        with self.assertRefused(UserError, "holds advances of employees only"):
            entry.action_post()

    def test_release_the_rest(self):
        advance = self._approved()
        self._pay(advance, 400.0)
        with self.assertRaises(AccessError):
            advance.with_user(self.colleague).action_release_unpaid()
        advance.with_user(self.user).action_release_unpaid()
        self.assertEqual((advance.amount_unpaid, advance.state), (0.0, "paid"))
        with self.assertRefused(UserError, "cannot be paid"):
            self._pay(advance, 1.0)

    def test_due_and_overdue(self):
        advance = self._paid(date=date(2024, 2, 1))
        self.assertEqual(
            (advance.date_paid, advance.date_due), (date(2024, 2, 1), date(2024, 3, 2))
        )
        for day, overdue in ((date(2024, 3, 2), 0), (date(2024, 3, 3), 1)):
            self.patch(type(self.company), "_company_today", lambda _company, day=day: day)
            advance.invalidate_recordset()
            self.assertEqual((advance.is_overdue, advance.overdue_days), (bool(overdue), overdue))
            found = self.env["hr.employee.advance"].search([("is_overdue", "=", True)])
            self.assertEqual(advance in found, bool(overdue))
            found = self.env["hr.employee.advance"].search([("is_overdue", "=", False)])
            self.assertEqual(advance in found, not overdue)

    def test_due_from_the_expected_date(self):
        advance = self._paid(date=date(2024, 2, 1))
        self.company.advance_overdue_from = "expected"
        self.assertEqual(advance.date_due, advance.date_expected)

    def test_figures_of_many_cost_the_same(self):
        advances = self._paid(100.0)
        for _number in range(5):
            advances += self._paid(100.0)
        names = ["amount_paid", "amount_residual", "is_overdue", "overdue_days", "date_due"]
        counts = []
        for records in (advances[:1], advances):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records.read(names)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_events(self):
        advance = self._approved()
        payment = self._pay(advance)
        payment.action_cancel()
        events = self.env["hr.control.event"].search(
            [("document_model", "=", advance._name), ("document_id", "=", advance.id)], order="id"
        )
        codes = [
            code
            for code in events.mapped("code")
            if code in ("advance.paid", "advance.payment_back")
        ]
        self.assertEqual(codes, ["advance.paid", "advance.payment_back"])

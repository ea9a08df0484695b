import base64
from contextlib import contextmanager

from odoo.fields import Command

from .common import AdvanceCommon


class MoneyCommon(AdvanceCommon):
    """Approved advances that are paid, and expenses of the employee that offset them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._ensure_advance_accounts()
        cls.account = cls.company.advance_account_id
        cls.payable = cls.employee.work_contact_id.property_account_payable_id
        cls.bank = cls.company_data["default_journal_bank"]
        cls.cash = cls.company_data["default_journal_cash"]
        cls.outstanding = cls.bank.outbound_payment_method_line_ids[:1].payment_account_id
        cls.company.advance_write_off_account_id = cls.company_data["default_account_expense"].copy(
            {"name": "Bad Advances"}
        )
        cls.second_cashier = cls._create_user(
            "advance_second_cashier", "hr_employee_advance.group_advance_cashier"
        )
        cls.accountant = cls._create_user(
            "advance_accountant",
            "account.group_account_user,hr_expense.group_hr_expense_manager",
        )
        cls.travel = cls.env["product.product"].create(
            {
                "name": "Travel",
                "type": "service",
                "can_be_expensed": True,
                "standard_price": 0.0,
                "supplier_taxes_id": [Command.clear()],
                "property_account_expense_id": cls.company_data["default_account_expense"].id,
            }
        )
        cls.policy.write({"amount": 1000000.0, "block_if_overdue": False})

    def _approved(self, amount=1000.0, **values):
        return self._approve(self._make_advance(amount, **values))

    def _pay(self, advance, amount=None, user=None, journal=None, date=None):
        """What the cashier's wizard does."""
        user = user or self.cashier
        wizard = (
            self.env["hr.employee.advance.pay"]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .create(
                {
                    "advance_id": advance.id,
                    "journal_id": (journal or self.bank).id,
                }
                | ({"amount": amount} if amount is not None else {})
                | ({"date": date} if date else {})
            )
        )
        action = wizard.action_pay()
        return self.env["account.payment"].browse(action["res_id"])

    def _paid(self, amount=1000.0, date=None, **values):
        advance = self._approved(amount, **values)
        self._pay(advance, date=date)
        return advance

    def _move(self, advance, target, amount, user=None, **values):
        """What is left goes to the next advance, by the wizard; its allocation."""
        user = user or self.cashier
        self.env["hr.employee.advance.transfer"].with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        ).create(
            {
                "advance_id": advance.id,
                "target_id": target.id,
                "amount": amount,
                "reason": "Next trip",
            }
            | values
        ).action_transfer()
        return advance.allocation_ids.filtered(
            lambda row: row.kind == "transfer" and not row.undone
        )

    def _create_expense(self, amount, employee=None, approve=True, **values):
        expense = self.env["hr.expense"].create(
            {
                "name": "Train",
                "employee_id": (employee or self.employee).id,
                "product_id": self.travel.id,
                "total_amount_currency": amount,
                "payment_mode": "own_account",
                "company_id": self.company.id,
                "tax_ids": [Command.clear()],
            }
            | values
        )
        if approve:
            expense.action_submit()
            expense._do_approve(check=False)
        return expense

    def _hand_in(self, advance, text, **values):
        return (
            self.env["hr.employee.advance.voucher"]
            .with_user(advance.create_uid)
            .create(
                {
                    "advance_id": advance.id,
                    "name": "Hotel",
                    "file": base64.b64encode(text.encode()),
                }
                | values
            )
            .with_env(self.env)
        )

    def _refuse(self, voucher):
        self.env["hr.employee.advance.voucher.mark"].with_user(self.finance).create(
            {"voucher_ids": voucher.ids, "verdict": "refused", "reason": "No stamp"}
        ).action_confirm()

    def _post(self, expenses, user=None, date=None):
        """Post by Odoo's own wizard; the receipts."""
        poster = self.env["hr.expense.post.wizard"].with_user(user or self.accountant)
        wizard = poster.with_context(
            active_ids=expenses.ids, allowed_company_ids=self.company.ids, company_paid_move_ids=[]
        ).create({} if date is None else {"accounting_date": date})
        wizard.action_post_entry()
        return expenses.account_move_id

    def _spend(self, amount, **values):
        return self._post(self._create_expense(amount, **values))

    def _offset(self, receipt):
        """The allocations that stand for a receipt."""
        return self.env["hr.employee.advance.allocation"].search(
            [("receipt_id", "=", receipt.id), ("undone", "=", False)]
        )

    @contextmanager
    def assertRefused(self, exception, sentence):
        """Refused with this sentence, and nothing of it done."""
        with self.assertRaisesRegex(exception, sentence), self.cr.savepoint():
            yield

    def assertItems(self, move, items):
        """``items``: ``(account, debit, credit)`` in order of account code and amount."""
        found = sorted((line.account_id.code, line.debit, line.credit) for line in move.line_ids)
        self.assertEqual(
            found, sorted((account.code, debit, credit) for account, debit, credit in items)
        )

    def assertFigures(
        self, advance, paid=0.0, cleared=0.0, returned=0.0, written_off=0.0, transferred=0.0
    ):
        """The figures, their sum, and the ledger behind them."""
        residual = paid - cleared - returned - written_off - transferred
        self.assertRecordValues(
            advance,
            [
                {
                    "amount_paid": paid,
                    "amount_cleared": cleared,
                    "amount_returned": returned,
                    "amount_written_off": written_off,
                    "amount_transferred": transferred,
                    "amount_residual": residual,
                }
            ],
        )
        self.assertLedger(advance)

    def assertLedger(self, advances):
        """What the figures say is what the posted items say, and what Odoo still has to match."""
        for advance in advances:
            lines = self.env["account.move.line"].search(
                [("employee_advance_id", "=", advance.id), ("parent_state", "=", "posted")]
            )
            currency, home = advance.currency_id, advance.company_currency_id
            for amount, figure, unit in (
                (sum(lines.mapped("amount_currency")), advance.amount_residual, currency),
                (sum(lines.mapped("amount_residual_currency")), advance.amount_residual, currency),
                (sum(lines.mapped("balance")), advance.amount_residual_company, home),
                (sum(lines.mapped("amount_residual")), advance.amount_residual_company, home),
            ):
                self.assertEqual(unit.compare_amounts(amount, figure), 0, advance.name)
            self.assertEqual(
                currency.compare_amounts(
                    advance.amount_paid,
                    advance.amount_cleared
                    + advance.amount_returned
                    + advance.amount_written_off
                    + advance.amount_transferred
                    + advance.amount_residual,
                ),
                0,
            )

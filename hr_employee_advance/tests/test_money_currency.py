from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .money_common import MoneyCommon


@tagged("post_install", "-at_install")
class TestMoneyCurrency(MoneyCommon):
    """Advances in another currency: its own figures to the cent, differences in company currency only.

    One euro is 2.00 dollars when it is paid and 2.50 when it is spent.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("2024-01-01", 0.5), ("2024-02-01", 0.4)], rounding=0.01
        )
        cls.gain = cls.company.income_currency_exchange_account_id
        cls.spent_on = date(2024, 2, 15)

    def _paid_euro(self, amount=1000.0):
        return self._paid(amount, date=date(2024, 1, 10), currency_id=self.euro.id)

    def _spend_on(self, amount, accounting=None, **values):
        values.setdefault("date", self.spent_on)
        return self._post(self._create_expense(amount, **values), date=accounting or self.spent_on)

    def _return(self, advance, amount):
        wizard = (
            self.env["hr.employee.advance.return"]
            .with_user(self.cashier)
            .create(
                {
                    "advance_id": advance.id,
                    "amount": amount,
                    "journal_id": self.bank.id,
                    "date": date(2024, 3, 1),
                }
            )
        )
        wizard.action_return()

    def assertCompany(self, advance, paid, exchange, cleared, returned=0.0, residual=0.0):
        self.assertRecordValues(
            advance,
            [
                {
                    "amount_paid_company": paid,
                    "amount_exchange_company": exchange,
                    "amount_cleared_company": cleared,
                    "amount_returned_company": returned,
                    "amount_residual_company": residual,
                }
            ],
        )

    def test_gain_line_by_line(self):
        advance = self._paid_euro()
        item = advance.line_ids
        self.assertRecordValues(item, [{"amount_currency": 1000.0, "balance": 2000.0}])
        receipt = self._spend_on(2250.0)
        allocation = self._offset(receipt)
        self.assertRecordValues(
            allocation.move_id.line_ids.sorted("balance"),
            [
                {
                    "account_id": self.account.id,
                    "currency_id": self.euro.id,
                    "amount_currency": -900.0,
                    "balance": -2250.0,
                },
                {
                    "account_id": self.payable.id,
                    "currency_id": self.company.currency_id.id,
                    "amount_currency": 2250.0,
                    "balance": 2250.0,
                },
            ],
        )
        exchange = advance.line_ids.filtered(lambda line: line.employee_advance_kind == "exchange")
        self.assertItems(exchange.move_id, [(self.account, 450.0, 0.0), (self.gain, 0.0, 450.0)])
        self.assertEqual(exchange.amount_currency, 0.0)
        self.assertFigures(advance, paid=1000.0, cleared=900.0)
        self.assertCompany(advance, 2000.0, 450.0, 2250.0, residual=200.0)
        self._return(advance, 100.0)
        self.assertFigures(advance, paid=1000.0, cleared=900.0, returned=100.0)
        self.assertCompany(advance, 2000.0, 500.0, 2250.0, returned=250.0)
        self.assertEqual(advance.state, "settled")
        for allocation in advance.allocation_ids:
            allocation.with_user(self.finance).action_undo("Walk back")
        self.assertFigures(advance, paid=1000.0)
        self.assertCompany(advance, 2000.0, 0.0, 0.0, residual=2000.0)

    def test_loss_line_by_line(self):
        """A euro that was worth 2.50 when it was lent is worth 2.00 when it is spent."""
        advance = self._paid(1000.0, date=date(2024, 2, 10), currency_id=self.euro.id)
        receipt = self._spend_on(1800.0, date=date(2024, 1, 20), accounting=self.spent_on)
        offset = self._offset(receipt).move_id
        self.assertRecordValues(
            offset.line_ids.sorted("balance"),
            [
                {
                    "account_id": self.account.id,
                    "currency_id": self.euro.id,
                    "amount_currency": -900.0,
                    "balance": -1800.0,
                },
                {
                    "account_id": self.payable.id,
                    "currency_id": self.company.currency_id.id,
                    "amount_currency": 1800.0,
                    "balance": 1800.0,
                },
            ],
        )
        loss = self.company.expense_currency_exchange_account_id
        exchange = advance.line_ids.filtered(lambda line: line.employee_advance_kind == "exchange")
        self.assertItems(exchange.move_id, [(self.account, 0.0, 450.0), (loss, 450.0, 0.0)])
        self.assertEqual(exchange.amount_currency, 0.0)
        self.assertFigures(advance, paid=1000.0, cleared=900.0)
        self.assertCompany(advance, 2500.0, -450.0, 1800.0, residual=250.0)
        self._offset(receipt).with_user(self.finance).action_undo("Wrong advance")
        self.assertItems(
            exchange.move_id.reversal_move_ids, [(self.account, 450.0, 0.0), (loss, 0.0, 450.0)]
        )
        self.assertFigures(advance, paid=1000.0)
        self.assertCompany(advance, 2500.0, 0.0, 0.0, residual=2500.0)

    def test_expense_in_a_third_currency(self):
        """A receipt in yen clears euros: by what it costs in dollars."""
        yen = self.setup_other_currency("JPY", rates=[("2024-01-01", 150.0)], rounding=1.0)
        advance = self._paid_euro()
        receipt = self._spend_on(15000.0, currency_id=yen.id)
        self.assertEqual(receipt.amount_total, 100.0)
        self.assertFigures(advance, paid=1000.0, cleared=40.0)
        self.assertEqual(advance.amount_cleared_company, 100.0)
        self.assertEqual(receipt.amount_residual, 0.0)

    def test_move_to_the_next_one_at_book_value(self):
        first, second = self._paid_euro(), self._approved(500.0, currency_id=self.euro.id)
        self._move(first, second, 400.0, user=self.write_off)
        self.assertFigures(first, paid=1000.0, transferred=400.0)
        self.assertFigures(second, paid=400.0)
        self.assertEqual(first.amount_exchange_company, 0.0)
        self.assertEqual(first.amount_residual_company, 1200.0)
        self.assertEqual(second.amount_residual_company, 800.0)

    # The exchange journal -------------------------------------------------------------------------

    def _entry(self, journal, day, *items):
        """``items``: ``(account, amount in euro, balance)``"""
        return self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "currency_id": self.euro.id,
                            "amount_currency": amount,
                            "balance": balance,
                            "partner_id": self.employee.work_contact_id.id,
                        }
                    )
                    for account, amount, balance in items
                ],
            }
        )

    def test_nobody_enters_a_difference_by_hand(self):
        """It would make the account differ from the advances, by an amount in one currency only."""
        journal = self.company.currency_exchange_journal_id
        for amount, balance in ((0.0, 50.0), (0.0, -50.0), (50.0, 0.0)):
            entry = self._entry(
                journal,
                date(2024, 2, 1),
                (self.account, amount, balance),
                (self.gain, -amount, -balance),
            )
            for forged in (True, {"has": True}, [entry.id]):
                with self.assertRefused(UserError, "holds advances of employees only"):
                    entry.with_context(advance_differences=forged).action_post()
            self.assertEqual(entry.state, "draft")

    def test_difference_of_what_was_there_before(self):
        """Items from before it became the advance account are matched, and unmatched, as everywhere."""
        old = self.account.copy({"name": "Old Advances"})
        journal = self.company.advance_journal_id
        revenue = self.company_data["default_account_revenue"]
        lent = self._entry(
            journal, date(2024, 1, 10), (old, 100.0, 200.0), (revenue, -100.0, -200.0)
        )
        back = self._entry(
            journal, date(2024, 2, 10), (old, -100.0, -250.0), (revenue, 100.0, 250.0)
        )
        (lent + back).action_post()
        self.company.advance_account_id = old
        items = (lent + back).line_ids.filtered(lambda line: line.account_id == old)
        items.with_user(self.accountant).reconcile()
        self.assertTrue(all(items.mapped("reconciled")))
        exchange = (
            items.matched_debit_ids.exchange_move_id | items.matched_credit_ids.exchange_move_id
        )
        self.assertItems(exchange, [(old, 50.0, 0.0), (self.gain, 0.0, 50.0)])
        items.with_user(self.accountant).remove_move_reconcile()
        self.assertEqual(exchange.reversal_move_ids.state, "posted")
        self.assertEqual(sum(items.mapped("amount_residual")), -50.0)

    # A day without a rate -------------------------------------------------------------------------

    def test_no_rate_no_request(self):
        """Odoo would take a currency without any rate for the company's own, one to one."""
        self.euro.rate_ids.unlink()
        advance = self._make_advance(100.0, currency_id=self.euro.id)
        with self.assertRefused(UserError, "no rate of EUR on "):
            self._submit(advance)
        self._create_rate(self.company._company_today() + timedelta(days=1))
        with self.assertRefused(UserError, "no rate of EUR"):
            self._submit(advance)
        self._create_rate(self.company._company_today())
        self._submit(advance)
        self.assertEqual(advance.request_state, "submitted")

    def _create_rate(self, day):
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.euro.id,
                "company_id": self.company.id,
                "name": day,
                "rate": 0.5,
            }
        )

    def test_no_rate_no_entry(self):
        """Neither paid, nor returned, deducted, spent or opened on a day before the first rate."""
        early = date(2023, 12, 31)
        advance = self._approved(1000.0, currency_id=self.euro.id)
        with self.assertRefused(UserError, "no rate of EUR on 12/31/2023"):
            self._pay(advance, date=early)
        self._pay(advance, date=date(2024, 1, 1))
        with self.assertRefused(UserError, "no rate of EUR on 12/31/2023"):
            self.env["hr.employee.advance.return"].with_user(self.cashier).create(
                {
                    "advance_id": advance.id,
                    "amount": 10.0,
                    "journal_id": self.bank.id,
                    "date": early,
                }
            ).action_return()
        with self.assertRefused(UserError, "no rate of EUR on 12/31/2023"):
            self.env["hr.employee.advance.deduct"].with_user(self.finance).create(
                {"advance_id": advance.id, "amount": 10.0, "date": early, "reason": "March"}
            ).action_deduct()
        with self.assertRefused(UserError, "no rate of EUR on 12/31/2023"):
            self._spend_on(10.0, date=early)
        self.company.advance_rate_policy = "advance_rate"
        self._spend_on(10.0, date=early)
        self.assertFigures(advance, paid=1000.0, cleared=5.0)

    def test_rate_of_the_advance(self):
        self.company.advance_rate_policy = "advance_rate"
        advance = self._paid_euro()
        receipt = self._spend_on(2250.0)
        self.assertFigures(advance, paid=1000.0, cleared=1000.0)
        self.assertCompany(advance, 2000.0, 0.0, 2000.0)
        self.assertEqual(receipt.amount_residual, 250.0)

    def test_more_than_the_advance(self):
        advance = self._paid_euro()
        receipt = self._spend_on(2500.01)
        self.assertFigures(advance, paid=1000.0, cleared=1000.0)
        self.assertEqual(receipt.amount_residual, 0.01)
        self.assertEqual(advance.amount_residual_company, 0.0)

    def test_cents(self):
        advance = self._paid_euro(100.01)
        for amount in (33.33, 0.01, 71.07, 0.03, 145.6):
            self._spend_on(amount)
            self.assertLedger(advance)

    def test_yen_has_no_cents(self):
        yen = self.setup_other_currency("JPY", rates=[("2024-01-01", 150.0)], rounding=1.0)
        advance = self._paid(10001.0, date=date(2024, 1, 10), currency_id=yen.id)
        self.assertEqual(advance.amount_paid, 10001.0)
        self._spend_on(33.33)
        self.assertFigures(advance, paid=10001.0, cleared=5000.0)
        self._spend_on(33.34)
        self.assertFigures(advance, paid=10001.0, cleared=10001.0)
        self.assertEqual(advance.amount_residual_company, 0.0)

    def test_write_off_at_book_value(self):
        self.company.advance_write_off_tolerance = 2000.0
        advance = self._paid_euro()
        self.env["hr.employee.advance.write.off"].with_user(self.finance).create(
            {"advance_id": advance.id, "amount": 500.0, "reason": "Half"}
        )
        self.assertFigures(advance, paid=1000.0, written_off=500.0)
        self.assertEqual(advance.amount_written_off_company, 1000.0)
        self.assertEqual(advance.amount_exchange_company, 0.0)

    def test_home_and_foreign_advance_together(self):
        euro, home = self._paid_euro(), self._paid(500.0)
        receipt = self._spend_on(2750.0)
        self.assertEqual(len(self._offset(receipt)), 2)
        self.assertFigures(euro, paid=1000.0, cleared=1000.0)
        self.assertFigures(home, paid=500.0, cleared=250.0)


@tagged("post_install", "-at_install")
class TestMoneyReceivable(MoneyCommon):
    """The other kind of account that a company may set: a receivable, kept out of what customers owe."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["account.account"].create(
            {
                "name": "Advances",
                "code": "121900",
                "account_type": "asset_receivable",
                "reconcile": True,
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        cls.company.advance_account_id = cls.account

    def test_pay_spend_return_undo(self):
        self.assertTrue(self.account.non_trade)
        advance = self._approved(1000.0)
        payment = self._pay(advance)
        self.assertItems(
            payment.move_id,
            [(self.account, 1000.0, 0.0), (payment.outstanding_account_id, 0.0, 1000.0)],
        )
        receipt = self._spend(600.0)
        self.assertItems(
            self._offset(receipt).move_id,
            [(self.payable, 600.0, 0.0), (self.account, 0.0, 600.0)],
        )
        self.assertFigures(advance, paid=1000.0, cleared=600.0)
        self.env["hr.employee.advance.return"].with_user(self.cashier).create(
            {"advance_id": advance.id, "amount": 400.0, "journal_id": self.bank.id}
        ).action_return()
        self.assertFigures(advance, paid=1000.0, cleared=600.0, returned=400.0)
        for allocation in advance.allocation_ids:
            allocation.with_user(self.finance).action_undo("Walk back")
        payment.action_draft()
        self.assertFigures(advance)

    def test_over_claim_deduction_and_move(self):
        advance, target = self._paid(100.0), self._approved(50.0)
        move = self._move(advance, target, 30.0).move_id
        self.assertItems(move, [(self.account, 30.0, 0.0), (self.account, 0.0, 30.0)])
        self.env["hr.employee.advance.deduct"].with_user(self.finance).create(
            {"advance_id": advance.id, "amount": 20.0, "reason": "March"}
        ).action_deduct()
        deduction = advance.allocation_ids.filtered(lambda row: row.kind == "payroll").move_id
        self.assertItems(
            deduction,
            [(self.company.advance_payroll_account_id, 20.0, 0.0), (self.account, 0.0, 20.0)],
        )
        receipt = self._spend(80.01)
        self.assertItems(
            self._offset(receipt).move_id,
            [(self.payable, 80.0, 0.0), (self.account, 0.0, 50.0), (self.account, 0.0, 30.0)],
        )
        self.assertEqual(receipt.amount_residual, 0.01)
        self.assertFigures(advance, paid=100.0, transferred=30.0, cleared=70.0)
        self.assertFigures(target, paid=30.0, cleared=30.0)

    def test_gain_and_write_off(self):
        euro = self.setup_other_currency(
            "EUR", rates=[("2024-01-01", 0.5), ("2024-02-01", 0.4)], rounding=0.01
        )
        advance = self._paid(1000.0, date=date(2024, 1, 10), currency_id=euro.id)
        day = date(2024, 2, 15)
        receipt = self._post(self._create_expense(2250.0, date=day), date=day)
        self.assertItems(
            self._offset(receipt).move_id,
            [(self.payable, 2250.0, 0.0), (self.account, 0.0, 2250.0)],
        )
        exchange = advance.line_ids.filtered(lambda line: line.employee_advance_kind == "exchange")
        gain = self.company.income_currency_exchange_account_id
        self.assertItems(exchange.move_id, [(self.account, 450.0, 0.0), (gain, 0.0, 450.0)])
        self.company.advance_write_off_tolerance = 200.0
        write_off = (
            self.env["hr.employee.advance.write.off"]
            .with_user(self.finance)
            .create({"advance_id": advance.id, "amount": 100.0, "reason": "Lost"})
        )
        self.assertItems(
            write_off.allocation_id.move_id,
            [(self.company.advance_write_off_account_id, 200.0, 0.0), (self.account, 0.0, 200.0)],
        )
        self.assertFigures(advance, paid=1000.0, cleared=900.0, written_off=100.0)
        self.assertEqual(advance.amount_residual_company, 0.0)


@tagged("post_install", "-at_install")
class TestMoneyChina(MoneyCommon):
    """The Chinese chart: 1221xx, and reversals in red."""

    @classmethod
    @MoneyCommon.setup_country("cn")
    def setUpClass(cls):
        super().setUpClass()

    def test_account(self):
        self.assertRegex(self.account.code, r"^1221\d\d$")
        self.assertRecordValues(
            self.account, [{"account_type": "asset_current", "reconcile": True}]
        )
        self.assertEqual(self.company.advance_payroll_account_id.code[:4], "2211")
        self.assertTrue(self.company.account_storno)

    def test_undo_in_red(self):
        advance = self._paid(5000.0)
        receipt = self._spend(3180.0)
        allocation = self._offset(receipt)
        move = allocation.move_id
        self.assertItems(move, [(self.payable, 3180.0, 0.0), (self.account, 0.0, 3180.0)])
        allocation.with_user(self.finance).action_undo("Wrong receipt")
        self.assertItems(
            move.reversal_move_ids, [(self.payable, -3180.0, 0.0), (self.account, 0.0, -3180.0)]
        )
        self.assertFigures(advance, paid=5000.0)
        # red items in the reports: what was paid stays paid, what is open is open
        self.assertEqual(self._get_told(advance), (5000.0, 5000.0))
        row = self.env["hr.employee.advance.report"].search([("advance_id", "=", advance.id)])
        self.assertEqual((row.amount_paid, row.amount_open), (5000.0, 5000.0))
        receipt.expense_ids.with_user(self.finance).action_offset_advance()
        self.assertFigures(advance, paid=5000.0, cleared=3180.0)
        self.assertEqual(self._get_told(advance), (5000.0, 1820.0))

    def _get_told(self, advance):
        """Paid and open, as the employee is asked to confirm them."""
        balances = self.env["hr.employee.advance.confirmation"]._get_balances(
            self.employee, self.company, self.company._company_today()
        )
        [(_employee, [line])] = balances
        return line["paid"], line["residual"]

    def test_payment_reversed_in_red(self):
        advance = self._approved(5000.0)
        payment = self._pay(advance)
        back = payment.move_id._reverse_moves(cancel=True)
        self.assertItems(
            back, [(self.account, -5000.0, 0.0), (payment.outstanding_account_id, 0.0, -5000.0)]
        )
        self.assertFigures(advance)
        self.assertFalse(advance.date_paid)

from datetime import date

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

    def _spend_on(self, amount, **values):
        return self._post(
            self._create_expense(amount, date=self.spent_on, **values), date=self.spent_on
        )

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
        receipt.expense_ids.with_user(self.finance).action_offset_advance()
        self.assertFigures(advance, paid=5000.0, cleared=3180.0)

    def test_payment_reversed_in_red(self):
        advance = self._approved(5000.0)
        payment = self._pay(advance)
        back = payment.move_id._reverse_moves(cancel=True)
        self.assertItems(
            back, [(self.account, -5000.0, 0.0), (payment.outstanding_account_id, 0.0, -5000.0)]
        )
        self.assertFigures(advance)
        self.assertFalse(advance.date_paid)

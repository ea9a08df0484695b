import random
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .money_common import MoneyCommon

STEPS = 40


@tagged("post_install", "-at_install")
class TestMoneyWalk(MoneyCommon):
    """Whatever is done and undone in whatever order: nothing appears, nothing is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.advance_write_off_tolerance = 1000000.0
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("2024-01-01", 0.5), ("2024-02-01", 0.4)], rounding=0.01
        )

    def test_conservation(self):
        dice = random.Random(19)
        self.advances = self._approved(1000.35) + self._approved(650.35)
        self.advances += self._approved(777.77, currency_id=self.euro.id)
        self.receipts = self.env["account.move"]
        steps = [
            self._step_pay,
            self._step_pay,
            self._step_spend,
            self._step_spend,
            self._step_return,
            self._step_write_off,
            self._step_deduct,
            self._step_move,
            self._step_undo,
            self._step_undo,
            self._step_payment_back,
        ]
        done = refused = 0
        for number in range(STEPS):
            step = dice.choice(steps)
            amount = dice.choice((0.01, 33.33, 100.0, 250.07, 650.35))
            try:
                with self.cr.savepoint():
                    step(dice, dice.choice(self.advances), amount)
                done += 1
            except UserError:
                refused += 1  # that nothing is left of it is what the next lines show
            with self.subTest(step=f"{number} {step.__name__} {amount}"):
                self.assertLedger(self.advances)
                self.assertTrue(all(advance.amount_residual >= 0 for advance in self.advances))
        self.assertGreater(done, STEPS // 3)
        self.assertEqual(done + refused, STEPS)
        for receipt in self.receipts:
            offset = sum(self._offset(receipt).mapped("amount_company"))
            self.assertAlmostEqual(receipt.amount_residual, receipt.amount_total - offset)

    def _step_pay(self, dice, advance, amount):
        self._pay(advance, amount, date=date(2024, dice.choice((1, 2)), 10))

    def _step_spend(self, dice, advance, amount):
        self.receipts += self._spend(amount, date=date(2024, dice.choice((1, 2)), 15))

    def _step_return(self, dice, advance, amount):
        self.env["hr.employee.advance.return"].with_user(self.cashier).create(
            {"advance_id": advance.id, "amount": amount, "journal_id": self.bank.id}
        ).action_return()

    def _step_write_off(self, dice, advance, amount):
        self.env["hr.employee.advance.write.off"].with_user(self.finance).create(
            {"advance_id": advance.id, "amount": amount, "reason": "Walk"}
        )

    def _step_deduct(self, dice, advance, amount):
        self.env["hr.employee.advance.deduct"].with_user(self.finance).create(
            {"advance_id": advance.id, "amount": amount, "reason": "Walk"}
        ).action_deduct()

    def _step_move(self, dice, advance, amount):
        self._move(advance, dice.choice(self.advances - advance), amount, user=self.write_off)

    def _step_undo(self, dice, advance, amount):
        standing = advance.allocation_ids.filtered(lambda row: not row.undone)
        if standing:
            dice.choice(standing).with_user(self.finance).action_undo("Walk")

    def _step_payment_back(self, dice, advance, amount):
        paid = advance.payment_ids.filtered(
            lambda payment: payment.payment_type == "outbound" and payment.state != "canceled"
        )
        if paid:
            payment = dice.choice(paid)
            if dice.random() < 0.5:
                payment.action_cancel()
            else:
                payment.move_id._reverse_moves(cancel=True)

from odoo.tests import tagged

from .ageing_common import AgeingCommon


@tagged("post_install", "-at_install")
class TestAgeing(AgeingCommon):
    """What was open on a day, rebuilt from dated reconciliations, and the ledger beside it."""

    def test_an_invoice_is_open_from_its_day_to_the_day_of_payment(self):
        invoice = self._bill(650.35, "01-10", "02-09")
        self._pay_on("03-01", invoice)
        for day, amounts in (
            ("01-09", []),
            ("01-10", [650.35]),
            ("02-28", [650.35]),
            ("03-01", []),
        ):
            self.assertOpen(day, amounts)

    def test_partial_payments(self):
        invoice = self._bill(1000.0, "01-10")
        self._pay_on("02-01", invoice, 349.65)
        self._pay_on("03-01", invoice, 600.35)
        for day, amounts in (
            ("01-31", [1000.0]),
            ("02-01", [650.35]),
            ("03-01", [50.0]),
            ("2025-12-31", [50.0]),
        ):
            self.assertOpen(day, amounts)

    def test_each_instalment(self):
        invoice = self._bill(1000.0, "01-10", invoice_payment_term_id=self.pay_terms_b.id)
        self._pay_on("02-01", invoice, 500.0)
        self.assertOpen("01-31", [300.0, 700.0])
        self.assertOpen("02-01", [500.0])

    def test_a_payment_before_its_invoice_is_a_credit_until_then(self):
        payment = self._pay_on_account(800.0, date=self._day("01-05"))
        invoice = self._bill(650.35, "02-01")
        self._match(payment, invoice)
        self.assertOpen("01-31", [-800.0])
        self.assertOpen("02-01", [-149.65])

    def test_a_credit_note_counts_from_its_own_day(self):
        invoice = self._bill(1000.0, "01-10")
        refund = self._refund(invoice, price=400.0, post=False)
        refund.write({"invoice_date": self._day("03-15"), "date": self._day("03-15")})
        refund.action_post()
        self._match(invoice, refund)
        self.assertOpen("03-14", [1000.0])
        self.assertOpen("03-15", [600.0])

    def test_what_is_unmatched_later_counts_as_never_matched(self):
        invoice = self._bill(1000.0, "01-10")
        payment = self._pay_on("02-01", invoice, 400.0)
        self.assertOpen("02-15", [600.0])
        self._items(invoice, payment).remove_move_reconcile()
        self.assertOpen("02-15", [1000.0, -400.0])
        self._match(invoice, payment)
        self.assertOpen("02-15", [600.0])

    def test_a_cancelled_payment_never_happened(self):
        payment = self._pay_on("02-01", self._bill(1000.0, "01-10"))
        payment.action_draft()
        self.assertEqual(self.assertOpen("02-15", []).unposted, -1000.0)
        payment.action_cancel()
        self.assertOpen("02-15", [1000.0])

    def test_drafts_are_not_owed(self):
        self._bill(1000.0, "01-10", post=False)
        self.assertOpen("02-15", [])

    def test_journal_entries_and_customers_without_name(self):
        self._entry_on("01-01", 300.0, date_maturity="2023-03-01")
        move = self._entry_on("01-02", 50.0, post=False)
        move.line_ids.partner_id = False
        move.action_post()
        self.assertOpen("02-15", [300.0, 50.0])

    # Foreign currency ---------------------------------------------------------------------------

    def test_exchange_difference(self):
        """1,000 euros are worth 500.00, then 400.00; Odoo books the loss at the end of the month."""
        euro = self._create_falling_euro()
        invoice = self._bill(1000.0, "01-10", currency_id=euro.id)
        self._pay_on("02-15", invoice, currency_id=euro.id)
        self.assertOpen("02-14", [500.0])
        self.assertEqual(list(self._get_open("02-14").values()), [(500.0, 1000.0)])
        self.assertOpen("02-27", [100.0])
        self.assertEqual(list(self._get_open("02-27").values()), [(100.0, 0.0)])
        self.assertOpen("02-28", [])

    # The ledger ---------------------------------------------------------------------------------

    def test_accounts_that_are_not_trade_are_named(self):
        self._bill(1000.0, "01-10")
        account = self.receivable.copy({"code": "1220X", "non_trade": True})
        self._entry_on("01-15", 70.0, account=account)
        check = self.assertOpen("02-15", [1000.0])
        self.assertEqual((check.ledger, check.non_trade), (1070.0, 70.0))

    def test_reconciled_with_a_draft_is_named(self):
        invoice = self._bill(1000.0, "01-10")
        draft = self._entry_on("02-01", -400.0, post=False)
        self._match(invoice, draft)
        self.assertOpen("01-31", [1000.0])
        check = self.assertOpen("02-01", [600.0])
        self.assertEqual((check.ledger, check.unposted), (1000.0, -400.0))
        draft.action_post()
        check = self.assertOpen("02-01", [600.0])
        self.assertEqual((check.ledger, check.unposted), (600.0, 0.0))

    def test_broken_books_show_as_a_difference(self):
        invoice = self._bill(1000.0, "01-10")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET amount_residual = 999.99 WHERE id = %s",
            [self._items(invoice).id],
        )
        check = self.env["credit.ageing"]._get_check(self.company.ids, self._day("02-15"))
        self.assertEqual(check[self.company.id].difference, -0.01)

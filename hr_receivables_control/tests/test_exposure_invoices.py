from odoo.tests import tagged

from .exposure_common import ExposureCommon


@tagged("post_install", "-at_install")
class TestExposureDrafts(ExposureCommon):
    """A draft invoice moves nothing: what its order holds goes on counting until it is posted."""

    def test_draft_made_changed_deleted(self):
        order = self._order(self._line(100.0, 10, taxes=self.tax))
        invoice = self._invoice(order, post=False)
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertParts(orders=1130.0)
        invoice.invoice_line_ids.quantity = 4.0
        self.assertParts(orders=1130.0)
        invoice.invoice_line_ids.quantity = 30.0
        self.assertParts(orders=1130.0)
        invoice.unlink()
        self.assertParts(orders=1130.0)

    def test_draft_posted_and_reset(self):
        order = self._order(self._line(100.0, 10, taxes=self.tax))
        invoice = self._invoice(order, post=False)
        invoice.action_post()
        self.assertParts(receivable=1130.0)
        invoice.button_draft()
        self.assertParts(orders=1130.0)
        invoice.button_cancel()
        self.assertParts(orders=1130.0)

    def test_draft_for_another_partner_than_the_order_s(self):
        other = self.env["res.partner"].create({"name": "Leasing Bank", "is_company": True})
        account = self._create_account(other, 0.0, mode="unlimited")
        order = self._order(self._line(1000.0))
        invoice = self._invoice(order, post=False)
        invoice.partner_id = other
        self.assertParts(orders=1000.0)
        self.assertParts(account=account)
        invoice.action_post()
        self.assertParts()
        self.assertParts(receivable=1000.0, account=account)

    def test_several_drafts_of_one_order_count_it_once(self):
        order = self._order(self._line(100.0, 10), self._line(50.0, 2))
        self._invoice(order, [4.0, 0.0], post=False)
        self._invoice(order, [6.0, 2.0], post=False)
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertParts(orders=1100.0)

    def test_one_draft_of_several_orders(self):
        orders = self._order(self._line(100.0)) + self._order(self._line(50.0, 2, taxes=self.tax))
        invoice = self._invoice(orders, post=False)
        self.assertEqual(len(invoice), 1)
        self.assertParts(orders=213.0)
        invoice.action_post()
        self.assertParts(receivable=213.0)

    def test_draft_credit_note_gives_nothing(self):
        order = self._order(self._line(100.0, 10))
        invoice = self._invoice(order)
        refund = self._refund(invoice, post=False)
        self.assertParts(receivable=1000.0)
        refund.unlink()
        self.assertParts(receivable=1000.0)

    def test_draft_credit_note_beside_a_draft_invoice(self):
        order = self._order(self._line(100.0, 10))
        self._refund(self._invoice(order), post=False)
        self._invoice(order, post=False)
        self.assertParts(receivable=1000.0)

    def test_draft_invoice_without_an_order_holds_nothing(self):
        self.init_invoice("out_invoice", partner=self.customer, amounts=[500.0], taxes=[])
        self.assertParts()


@tagged("post_install", "-at_install")
class TestExposureCreditNotes(ExposureCommon):
    """What is taken back waits to be invoiced anew, unless it was given away."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order(cls._line(100.0, 10))
        cls.invoice = cls._invoice(cls.order)

    def test_full_correction_of_an_unpaid_invoice_opens_the_order_again(self):
        self._refund(self.invoice)
        self.assertEqual(self.invoice.payment_state, "reversed")
        self.assertParts(orders=1000.0)
        self._invoice(self.order, post=False)
        self.assertParts(orders=1000.0)
        self.order.invoice_ids.filtered(lambda move: move.state == "draft").action_post()
        self.assertParts(receivable=1000.0)

    def test_reverse_and_create_invoice_changes_nothing(self):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.invoice.ids)
            .create({"journal_id": self.invoice.journal_id.id, "date": self.invoice.date})
        )
        wizard.modify_moves()
        self.assertParts(orders=1000.0)

    def test_partial_correction_opens_what_came_back(self):
        self._refund(self.invoice, [4.0])
        self.assertParts(receivable=600.0, orders=400.0)

    def test_correction_stays_one_when_the_rest_is_paid(self):
        self._refund(self.invoice, [4.0])
        self._pay(self.invoice, 600.0)
        self.assertEqual(self.invoice.payment_state, "paid")
        self.assertParts(orders=400.0)

    def test_correction_stays_one_when_it_is_unmatched(self):
        refund = self._refund(self.invoice, [4.0])
        refund.line_ids.remove_move_reconcile()
        self.assertParts(receivable=600.0, orders=400.0)

    def test_correction_that_settles_a_partly_paid_invoice(self):
        self._pay(self.invoice, 700.0)
        self._refund(self.invoice, [4.0])
        self.assertParts(receivable=-100.0, orders=400.0)

    def test_goodwill_on_a_paid_invoice_is_the_customers_money(self):
        self._pay(self.invoice)
        refund = self._refund(self.invoice)
        self.assertEqual(self.order.invoice_status, "to invoice")
        self.assertParts(receivable=-1000.0)
        refund.button_draft()
        self.assertParts()

    def test_goodwill_paid_out(self):
        self._pay(self.invoice)
        self._pay(self._refund(self.invoice))
        self.assertParts()

    def test_second_credit_note_of_a_reversed_invoice_is_goodwill(self):
        self._refund(self.invoice)
        self._refund(self.invoice)
        self.assertParts(receivable=-1000.0, orders=1000.0)

    def test_price_concession_is_given_away(self):
        self._refund(self.invoice, price=15.0)
        self.assertParts(receivable=850.0)

    def test_price_concession_is_measured_by_the_invoice(self):
        order = self._order(self._line(200.0, 5))
        invoice = self._invoice(order, post=False)
        invoice.invoice_line_ids.price_unit = 80.0
        invoice.action_post()
        self.assertParts(receivable=1400.0)
        self._refund(invoice)
        self.assertParts(receivable=1000.0, orders=1000.0)

    def test_credit_note_without_invoice(self):
        self.init_invoice("out_refund", partner=self.customer, amounts=[250.0], taxes=[], post=True)
        self.assertParts(receivable=750.0)

    def test_refund_above_the_receivable_leaves_room(self):
        self._pay(self.invoice, 400.0)
        self.init_invoice("out_refund", partner=self.customer, amounts=[900.0], taxes=[], post=True)
        self.assertParts(receivable=-300.0)


@tagged("post_install", "-at_install")
class TestExposureDownPayments(ExposureCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order(cls._line(100.0, 10, taxes=cls.tax))

    def _down_payment(self, amount, how="fixed", post=True):
        return self._create_down_payment_invoice(self.order, how, amount, post=post)

    def test_draft(self):
        self._down_payment(339.0, post=False)
        self.assertParts(orders=1130.0)

    def test_posted_paid_and_deducted(self):
        for how, amount in (("fixed", 339.0), ("percentage", 30.0)):
            with self.subTest(how):
                order = self.order = self._order(self._line(100.0, 10, taxes=self.tax))
                before = self._get_exposure().total - 1130.0
                invoice = self._down_payment(amount, how)
                self.assertExposure(before + 1130.0)
                self.assertEqual(order.credit_open_amount, 791.0)
                self._pay(invoice)
                self.assertExposure(before + 791.0)
                draft = self._invoice(order, post=False)
                self.assertEqual(order.invoice_status, "invoiced")
                self.assertExposure(before + 791.0)
                draft.action_post()
                self.assertEqual(draft.amount_residual, 791.0)
                self.assertExposure(before + 791.0)
                self._pay(draft)
                self.assertExposure(before)

    def test_deducted_by_a_partial_invoice(self):
        self._pay(self._down_payment(339.0))
        self._invoice(self.order, [4.0])
        self.assertParts(receivable=113.0, orders=678.0)
        self._invoice(self.order)
        self.assertParts(receivable=791.0)

    def test_not_deducted_is_owed_beside_the_goods(self):
        self._down_payment(339.0)
        self._invoice(self.order, final=False)
        self.assertParts(receivable=1469.0)

    def test_above_the_order_is_no_credit(self):
        invoice = self._down_payment(1200.0)
        self.assertParts(receivable=1200.0)
        self._pay(invoice)
        self.assertParts()

    def test_two_down_payments(self):
        self._pay(self._down_payment(200.0))
        self._down_payment(130.0)
        self.assertParts(receivable=130.0, orders=800.0)
        self._invoice(self.order)
        self.assertParts(receivable=930.0)

    def test_corrected_before_and_given_back_after_payment(self):
        self._refund(self._down_payment(339.0))
        self.assertParts(orders=1130.0)
        invoice = self._down_payment(226.0)
        self._pay(invoice)
        self.assertParts(orders=904.0)
        refund = self._refund(invoice)
        self.assertParts(receivable=-226.0, orders=1130.0)
        self._pay(refund)
        self.assertParts(orders=1130.0)

    def test_deducted_before_it_is_posted(self):
        draft = self._down_payment(339.0, post=False)
        final = self._invoice(self.order)
        self.assertEqual(final.amount_residual, 791.0)
        self.assertParts(receivable=791.0, orders=339.0)
        draft.action_post()
        self.assertParts(receivable=1130.0)

    def test_deducted_and_never_posted_is_given_away(self):
        draft = self._down_payment(339.0, post=False)
        self._invoice(self.order)
        draft.unlink()
        self.assertParts(receivable=791.0)
        self.assertEqual(self.order.credit_open_amount, 0.0)

    def test_credited_after_it_was_deducted_is_given_away(self):
        invoice = self._down_payment(339.0)
        self._pay(invoice)
        self._invoice(self.order)
        self._refund(invoice)
        self.assertParts(receivable=452.0)
        self.assertEqual(self.order.credit_open_amount, 0.0)

    def test_of_one_order_does_not_pay_for_another(self):
        self._order(self._line(500.0))
        self._pay(self._down_payment(1500.0))
        self.assertParts(orders=500.0)

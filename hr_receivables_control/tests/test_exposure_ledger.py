from datetime import timedelta

from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .exposure_common import ExposureCommon


@tagged("post_install", "-at_install")
class TestExposureLedger(ExposureCommon):
    """What the customer owes by the books, whoever booked it."""

    def _bill_someone(self, amount, partner=None, move_type="out_invoice", **values):
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or self.customer).id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": amount, "tax_ids": [Command.clear()]}
                    )
                ],
            }
            | values
        )
        move.action_post()
        return move

    def test_invoices_and_receipts_without_order(self):
        self._bill_someone(650.35)
        self._bill_someone(100.0, move_type="out_receipt")
        self.assertParts(receivable=750.35)

    def test_vendor_bills_are_another_matter(self):
        self._bill_someone(650.35, move_type="in_invoice")
        self.assertParts()

    def test_partial_payment(self):
        self._pay(self._bill_someone(1000.0), 349.65)
        self.assertParts(receivable=650.35)

    def test_payment_not_yet_applied_leaves_room(self):
        self._order(self._line(200.0))
        self._pay_on_account(1000.0)
        self.assertParts(receivable=-1000.0, orders=200.0)

    def test_payment_by_a_contact(self):
        self._bill_someone(1000.0)
        self._pay_on_account(400.0, partner=self.contact)
        self.assertParts(receivable=600.0)

    def test_matching_and_unmatching_change_nothing(self):
        invoice = self._bill_someone(1000.0)
        payment = self._pay_on_account(400.0, partner=self.contact)
        lines = (invoice + payment.move_id).line_ids.filtered(
            lambda line: line.account_id == self.receivable
        )
        lines.reconcile()
        self.assertParts(receivable=600.0)
        lines.remove_move_reconcile()
        self.assertParts(receivable=600.0)

    def test_cancelled_payment_is_owed_again(self):
        payment = self._pay(self._bill_someone(1000.0))
        self.assertParts()
        payment.action_draft()
        payment.action_cancel()
        self.assertParts(receivable=1000.0)

    def test_journal_entries_count_once_posted(self):
        move = self._entry(300.0, post=False)
        self.assertParts()
        move.action_post()
        self._entry(-50.0, partner=self.contact)
        self.assertParts(receivable=250.0)

    def test_customer_account_of_a_shop(self):
        """Point of Sale books what is paid later on the customer's receivable account, without a due date."""
        move = self._entry(120.0, partner=self.contact)
        move.line_ids.filtered("partner_id").date_maturity = False
        self.assertParts(receivable=120.0)
        self.assertEqual(self._get_exposure().overdue, 0.0)

    def test_a_second_receivable_account_counts(self):
        self._entry(70.0, account=self.receivable.copy({"code": "1219X"}))
        self.assertParts(receivable=70.0)

    def test_accounts_that_are_not_trade_are_left_out(self):
        account = self.receivable.copy({"code": "1220X", "non_trade": True})
        self._entry(500.0, account=account)
        self.assertParts()
        account.non_trade = False
        self.assertParts(receivable=500.0)

    def test_archived_customer_still_owes(self):
        self._bill_someone(500.0)
        self._order(self._line(200.0))
        self.contact.action_archive()
        self.customer.action_archive()
        self.assertParts(receivable=500.0, orders=200.0)

    # Overdue ------------------------------------------------------------------------------------

    def test_each_instalment_has_its_own_day(self):
        with freeze_time("2026-01-15 12:00:00"):
            self._bill_someone(1000.0, invoice_payment_term_id=self.pay_terms_b.id)
            lines = self.env["account.move.line"].search(
                [("account_id", "=", self.receivable.id), ("partner_id", "=", self.customer.id)],
                order="date_maturity",
            )
        first, last = lines.mapped("date_maturity")
        amounts = lines.mapped("amount_residual")
        self.assertLess(first, last)
        for day, amount in (
            (first, 0.0),
            (first + timedelta(days=1), amounts[0]),
            (last, amounts[0]),
            (last + timedelta(days=1), 1000.0),
        ):
            with freeze_time(f"{day} 12:00:00"):
                self.assertEqual(self._get_exposure().overdue, amount, day)
                self.assertParts(receivable=1000.0)

    def test_the_day_changes_where_the_company_is(self):
        self._bill_someone(1000.0, invoice_date_due="2026-02-10")
        for zone, moment, overdue in (
            ("Asia/Shanghai", "2026-02-10 15:59:59", 0.0),
            ("Asia/Shanghai", "2026-02-10 16:00:00", 1000.0),
            ("America/New_York", "2026-02-11 04:59:59", 0.0),
            ("America/New_York", "2026-02-11 05:00:00", 1000.0),
            ("UTC", "2026-02-10 23:59:59", 0.0),
            ("UTC", "2026-02-11 00:00:00", 1000.0),
        ):
            self.company.control_tz = zone
            with freeze_time(moment):
                self.assertEqual(self._get_exposure().overdue, overdue, (zone, moment))

    def test_who_pays_is_free_before_the_payment_is_matched(self):
        self._bill_someone(1000.0, invoice_date_due="2026-02-10")
        self._bill_someone(500.0, invoice_date_due="2026-12-31")
        with freeze_time("2026-02-20 12:00:00"):
            self.assertEqual(self._get_exposure().overdue, 1000.0)
            self._pay_on_account(600.0, partner=self.contact, date="2026-02-20")
            self.assertEqual(self._get_exposure().overdue, 400.0)
            self._pay_on_account(700.0, date="2026-02-20")
            self.assertEqual(self._get_exposure().overdue, 0.0)
            self.assertParts(receivable=200.0)

    # Bills --------------------------------------------------------------------------------------

    def _take_bill(self, amount, matures=None):
        """The customer hands over a bill: his invoice is settled, the risk is not."""
        invoice = self._bill_someone(amount)
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-01-20",
                "journal_id": self.misc.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.bills.id,
                            "partner_id": self.customer.id,
                            "balance": amount,
                            "date_maturity": matures,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.receivable.id,
                            "partner_id": self.customer.id,
                            "balance": -amount,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        (invoice + move).line_ids.filtered(
            lambda line: line.account_id == self.receivable
        ).reconcile()
        return move.line_ids.filtered(lambda line: line.account_id == self.bills)

    @property
    def bills(self):
        code = "1121X"
        return self.env["account.account"].search([("code", "=", code)]) or self.env[
            "account.account"
        ].create(
            {
                "name": "Bills receivable",
                "code": code,
                "account_type": "asset_current",
                "reconcile": True,
                "credit_is_bill": True,
            }
        )

    def test_bill_counts_until_it_matures(self):
        self._take_bill(650.35, matures="2026-04-20")
        for day, amount in (("2026-04-20", 650.35), ("2026-04-21", 0.0)):
            with freeze_time(f"{day} 12:00:00"):
                self.assertParts(bills=amount)

    def test_bill_without_maturity_counts_until_it_is_cleared(self):
        bill = self._take_bill(650.35)
        self.assertParts(bills=650.35)
        self.assertEqual(self._get_exposure().overdue, 0.0)
        clearing = self._entry(-650.35, account=self.bills)
        self.assertParts(bills=650.35)
        (bill + clearing.line_ids.filtered("partner_id")).reconcile()
        self.assertParts()

    def test_clearing_a_matured_bill_gives_no_second_room(self):
        self._take_bill(650.35, matures="2026-04-20")
        with freeze_time("2026-04-21 12:00:00"):
            self._entry(-650.35, account=self.bills)
            self.assertParts()

    def test_bounced_bill_is_owed_again(self):
        bill = self._take_bill(650.35, matures="2026-04-20")
        with freeze_time("2026-02-01 12:00:00"):
            bill.move_id._reverse_moves([{"date": "2026-02-01"}], cancel=True)
            self.assertParts(receivable=650.35)

    # One number ---------------------------------------------------------------------------------

    def test_everybody_sees_the_same_number(self):
        self._bill_someone(650.35)
        order = self._order(self._line(100.0, 10, taxes=self.tax), user_id=self.salesman.id)
        self._order(self._line(50.0), user_id=self.colleague.id)
        other = self._create_company(name="Elsewhere")
        portal = new_test_user(self.env, "credit_portal", groups="base.group_portal")
        accountant = new_test_user(
            self.env,
            "credit_accountant",
            groups="account.group_account_invoice",
            company_id=other.id,
            company_ids=[Command.set((other + self.company).ids)],
        )
        self.env.flush_all()
        self.env.invalidate_all()
        for user in (self.salesman, self.colleague, self.controller, accountant, portal):
            Exposure = self.env["credit.exposure"].with_user(user)
            exposures, _amounts = Exposure._get(self.account.with_user(user))
            self.assertEqual(round(exposures[self.account.id].total, 2), 1830.35, user.login)
            amounts = Exposure._get_order_amounts(order.with_user(user))
            self.assertEqual(amounts, {order.id: 1130.0}, user.login)
        self.assertEqual(order.with_user(self.salesman).credit_open_amount, 1130.0)
        account = self.account.with_user(self.controller)
        self.assertEqual(round(account.exposure_total, 2), 1830.35)
        account = self.account.with_company(other).with_context(allowed_company_ids=other.ids)
        self.assertEqual(round(account.sudo().exposure_total, 2), 1830.35)

    def test_what_is_not_written_yet_counts(self):
        order = self._order(self._line(100.0, 10))
        invoice = self._invoice(order, [5.0])
        self.env.flush_all()
        order.order_line.price_unit = 110.0
        self.assertEqual(self._get_exposure().orders, 550.0)
        order.order_line.qty_delivered = 11.0
        self.assertEqual(self._get_exposure().orders, 660.0)
        invoice.line_ids.filtered("date_maturity").date_maturity = "2026-01-01"
        with freeze_time("2026-01-02 12:00:00"):
            self.assertEqual(self._get_exposure().overdue, 500.0)
        self.receivable.non_trade = True
        self.assertEqual(self._get_exposure().receivable, 0.0)

from odoo.tests import freeze_time, tagged

from .ageing_common import AgeingCommon


@tagged("post_install", "-at_install")
class TestSettlement(AgeingCommon):
    """When each instalment was paid, and how late."""

    def _get(self, **values):
        return self.env["credit.settlement"]._get_lines(self.company, **values)

    def assertSettled(self, day, *expected, **values):
        """``(amount, open, settled on, days late)`` of each line, by due date."""
        self.assertEqual(
            [
                (row.amount, row.open, row.settled_on and f"{row.settled_on:%m-%d}", row.days_late)
                for row in self._get(at=self._day(day), **values)
            ],
            list(expected),
        )

    def test_on_the_day_and_a_day_late(self):
        self._pay_on("02-09", self._bill(650.35, "01-10", "02-09"))
        self._pay_on("02-11", self._bill(100.0, "01-11", "02-10"))
        self.assertSettled("06-30", (650.35, 0.0, "02-09", 0), (100.0, 0.0, "02-11", 1))

    def test_open_lines_grow_older(self):
        self._bill(650.35, "01-10", "02-09")
        self.assertSettled("02-09", (650.35, 650.35, None, 0))
        self.assertSettled("02-10", (650.35, 650.35, None, 1))
        self.assertSettled("03-01", (650.35, 650.35, None, 20))

    def test_a_leap_day(self):
        self._bill(100.0, "2024-01-29", "2024-02-28")
        self._pay_on("2024-03-01", self._bill(200.0, "2024-01-30", "2024-02-29"))
        self.assertSettled("2024-02-29", (100.0, 100.0, None, 1), (200.0, 200.0, None, 0))
        self.assertSettled("2024-03-01", (100.0, 100.0, None, 2), (200.0, 0.0, "03-01", 1))

    def test_the_books_of_that_day(self):
        invoice = self._bill(1000.0, "01-10", "02-09")
        self._pay_on("02-01", invoice, 400.0)
        self._pay_on("02-14", invoice, 600.0)
        self.assertSettled("01-09")
        self.assertSettled("02-13", (1000.0, 600.0, None, 4))
        self.assertSettled("02-14", (1000.0, 0.0, "02-14", 5))

    def test_each_instalment_has_its_own_day(self):
        invoice = self._bill(1000.0, "01-10", invoice_payment_term_id=self.pay_terms_b.id)
        first, last = self._items(invoice).sorted("date_maturity")
        self.assertEqual(
            (str(first.date_maturity), str(last.date_maturity)), ("2023-01-10", "2023-02-28")
        )
        self._pay_on("01-12", invoice, 300.0)
        self._pay_on("02-28", invoice, 700.0)
        self.assertSettled("06-30", (300.0, 0.0, "01-12", 2), (700.0, 0.0, "02-28", 0))

    def test_paid_before_it_was_billed(self):
        payment = self._pay_on_account(800.0, date=self._day("01-05"))
        self._match(payment, self._bill(800.0, "02-01", "03-03"))
        self.assertSettled("06-30", (800.0, 0.0, "02-01", 0))

    def test_what_a_credit_note_took_away_is_told_apart(self):
        invoice = self._bill(1000.0, "01-10", "02-09")
        refund = self._refund(invoice, price=400.0, post=False)
        refund.write({"invoice_date": self._day("03-15"), "date": self._day("03-15")})
        refund.action_post()
        self._match(invoice, refund)
        self._pay_on("02-08", invoice, 600.0)
        self.assertSettled("06-30", (1000.0, 0.0, "03-15", 34))
        self.assertEqual([row.credited for row in self._get(at=self._day("06-30"))], [400.0])

    def test_exchange_difference_booked_later_makes_nobody_late(self):
        euro = self._create_falling_euro()
        invoice = self._bill(1000.0, "01-10", "02-16", currency_id=euro.id)
        self._pay_on("02-15", invoice, currency_id=euro.id)
        self.assertSettled("02-27", (500.0, 100.0, "02-15", 0))
        self.assertSettled("02-28", (500.0, 0.0, "02-15", 0))

    def test_contacts_answer_as_one_customer(self):
        self._bill(100.0, "01-10", partner=self.contact)
        self._bill(200.0, "01-11", partner=self.partner_a)
        rows = self._get(partners=self.contact)
        self.assertEqual(
            [(row.partner_id, row.account_id) for row in rows],
            [(self.customer.id, self.account.id)],
        )

    def test_periods_include_both_days(self):
        for day in ("02-08", "02-09", "02-10", "02-11"):
            self._bill(100.0, "01-10", day)
        rows = self._get(since=self._day("02-09"), until=self._day("02-10"))
        self.assertEqual([f"{row.due:%m-%d}" for row in rows], ["02-09", "02-10"])

    def test_today_is_the_companys(self):
        self._bill(100.0, "01-10", "02-10")
        self.company.control_tz = "Asia/Shanghai"
        for moment, late in (("2023-02-10 15:59:59", 0), ("2023-02-10 16:00:00", 1)):
            with freeze_time(moment):
                self.assertEqual([row.days_late for row in self._get()], [late])

    def test_one_query(self):
        for day in range(10, 30):
            self._pay_on("03-01", self._bill(100.0, f"01-{day}"))
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.assertEqual(len(self._get(at=self._day("06-30"))), 20)

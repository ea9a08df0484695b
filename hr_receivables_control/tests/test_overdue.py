from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .overdue_common import OverdueCommon


@tagged("post_install", "-at_install")
class TestOverdue(OverdueCommon):
    """What is overdue now, per line."""

    def test_due_today_is_not_overdue(self):
        self._bill(650.35, "2026-06-15")
        self.assertOverdue(0.0, 0)
        with freeze_time("2026-06-16 04:00:00"):
            self.assertOverdue(650.35, 1)

    def test_the_tier_is_reached_on_its_day(self):
        self._bill(650.35, "2026-06-15")
        for days, number in (
            (0, 0),
            (1, 1),
            (14, 1),
            (15, 2),
            (29, 2),
            (30, 3),
            (59, 3),
            (60, 4),
            (89, 4),
            (90, 5),
        ):
            with freeze_time(f"{date(2026, 6, 15) + timedelta(days=days)} 04:00:00"):
                self.assertEqual(self._get_tier_number(), number, days)

    def test_more_time_for_a_posted_invoice_is_on_record(self):
        accountant = self._create_user("due_accountant", "account.group_account_invoice")
        invoice = self._bill(650.35, "2026-05-16").with_user(accountant)
        invoice.invoice_date_due = "2026-05-10"
        codes = self.account.dossier_id.event_ids.mapped("code")
        self.assertNotIn("credit.due", codes, "less time is nobody's gift")
        invoice.invoice_date_due = "2026-07-31"
        self.assertOverdue(0.0, 0)
        event = self.account.dossier_id.event_ids.filtered(lambda e: e.code == "credit.due")
        self.assertEqual(event.actor_uid, accountant.id)
        for part in (invoice.name, "650.35", "05/10/2026", "07/31/2026"):
            self.assertIn(part, event.summary)

    def test_grace_delays_and_does_not_rejuvenate(self):
        self.company.credit_overdue_grace_days = 5
        self._bill(650.35, "2026-06-10")
        self.assertOverdue(0.0, 0)
        with freeze_time("2026-06-16 04:00:00"):
            self.assertOverdue(650.35, 6)

    def test_each_instalment_has_its_own_day(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "30 and 60",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 40, "nb_days": 10}),
                    (0, 0, {"value": "percent", "value_amount": 60, "nb_days": 60}),
                ],
            }
        )
        invoice = self._bill(
            1000.0, "2026-06-15", invoice_date="2026-06-01", invoice_payment_term_id=term.id
        )
        self.assertEqual(str(invoice.invoice_date_due), "2026-07-31")
        self.assertOverdue(400.0, 4)
        self._pay(invoice, 150.0)
        self.assertOverdue(250.0, 4)
        with freeze_time("2026-08-01 04:00:00"):
            self.assertOverdue(850.0, 51)

    def test_partial_payments_and_the_last_cent(self):
        invoice = self._bill(1000.0, "2026-06-05")
        self._pay(invoice, 999.99)
        self.assertOverdue(0.01, 10)
        self._pay(invoice, 0.01)
        self.assertOverdue(0.0, 0)

    def test_credit_notes_count_before_they_are_matched(self):
        self._bill(1000.0, "2026-05-01")
        self._bill(500.0, "2026-06-01")
        self._bill(1000.0, "2026-06-15", move_type="out_refund")
        self.assertOverdue(500.0, 14)

    def test_unapplied_money_goes_to_the_oldest_first(self):
        self._bill(300.0, "2026-04-16")
        self._bill(500.0, "2026-06-05")
        self.assertOverdue(800.0, 60)
        self._pay_on_account(299.99)
        self.assertOverdue(500.01, 60)
        self._pay_on_account(0.01, partner=self.contact)
        self.assertOverdue(500.0, 10)
        self._pay_on_account(500.0)
        self.assertOverdue(0.0, 0)

    def test_a_company_may_count_only_what_is_matched(self):
        self.company.credit_overdue_nets = False
        invoice = self._bill(300.0, "2026-04-16")
        payment = self._pay_on_account(300.0)
        self.assertOverdue(300.0, 60)
        lines = (invoice + payment.move_id).line_ids
        lines.filtered(lambda line: line.account_id == self.receivable).reconcile()
        self.assertOverdue(0.0, 0)

    def test_tolerance_to_the_cent(self):
        self.company.credit_overdue_tolerance = 5.0
        self._bill(3.0, "2025-06-15")
        self._bill(2.0, "2026-06-01")
        self.assertOverdue(0.0, 0)
        self._bill(0.01, "2026-06-10")
        self.assertOverdue(5.01, 5)

    def test_what_is_left_of_an_old_invoice_does_not_make_it_older(self):
        self.company.credit_overdue_tolerance = 1.0
        self._pay(self._bill(1000.0, "2025-06-15"), 999.5)
        self._bill(1000.0, "2026-06-01")
        self.assertOverdue(1000.5, 14)

    def test_foreign_currency_is_told_in_both(self):
        yuan = self._create_currency("CNY", 2.0)
        self._bill(1000.0, "2026-06-05", currency_id=yuan.id)
        self.assertOverdue(500.0, 10)
        (line,) = self.Overdue._get_lines(self.account)
        self.assertEqual((line["amount_currency"], line["currency_id"]), (1000.0, yuan.id))
        self._set_rate(yuan, 4.0, day="2026-06-16")
        with freeze_time("2026-06-16 04:00:00"):
            self.assertOverdue(500.0, 11)

    def test_half_past_midnight_in_xian(self):
        """A payment at 00:30 in Xi'an is of the new day there, while it is the old one in UTC."""
        self._bill(1000.0, "2026-06-30")
        with freeze_time("2026-06-30 15:59:59"):
            self.assertOverdue(0.0, 0)
        with freeze_time("2026-06-30 16:30:00"):
            self.assertOverdue(1000.0, 1)
            self._pay_on_account(1000.0, date="2026-07-01")
            self.assertOverdue(0.0, 0)

    def test_leap_day(self):
        self._bill(1000.0, "2028-02-28")
        self._bill(500.0, "2028-02-29")
        with freeze_time("2028-02-29 04:00:00"):
            self.assertOverdue(1000.0, 1)
        with freeze_time("2028-03-01 04:00:00"):
            self.assertOverdue(1500.0, 2)

    def test_another_company_is_another_matter(self):
        other = self._create_company(name="Elsewhere")
        tiers = self.env["credit.overdue.tier"].search([("company_id", "=", other.id)])
        self.assertEqual(tiers.sorted("days").mapped("days"), [1, 15, 30, 60, 90])
        self._bill(1000.0, "2026-06-01")
        account = self._create_account(self.customer, 100.0, company=other)
        self.assertEqual(self._get_overdue(account).amount, 0.0)

    def test_one_query_for_any_number(self):
        partners = self.env["res.partner"].create([{"name": f"C {n}"} for n in range(30)])
        accounts = self.env["credit.account"]._ensure(partners, self.company)
        self._bill(1000.0, "2026-06-01", partner=partners[3])
        accounts.mapped("company_id.control_tz")
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.Overdue._get(accounts)
        with self.assertQueryCount(1):
            self.assertEqual(len(self.Overdue._get_lines(accounts)), 1)

    # The list -----------------------------------------------------------------------------------

    def test_the_list_shows_what_the_check_sees(self):
        invoice = self._bill(1000.0, "2026-05-16")
        self._bill(70.0, "2026-06-14", invoice_user_id=self.colleague.id)
        self._pay_on_account(400.0)
        lines = self.env["credit.overdue.line"].search([("account_id", "=", self.account.id)])
        self.assertRecordValues(
            lines,
            [
                {
                    "id": self._get_line(invoice).id,
                    "days": 30,
                    "overdue": 600.0,
                    "amount": 1000.0,
                    "user_id": self.salesman.id,
                    "tier_id": self.tiers[2].id,
                },
                {
                    "id": lines[1].id,
                    "days": 1,
                    "overdue": 70.0,
                    "amount": 70.0,
                    "user_id": self.colleague.id,
                    "tier_id": self.tiers[0].id,
                },
            ],
        )
        groups = self.env["credit.overdue.line"]._read_group(
            [("account_id", "=", self.account.id)], ["tier_id"], ["overdue:sum"]
        )
        self.assertEqual(dict(groups), {self.tiers[0]: 70.0, self.tiers[2]: 600.0})

    def test_a_salesperson_sees_his_own_customers(self):
        stranger = self.env["res.partner"].create(
            {"name": "Of a colleague", "user_id": self.colleague.id}
        )
        mine = self._bill(100.0, "2026-06-01")
        theirs = self._bill(
            100.0, "2026-06-01", partner=stranger, invoice_user_id=self.colleague.id
        )
        self.env["credit.account"]._ensure(stranger, self.company)

        def get_seen(user):
            Line = self.env["credit.overdue.line"].with_user(user)
            return Line.search([("move_id", "in", (mine + theirs).ids)]).sudo().move_id

        self.assertEqual(get_seen(self.salesman), mine)
        self.assertEqual(get_seen(self.store_manager), mine + theirs)
        self.assertEqual(get_seen(self.controller), mine + theirs)

    def test_the_account_and_the_customer_open_it(self):
        self._bill(1000.0, "2026-05-16")
        account = self.account.with_user(self.controller)
        self.assertRecordValues(
            account,
            [{"overdue_amount": 1000.0, "overdue_days": 30, "overdue_tier_id": self.tiers[2].id}],
        )
        found = self.env["credit.account"].search([("overdue_tier_id", "!=", False)])
        self.assertEqual(found, self.account)
        self.assertEqual(self.customer.credit_overdue_amount, 1000.0)
        action = self.contact.with_user(self.salesman).action_view_credit_overdue()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]).overdue, 1000.0)

    # The tiers ----------------------------------------------------------------------------------

    def test_only_managers_change_tiers_and_it_is_on_record(self):
        with self.assertRaises(AccessError):
            self.tiers[2].with_user(self.controller).write({"hold_orders": False})
        self.tiers[2].with_user(self.owner).write({"days": 31})
        event = self.env["hr.control.event"].search([("code", "=", "credit.overdue_tier")], limit=1)
        self.assertIn("From (Days Overdue)", event.summary)
        self._bill(1000.0, "2026-05-16")
        self.assertEqual(self._get_tier_number(), 2)

    def test_actions_hold_from_their_tier_on(self):
        ladder = self.env["credit.overdue.tier"]._get_ladder(self.company.id)
        self.assertEqual([tier.hold_orders for tier in ladder], [False, False, True, True, True])
        self.assertEqual([tier.stop_delivery for tier in ladder], [False] * 3 + [True] * 2)
        self.assertEqual([tier.letter for tier in ladder], [0, 1, 2, 3, 0])

    def test_rules_are_on_record(self):
        self.company.credit_overdue_grace_days = 3
        event = self.env["hr.control.event"].search([("code", "=", "credit.overdue_rule")], limit=1)
        self.assertIn("from 0 to 3", event.summary)

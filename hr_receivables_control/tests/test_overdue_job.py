import logging
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from .overdue_common import OverdueCommon

# one at each tier of a customer, today being 2026-06-15
DUE_DAYS = ("2026-06-14", "2026-05-30", "2026-05-16", "2026-04-16", "2026-03-17")

_logger = logging.getLogger(__name__)

JOB = "odoo.addons.hr_receivables_control.models.credit_overdue_job"


@tagged("post_install", "-at_install")
class TestOverdueJob(OverdueCommon):
    """Events and messages of the job."""

    def _get_events(self, account=None):
        return self.env["credit.overdue.event"].search(
            [("account_id", "=", (account or self.account).id)], order="id"
        )

    def _get_alerts(self, account=None):
        return self.env["hr.control.alert"].search(
            [("key", "=like", f"credit.overdue:{(account or self.account).id}:%")], order="id"
        )

    def test_straight_to_the_right_tier_and_once(self):
        invoice = self._bill(650.35, "2026-04-16")
        self._bill(100.0, "2026-06-01")
        self._run()
        events = self._get_events()
        self.assertRecordValues(
            events,
            [
                {
                    "line_id": self._get_line(invoice).id,
                    "tier_id": self.tiers[3].id,
                    "days": 60,
                    "overdue": 650.35,
                    "cycle": 1,
                    "user_id": self.salesman.id,
                    "closed_at": False,
                },
                {
                    "line_id": events[1].line_id.id,
                    "tier_id": self.tiers[0].id,
                    "days": 14,
                    "overdue": 100.0,
                    "cycle": 1,
                    "user_id": self.salesman.id,
                    "closed_at": False,
                },
            ],
        )
        alerts = self._get_alerts()
        self.assertEqual(len(alerts), 1)
        self.assertIn("750.35", alerts.summary)
        self.assertIn("60 days (tier 4)", alerts.summary)
        self.assertEqual(alerts.delivery_ids.user_id, self.salesman | self.store_manager)
        self.assertFalse(alerts.delivery_ids.filtered("by_mail"))
        self._run()
        self.assertEqual(self._get_events(), events)
        self.assertEqual(self._get_alerts(), alerts)

    def test_the_event_is_closed_by_the_next_job_after_the_payment(self):
        invoice = self._bill(650.35, "2026-05-16")
        self._run()
        event = self._get_events()
        self._pay(invoice)
        self.assertFalse(event.closed_at)
        self._run()
        self.assertEqual((event.outcome, bool(event.closed_at)), ("settled", True))
        self.assertTrue(self._get_alerts().cleared_at)
        self.assertFalse(self.account.activity_ids)
        codes = self.account.dossier_id.event_ids.sorted("id").mapped("code")
        self.assertEqual(codes[-2:], ["credit.overdue", "credit.overdue_over"])

    def test_a_cent_left_keeps_it_open(self):
        invoice = self._bill(650.35, "2026-05-16")
        self._run()
        self._pay(invoice, 650.34)
        self._run()
        self.assertFalse(self._get_events().closed_at)

    def test_an_item_that_comes_back_begins_a_new_cycle(self):
        self._bill(650.35, "2026-05-16")
        self._run()
        payment = self._pay_on_account(650.35)
        self._run()
        payment.action_draft()
        self._run()
        self.assertEqual(self._get_events().mapped("cycle"), [1, 2])
        self.assertEqual(len(self._get_alerts()), 2)

    def test_the_next_tier_moves_it_and_tells_anew(self):
        self._bill(650.35, "2026-05-17")
        self._run()
        self.assertEqual(
            self._get_alerts().delivery_ids.user_id, self.salesman | self.store_manager
        )
        with freeze_time("2026-06-16 04:00:00"):
            self._run()
        events = self._get_events()
        self.assertEqual(events.tier_id, self.tiers[1] | self.tiers[2])
        self.assertEqual(events.mapped("outcome"), ["moved", False])
        alerts = self._get_alerts()
        self.assertEqual([bool(alert.cleared_at) for alert in alerts], [True, False])
        self.assertEqual(alerts.mapped("level"), ["info", "warning"])

    def test_a_pause_closes_it_until_it_is_over(self):
        self._bill(650.35, "2026-05-16")
        self._run()
        self.env["credit.overdue.pause"].with_user(self.salesman).create(
            {"account_id": self.account.id, "date_to": "2026-06-17", "reason": "Promised"}
        )
        self._run()
        self.assertEqual(self._get_events().outcome, "paused")
        with freeze_time("2026-06-18 04:00:00"):
            self._run()
        self.assertEqual(self._get_events().mapped("cycle"), [1, 2])

    def test_legal_action_is_told_to_those_who_keep_the_credit(self):
        self._bill(650.35, "2026-03-17")
        self._run()
        alert = self._get_alerts()
        self.assertIn(self.controller, alert.delivery_ids.user_id)
        self.assertIn("legal action", alert.note)
        self.assertEqual(alert.level, "critical")

    def test_the_last_tier_proposes_the_blacklist(self):
        self.company.credit_blacklist_days = self.company.credit_blacklist_times = 0
        self._bill(650.35, "2026-03-18")
        find = self.env["credit.account"]._get_blacklist_findings
        self.assertEqual(find(self.company), [])
        self._bill(100.0, "2026-03-17")
        ((account, rule, sentence, figures),) = find(self.company)
        self.assertEqual((account, rule), (self.account, "overdue_tier"))
        self.assertEqual(figures, {"days": 90, "tier": 5})
        self.assertIn("750.35", sentence)

    def test_without_salesperson_the_controllers_are_told(self):
        self.customer.user_id = False
        self._bill(650.35, "2026-06-01", invoice_user_id=False)
        self._run()
        self.assertIn(self.controller, self._get_alerts().delivery_ids.user_id)

    def test_events_are_nobodys_to_write(self):
        self._bill(650.35, "2026-05-16")
        self._run()
        event = self._get_events()
        for call in (
            lambda: event.write({"closed_at": False}),
            event.unlink,
            lambda: event.copy(),
        ):
            with self.assertRaises(UserError):
                call()

    def test_a_customer_that_fails_stops_nobody(self):
        partners = self.env["res.partner"].create([{"name": f"Late {n}"} for n in range(3)])
        for partner in partners:
            self._bill(100.0, "2026-05-16", partner=partner)
        accounts = self.env["credit.account"]._ensure(partners, self.company).sorted("id")
        original = type(self.Overdue)._prepare_alert_vals

        def fail(model, account, *args):
            if account == accounts[1]:
                raise ValueError("broken")
            return original(model, account, *args)

        with (
            patch.object(type(self.Overdue), "_prepare_alert_vals", fail),
            mute_logger(JOB),
        ):
            self._run()
        counts = [len(self._get_events(account)) for account in accounts]
        self.assertEqual(counts, [1, 0, 1])
        self._run()
        self.assertEqual(len(self._get_events(accounts[1])), 1)

    def test_it_goes_on_where_it_stopped(self):
        partners = self.env["res.partner"].create([{"name": f"Late {n}"} for n in range(3)])
        for partner in partners:
            self._bill(100.0, "2026-05-16", partner=partner)
        self.env["credit.account"]._ensure(partners, self.company)
        self.assertEqual(len(self.Overdue._get_stale()), 3)
        self.Overdue._escalate(self.Overdue._get_stale()[:2])
        self.assertEqual(len(self.Overdue._get_stale()), 1)
        self._run()
        self.assertFalse(self.Overdue._get_stale())

    def _post_quickly(self, moves):
        """Odoo takes minutes to post hundreds at once in a database without statistics."""
        self.env.flush_all()
        for query in (
            SQL("UPDATE account_move SET state = 'posted' WHERE id = ANY(%s)", moves.ids),
            SQL(
                "UPDATE account_move_line SET parent_state = 'posted' WHERE move_id = ANY(%s)",
                moves.ids,
            ),
            SQL("ANALYZE account_move_line"),
        ):
            self.env.cr.execute(query)
        self.env.invalidate_all()

    def _get_clock(self):
        """The database's, as that of the test stands still."""
        return self.env.execute_query(SQL("SELECT clock_timestamp()"))[0][0]

    def test_1500_items_of_300_customers(self):
        """At most 50 queries with nothing in memory, whatever the number of people they belong to."""
        people = [
            self._create_user(f"credit_seller_{n}", "sales_team.group_sale_salesman")
            for n in range(10)
        ]
        for person in people:
            person.tz = "Asia/Shanghai"
            self._create_employee(person)
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {n}", "user_id": people[n % 10].id} for n in range(300)]
        )
        self.env["credit.account"]._ensure(partners, self.company)
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "entry",
                    "journal_id": self.misc.id,
                    "date": "2026-01-01",
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": self.receivable.id,
                                "partner_id": partner.id,
                                "balance": 100.0,
                                "date_maturity": due,
                            }
                        )
                        for due in DUE_DAYS
                    ]
                    + [
                        Command.create(
                            {
                                "account_id": self.company_data["default_account_revenue"].id,
                                "balance": -500.0,
                            }
                        )
                    ],
                }
                for partner in partners
            ]
        )
        self._post_quickly(moves)
        start = self._get_clock()
        before = self.env.cr.sql_log_count
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: float("inf")
        ):
            self.Overdue._cron_escalate()
        self.env.flush_all()
        queries = self.env.cr.sql_log_count - before
        _logger.info(
            "1,500 items: %s queries, %.2f s", queries, (self._get_clock() - start).total_seconds()
        )
        self.assertLessEqual(queries, 50)
        events = self.env["credit.overdue.event"].search([("partner_id", "in", partners.ids)])
        self.assertEqual(len(events), 1500)
        self.assertEqual(
            {tier: len(found) for tier, found in events.grouped("tier_id").items()},
            dict.fromkeys(self.tiers, 300),
        )
        alerts = self.env["hr.control.alert"].search(
            [("key", "=like", "credit.overdue:%"), ("cleared_at", "=", False)]
        )
        self.assertEqual(len(alerts), 300)

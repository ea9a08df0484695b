import json

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .follow_up_common import FollowUpCommon

CRON = "ir_cron_advance_confirm"


@tagged("post_install", "-at_install")
class TestConfirmation(FollowUpCommon):
    def _paid_on(self, day, amount=1000.0, **values):
        with freeze_time(self._day(day)):
            return self._paid(amount, date=day, date_expected="2099-12-31", **values)

    def _ask(self, day, user=None, **values):
        wizard = (
            self.env["hr.employee.advance.confirmation.ask"]
            .with_user(user or self.finance)
            .create({"date": day} | values)
        )
        before = self.env["hr.employee.advance.confirmation"].search([])
        wizard.action_ask()
        return self.env["hr.employee.advance.confirmation"].search([]) - before

    def test_balance_of_a_day_by_posted_items_up_to_it(self):
        first = self._paid_on("2026-03-02", 5000.0)
        second = self._paid_on("2026-03-10", 650.35)
        with freeze_time(self._day("2026-04-02")):
            self._book(first, -3180.0, "expense", date="2026-03-31")
            self._book(first, -1820.0, "return", date="2026-04-01")
            asked = self._ask("2026-03-31")
        self.assertRecordValues(
            asked,
            [{"employee_id": self.employee.id, "amount": 2470.35, "state": "asked"}],
        )
        self.assertEqual(
            [(line["advance"], line["paid"], line["residual"]) for line in asked.lines],
            [(first.id, 5000.0, 1820.0), (second.id, 650.35, 650.35)],
        )
        self.assertIn("1,820.00", asked.lines_html)
        self.assertIn(first.name, asked.lines_html)
        alert = self._get_alerts("advance.confirmation:%")
        self.assertEqual(alert.delivery_ids.user_id, self.user)
        self.assertIn("2,470.35", alert.summary)
        # what is booked later for that day changes no figure of the record
        self._book(second, -1.0, "return", date="2026-03-30")
        self.assertEqual(asked.amount, 2470.35)

    def test_employee_confirms(self):
        self._paid_on("2026-03-02")
        asked = self._ask_at("2026-04-01", "2026-03-31")
        asked.with_user(self.user).action_confirm()
        self.assertRecordValues(
            asked, [{"state": "confirmed", "answered_by_id": self.user.id, "reason": False}]
        )
        event = self._get_events("advance.confirmation.confirmed")
        self.assertEqual(
            json.loads(event.payload)["data"]["amount"],
            {"amount": "1000.00", "currency": self.company.currency_id.name},
        )
        self.assertTrue(self._get_alerts("advance.confirmation:%").cleared_at)
        with self.assertRefused("answered already"):
            asked.with_user(self.user).action_confirm()

    def _ask_at(self, today, day, **values):
        with freeze_time(self._day(today)):
            return self._ask(day, **values)

    def test_employee_disputes_with_a_reason_and_finance_hears(self):
        self._paid_on("2026-03-02")
        asked = self._ask_at("2026-04-01", "2026-03-31").with_user(self.user)
        with self.assertRefused("Say what is wrong"):
            asked.action_dispute()
        with Form(asked) as form:
            form.reason = "I gave back 500.00 on 20 March"
        asked.action_dispute()
        self.assertEqual(asked.state, "disputed")
        alert = self._get_alerts("advance.confirmation.disputed:%")
        self.assertEqual(
            alert.delivery_ids.user_id, self.finance | self.second_finance | self.write_off
        )
        self.assertIn("500.00", alert.note)
        self.assertIn("500.00", self._get_events("advance.confirmation.disputed").summary)
        with self.assertRefused("answered already"):
            asked.write({"reason": "something else"})

    def test_nobody_answers_for_another(self):
        self._paid_on("2026-03-02")
        asked = self._ask_at("2026-04-01", "2026-03-31")
        admin = self.env.ref("base.user_admin")
        admin.company_ids = [Command.link(self.company.id)]
        for user in (
            self.manager,
            self.colleague,
            self.finance,
            self.rules,
            self.hr_manager,
            admin,
        ):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                    asked.with_user(user).action_confirm()
                with (
                    self.assertRaises(AccessError),
                    mute_logger(
                        "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"
                    ),
                ):
                    asked.with_user(user).write({"reason": "x"})
        with self.assertRefused("Only", AccessError):
            asked.with_user(admin).sudo().action_confirm()

    def test_figures_and_answers_cannot_be_forged(self):
        self._paid_on("2026-03-02")
        asked = self._ask_at("2026-04-01", "2026-03-31")
        own = asked.with_user(self.user).with_context(bypass=True, tracking_disable=True)
        for vals in (
            {"state": "confirmed"},
            {"amount": 1.0},
            {"lines": []},
            {"date": "2026-01-01"},
            {"answered_by_id": self.finance.id},
        ):
            with self.assertRaises(AccessError):
                own.write(vals)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            own.create({"employee_id": self.employee.id})
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            own.unlink()
        with self.assertRaises(UserError):
            asked.unlink()

    def test_asked_by_finance_for_days_that_have_come(self):
        self._paid_on("2026-03-02")
        with freeze_time(self._day("2026-03-15")):
            with self.assertRefused("a day that has come"):
                self._ask("2026-03-16")
            with self.assertRefused("owed anything"):
                self._ask("2026-03-01")
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                self._ask("2026-03-15", user=self.user)
            with self.assertRefused("owed anything"):
                self._ask("2026-03-15", employee_ids=[Command.set(self.colleague_employee.ids)])
            self.assertTrue(self._ask("2026-03-15"))
            with self.assertRefused("asked for it already"):
                self._ask("2026-03-15")

    def test_job_asks_once_for_the_month_that_ended(self):
        self.company.advance_confirmation_period = "monthly"
        advance = self._paid_on("2028-02-20")
        settled = self._paid_on("2028-02-20", 10.0, user=self.colleague)
        self._book(settled, -10.0, "return", date="2028-03-01")
        found = self.env["hr.employee.advance.confirmation"]
        with freeze_time("2028-02-29 15:59:59"):
            self._run(CRON)
            self.assertFalse(found.search([("employee_id", "=", self.employee.id)]))
        with freeze_time("2028-02-29 16:00:00"):  # midnight in Shanghai: March has begun
            for _run in range(3):
                self._run(CRON)
        asked = found.search([("company_id", "=", self.company.id)])
        self.assertDay(asked[:1].date, "2028-02-29")
        # who has settled since owed it that day all the same
        self.assertEqual(asked.employee_id, self.employee | self.colleague_employee)
        self.assertEqual(len(asked), 2)
        with freeze_time(self._day("2028-04-01")):
            self._run(CRON)
        later = found.search([("company_id", "=", self.company.id)]) - asked
        self.assertDay(later.date, "2028-03-31")
        self.assertEqual(later.employee_id, self.employee)
        self.assertEqual(advance.amount_residual, 1000.0)

    def test_quarters_end_with_their_third_month(self):
        company = self.company
        company.advance_confirmation_period = "quarterly"
        for today, day in (
            ("2026-01-01", "2025-12-31"),
            ("2026-03-31", "2025-12-31"),
            ("2026-04-01", "2026-03-31"),
            ("2026-12-31", "2026-09-30"),
        ):
            with freeze_time(self._day(today)):
                self.assertDay(company._get_advance_confirmation_day(), day)

    def test_never_asked_unless_the_company_says_so(self):
        self._paid_on("2026-03-02")
        with freeze_time(self._day("2026-04-01")):
            self._run(CRON)
        self.assertFalse(
            self.env["hr.employee.advance.confirmation"].search(
                [("company_id", "=", self.company.id)]
            )
        )

    def test_another_company_sees_nothing(self):
        self._paid_on("2026-03-02")
        asked = self._ask_at("2026-04-01", "2026-03-31")
        other = self.env["res.company"].create({"name": "Another Company"})
        outsider = self._create_user(
            "advance_outsider", "hr_employee_advance.group_advance_finance", companies=other
        )
        found = self.env["hr.employee.advance.confirmation"].with_user(outsider)
        found = found.with_context(allowed_company_ids=other.ids)
        self.assertFalse(found.search([("id", "=", asked.id)]))
        for user, seen in (
            (self.finance, 1),
            (self.auditor, 1),
            (self.user, 1),
            (self.colleague, 0),
        ):
            self.assertEqual(
                found.with_user(user)
                .with_context(allowed_company_ids=self.company.ids)
                .search_count([("id", "=", asked.id)]),
                seen,
            )

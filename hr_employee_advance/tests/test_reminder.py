from io import BytesIO
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.hr_employee_advance.models.hr_employee_evidence_ledger import write_ledger

from .follow_up_common import FollowUpCommon

CRON = "ir_cron_advance_remind"


@tagged("post_install", "-at_install")
class TestReminder(FollowUpCommon):
    def _remind(self, day, times=1):
        """What the job tells on that day, at noon of the company."""
        before = self.env["hr.employee.advance.reminder"].search([])
        with freeze_time(self._day(day)):
            for _run in range(times):
                self._run(CRON)
        return self.env["hr.employee.advance.reminder"].search([], order="id") - before

    def _paid_on(self, day, amount=1000.0, expected=None, **values):
        """Paid on that day; without ``expected`` only the due date is of interest."""
        with freeze_time(self._day(day)):
            return self._paid(amount, date=day, date_expected=expected or "2099-12-31", **values)

    def _told(self, reminder):
        return reminder.delivery_ids.user_id

    def test_overdue_is_told_the_day_after_thirty_days_once(self):
        advance = self._paid_on("2026-03-01")
        self.assertDay(advance.date_due, "2026-03-31")
        self.assertFalse(self._remind("2026-03-31"))
        reminder = self._remind("2026-04-01", times=3)
        self.assertRecordValues(
            reminder,
            [
                {
                    "advance_id": advance.id,
                    "step_id": self.env.ref("hr_employee_advance.reminder_step_due").id,
                    "days": 1,
                    "amount": 1000.0,
                }
            ],
        )
        self.assertEqual(self._told(reminder), self.user | self.manager)
        self.assertEqual(len(reminder.delivery_ids.mail_id), 2)
        self.assertEqual(len(self._get_events("advance.reminder.sent")), 1)
        self.assertFalse(self._remind("2026-04-07"))

    def test_whoever_reads_the_advance_reads_who_was_told(self):
        """The messages are read by those who got them alone; the screen opens for the others too."""
        advance = self._paid_on("2026-03-01")
        reminder = self._remind("2026-04-01")
        for user in (self.user, self.manager, self.finance, self.auditor):
            with self.subTest(user=user.login):
                screen = advance.with_user(user).get_views([(False, "form")])["models"]
                shown = screen["hr.employee.advance.reminder"]["fields"]
                self.assertIn("told", shown)
                row = reminder.with_user(user).web_read(
                    {
                        name: {"fields": {"display_name": {}}} if name.endswith("_ids") else {}
                        for name in shown
                    }
                )
                self.assertEqual(
                    set(row[0]["told"].split(", ")),
                    {self.user.display_name, self.manager.display_name},
                )

    def test_delivery_is_kept_as_evidence(self):
        """Whether it left, by which message-id, and why not; the mail stays when it is sent."""
        advance = self._paid_on("2026-03-01")
        delivery = self._remind("2026-04-01").delivery_ids.filtered(
            lambda found: found.user_id == self.user
        )
        mail = delivery.mail_id
        self.assertEqual((delivery.state, delivery.by_mail), ("queued", True))
        self.assertRegex(delivery.message_ref, r"^<.+@.+>$")
        self.assertEqual(delivery.message_ref, mail.message_id)
        mail.write({"state": "exception", "failure_reason": "Mailbox unknown"})
        self.assertEqual((delivery.state, delivery.failure), ("failed", "Mailbox unknown"))
        mail.write({"state": "sent", "failure_reason": False})
        mail._postprocess_sent_message(mail.recipient_ids, [])
        self.assertTrue(mail.exists())
        self.assertEqual(delivery.state, "sent")
        book = load_workbook(BytesIO(write_ledger(advance, self.employee, str)))
        rows = list(book["Deliveries"].values)
        self.assertEqual(len(rows), 1 + len(advance.reminder_ids.delivery_ids))
        self.assertIn(delivery.message_ref, [row[-1] for row in rows])

    def test_each_step_has_its_day_and_takes_the_place_of_the_one_before(self):
        advance = self._paid_on("2026-03-01")
        names = ("due", "week", "two_weeks", "month")
        for name, day in zip(
            names, ("2026-04-01", "2026-04-08", "2026-04-16", "2026-05-01"), strict=True
        ):
            reminder = self._remind(day)
            self.assertEqual(
                reminder.step_id, self.env.ref(f"hr_employee_advance.reminder_step_{name}"), day
            )
        self.assertEqual(
            self._told(reminder),
            self.user | self.manager | self.finance | self.second_finance | self.write_off,
        )
        self.assertEqual(advance.reminder_count, 4)
        open_alerts = advance.reminder_ids.alert_ids.filtered(lambda alert: not alert.cleared_at)
        self.assertEqual(open_alerts, reminder.alert_ids)
        self.assertEqual(reminder.days, 31)
        self.assertFalse(self._remind("2026-06-30"))

    def test_missed_nights_tell_the_last_step_only(self):
        self._paid_on("2026-03-01")
        reminder = self._remind("2026-04-20")
        self.assertEqual(
            reminder.step_id, self.env.ref("hr_employee_advance.reminder_step_two_weeks")
        )

    def test_expected_date_is_a_softer_notice_to_the_employee_alone(self):
        advance = self._paid_on("2026-03-01", expected="2026-03-15")
        self.assertFalse(self._remind("2026-03-15"))
        reminder = self._remind("2026-03-16")
        self.assertEqual(self._told(reminder), self.user)
        self.assertEqual(reminder.alert_ids.level, "info")
        self.assertIn(advance.name, reminder.alert_ids.summary)
        later = self._remind("2026-04-01")
        self.assertEqual(later.alert_ids.mapped("level"), ["warning", "warning"])

    def test_company_may_count_from_the_expected_date(self):
        self.company.advance_overdue_from = "expected"
        advance = self._paid_on("2026-03-01", expected="2026-03-15")
        self.assertDay(advance.date_due, "2026-03-15")
        reminder = self._remind("2026-03-16")
        self.assertEqual(reminder.step_id, self.env.ref("hr_employee_advance.reminder_step_due"))

    def test_notice_before_the_day(self):
        step = self.env["hr.employee.advance.reminder.step"].create(
            {"name": "Soon", "sequence": 5, "clock": "expected", "days": -3, "severity": "info"}
        )
        self._paid_on("2026-03-01", expected="2026-03-15")
        self.assertFalse(self._remind("2026-03-11"))
        reminder = self._remind("2026-03-12")
        self.assertEqual((reminder.step_id, reminder.days), (step, -3))
        self.assertIn("to be settled by", reminder.alert_ids.summary)

    def test_leap_day_and_month_ends(self):
        for paid, last, first in (
            ("2028-01-30", "2028-02-29", "2028-03-01"),
            ("2028-02-29", "2028-03-30", "2028-03-31"),
            ("2026-01-31", "2026-03-02", "2026-03-03"),
        ):
            with self.subTest(paid=paid):
                advance = self._paid_on(paid)
                self.assertDay(advance.date_due, last)
                self.assertNotIn(advance, self._remind(last).advance_id)
                self.assertIn(advance, self._remind(first).advance_id)

    def test_the_day_is_that_of_the_company(self):
        advance = self._paid_on("2026-03-01")
        with freeze_time("2026-03-31 15:59:59"):  # a second to midnight in Shanghai
            self._run(CRON)
            self.assertFalse(advance.reminder_ids)
        with freeze_time("2026-03-31 16:00:00"):
            self._run(CRON)
            self.assertEqual(len(advance.reminder_ids), 1)

    def test_settled_ends_it_and_open_again_begins_anew(self):
        advance = self._paid_on("2026-03-01")
        first = self._remind("2026-04-01")
        with freeze_time(self._day("2026-04-02")):
            self._book(advance, -1000.0, "return")
        self.assertEqual(advance.state, "settled")
        self.assertFalse(self._remind("2026-04-20"))
        self.assertDay(first.closed_on, "2026-04-20")
        self.assertFalse(first.alert_ids.filtered(lambda alert: not alert.cleared_at))
        self.assertFalse(first.delivery_ids.activity_id)
        with freeze_time(self._day("2026-04-21")):
            advance.allocation_ids.with_user(self.finance).action_undo("Bounced")
        self.assertEqual(advance.amount_residual, 1000.0)
        second = self._remind("2026-04-22")
        self.assertEqual(len(second), 1)

    def test_a_cent_left_is_still_told_of(self):
        advance = self._paid_on("2026-03-01", 650.35)
        self._book(advance, -650.34, "return", date="2026-03-20")
        self.assertEqual(self._remind("2026-04-01").amount, 0.01)

    def test_left_with_debt_is_not_told(self):
        advance = self._paid_on("2026-03-01")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE hr_employee_advance SET state = 'post_departure' WHERE id = %s", [advance.id]
        )
        self.assertFalse(self._remind("2026-04-01"))

    def test_who_has_no_user_gets_a_mail(self):
        advance = self._paid_on("2026-03-01")
        self.employee.user_id = False
        self.employee.work_email = "road@advance.example"
        reminder = self._remind("2026-04-01")
        delivery = reminder.delivery_ids.filtered("email")
        self.assertEqual(delivery.email, "road@advance.example")
        self.assertEqual(delivery.mail_id.email_to, "road@advance.example")
        self.assertIn(advance.name, delivery.mail_id.subject)
        self.assertEqual(self._told(reminder), self.manager)

    def test_who_cannot_be_reached_is_told_of_to_finance(self):
        self._paid_on("2026-03-01")
        self.employee.user_id = False
        self.employee.work_email = False
        reminder = self._remind("2026-04-01")
        self.assertIn(self.finance, self._told(reminder))

    def test_the_nearest_superior_who_is_there(self):
        boss_user = self._create_user("advance_boss")
        boss = self._create_employee(boss_user)
        head_user = self._create_user("advance_head")
        advance = self._paid_on("2026-03-01")
        self.assertEqual(advance._get_told_superior(), self.manager)
        self.manager_employee.parent_id = boss
        self.manager.active = False
        self.assertEqual(advance._get_told_superior(), boss_user)
        self.manager_employee.parent_id = False
        self.department.manager_id = self._create_employee(head_user)
        self.assertEqual(advance._get_told_superior(), head_user)
        self.department.manager_id = False
        self.assertFalse(advance._get_told_superior())
        reminder = self._remind("2026-04-01")
        self.assertIn(self.finance, self._told(reminder))

    def test_in_the_language_of_who_reads(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.user.lang = "zh_CN"
        seen = []
        pick = self.env.registry["hr.employee.advance"]._pick_lang

        def watch(model, *codes):
            seen.append(pick(model, *codes))
            return seen[-1]

        self._paid_on("2026-03-01")
        with patch.object(self.env.registry["hr.employee.advance"], "_pick_lang", watch):
            self._remind("2026-04-01")
        self.assertIn("zh_CN", seen)
        self.assertIn("en_US", seen)

    def test_one_that_fails_stops_nobody(self):
        bad, good = self._paid_on("2026-03-01"), self._paid_on("2026-03-01", user=self.colleague)
        reminder_class = self.env.registry["hr.employee.advance.reminder"]
        get_causes = reminder_class._get_causes

        def fail(reminder, finance):
            if reminder.advance_id == bad:
                raise ValueError("broken")
            return get_causes(reminder, finance)

        with (
            patch.object(reminder_class, "_get_causes", fail),
            mute_logger("odoo.addons.hr_employee_advance.models.hr_employee_advance_reminder"),
        ):
            found = self._remind_by_hand("2026-04-01", [bad, good])
        self.assertEqual(found.advance_id, good)

    def _remind_by_hand(self, day, advances):
        """The job's loop with a savepoint for its rollback, which a test transaction has no room for."""
        Reminder = self.env["hr.employee.advance.reminder"]
        attempt = self.env.registry["hr.employee.advance.reminder"]._attempt

        def attempt_in_savepoint(model, method, rows):
            savepoint = model.env.cr.savepoint(flush=False)
            with patch.object(model.env.cr, "rollback", savepoint.rollback):
                result = attempt(model, method, rows)
            savepoint.close(rollback=False)
            model.env.invalidate_all(flush=False)
            return result

        with (
            freeze_time(self._day(day)),
            patch.object(
                self.env.registry["hr.employee.advance.reminder"], "_attempt", attempt_in_savepoint
            ),
        ):
            self._run(CRON)
        return Reminder.search([("advance_id", "in", [found.id for found in advances])])

    def test_ten_times_as_many_cost_no_more_queries(self):
        """Those that were told already, and those newly late: one question each, whatever their number."""

        def count(method, *args):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            method(*args)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        Reminder = self.env["hr.employee.advance.reminder"]
        advances = self._paid_on("2026-03-01")
        for _n in range(11):
            advances |= self._paid_on("2026-03-01", 10.0)
        # a month late: finance hears of each too
        with freeze_time(self._day("2026-05-01")):
            looking = count(Reminder._get_due, self.company)
            rows = Reminder._get_due(self.company)
            self.assertEqual([row[0] for row in rows], sorted(advances.ids))
            Reminder._remind(rows[:1])  # warm
            few = count(Reminder._remind, rows[1:3])
            many = count(Reminder._remind, rows[3:])
            self.assertEqual(few, many)
            self.assertFalse(Reminder._get_due(self.company))
            self.assertEqual(count(Reminder._get_due, self.company), looking)

    def test_steps_are_set_by_rules_only_and_tell_somebody(self):
        step = self.env.ref("hr_employee_advance.reminder_step_due")
        with self.assertRaises(ValidationError):
            step.write({"to_employee": False, "to_manager": False})
        for user in (self.user, self.finance):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                step.with_user(user).days = 90
        step.with_user(self.rules).days = 1
        self._paid_on("2026-03-01")
        self.assertFalse(self._remind("2026-04-01"))
        self.assertTrue(self._remind("2026-04-02"))

    def test_steps_of_the_company_take_the_place_of_those_for_all(self):
        own = self.env["hr.employee.advance.reminder.step"].create(
            {"name": "Only ours", "clock": "paid", "days": 5, "company_id": self.company.id}
        )
        self._paid_on("2026-03-01")
        reminder = self._remind("2026-03-07")
        self.assertEqual(reminder.step_id, own)
        self.assertFalse(self._remind("2026-06-01"))

    def test_reminders_are_read_and_never_written(self):
        self._paid_on("2026-03-01")
        reminder = self._remind("2026-04-01")
        for user in (self.user, self.manager, self.finance, self.auditor):
            self.assertEqual(reminder.with_user(user).days, 1)
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                reminder.with_user(user).days = 0
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            reminder.with_user(self.colleague).read(["days"])

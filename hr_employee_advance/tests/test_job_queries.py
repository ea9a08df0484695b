from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from odoo.addons.hr_employee_advance.models import (
    hr_employee_advance_confirmation_job,
    hr_employee_advance_reminder,
)

from .follow_up_common import FollowUpCommon

PREFETCH = ("odoo.orm.fields.PREFETCH_MAX", "odoo.orm.models.PREFETCH_MAX")


@tagged("post_install", "-at_install")
class TestJobQueries(FollowUpCommon):
    """No job asks more questions for more advances, but for the batches that it commits or reads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.purpose.write({"effect_report": True, "effect_days": 10})

    def _count(self, call, *args):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _lend_to(self, count, day="2026-03-01"):
        """As many people, each with an advance paid on that day."""
        advances = self.env["hr.employee.advance"]
        people = [
            self._create_employee(
                parent_id=self.manager_employee.id,
                job_id=self.job.id,
                work_email=f"one{number}@advance.example",
            )
            for number in range(count)
        ]
        with freeze_time(self._day(day)):
            for one in people:
                advances += self._paid(100.0, date=day, user=self.hr_officer, employee_id=one.id)
        return advances

    def test_balances_asked_for(self):
        asks = self.env["hr.employee.advance.confirmation"].sudo()
        people = self._lend_to(13).employee_id
        day = self.company._company_today().replace(year=2026, month=3, day=31)
        asks._ask(people[:1], self.company, day)  # fills the caches
        few = self._count(asks._ask, people[1:3], self.company, day)
        many = self._count(asks._ask, people[3:], self.company, day)
        self.assertEqual(few, many)

    def test_effects_told_of(self):
        reminders = self.env["hr.employee.advance.reminder"]
        advances = self._lend_to(13)
        with freeze_time(self._day("2026-04-01")):
            rows = reminders._get_missing_effects(self.company)
            self.assertEqual([row[0] for row in rows], advances.ids)
            reminders._remind_effects(rows[:1])
            few = self._count(reminders._remind_effects, rows[1:3])
            many = self._count(reminders._remind_effects, rows[3:])
        self.assertEqual(few, many)

    def test_report_of_the_month(self):
        reports = self.env["hr.employee.advance.risk.report"].sudo()
        counts = []
        for month in ("2026-05-02", "2026-06-02", "2026-07-02"):
            # each of another position: all of them are risky, and proposed
            for one in self._lend_to(6):
                one.sudo().job_id = self.env["hr.job"].create({"name": f"Job of {one.name}"})
            with freeze_time(self._day(month)):
                counts.append(self._count(reports._make, self.company))
                self.assertFalse(reports._make(self.company))
        # the first knows no month before it
        self.assertEqual(counts[1], counts[2])

    def test_watch_of_positions(self):
        reports = self.env["hr.employee.advance.risk.report"].sudo()
        counts = []
        for _round in range(3):
            self._lend_to(6)
            with freeze_time(self._day("2026-05-02")):
                counts.append(self._count(reports._watch, self.company))
        self.assertEqual(counts[1], counts[2])

    def test_warnings_by_batches_that_the_orm_reads(self):
        """What is read a thousand rows at a time costs the same for each further thousand."""
        advances = self.env["hr.employee.advance"].sudo()
        counts = []
        with freeze_time(self._day("2026-05-02")), patch(PREFETCH[0], 4), patch(PREFETCH[1], 4):
            for _round in range(4):
                self._lend_to(8, "2026-03-01")
                advances._refresh_company_flags(self.company)  # finds; from now on it only looks
                counts.append(self._count(advances._refresh_company_flags, self.company))
        self.assertEqual(counts[2] - counts[1], counts[3] - counts[2])
        with freeze_time(self._day("2026-05-02")):
            many = self._count(advances._refresh_company_flags, self.company)
        self.assertLessEqual(many, counts[0])

    def _count_job(self, method, batch_of):
        with (
            patch.object(batch_of, "BATCH", 4),
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kwargs: 60
            ),
        ):
            return self._count(method)

    def test_reminders_by_batches_that_the_job_commits(self):
        reminders = self.env["hr.employee.advance.reminder"]
        counts = []
        for size in (4, 4, 8, 12):
            advances = self._lend_to(size)
            with freeze_time(self._day("2026-05-02")):
                counts.append(self._count_job(reminders._cron_remind, hr_employee_advance_reminder))
                self.assertTrue(all(advance.reminder_count for advance in advances))
        self.assertEqual(counts[2] - counts[1], counts[3] - counts[2])

    def test_balances_by_batches_that_the_job_commits(self):
        asks = self.env["hr.employee.advance.confirmation"]
        self.company.advance_confirmation_period = "monthly"
        counts = []
        for size in (4, 4, 8, 12):
            advances = self._lend_to(size)
            with freeze_time(self._day("2026-05-02")):
                counts.append(self._count_job(asks._cron_ask, hr_employee_advance_confirmation_job))
            asked = asks.search([("employee_id", "in", advances.employee_id.ids)])
            self.assertEqual(len(asked), size)
        self.assertEqual(counts[2] - counts[1], counts[3] - counts[2])

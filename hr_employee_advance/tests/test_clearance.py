from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .clearance_common import ClearanceCommon


@tagged("post_install", "-at_install")
class TestClearance(ClearanceCommon):
    """From the resignation to the completed departure, and what stops it."""

    # Beginning ------------------------------------------------------------------------------------

    def test_resignation_tells_everybody_at_once(self):
        clearance = self._start()
        self.assertRecordValues(
            clearance,
            [{"origin": "resignation", "state": "open", "opened_by_id": self.user.id}],
        )
        told = self._alerts(clearance, "opened").delivery_ids.user_id
        expected = (
            self.manager | self.it_user | self.hr_officer | self.finance | self.second_finance
        )
        self.assertEqual(told & expected, expected)
        self.assertNotIn(self.user, told)
        self.assertTrue(self._events("clearance.opened").seq, "linked under the guard")

    def test_lines_know_who_signs_and_until_when(self):
        clearance = self._start()
        self.assertEqual(self._line(clearance, "manager").responsible_ids, self.manager)
        self.assertEqual(self._line(clearance, "it").responsible_ids, self.it_user)
        self.assertIn(self.finance, self._line(clearance, "finance").responsible_ids)
        self.assertNotIn(self.user, clearance.line_ids.responsible_ids)
        self.assertEqual(set(clearance.line_ids.mapped("date_due")), {self.last_day})

    def test_nobody_resigns_for_another(self):
        with self.assertRaisesRegex(AccessError, "your own resignation"):
            self._start(user=self.colleague)

    def test_hr_starts_it(self):
        clearance = self._start(user=self.hr_officer)
        self.assertEqual(clearance.origin, "hr")

    def test_last_day_is_not_past(self):
        self.last_day = fields.Date.subtract(self.company._company_today(), days=1)
        with self.assertRaisesRegex(UserError, "in the past"):
            self._start()

    def test_only_one_is_going_on(self):
        self._start()
        with self.assertRaisesRegex(UserError, "going on already"):
            self._start(user=self.hr_officer)

    def test_checklist_of_the_job_comes_first(self):
        self.env["hr.employee.clearance.template"].create(
            {
                "name": "Sales",
                "job_id": self.job.id,
                "line_ids": [fields.Command.create({"kind": "finance", "name": "Cash box"})],
            }
        )
        self.assertEqual(self._start().line_ids.mapped("name"), ["Cash box"])

    def test_covers_every_record_of_the_person(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.user.company_ids = [fields.Command.link(other.id)]
        twin = self.env["hr.employee"].create(
            {"name": "Twin", "company_id": other.id, "user_id": self.user.id}
        )
        self.assertEqual(self._start().employee_ids, self.employee | twin)

    # Signing --------------------------------------------------------------------------------------

    def test_finance_signs_only_at_zero(self):
        advance = self._paid(1820.0)
        clearance = self._start()
        line = self._line(clearance, "finance")
        self.assertIn("1,820.00", line.missing)
        with self.assertRaisesRegex(UserError, r"owes.*1,820\.00"), self.env.cr.savepoint():
            line.with_user(self.finance).action_sign()
        self._return(advance, 1819.99)
        with self.assertRaisesRegex(UserError, r"owes.*0\.01"), self.env.cr.savepoint():
            line.with_user(self.finance).action_sign()
        self._return(advance)
        line.with_user(self.finance).action_sign()
        self.assertRecordValues(line, [{"state": "signed", "signed_by_id": self.finance.id}])
        self.assertEqual(line.figures["advances"][0]["returned"]["amount"], "1820.00")
        self.assertEqual(len(line.figures_hash), 64)

    def test_only_who_is_responsible_signs(self):
        clearance = self._start()
        for user in (self.user, self.colleague, self.hr_manager, self.system, self.cashier):
            for line in clearance.line_ids:
                with (
                    self.subTest(user=user.login, line=line.kind),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    line.with_user(user).action_sign()

    def test_leaver_of_finance_does_not_sign_himself(self):
        leaver = self._create_employee(self.finance)
        clearance = self._start(user=self.finance, employee=leaver)
        line = self._line(clearance, "finance")
        self.assertNotIn(self.finance, line.responsible_ids)
        with self.assertRaisesRegex(UserError, "cannot sign his own"), self.env.cr.savepoint():
            line.with_user(self.hr_officer).responsible_ids = self.finance
        with self.assertRaises(AccessError):
            line.with_user(self.finance).action_sign()

    def test_finance_line_stays_with_finance(self):
        line = self._line(self._start(), "finance")
        with self.assertRaisesRegex(UserError, "does not belong"):
            line.with_user(self.hr_officer).responsible_ids = self.colleague

    def test_payer_does_not_sign(self):
        cashier = self.env.ref("hr_employee_advance.group_advance_cashier")
        both = self._create_user("clearance_both", "hr_employee_advance.group_advance_finance")
        both.group_ids = [fields.Command.link(cashier.id)]
        advance = self._approved(500.0)
        self.assertNotIn(both, advance._get_deciders())
        self._pay(advance, user=both)
        self._return(advance)
        line = self._line(self._start(), "finance")
        with self.assertRaisesRegex(AccessError, "You booked payment"), self.env.cr.savepoint():
            line.with_user(both).action_sign()
        line.with_user(self.finance).action_sign()
        self.assertEqual(line.state, "signed")

    def test_finance_signs_no_second_line(self):
        clearance = self._start()
        line = self._line(clearance, "it")
        line.with_user(self.hr_officer).responsible_ids = self.finance
        line.with_user(self.finance).action_sign()
        with self.assertRaisesRegex(AccessError, "needs a second person"):
            self._line(clearance, "finance").with_user(self.finance).action_sign()

    def test_delegate_signs_for_the_absent_one(self):
        clearance = self._start()
        self.env["hr.control.delegation"].with_user(self.it_user).create(
            {
                "delegate_id": self.colleague.id,
                "date_from": fields.Date.today(),
                "date_to": fields.Date.today(),
            }
        )
        line = self._line(clearance, "it").with_user(self.colleague)
        line.action_sign()
        self.assertRecordValues(
            line,
            [{"signed_by_id": self.colleague.id, "on_behalf_of_id": self.it_user.id}],
        )

    # Completing -----------------------------------------------------------------------------------

    def test_from_resignation_to_departure(self):
        advance = self._paid(1820.0)
        clearance = self._start()
        self._sign(clearance, "manager", "it", "hr")
        self.assertEqual(clearance.progress_pct, 75.0)
        self._return(advance)
        self._sign(clearance, "finance")
        self.assertEqual(clearance.state, "ready")
        with self.assertRaisesRegex(UserError, "still has to complete"), self.env.cr.savepoint():
            self.employee.with_user(self.hr_officer).active = False
        clearance.with_user(self.hr_officer).action_complete()
        self.assertEqual(clearance.state, "completed")
        self.employee.with_user(self.hr_officer).active = False
        self.assertTrue(clearance.left_at)
        codes = ("opened", "signed", "completed", "left")
        self.assertEqual([len(self._events(f"clearance.{code}")) for code in codes], [1, 4, 1, 1])

    def test_open_clearance_holds_also_who_owes_nothing(self):
        clearance = self._start()
        with self.assertRaisesRegex(UserError, "Work handed over: to be signed by"):
            self.employee.with_user(self.hr_manager).active = False
        self.assertEqual(clearance.missing_count, 4)

    def test_not_complete_before_all_signed(self):
        clearance = self._start()
        self._sign(clearance, "manager", "it", "finance")
        with self.assertRaisesRegex(UserError, "Certificate: to be signed"):
            clearance.with_user(self.hr_officer).action_complete()

    def test_only_hr_completes_and_never_his_own(self):
        clearance = self._start()
        self._sign(clearance)
        for user in (self.user, self.manager, self.finance, self.colleague):
            with self.subTest(user.login), self.assertRaises(AccessError), self.env.cr.savepoint():
                clearance.with_user(user).action_complete()
        own = self._start(user=self.hr_officer, employee=self._create_employee(self.hr_officer))
        with self.assertRaisesRegex(AccessError, "your own clearance"):
            own.with_user(self.hr_officer).action_complete()

    def test_setting_asks_for_a_completed_one(self):
        self.company.advance_clearance_required = True
        clearance = self._start()
        self._sign(clearance)
        clearance.with_user(self.hr_officer).action_complete()
        self.employee.active = False
        self.assertFalse(self.employee.active)

    def test_employee_takes_the_resignation_back(self):
        clearance = self._start()
        with self.assertRaisesRegex(UserError, "Say why"), self.env.cr.savepoint():
            clearance.with_user(self.user).action_cancel(" ")
        clearance.with_user(self.user).action_cancel("Stays")
        self.assertEqual(clearance.state, "cancelled")
        self.assertFalse(self._alerts(clearance, "opened").filtered(lambda a: not a.cleared_at))

    def test_employee_does_not_cancel_what_hr_began(self):
        clearance = self._start(user=self.hr_officer)
        with self.assertRaises(AccessError):
            clearance.with_user(self.user).action_cancel("Stays")

    # No new advances ------------------------------------------------------------------------------

    def test_leaver_asks_for_nothing_new(self):
        advance = self._make_advance(100.0)
        self._start()
        with self.assertRaisesRegex(UserError, "no new advance"):
            self._submit(advance)

    def test_leaver_is_paid_nothing_approved_before(self):
        advance = self._approved(100.0)
        self._start()
        with self.assertRaisesRegex(UserError, "no new advance"):
            self._pay(advance)

    def test_after_cancelling_he_may_ask_again(self):
        self._start().with_user(self.user).action_cancel("Stays")
        advance = self._submit(self._make_advance(100.0))
        self.assertEqual(advance.state, "submitted")

    # Reminders ------------------------------------------------------------------------------------

    def test_late_lines_are_told_once(self):
        clearance = self._start()
        self._sign(clearance, "manager")
        job = self.env["hr.employee.clearance"]
        job._cron_remind()
        it_line = self._line(clearance, "it")
        self.assertFalse(self._alerts(clearance, f"late.{it_line.id}"))
        with freeze_time(fields.Date.add(self.last_day, days=1)):
            for _run in range(3):
                job._cron_remind()
            alert = self._alerts(clearance, f"late.{it_line.id}")
            self.assertEqual(len(alert), 1)
            self.assertIn(self.it_user, alert.delivery_ids.user_id)
            self.assertFalse(self._alerts(clearance, f"late.{self._line(clearance, 'manager').id}"))
            self.assertIn(clearance, job.search([("is_late", "=", True)]))
        self._sign(clearance, "it")
        self.assertTrue(alert.cleared_at)

    def test_contract_that_ended_with_a_debt_is_told(self):
        self._paid(1820.0)
        self.employee.version_id.write(
            {"contract_date_start": "2021-01-01", "contract_date_end": "2021-12-31"}
        )
        self.env["hr.employee.clearance"]._cron_remind()
        alert = self.env["hr.control.alert"].search(
            [("key", "=like", f"clearance.contract_ended:{self.employee.id}:%")]
        )
        self.assertIn("1,820.00", alert.summary)
        self.assertIn(self.finance, alert.delivery_ids.user_id)

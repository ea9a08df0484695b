from io import BytesIO

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .analysis_common import AnalysisCommon


@tagged("post_install", "-at_install")
class TestRisk(AnalysisCommon):
    """Positions of which too much is overdue: told, proposed, decided, and what came of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.block_if_overdue = False
        cls.Report = cls.env["hr.employee.advance.risk.report"]

    def _borrow(self, good, late):
        for days_ago, count in ((5, good), (31, late)):
            for _number in range(count):
                self._lend(100.0, days_ago)

    def _get_alerts(self):
        return self.env["hr.control.alert"].search(
            [("company_id", "=", self.company.id), ("key", "=like", "advance.risk:%")]
        )

    # Above, not at, the threshold -----------------------------------------------------------------

    def test_ten_of_a_hundred_is_not_risky(self):
        self._borrow(good=9, late=1)
        self.Report._watch(self.company)
        self.assertFalse(self._get_alerts())
        self.assertFalse(self.Report._make(self.company).risk_ids)

    def test_one_more_is_risky(self):
        self._borrow(good=8, late=1)
        self.Report._watch(self.company)
        self.assertEqual(len(self._get_alerts()), 1)
        risk = self.Report._make(self.company).risk_ids
        self.assertRecordValues(
            risk,
            [
                {
                    "job_id": self.job.id,
                    "open_count": 9,
                    "overdue_count": 1,
                    "overdue_amount": 100.0,
                    "open_amount": 900.0,
                    "is_small": False,
                    "quota_before": 1000000.0,
                    "quota_proposed": 800000.0,
                    "state": "proposed",
                }
            ],
        )

    def test_small_sample_is_named(self):
        self._borrow(good=3, late=1)
        risk = self.Report._make(self.company).risk_ids
        self.assertTrue(risk.is_small)
        self.assertIn("The sample is small.", risk.explanation)

    def test_told_once_and_again_when_it_comes_back(self):
        self._borrow(good=0, late=1)
        for _run in range(3):
            self.Report._watch(self.company)
        [alert] = self._get_alerts()
        told = alert.delivery_ids.user_id
        self.assertEqual(
            told & (self.finance | self.rules | self.manager | self.auditor | self.user),
            self.finance | self.rules,
        )
        self._settle(
            self.env["hr.employee.advance"].search([("company_id", "=", self.company.id)]), 0
        )
        self.Report._watch(self.company)
        self.assertTrue(alert.cleared_at)
        self._lend(100.0, 31)
        self.Report._watch(self.company)
        self.assertEqual(self._get_alerts().sorted("cycle").mapped("cycle"), [1, 2])

    # The report of the month ----------------------------------------------------------------------

    def test_report_once_a_month(self):
        self._borrow(good=1, late=1)
        report = self.Report._make(self.company)
        self.assertEqual(report.overdue_pct, 50.0)
        self.assertFalse(self.Report._make(self.company))
        names = {line.dimension: line.name for line in report.line_ids}
        self.assertEqual(names["job_id"], self.job.name)
        self.assertEqual(names["employee_id"], self.employee.display_name)
        self.assertIn("purpose_id", names)

    def test_nothing_borrowed_nothing_reported(self):
        self.assertFalse(self.Report._make(self.company))

    def test_month_after_tells_what_came_of_it(self):
        self._borrow(good=1, late=1)
        first = self.Report._make(self.company)
        risk = first.risk_ids
        late = self.env["hr.employee.advance"].search([("is_overdue", "=", True)])
        self._settle(late, 0)
        following = self.today.replace(day=28).toordinal() + 5
        day = type(self.today).fromordinal(following).replace(day=1)
        with freeze_time(f"{day} 06:00:00"):
            second = self.Report._make(self.company)
            second.flush_recordset()
        self.assertEqual((second.previous_id, first.next_id), (first, second))
        self.assertEqual(risk.state, "obsolete")
        self.assertEqual(risk.outcome, "50.0 % → 0.0 % a month later")
        self.assertEqual(second.previous_risk_ids, risk)

    # Deciding -------------------------------------------------------------------------------------

    def _get_risk(self):
        self._borrow(good=1, late=1)
        return self.Report._make(self.company).risk_ids

    def test_applied_lowers_the_quota_and_asks_one_more(self):
        risk = self._get_risk()
        risk.with_user(self.rules).action_apply()
        policies = self.env["hr.employee.advance.policy"]
        resolved = policies._resolve(self.people, self.company)
        self.assertEqual({rule.amount for rule in resolved.values()}, {800000.0})
        self.assertEqual(
            policies._resolve(self.manager_employee, self.company)[self.manager_employee.id],
            self.policy,
        )
        step = self.env["hr.employee.advance.step"].search([("job_ids", "in", self.job.ids)])
        # an advance right decides, not the keepers of levels and regions
        self.assertEqual(step._get_users() & (self.write_off | self.finance), self.write_off)
        event = self.env["hr.control.event"].search(
            [("code", "=", "advance.risk.applied")], limit=1
        )
        self.assertEqual((event.actor_uid, event.document_id), (self.rules.id, risk.id))
        self.assertIn("1 of 2 open advances", event.summary)
        self.assertIn("800,000.00", event.summary)

    def test_applied_ends_the_rule_of_the_position_yesterday(self):
        rule = self._create_policy(5000.0, job_id=self.job.id, date_from=self._ago(100))
        risk = self._get_risk()
        risk.with_user(self.rules).action_apply()
        self.assertEqual(rule.date_to, self._ago(1))
        now = rule._resolve(self.employee, self.company)[self.employee.id]
        self.assertEqual((now.amount, now.date_from), (4000.0, self.today))
        before = rule._resolve(self.employee, self.company, self._ago(1))[self.employee.id]
        self.assertEqual(before, rule)

    def test_decided_once(self):
        risk = self._get_risk().with_user(self.rules)
        risk.action_apply()
        for decide in (risk.action_apply, lambda: risk.action_dismiss("Late")):
            with self.assertRaisesRegex(UserError, "decided or replaced"):
                decide()

    def test_quota_changed_meanwhile(self):
        risk = self._get_risk()
        self.policy.amount = 999.0
        with self.assertRaisesRegex(UserError, "has changed since"):
            risk.with_user(self.rules).action_apply()

    def test_dismissed_with_a_reason(self):
        risk = self._get_risk().with_user(self.rules)
        for reason in (None, " ", 5):
            with self.assertRaises(UserError):
                risk.action_dismiss(reason)
        wizard = self.env["hr.employee.advance.risk.dismiss"].with_user(self.rules)
        wizard.create(
            {"risk_id": risk.id, "reason": "Trade fair, settled next week"}
        ).action_confirm()
        self.assertEqual((risk.state, risk.decided_by_id), ("dismissed", self.rules))
        event = self.env["hr.control.event"].search(
            [("code", "=", "advance.risk.dismissed")], limit=1
        )
        self.assertIn("Trade fair", event.summary)

    def test_nobody_else_decides(self):
        risk = self._get_risk()
        for role in ("user", "manager", "finance", "write_off", "cashier", "auditor", "hr_manager"):
            user = getattr(self, role)
            with self.subTest(role), self.assertRaises(AccessError):
                risk.with_user(user).action_apply()
            with self.subTest(role), self.assertRaises(AccessError):
                risk.with_user(user).action_dismiss("No")

    def test_rows_are_closed_to_clients(self):
        risk = self._get_risk()
        for user in (self.rules, self.finance):
            for context in ({}, {"install_mode": True, "bypass": True}):
                mine = risk.with_user(user).with_context(**context)
                with self.assertRaises(AccessError):
                    mine.write({"state": "applied"})
                with self.assertRaises(AccessError):
                    mine.write({"quota_proposed": 1.0})
                with self.assertRaises(AccessError):
                    mine.unlink()
                with self.assertRaises(AccessError):
                    mine.create({"report_id": risk.report_id.id, "job_id": self.job.id})
                with self.assertRaises(AccessError):
                    mine.report_id.write({"overdue_count": 0})
                with self.assertRaises(AccessError):
                    mine.report_id.line_ids.unlink()

    def test_other_company_sees_nothing(self):
        risk = self._get_risk()
        other = self.env["res.company"].create({"name": "Branch"})
        stranger = self._create_user(
            "advance_branch", "hr_employee_advance.group_advance_admin", other
        )
        theirs = risk.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(theirs.search([]))
        with self.assertRaises(AccessError):
            theirs.action_apply()
        with self.assertRaises(AccessError):
            theirs.action_dismiss("Ours now")

    def test_drill_down(self):
        risk = self._get_risk()
        action = risk.with_user(self.finance).action_open_advances()
        rows = self.env[action["res_model"]].with_user(self.finance).search(action["domain"])
        self.assertEqual(len(rows), 2)
        line = risk.report_id.line_ids.filtered(lambda line: line.dimension == "employee_id")
        action = line.with_user(self.finance).action_open_advances()
        self.assertEqual(
            self.env[action["res_model"]].with_user(self.finance).search(action["domain"]), rows
        )

    def test_printed_in_both_languages(self):
        report = self._get_risk().report_id
        self.env["res.lang"]._activate_lang("zh_CN")
        for lang in ("en_US", "zh_CN"):
            html, _type = (
                self.env["ir.actions.report"]
                .with_context(lang=lang)
                ._render_qweb_html(
                    "hr_employee_advance.hr_employee_advance_risk_report_template", report.ids
                )
            )
            self.assertIn(self.job.name, html.decode())
            self.assertIn("800,000.00", html.decode())


@tagged("post_install", "-at_install")
class TestRiskDownload(AnalysisCommon, HttpCase):
    def test_workbook(self):
        from openpyxl import load_workbook

        self._lend(100.0, 31)
        report = self.env["hr.employee.advance.risk.report"]._make(self.company)
        url = report.with_user(self.finance).action_download()["url"]
        self.authenticate("advance_finance", "advance_finance")
        response = self.url_open(url)
        book = load_workbook(BytesIO(response.content))
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        self.assertEqual(rows[2][0], self.job.name)
        self.assertIn(100.0, rows[2])
        self.authenticate("advance_employee", "advance_employee")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(url).status_code, 403)

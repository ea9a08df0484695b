from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .analysis_common import AnalysisCommon


@tagged("post_install", "-at_install")
class TestFlag(AnalysisCommon):
    """What is unusual about a request, who is told, and who sees it."""

    # More than half a month's wage ----------------------------------------------------------------

    def test_half_the_wage_is_not_large(self):
        self.assertNotIn("large_idle", self._get_flags(self._ask(4000.0)))

    def test_cent_above_half_the_wage_is_large(self):
        advance = self._ask(4000.01)
        flag = self._get_flags(advance)["large_idle"]
        self.assertIn("4,000.01", flag.sentence)
        self.assertIn("50 % of a month's wage", flag.sentence)

    def test_wage_is_in_no_figure(self):
        advance = self._ask(4000.01)
        flag = self._get_flags(advance)["large_idle"]
        texts = f"{flag.figures} {flag.sentence} {advance.flag_text}"
        alert = self._get_alerts(advance)
        texts += f"{alert.mapped('note')} {alert.mapped('summary')}"
        events = self.env["hr.control.event"].search([("code", "=", "advance.flagged")])
        texts += " ".join(events.mapped("payload"))
        for wage in ("8000", "8,000"):
            self.assertNotIn(wage, texts)

    def test_wage_unknown_instead_of_an_error(self):
        for values in ({"wage": 0.0}, {"wage": 8000.0, "resource_calendar_id": False}):
            with self.subTest(values):
                self.employee.version_ids.write(values)
                flags = self._get_flags(self._ask(10.0))
                self.assertIn("wage_unknown", flags)
                self.assertNotIn("large_idle", flags)

    def test_wage_of_the_day_of_the_request(self):
        advance = self._ask(4000.01)
        self.employee.create_version(
            {"date_version": self.today + timedelta(days=1), "wage": 20000.0}
        )
        advance.sudo().flag_ids.unlink()
        advance._refresh_flags()
        self.assertIn("large_idle", self._get_flags(advance))

    def test_business_expected_of_sales_positions_only(self):
        self.company.advance_sales_only = True
        self.assertNotIn("large_idle", self._get_flags(self._ask(4000.01)))
        self.job.advance_is_sales = True
        self.assertIn("large_idle", self._get_flags(self._ask(4000.01)))

    # Frequency ------------------------------------------------------------------------------------

    def test_third_request_within_thirty_days(self):
        self._ask(10.0, days_ago=29)
        self.assertNotIn("frequent", self._get_flags(self._ask(10.0, days_ago=1)))
        self.assertIn("frequent", self._get_flags(self._ask(10.0)))

    def test_request_of_the_day_before_is_too_long_ago(self):
        self._ask(10.0, days_ago=30)
        self._ask(10.0, days_ago=1)
        self.assertNotIn("frequent", self._get_flags(self._ask(10.0)))

    def test_far_above_the_habit_of_the_position(self):
        """Of seven people six ask for nothing: two requests are above mean and two deviations."""
        self.company.advance_frequent_count = 99
        for _number in range(5):
            self._create_employee(job_id=self.job.id)
        self._ask(10.0)
        advance = self._ask(10.0)
        facts = advance._get_flag_facts()[advance.id]
        self.assertEqual(facts["people"], 7)
        self.assertAlmostEqual(facts["average"], 2 / 7)
        self.assertIn("frequent", self._get_flags(advance))

    def test_few_people_have_no_habit(self):
        self.company.advance_frequent_count = 99
        self._ask(10.0)
        self.assertNotIn("frequent", self._get_flags(self._ask(10.0)))

    # Quota, settlement, overdue -------------------------------------------------------------------

    def test_repeatedly_near_the_quota(self):
        self.policy.amount = 1000.0
        first = self._ask(950.0)
        self.assertNotIn("near_quota", self._get_flags(first))
        first.with_user(self.user).action_recall()
        first.with_user(self.user).amount = 949.99
        self._submit(first)
        first.with_user(self.user).action_cancel()
        self.assertNotIn("near_quota", self._get_flags(self._ask(950.0)))

    def test_second_time_near_the_quota(self):
        self.policy.amount = 1000.0
        first = self._lend(960.0, 60)
        self._settle(first, 40)
        flag = self._get_flags(self._ask(950.0))["near_quota"]
        self.assertEqual(flag.figures["times"], 2)
        self.assertIn("95 %", flag.sentence)

    def test_borrowed_new_to_pay_old(self):
        self._settle(self._lend(500.0, 20), 3)
        self.assertEqual(self._get_flags(self._ask(500.0))["reborrow"].figures["gap_days"], 3)

    def test_four_days_after_the_settlement_is_no_pattern(self):
        self._settle(self._lend(500.0, 20), 4)
        self.assertNotIn("reborrow", self._get_flags(self._ask(500.0)))

    def test_overdue_appears_the_day_after_and_goes_with_the_settlement(self):
        advance = self._lend(500.0, 30)
        self.env["hr.employee.advance"]._refresh_company_flags(self.company)
        self.assertNotIn("overdue", self._get_flags(advance))
        late = self._lend(500.0, 31)
        self.env["hr.employee.advance"]._refresh_company_flags(self.company)
        flag = self._get_flags(late)["overdue"]
        self.assertEqual(flag.figures["overdue_days"], 1)
        self._settle(late, 0)
        self.env["hr.employee.advance"]._refresh_company_flags(self.company)
        self.assertEqual(flag.cleared_on, self.today)
        self.assertFalse(late.sudo().flag_ids)

    def test_sentence_tells_history_rhythm_and_business(self):
        self._settle(self._lend(500.0, 60), 20)
        self._lend(300.0, 10)
        advance = self._ask(5000.0)
        sentence = self._get_flags(advance)["large_idle"].sentence
        self.assertIn("other advances within a year: 2, open: 1 with", sentence)
        self.assertIn("settled: 1, after 40 days on average, late: 1", sentence)
        # the bridge with Sales knows that there was none
        is_known = bool(advance._get_recent_business())
        self.assertIn(
            "no order confirmed" if is_known else "no business results are known here", sentence
        )

    # Told once, seen by whom ----------------------------------------------------------------------

    def _get_alerts(self, advance):
        return self.env["hr.control.alert"].search(
            [
                ("res_model", "=", advance._name),
                ("res_id", "=", advance.id),
                ("key", "like", "advance.flag"),
            ]
        )

    def test_told_once_to_manager_and_finance(self):
        advance = self._ask(5000.0)
        alert = self._get_alerts(advance)
        self.assertEqual(
            alert.delivery_ids.user_id,
            self.manager | self.finance | self.second_finance | self.write_off,
        )
        for _run in range(3):
            self.env["hr.employee.advance"]._refresh_company_flags(self.company)
        self.assertEqual(self._get_alerts(advance), alert)
        self.assertEqual(len(advance.sudo().flag_ids), 1)

    def test_refused_request_is_told_to_nobody(self):
        self.policy.amount = 100.0
        advance = self._ask(5000.0)
        self.assertEqual(advance.request_state, "auto_rejected")
        self.assertFalse(advance.sudo().flag_ids)

    def test_employee_does_not_see_what_is_unusual_about_him(self):
        advance = self._ask(5000.0)
        for user, sees in (
            (self.user, False),
            (self.colleague, False),
            (self.manager, True),
            (self.finance, True),
            (self.auditor, True),
        ):
            with self.subTest(user.login):
                found = self.env["hr.employee.advance.flag"].with_user(user).search([])
                self.assertEqual(found.advance_id == advance, sees)
                if user != self.colleague:
                    advance.invalidate_recordset()
                    self.assertEqual(bool(advance.with_user(user).flag_text), sees)

    def test_approver_reads_it_among_the_figures(self):
        advance = self._ask(5000.0)
        figures = dict(advance.with_user(self.manager)._get_approval_remarks())
        self.assertIn("more than 50 %", " ".join(map(str, figures.values())))

    def test_nobody_makes_changes_or_deletes_warnings(self):
        advance = self._ask(5000.0)
        flag = advance.sudo().flag_ids
        for user in (self.user, self.manager, self.finance, self.rules, self.auditor):
            flags = self.env["hr.employee.advance.flag"].with_user(user)
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    flags.create(
                        {"advance_id": advance.id, "code": "frequent", "found_on": self.today}
                    )
                with self.assertRaises(AccessError):
                    flags.browse(flag.id).write({"cleared_on": self.today})
                with self.assertRaises(AccessError):
                    flags.browse(flag.id).unlink()

    def test_sentence_in_the_language_of_the_reader(self):
        flag = self._ask(5000.0).sudo().flag_ids
        self.env["res.lang"]._activate_lang("zh_CN")
        self.assertTrue(flag.with_context(lang="zh_CN").sentence)

    # Queries --------------------------------------------------------------------------------------

    def test_queries_do_not_grow_with_the_advances(self):
        counts = []
        for _round in range(2):
            for _number in range(6):
                self._ask(5000.0)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["hr.employee.advance"]._refresh_company_flags(self.company)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0])

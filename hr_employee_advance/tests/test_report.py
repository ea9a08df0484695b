from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .analysis_common import AnalysisCommon

READERS = ("finance", "rules", "auditor")
OTHERS = ("user", "manager", "cashier", "hr_officer", "hr_manager")


@tagged("post_install", "-at_install")
class TestReport(AnalysisCommon):
    """Every figure of the analysis, beside the average, and what it is made of."""

    def setUp(self):
        super().setUp()
        self.other_job = self.env["hr.job"].create({"name": "Buyer", "company_id": self.company.id})
        self.colleague_employee.version_ids.job_id = self.other_job
        self.policy.block_if_overdue = False

    def _get_rates(self, dimension):
        self.env.invalidate_all()
        rates = (
            self.env["hr.employee.advance.rate"]
            .with_user(self.finance)
            .search([("dimension", "=", dimension)])
        )
        return {rate.value_id or 0: rate for rate in rates}

    def _get_rows(self, user=None):
        self.env.invalidate_all()
        return self.env["hr.employee.advance.report"].with_user(user or self.finance).search([])

    def test_rows_are_what_was_asked_for(self):
        self._make_advance(10.0)
        asked = self._ask(20.0)
        refused = self._make_advance(2000000.0)
        self._submit(refused)
        rows = self._get_rows()
        self.assertEqual(rows.advance_id, asked | refused)
        self.assertEqual(rows.filtered("refused_count").advance_id, refused)

    def test_ageing_at_its_edges(self):
        for days, bucket in ((30, "1_30"), (31, "2_60"), (60, "2_60"), (61, "3_90"), (90, "3_90")):
            with self.subTest(days):
                advance = self._lend(100.0, days)
                row = self._get_rows().filtered(lambda row, a=advance: row.advance_id == a)
                self.assertEqual((row.ageing, row.age_days), (bucket, days))

    def test_ageing_of_half_a_year(self):
        for days, bucket in ((91, "4_180"), (180, "4_180"), (181, "5_more")):
            with self.subTest(days):
                advance = self._lend(100.0, days)
                row = self._get_rows().filtered(lambda row, a=advance: row.advance_id == a)
                self.assertEqual(row.ageing, bucket)

    def test_settled_has_no_age(self):
        advance = self._lend(100.0, 50)
        self._settle(advance, 1)
        row = self._get_rows()
        self.assertFalse(row.ageing)
        self.assertEqual((row.amount_open, row.open_count, row.amount_paid), (0.0, 0, 100.0))

    def test_position_is_that_of_the_day_of_the_request(self):
        self._lend(100.0, 50)
        self.employee.create_version({"date_version": self._ago(10), "job_id": self.other_job.id})
        self.assertEqual(self._get_rows().job_id, self.job)

    def test_rate_beside_the_average(self):
        """One of two of the salesperson is overdue, none of the buyer's four: 50 % is 3.0 × the 16.7 %."""
        self._lend(100.0, 31)
        self._lend(50.0, 30)
        for _number in range(4):
            self._lend(25.0, 5, user=self.colleague)
        rates = self._get_rates("job_id")
        sales, buyer = rates[self.job.id], rates[self.other_job.id]
        self.assertRecordValues(
            sales | buyer,
            [
                {
                    "open_count": 2,
                    "overdue_count": 1,
                    "open_amount": 150.0,
                    "overdue_amount": 100.0,
                },
                {"open_count": 4, "overdue_count": 0, "open_amount": 100.0, "overdue_amount": 0.0},
            ],
        )
        self.assertAlmostEqual(sales.overdue_pct, 50.0)
        self.assertAlmostEqual(sales.overdue_times, 3.0)
        self.assertAlmostEqual(sales.overdue_amount_pct, 66.7, places=1)
        self.assertTrue(sales.is_small)
        people = self._get_rates("employee_id")
        self.assertEqual(people[self.colleague_employee.id].request_count, 4)

    def test_who_borrows_unusually_often(self):
        """Beside the people of the position: 4 requests where the average is 2.5."""
        self.colleague_employee.version_ids.job_id = self.job
        for _number in range(4):
            self._ask(10.0, days_ago=3)
        self._ask(10.0, days_ago=3, user=self.colleague)
        rate = self._get_rates("employee_id")[self.employee.id]
        self.assertEqual((rate.request_count, rate.request_times), (4, 1.6))
        self.assertEqual(rate.name, self.employee.display_name)

    def test_requests_of_more_than_a_year_ago_do_not_count(self):
        self._ask(10.0, days_ago=366)
        self._ask(10.0, days_ago=3)
        self.assertEqual(self._get_rates("employee_id")[self.employee.id].request_count, 1)

    def test_figures_drill_down_to_their_advances(self):
        late = self._lend(100.0, 31)
        good = self._lend(50.0, 30)
        rate = self._get_rates("job_id")[self.job.id]
        for action, advances in (
            (rate.action_open_overdue(), late),
            (rate.action_open_open(), late | good),
            (rate.action_open_advances(), late | good),
        ):
            rows = self.env[action["res_model"]].with_user(self.finance).search(action["domain"])
            self.assertEqual(rows.advance_id, advances)
        self.assertEqual(rows[0].action_open_advance()["res_id"], rows[0].advance_id.id)

    def test_pivot_adds_up_and_averages(self):
        self._lend(100.0, 31)
        self._lend(50.0, 30)
        report = self.env["hr.employee.advance.report"].with_user(self.finance)
        [(job, opened, overdue, pct)] = report._read_group(
            [], ["job_id"], ["amount_open:sum", "amount_overdue:sum", "overdue_pct:avg"]
        )
        self.assertEqual((job, opened, overdue, pct), (self.job, 150.0, 100.0, 50.0))
        for group in ("level_id", "department_id", "store_id", "region_id", "purpose_id", "ageing"):
            self.assertTrue(report.formatted_read_group([], [group], ["amount_asked:sum"]))
        self.assertTrue(report.formatted_read_group([], ["date_request:month"], ["__count"]))

    # Papers -------------------------------------------------------------------------------------

    def _get_row(self, advance):
        return self._get_rows().filtered(lambda row: row.advance_id == advance)

    def test_papers_as_they_are_now(self):
        """A refused paper counts until a better one took its place; while that waits nothing is said."""
        advance = self._lend(100.0, 5)
        self._hand_in(advance, "tax stamp unreadable")
        self.assertEqual(self._get_row(advance).deficient_pct, 0.0)
        self.assertEqual(self._get_rates("job_id")[self.job.id].judged_count, 0)
        self._settle(advance, 2)
        self._refuse(advance.voucher_ids)
        self.assertEqual(self._get_row(advance).deficient_pct, 100.0)
        self.assertEqual(self._get_row(advance).in_order_pct, 0.0)
        rate = self._get_rates("job_id")[self.job.id]
        self.assertEqual((rate.judged_count, rate.deficient_pct), (1, 100.0))
        better = self._hand_in(advance, "the same, readable")
        self.assertEqual(self._get_rates("job_id")[self.job.id].judged_count, 0)
        better.with_user(self.finance).action_mark_valid()
        self.assertEqual(self._get_row(advance).deficient_pct, 0.0)
        self.assertEqual(self._get_row(advance).in_order_pct, 100.0)
        rate = self._get_rates("job_id")[self.job.id]
        self.assertEqual((rate.judged_count, rate.deficient_pct), (1, 0.0))

    def test_regions(self):
        east, west = self.env["hr.control.region"].create([{"name": "East"}, {"name": "West"}])
        self.department.write({"control_is_store": True, "control_region_id": east.id})
        self._lend(100.0, 31)
        self.department.control_region_id = west
        self._lend(50.0, 5)
        rates = self._get_rates("region_id")
        self.assertEqual((rates[east.id].open_amount, rates[west.id].open_amount), (100.0, 50.0))
        self.assertEqual((rates[east.id].overdue_pct, rates[west.id].overdue_pct), (100.0, 0.0))
        self.assertEqual(rates[east.id].overdue_times, 2.0)

    # Year end -------------------------------------------------------------------------------------

    def test_year_end(self):
        """Open on the last day of the year, from the ledger of that day; over one year a day after a year."""
        year = self.today.year - 1
        edge = (self.today - date(year - 1, 12, 31)).days
        over = self._lend(300.0, edge + 1)
        year_old = self._lend(200.0, edge, user=self.colleague)
        self._settle(year_old, 0)
        rows = (
            self.env["hr.employee.advance.year.end"]
            .with_user(self.finance)
            .search([("year", "=", str(year))])
        )
        found = {row.advance_id: row for row in rows}
        self.assertEqual(found[over].amount_open, 300.0)
        self.assertEqual(found[over].amount_now, 300.0)
        self.assertTrue(found[over].is_over_a_year)
        self.assertEqual((found[year_old].amount_open, found[year_old].amount_now), (200.0, 0.0))
        self.assertFalse(found[year_old].is_over_a_year)

    def test_shareholders_at_year_end(self):
        """Named whatever the age of what they owe; who they are is kept by HR."""
        self.colleague_employee.with_user(self.hr_officer).advance_shareholder = True
        year = self.today.year - 1
        edge = (self.today - date(year, 12, 31)).days
        own, other = self._lend(300.0, edge), self._lend(200.0, edge, user=self.colleague)
        rows = self.env["hr.employee.advance.year.end"].with_user(self.finance)
        self.assertEqual(rows.search([("is_shareholder", "=", True)]).advance_id, other)
        self.assertEqual(rows.search([("is_shareholder", "=", False)]).advance_id, own)
        self.assertFalse(rows.search([("is_over_a_year", "=", True)]))
        for user in (self.user, self.finance):
            with self.assertRaises(AccessError):
                self.employee.with_user(user).advance_shareholder = True

    def test_this_year_has_not_ended(self):
        self._lend(300.0, 1)
        rows = (
            self.env["hr.employee.advance.year.end"]
            .with_user(self.finance)
            .search([("year", ">=", str(self.today.year))])
        )
        self.assertFalse(rows)

    # Who reads ------------------------------------------------------------------------------------

    def test_readers(self):
        self._lend(100.0, 31)
        models = ("report", "rate", "year.end")
        for name in models:
            model = self.env[f"hr.employee.advance.{name}"]
            for role in READERS:
                with self.subTest(f"{name} {role}"):
                    model.with_user(getattr(self, role)).search([])
            for role in OTHERS:
                with self.subTest(f"{name} {role}"), self.assertRaises(AccessError):
                    model.with_user(getattr(self, role)).search([])
        self.assertTrue(self._get_rows(self.auditor))

    def test_company_of_its_own_and_head_office(self):
        self._lend(100.0, 31)
        other = self.env["res.company"].create({"name": "Branch"})
        stranger = self._create_user(
            "advance_branch", "hr_employee_advance.group_advance_finance", other
        )
        head = self._create_user(
            "advance_head", "hr_employee_advance.group_advance_finance", other | self.company
        )
        for name in ("report", "rate"):
            model = self.env[f"hr.employee.advance.{name}"]
            own = model.with_user(stranger).with_context(allowed_company_ids=other.ids)
            self.assertFalse(own.search([]))
            both = model.with_user(head).with_context(
                allowed_company_ids=(other | self.company).ids
            )
            self.assertTrue(both.search([]))

    # Queries --------------------------------------------------------------------------------------

    def test_queries_do_not_grow(self):
        counts = []
        for _round in range(3):
            for _number in range(5):
                self._ask(100.0)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            rates = self.env["hr.employee.advance.rate"].with_user(self.finance).search([])
            rates.mapped("name")
            report = self.env["hr.employee.advance.report"].with_user(self.finance)
            report.web_search_read(
                [], {"advance_id": {"fields": {"display_name": {}}}, "state": {}}
            )
            report.formatted_read_group([], ["job_id"], ["amount_open:sum", "overdue_pct:avg"])
            counts.append(self.env.cr.sql_log_count - start)
        # the first round also warms the caches of groups and translations
        self.assertEqual(counts[1], counts[2])

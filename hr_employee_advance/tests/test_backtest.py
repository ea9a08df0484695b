from odoo.exceptions import AccessError
from odoo.tests import tagged

from .analysis_common import AnalysisCommon


@tagged("post_install", "-at_install")
class TestBacktest(AnalysisCommon):
    """What a changed quota would have refused of what was asked for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.block_if_overdue = False

    def _try(self, user=None, **values):
        wizard = self.env["hr.employee.advance.backtest"].with_user(user or self.finance)
        wizard = wizard.create(
            {"company_id": self.company.id, "date_from": self._ago(300)} | values
        )
        wizard.action_run()
        return wizard

    def test_quota_at_its_edge(self):
        """8,000 open: 2,000 more is within 10,000, a cent less of a quota is not."""
        self._lend(8000.0, 100)
        second = self._lend(2000.0, 50)
        self.assertFalse(self._try(amount=10000.0).line_ids)
        lines = self._try(amount=9999.99).line_ids
        self.assertEqual(lines.advance_id, second)
        self.assertRecordValues(lines, [{"reason": "amount", "open_then": 8000.0, "is_late": True}])

    def test_result_of_somebody_else(self):
        """Names and amounts stand in it: it is its author's, not of whoever may try a quota as well."""
        self._lend(8000.0, 100)
        wizard = self._try(amount=100.0)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        group = "hr_employee_advance.group_advance_finance"
        stranger = self._create_user("advance_try_stranger", group, elsewhere)
        for user in (stranger, self.second_finance, self.auditor):
            there = {"allowed_company_ids": user.company_ids.ids}
            for records in (wizard, wizard.line_ids):
                records = records.with_user(user).with_context(**there)
                with self.subTest(user=user.login, model=records._name):
                    self.assertFalse(records.search([("id", "in", records.ids)]))
                    with self.assertRaises(AccessError):
                        records.read()
        with self.assertRaises(AccessError):
            wizard.with_user(self.second_finance).action_open_lines()

    def test_settled_before_the_request_does_not_count(self):
        self._settle(self._lend(8000.0, 100), 51)
        self._lend(2000.0, 50)
        self.assertFalse(self._try(amount=9000.0).line_ids)

    def test_settled_after_the_request_counts(self):
        self._settle(self._lend(8000.0, 100), 49)
        self._lend(2000.0, 50)
        self.assertEqual(len(self._try(amount=9000.0).line_ids), 1)

    def test_refused_burdens_no_later_request(self):
        first = self._lend(9000.0, 100)
        self._lend(1000.0, 50)
        self.assertEqual(self._try(amount=5000.0).line_ids.advance_id, first)

    def test_other_rules(self):
        late = self._lend(100.0, 100)
        second = self._lend(100.0, 50)
        for values, reason in (
            ({"max_open_count": 1}, "count"),
            ({"block_if_open": True}, "open"),
            ({"block_if_overdue": True}, "overdue"),
        ):
            with self.subTest(reason):
                lines = self._try(**values).line_ids
                self.assertEqual((lines.advance_id, lines.reason), (second, reason))
        self.assertFalse(self._try(max_open_count=2).line_ids)
        lines = self._try(monthly_amount=99.99).line_ids
        self.assertEqual(lines.advance_id, late | second)
        self.assertEqual(set(lines.mapped("reason")), {"month"})

    def test_late_ones_are_told_apart(self):
        self._settle(self._lend(500.0, 100), 60)
        good = self._lend(500.0, 50)
        self._settle(good, 40)
        lines = self._try(amount=100.0).line_ids
        self.assertEqual(lines.filtered("is_late").advance_id, lines.advance_id - good)
        self.assertIn("2 of 2 requests", self._try(amount=100.0).summary)

    def test_positions_and_period(self):
        self._lend(500.0, 200)
        self._lend(500.0, 100)
        self.assertEqual(len(self._try(amount=100.0, date_from=self._ago(150)).line_ids), 1)
        job = self.env["hr.job"].create({"name": "Buyer", "company_id": self.company.id})
        self.assertFalse(self._try(amount=100.0, job_ids=job.ids).line_ids)
        self.assertEqual(len(self._try(amount=100.0, job_ids=self.job.ids).line_ids), 2)

    def test_who_may_try(self):
        for role in ("finance", "rules", "auditor"):
            self._try(user=getattr(self, role), amount=1.0)
        for role in ("user", "manager", "cashier", "hr_officer"):
            with self.subTest(role), self.assertRaises(AccessError):
                self._try(user=getattr(self, role), amount=1.0)

    def test_other_company_is_not_replayed(self):
        other = self.env["res.company"].create({"name": "Branch"})
        stranger = self._create_user(
            "advance_branch", "hr_employee_advance.group_advance_finance", other
        )
        with self.assertRaises(AccessError):
            self._try(user=stranger, amount=1.0)

    def test_drill_down(self):
        advance = self._lend(500.0, 100)
        wizard = self._try(amount=100.0)
        action = wizard.action_open_lines()
        lines = self.env[action["res_model"]].with_user(self.finance).search(action["domain"])
        self.assertEqual(lines.action_open_advance()["res_id"], advance.id)

    def test_queries_do_not_grow(self):
        counts = []
        for _round in range(3):
            for _number in range(4):
                self._ask(100.0, days_ago=5)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._try(amount=1.0)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        # the first round also warms the caches
        self.assertEqual(counts[1], counts[2])

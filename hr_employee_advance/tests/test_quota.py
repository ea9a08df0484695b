from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import AdvanceCommon


@tagged("post_install", "-at_install")
class TestQuota(AdvanceCommon):
    def _get_states(self, *amounts, **values):
        return [
            self._submit(self._make_advance(amount, **values)).request_state for amount in amounts
        ]

    def _get_events(self, advance, code):
        return self.env["hr.control.event"].search(
            [("code", "=", code), ("document_id", "=", advance.id)]
        )

    def test_the_last_cent_passes_and_one_more_does_not(self):
        self._approve(self._make_advance(8000.0))
        self.assertEqual(self._get_states(2000.01), ["auto_rejected"])
        self.assertEqual(self._get_states(2000.0, 0.01), ["submitted", "auto_rejected"])

    def test_refused_at_once_and_told_what_is_left(self):
        self._approve(self._make_advance(8000.0))
        advance = self._make_advance(2000.01)
        action = advance.with_user(self.user).action_submit()
        self.assertRecordValues(
            advance,
            [
                {
                    "request_state": "auto_rejected",
                    "state": "auto_rejected",
                    "approval_id": False,
                    "quota_code": "amount",
                    "quota_amount": 10000.0,
                    "quota_pending": 8000.0,
                    "quota_requested": 2000.01,
                }
            ],
        )
        self.assertIn(
            "2,000.00 are left", advance.quota_sentence.replace("\xa0", "").replace("$", "")
        )
        self.assertEqual(action["params"]["type"], "danger")
        self.assertEqual(action["params"]["message"], advance.quota_sentence)
        self.assertIn("are left of the quota", advance.message_ids[0].body)
        self.assertTrue(self._get_events(advance, "advance.auto_rejected"))
        self.assertFalse(self.env["hr.control.approval"].search([("res_id", "=", advance.id)]))
        advance.with_user(self.user).action_draft()
        advance.with_user(self.user).amount = 2000.0
        self._submit(advance)
        self.assertEqual(advance.request_state, "submitted")

    def test_officer_asks_and_the_employee_is_told(self):
        advance = self._make_advance(10000.01, self.hr_officer, employee_id=self.employee.id)
        self._submit(advance)
        self.assertEqual(advance.message_ids[0].partner_ids, self.user.partner_id)

    def test_what_counts(self):
        approved = self._approve(self._make_advance(1000.0))
        self._submit(self._make_advance(200.0))
        self._make_advance(50.0)
        cancelled = self._submit(self._make_advance(30.0))
        cancelled.with_user(self.user).action_cancel()
        open_ = approved._get_open(self.employee | self.colleague_employee)
        self.assertEqual(
            open_[self.employee.id][:6],
            (0.0, 1000.0, 200.0, 2, 0, 0.0),
        )
        self.assertEqual(open_[self.employee.id].month, 1200.0)
        self.assertEqual(open_[self.colleague_employee.id].total, 0.0)
        self.assertEqual(
            approved._get_open(self.employee, exclude=approved)[self.employee.id].total, 200.0
        )

    def test_one_query_for_any_number_of_employees(self):
        employees = self.env["hr.employee"].create(
            [{"name": f"E{n}", "company_id": self.company.id} for n in range(50)]
        )
        self.company._company_today()
        self.env.flush_all()
        for batch in (employees[0], employees):
            batch.sudo().company_id.mapped("control_tz")
            with self.assertQueryCount(1):
                found = self.env["hr.employee.advance"]._get_open(batch)
            self.assertEqual(len(found), len(batch))

    def test_list_of_fifty_costs_what_a_list_of_five_does(self):
        people = [self._create_employee(parent_id=self.manager_employee.id) for _n in range(50)]
        advances = self.env["hr.employee.advance"].union(
            *(self._make_advance(user=self.hr_officer, employee_id=one.id) for one in people)
        )
        counts = []
        # the first round fills the caches of groups and rules
        for batch in (advances[:5], advances[:5], advances):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            batch.with_user(self.finance).mapped("own_left")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_no_quota(self):
        self.policy.unlink()
        advance = self._submit(self._make_advance(1.0))
        self.assertEqual((advance.request_state, advance.quota_code), ("auto_rejected", "none"))
        self.assertIn("No quota is set", advance.quota_sentence)
        self.company.advance_without_policy = "allow"
        self.assertEqual(self._get_states(1.0), ["submitted"])

    def test_nearest_quota_applies(self):
        self._create_policy(100.0, employee_id=self.employee.id)
        self._create_policy(500.0, job_id=self.job.id)
        self.assertEqual(self._get_states(100.01, 100.0), ["auto_rejected", "submitted"])
        self.assertEqual(
            self._get_states(500.01, 500.0, user=self.colleague), ["auto_rejected", "submitted"]
        )

    def test_foreign_currency_at_the_rate_of_the_day(self):
        currency = self.setup_other_currency(
            "EUR", rates=[("2026-01-01", 2.0), ("2026-02-01", 1.0)]
        )
        self.policy.amount = 1000.0
        with freeze_time("2026-01-15 04:00:00"):
            self.assertEqual(
                self._get_states(2000.02, 2000.0, currency_id=currency.id),
                ["auto_rejected", "submitted"],
            )
        with freeze_time("2026-02-15 04:00:00"):
            drafted = self._make_advance(1000.0, user=self.colleague, currency_id=currency.id)
            self.assertEqual(self._submit(drafted).request_state, "submitted")
            self.assertEqual(drafted.amount_company, 1000.0)

    def test_draft_of_yesterday_counts_at_the_rate_of_today(self):
        currency = self.setup_other_currency(
            "EUR", rates=[("2026-01-01", 2.0), ("2026-02-01", 1.0)]
        )
        with freeze_time("2026-01-15 04:00:00"):
            advance = self._make_advance(100.0, currency_id=currency.id, date_expected="2026-06-01")
            self.assertEqual(advance.amount_company, 50.0)
        with freeze_time("2026-02-15 04:00:00"):
            self._submit(advance)
        self.assertEqual(advance.amount_company, 100.0)
        self.assertEqual(advance.date_request, fields.Date.to_date("2026-02-15"))

    def test_one_at_a_time(self):
        self.policy.block_if_open = True
        first = self._submit(self._make_advance(10.0))
        second = self._submit(self._make_advance(10.0))
        self.assertEqual((first.quota_code, second.quota_code), ("ok", "open"))
        first.with_user(self.user).action_cancel()
        self.assertEqual(self._get_states(10.0), ["submitted"])

    def test_number_open(self):
        self.policy.max_open_count = 2
        self.assertEqual(
            self._get_states(1.0, 1.0, 1.0), ["submitted", "submitted", "auto_rejected"]
        )

    def test_quota_of_the_month(self):
        self.policy.monthly_amount = 1000.0
        with freeze_time("2026-03-31 04:00:00"):
            self.assertEqual(
                self._get_states(600.0, 400.01, 400.0), ["submitted", "auto_rejected", "submitted"]
            )
        with freeze_time("2026-04-01 04:00:00"):
            self.assertEqual(self._get_states(1000.0), ["submitted"])

    def test_observe_records_and_lets_pass(self):
        self.company.advance_quota_policy = "observe"
        advance = self._submit(self._make_advance(10000.01))
        self.assertEqual((advance.request_state, advance.quota_code), ("submitted", "amount"))
        self.assertTrue(self._get_events(advance, "advance.quota_observed"))
        self._approve(advance)
        self.assertEqual(advance.request_state, "finance_approved")

    def test_quota_again_when_finance_approves(self):
        advance = self._submit(self._make_advance(1000.0))
        advance.with_user(self.manager).action_approve()
        self.policy.amount = 999.99
        with self.assertRaisesRegex(UserError, "999.99 are left"):
            advance.with_user(self.finance).action_approve()
        self.assertEqual(advance.request_state, "manager_approved")
        self.policy.amount = 1000.0
        advance.with_user(self.finance).action_approve()
        self.assertEqual(advance.request_state, "finance_approved")

    def test_quota_again_when_paid(self):
        advance = self._approve(self._make_advance(1000.0))
        self.assertTrue(advance._check_quota("payment"))
        self.policy.amount = 999.99
        with self.assertRaisesRegex(UserError, "are left"):
            advance._check_quota("payment")

    def test_lower_quota_leaves_what_is_open(self):
        advance = self._approve(self._make_advance(1000.0))
        self.policy.amount = 500.0
        self.assertEqual(advance.request_state, "finance_approved")
        self.assertEqual(self._get_states(1.0), ["auto_rejected"])
        draft = self._make_advance(1.0).with_user(self.user)
        self.assertEqual(draft.own_left, 0.0)

    def test_figures_of_a_stranger_stay_hidden(self):
        self._submit(self._make_advance(3000.0))
        Advance = self.env["hr.employee.advance"]
        for user, seen in ((self.colleague, 0.0), (self.manager, 3000.0), (self.finance, 3000.0)):
            draft = Advance.with_user(user).new({"employee_id": self.employee.id})
            self.assertEqual(draft.own_pending, seen, user.login)

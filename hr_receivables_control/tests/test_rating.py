from contextlib import contextmanager

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CreditCommon


class RatingCommon(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._company_today()
        cls.month = cls.today.replace(day=1)
        cls.company.write({"credit_score_grace": 3, "credit_review_round": 100.0})
        # rules of this test only, so that a figure can be done by hand
        cls.rules = cls.env["credit.score.rule"].create(
            [
                {
                    "company_id": cls.company.id,
                    "code": code,
                    "weight": weight,
                    "worst": worst,
                    "best": best,
                }
                for code, weight, worst, best in (
                    ("on_time", 50, 0, 100),
                    ("days_late", 30, 30, 0),
                    ("manual", 20, 0, 100),
                )
            ]
        )

    @classmethod
    def _invoice(cls, amount, due, paid=None, partner=None, move_type="out_invoice"):
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or cls.customer).id,
                "invoice_user_id": cls.salesman.id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_line_ids": [
                    Command.create({"name": "Tiles", "price_unit": amount, "tax_ids": False})
                ],
            }
        )
        move.action_post()
        if paid is not None:
            cls.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=move.ids
            ).create({"payment_date": paid})._create_payments()
        return move

    @classmethod
    def _ago(cls, days):
        return fields.Date.subtract(cls.today, days=days)

    @classmethod
    def _in_month(cls, back, day=5):
        return fields.Date.subtract(cls.month, months=back).replace(day=day)

    def _rate(self, accounts=None):
        return self.env["credit.score"]._rate(accounts or self.account)

    def _get_inputs(self, account=None):
        account = account or self.account
        return self.env["credit.score.input"]._get(account)[account.id]

    @contextmanager
    def assertRefused(self, text, exception=UserError):
        with self.assertRaises(exception) as caught:
            yield
        self.assertIn(text, str(caught.exception))


@tagged("-at_install", "post_install", "hr_receivables_control")
class TestScore(RatingCommon):
    def test_customer_without_a_past_has_no_inputs(self):
        inputs = self._get_inputs()
        for name in ("on_time", "days_late", "overdue_ratio", "years", "trend", "manual"):
            self.assertIsNone(inputs[name], name)
        self.assertEqual((inputs["months"], inputs["average"]), (0.0, 0.0))
        self.assertFalse(self._rate())
        self.assertFalse(self.account.grade_id)

    def test_payment_behaviour_by_amount(self):
        self._invoice(300.0, self._ago(100), self._ago(97))  # 3 days late: on time
        self._invoice(100.0, self._ago(100), self._ago(96))  # 4 days: late
        inputs = self._get_inputs()
        self.assertAlmostEqual(inputs["on_time"], 75.0)
        self.assertAlmostEqual(inputs["days_late"], (300 * 3 + 100 * 4) / 400)

    def test_what_is_still_open_counts_with_its_days(self):
        self._invoice(100.0, self._ago(20))
        inputs = self._get_inputs()
        self.assertEqual((inputs["on_time"], inputs["days_late"]), (0.0, 20.0))

    def test_due_today_is_not_judged_yet(self):
        self._invoice(100.0, self.today)
        self.assertIsNone(self._get_inputs()["on_time"])

    def test_credit_note_takes_its_part_away(self):
        invoice = self._invoice(100.0, self._ago(50))
        refund = self._invoice(100.0, self._ago(49), move_type="out_refund")
        (invoice | refund).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        self.assertIsNone(self._get_inputs()["on_time"], "nothing was left to pay")

    def test_overdue_share_of_what_is_owed(self):
        self._invoice(300.0, fields.Date.add(self.today, days=10))
        self._invoice(100.0, self._ago(1))
        self.assertAlmostEqual(self._get_inputs()["overdue_ratio"], 25.0)

    def test_trend_and_months_with_sales(self):
        for back, amount in ((11, 100.0), (8, 100.0), (5, 200.0), (1, 100.0)):
            self._invoice(amount, self._in_month(back))
        inputs = self._get_inputs()
        self.assertAlmostEqual(inputs["trend"], 50.0)
        self.assertEqual((inputs["months"], inputs["average"]), (4.0, 125.0))
        self.assertGreater(inputs["years"], 0.8)

    def test_this_month_and_the_thirteenth_do_not_count(self):
        self._invoice(100.0, self._in_month(13))
        self._invoice(100.0, self.today)
        self.assertEqual(self._get_inputs()["months"], 0.0)

    def test_score_can_be_done_by_hand(self):
        self._invoice(300.0, self._ago(100), self._ago(100))
        self._invoice(100.0, self._ago(100), self._ago(76))
        score = self._rate()
        # on time 75 -> 75 points x 50; 24 x 100 / 400 = 6 days -> 80 points x 30; judgement unknown
        self.assertAlmostEqual(score.score, (75 * 50 + 80 * 30) / 80, places=2)
        self.assertEqual(score.coverage_pct, 80.0)
        self.assertEqual(score.grade_id.name, "A")
        self.assertEqual(self.account.grade_id, score.grade_id)
        self.assertRecordValues(
            score.line_ids,
            [
                {"code": "on_time", "value": 75.0, "points": 75.0, "has_value": True},
                {"code": "days_late", "value": 6.0, "points": 80.0, "has_value": True},
                {"code": "manual", "value": 0.0, "points": 0.0, "has_value": False},
            ],
        )

    def test_judgement_needs_a_reason(self):
        self.account.manual_score = 40.0
        self.assertIsNone(self._get_inputs()["manual"])
        self.account.manual_score_reason = "Court case"
        self.assertEqual(self._get_inputs()["manual"], 40.0)

    def test_too_little_known_gives_no_grade(self):
        self.account.write({"manual_score": 100.0, "manual_score_reason": "Known family"})
        score = self._rate()
        self.assertEqual((score.score, score.coverage_pct), (100.0, 20.0))
        self.assertFalse(score.grade_id)

    def test_grade_begins_at_its_score(self):
        grades = self.env["credit.grade"]._get_for(self.company)
        for score, name in (
            (90, "AAA"),
            (89.99, "AA"),
            (80, "AA"),
            (79.99, "A"),
            (49.99, "C"),
            (0, "C"),
        ):
            self.assertEqual(grades._get_grade(score).name, name, score)

    def test_same_day_again_is_the_same_row(self):
        self._invoice(100.0, self._ago(30), self._ago(30))
        score = self._rate()
        self.assertEqual(self._rate(), score)
        self.assertEqual(len(score.line_ids), 3)
        events = self.env["hr.control.event"].search(
            [("dossier_id", "=", self.account.dossier_id.id), ("code", "=", "credit.grade")]
        )
        self.assertEqual(len(events), 1, "the same grade again is no event")

    def test_score_keeps_the_version_of_its_rule(self):
        self._invoice(100.0, self._ago(30), self._ago(30))
        score = self._rate()
        self.rules[0].weight = 60
        self.assertEqual(self.rules[0].version, 2)
        self.assertEqual(score.line_ids[0].version, 1)
        self.assertEqual(score.line_ids[0].weight, 50)

    def test_constant_number_of_queries(self):
        def prepare(count):
            accounts = self.env["credit.account"]
            for n in range(count):
                partner = self.env["res.partner"].create({"name": f"R{count}.{n}"})
                accounts |= self._create_account(partner, 1000.0)
                for back in (1, 2, 3):
                    self._invoice(1000.0, self._in_month(back), self._in_month(back), partner)
            self.env.flush_all()
            self.env.invalidate_all()
            return accounts

        def measure(accounts):
            before = self.env.cr.sql_log_count
            self._rate(accounts)
            reviews = self.env["credit.limit.review"]._review(accounts, self.company)
            self.assertEqual(len(reviews), len(accounts))
            return self.env.cr.sql_log_count - before

        measure(prepare(1))
        few, many = measure(prepare(2)), measure(prepare(8))
        self.assertEqual(few, many)

    def test_nobody_writes_a_grade(self):
        for name in ("grade_id", "score", "score_valid_to"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.account.with_user(self.owner).write({name: False})

    def test_only_controllers_rate(self):
        with self.assertRefused("Only credit controllers", AccessError):
            self.account.with_user(self.salesman).action_rate()
        self._invoice(100.0, self._ago(30), self._ago(30))
        self.account.with_user(self.controller).action_rate()
        self.assertTrue(self.account.score_valid_to)

    def test_job_rates_who_has_run_out(self):
        self._invoice(100.0, self._ago(30), self._ago(30))
        self.env.flush_all()
        cron = self.env.ref("hr_receivables_control.credit_cron_rate")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        score = self.account.score_ids
        self.assertEqual(score.valid_to, fields.Date.add(self.today, days=30))
        self.assertNotIn(self.account, self.env["credit.score"]._get_due_accounts())
        self.account.sudo().score_valid_to = self.today
        self.assertIn(self.account, self.env["credit.score"]._get_due_accounts())


@tagged("-at_install", "post_install", "hr_receivables_control")
class TestLimitReview(RatingCommon):
    def _sell(self, *amounts):
        """On time, one amount a month, the latest last month."""
        for back, amount in enumerate(reversed(amounts), 1):
            self._invoice(amount, self._in_month(back), self._in_month(back))

    def _review(self):
        self._rate()
        return self.env["credit.limit.review"]._review(self.account, self.company)

    def test_formula_with_months_term_and_grade(self):
        self.company.credit_review_step_up = 1000.0
        self.customer.with_company(self.company).property_payment_term_id = self.env[
            "account.payment.term"
        ].create(
            {
                "name": "60",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 100, "nb_days": 60})
                ],
            }
        )
        self._sell(1000.0, 1100.0, 1250.35)
        review = self._review()
        # (1,000 + 1,100 + 1,250.35) / 3 = 1,116.78 x 2 months x 1.5 for AAA = 3,350.35, rounded down
        self.assertRecordValues(
            review,
            [
                {
                    "kind": "increase",
                    "limit_before": 1000.0,
                    "limit_proposed": 3300.0,
                    "state": "proposed",
                }
            ],
        )
        self.assertIn("3,350.3", review.explanation)
        self.assertIn("AAA", review.explanation)
        self.assertEqual(self.account.base_limit, 1000.0, "a proposal changes nothing")

    def test_one_step_at_a_time(self):
        self._sell(5000.0, 5000.0, 5000.0)
        self.assertEqual(self._review().limit_proposed, 1500.0)

    def test_decrease_by_a_step(self):
        self._sell(100.0, 100.0, 100.0)
        review = self._review()
        self.assertRecordValues(review, [{"kind": "decrease", "limit_proposed": 700.0}])

    def test_two_months_are_no_history(self):
        self._sell(5000.0, 5000.0)
        self.assertFalse(self._review())

    def test_change_below_the_rounding_is_none(self):
        self._sell(670.0, 670.0, 670.0)  # x 1.5 = 1,005
        self.assertFalse(self._review())

    def test_increase_needs_approval_within_a_ceiling(self):
        self._sell(5000.0, 5000.0, 5000.0)
        review = self._review()
        with self.assertRaises(AccessError):
            review.with_user(self.salesman).action_accept()
        review.with_user(self.controller).action_accept()
        self.assertEqual((review.state, self.account.base_limit), ("asked", 1000.0))
        approval = review.grant_id.approval_id
        with self.assertRaises(UserError):
            approval.with_user(self.controller).action_approve()
        approval.with_user(self.owner).action_approve()
        self.assertEqual((review.state, self.account.base_limit), ("applied", 1500.0))

    def test_refused_increase_is_dismissed(self):
        self._sell(5000.0, 5000.0, 5000.0)
        review = self._review()
        review.with_user(self.controller).action_accept()
        review.grant_id.approval_id.with_user(self.owner).action_refuse("Season is over.")
        self.assertRecordValues(
            review, [{"state": "dismissed", "decision_reason": "Season is over."}]
        )

    def test_new_limit_takes_an_end_away_that_is_over(self):
        self.account.write({"valid_to": self._ago(1), "change_reason": "Over"})
        self._sell(5000.0, 5000.0, 5000.0)
        review = self._review()
        review.with_user(self.controller).action_accept()
        review.grant_id.approval_id.with_user(self.owner).action_approve()
        self.assertFalse(self.account.valid_to)

    def test_decrease_applies_at_once(self):
        self._sell(100.0, 100.0, 100.0)
        self._review().with_user(self.controller).action_accept()
        self.assertEqual(self.account.base_limit, 700.0)

    def test_job_applies_decreases_only_by_policy(self):
        self._sell(100.0, 100.0, 100.0)
        review = self._review()
        cron = self.env.ref("hr_receivables_control.credit_cron_decrease")

        def run():
            self.env.flush_all()
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()

        run()
        self.assertEqual((review.state, self.account.base_limit), ("proposed", 1000.0))
        self.company.credit_decrease_policy = "apply"
        run()
        self.assertEqual((review.state, self.account.base_limit), ("applied", 700.0))

    def test_proposal_on_an_old_limit_is_refused(self):
        self._sell(100.0, 100.0, 100.0)
        review = self._review()
        self.account.write({"base_limit": 900.0, "change_reason": "By hand"})
        with self.assertRefused("out of date"):
            review.with_user(self.controller).action_accept()

    def test_next_rating_replaces_the_proposal(self):
        self._sell(100.0, 100.0, 100.0)
        first = self._review()
        self.assertEqual(self._review(), first, "the same again is the same proposal")
        self.account.write({"base_limit": 2000.0, "change_reason": "By hand"})
        second = self._review()
        self.assertEqual((first.state, second.state), ("obsolete", "proposed"))

    def test_dismissed_with_a_reason(self):
        self._sell(100.0, 100.0, 100.0)
        review = self._review()
        with self.assertRefused("Say why"):
            review.with_user(self.controller).action_dismiss("")
        review.with_user(self.controller).action_dismiss("Renovation, back in May.")
        self.assertEqual(review.state, "dismissed")
        with self.assertRaises(AccessError):
            review.with_user(self.controller).write({"state": "proposed"})

    def test_trial_limit_of_an_admitted_customer(self):
        self.account.write({"mode": "cash_only", "change_reason": "New"})
        terms = self.env["credit.customer.class"].create(
            {"name": "Shop", "trial_limit": 20_000.0, "trial_days": 90}
        )
        admission = self.env["credit.admission"].create(
            {"account_id": self.account.id, "class_id": terms.id, "deposit_amount": 3000.0}
        )
        self.account.sudo().admission_state = "draft"
        self.assertFalse(self._review(), "nobody gets a trial who was not let in")
        self.account.sudo().admission_state = "approved"
        review = self._review()
        # half of 20,000: the age is unknown; the deposit on top
        self.assertRecordValues(
            review,
            [
                {
                    "kind": "trial",
                    "limit_proposed": 13_000.0,
                    "valid_to": fields.Date.add(self.today, days=90),
                }
            ],
        )
        with self.assertRaises(AccessError):
            admission.with_user(self.salesman).write({"deposit_amount": 900_000.0})
        admission.write({"founded_on": self._ago(1000), "registered_capital": 200_000.0})
        review = self._review()
        self.assertEqual(review.limit_proposed, 13_000.0, "5 % of the capital, and the deposit")
        review.with_user(self.controller).action_accept()
        review.grant_id.approval_id.with_user(self.owner).action_approve()
        self.assertRecordValues(
            self.account,
            [
                {
                    "mode": "limited",
                    "base_limit": 13_000.0,
                    "valid_to": fields.Date.add(self.today, days=90),
                }
            ],
        )


@tagged("-at_install", "post_install", "hr_receivables_control")
class TestAuthorityReview(RatingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls.env["hr.job"].create({"name": "Seller", "company_id": cls.company.id})
        cls.salesman_employee.job_id = cls.job
        cls.rule = cls._create_rule(
            0.0,
            job_id=cls.job.id,
            limit_pool=True,
            pool_limit=10_000.0,
            limit_order=True,
            order_limit=500.0,
        )

    def _propose(self):
        return self.env["credit.authority.review"]._propose(self.company)

    def _collect(self, on_time, late):
        if on_time:
            self._invoice(on_time, self._ago(60), self._ago(60))
        if late:
            self._invoice(late, self._ago(60), self._ago(50))

    def _get_rule(self):
        return self.env["credit.authority"]._resolve(self.salesman, self.company)[self.salesman.id]

    def test_good_results_at_the_edge(self):
        self._collect(900.0, 100.0)
        review = self._propose()
        self.assertRecordValues(
            review,
            [
                {
                    "user_id": self.salesman.id,
                    "direction": "up",
                    "on_time_pct": 90.0,
                    "due_amount": 1000.0,
                }
            ],
        )
        self.assertEqual(
            review.limits, {"order_limit": [500.0, 600.0], "pool_limit": [10_000.0, 12_000.0]}
        )

    def test_middling_results_change_nothing(self):
        self._collect(899.99, 100.01)
        self.assertFalse(self._propose())

    def test_bad_results(self):
        self._collect(699.99, 300.01)
        review = self._propose()
        self.assertEqual(review.direction, "down")
        self.assertEqual(review.limits["pool_limit"], [10_000.0, 8_000.0])

    def test_applied_as_a_rule_of_the_person(self):
        self._collect(1000.0, 0.0)
        review = self._propose()
        with self.assertRefused("Only credit managers", AccessError):
            review.with_user(self.controller).action_apply()
        review.with_user(self.owner).action_apply()
        rule = self._get_rule()
        self.assertRecordValues(
            rule,
            [
                {
                    "employee_id": self.salesman_employee.id,
                    "job_id": False,
                    "pool_limit": 12_000.0,
                    "order_limit": 600.0,
                    "adjusted_from_id": self.rule.id,
                    "date_from": self.today,
                }
            ],
        )
        self.assertEqual(self.rule.pool_limit, 10_000.0, "the rule of the position stays")

    def test_bounds_around_the_rule_of_the_position(self):
        self._collect(1000.0, 0.0)
        for _n in range(4):
            self._propose().with_user(self.owner).action_apply()
        self.assertEqual(self._get_rule().pool_limit, 15_000.0)
        self.assertFalse(self._propose(), "at the upper bound nothing more is proposed")

    def test_nobody_adjusts_his_own(self):
        self._collect(1000.0, 0.0)
        review = self._propose()
        self.salesman.sudo().group_ids |= self.env.ref(
            "hr_receivables_control.group_credit_manager"
        )
        with self.assertRefused("his own", AccessError):
            review.with_user(self.salesman).action_apply()

    def test_changed_rule_makes_it_void(self):
        self._collect(1000.0, 0.0)
        review = self._propose()
        self.rule.pool_limit = 11_000.0
        with self.assertRefused("has changed since"):
            review.with_user(self.owner).action_apply()

    def test_replaced_by_the_next_one(self):
        self._collect(1000.0, 0.0)
        first = self._propose()
        second = self._propose()
        self.assertEqual((first.state, second.state), ("obsolete", "proposed"))

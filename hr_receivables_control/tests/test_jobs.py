from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CreditCommon

MODULE = "odoo.addons.hr_receivables_control.models"


@tagged("post_install", "-at_install")
class TestJobs(CreditCommon):
    """One that fails does not stop the others, whichever comes first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bad = cls.account
        cls.good = cls._create_account(
            cls.env["res.partner"].create({"name": "Other", "is_company": True}), 1000.0
        )

    @contextmanager
    def _failing(self, model, method, fails):
        """``method`` fails for what ``fails`` says of its first argument, or of the records it is called on."""
        model_class = type(self.env[model])
        original = getattr(model_class, method)

        def run(records, *args, **kwargs):
            if fails(args[0] if args else records):
                raise ValueError("Something is wrong with it.")
            return original(records, *args, **kwargs)

        with patch.object(model_class, method, run):
            yield

    def _run(self, cron, logger):
        """Run a job to its end; what it could not do is in the log."""
        self.env.flush_all()
        with (
            mute_logger(f"{MODULE}.{logger}"),
            self.assertLogs(f"{MODULE}.{logger}", "ERROR"),
            self.enter_registry_test_mode(),
        ):
            self.env.ref(f"hr_receivables_control.{cron}").method_direct_trigger()
        self.env.invalidate_all()

    def test_a_customer_who_cannot_be_rated(self):
        self.env["credit.score.rule"].create(
            {"company_id": self.company.id, "code": "manual", "weight": 1, "worst": 0, "best": 100}
        )
        (self.bad | self.good).write({"manual_score": 80, "manual_score_reason": "Known for long"})
        with self._failing("credit.score", "_rate", lambda accounts: self.bad in accounts):
            self._run("credit_cron_rate", "credit_score")
        self.assertTrue(self.good.score_ids)
        self.assertFalse(self.bad.score_ids)

    def test_a_customer_whose_account_cannot_be_made(self):
        bad, good = self.env["res.partner"].create([{"name": "Bad"}, {"name": "Good"}])
        Account = self.env["credit.account"]
        with (
            self._failing("credit.account", "_ensure", lambda partners: bad in partners),
            patch.object(
                type(Account),
                "_get_customer_ids_without_account",
                lambda _accounts, company: [bad.id, good.id] if company == self.company else [],
            ),
        ):
            self._run("credit_cron_accounts", "credit_account_making")
        self.assertTrue(Account._find(good, self.company))
        self.assertFalse(Account._find(bad, self.company))

    def test_a_customer_whose_warning_fails(self):
        for partner in (self.customer, self.good.partner_id):
            self.env["sale.order"].browse(
                self._create_order(900.0, partner=partner).id
            ).action_confirm()
        (self.bad | self.good).sudo().near_told = False
        with self._failing("credit.account", "_refresh_near", lambda account: account == self.bad):
            self._run("credit_near_cron", "credit_near")
        self.assertEqual((self.bad.near_told, self.good.near_told), (False, True))

    def test_a_company_whose_authority_cannot_be_proposed(self):
        company = self.env["res.company"].create({"name": "Sister"})
        seen = []
        with self._failing(
            "credit.authority.review",
            "_propose",
            lambda asked: seen.append(asked) or asked == self.company,
        ):
            self._run("credit_cron_authority_review", "credit_authority_review")
        self.assertIn(self.company.id, [asked.id for asked in seen])
        self.assertIn(company.id, [asked.id for asked in seen])

from contextlib import nullcontext
from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2.extras import Json

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestOnboarding(CreditCommon):
    """The first days: accounts of existing customers, observation, limits proposed from history."""

    def _create_invoice_dated(self, date, amount, partner=None):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.customer).id,
                "company_id": self.company.id,
                "invoice_date": date,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Tiles", "price_unit": amount, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _before_installation(self):
        """Invoices of that time were posted without a check, which would have made an account."""
        return patch.object(self.registry["credit.invoice"], "_watch", lambda *args: nullcontext())

    def _propose(self, **values):
        wizard = (
            self.env["credit.limit.proposal"]
            .with_user(self.owner)
            .create({"company_id": self.company.id, "round_to": 100.0} | values)
        )
        wizard.action_propose()
        return wizard

    def test_existing_customers_keep_their_limit_or_stay_unlimited(self):
        limited, unlimited, stranger = self.env["res.partner"].create(
            [{"name": "Had a limit"}, {"name": "Had none"}, {"name": "Never bought"}]
        )
        self.env.flush_all()
        native = Json({str(self.company.id): 650.35})
        self.env.cr.execute(
            "UPDATE res_partner SET credit_limit = %s WHERE id = %s", [native, limited.id]
        )
        with self._before_installation():
            self._create_invoice_dated(self.company._company_today(), 100.0, unlimited)
        self.env["credit.account"]._make_for_existing_customers(self.company)
        find = self.env["credit.account"]._find
        self.assertRecordValues(
            find(limited, self.company), [{"mode": "limited", "base_limit": 650.35}]
        )
        self.assertRecordValues(
            find(unlimited, self.company), [{"mode": "unlimited", "base_limit": 0.0}]
        )
        self.assertFalse(find(stranger, self.company))
        self.assertIn(
            "credit.limit", find(limited, self.company).dossier_id.event_ids.mapped("code")
        )

    def test_default_limit_of_the_company_is_read_too(self):
        self.env["ir.default"].set("res.partner", "credit_limit", 300.0, company_id=self.company.id)
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        with self._before_installation():
            self._create_invoice_dated(self.company._company_today(), 100.0, buyer)
        self.env["credit.account"]._make_for_existing_customers(self.company)
        account = self.env["credit.account"]._find(buyer, self.company)
        self.assertEqual((account.mode, account.base_limit), ("limited", 300.0))

    def test_job_makes_accounts_for_customers_who_were_only_invoiced(self):
        buyer = self.env["res.partner"].create({"name": "Invoiced only"})
        with self._before_installation():
            self._create_invoice_dated(self.company._company_today(), 100.0, buyer)
        cron = self.env.ref("hr_receivables_control.credit_cron_accounts")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.env["credit.account"]._find(buyer, self.company).mode, "cash_only")

    def test_sister_company_is_not_limited_by_default(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        account = self.env["credit.account"]._ensure(sister.partner_id, self.company)
        self.assertEqual(account.mode, "unlimited")

    def test_proposal_averages_months_with_sales_and_rounds_down(self):
        self.account.write({"mode": "unlimited", "change_reason": "As before"})
        first = self.company._company_today().replace(day=1)
        for months, amount in ((1, 1000.0), (2, 2000.0), (5, 3550.65)):
            self._create_invoice_dated(first - relativedelta(months=months), amount)
        self._create_invoice_dated(first, 10**6)  # the running month is not a full one
        line = self._propose().line_ids.filtered(lambda line: line.account_id == self.account)
        self.assertRecordValues(
            line, [{"months_with_sales": 3, "average_amount": 2183.55, "proposed_limit": 2100.0}]
        )

    def test_too_little_history_gets_no_proposal(self):
        self.account.write({"mode": "unlimited", "change_reason": "As before"})
        self._create_invoice_dated(self.company._company_today() - relativedelta(months=2), 1000.0)
        with self.assertRaisesRegex(UserError, "3 of the last 12 months"):
            self._propose()

    def test_limits_somebody_set_are_left_alone(self):
        first = self.company._company_today().replace(day=1)
        for months in (1, 2, 3):
            self._create_invoice_dated(first - relativedelta(months=months), 5000.0)
        with self.assertRaisesRegex(UserError, "untick"), self.cr.savepoint():
            self._propose()
        self.assertIn(self.account, self._propose(keep_existing=False).line_ids.account_id)

    def test_applying_sets_the_ticked_limits_with_a_reason(self):
        self.account.write({"mode": "unlimited", "change_reason": "As before"})
        first = self.company._company_today().replace(day=1)
        for months in (1, 2, 3):
            self._create_invoice_dated(first - relativedelta(months=months), 5000.0)
        wizard = self._propose(reason="Start")
        wizard.action_apply()
        self.assertRecordValues(
            self.account, [{"mode": "limited", "base_limit": 5000.0, "change_reason": "Start"}]
        )
        wizard.line_ids.is_chosen = False
        with self.assertRaisesRegex(UserError, "Tick"):
            wizard.action_apply()

    def test_salesman_proposes_nothing(self):
        with self.assertRaises(AccessError):
            self.env["credit.limit.proposal"].with_user(self.salesman).create({})

    def test_settings_count_each_order_once_since_observing_began(self):
        self.company.credit_order_policy = "observe"
        self._create_order(1500.0).action_confirm()
        order = self._create_order(50.0)
        order.action_confirm()
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.credit_observed_count, 2)
        domain = settings.action_view_observed()["domain"]
        self.assertEqual(self.env["credit.decision"].search_count(domain), 3)

    def test_change_of_policy_is_on_record(self):
        self.company.credit_order_policy = "warn"
        dossier = self.env["hr.control.dossier"].search(
            [("kind", "=", "res.company"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(set(dossier.event_ids.mapped("code")), {"credit.policy"})

    def test_counting_begins_anew_where_a_company_begins_to_observe(self):
        then = fields.Datetime.now() - timedelta(days=30)
        self.company.credit_order_policy = "observe"
        self.company.credit_observed_since = then
        for name, policy, since in (
            ("credit_order_policy", "enforce", then),
            ("credit_invoice_policy", "warn", then),
            ("credit_order_policy", "observe", fields.Datetime.now()),
        ):
            self.company[name] = policy
            self.assertAlmostEqual(
                self.company.credit_observed_since, since, delta=timedelta(minutes=5)
            )


@tagged("post_install", "-at_install")
class TestShortClose(CreditCommon):
    def setUp(self):
        super().setUp()
        self.order = self._create_order(900.0)
        self.order.action_confirm()

    def test_short_close_gives_the_credit_back_and_reopen_takes_it_again(self):
        self.env["credit.short.close"].with_user(self.controller).with_context(
            active_ids=self.order.ids
        ).create({"reason": "Discontinued"}).action_short_close()
        self.assertExposure(0.0)
        self.order.with_user(self.controller).action_credit_reopen()
        self.assertExposure(900.0)

    def test_reopening_is_checked_like_a_confirmation(self):
        self.order.with_user(self.controller).action_credit_short_close("Discontinued")
        self._create_order(500.0).action_confirm()
        with self.assertRaisesRegex(UserError, "cannot be confirmed"):
            self.order.with_user(self.controller).action_credit_reopen()

    def test_salesman_cannot_short_close(self):
        with self.assertRaises(AccessError):
            self.order.action_credit_short_close("To have room again")

    def test_reason_is_asked_for(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.order.with_user(self.controller).action_credit_short_close("  ")

    def test_quotations_cannot_be_short_closed(self):
        with self.assertRaisesRegex(UserError, "Only confirmed"):
            self._create_order(1.0).with_user(self.controller).action_credit_short_close("x")


@tagged("post_install", "-at_install")
class TestSystemCheck(CreditCommon):
    def _get_severities(self):
        checks = self.env["hr.control.check"].with_company(self.company)._get_checks()
        return {check["code"]: check["severity"] for check in checks}

    def test_a_controller_without_a_rule_is_named(self):
        self.assertEqual(self._get_severities()["credit.authority"], "warning")
        employee = self._create_employee(self.controller)
        self._create_rule(10.0, employee_id=employee.id)
        self.assertEqual(self._get_severities()["credit.authority"], "ok")

    def test_observing_is_named(self):
        self.assertEqual(self._get_severities()["credit.policy"], "ok")
        self.company.credit_order_policy = "observe"
        self.assertEqual(self._get_severities()["credit.policy"], "warning")

    def test_a_company_without_credit_manager_is_a_problem(self):
        self.assertEqual(self._get_severities()["credit.last_level"], "ok")
        self.owner.active = False
        managers = self.env["credit.route"]._get_managers(self.company)
        managers.group_ids -= self.env.ref("hr_receivables_control.group_credit_manager")
        self.assertEqual(self._get_severities()["credit.last_level"], "problem")


@tagged("post_install", "-at_install")
class TestAccount(CreditCommon):
    def test_a_contact_has_no_account_of_its_own(self):
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.customer.id})
        with self.assertRaisesRegex(ValidationError, "Good Customer"):
            self.env["credit.account"].create(
                {"partner_id": contact.id, "company_id": self.company.id}
            )
        self.assertEqual(self.env["credit.account"]._ensure(contact, self.company), self.account)

    def test_customer_and_company_of_an_account_are_fixed(self):
        other = self.env["res.partner"].create({"name": "Other"})
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.account.partner_id = other

    def test_status_can_be_searched(self):
        near = self._create_account(self.env["res.partner"].create({"name": "Near"}), 1000.0)
        self._create_order(800.0, partner=near.partner_id).action_confirm()
        self._create_order(500.0).action_confirm()
        self.account.write({"base_limit": 499.99})
        Account = self.env["credit.account"]
        self.assertEqual(
            Account.search([("credit_status", "=", "over")]) & (near | self.account), self.account
        )
        self.assertEqual(
            Account.search([("credit_status", "=", "near")]) & (near | self.account), near
        )
        self.assertIn(near, Account.search([("credit_status", "!=", "over")]))

    def test_each_role_reads_what_is_his(self):
        account = self.account
        self.customer.user_id = self.colleague
        with self.assertRaises(AccessError):
            account.with_user(self.salesman).read(["base_limit"])
        self._create_order(1.0, user_id=self.salesman.id)
        account.with_user(self.salesman).read(["base_limit", "exposure_total"])
        for user in (self.colleague, self.controller, self.owner):
            account.with_user(user).read(["base_limit", "exposure_total"])

    def test_event_reads_as_a_sentence(self):
        self.account.write({"base_limit": 650.35, "change_reason": "Smaller"})
        event = self.account.dossier_id.event_ids.sorted("id")[-1]
        self.assertEqual(event.code, "credit.limit")
        for part in ("650.35", "1,000.00", "Smaller", "Limited"):
            self.assertIn(part, event.summary)

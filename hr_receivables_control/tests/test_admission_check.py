from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .admission_common import OTHER_USCC, AdmissionCommon


@tagged("post_install", "-at_install")
class TestAdmissionCheck(AdmissionCommon):
    """What the credit check makes of admission, by policy."""

    def _create_limited(self, **values):
        """A customer with a limit and without an approved file."""
        partner = self._create_customer(**values)
        account = self.env["credit.account"]._find(partner, self.company).with_env(self.env)
        account.write({"mode": "limited", "base_limit": 1000.0, "change_reason": "Set up"})
        return account

    def _confirm(self, account, amount=100.0):
        order = self._create_order(amount, partner=account.partner_id)
        order.action_confirm()
        return order

    def test_enforced_is_cash_only_whatever_the_limit(self):
        account = self._create_limited()
        self.assertEqual((account.effective_limit, account.base_limit), (0.0, 1000.0))
        order = self._confirm(account, 0.01)
        decision = order.sudo().credit_decision_ids
        self.assertEqual((order.credit_state, decision.result), ("hold", "hold"))
        self.assertEqual([reason["code"] for reason in decision.reasons], ["not_admitted"])
        self.assertIn("is not complete", decision.explanation)
        self.assertEqual(decision.excess_amount, 0.01)

    def test_paid_in_advance_is_confirmed_and_a_cent_less_is_not(self):
        account = self._create_limited()
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": account.partner_id.id,
                "amount": 650.35,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        short = self._confirm(account, 650.36)
        self.assertEqual(short.credit_state, "hold")
        self.assertEqual(self._confirm(account, 650.35).state, "sale")

    def test_unlimited_and_uplifted_customers_are_cash_only_too(self):
        account = self._create_limited()
        account.write({"mode": "unlimited", "change_reason": "Test"})
        order = self._confirm(account)
        self.assertEqual(order.sudo().credit_decision_ids.reasons[0]["code"], "not_admitted")
        account.write({"mode": "limited", "change_reason": "Test"})
        self._create_rule(1000.0, department_id=self.store.id, max_customer_limit=9000.0)
        self.env["credit.authority"].search([]).max_grant_days = 9
        grant = (
            self.env["credit.grant"]
            .with_user(self.salesman)
            ._ask_higher_limit(account.with_user(self.salesman), "limit", 500.0, 5, "Season")
        )
        grant.approval_id.sudo().with_user(self.store_manager).action_approve()
        account.invalidate_recordset()
        self.assertEqual((account.uplift_amount, account.effective_limit), (500.0, 0.0))

    def test_may_be_released_like_cash_only(self):
        account = self._create_limited()
        self._create_rule(200.0, department_id=self.store.id, max_grant_days=7)
        order = self._confirm(account)
        grant = self.env["credit.grant"].with_user(self.salesman)
        grant = grant._ask_order_release(order, "Licence is on its way", 7)
        grant.approval_id.sudo().with_user(self.store_manager).action_approve()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_observe_and_warn_hold_nothing_and_say_so(self):
        account = self._create_limited()
        for policy, result in (("observe", "observed"), ("warn", "warn")):
            self.company.credit_admission_policy = policy
            account.invalidate_recordset()
            self.assertEqual(account.effective_limit, 1000.0)
            order = self._confirm(account)
            decision = order.sudo().credit_decision_ids
            self.assertEqual((order.state, decision.result), ("sale", result))
            self.assertEqual(decision.reasons[0]["code"], "not_admitted")
            event = self.env["hr.control.event"].search(
                [("document_model", "=", "sale.order"), ("document_id", "=", order.id)], limit=1
            )
            self.assertEqual(event.code, f"credit.{result}")
            self.assertIn(order.name, event.summary)
        self.company.credit_order_policy = "observe"
        self.assertEqual(self._confirm(account).sudo().credit_decision_ids.result, "observed")

    def test_observed_admission_does_not_soften_the_limit(self):
        self.company.credit_admission_policy = "observe"
        account = self._create_limited()
        order = self._confirm(account, 1000.01)
        reasons = order.sudo().credit_decision_ids.reasons
        self.assertEqual(
            (order.credit_state, [r["code"] for r in reasons]), ("hold", ["over_limit"])
        )

    def test_observed_admission_keeps_no_order_on_hold(self):
        self.company.credit_admission_policy = "observe"
        account = self._create_limited()
        order = self._confirm(account, 1500.0)
        self.assertEqual(order.credit_state, "hold")
        account.write({"base_limit": 2000.0, "change_reason": "More"})
        account._reevaluate_held()
        self.assertFalse(order.credit_state)

    def test_admission_lifts_the_hold(self):
        account = self._create_limited()
        order = self._confirm(account)
        file = self._get_file(account.partner_id, self.salesman)
        self._fill(file)
        file.action_submit()
        self._approve(file)
        account._reevaluate_held()
        self.assertFalse(order.credit_state)

    def test_banner_tells_the_salesperson_before_he_promises(self):
        for policy, level in (("enforce", "danger"), ("warn", "warning")):
            self.company.credit_admission_policy = policy
            account = self._create_limited(
                name=policy, vat=OTHER_USCC if policy == "warn" else False
            )
            order = self._create_order(10.0, partner=account.partner_id)
            self.assertIn("is not complete", order.credit_banner)
            self.assertEqual(order.credit_level, level)

    def test_customers_of_before_are_left_alone_until_the_day(self):
        partner = self.env["res.partner"].create({"name": "Of Before", "is_company": True})
        account = self.env["credit.account"]._ensure(partner, self.company, known=True)
        account = account.with_env(self.env)
        account.write({"mode": "limited", "base_limit": 1000.0, "change_reason": "Set up"})
        self.assertFalse(account.admission_state)
        self.assertEqual(self._confirm(account).state, "sale")
        start = self.today + timedelta(days=30)
        self.company.credit_admission_existing_from = start
        with freeze_time(f"{start - timedelta(days=1)} 12:00:00"):
            self.assertEqual(self._confirm(account).state, "sale")
        with freeze_time(f"{start} 12:00:00"):
            self.assertEqual(self._confirm(account).credit_state, "hold")

    def test_a_file_begun_for_a_customer_of_before_cuts_him_off_only_by_a_refusal(self):
        partner = self._create_customer()
        self.env["credit.account"]._find(partner, self.company).unlink()
        account = self.env["credit.account"]._ensure(partner, self.company, known=True)
        account = account.with_env(self.env)
        action = account.with_user(self.salesman).action_open_admission()
        file = self.env["credit.admission"].browse(action["res_id"]).with_user(self.salesman)
        self._fill(file)
        file.action_submit()
        self.assertFalse(account.admission_state)
        self.assertTrue(account._is_admitted())
        file.sudo().approval_id.with_user(self.store_manager).action_refuse("Forged")
        self.assertEqual(account.admission_state, "rejected")
        self.assertFalse(account._is_admitted())

    def test_day_set_later_exempts_own_companies_of_before(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        account = self.env["credit.account"]._ensure(sister.partner_id, self.company)
        account.with_env(self.env).sudo().write({"admission_state": False})
        self.company.credit_admission_existing_from = self.today
        self.assertEqual(account.admission_state, "exempt")

    def test_change_of_policy_is_on_record(self):
        self.company.credit_admission_policy = "observe"
        event = self.env["hr.control.event"].search(
            [("code", "=", "credit.policy"), ("company_id", "=", self.company.id)], limit=1
        )
        self.assertIn("Admission", event.summary)
        self.assertEqual(self.company.credit_observed_since.date(), self.today)

    def test_check_page_names_who_buys_without_an_approved_file(self):
        def get_checks():
            checks = self.env["hr.control.check"].with_company(self.company)._get_checks()
            return {check["code"]: check for check in checks if "admission" in check["code"]}

        self.assertEqual({check["severity"] for check in get_checks().values()}, {"ok"})
        account = self._create_limited()
        self.company.credit_admission_policy = "observe"
        checks = get_checks()
        self.assertNotEqual(checks["credit.admission"]["severity"], "ok")
        self.assertNotEqual(checks["credit.admission_policy"]["severity"], "ok")
        found = self.env["credit.account"].search(checks["credit.admission"]["action"]["domain"])
        self.assertIn(account, found)

    def test_a_check_that_passes_costs_no_query_more(self):
        file = self._create_admitted()

        def count(partner):
            order = self._create_order(1.0, partner=partner)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order.action_confirm()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(file.partner_id)
        admitted = count(file.partner_id)
        self.company.credit_admission_policy = "none"
        count(self.customer)
        self.assertLessEqual(admitted, count(self.customer))

    def test_invoice_beyond_the_orders_is_checked_too(self):
        self.company.credit_invoice_policy = "enforce"
        account = self._create_limited()
        invoice = self.init_invoice("out_invoice", partner=account.partner_id, amounts=[10.0])
        with self.assertRaisesRegex(UserError, "is not complete"):
            invoice.action_post()

    def test_merged_customers_keep_every_file(self):
        kept = self._create_admitted()
        other = self._create_limited(name="Double", vat=OTHER_USCC)
        double = self._get_file(other.partner_id)
        self._fill(double)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((kept.partner_id | other.partner_id).ids, kept.partner_id)
        self.assertEqual(kept.state, "approved")
        self.assertRecordValues(
            double, [{"active": False, "account_id": kept.account_id.id, "state": "draft"}]
        )
        self.assertTrue(self._get_item(double, "licence").scan)

    def test_merged_into_somebody_without_an_account_the_file_goes_along(self):
        file = self._create_admitted()
        until = file.admitted_until
        target = self.env["res.partner"].create({"name": "Kept", "is_company": True})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((file.partner_id | target).ids, target)
        account = self.env["credit.account"]._find(target, self.company)
        self.assertRecordValues(
            account,
            [{"admission_state": "approved", "admission_pct": 100.0, "admitted_until": until}],
        )
        self.assertRecordValues(file, [{"account_id": account.id, "active": True}])

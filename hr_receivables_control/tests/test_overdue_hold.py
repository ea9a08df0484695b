from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .overdue_common import OverdueCommon


@tagged("post_install", "-at_install")
class TestOverdueHold(OverdueCommon):
    """What being overdue means for orders, changes, payment terms and invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_invoice_policy = "enforce"
        cls.invoice = cls._bill(650.35, "2026-05-16")

    def _ask(self, order, days=3):
        wizard = self.env["credit.release.request"].with_user(self.salesman)
        wizard.create({"order_id": order.id, "reason": "Agreed", "days": days}).action_request()
        return order.sudo().credit_grant_ids.filtered(lambda grant: grant.state == "asked")

    def _pay_online(self, order, amount):
        """A payment for this very order, booked like any other."""
        provider = self.env["payment.provider"].create({"name": "P", "company_id": self.company.id})
        method = self.env["payment.method"].with_context(active_test=False).search([], limit=1)
        return self.env["payment.transaction"].create(
            {
                "amount": amount,
                "currency_id": order.currency_id.id,
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": order.ids,
                "reference": f"TX {order.name} {amount}",
                "state": "done",
            }
        )

    # Orders -------------------------------------------------------------------------------------

    def test_on_the_day_of_the_tier_it_is_held(self):
        with freeze_time("2026-06-14 04:00:00"):
            passing = self._create_order(100.0)
            self.assertEqual(passing.credit_level, "warning")
            self.assertIn("650.35", passing.credit_banner)
            passing.action_confirm()
        self.assertEqual(passing.state, "sale")
        order = self._create_order(100.0)
        order.action_confirm()
        self.assertEqual((order.state, order.credit_state), ("draft", "hold"))
        decision = order.sudo().credit_decision_ids
        self.assertEqual([reason["code"] for reason in decision.reasons], ["overdue"])
        for text in ("650.35", "30 days", "tier 3", "paid in advance"):
            self.assertIn(text, decision.explanation)
            self.assertIn(text, order.credit_banner)
        self.assertEqual(decision.excess_amount, 0.0)

    def test_it_follows_the_policy_of_the_company(self):
        for policy, result in (("observe", "observed"), ("warn", "warn")):
            self.company.credit_order_policy = policy
            order = self._create_order(100.0)
            order.action_confirm()
            self.assertEqual(order.state, "sale")
            self.assertEqual(order.sudo().credit_decision_ids.result, result)

    def test_who_pays_is_free_in_that_second(self):
        self._pay_on_account(650.34)
        order = self._create_order(100.0)
        order.action_confirm()
        self.assertEqual(order.credit_state, "hold")
        self._pay_on_account(0.01)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_held_order_is_looked_at_when_he_has_paid(self):
        order = self._create_order(100.0)
        order.action_confirm()
        cron = self.env.ref("hr_receivables_control.credit_cron_reevaluate")
        self._pay_on_account(650.35)
        self.assertTrue(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]))
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        order.invalidate_recordset()
        self.assertFalse(order.credit_state)

    def test_an_order_that_is_paid_passes(self):
        order = self._create_order(100.0)
        self._pay_online(order, 99.99)
        order.action_confirm()
        self.assertEqual(order.credit_state, "hold")
        self._pay_online(order, 0.01)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_one_payment_does_not_pay_two_orders(self):
        order, other = self._create_order(100.0), self._create_order(100.0)
        self._pay_online(order, 100.0).sale_order_ids += other
        (order | other).action_confirm()
        self.assertEqual((order.credit_state, other.credit_state), ("hold", "hold"))

    def test_who_has_paid_more_than_he_owes_is_not_held(self):
        self.company.credit_overdue_nets = False
        self._pay_on_account(750.35)
        order = self._create_order(100.0)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        order = self._create_order(0.01)
        order.action_confirm()
        self.assertEqual(order.credit_state, "hold")

    def test_suspended_by_the_tier_he_has_no_limit_until_he_pays(self):
        with freeze_time("2026-07-15 04:00:00"):
            self.account.invalidate_recordset()
            self.assertEqual(self.account.effective_limit, 0.0)
            order = self._create_order(100.0)
            order.action_confirm()
            reasons = order.sudo().credit_decision_ids.reasons
            self.assertEqual([reason["code"] for reason in reasons], ["suspended", "overdue"])
            self.assertEqual(reasons[0]["excess"], 750.35)
            self._pay_on_account(650.35)
            self.account.invalidate_recordset()
            self.assertEqual(self.account.effective_limit, 100_000.0)
            self.assertEqual(self.account.mode, "limited")

    def test_a_paid_order_passes_at_every_tier(self):
        with freeze_time("2026-09-15 04:00:00"):
            order = self._create_order(100.0)
            self._pay_online(order, 100.0)
            order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_who_is_not_limited_is_not_held(self):
        self.account.write({"mode": "unlimited", "change_reason": "Group company"})
        order = self._create_order(100.0)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    # Changes and invoices -----------------------------------------------------------------------

    def test_a_confirmed_order_does_not_grow(self):
        with freeze_time("2026-06-14 04:00:00"):
            order = self._create_order(100.0, quantity=10.0)
            order.action_confirm()
        with self.assertRaisesRegex(UserError, "cannot be changed like this.*30 days"):
            order.order_line.product_uom_qty = 11
        order.order_line.product_uom_qty = 9
        self._pay_on_account(650.35)
        order.order_line.product_uom_qty = 11

    def test_a_longer_term_is_refused(self):
        with freeze_time("2026-06-14 04:00:00"):
            order = self._create_order(100.0, payment_term_id=self.pay_terms_a.id)
            order.action_confirm()
        longer = self.env["account.payment.term"].create(
            {
                "name": "90",
                "line_ids": [(0, 0, {"value": "percent", "value_amount": 100, "nb_days": 90})],
            }
        )
        with self.assertRaisesRegex(UserError, "payment term.*650.35"):
            order.payment_term_id = longer
        self._pay_on_account(650.35)
        order.payment_term_id = longer

    def test_an_invoice_without_order_is_refused(self):
        with self.assertRaisesRegex(UserError, "650.35 overdue.*nothing is invoiced"):
            self._bill(100.0, "2026-12-31")

    def test_an_invoice_of_the_past_is_not_refused_for_itself(self):
        self._pay(self.invoice)
        invoice = self._bill(100.0, "2026-01-15")
        self.assertEqual(invoice.state, "posted")
        self.assertOverdue(100.0, 151)

    def test_an_ordered_invoice_passes(self):
        with freeze_time("2026-06-14 04:00:00"):
            order = self._create_order(100.0)
            order.action_confirm()
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    # Releasing ----------------------------------------------------------------------------------

    def test_released_within_the_tier_of_the_authority(self):
        for number in (2, 3):
            rule = self._create_rule(
                0.0, max_release_tier=number, employee_id=self.manager_employee.id
            )
            order = self._create_order(100.0)
            order.action_confirm()
            grant = self._ask(order)
            self.assertEqual(grant.overdue_tier, 3)
            candidates = grant.approval_id.candidate_ids
            self.assertEqual(self.store_manager in candidates, number == 3)
            rule.unlink()
        self.assertIn("Overdue tier", str(grant._get_approval_figures()))
        self._create_rule(0.0, max_release_tier=3, employee_id=self.manager_employee.id)
        grant.approval_id.with_user(self.store_manager).action_approve()
        self.assertEqual(order.credit_state, "released")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_who_gets_later_needs_another_release(self):
        order = self._create_order(100.0)
        order.action_confirm()
        self._ask(order, 30).approval_id.with_user(self.owner).action_approve()
        with freeze_time("2026-07-14 03:00:00"):
            order.action_confirm()
            self.assertEqual(order.state, "sale")
        other = self._create_order(100.0)
        other.action_confirm()
        self._ask(other, 30).approval_id.with_user(self.owner).action_approve()
        with freeze_time("2026-07-15 03:00:00"):
            other.action_confirm()
        self.assertEqual(other.credit_state, "hold")

    def test_the_tier_of_the_moment_of_the_decision_counts(self):
        self._create_rule(10**6, max_release_tier=3, employee_id=self.manager_employee.id)
        order = self._create_order(100.0)
        order.action_confirm()
        grant = self._ask(order, 3)
        with freeze_time("2026-07-15 03:00:00"), self.assertRaisesRegex(UserError, "tier 4"):
            grant.approval_id.with_user(self.store_manager).action_approve()

    def test_a_release_for_the_limit_says_nothing_of_what_is_overdue(self):
        with freeze_time("2026-06-14 04:00:00"):
            order = self._create_order(100_000.0)
            order.action_confirm()
            self._ask(order, 3).approval_id.with_user(self.owner).action_approve()
        order.action_confirm()
        self.assertEqual(order.credit_state, "hold")
        reasons = order.sudo().credit_decision_ids[0].reasons
        self.assertEqual([reason["code"] for reason in reasons], ["over_limit", "overdue"])

    def test_the_matrix_shows_it(self):
        self._create_rule(
            0.0, max_release_tier=3, max_pause_days=14, employee_id=self.manager_employee.id
        )
        rows = {
            row["user_id"]: row for row in self.env["credit.authority"]._get_matrix(self.company)
        }
        row = rows[self.store_manager.id]
        self.assertEqual((row["release_tier"], row["pause_days"]), (3, 14))
        Matrix = self.env["credit.authority.matrix"].with_user(self.controller)
        matrix = Matrix.create({"company_id": self.company.id})
        matrix.action_show()
        texts = {line.user_id: line.release_tier_text for line in matrix.line_ids}
        self.assertEqual(
            (texts[self.store_manager], texts[self.owner], texts[self.salesman]), ("3", "any", "0")
        )

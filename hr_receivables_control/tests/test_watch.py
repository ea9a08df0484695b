from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CreditCommon


class WatchCommon(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_order_policy = "observe"
        cls.today = cls.company._company_today()

    def _get_rule(self, code, **values):
        rule = self.env["credit.watch.rule"].search([("code", "=", code)])
        rule.write(values)
        return rule

    def _watch(self, code, **values):
        rule = self._get_rule(code, **values)
        return self.env["credit.watch"]._watch(rule, self.company)

    def _order(self, amount, days_ago=0, **values):
        order = self._create_order(amount, **values)
        order.action_confirm()
        order.sudo().date_order = fields.Datetime.now() - timedelta(days=days_ago)
        return order

    def _invoice(self, amount, date, move_type="out_invoice", **values):
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.customer.id,
                "invoice_user_id": self.salesman.id,
                "invoice_date": date,
                "invoice_date_due": date,
                "invoice_line_ids": [
                    Command.create({"name": "Tiles", "price_unit": amount, "tax_ids": False})
                ],
            }
            | values
        )
        move.action_post()
        return move

    def _pay(self, invoice, date):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": date})._create_payments()

    @contextmanager
    def assertRefused(self, text, exception=UserError):
        with self.assertRaises(exception) as caught:
            yield
        self.assertIn(text, str(caught.exception))


@tagged("-at_install", "post_install", "hr_receivables_control")
class TestWatchOrders(WatchCommon):
    def test_order_far_above_the_habit(self):
        for month in range(1, 6):
            self._order(100.0, days_ago=30 * month)
        self._order(300.0)  # exactly three times
        self.assertFalse(self._watch("large_order", amount=0.0))
        order = self._order(400.5)
        finding = self._watch("large_order", amount=0.0)
        self.assertEqual(finding.account_id, self.account)
        self.assertEqual((finding.res_model, finding.res_ids), ("sale.order", order.ids))
        # (5 x 100 + 300) / 6
        self.assertAlmostEqual(finding.figures["average"], 133.33, places=2)
        self.assertIn("400.50", finding.sentence)
        self.assertIn("133.33", finding.sentence)

    def test_one_order_is_no_habit(self):
        self._order(100.0, days_ago=30)
        self._order(4000.0)
        self.assertFalse(self._watch("large_order", amount=0.0))

    def test_small_amounts_do_not_matter(self):
        for month in range(1, 6):
            self._order(100.0, days_ago=30 * month)
        self._order(999.99)
        self.assertFalse(self._watch("large_order", amount=1000.0))
        self.assertTrue(self._watch("large_order", amount=999.99))

    def test_told_once(self):
        for month in range(1, 6):
            self._order(100.0, days_ago=30 * month)
        self._order(1000.0)
        finding = self._watch("large_order", amount=0.0)
        self.assertFalse(self._watch("large_order"))
        alert = self.env["hr.control.alert"].search([("key", "=", f"credit.watch:{finding.id}")])
        self.assertEqual(len(alert), 1)
        told = alert.delivery_ids.user_id
        self.assertLessEqual(self.controller | self.owner | self.store_manager, told)
        self.assertNotIn(self.salesman, told)
        codes = self.env["hr.control.event"].search(
            [("dossier_id", "=", self.account.dossier_id.id)]
        )
        self.assertEqual(codes.mapped("code").count("credit.watch.found"), 1)

    def test_orders_split_under_the_ceiling(self):
        self.company.credit_order_policy = "enforce"
        self._create_rule(
            0.0, employee_id=self.salesman_employee.id, limit_order=True, order_limit=200.0
        )
        orders = self._order(150.0) | self._order(200.0)
        finding = self._watch("split_orders")
        self.assertEqual(finding.user_id, self.salesman)
        self.assertEqual(finding.store_id, self.store)
        self.assertEqual(sorted(finding.res_ids), orders.ids)
        self.assertEqual(finding.figures["total"], 350.0)
        self._order(50.0)
        self.assertFalse(self._watch("split_orders"), "one more small order is no second split")

    def test_orders_up_to_the_ceiling_together_are_not_split(self):
        self._create_rule(
            0.0, employee_id=self.salesman_employee.id, limit_order=True, order_limit=200.0
        )
        self._order(120.0)
        self._order(80.0)
        self.assertFalse(self._watch("split_orders"))
        self._order(0.01)
        self.assertTrue(self._watch("split_orders"))

    def test_split_counts_days_of_the_company(self):
        self._create_rule(
            0.0, employee_id=self.salesman_employee.id, limit_order=True, order_limit=200.0
        )
        self._order(150.0, days_ago=3)
        self._order(150.0)
        self.assertFalse(self._watch("split_orders", days=3))
        self.assertTrue(self._watch("split_orders", days=4))

    def test_bill_to_changed_after_a_hold(self):
        self.company.credit_order_policy = "enforce"
        other = self.env["res.partner"].create({"name": "Rich Uncle", "is_company": True})
        self._create_account(other, 50_000.0)
        order = self._create_order(2000.0)
        order.action_confirm()
        self.assertEqual(order.credit_state, "hold")
        self.assertFalse(self._watch("bill_to_changed"))
        order.partner_invoice_id = other
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        finding = self._watch("bill_to_changed")
        self.assertEqual(finding.account_id, self.account)
        self.assertIn("held for Good Customer and passed for Rich Uncle", finding.sentence)


@tagged("-at_install", "post_install", "hr_receivables_control")
class TestWatchPeople(WatchCommon):
    def test_frequent_emergencies(self):
        self._create_user("credit_owner_2", "hr_receivables_control.group_credit_manager")
        Grant = self.env["credit.grant"].with_user(self.owner)
        for _n in range(2):
            Grant._give_emergency(self.account, 100.0, 2, "Truck waits")
        self.assertFalse(self._watch("frequent_grants", count=3))
        Grant._give_emergency(self.account, 100.0, 2, "Truck waits")
        finding = self._watch("frequent_grants", count=3)
        self.assertEqual(finding.user_id, self.owner)
        self.assertEqual(finding.figures["emergencies"], 3)
        told = self.env["hr.control.alert"].search([("key", "=", f"credit.watch:{finding.id}")])
        self.assertNotIn(self.owner, told.delivery_ids.user_id)
        self.assertFalse(self._watch("frequent_grants", count=3))


@tagged("-at_install", "post_install", "hr_receivables_control")
class TestWatchMoney(WatchCommon):
    def _ago(self, days):
        return fields.Date.subtract(self.today, days=days)

    def test_credit_grows_ahead_of_sales(self):
        self._invoice(1000.0, self._ago(120))
        self._invoice(1000.0, self._ago(30))
        # owed 1,000 -> 2,000 (+100 %), sold 1,000 -> 1,000 (0 %)
        self.assertFalse(self._watch("credit_growth", points=100.01, amount=1000.0))
        self.assertFalse(self._watch("credit_growth", points=100.0, amount=1000.01))
        finding = self._watch("credit_growth", points=100.0, amount=1000.0)
        self.assertEqual(finding.figures["owed_growth"], 100.0)
        self.assertEqual(finding.figures["sold_growth"], 0.0)
        self.assertFalse(self._watch("credit_growth"))

    def test_payment_rhythm_worsens(self):
        for days in (300, 250, 200):
            self._pay(self._invoice(100.0, self._ago(days)), self._ago(days - 5))
        for days, amount in ((80, 100.0), (60, 100.0), (40, 200.0)):
            self._pay(self._invoice(amount, self._ago(days)), self._ago(days - 15))
        finding = self._watch("payment_rhythm", days=10, count=3)
        self.assertEqual((finding.figures["late"], finding.figures["late_before"]), (15.0, 5.0))
        self.assertEqual(len(finding.res_ids), 3)

    def test_steady_payer_is_left_alone(self):
        for days in (300, 250, 200, 80, 60, 40):
            self._pay(self._invoice(100.0, self._ago(days)), self._ago(days - 15))
        self.assertFalse(self._watch("payment_rhythm", days=1, count=3))

    def test_returns_just_after_the_close(self):
        first = self.today.replace(day=1)
        self._invoice(1000.0, fields.Date.subtract(first, days=10))
        self._invoice(199.99, first, "out_refund")
        self.assertFalse(self._watch("returns_after_close", points=20.0, amount=0.0))
        self._invoice(0.01, first, "out_refund")
        finding = self._watch("returns_after_close", points=20.0, amount=0.0)
        self.assertEqual(finding.figures["returned"], 200.0)
        self.assertEqual(finding.figures["share"], 20.0)


@tagged("-at_install", "post_install", "hr_receivables_control")
class TestWatchDesk(WatchCommon):
    def _get_finding(self):
        for month in range(1, 6):
            self._order(100.0, days_ago=30 * month)
        self._order(1000.0)
        return self._watch("large_order", amount=0.0).with_env(self.env)

    def test_who_it_is_about_does_not_explain_it(self):
        finding = self._get_finding()
        with self.assertRaises(AccessError):
            finding.with_user(self.salesman).action_explain("All fine")
        finding.sudo().write({"user_id": self.controller.id})
        with self.assertRefused("concerns you", AccessError):
            finding.with_user(self.controller).action_explain("All fine")

    def test_who_only_looks_explains_nothing(self):
        finding = self._get_finding()
        auditor = self._create_user("watch_auditor", "hr_control_base.group_control_auditor")
        self.assertTrue(finding.with_user(auditor).sentence)
        for method in ("action_explain", "action_confirm"):
            with self.subTest(method), self.assertRefused("Managers of stores", AccessError):
                getattr(finding.with_user(auditor), method)("A fair")

    def test_explained_once_with_a_reason(self):
        finding = self._get_finding()
        with self.assertRefused("what it was"):
            finding.with_user(self.controller).action_explain(" ")
        finding.with_user(self.store_manager).action_explain("New branch of the customer.")
        self.assertEqual((finding.state, finding.decided_by_id), ("explained", self.store_manager))
        with self.assertRefused("settled already"):
            finding.with_user(self.controller).action_confirm("Fraud")
        with self.assertRaises(AccessError):
            finding.with_user(self.controller).write({"state": "open"})

    def test_other_stores_see_nothing_of_it(self):
        finding = self._get_finding()
        self.store.manager_id = False
        with self.assertRaises(AccessError):
            finding.with_user(self.store_manager).action_explain("Mine")

    def test_own_rule_replaces_the_common_one(self):
        common = self._get_rule("large_order")
        Rule = self.env["credit.watch.rule"]
        own = Rule.create(
            {"code": "large_order", "company_id": self.company.id, "count": 5, "factor": 9.0}
        )
        self.assertIn(own, Rule._get_for(self.company))
        self.assertNotIn(common, Rule._get_for(self.company))
        own.active = False
        codes = Rule._get_for(self.company).mapped("code")
        self.assertNotIn("large_order", codes)

    def test_threshold_of_nothing_is_refused(self):
        with self.assertRefused("above zero", ValidationError):
            self._get_rule("split_orders", days=0)

    def test_job_runs_every_rule(self):
        self._get_rule("large_order", amount=0.0)
        for month in range(1, 6):
            self._order(100.0, days_ago=30 * month)
        self._order(1000.0)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("hr_receivables_control.credit_cron_watch").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.env["credit.watch.finding"].search_count([]), 1)

    def test_every_code_has_a_finder_a_description_and_a_sentence(self):
        codes = {code for code, _label in self.env["credit.watch.rule"]._fields["code"].selection}
        self.assertEqual(set(self.env["credit.watch"]._get_finders()), codes)
        self.assertEqual(set(self.env["credit.watch.rule"]._get_descriptions()), codes)
        self.assertEqual(set(self.env["credit.watch.finding"]._get_sentences()), codes)

    def test_finding_costs_the_same_for_many_customers(self):
        def measure(count):
            for n in range(count):
                partner = self.env["res.partner"].create({"name": f"P{count}.{n}"})
                self._create_account(partner, 50_000.0)
                for amount, days in ((100, 90), (100, 60), (900, 0)):
                    self._order(amount, days_ago=days, partner=partner)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            rule = self._get_rule("large_order", count=2, amount=0.0)
            found = self.env["credit.watch"]._find_large_orders(rule, self.company)
            return len(found), self.env.cr.sql_log_count - before

        few, many = measure(1), measure(4)
        self.assertGreater(many[0], few[0])
        self.assertLessEqual(many[1], few[1])

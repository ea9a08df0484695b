from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CreditCommon


class PersonCommon(CreditCommon):
    """A customer who may owe much, so that the salesperson's own limits decide."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write({"base_limit": 100000.0, "change_reason": "Set up"})
        cls.other_customer = cls.env["res.partner"].create({"name": "Other", "is_company": True})
        cls.other_account = cls._create_account(cls.other_customer, 100000.0)

    @classmethod
    def _limit(cls, employee=None, **values):
        """A rule with personal limits: ``order``, ``customer``, ``pool``."""
        limits = {}
        for name in ("order", "customer", "pool"):
            if name in values:
                limits |= {f"limit_{name}": True, f"{name}_limit": values.pop(name)}
        return cls._create_rule(
            0.0, employee_id=(employee or cls.salesman_employee).id, **limits, **values
        )

    def _confirm(self, amount, **values):
        order = self._create_order(amount, **values)
        order.action_confirm()
        return order

    def assertReasons(self, order, *codes):
        decision = order.sudo().credit_decision_ids.sorted("id")[-1:]
        self.assertEqual([reason["code"] for reason in decision.reasons or []], list(codes))

    def _pool(self, user=None):
        return self.env["credit.pool"].search([("user_id", "=", (user or self.salesman).id)])


@tagged("post_install", "-at_install")
class TestPersonLimits(PersonCommon):
    def test_order_limit_is_inclusive(self):
        self._limit(order=500.0)
        self.assertEqual(self._confirm(500.0).state, "sale")
        held = self._confirm(500.01)
        self.assertEqual((held.state, held.credit_state), ("draft", "hold"))
        self.assertReasons(held, "own_order")
        decision = held.sudo().credit_decision_ids
        self.assertEqual(round(decision.excess_amount, 2), 0.01)
        self.assertIn(self.salesman.name, decision.explanation)
        self.assertIn("500.01", held.credit_banner)

    def test_zero_is_a_limit(self):
        self._limit(order=0.0)
        self.assertReasons(self._confirm(0.01), "own_order")

    def test_customer_limit_counts_the_salespersons_own_documents(self):
        self._limit(customer=1000.0)
        self._confirm(700.0, user=self.colleague)
        self.assertEqual(self._confirm(700.0).state, "sale")
        self.assertReasons(self._confirm(300.01), "own_customer")
        self.assertEqual(self._confirm(300.0).state, "sale")
        self.assertEqual(self._confirm(1000.0, partner=self.other_customer).state, "sale")

    def test_total_counts_all_customers(self):
        self._limit(pool=1000.0)
        self._confirm(600.0)
        self.assertReasons(self._confirm(400.01, partner=self.other_customer), "own_pool")
        self.assertEqual(self._confirm(400.0, partner=self.other_customer).state, "sale")
        pool = self._pool()
        self.assertRecordValues(
            pool, [{"used_amount": 1000.0, "pool_limit": 1000.0, "available_amount": 0.0}]
        )
        self.assertEqual(pool.employee_id, self.salesman_employee)
        self.assertEqual(
            (pool.dossier_id.kind, pool.dossier_id.subject_model), ("credit.pool", "hr.employee")
        )
        ids = self.env["credit.person"]._get_document_ids({(self.salesman.id, self.company.id)})
        self.assertEqual(len(ids["sale.order"]), 2)

    def test_orders_confirmed_together_share_the_total(self):
        self._limit(pool=1000.0, customer=700.0)
        orders = self.env["sale.order"].union(
            self._create_order(700.0),
            self._create_order(0.01),
            self._create_order(300.01, partner=self.other_customer),
            self._create_order(300.0, partner=self.other_customer),
        )
        orders.with_user(self.salesman).action_confirm()
        self.assertEqual(orders.mapped("state"), ["sale", "draft", "draft", "sale"])
        self.assertReasons(orders[1], "own_customer")
        self.assertReasons(orders[2], "own_pool")

    def test_total_is_conserved_from_order_to_payment(self):
        self._limit(pool=10000.0)
        order = self._confirm(650.35)
        pool = self._pool()
        self.assertEqual(pool.used_amount, 650.35)
        invoice = order.sudo()._create_invoices()
        pool.invalidate_recordset()
        self.assertEqual(pool.used_amount, 650.35)
        invoice.action_post()
        pool.invalidate_recordset()
        self.assertEqual(pool.used_amount, 650.35)
        ids = self.env["credit.person"]._get_document_ids({(self.salesman.id, self.company.id)})
        self.assertEqual(ids, {"sale.order": [], "account.move": invoice.ids})
        self._register_payment(invoice, amount=250.35)
        pool.invalidate_recordset()
        self.assertEqual(pool.used_amount, 400.0)
        self._register_payment(invoice, amount=400.0)
        pool.invalidate_recordset()
        self.assertEqual(pool.used_amount, 0.0)

    def test_prepaid_is_no_credit(self):
        self._limit(order=100.0, pool=100.0)
        self.env["account.payment"].create(
            {
                "partner_id": self.customer.id,
                "amount": 1000.0,
                "payment_type": "inbound",
                "partner_type": "customer",
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        ).action_post()
        self.assertEqual(self._confirm(1100.0).state, "sale")
        self.assertReasons(self._confirm(100.01), "own_order", "own_pool")

    def test_level_and_position_differ(self):
        level = self.env["hr.control.level"].create({"name": "Senior", "company_id": False})
        job = self.env["hr.job"].create({"name": "Seller", "company_id": self.company.id})
        colleague = self._create_employee(self.colleague)
        (self.salesman_employee | colleague).job_id = job
        colleague.current_version_id.control_level_id = level
        self._create_rule(0.0, job_id=job.id, limit_order=True, order_limit=100.0)
        self._create_rule(
            0.0, job_id=job.id, level_id=level.id, limit_order=True, order_limit=200.0
        )
        self.assertReasons(self._confirm(200.0), "own_order")
        self.assertEqual(self._confirm(200.0, user=self.colleague).state, "sale")
        self.assertReasons(self._confirm(200.01, user=self.colleague), "own_order")

    def test_rule_of_yesterday_or_of_another_company_does_not_apply(self):
        yesterday = fields.Date.subtract(self.company._company_today(), days=1)
        self._limit(order=1.0, date_to=yesterday)
        other = self.env["res.company"].create({"name": "Other Company"})
        self.env["credit.authority"].create(
            {"company_id": other.id, "limit_order": True, "order_limit": 1.0}
        )
        self.assertEqual(self._confirm(2.0).state, "sale")

    def test_no_pool_where_none_is_needed(self):
        self._limit(order=10.0, customer=100.0)
        self._confirm(5.0)
        self.assertFalse(self._pool())

    def test_unlimited_customer_does_not_lift_the_salespersons_limit(self):
        self._create_account(self.customer, 0.0, mode="unlimited")
        self._limit(order=100.0)
        self.assertReasons(self._confirm(100.01), "own_order")

    def test_observing_company_holds_nothing(self):
        self.company.credit_order_policy = "observe"
        self._limit(pool=1.0)
        order = self._confirm(100.0)
        self.assertEqual(
            (order.state, order.sudo().credit_decision_ids.result), ("sale", "observed")
        )

    def test_release_is_measured_on_the_largest_excess(self):
        self._limit(order=500.0, pool=1000.0)
        self._create_rule(200.0, employee_id=self.manager_employee.id)
        self._confirm(500.0)
        order = self._confirm(700.01)
        self.assertReasons(order, "own_order", "own_pool")
        request = {"order_id": order.id, "reason": "Pays on Friday"}
        wizard = self.env["credit.release.request"].with_user(self.salesman).create(request)
        wizard.action_request()
        grant = order.sudo().credit_grant_ids
        self.assertEqual(grant.approval_id.candidate_ids, self.owner)
        self.assertEqual(
            {name: round(pair[0], 2) for name, pair in grant.excesses.items()},
            {"own_order": 200.01, "own_pool": 200.01},
        )
        grant.approval_id.with_user(self.owner).action_approve()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_own_limits_are_lifted_by_somebody_else_whatever_the_company_lets(self):
        self.company.credit_own_customer_approval = True
        self._create_rule(
            5000.0, employee_id=self.manager_employee.id, limit_order=True, order_limit=500.0
        )
        order = self._confirm(600.0, user=self.store_manager)
        self.assertReasons(order, "own_order")
        self.env["credit.release.request"].with_user(self.colleague).create(
            {"order_id": order.id, "reason": "Pays on Friday"}
        ).action_request()
        approval = order.sudo().credit_grant_ids.approval_id
        self.assertNotIn(self.store_manager, approval.candidate_ids)

    def test_a_release_of_one_limit_does_not_lift_another(self):
        self._limit(order=500.0, pool=1200.0)
        order = self._confirm(600.0)
        self.env["credit.release.request"].with_user(self.salesman).create(
            {"order_id": order.id, "reason": "Pays on Friday"}
        ).action_request()
        grant = order.sudo().credit_grant_ids
        grant.approval_id.with_user(self.owner).action_approve()
        self.assertEqual(set(grant.excesses), {"own_order"})
        self._confirm(500.0)
        self._confirm(150.0)
        order.action_confirm()
        self.assertEqual((order.state, order.credit_state), ("draft", "hold"))
        self.assertReasons(order, "own_order", "own_pool")

    def test_decision_names_rule_and_total(self):
        rule = self._limit(pool=1000.0)
        decision = self._confirm(10.0).sudo().credit_decision_ids
        self.assertRecordValues(
            decision,
            [{"authority_id": rule.id, "own_limit": 1000.0, "own_exposure_after": 10.0}],
        )

    def test_pool_is_closed_to_clients(self):
        self._limit(pool=1000.0)
        self._confirm(10.0)
        pool = self._pool()
        self.assertEqual(pool.with_user(self.salesman).used_amount, 10.0)
        self.assertFalse(self.env["credit.pool"].with_user(self.colleague).search([]))
        for user in (self.salesman, self.controller, self.owner):
            with self.assertRaises(AccessError):
                pool.with_user(user).write({"near_told": True})
            with self.assertRaises(AccessError):
                self.env["credit.pool"].with_user(user).create({"user_id": user.id})
        with self.assertRaises(UserError):
            pool.unlink()
        with self.assertRaises(AccessError):
            pool.with_user(self.colleague).action_open_orders()

    def test_branch_shares_the_pool_of_its_parent(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.company_ids += branch
        self.colleague.company_ids += branch
        self._create_employee(self.colleague, company_id=branch.id, department_id=False)
        self.env["credit.authority"].create(
            {"company_id": branch.id, "limit_pool": True, "pool_limit": 100.0}
        )
        env = self.env(context={"allowed_company_ids": [branch.id, self.company.id]})
        persons = env["credit.person"]._get(self.colleague, branch)
        self.assertEqual(persons[self.colleague.id].pool_limit, 100.0)
        self.assertIsNone(
            env["credit.person"]._get(self.colleague, self.company)[self.colleague.id].pool_limit
        )
        pool = env["credit.pool"]._ensure(self.colleague, branch)
        self.assertRecordValues(pool, [{"company_id": self.company.id, "pool_limit": 100.0}])

    def test_salesperson_cannot_change_rules(self):
        rule = self._limit(order=1.0)
        with self.assertRaises(AccessError):
            rule.with_user(self.salesman).write({"order_limit": 10**6})
        with self.assertRaises(AccessError):
            rule.with_user(self.controller).write({"order_limit": 10**6})


@tagged("post_install", "-at_install")
class TestNear(PersonCommon):
    def _alerts(self, record):
        return self.env["hr.control.alert"].search(
            [("key", "=", record._get_near_key())], order="id"
        )

    def test_customer_and_manager_are_told_once_per_crossing(self):
        self.account.write({"base_limit": 1000.0, "change_reason": "Cut"})
        self._confirm(799.99)
        self.assertFalse(self._alerts(self.account))
        self._confirm(0.01)
        alert = self._alerts(self.account)
        self.assertEqual(alert.delivery_ids.user_id, self.salesman | self.store_manager)
        order = self._confirm(50.0)
        self.assertEqual(self._alerts(self.account), alert)
        order._action_cancel()
        self.env["sale.order"].search([("amount_total", "=", 0.01)])._action_cancel()
        self._confirm(0.02)
        self.assertEqual(self._alerts(self.account), alert, "799.99 is above 75 %: not armed again")

    def test_armed_again_below_75_pct(self):
        self.account.write({"base_limit": 1000.0, "change_reason": "Cut"})
        order = self._confirm(800.0)
        order._action_cancel()
        self._confirm(749.99)
        alerts = self._alerts(self.account)
        self.assertEqual((len(alerts), bool(alerts.cleared_at)), (1, True))
        self._confirm(50.01)
        self.assertEqual(self._alerts(self.account).mapped("cycle"), [1, 2])

    def test_salespersons_total(self):
        self._limit(pool=1000.0)
        self._confirm(799.99)
        self.assertFalse(self._alerts(self._pool()))
        order = self._confirm(0.01, partner=self.other_customer)
        self.assertEqual(order.sudo().credit_decision_ids.result, "near")
        alert = self._alerts(self._pool())
        self.assertEqual(alert.delivery_ids.user_id, self.salesman | self.store_manager)

    def test_held_order_warns_nobody(self):
        self.account.write({"base_limit": 1000.0, "change_reason": "Cut"})
        self._confirm(1000.01)
        self.assertFalse(self._alerts(self.account))

    def test_job_sees_what_moved_without_a_check(self):
        self.account.write({"base_limit": 1000.0, "change_reason": "Cut"})
        self._limit(pool=1000.0)
        order = self._confirm(900.0)
        self.assertTrue(self.account.near_told and self._pool().near_told)
        order._action_cancel()
        with self.enter_registry_test_mode():
            self.env.ref("hr_receivables_control.credit_near_cron").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.account.near_told or self._pool().near_told)
        self.assertTrue(all(self._alerts(self.account).mapped("cleared_at")))


@tagged("post_install", "-at_install")
class TestQueryBudget(PersonCommon):
    """Queries that the check adds to a light confirmation; the savepoint of the guard (2) is the tests' own."""

    SAVEPOINT = 2

    def _count(self, gated=True):
        order = self._create_order(10.0, user=self.salesman)
        self.env.flush_all()
        self.env.invalidate_all()
        queries = []
        execute = type(self.env.cr).execute

        def counting(cr, query, params=None, log_exceptions=True):
            queries.append(str(query))
            return execute(cr, query, params, log_exceptions)

        patches = [patch.object(type(self.env.cr), "execute", counting)]
        if not gated:
            model = type(order)
            for name in self._get_our_overrides():
                patches.append(patch.object(model, name, lambda self, *args, **kwargs: self))
        for patcher in patches:
            patcher.start()
        try:
            order.action_confirm()
            self.env.flush_all()
        finally:
            for patcher in patches:
                patcher.stop()
        self.assertEqual(order.state, "sale")
        return queries

    def _get_our_overrides(self):
        return ("_credit_gate", "_check_credit_floor", "_after_credit_confirmation")

    def _measure(self):
        self._count()
        self._count(gated=False)
        return len(self._count(gated=False)), self._count()

    def test_light_order(self):
        bare, checked = self._measure()
        self.assertLessEqual(len(checked) - self.SAVEPOINT, bare + 8, "\n".join(checked))
        self._limit(order=5000.0, customer=50000.0, pool=60000.0)
        self._count()
        limited = self._count()
        self.assertLessEqual(len(limited), len(checked) + 4, "\n".join(limited))

    def test_number_of_orders_does_not_matter(self):
        self._limit(order=5000.0, customer=50000.0, pool=60000.0)
        self._count()
        orders = self.env["sale.order"].union(*(self._create_order(1.0) for _n in range(3)))
        more = self.env["sale.order"].union(*(self._create_order(1.0) for _n in range(12)))
        Checkpoint = self.env["credit.checkpoint"]

        def count(batch):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Checkpoint._check_orders(batch)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(orders)
        self.assertEqual(count(orders), count(more))

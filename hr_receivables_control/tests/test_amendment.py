from contextlib import nullcontext
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestAmendment(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(900.0, quantity=9.0)
        cls.order.action_confirm()
        cls.line = cls.order.order_line
        cls.hostile = {
            "tracking_disable": True,
            "bypass_risk": True,
            "sale_write_from_compute": True,
            "import_file": True,
            "hr_receivables_control.amendment": {cls.order.id: None},
        }

    def _get_results(self, checkpoint="amendment"):
        domain = [("order_id", "=", self.order.id), ("checkpoint", "=", checkpoint)]
        return self.env["credit.decision"].search(domain).mapped("result")

    def test_up_to_the_limit_passes_and_is_recorded(self):
        self.line.product_uom_qty = 10
        self.assertEqual(self._get_results(), ["near"])
        self.assertExposure(1000.0)

    def test_a_cent_above_is_refused(self):
        self.line.product_uom_qty = 10
        with self.assertRaisesRegex(UserError, "cannot be changed like this.*0.10"):
            self.line.price_unit = 100.01

    def test_every_field_that_makes_it_dearer_is_refused(self):
        tax = self.env["account.tax"].create(
            {"name": "VAT 50", "amount": 50.0, "company_id": self.company.id}
        )
        for vals in (
            {"product_uom_qty": 11},
            {"price_unit": 200.0},
            {"tax_ids": [Command.set(tax.ids)]},
            {"product_uom_id": self.env.ref("uom.product_uom_dozen").id, "price_unit": 1200.0},
            {"qty_delivered": 11},
        ):
            for context in ({}, self.hostile):
                with self.subTest(vals=vals, context=bool(context)), self.assertRaises(UserError):
                    self.line.with_context(**context).write(vals)

    def test_a_dropped_discount_is_refused(self):
        self.line.write({"discount": 50.0, "product_uom_qty": 20})
        with self.assertRaises(UserError):
            self.line.discount = 0.0

    def test_new_line_is_refused_however_it_comes(self):
        vals = {"product_id": self.product.id, "price_unit": 100.01, "tax_ids": False}
        Line = self.env["sale.order.line"].with_user(self.salesman)
        with self.assertRaises(UserError):
            Line.create({"order_id": self.order.id} | vals)
        with self.assertRaises(UserError):
            self.order.order_line = [Command.create(vals)]
        with self.assertRaises(UserError):
            Line.with_context(**self.hostile).create({"order_id": self.order.id} | vals)
        with self.assertRaises(UserError), Form(self.order) as form, form.order_line.new() as line:
            line.product_id = self.product
            line.price_unit = 100.01

    def test_a_line_moved_from_a_draft_is_refused(self):
        draft = self._create_order(200.0)
        with self.assertRaises(UserError):
            draft.order_line.order_id = self.order

    def test_import_is_refused(self):
        line = self.line.with_user(self.salesman)
        result = line.load([".id", "price_unit"], [[str(line.id), "500"]])
        self.assertFalse(result["ids"])
        self.assertIn("cannot be changed like this", result["messages"][0]["message"])
        result = line.load([".id", "price_unit"], [[str(line.id), "50"]])
        self.assertEqual(result["ids"], line.ids)

    def test_removing_a_discount_line_is_refused(self):
        self.order.order_line = [
            Command.create({"product_id": self.product.id, "price_unit": -500.0, "tax_ids": False}),
            Command.create({"product_id": self.product.id, "price_unit": 600.0, "tax_ids": False}),
        ]
        discount = self.order.order_line.filtered(lambda line: line.price_unit < 0)
        self.patch(type(discount), "_check_line_unlink", lambda lines: lines.browse())
        with self.assertRaises(UserError):
            discount.unlink()

    def test_what_is_raised_and_lowered_at_once_counts_net(self):
        self.order.order_line = [
            Command.create({"product_id": self.product.id, "price_unit": 100.0, "tax_ids": False})
        ]
        first, second = self.order.order_line
        self.order.order_line = [
            Command.update(first.id, {"product_uom_qty": 10}),
            Command.update(second.id, {"price_unit": 0.0}),
        ]
        self.assertExposure(1000.0)
        with self.assertRaises(UserError):
            self.order.order_line = [
                Command.update(second.id, {"price_unit": 0.01}),
                Command.update(first.id, {"name": "Same"}),
            ]

    def test_a_cut_is_always_allowed_and_not_recorded(self):
        self.account.write({"base_limit": 10.0, "change_reason": "Pays late"})
        self.line.product_uom_qty = 8
        self.order.note = "Nothing to do with credit"
        self.assertEqual(self._get_results(), [])
        with self.assertRaises(UserError):
            self.line.product_uom_qty = 8.01

    def test_observe_and_warn_let_it_pass_and_say_so(self):
        for policy, result in (("observe", "observed"), ("warn", "warn")):
            self.company.credit_order_policy = policy
            self.line.product_uom_qty += 10
            self.assertEqual(self._get_results()[:1], [result])

    def test_billing_another_customer_is_checked_on_that_one(self):
        poor = self.env["res.partner"].create({"name": "Poor"})
        rich = self.env["res.partner"].create({"name": "Rich"})
        self._create_account(poor, 899.99)
        self._create_account(rich, 900.0)
        with self.assertRaises(UserError) as refused:
            self.order.partner_invoice_id = poor
        self.assertIn("Poor", str(refused.exception))
        self.order.partner_invoice_id = rich
        self.assertExposure(0.0)
        self.assertExposure(900.0, self._create_account(rich, 900.0))

    def test_another_contact_of_the_same_customer_is_no_change(self):
        self.account.write({"base_limit": 10.0, "change_reason": "Pays late"})
        contact = self.env["res.partner"].create({"name": "C", "parent_id": self.customer.id})
        self.order.partner_invoice_id = contact
        self.assertEqual(self._get_results(), [])

    def test_blacklisted_gets_nothing_more(self):
        self._create_account(self.customer, 0.0, mode="blacklisted")
        with self.assertRaisesRegex(UserError, "blacklist"):
            self.line.product_uom_qty = 9.01

    def test_locked_orders_are_guarded_too(self):
        self.order.sudo().locked = True
        with self.assertRaises(UserError):
            self.line.qty_delivered = 20

    def test_computed_totals_are_closed_to_clients(self):
        for record, vals in (
            (self.order, {"amount_total": 1.0}),
            (self.order, {"invoice_status": "invoiced"}),
            (self.order, {"currency_rate": 100.0}),
            (self.line, {"price_total": 1.0}),
            (self.line, {"invoice_status": "invoiced"}),
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                record.with_user(self.salesman).write(vals)

    def test_a_salesman_of_another_company_is_judged_by_the_orders_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.salesman.company_ids = [Command.link(other.id)]
        line = self.line.with_user(self.salesman).with_context(
            allowed_company_ids=(other | self.company).ids
        )
        with self.assertRaises(UserError):
            line.product_uom_qty = 11

    def test_drafts_cost_nothing(self):
        draft = self._create_order(100.0)
        draft.order_line.price_unit = 1.0
        self.env.flush_all()
        reads = []
        Exposure = self.registry["credit.exposure"]
        self.patch(Exposure, "_get_order_amounts", lambda *args: reads.append(args) or {})
        draft.order_line.price_unit = 10**6
        draft.order_line = [Command.create({"product_id": self.product.id})]
        self.line.name = "Words only"
        self.assertFalse(reads)

    def test_queries_do_not_grow_with_the_orders(self):
        def count_queries(orders, price):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders.order_line.write({"price_unit": price})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        def count_added(count):
            """Odoo's own queries grow with the lines, so only those on top of them are counted."""
            orders = self.env["sale.order"]
            for n in range(count):
                customer = self.env["res.partner"].create({"name": f"Customer {n}"})
                self._create_account(customer, 1000.0)
                orders += self._create_order(10.0, partner=customer)
            orders.action_confirm()
            watched = count_queries(orders, 20.0)
            with patch.object(
                self.registry["credit.amendment"], "_watch", lambda *args: nullcontext()
            ):
                return watched - count_queries(orders, 30.0)

        count_added(2)
        added = count_added(2)
        self.assertEqual(count_added(12), added)
        self.assertLessEqual(added, 16)


@tagged("post_install", "-at_install")
class TestAmendedRelease(CreditCommon):
    """A released order may grow by the deviation that was given with the release, while it is valid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_rule(200.0, employee_id=cls.manager_employee.id, release_deviation_pct=5.0)
        cls.order = cls._create_order(1200.0)
        cls.order.action_confirm()
        cls.env["credit.release.request"].with_user(cls.salesman).create(
            {"order_id": cls.order.id, "reason": "Pays on Friday"}
        ).action_request()
        cls.grant = cls.order.sudo().credit_grant_ids
        cls.grant.approval_id.with_user(cls.store_manager).action_approve()
        cls.order.action_confirm()

    def test_growth_up_to_the_deviation_passes(self):
        self.order.order_line.price_unit = 1260.0
        decision = self.env["credit.decision"].search([("order_id", "=", self.order.id)], limit=1)
        self.assertEqual((decision.checkpoint, decision.result), ("amendment", "released"))

    def test_a_cent_more_is_refused(self):
        with self.assertRaises(UserError):
            self.order.order_line.price_unit = 1260.01

    def test_after_its_days_nothing_grows(self):
        self.grant.valid_to = fields.Datetime.now()
        with self.assertRaises(UserError):
            self.order.order_line.price_unit = 1200.01

    def test_a_release_of_an_earlier_life_is_gone(self):
        self.order.sudo()._action_cancel()
        self.order.action_draft()
        with self.assertRaises(UserError):
            self.order.write({"state": "sale"})
        self.account.write({"base_limit": 1200.0, "change_reason": "Pays well"})
        self.order.action_confirm()
        with self.assertRaises(UserError):
            self.order.order_line.price_unit = 1200.01


class TermCommon(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write({"limit_term": True, "max_term_days": 30})
        cls.days_30 = cls._create_term(30)
        cls.days_31 = cls._create_term(31)

    @classmethod
    def _create_term(cls, days, delay_type="days_after", **values):
        line = {"value": "percent", "value_amount": 100, "nb_days": days, "delay_type": delay_type}
        return cls.env["account.payment.term"].create(
            {"name": f"{days} {delay_type}", "line_ids": [Command.create(line | values)]}
        )


@tagged("post_install", "-at_install")
class TestTerm(TermCommon):
    def test_days_of_a_term(self):
        days = {
            self.env["account.payment.term"]: 0,
            self.days_30: 30,
            self._create_term(0): 0,
            self._create_term(30, "days_after_end_of_month"): 60,
            self._create_term(10, "days_after_end_of_next_month"): 71,
            self._create_term(30, "days_end_of_month_on_the", days_next_month="15"): 75,
        }
        self.assertEqual({term: term._get_credit_days() for term in days}, days)

    def test_up_to_the_longest_term_passes(self):
        order = self._create_order(100.0, payment_term_id=self.days_30.id)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_day_longer_is_held(self):
        order = self._create_order(100.0, payment_term_id=self.days_31.id)
        order.action_confirm()
        self.assertEqual(order.credit_state, "hold")
        self.assertIn("allows 31", order.sudo().credit_decision_ids.explanation)

    def test_zero_days_is_a_limit(self):
        self.account.max_term_days = 0
        order = self._create_order(100.0, payment_term_id=self._create_term(1).id)
        order.action_confirm()
        self.assertEqual(order.credit_state, "hold")
        self.account.limit_term = False
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_longer_term_afterwards_is_refused(self):
        order = self._create_order(100.0, payment_term_id=self.days_30.id)
        order.action_confirm()
        for user in (self.salesman, self.owner):
            if user == self.owner:
                user.group_ids += self.env.ref("sales_team.group_sale_manager")
            with self.assertRaises(UserError) as refused:
                order.with_user(user).payment_term_id = self.days_31
            self.assertIn("payment term", str(refused.exception))
        order.payment_term_id = self._create_term(7)
        self.company.credit_order_policy = "warn"
        order.payment_term_id = self.days_31
        decision = order.sudo().credit_decision_ids[0]
        self.assertEqual((decision.checkpoint, decision.result), ("term", "warn"))

    def test_a_shorter_term_passes_although_still_too_long(self):
        self.account.limit_term = False
        order = self._create_order(100.0, payment_term_id=self._create_term(90).id)
        order.action_confirm()
        self.account.limit_term = True
        order.payment_term_id = self._create_term(60)
        self.assertEqual(order.payment_term_id._get_credit_days(), 60)

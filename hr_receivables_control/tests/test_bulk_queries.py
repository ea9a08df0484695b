import re
from collections import Counter
from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.hr_receivables_control.tests.common import CreditCommon

OURS = ("hr_control_base", "hr_receivables_control")


def is_ours(model_class):
    """Whether a class of a model, or what it is patched with, was written by us; bridges included."""
    module = (
        vars(model_class).get("_original_module")
        or getattr(model_class, "_module", None)
        or model_class.__module__.removeprefix("odoo.addons.").split(".")[0]
    )
    return module.startswith(OURS)


@contextmanager
def without_ours(registry):
    """Odoo as it is without our add-ons: all that they override in its models is gone, whatever it is."""
    bases, patches = {}, {}
    for model_class in registry.values():
        kept = tuple(base for base in model_class.__bases__ if not is_ours(base))
        if kept and kept != model_class.__bases__ and not is_ours(model_class):
            bases[model_class] = model_class.__bases__
            patches[model_class] = {
                name: value
                for name, value in vars(model_class).items()
                if callable(value) and (value.__module__ or "").startswith("odoo.addons.hr_")
            }
            model_class.__bases__ = kept
            for name in patches[model_class]:
                delattr(model_class, name)
    try:
        yield bases
    finally:
        for model_class, before in bases.items():
            model_class.__bases__ = before
            for name, value in patches[model_class].items():
                setattr(model_class, name, value)


@freeze_time("2026-06-15 10:00:00")
@tagged("post_install", "-at_install")
class TestBulkQueries(CreditCommon):
    """What our add-ons cost a batch, in queries: the same for N documents and for twice as many.

    The cost is the difference to Odoo without them, so nothing that they do can be left out of it. It is
    compared by statement: one saved elsewhere does not make up for one more.
    """

    N = 8

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"credit_invoice_policy": "enforce"})
        cls.env["credit.authority"].create(
            {"company_id": cls.company.id}
            | {f"limit_{kind}": True for kind in ("order", "customer", "pool")}
            | {f"{kind}_limit": 10**9 for kind in ("order", "customer", "pool")}
        )
        cls.clerk = new_test_user(
            cls.env,
            "credit_clerk",
            groups="sales_team.group_sale_salesman_all_leads,account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls._create_employee(cls.clerk)
        # as every client sends it; else it is read from the user when it is first needed
        cls.env = cls.env(context=cls.env.context | {"tz": "UTC"})
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Customer {n}", "is_company": True} for n in range(2 * cls.N)]
        )
        for partner in cls.partners:
            cls._create_account(partner, 10**9)

    def _count(self, action, documents):
        """Queries of an action, and of writing what it left to be written. :return: ``Counter`` of statements"""
        statements = Counter()
        execute = type(self.cr).execute

        def counting(cr, query, *args, **kwargs):
            text = " ".join(str(getattr(query, "code", query)).split())
            text = re.sub(r'SAVEPOINT ".*', "SAVEPOINT", text)
            statements[re.sub(r"(%s, )+%s", "%s", text)] += 1
            return execute(cr, query, *args, **kwargs)

        self.cr.flush()
        self.env.invalidate_all()
        with patch.object(type(self.cr), "execute", counting):
            action(documents)
            self.cr.flush()
        return statements

    def assertConstant(self, make, action):
        """``action`` on the documents of ``make(n)`` costs as much more than in Odoo alone, whatever ``n``."""
        ours, alone = {}, {}
        # the first round reads what is read once for all, and does what is done once for a customer
        for number in (2 * self.N, self.N, 2 * self.N):
            ours[number] = self._count(action, make(number))
            documents = make(number)
            self.cr.flush()
            with without_ours(self.registry) as changed:
                self.assertIn(self.registry["sale.order"], changed)
                alone[number] = self._count(action, documents)
        self.assertTrue(ours[self.N] - alone[self.N], "nothing of ours was counted")
        grown = ours[2 * self.N] + alone[self.N] - ours[self.N] - alone[2 * self.N]
        # one of a kind is no growth: Odoo now and then reads a batch in two parts
        grown = {query: count for query, count in grown.items() if count > 1}
        self.assertFalse(grown, "queries of ours that grow with the number of documents")

    def _make_orders(self, number):
        orders = self.env["sale.order"].union(
            *(
                self._create_order(100.0, partner=partner, user=self.clerk)
                for partner in self.partners[:number]
            )
        )
        return orders.with_user(self.clerk)

    def _make_invoices(self, number):
        """Drafts of orders."""
        orders = self._make_orders(number)
        orders.action_confirm()
        return orders._create_invoices(grouped=True)

    def _make_free_invoices(self, number):
        """Drafts that no order justifies, so that each of them is checked."""
        line = {"product_id": self.product.id, "price_unit": 100.0, "tax_ids": [Command.clear()]}
        return (
            self.env["account.move"]
            .with_user(self.clerk)
            .create(
                [
                    {
                        "move_type": "out_invoice",
                        "partner_id": partner.id,
                        "invoice_date": fields.Date.today(),
                        "invoice_line_ids": [Command.create(line)],
                    }
                    for partner in self.partners[:number]
                ]
            )
        )

    def test_confirm_orders(self):
        def confirm(orders):
            orders.action_confirm()
            self.assertEqual(set(orders.mapped("state")), {"sale"})

        self.assertConstant(self._make_orders, confirm)

    def test_create_confirmed_orders(self):
        def create(number):
            line = Command.create({"product_id": self.product.id, "price_unit": 100.0})
            values = {"state": "sale", "order_line": [line], "user_id": self.clerk.id}
            orders = (
                self.env["sale.order"]
                .with_user(self.clerk)
                .create([values | {"partner_id": p.id} for p in self.partners[:number]])
            )
            self.assertEqual(set(orders.mapped("state")), {"sale"})

        self.assertConstant(int, create)

    def test_import_confirmed_orders(self):
        columns = ["partner_id/.id", "user_id/.id", "state"]
        columns += [f"order_line/{name}" for name in ("product_id/.id", "price_unit")]

        def load(number):
            rows = [
                [str(partner.id), str(self.clerk.id), "sale", str(self.product.id), "100"]
                for partner in self.partners[:number]
            ]
            result = self.env["sale.order"].with_user(self.clerk).load(columns, rows)
            self.assertEqual(len(result["ids"] or []), number, result["messages"])

        self.assertConstant(int, load)

    def test_change_confirmed_orders(self):
        def make(number):
            orders = self._make_orders(number)
            orders.action_confirm()
            return orders

        def change(orders):
            orders.order_line.write({"product_uom_qty": 2.0})
            self.assertEqual(set(orders.mapped("amount_total")), {200.0})

        self.assertConstant(make, change)

    def _post(self, invoices):
        invoices.action_post()
        self.assertEqual(set(invoices.mapped("state")), {"posted"})

    def test_post_invoices_of_orders(self):
        self.assertConstant(self._make_invoices, self._post)

    def test_post_invoices_without_orders(self):
        self.assertConstant(self._make_free_invoices, self._post)

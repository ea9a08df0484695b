from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_person import PersonCommon


@tagged("post_install", "-at_install")
class TestPersonInvoices(PersonCommon):
    """An invoice without an order is credit that its salesperson gives, like an order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_invoice_policy = "enforce"

    def _create_invoice(self, amount, partner=None):
        line = {"product_id": self.product.id, "price_unit": amount, "tax_ids": [Command.clear()]}
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.customer).id,
                "company_id": self.company.id,
                "invoice_user_id": self.salesman.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [Command.create(line)],
            }
        )

    def _post_invoice(self, amount, **values):
        invoice = self._create_invoice(amount, **values)
        invoice.action_post()
        return invoice

    def test_an_invoice_without_an_order_takes_from_the_same_total(self):
        self._limit(pool=1000.0)
        self._confirm(600.0)
        with self.assertRaisesRegex(UserError, "0.01 too much"), self.cr.savepoint():
            self._post_invoice(400.01)
        self.assertEqual(self._post_invoice(400.0).state, "posted")
        self.assertEqual(self._pool().used_amount, 1000.0)
        self.assertReasons(self._confirm(0.01), "own_pool")

    def test_invoices_posted_together_share_the_total(self):
        self._limit(pool=1000.0)
        invoices = self._create_invoice(700.0) | self._create_invoice(300.01)
        with self.assertRaisesRegex(UserError, "0.01 too much"), self.cr.savepoint():
            invoices.action_post()
        invoices[1].invoice_line_ids.price_unit = 300.0
        invoices.action_post()
        self.assertEqual(self._pool().used_amount, 1000.0)

    def test_each_limit_applies_to_an_invoice_without_an_order(self):
        self._limit(order=500.0, customer=700.0)
        with self.assertRaisesRegex(UserError, "at once"), self.cr.savepoint():
            self._post_invoice(500.01)
        self._post_invoice(500.0)
        with self.assertRaisesRegex(UserError, "one customer"), self.cr.savepoint():
            self._post_invoice(200.01)
        self._post_invoice(200.01, partner=self.other_customer)
        suspended = {"user_id": self.salesman.id, "company_id": self.company.id, "reason": "Left"}
        self.env["credit.suspension"].create(suspended)
        with self.assertRaisesRegex(UserError, "suspended"), self.cr.savepoint():
            self._post_invoice(0.01)

    def test_the_invoice_of_an_order_takes_nothing_more(self):
        self._limit(order=600.0, pool=600.0)
        order = self._confirm(600.0)
        self._limit(order=1.0, pool=1.0)
        order.sudo()._create_invoices().action_post()
        self.assertEqual(self._pool().used_amount, 600.0)

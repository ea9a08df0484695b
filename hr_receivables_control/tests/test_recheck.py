from odoo.tests import tagged

from .test_invoice import InvoiceCommon


@tagged("post_install", "-at_install")
class TestRecheck(InvoiceCommon):
    """Confirmed orders whose customer lost his credit afterwards: listed, never stopped. His limit is 1,000."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(900.0)
        cls.order.action_confirm()

    def _find(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        orders = self.env["sale.order"].with_user(user or self.controller)
        return orders.search([("credit_recheck", "=", True), ("partner_id", "=", self.customer.id)])

    def _cut(self, limit):
        self.account.sudo().write({"base_limit": limit, "change_reason": "Insurer"})

    def test_a_cut_limit_at_the_edge(self):
        self._cut(900.0)
        self.assertFalse(self._find())
        self._cut(899.99)
        order = self._find()
        self.assertEqual(order, self.order.with_user(self.controller))
        self.assertEqual(order.credit_recheck_excess, 0.01)
        self.assertIn("over the limit", order.credit_recheck_reason)
        self.assertEqual(self.order.state, "sale", "nothing is stopped by it")

    def test_a_payment_taken_back(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 500.0,
                "company_id": self.company.id,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        second = self._create_order(500.0)
        second.action_confirm()
        self.assertEqual(second.state, "sale")
        self.assertFalse(self._find())
        payment.action_draft()
        self.assertEqual(self._find().ids, (self.order | second).sorted().ids)
        payment.action_post()
        self.assertFalse(self._find(), "gone in the second there is room again")

    def test_draft_invoice_holds_credit_and_stays_on_the_list(self):
        self._cut(100.0)
        self.order.sudo()._create_invoices()
        self.assertEqual(self.order.invoice_status, "invoiced")
        self.assertTrue(self._find())
        self.order.sudo().invoice_ids.action_post()
        self.assertFalse(self._find(), "the invoice owes now, nothing is left to deliver on credit")

    def test_blacklisted_customer_whatever_he_owes(self):
        self.account.sudo().write({"mode": "blacklisted", "base_limit": 9000.0})
        self.assertEqual(self._find().credit_recheck_reason, "blacklisted")

    def test_a_salesperson_sees_his_own_orders(self):
        self._cut(1.0)
        self.order.sudo().user_id = self.store_manager
        self.assertFalse(self._find(self.salesman))
        self.order.sudo().user_id = self.salesman
        self.assertTrue(self._find(self.salesman))

    def test_list_costs_the_same_for_many(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders = self.env["sale.order"].search([("credit_recheck", "=", True)])
            orders.mapped("credit_recheck_reason")
            return self.env.cr.sql_log_count - before

        self._cut(1.0)
        count()
        few = count()
        self._cut(100000.0)
        for _i in range(6):
            self._create_order(10.0).action_confirm()
        self._cut(1.0)
        self.assertLessEqual(count(), few)

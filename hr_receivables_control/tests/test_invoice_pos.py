from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_invoice import InvoiceCommon


@tagged("post_install", "-at_install")
class TestInvoicePos(InvoiceCommon):
    """A till is recognised without a dependency, so this is only tested where there is one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "pos.order" not in cls.env:
            cls.skipTest(cls, "point_of_sale is not installed")
        cls.env["account.journal"].create(
            {"name": "Till", "code": "TILL", "type": "cash", "company_id": cls.company.id}
        )
        later = cls.env["pos.payment.method"].create(
            {
                "name": "Customer account",
                "company_id": cls.company.id,
                "split_transactions": True,
            }
        )
        cls.config = cls.env["pos.config"].create(
            {
                "name": "Till",
                "company_id": cls.company.id,
                "payment_method_ids": [Command.set(later.ids)],
            }
        )
        cls.config.open_ui()
        cls.later = later

    def _sell(self, amount):
        line = {
            "name": "Line",
            "product_id": self.product.id,
            "price_unit": amount,
            "qty": 1,
            "tax_ids": [Command.clear()],
            "price_subtotal": amount,
            "price_subtotal_incl": amount,
        }
        order = self.env["pos.order"].create(
            {
                "company_id": self.company.id,
                "session_id": self.config.current_session_id.id,
                "partner_id": self.customer.id,
                "lines": [Command.create(line)],
                "amount_tax": 0.0,
                "amount_total": amount,
                "amount_paid": 0.0,
                "amount_return": 0.0,
            }
        )
        order.add_payment(
            {"pos_order_id": order.id, "amount": amount, "payment_method_id": self.later.id}
        )
        order.action_pos_order_paid()
        return order

    def test_the_invoice_of_a_till_is_posted_and_flagged(self):
        order = self._sell(5000.0)
        order.action_pos_order_invoice()
        move = order.account_move
        self.assertEqual((move.state, self._get_decisions(move).result), ("posted", "warn"))
        self.assertTrue(move.credit_flagged)
        codes = self.account.dossier_id.event_ids.mapped("code")
        self.assertIn("credit.warn", codes)

    def test_an_error_in_the_check_does_not_stop_the_till(self):
        self.patch(self.registry["credit.invoice"], "_check", lambda *args: 1 / 0)
        order = self._sell(5000.0)
        with self.assertLogs("odoo.addons.hr_receivables_control.models.credit_invoice", "ERROR"):
            order.action_pos_order_invoice()
        self.assertEqual(order.account_move.state, "posted")
        with self.assertRaises(ZeroDivisionError):
            self._create_move(5000.0).action_post()

    def test_an_invoice_beside_the_till_is_refused(self):
        with self.assertRaises(UserError):
            self._create_move(5000.0).action_post()

from odoo import models
from odoo.tools import str2bool


class SaleOrder(models.Model):
    """An order that was paid online while it was held: its invoice is made when it is confirmed at last."""

    _inherit = "sale.order"

    def _action_confirm(self):
        # EXTENDS sale
        res = super()._action_confirm()
        # asked first, as it is remembered: most companies invoice by hand, and no order is to pay for it
        automatic = self.env["ir.config_parameter"].sudo().get_param("sale.automatic_invoice")
        if str2bool(automatic or "False"):
            self.sudo().transaction_ids._invoice_held_orders()
        return res


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _invoice_held_orders(self):
        """Make up for Odoo's automatic invoice: it looked when the money came, and the order was held then."""
        missed = self.filtered(
            lambda tx: (
                tx.state == "done"
                and tx.operation != "validation"
                and tx.is_post_processed
                and not tx.invoice_ids
            )
        )
        if not missed:
            return
        missed._invoice_sale_orders()
        for tx in missed:
            tx.invoice_ids.filtered(lambda invoice: invoice.state == "draft").action_post()
            payment = tx.payment_id
            lines = (payment.move_id | tx.invoice_ids).line_ids.filtered(
                lambda line, account=payment.destination_account_id: (
                    line.account_id == account and not line.reconciled
                )
            )
            lines.reconcile()
        missed._send_invoice()

from odoo import models


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "hr.control.guarded.mixin"]

    # Odoo computes these, but takes them from whoever may edit the line; the exposure is read from them.
    _control_guarded_fields = frozenset(
        {
            "invoice_lines",
            "invoice_status",
            "price_subtotal",
            "price_tax",
            "price_total",
            "qty_invoiced",
            "qty_to_invoice",
        }
    )

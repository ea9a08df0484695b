from odoo import models
from odoo.exceptions import AccessError


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
            "qty_delivered_method",
            "qty_invoiced",
            "qty_to_invoice",
        }
    )

    def write(self, vals):
        # EXTENDS sale: goods, milestones and expenses count themselves; what is written down gives no room
        if "qty_delivered" in vals and not self.env.su:
            less = self.filtered(
                lambda line: (
                    line.qty_delivered_method != "manual"
                    and line.qty_delivered > vals["qty_delivered"]
                )
            )
            if less:
                raise AccessError(
                    self.env._(
                        "What was delivered of %(line)s is counted by Odoo. Take the goods back by a return.",
                        line=less[0].display_name,
                    )
                )
        return super().write(vals)

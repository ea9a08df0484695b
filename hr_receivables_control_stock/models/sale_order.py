from odoo import fields, models
from odoo.tools import SQL


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        # EXTENDS hr_receivables_control
        res = super().write(vals)
        if vals.get("state") in ("draft", "sent", "cancel"):
            self._close_credit_moves()
        return res

    def _close_credit_moves(self):
        """Confirmed again, the order starts anew: moves cancelled with it do not say that goods dropped out."""
        if not self:
            return
        self.env["stock.move"].flush_model(["sale_line_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE sale_order_line sol
                   SET credit_moves_until = last.id
                  FROM sale_order_line own
            CROSS JOIN LATERAL (SELECT MAX(id) AS id FROM stock_move WHERE sale_line_id = own.id) last
                 WHERE own.id = sol.id AND own.order_id = ANY(%s)
                   AND last.id IS DISTINCT FROM sol.credit_moves_until
                """,
                self.ids,
            )
        )
        self.order_line.invalidate_recordset(["credit_moves_until"], flush=False)


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "hr.control.guarded.mixin"]
    _control_guarded_fields = frozenset({"credit_moves_until"})

    credit_moves_until = fields.Integer(
        string="Last Move of an Earlier Confirmation", copy=False, readonly=True
    )

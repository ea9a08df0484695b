from odoo import fields, models


class CreditShortClose(models.TransientModel):
    _name = "credit.short.close"
    _description = "Short-Close Orders"

    order_ids = fields.Many2many(
        "sale.order", required=True, default=lambda self: self.env.context.get("active_ids")
    )
    reason = fields.Text(required=True, help="Why nothing more will be delivered or invoiced.")

    def action_short_close(self):
        self.ensure_one()
        self.order_ids.action_credit_short_close(self.reason)
        return {"type": "ir.actions.act_window_close"}

from odoo import fields, models


class CreditSuspensionLift(models.TransientModel):
    _name = "credit.suspension.lift"
    _description = "Lift a Suspension"

    suspension_id = fields.Many2one("credit.suspension", required=True, readonly=True)
    reason = fields.Text(required=True, help="Why he may give credit again.")

    def action_lift(self):
        self.ensure_one()
        self.suspension_id.action_lift(self.reason)
        return {"type": "ir.actions.act_window_close"}

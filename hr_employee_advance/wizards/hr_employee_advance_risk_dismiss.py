from odoo import fields, models


class HrEmployeeAdvanceRiskDismiss(models.TransientModel):
    _name = "hr.employee.advance.risk.dismiss"
    _description = "Leave the Rules of a Position"
    _inherit = ["hr.employee.advance.named.mixin"]

    _named_fields = ("risk_id",)

    risk_id = fields.Many2one("hr.employee.advance.risk", required=True)
    explanation = fields.Text(related="risk_id.explanation")
    reason = fields.Char(required=True, help="Why the rules of the position stay as they are.")

    def action_confirm(self):
        self.ensure_one()
        self.risk_id.action_dismiss(self.reason)
        return {"type": "ir.actions.act_window_close"}

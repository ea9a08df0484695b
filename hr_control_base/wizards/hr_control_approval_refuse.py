from odoo import fields, models


class HrControlApprovalRefuse(models.TransientModel):
    _name = "hr.control.approval.refuse"
    _description = "Refuse a Request"

    approval_ids = fields.Many2many(
        "hr.control.approval",
        "hr_control_approval_refuse_rel",
        "wizard_id",
        "approval_id",
        required=True,
        readonly=True,
    )
    reason = fields.Text(required=True)

    def action_refuse(self):
        self.ensure_one()
        self.approval_ids.action_refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}

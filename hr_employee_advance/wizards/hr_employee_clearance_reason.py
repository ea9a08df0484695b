from odoo import fields, models


class HrEmployeeClearanceReason(models.TransientModel):
    """The words that cancelling a clearance, or asking for a release, needs; or a note to a signature."""

    _name = "hr.employee.clearance.reason"
    _description = "Reason for a Clearance"

    clearance_id = fields.Many2one("hr.employee.clearance", readonly=True)
    line_id = fields.Many2one("hr.employee.clearance.line", readonly=True)
    # not sudo: the line is whichever the client names
    missing = fields.Text(related="line_id.missing", related_sudo=False)
    instructions = fields.Text(related="line_id.instructions", related_sudo=False)
    kind = fields.Selection(
        [("cancel", "Cancel"), ("release", "Release"), ("sign", "Sign Off")],
        required=True,
        readonly=True,
    )
    reason = fields.Text(string="Reason or Note")

    def action_confirm(self):
        """What may be done, and by whom, is checked there."""
        self.ensure_one()
        if self.kind == "cancel":
            return self.clearance_id.action_cancel(self.reason)
        if self.kind == "release":
            return self.clearance_id.action_request_release(self.reason)
        return self.line_id.action_sign(self.reason)

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.hr_control_base.tools.reasons import stated


class HrEmployeeAdvanceTransfer(models.TransientModel):
    """What is left of one advance pays for the next one of the same person."""

    _name = "hr.employee.advance.transfer"
    _description = "Move to Another Advance"
    _inherit = ["hr.employee.advance.named.mixin"]

    _named_fields = ("advance_id", "target_id")

    advance_id = fields.Many2one("hr.employee.advance", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="advance_id.company_id")
    currency_id = fields.Many2one(related="advance_id.currency_id")
    employee_id = fields.Many2one(related="advance_id.employee_id")
    target_id = fields.Many2one(
        "hr.employee.advance",
        string="To Advance",
        required=True,
        ondelete="cascade",
        help="Approved for the same person and not paid in full; what is moved counts as paid there.",
    )
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, required=True, precompute=True
    )
    date = fields.Date(
        required=True, compute="_compute_date", store=True, readonly=False, precompute=True
    )
    reason = fields.Char(required=True)

    @api.depends("advance_id", "target_id")
    def _compute_amount(self):
        """As much as the one has left and the other still may take."""
        for wizard in self:
            unpaid = wizard.target_id.amount_unpaid if wizard.target_id else 0.0
            wizard.amount = min(wizard.advance_id.amount_residual, unpaid)

    @api.depends("advance_id")
    def _compute_date(self):
        for wizard in self:
            wizard.date = wizard.company_id._company_today() if wizard.company_id else False

    def action_transfer(self):
        self.ensure_one()
        (self.advance_id + self.target_id).check_access("read")
        reason = stated(self.reason)
        if not reason:
            raise UserError(self.env._("Say why it is moved."))
        self.advance_id._transfer(self.target_id, self.amount, self.date, reason)
        return {"type": "ir.actions.act_window_close"}

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.hr_control_base.tools.reasons import stated

from ..models.hr_employee_clearance import HR


class HrEmployeeClearanceStart(models.TransientModel):
    """Handing in a resignation, or starting the clearance of somebody else: last day and reason, on one screen."""

    _name = "hr.employee.clearance.start"
    _description = "Begin a Clearance"

    employee_id = fields.Many2one(
        "hr.employee", required=True, default=lambda self: self.env.user.employee_id
    )
    is_own = fields.Boolean(compute="_compute_is_own")
    date_last = fields.Date(
        string="Last Day",
        required=True,
        default=lambda self: fields.Date.add(self.env.company._company_today(), days=30),
    )
    reason = fields.Text(required=True)
    missing = fields.Text(string="Still Open", compute="_compute_missing")

    @api.depends("employee_id")
    @api.depends_context("uid")
    def _compute_is_own(self):
        for wizard in self:
            wizard.is_own = wizard.employee_id.sudo().user_id == self.env.user

    @api.depends("employee_id")
    @api.depends_context("lang")
    def _compute_missing(self):
        for wizard in self:
            employee = wizard.employee_id
            # HR sees it of those whose records it sees
            allowed = employee and (
                wizard.is_own or (self.env.user.has_group(HR) and employee.has_access("read"))
            )
            sentences = []
            if allowed:
                people = employee._get_clearance_people()[employee.id]
                found = people._get_clearance_blockers()
                sentences = [b.sentence for blockers in found.values() for b in blockers]
            wizard.missing = "\n".join(sentences)

    def action_start(self):
        """Begin it: everybody concerned is told at once.

        :raises AccessError: somebody else's, without being of HR
        """
        self.ensure_one()
        employee = self.employee_id
        if not self.is_own:
            if not self.env.user.has_group(HR):
                raise AccessError(
                    self.env._(
                        "You hand in your own resignation only. HR starts the clearance of others."
                    )
                )
            employee.check_access("write")
        if not employee.sudo().active:
            raise UserError(
                self.env._("%(employee)s has left already.", employee=employee.sudo().name)
            )
        if self.date_last < employee.sudo().company_id._company_today():
            raise UserError(self.env._("The last day lies in the past. Enter a day from today on."))
        origin = "resignation" if self.is_own else "hr"
        clearance = self.env["hr.employee.clearance"]._open(
            employee, origin, self.date_last, stated(self.reason)
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "hr.employee.clearance",
            "res_id": clearance.id,
            "views": [(False, "form")],
        }

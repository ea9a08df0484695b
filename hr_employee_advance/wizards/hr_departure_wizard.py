from odoo import api, fields, models


class HrDepartureWizard(models.TransientModel):
    _inherit = "hr.departure.wizard"

    clearance_missing = fields.Text(
        string="Open before Leaving",
        compute="_compute_clearance_missing",
        groups="hr.group_hr_user",
    )

    @api.depends("employee_ids")
    @api.depends_context("lang")
    def _compute_clearance_missing(self):
        for wizard in self:
            employees = wizard.employee_ids._origin._filtered_access("read")
            found = employees._get_departure_blockers() if employees else {}
            wizard.clearance_missing = "\n".join(s for e in employees for s in found[e.id])

    def action_register_departure(self):
        """The whole batch or nobody; and an HR officer gets through, too.

        Odoo offers the wizard to HR officers, then reads and writes the dates of the contract in their name, which
        only an HR administrator may: so it goes on in sudo, once what the user himself may do is checked.
        """
        # EXTENDS hr
        self.check_access("write")
        employees = self.employee_ids
        employees.check_access("write")
        if self.remove_related_user:
            employees.sudo().user_id.sudo(False).check_access("write")
        employees._check_departure()
        return super(HrDepartureWizard, self.sudo()).action_register_departure()

    def action_open_clearance(self):
        self.ensure_one()
        return self.employee_ids[:1].action_open_clearance()

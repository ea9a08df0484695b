from odoo import api, fields, models
from odoo.fields import Domain

from .hr_employee_clearance import HR
from .hr_employee_clearance_line import FINANCE, KINDS


class HrEmployeeClearanceTemplate(models.Model):
    """The checklist that a clearance begins with, by job or for everybody."""

    _name = "hr.employee.clearance.template"
    _description = "Clearance Checklist"
    _order = "job_id, company_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    job_id = fields.Many2one("hr.job", index=True, help="Empty: for every job.")
    line_ids = fields.One2many(
        "hr.employee.clearance.template.line", "template_id", string="Lines", copy=True
    )

    @api.model
    def _get_for(self, employee):
        """The checklist of this employee: that of the job before the general one, the company's before the common."""
        employee = employee.sudo()
        found = self.sudo().search(
            Domain("company_id", "in", [employee.company_id.id, False])
            & Domain("job_id", "in", [employee.job_id.id, False])
        )
        return found.sorted(lambda template: (not template.job_id, not template.company_id))[:1]

    def _prepare_line_vals(self, employee, date_last):
        """Values of the lines for ``employee``, in sudo."""
        company = employee.company_id
        latest = max(date_last, company._company_today())
        earliest = fields.Date.add(company._company_today(), days=1)
        return [
            {
                "sequence": line.sequence,
                "name": line.name,
                "kind": line.kind,
                "instructions": line.instructions,
                "responsible_ids": [fields.Command.set(line._get_responsible(employee).ids)],
                "date_due": max(fields.Date.subtract(latest, days=line.days_before), earliest),
            }
            for line in self.line_ids
            if line._is_needed(employee)
        ]


class HrEmployeeClearanceTemplateLine(models.Model):
    _name = "hr.employee.clearance.template.line"
    _description = "Line of a Clearance Checklist"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "hr.employee.clearance.template", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="To Confirm", required=True, translate=True)
    kind = fields.Selection(KINDS, string="Department", required=True)
    instructions = fields.Text(translate=True)
    user_ids = fields.Many2many(
        "res.users",
        string="Who May Sign",
        domain=[("share", "=", False)],
        help="Empty: the direct manager, finance of advances, HR or the administrators, by the department.",
    )
    days_before = fields.Integer(
        string="Days before the Last Day", help="When the line is due, never earlier than tomorrow."
    )

    def _is_needed(self, employee):
        """Whether this line concerns ``employee``. Extend it for a department that not everybody has to do with."""
        return True

    def _get_responsible(self, employee):
        """Who may sign for ``employee``: whom the line names, else who answers for the department, else HR."""
        self.ensure_one()
        company = employee.company_id
        leavers = employee._get_person_users()
        for users in (
            self.user_ids,
            self._get_department_users(employee),
            self._get_group_users(HR),
        ):
            if able := users.sudo()._get_control_deciders(company) - leavers:
                if self.kind == "finance":
                    able = able.filtered(lambda user: user.has_group(FINANCE))
                if able:
                    return able
        return self.env["res.users"]

    def _get_department_users(self, employee):
        if self.kind in ("manager", "sales"):
            return employee._get_clearance_superior()
        groups = {"finance": FINANCE, "it": "base.group_system"}
        return self._get_group_users(groups.get(self.kind, HR))

    def _get_group_users(self, xmlid):
        return self.env.ref(xmlid).sudo().all_user_ids


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def _get_clearance_superior(self):
        """Users of the nearest superior who works in the company, in sudo; empty when there is none."""
        self.ensure_one()
        employee = self.sudo()
        own = employee._get_clearance_people()[employee.id]
        chain, superior = own, employee.parent_id or employee.department_id.manager_id
        while superior and superior not in chain:
            if able := superior.user_id._get_control_deciders(employee.company_id) - own.user_id:
                return able
            chain |= superior
            superior = superior.parent_id
        return self.env["res.users"].sudo()

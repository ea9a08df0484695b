from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from .hr_employee_advance_allocation import FINANCE
from .hr_employee_clearance import STATES


class HrEmployeeClearance(models.Model):
    """What is late, and who left by the calendar without anybody noticing."""

    _inherit = "hr.employee.clearance"

    @api.model
    def _cron_remind(self):
        """Tell once a line is late who has to sign it, and HR; tell finance of contracts that ended with a debt."""
        for company in self.env["res.company"].sudo().search(Domain.TRUE):
            self.env["hr.control.alert"]._raise(
                self._prepare_late_alerts(company) + self._prepare_ended_alerts(company)
            )

    @api.model
    def _prepare_late_alerts(self, company):
        lines = self.env["hr.employee.clearance.line"].sudo()
        late = lines.search(
            lines._get_waiting_domain()
            & Domain("company_id", "=", company.id)
            & Domain("date_due", "<", company._company_today())
        )
        return [
            line.clearance_id._prepare_alert(
                f"late.{line.id}",
                line.responsible_ids | line.clearance_id._get_hr_users(),
                self.env._(
                    "%(employee)s: “%(line)s” was due on %(day)s",
                    employee=line.employee_id.name,
                    line=line.name,
                    day=format_date(self.env, line.date_due),
                ),
                self.env._(
                    "Last day %(last)s. %(sentence)s",
                    last=format_date(self.env, line.clearance_id.date_last),
                    sentence=line._get_open_sentence(),
                ),
            )
            for line in late
        ]

    @api.model
    def _prepare_ended_alerts(self, company):
        """Contracts with an end are ordinary: they are not held, but a debt behind one is worth a look."""
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("current_version_id.contract_date_end", "<", company._company_today()),
                ]
            )
        )
        owed = employees._get_owed_amounts()
        users = self.env.ref(FINANCE).sudo().all_user_ids._get_control_deciders(company)
        return [
            {
                "key": f"clearance.contract_ended:{employee.id}:{employee.current_version_id.contract_date_end}",
                "company": company,
                "users": users,
                "record": employee,
                "level": "warning",
                "summary": self.env._(
                    "%(employee)s: contract ended on %(day)s, %(amount)s still open",
                    employee=employee.name,
                    day=format_date(self.env, employee.current_version_id.contract_date_end),
                    amount=", ".join(
                        format_amount(self.env, amount, of_company.currency_id)
                        for of_company, amount in owed[employee]
                    ),
                ),
                "note": self.env._(
                    "Start the clearance on the employee, or have the contract prolonged."
                ),
                "mail": True,
            }
            for employee in employees
            if employee in owed
        ]


class HrEmployee(models.Model):
    """What the employee card says about leaving."""

    _inherit = "hr.employee"

    clearance_ids = fields.Many2many(
        "hr.employee.clearance",
        "hr_employee_clearance_employee_rel",
        "employee_id",
        "clearance_id",
        string="Clearances",
        readonly=True,
        groups="hr.group_hr_user",
    )
    clearance_id = fields.Many2one(
        "hr.employee.clearance",
        compute="_compute_clearance_id",
        groups="hr.group_hr_user",
    )
    clearance_state = fields.Selection(
        STATES,
        string="Clearance Status",
        compute="_compute_clearance_id",
        groups="hr.group_hr_user",
    )
    departure_missing = fields.Text(
        string="Open before Leaving",
        compute="_compute_departure_missing",
        groups="hr.group_hr_user",
    )

    @api.depends("clearance_ids.state", "clearance_ids.rehired_at")
    def _compute_clearance_id(self):
        standing = self._get_standing_clearances()
        for employee in self:
            clearance = standing.get(employee._origin.id or employee.id)
            employee.clearance_id = clearance
            employee.clearance_state = clearance and clearance.state

    @api.depends("clearance_ids.state", "clearance_ids.line_ids.state")
    @api.depends_context("lang")
    def _compute_departure_missing(self):
        blockers = self._origin._get_departure_blockers()
        for employee in self:
            employee.departure_missing = "\n".join(blockers.get(employee._origin.id, []))

    def _get_owed_amounts(self):
        """``{employee: [(company, amount in its currency)]}`` of those who owe something of an advance, in sudo."""
        rows = (
            self.env["hr.employee.advance"]
            .sudo()
            ._read_group(
                [("employee_id", "in", self.ids), ("amount_residual", "!=", 0)],
                ["employee_id", "company_id"],
                ["amount_residual_company:sum"],
            )
        )
        owed = defaultdict(list)
        for employee, company, amount in rows:
            owed[employee].append((company, amount))
        return owed

    def action_open_clearance(self):
        """The standing clearance of the person, or the form that begins one."""
        self.ensure_one()
        self.check_access("read")
        clearance = self.sudo().clearance_id
        if clearance and not clearance.left_at:
            return {
                "type": "ir.actions.act_window",
                "res_model": "hr.employee.clearance",
                "res_id": clearance.id,
                "views": [(False, "form")],
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Start the Clearance"),
            "res_model": "hr.employee.clearance.start",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_employee_id": self.id},
        }

from odoo import api, fields, models


class HrEmployeePublic(models.Model):
    """What colleagues may see; what an employee has open only he himself and his manager."""

    _inherit = "hr.employee.public"

    advance_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Advance Currency"
    )
    advance_visible = fields.Boolean(compute="_compute_advance_open")
    advance_open = fields.Monetary(
        string="Advances Open",
        currency_field="advance_currency_id",
        compute="_compute_advance_open",
        help="Paid and not settled, approved and asked for together.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_advance_open(self):
        Advance = self.env["hr.employee.advance"]
        employees = Advance._get_visible_employees(self.env["hr.employee"].browse(self.ids))
        opened = Advance.sudo()._get_open(employees)
        for employee in self:
            employee.advance_visible = employee.id in opened
            employee.advance_open = opened[employee.id].total if employee.id in opened else 0.0

    def action_open_advances(self):
        return self.env["hr.employee"].browse(self.ids).action_open_advances()

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class HrEmployeeAdvanceReminderStep(models.Model):
    """When whom is told of an advance that is not settled. The last step that was reached is told, once."""

    _name = "hr.employee.advance.reminder.step"
    _description = "Reminder Step for Advances"
    _order = "sequence, id"

    name = fields.Char(string="Reminder Step", required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="Of several steps that are reached only the last one is told."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        ondelete="cascade",
        help="Empty: for all companies that have no steps of their own.",
    )
    clock = fields.Selection(
        [
            ("due", "Due date"),
            ("expected", "Expected settlement date"),
            ("paid", "Day of payment"),
        ],
        string="Counted from",
        required=True,
        default="due",
        help="Due date: day of payment plus the days to settle, or the expected date, as the company has set.",
    )
    days = fields.Integer(
        required=True,
        help="Full days that have passed: 0 tells on the day after, 7 a week later. Below zero: so many days before.",
    )
    severity = fields.Selection(
        [("info", "Friendly notice"), ("warning", "Reminder"), ("critical", "Urgent reminder")],
        required=True,
        default="warning",
    )
    to_employee = fields.Boolean(string="Employee", default=True)
    to_manager = fields.Boolean(string="Manager")
    to_finance = fields.Boolean(string="Finance")

    @api.constrains("to_employee", "to_manager", "to_finance")
    def _check_somebody(self):
        for step in self:
            if not (step.to_employee or step.to_manager or step.to_finance):
                raise ValidationError(self.env._("%(step)s: tell somebody.", step=step.name))

    @api.model
    def _get_for(self, company):
        """The steps of this company, else those for all."""
        steps = self.sudo().search([("company_id", "in", [company.id, False])])
        return steps.filtered("company_id") or steps

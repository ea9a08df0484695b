from odoo import api, fields, models
from odoo.exceptions import ValidationError


class HrEmployeeAdvanceStep(models.Model):
    """One more level of approval, after manager and finance: for whom, for what, from which amount."""

    _name = "hr.employee.advance.step"
    _description = "Further Approval of Advances"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(
        string="Approval Level", required=True, translate=True, help="As the request names it."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_from = fields.Monetary(
        tracking=True, help="Asked from this amount on, in company currency. Zero: always."
    )
    purpose_ids = fields.Many2many(
        "hr.employee.advance.purpose", string="Purposes", help="Empty: for every purpose."
    )
    job_ids = fields.Many2many(
        "hr.job", string="Job Positions", check_company=True, help="Empty: for every position."
    )
    level_ids = fields.Many2many(
        "hr.control.level", string="Levels", check_company=True, help="Empty: for every level."
    )
    department_ids = fields.Many2many(
        "hr.department",
        string="Departments",
        check_company=True,
        help="With the departments below them. Empty: for every department.",
    )
    user_ids = fields.Many2many(
        "res.users", string="Decided by", domain=[("share", "=", False)], tracking=True
    )
    group_id = fields.Many2one(
        "res.groups", string="Or Everybody in", ondelete="restrict", tracking=True
    )

    _amount_not_negative = models.Constraint(
        "CHECK(amount_from >= 0)", "The amount of a level cannot be below zero."
    )

    @api.constrains("user_ids", "group_id")
    def _check_somebody(self):
        for step in self:
            if not step.user_ids and not step.group_id:
                raise ValidationError(
                    self.env._("%(step)s: name people or a group that decide.", step=step.name)
                )

    @api.model
    def _get_for(self, advance):
        """The further levels of one advance, in order; sudo."""
        steps = self.sudo().search([("company_id", "in", advance.company_id.parent_ids.ids)])
        return steps.filtered(lambda step: step._applies_to(advance))

    def _applies_to(self, advance):
        """By the position of the day of the request: what the advance has fixed."""
        self.ensure_one()
        currency = advance.company_currency_id
        wanted = self.currency_id._convert(
            self.amount_from, currency, advance.company_id, advance.date_request
        )
        departments = self.department_ids
        above = advance.department_id.parent_path or ""
        return (
            currency.compare_amounts(advance.amount_company, wanted) >= 0
            and (not self.purpose_ids or advance.purpose_id in self.purpose_ids)
            and (not self.job_ids or advance.job_id in self.job_ids)
            and (not self.level_ids or advance.level_id in self.level_ids)
            and (
                not departments
                or any(str(department.id) in above.split("/") for department in departments)
            )
        )

    def _get_users(self):
        return self.user_ids | self.group_id.all_user_ids

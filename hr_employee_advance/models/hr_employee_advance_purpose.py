from odoo import fields, models


class HrEmployeeAdvancePurpose(models.Model):
    """What money is advanced for, and what has to be shown for it."""

    _name = "hr.employee.advance.purpose"
    _description = "Advance Purpose"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies.", ondelete="cascade"
    )
    settle_days = fields.Integer(
        string="Days to Settle",
        default=15,
        required=True,
        help="Proposes the expected settlement date, counted from the day of the request.",
    )

    _settle_days_positive = models.Constraint(
        "CHECK(settle_days > 0)", "An advance is given for at least one day."
    )

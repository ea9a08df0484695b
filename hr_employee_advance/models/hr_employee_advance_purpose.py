from odoo import fields, models


class HrEmployeeAdvancePurpose(models.Model):
    """What money is advanced for, and what has to be shown for it."""

    _name = "hr.employee.advance.purpose"
    _description = "Advance Purpose"
    _order = "sequence, id"
    _check_company_auto = True

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
    customers_required = fields.Boolean(
        string="Name the Customers", help="Who asks names the customers whom it is about."
    )
    document_required = fields.Boolean(
        string="Name the Document",
        help="Who asks names the order, opportunity or contract that it is for.",
    )
    paper_ids = fields.One2many(
        "hr.employee.advance.paper.kind", "purpose_id", string="Papers", copy=True
    )
    question_ids = fields.One2many(
        "hr.employee.advance.question",
        "purpose_id",
        string="Questions to the Manager",
        copy=True,
        help="Answered by the manager before he approves.",
    )
    effect_report = fields.Boolean(
        string="Report What Came of It",
        help="Whoever got the money reports what it led to: orders, leads, amounts.",
    )
    effect_days = fields.Integer(
        string="Report after (days)",
        default=30,
        required=True,
        help="Days from the payment until the report is expected.",
    )

    _settle_days_positive = models.Constraint(
        "CHECK(settle_days > 0)", "An advance is given for at least one day."
    )
    _effect_days_positive = models.Constraint(
        "CHECK(effect_days > 0)", "The report is due after at least one day."
    )

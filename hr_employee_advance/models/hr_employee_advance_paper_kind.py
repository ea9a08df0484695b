from odoo import fields, models


class HrEmployeeAdvancePaperKind(models.Model):
    """One kind of paper that a purpose asks for, and how many of it."""

    _name = "hr.employee.advance.paper.kind"
    _description = "Paper Wanted for an Advance"
    _order = "purpose_id, stage, sequence, id"

    purpose_id = fields.Many2one(
        "hr.employee.advance.purpose", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="purpose_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(string="Kind of Paper", required=True, translate=True)
    stage = fields.Selection(
        [("request", "With the request"), ("settlement", "When settling")],
        string="Wanted",
        required=True,
        default="request",
    )
    minimum = fields.Integer(
        string="At Least", required=True, default=1, help="Number of papers. Zero: optional."
    )

    _minimum_not_negative = models.Constraint(
        "CHECK(minimum >= 0)", "A number of papers cannot be below zero."
    )

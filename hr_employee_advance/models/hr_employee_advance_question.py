from odoo import fields, models


class HrEmployeeAdvanceQuestion(models.Model):
    """What the manager is asked before he approves an advance for a purpose."""

    _name = "hr.employee.advance.question"
    _description = "Question about an Advance"
    _order = "purpose_id, sequence, id"

    purpose_id = fields.Many2one(
        "hr.employee.advance.purpose", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="purpose_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(string="Question", required=True, translate=True)
    is_required = fields.Boolean(string="Must Be Answered", default=True)

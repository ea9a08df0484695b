from odoo import fields, models


class HrControlLevel(models.Model):
    """Grade of a position (clerk, senior, manager ...), which Community has no field for."""

    _name = "hr.control.level"
    _description = "Position Level"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Short name used in imports and in payroll.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL",
        "Another level of this company has this code already.",
    )

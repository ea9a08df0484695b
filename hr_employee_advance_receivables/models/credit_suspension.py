from odoo import fields, models


class CreditSuspension(models.Model):
    _inherit = "credit.suspension"

    _control_guarded_fields = frozenset({"clearance_id"})

    clearance_id = fields.Many2one(
        "hr.employee.clearance",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The clearance that began it.",
    )

from odoo import fields, models


class HrVersion(models.Model):
    # hr.employee shows this field by itself: it delegates to its version
    _inherit = "hr.version"

    control_level_id = fields.Many2one(
        "hr.control.level",
        string="Level",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        groups="hr.group_hr_user",
        help="Grade of the position. Limits and ceilings may depend on it.",
    )

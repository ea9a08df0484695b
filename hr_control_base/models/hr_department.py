from odoo import fields, models


class HrDepartment(models.Model):
    _inherit = "hr.department"

    control_is_store = fields.Boolean(
        string="Is a Store",
        help="The manager of this department is the store manager. People of the departments below belong to "
        "this store, unless a nearer department is a store itself.",
    )
    control_region_id = fields.Many2one(
        "hr.control.region",
        string="Region",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Region of this store; departments below it take it over.",
    )

from odoo import fields, models


class HrJob(models.Model):
    _inherit = "hr.job"

    advance_is_sales = fields.Boolean(
        string="Sales Position",
        help="People in this position are expected to have recent business when they ask for a large advance.",
    )

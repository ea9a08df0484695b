from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    control_tz = fields.Selection(related="company_id.control_tz", readonly=False)
    control_approval_hours = fields.Integer(
        related="company_id.control_approval_hours", readonly=False
    )
    control_seal_email = fields.Char(related="company_id.control_seal_email", readonly=False)

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_delivery_policy = fields.Selection(
        related="company_id.credit_delivery_policy", readonly=False, required=True
    )
    credit_shadow_due = fields.Boolean(related="company_id.credit_shadow_due", readonly=False)
    credit_observed_delivery_count = fields.Integer(compute="_compute_credit_observed_count")

    def _compute_credit_observed_count(self):
        # EXTENDS hr_receivables_control
        res = super()._compute_credit_observed_count()
        for settings in self:
            settings.credit_observed_delivery_count = settings._count_observed("picking_id")
        return res

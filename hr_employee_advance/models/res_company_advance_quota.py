from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    advance_quota_policy = fields.Selection(
        [("observe", "Observe: record, refuse nothing"), ("enforce", "Enforce")],
        default="enforce",
        required=True,
        string="Quotas",
        help="While observing, a request over the quota goes on to the approvers, is marked and recorded.",
    )
    advance_without_policy = fields.Selection(
        [("refuse", "Refuse"), ("allow", "Allow")],
        default="refuse",
        required=True,
        string="Without a Quota",
        help="What happens to requests of employees whom no quota applies to.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    advance_quota_policy = fields.Selection(
        related="company_id.advance_quota_policy", readonly=False, required=True
    )
    advance_without_policy = fields.Selection(
        related="company_id.advance_without_policy", readonly=False, required=True
    )

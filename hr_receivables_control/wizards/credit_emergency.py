from odoo import api, fields, models


class CreditEmergency(models.TransientModel):
    _name = "credit.emergency"
    _description = "Emergency Authorisation"

    account_id = fields.Many2one("credit.account", required=True, readonly=True)
    currency_id = fields.Many2one(related="account_id.currency_id")
    effective_limit = fields.Monetary(related="account_id.effective_limit", string="Limit Now")
    exposure_total = fields.Monetary(related="account_id.exposure_total", string="Exposure")
    ceiling_text = fields.Char(string="Your Ceiling", compute="_compute_ceiling_text")
    amount = fields.Monetary(required=True, help="What is added to the limit at once.")
    hours = fields.Integer(string="For (hours)", default=24, required=True)
    reason = fields.Text(required=True, help="What the person who reviews it should know.")

    @api.depends("account_id")
    def _compute_ceiling_text(self):
        for wizard in self:
            company = wizard.account_id.company_id
            user = self.env.user
            ceiling = self.env["credit.authority"]._get_ceilings(user, company)[user.id]
            wizard.ceiling_text = self.env["credit.authority"]._get_emergency_text(ceiling)

    def action_give(self):
        self.ensure_one()
        grant = self.env["credit.grant"]._give_emergency(
            self.account_id, self.amount, self.hours, self.reason
        )
        return grant._get_emergency_notification()

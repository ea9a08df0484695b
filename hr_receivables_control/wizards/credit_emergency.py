from odoo import api, fields, models


class CreditEmergency(models.TransientModel):
    _name = "credit.emergency"
    _description = "Emergency Authorisation"
    _inherit = ["credit.account.form"]

    ceiling_text = fields.Char(string="Your Ceiling", compute="_compute_ceiling_text")
    amount = fields.Monetary(required=True, help="What is added to the limit at once.")
    hours = fields.Integer(string="For (hours)", default=24, required=True)
    reason = fields.Text(required=True, help="What the person who reviews it should know.")

    @api.depends("account_id")
    def _compute_ceiling_text(self):
        Authority, user = self.env["credit.authority"], self.env.user
        for wizard in self:
            company = wizard._get_account().company_id or self.env.company
            ceiling = Authority._get_ceilings(user, company)[user.id]
            wizard.ceiling_text = Authority._get_emergency_text(ceiling)

    def action_give(self):
        self.ensure_one()
        grant = self.env["credit.grant"]._give_emergency(
            self.account_id, self.amount, self.hours, self.reason
        )
        return grant._get_emergency_notification()

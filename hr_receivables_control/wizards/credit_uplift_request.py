from odoo import fields, models


class CreditUpliftRequest(models.TransientModel):
    _name = "credit.uplift.request"
    _description = "Request a Temporary Uplift"

    account_id = fields.Many2one("credit.account", required=True, readonly=True)
    currency_id = fields.Many2one(related="account_id.currency_id")
    effective_limit = fields.Monetary(related="account_id.effective_limit", string="Limit Now")
    exposure_total = fields.Monetary(related="account_id.exposure_total", string="Exposure")
    amount = fields.Monetary(string="Raise By", required=True)
    days = fields.Integer(string="For (days)", default=7, required=True)
    reason = fields.Text(required=True, help="What the person who decides should know.")

    def action_request(self):
        self.ensure_one()
        grant = self.env["credit.grant"]._ask_uplift(
            self.account_id, self.amount, self.days, self.reason
        )
        return grant._get_requested_notification()

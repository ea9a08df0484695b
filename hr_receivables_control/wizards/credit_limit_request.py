from odoo import api, fields, models


class CreditLimitRequest(models.TransientModel):
    _name = "credit.limit.request"
    _description = "Request a Higher Limit"
    _inherit = ["credit.account.form"]

    kind = fields.Selection(
        [("limit", "More for a time"), ("base", "A new limit for good")],
        required=True,
        default="limit",
    )
    amount = fields.Monetary(required=True, help="What is added for a time, or the new limit.")
    days = fields.Integer(string="For (days)", default=7, required=True)
    valid_to = fields.Date(
        string="Until",
        compute="_compute_valid_to",
        store=True,
        readonly=False,
        help="Last day of the new limit; empty: no end.",
    )
    reason = fields.Text(required=True, help="What the person who decides should know.")

    @api.depends("account_id")
    def _compute_valid_to(self):
        for wizard in self:
            account = wizard._get_account()
            wizard.valid_to = not account._is_limit_expired() and account.valid_to

    def action_request(self):
        self.ensure_one()
        grant = self.env["credit.grant"]._ask_higher_limit(
            self.account_id, self.kind, self.amount, self.days, self.reason, self.valid_to
        )
        return grant._get_requested_notification()

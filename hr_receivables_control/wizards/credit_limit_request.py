from odoo import api, fields, models


class CreditLimitRequest(models.TransientModel):
    _name = "credit.limit.request"
    _description = "Request a Higher Limit"

    account_id = fields.Many2one(
        "credit.account", string="Credit Account", required=True, readonly=True
    )
    currency_id = fields.Many2one(related="account_id.currency_id")
    effective_limit = fields.Monetary(related="account_id.effective_limit", string="Limit Now")
    exposure_total = fields.Monetary(related="account_id.exposure_total", string="Exposure")
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
            account = wizard.account_id
            wizard.valid_to = not account._is_limit_expired() and account.valid_to

    @api.constrains("account_id")
    def _check_account_id(self):
        # the figures are computed without rights: they must not tell of customers that are none of the user's business
        self.sudo(False).account_id.check_access("read")

    def action_request(self):
        self.ensure_one()
        grant = self.env["credit.grant"]._ask_higher_limit(
            self.account_id, self.kind, self.amount, self.days, self.reason, self.valid_to
        )
        return grant._get_requested_notification()

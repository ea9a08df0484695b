from odoo import api, fields, models


class CreditReleaseRequest(models.TransientModel):
    _name = "credit.release.request"
    _description = "Request the Release of an Order"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    company_id = fields.Many2one(related="order_id.company_id")
    credit_banner = fields.Html(compute="_compute_credit_banner", sanitize=False)
    reason = fields.Text(required=True, help="What the person who decides should know.")
    days = fields.Integer(string="Confirm Within (days)", default=7, required=True)

    @api.depends("order_id")
    def _compute_credit_banner(self):
        # the order computes it without rights: it must not tell of orders that are none of the user's business
        self.order_id.check_access("read")
        for wizard in self:
            wizard.credit_banner = wizard.order_id.credit_banner

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        requests.order_id.check_access("read")
        return requests

    def action_request(self):
        self.ensure_one()
        grant = self.env["credit.grant"]._ask_order_release(self.order_id, self.reason, self.days)
        return grant._get_requested_notification()

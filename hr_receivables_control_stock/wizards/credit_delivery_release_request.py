from odoo import api, fields, models


class CreditDeliveryReleaseRequest(models.TransientModel):
    _name = "credit.delivery.release.request"
    _description = "Request the Release of a Delivery"

    picking_id = fields.Many2one("stock.picking", required=True, readonly=True)
    credit_banner = fields.Html(compute="_compute_credit_banner", sanitize=False)
    reason = fields.Text(required=True, help="What the person who decides should know.")
    days = fields.Integer(string="Deliver Within (days)", default=7, required=True)

    @api.depends("picking_id")
    def _compute_credit_banner(self):
        # the transfer computes it without rights: it must not tell of transfers that are none of the user's business
        self.picking_id.check_access("read")
        for wizard in self:
            wizard.credit_banner = wizard.picking_id.credit_banner

    def action_request(self):
        self.ensure_one()
        grant = self.env["credit.grant"]._ask_delivery_release(
            self.picking_id, self.reason, self.days
        )
        return grant._get_requested_notification()

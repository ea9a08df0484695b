from odoo import fields, models


class CreditAccount(models.Model):
    _inherit = "credit.account"

    exposure_delivered = fields.Monetary(
        string="Delivered, Not Invoiced",
        compute="_compute_exposure_delivered",
        compute_sudo=True,
        help="The part of the open orders that the customer has received and that is not on a posted invoice.",
    )
    exposure_undelivered = fields.Monetary(
        string="Still to Be Delivered",
        compute="_compute_exposure_delivered",
        compute_sudo=True,
        help="The rest of the open orders.",
    )

    def _compute_exposure_delivered(self):
        delivered = self.env["credit.exposure"]._get_delivered(self._origin)
        for account in self:
            account.exposure_delivered = delivered.get(account._origin.id, 0.0)
            account.exposure_undelivered = account.exposure_orders - account.exposure_delivered

    def action_open_delivered(self):
        title = self.env._("Delivered, Not Invoiced")
        return self._open_items(title, [("delivered_amount", ">", 0)])

    def _get_delivery_bar(self):
        """Why goods leave only when nothing is owed for them afterwards, as the code of a reason; None: they may."""
        self.ensure_one()
        if self.mode in ("suspended", "blacklisted"):
            return self.mode
        if self.mode in ("limited", "unlimited") and self._is_shut_out():
            return "not_admitted"
        return None

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountAccount(models.Model):
    _inherit = "account.account"

    credit_is_bill = fields.Boolean(
        string="Bills at Risk",
        help="Acceptance bills and cheques booked here clear the customer's invoice but are not money yet: "
        "they stay in his credit exposure until they are cleared or mature.",
    )

    @api.constrains("credit_is_bill", "reconcile", "account_type")
    def _check_credit_is_bill(self):
        for account in self.filtered("credit_is_bill"):
            if not account.reconcile or account.account_type == "asset_receivable":
                raise ValidationError(
                    self.env._(
                        "%(account)s cannot hold bills at risk: it must allow reconciliation, so that a bill can be "
                        "cleared, and must not be a receivable account, whose items count anyway.",
                        account=account.display_name,
                    )
                )

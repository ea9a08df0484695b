from odoo import api, fields, models


class CreditAccountForm(models.AbstractModel):
    """What a form about a customer's credit shows of the account."""

    _name = "credit.account.form"
    _description = "Form About a Credit Account"

    account_id = fields.Many2one(
        "credit.account", string="Credit Account", required=True, readonly=True
    )
    currency_id = fields.Many2one(related="account_id.currency_id")
    effective_limit = fields.Monetary(string="Limit Now", compute="_compute_figures")
    exposure_total = fields.Monetary(string="Exposure", compute="_compute_figures")

    @api.depends("account_id")
    def _compute_figures(self):
        for form in self:
            account = form._get_account()
            form.effective_limit = account.effective_limit
            form.exposure_total = account.exposure_total

    def _get_account(self):
        """The account, whose figures are computed without rights: they tell nothing of what is not the user's business.

        :raises AccessError: the user may not read it
        """
        self.ensure_one()
        account = self.sudo(False).account_id
        account.check_access("read")
        return account

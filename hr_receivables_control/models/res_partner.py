from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    credit_account_count = fields.Integer(
        compute="_compute_credit_account_count", compute_sudo=True
    )

    def _compute_credit_account_count(self):
        counts = dict(
            self.env["credit.account"]._read_group(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("company_id", "in", self.env.companies.credit_company_id.ids),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.credit_account_count = counts.get(partner.commercial_partner_id, 0)

    @api.depends_context("company")
    def _compute_show_credit_limit(self):
        # OVERRIDE account: Odoo's own limit answers nothing any more; the credit account does
        self.show_credit_limit = False

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account
        limits = [vals.get("credit_limit") for vals in vals_list]
        partners = super().create([self._drop_native_credit_limit(vals) for vals in vals_list])
        for partner, limit in zip(partners, limits, strict=True):
            partner._request_native_credit_limit(limit)
        return partners

    def write(self, vals):
        # EXTENDS account
        res = super().write(self._drop_native_credit_limit(vals))
        self._request_native_credit_limit(vals.get("credit_limit"))
        return res

    @api.model
    def _drop_native_credit_limit(self, vals):
        """Odoo's own limit was read once, at the installation; it decides nothing and stays as it was."""
        return {name: value for name, value in vals.items() if name != "credit_limit"}

    def _request_native_credit_limit(self, limit):
        """Turn a write or an import of Odoo's own limit into requests; what is no raise asks for nothing.

        Contacts are left out: Odoo copies the field of their company to them.
        """
        if not limit:
            return
        customers = self.filtered(lambda partner: partner == partner.commercial_partner_id)
        for account in self.env["credit.account"]._ensure(customers, self.env.company):
            if account.mode not in ("unlimited", "blacklisted") and limit > account.base_limit:
                self.env["credit.grant"]._ask_higher_limit(
                    account, "base", limit, 1, self.env._("Entered as Odoo's own credit limit.")
                )

    def action_view_credit_accounts(self):
        """Open the credit account of the customer, or the list where several companies have one."""
        self.ensure_one()
        accounts = self.env["credit.account"].search(
            [
                ("partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "in", self.env.companies.sudo().credit_company_id.ids),
            ]
        )
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit"),
            "res_model": "credit.account",
        }
        if len(accounts) == 1:
            return action | {"view_mode": "form", "res_id": accounts.id}
        return action | {"view_mode": "list,form", "domain": [("id", "in", accounts.ids)]}

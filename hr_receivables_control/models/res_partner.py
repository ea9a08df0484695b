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

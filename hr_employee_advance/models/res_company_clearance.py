from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    advance_clearance_required = fields.Boolean(
        string="Every Leaver Needs a Clearance",
        help="Nobody is archived or given a departure date without a completed clearance. "
        "Otherwise only those are held who have something open.",
    )
    advance_clearance_account_ids = fields.Many2many(
        "account.account",
        "res_company_advance_clearance_account_rel",
        string="Other Accounts of Employees' Debts",
        help="Besides the advance account: who owes on one of these is not cleared.",
    )

    def _ensure_advance_accounts(self):
        res = super()._ensure_advance_accounts()
        for company in self.sudo().filtered("chart_template"):
            if not company.advance_clearance_account_ids:
                company.advance_clearance_account_ids = company._find_clearance_accounts()
        return res

    def _find_clearance_accounts(self):
        """In China everything beside the advance account under 1221, other receivables."""
        accounts = self.env["account.account"]
        if not self.chart_template.startswith("cn"):
            return accounts
        return accounts.with_company(self.root_id).search(
            [
                *accounts._check_company_domain(self),
                ("code", "=like", "1221%"),
                ("id", "!=", self.advance_account_id.id),
            ]
        )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    advance_clearance_required = fields.Boolean(
        related="company_id.advance_clearance_required", readonly=False
    )
    advance_clearance_account_ids = fields.Many2many(
        related="company_id.advance_clearance_account_ids", readonly=False
    )

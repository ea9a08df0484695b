from odoo import models

from .account_move_credit import CHECKED_TYPES


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        # EXTENDS account: whoever keeps the books may give a customer more time, but not unseen
        if "date_maturity" not in vals:
            return super().write(vals)
        items = self.filtered(
            lambda line: (
                line.parent_state == "posted"
                and line.account_type == "asset_receivable"
                and line.move_id.move_type in CHECKED_TYPES
            )
        )
        before = {item: item.date_maturity for item in items}
        res = super().write(vals)
        items.filtered(
            lambda item: before[item] and item.date_maturity and item.date_maturity > before[item]
        )._log_put_off(before)
        return res

    def _log_put_off(self, before):
        """Each item in the dossier of its customer. :param before: ``{item: due date}``"""
        Event, Account = self.env["hr.control.event"], self.env["credit.account"]
        for company, items in self.sudo().grouped("company_id").items():
            accounts = Account._find(items.partner_id, company).grouped("partner_id")
            Event._append(
                [
                    {
                        "dossier": account.dossier_id,
                        "code": "credit.due",
                        "document": item.move_id,
                        "data": {
                            "before": str(before[item]),
                            "after": str(item.date_maturity),
                            "amount": Event._money(item.amount_residual_currency, item.currency_id),
                        },
                        "names": {
                            "subject": account.partner_id,
                            "document": item.move_id.name,
                        },
                    }
                    for item in items
                    if (account := accounts.get(item.partner_id.commercial_partner_id))
                ]
            )

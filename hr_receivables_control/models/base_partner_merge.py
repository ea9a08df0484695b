from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        # EXTENDS base: one account per customer and company must be left, with its own limit
        target = dst_partner.commercial_partner_id
        owners = {
            partner: partner.commercial_partner_id
            for partner in src_partners
            if partner.commercial_partner_id != target
        }
        src_partners.browse().union(*owners)._check_credit_move(owners, target)
        self._merge_credit_accounts(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _merge_credit_accounts(self, src_partners, dst_partner):
        """The destination keeps its limit, limits are never added up; a blacklist is inherited.

        The exposure follows by itself, because it is read from the documents.
        """
        Account = self.env["credit.account"].sudo()
        Event = self.env["hr.control.event"]
        for company, sources in (
            Account.search([("partner_id", "in", src_partners.ids)]).grouped("company_id").items()
        ):
            target = Account.search(
                [("partner_id", "=", dst_partner.id), ("company_id", "=", company.id)]
            )
            if not target and dst_partner.commercial_partner_id == dst_partner:
                strictest = sources.sorted(
                    lambda account: (account.mode == "unlimited", account.base_limit)
                )[0]
                target = Account._ensure(dst_partner, company)
                target._copy_limit(strictest)
            if not target:
                continue
            (sources | target)._take_guard()
            if "blacklisted" in sources.mapped("mode") and target.mode != "blacklisted":
                target.write(
                    {
                        "mode": "blacklisted",
                        "change_reason": self.env._("Merged with a blacklisted customer."),
                    }
                )
            Event._append(
                [
                    {
                        "dossier": account.dossier_id,
                        "code": "credit.merge",
                        "data": {
                            "from": source.partner_id.id,
                            "to": dst_partner.id,
                            "limit_dropped": Event._money(source.base_limit, source.currency_id),
                        },
                        "names": {
                            "subject": dst_partner.display_name,
                            "merged": source.partner_id.display_name,
                        },
                    }
                    for source in sources
                    for account in (source, target)
                ]
            )
            sources._hand_over(target)

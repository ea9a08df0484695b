from odoo import models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """A customer who becomes part of another one, or leaves it: what he owes follows by itself."""

    _name = "res.partner"
    _inherit = ["res.partner", "hr.control.guarded.mixin"]
    # computed and stored, so Odoo would take it from a client; it says whose credit answers
    _control_guarded_fields = frozenset({"commercial_partner_id"})

    def write(self, vals):
        # EXTENDS account
        if not {"parent_id", "is_company"} & vals.keys():
            return super().write(vals)
        before = {partner: partner.commercial_partner_id for partner in self}
        res = super().write(vals)
        moved = {
            partner: source
            for partner, source in before.items()
            if partner.commercial_partner_id != source
        }
        if moved:
            self.env["credit.account"]._follow_partners(moved)
        return res


class CreditAccount(models.Model):
    _inherit = "credit.account"

    def _follow_partners(self, moved):
        """Record in both dossiers who belongs to whom now; a blacklist is inherited.

        Each customer keeps his own limit, nothing is added up. The exposure is read from the
        documents and has moved already.
        :param moved: ``{partner: the customer it belonged to}``
        :raises UserError: somebody who does not keep credit accounts would move a blacklisted customer
        """
        partners = self.env["res.partner"].union(*moved)
        sources = self.env["res.partner"].union(*moved.values())
        accounts = self.sudo().search([("partner_id", "in", sources.ids)])
        for company, found in accounts.grouped("company_id").items():
            by_partner = {account.partner_id: account for account in found}
            concerned = partners.filtered(lambda p, by=by_partner: moved[p].sudo() in by)
            targets = self._ensure(concerned.commercial_partner_id, company)
            by_target = {account.partner_id: account for account in targets}
            (found | targets)._take_guard()
            for partner in concerned:
                source = by_partner[moved[partner].sudo()]
                target = by_target[partner.sudo().commercial_partner_id]
                self._inherit_blacklist(source, target)
                self._log_follow(partner, source, target)
        self._trigger_reevaluation(sources)

    def _inherit_blacklist(self, source, target):
        if source.mode != "blacklisted" or target.mode == "blacklisted":
            return
        if not self.env.su and not self.env.user.has_group(
            "hr_receivables_control.group_credit_controller"
        ):
            raise UserError(
                self.env._(
                    "%(customer)s is on the blacklist. Only a credit controller may make it part of another "
                    "customer, or take a part out of it.",
                    customer=source.display_name,
                )
            )
        target.write(
            {
                "mode": "blacklisted",
                "change_reason": self.env._(
                    "Inherited from %(customer)s.", customer=source.display_name
                ),
            }
        )

    def _log_follow(self, partner, source, target):
        self.env["hr.control.event"]._append(
            [
                {
                    "dossier": account.dossier_id,
                    "code": "credit.reparent",
                    "data": {
                        "partner": partner.id,
                        "from": source.partner_id.id,
                        "to": target.partner_id.id,
                    },
                    "names": {
                        "subject": account.partner_id.display_name,
                        "moved": partner.sudo().display_name,
                        "source_name": source.partner_id.display_name,
                        "target_name": target.partner_id.display_name,
                    },
                }
                for account in (source, target)
            ]
        )

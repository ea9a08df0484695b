from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_list

MOVING = {"parent_id", "is_company"}


class ResPartner(models.Model):
    """A customer who becomes part of another company, or leaves it, takes along what he owes.

    With it he would also take over a higher limit, or leave a blacklist behind; so as soon as
    something is open this is for people who answer for credit.
    """

    _name = "res.partner"
    _inherit = ["res.partner", "hr.control.guarded.mixin"]
    # computed and stored, so Odoo would take it from a client; it says whose credit answers
    _control_guarded_fields = frozenset({"commercial_partner_id"})

    def write(self, vals):
        # EXTENDS base
        if not MOVING & vals.keys():
            return super().write(vals)
        before = {partner: partner.commercial_partner_id for partner in self}
        res = super().write(vals)
        owners = {
            partner: owner
            for partner, owner in before.items()
            if partner.commercial_partner_id != owner
        }
        if owners:
            self.browse().union(*owners)._check_credit_move(owners)
            self.env["credit.account"]._follow_partners(owners)
        return res

    def _check_credit_move(self, owners, target=None):
        """Whether these may become part of another customer.

        :param owners: ``{partner: the customer it belonged to}``
        :param target: the customer they belong to now, where they do not tell it themselves
        :raises AccessError: something is open or blocked and the user does not answer for credit
        """
        allowed = "hr_receivables_control.group_credit_controller"
        if self.env.su or self.env.user.has_group(allowed):
            return
        if banned := self.filtered(lambda partner: owners[partner]._has_credit_mode("blacklisted")):
            owners[banned[0]]._log_credit_denied("move")
            raise AccessError(
                self.env._(
                    "%(customer)s is on the blacklist. Only a credit controller may make it part of another "
                    "customer, or take a part out of it.",
                    customer=owners[banned[0]].display_name,
                )
            )
        if burdened := self.filtered(lambda partner: partner._has_credit_burden(owners[partner])):
            owners[burdened[0]]._log_credit_denied("move")
            raise AccessError(
                self.env._(
                    "%(customers)s: something is still open or the account is blocked, and it would go to the credit "
                    "account of %(company)s. Ask a credit controller to make this change.",
                    customers=format_list(self.env, burdened.mapped("display_name")),
                    company=(target or burdened[0].commercial_partner_id).display_name,
                )
            )

    def _log_credit_denied(self, attempt):
        """What the user may not do to this customer is on record, although it is about to be rolled back."""
        accounts = self.env["credit.account"].sudo().search([("partner_id", "in", self.ids)])
        accounts._log_denied(attempt)

    def _has_credit_mode(self, mode):
        accounts = self.env["credit.account"].sudo()
        return bool(
            accounts.search_count([("partner_id", "in", self.ids), ("mode", "=", mode)], limit=1)
        )

    def _has_credit_burden(self, owner):
        """Whether open orders or items, or a suspended account, would change hands with this partner."""
        self.ensure_one()
        if self == owner and self._has_credit_mode("suspended"):
            return True
        partner = self.sudo()
        orders = Domain("partner_invoice_id", "child_of", partner.id) & Domain("state", "=", "sale")
        items = (
            Domain("partner_id", "child_of", partner.id)
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
            & Domain("account_id.account_type", "=", "asset_receivable")
        )
        return bool(
            partner.env["sale.order"].search_count(orders, limit=1)
            or partner.env["account.move.line"].search_count(items, limit=1)
        )


class CreditAccount(models.Model):
    _inherit = "credit.account"

    def _follow_partners(self, owners):
        """Record in both dossiers who belongs to whom now; a blacklist is inherited.

        Each customer keeps his own limit, nothing is added up. The exposure is read from the
        documents and has moved already.
        :param owners: ``{partner: the customer it belonged to}``
        """
        partners = self.env["res.partner"].union(*owners)
        sources = self.env["res.partner"].union(*owners.values())
        accounts = self.sudo().search([("partner_id", "in", sources.ids)])
        for company, found in accounts.grouped("company_id").items():
            by_partner = {account.partner_id: account for account in found}
            concerned = partners.filtered(lambda p, by=by_partner: owners[p].sudo() in by)
            targets = self._ensure(concerned.commercial_partner_id, company)
            by_target = {account.partner_id: account for account in targets}
            (found | targets)._take_guard()
            for partner in concerned:
                source = by_partner[owners[partner].sudo()]
                target = by_target[partner.sudo().commercial_partner_id]
                target._inherit_blacklist(source)
                (source | target)._log_follow(partner.sudo(), source.partner_id)
        self._trigger_reevaluation(sources)

    def _inherit_blacklist(self, source):
        if source.mode != "blacklisted" or self.mode == "blacklisted":
            return
        self.write(
            {
                "mode": "blacklisted",
                "change_reason": self.env._(
                    "Inherited from %(customer)s.", customer=source.display_name
                ),
            }
        )

    def _log_follow(self, partner, owner):
        target = partner.commercial_partner_id
        self.env["hr.control.event"]._append(
            [
                {
                    "dossier": account.dossier_id,
                    "code": "credit.moved",
                    "document": partner,
                    "data": {"from": owner.id, "to": target.id},
                    "names": {"moved": partner, "source": owner, "target": target},
                }
                for account in self
            ]
        )

from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain

MOVING = {"parent_id", "is_company"}


class ResPartner(models.Model):
    """A customer who becomes part of another company takes what he owes to that company's credit account.

    With it he would also take over a higher limit, or leave a blacklist behind; so as soon as
    something is open this is for people who answer for credit.
    """

    _inherit = "res.partner"

    def write(self, vals):
        # EXTENDS base
        before = (
            {partner: partner.commercial_partner_id for partner in self}
            if MOVING & vals.keys()
            else {}
        )
        res = super().write(vals)
        moved = self.browse().union(
            *(
                partner
                for partner, owner in before.items()
                if partner.commercial_partner_id != owner
            )
        )
        if moved:
            moved._check_credit_move({partner: before[partner] for partner in moved})
        return res

    def _check_credit_move(self, owners):
        """:raises AccessError: something is open and the user does not answer for credit"""
        burdened = self.filtered(lambda partner: partner._has_credit_burden(owners[partner]))
        if not burdened:
            return
        allowed = "hr_receivables_control.group_credit_controller"
        if not self.env.su and not self.env.user.has_group(allowed):
            raise AccessError(
                self.env._(
                    "%(customers)s: something is still open or the account is blocked, and it would go to the credit "
                    "account of %(company)s. Ask a credit controller to make this change.",
                    customers=", ".join(burdened.mapped("display_name")),
                    company=burdened[0].commercial_partner_id.display_name,
                )
            )
        self.env["hr.control.event"]._append(
            [
                {
                    "dossier": dossier,
                    "code": "credit.moved",
                    "document": partner,
                    "data": {"from": owners[partner].id, "to": partner.commercial_partner_id.id},
                    "names": {
                        "moved": partner,
                        "source": owners[partner],
                        "target": partner.commercial_partner_id,
                    },
                }
                for partner in burdened
                for dossier in partner._get_credit_dossiers(owners[partner])
            ]
        )

    def _has_credit_burden(self, owner):
        """Whether open orders or items, or a blocked account, would change hands with this partner."""
        self.ensure_one()
        partner = self.sudo()
        family = Domain("partner_id", "child_of", partner.id)
        if partner == owner and partner.env["credit.account"].search_count(
            [("partner_id", "=", partner.id), ("mode", "in", ("suspended", "blacklisted"))], limit=1
        ):
            return True
        orders = Domain("partner_invoice_id", "child_of", partner.id) & Domain("state", "=", "sale")
        items = (
            family
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
            & Domain("account_id.account_type", "=", "asset_receivable")
        )
        return bool(
            partner.env["sale.order"].search_count(orders, limit=1)
            or partner.env["account.move.line"].search_count(items, limit=1)
        )

    def _get_credit_dossiers(self, owner):
        """Dossiers of the account that loses and of the one that gains."""
        accounts = self.env["credit.account"].sudo()
        both = (owner | self.commercial_partner_id).ids
        return accounts.search([("partner_id", "in", both)]).dossier_id

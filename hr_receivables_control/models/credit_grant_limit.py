from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.hr_control_base.tools.reasons import stated

KINDS = ("limit", "base")


class CreditGrant(models.Model):
    """A higher limit for one customer: added for a time (*limit*), or a new limit for good (*base*)."""

    _inherit = "credit.grant"

    limit_valid_to = fields.Date(
        string="Limit Valid Until", readonly=True, help="Last day of the new limit; empty: no end."
    )

    @api.model
    def _ask_higher_limit(self, account, kind, amount, days, reason, valid_to=None):
        """Ask for ``amount`` on top of the limit for ``days`` days, or for ``amount`` as the new limit.

        :param valid_to: last day of a new limit; False: no end; None: as now, if that day is still to come
        :raises UserError: nothing is gained by it, or nobody's ceiling is high enough
        """
        account.check_access("read")
        currency = account.currency_id
        if account.mode == "blacklisted" or (kind == "limit" and account.mode != "limited"):
            raise UserError(
                self.env._(
                    "%(customer)s has no limit that could be raised.", customer=account.display_name
                )
            )
        if valid_to is None:
            valid_to = not account._is_limit_expired() and account.valid_to
        asked = {"mode": "limited", "base_limit": amount, "valid_to": valid_to}
        gives_more = kind == "limit" or account._is_more(
            {name: account[name] for name in asked}, asked
        )
        if currency.compare_amounts(amount, 0.0) <= 0 or not gives_more:
            raise UserError(
                self.env._(
                    "This would not give %(customer)s more credit.", customer=account.display_name
                )
            )
        if not stated(reason):
            raise UserError(self.env._("Say why the limit is to be raised."))
        grant = self.sudo().create(
            {
                "kind": kind,
                "account_id": account.id,
                "company_id": account.company_id.id,
                "reason": reason,
                "days": days if kind == "limit" else 1,
                "amount": amount,
                "limit_valid_to": kind == "base" and valid_to,
                "requester_id": self.env.uid,
            }
        )
        grant._submit_approval(reason)
        return grant

    def _get_raised_limit(self):
        """The customer's limit once this is granted, uplifts already active included."""
        self.ensure_one()
        return self.amount + (self.account_id.effective_limit if self.kind == "limit" else 0.0)

    def _get_approval_title(self):
        # EXTENDS hr_control_base
        if self.kind not in KINDS:
            return super()._get_approval_title()
        customer, amount = self.partner_id.display_name, self._format(self.amount)
        if self.kind == "base":
            return self.env._(
                "New limit of %(amount)s for %(customer)s", customer=customer, amount=amount
            )
        return self.env._(
            "Raise the limit of %(customer)s by %(amount)s for %(days)s days",
            customer=customer,
            amount=amount,
            days=self.days,
        )

    def _get_approval_figures(self):
        # EXTENDS hr_control_base
        if self.kind not in KINDS:
            return super()._get_approval_figures()
        _ = self.env._
        account = self.account_id
        figures = [
            (_("Customer"), self.partner_id.display_name),
            (_("Owed and ordered"), self._format(account.exposure_total)),
            (_("Overdue"), self._format(account.overdue_amount)),
            (_("Limit now"), self._format(account.effective_limit)),
            (_("Limit afterwards"), self._format(self._get_raised_limit())),
        ]
        if self.kind == "limit":
            return [*figures, (_("Days"), str(self.days))]
        valid_to = self.limit_valid_to
        last_day = format_date(self.env, valid_to) if valid_to else _("No end")
        return [*figures, (_("Limit valid until"), last_day)]

    def _is_covered_by(self, ceiling):
        covered = super()._is_covered_by(ceiling)
        if self.kind not in KINDS:
            return covered
        return (covered or self.kind == "base") and ceiling.covers_customer_limit(
            self._get_raised_limit()
        )

    def _get_ceiling_sentence(self, ceiling):
        if self.kind not in KINDS or ceiling.covers_customer_limit(self._get_raised_limit()):
            return super()._get_ceiling_sentence(ceiling)
        return self.env._(
            "may give a customer up to %(ceiling)s, %(limit)s are needed",
            ceiling=self._format(ceiling.customer_limit),
            limit=self._format(self._get_raised_limit()),
        )

    def _after_approved(self, approval):
        """A new limit is set at once and the grant used up by it; an uplift counts by the clock."""
        res = super()._after_approved(approval)
        for grant in self.sudo().filtered(lambda grant: grant.kind == "base"):
            grant.account_id.write(
                {
                    "mode": "limited",
                    "base_limit": grant.amount,
                    "valid_to": grant.limit_valid_to,
                    "change_reason": grant.reason,
                }
            )
            grant.write({"state": "used"})
        return res

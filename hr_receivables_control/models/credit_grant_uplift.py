from odoo import api, models
from odoo.exceptions import UserError


class CreditGrant(models.Model):
    """A temporary addition to a customer's limit."""

    _inherit = "credit.grant"

    @api.model
    def _ask_uplift(self, account, amount, days, reason):
        """Ask for ``amount`` on top of the limit for ``days`` days from the approval on.

        :raises UserError: the customer has no limit to add to, or nobody's ceiling is high enough
        """
        account.check_access("read")
        if account.mode != "limited":
            raise UserError(
                self.env._(
                    "%(customer)s has no limit that could be raised for a time.",
                    customer=account.display_name,
                )
            )
        if account.currency_id.compare_amounts(amount, 0.0) <= 0:
            raise UserError(self.env._("Say by how much the limit is to be raised."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the limit is to be raised."))
        grant = self.sudo().create(
            {
                "kind": "limit",
                "account_id": account.id,
                "company_id": account.company_id.id,
                "reason": reason,
                "days": days,
                "amount": amount,
                "requester_id": self.env.uid,
            }
        )
        grant._submit_approval(reason)
        return grant

    def _get_raised_limit(self):
        """The customer's limit with this uplift, those already active included."""
        self.ensure_one()
        return self.account_id.effective_limit + self.amount

    def _get_approval_title(self):
        # EXTENDS hr_control_base
        if self.kind != "limit":
            return super()._get_approval_title()
        return self.env._(
            "Raise the limit of %(customer)s by %(amount)s for %(days)s days",
            customer=self.partner_id.display_name,
            amount=self._format(self.amount),
            days=self.days,
        )

    def _get_approval_figures(self):
        # EXTENDS hr_control_base
        if self.kind != "limit":
            return super()._get_approval_figures()
        _ = self.env._
        account = self.account_id
        return [
            (_("Customer"), self.partner_id.display_name),
            (_("Owed and ordered"), self._format(account.exposure_total)),
            (_("Overdue"), self._format(account.overdue_amount)),
            (_("Limit now"), self._format(account.effective_limit)),
            (_("Limit with the uplift"), self._format(self._get_raised_limit())),
            (_("Days"), str(self.days)),
        ]

    def _is_covered_by(self, ceiling):
        covered = super()._is_covered_by(ceiling)
        if self.kind != "limit":
            return covered
        return covered and ceiling.covers_customer_limit(self._get_raised_limit())

    def _get_ceiling_sentence(self, ceiling):
        if self.kind != "limit" or ceiling.covers_customer_limit(self._get_raised_limit()):
            return super()._get_ceiling_sentence(ceiling)
        return self.env._(
            "may give a customer up to %(ceiling)s, %(limit)s are needed",
            ceiling=self._format(ceiling.customer_limit),
            limit=self._format(self._get_raised_limit()),
        )

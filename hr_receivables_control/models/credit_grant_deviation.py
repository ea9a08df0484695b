from odoo import api, fields, models

from .credit_checkpoint import OWN_REASONS


class CreditGrant(models.Model):
    """What a release allows: which limits may be exceeded by how much, and how far the order may still change."""

    _inherit = "credit.grant"

    excesses = fields.Json(
        readonly=True,
        help="How far each limit may be exceeded: the customer's and the salesperson's own.",
    )
    deviation_pct = fields.Float(
        string="May Grow By (%)",
        readonly=True,
        help="How far above the released amount the order may be changed without a new release.",
    )

    @api.model
    def _get_excesses(self, reasons):
        """The limits that these reasons say are exceeded.

        :return: ``{"customer" or code of an own limit: [excess, limit]}``
        """
        return {
            reason["code"] if reason["code"] in OWN_REASONS else "customer": [
                reason["excess"],
                reason["limit"],
            ]
            for reason in reasons or []
            if "excess" in reason
        }

    def _get_granted_excesses(self):
        self.ensure_one()
        return self.excesses or {"customer": [self.amount, self.decision_id.effective_limit]}

    def _covers_excesses(self, excesses):
        """Whether each limit is exceeded by what was granted or less, growth of the order included."""
        granted = self._get_granted_excesses()
        growth = self.decision_id.order_amount * self.deviation_pct / 100
        return all(
            name in granted
            and self.currency_id.compare_amounts(excess, granted[name][0] + growth) <= 0
            for name, (excess, _limit) in excesses.items()
        )

    def _covers_document(self, order):
        """Whether ``order`` is what was released: same parties and terms, amount up to the deviation."""
        self.ensure_one()
        current = order._get_credit_fingerprint()
        if self.fingerprint == current:
            return True
        released_amount, released_terms = self._split_fingerprint(self.fingerprint)
        amount, terms = self._split_fingerprint(current)
        ceiling = released_amount * (1 + self.deviation_pct / 100)
        return bool(self.deviation_pct) and (
            terms == released_terms and order.currency_id.compare_amounts(amount, ceiling) <= 0
        )

    @api.model
    def _split_fingerprint(self, fingerprint):
        """:return: amount in the order's currency, and what else the release is bound to"""
        amount, _space, terms = (fingerprint or "0 ").partition(" ")
        return float(amount), terms

    def _keep_deviation(self, approval):
        """The deviation is that of whoever released it, or of the one he stands in for, on that day."""
        decider = approval.on_behalf_of_id or approval.decided_by_id
        for grant in self:
            ceiling = self.env["credit.authority"]._get_ceilings(decider, grant.company_id)
            grant.deviation_pct = ceiling[decider.id].deviation_pct

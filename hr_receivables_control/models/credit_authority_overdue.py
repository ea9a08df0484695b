from odoo import api, fields, models

# Of a credit manager without a rule: whatever tier, however long.
OVERDUE_CEILINGS = {"release_tier": 999, "pause_days": 36_500}


class CreditAuthority(models.Model):
    _inherit = "credit.authority"

    max_release_tier = fields.Integer(
        string="Releases Overdue Up To Tier",
        help="Up to which overdue tier of a customer this position may let an order or a delivery pass, or pause "
        "what is overdue. Zero: nobody who is overdue.",
    )
    max_pause_days = fields.Integer(
        string="Pauses Overdue Up To (Days)",
        help="For how many days this position may pause what a customer has overdue, for a promise or a dispute.",
    )

    _overdue_positive = models.Constraint(
        "CHECK(max_release_tier >= 0 AND max_pause_days >= 0)",
        "Tiers and days cannot be below zero.",
    )

    @api.model
    def _get_ceiling(self, user, rule, currency):
        # EXTENDS
        ceiling = super()._get_ceiling(user, rule, currency)
        if rule:
            return ceiling._replace(
                release_tier=rule.max_release_tier, pause_days=rule.max_pause_days
            )
        if ceiling.over_unlimited:
            return ceiling._replace(**OVERDUE_CEILINGS)
        return ceiling


class CreditGrant(models.Model):
    """The tier of an overdue customer that a release lets pass."""

    _inherit = "credit.grant"

    _control_guarded_fields = frozenset({"overdue_tier"})

    overdue_tier = fields.Integer(
        readonly=True,
        help="The tier that the customer may be at; 0: the release says nothing of overdue items.",
    )

    @api.model
    def _get_overdue_tier(self, reasons):
        return max((r["tier"] for r in reasons or [] if r["code"] == "overdue"), default=0)

    @api.model
    def _prepare_release_vals(self, excess, reasons):
        # EXTENDS
        return super()._prepare_release_vals(excess, reasons) | {
            "overdue_tier": self._get_overdue_tier(reasons)
        }

    def _covers(self, order, verdict):
        # EXTENDS: who has got later since needs another release
        late = self._get_overdue_tier(verdict.reasons)
        return late <= self.overdue_tier and super()._covers(order, verdict)

    def _is_covered_by(self, ceiling):
        # EXTENDS
        return super()._is_covered_by(ceiling) and self.overdue_tier <= ceiling.release_tier

    def _get_ceiling_sentence(self, ceiling):
        # EXTENDS
        if self.overdue_tier <= ceiling.release_tier:
            return super()._get_ceiling_sentence(ceiling)
        return self.env._(
            "may let pass up to tier %(ceiling)s, the customer is at tier %(tier)s",
            ceiling=ceiling.release_tier,
            tier=self.overdue_tier,
        )

    def _get_approval_figures(self):
        # EXTENDS
        figures = super()._get_approval_figures()
        tier = self.overdue_tier
        return [*figures, (self.env._("Overdue tier"), str(tier))] if tier else figures

from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import format_amount


class Ceiling(NamedTuple):
    """What a person may grant or release, in the company's currency. Ceilings are inclusive."""

    currency: models.BaseModel
    customer_limit: float = 0.0
    customer_unlimited: bool = False
    over_amount: float = 0.0
    over_unlimited: bool = False
    over_pct: float | None = None
    grant_days: int = 0
    deviation_pct: float = 0.0
    emergency_amount: float = 0.0
    emergency_unlimited: bool = False
    emergency_hours: int = 0
    suspended: bool = False
    term_days: int = 0
    release_tier: int = 0
    pause_days: int = 0

    def covers_customer_limit(self, limit):
        return (
            self.customer_unlimited
            or self.currency.compare_amounts(limit, self.customer_limit) <= 0
        )

    def covers_excess(self, excess, limit):
        """Whether ``excess`` over ``limit`` may be released: by amount and, where set, by share of the limit."""
        if self.over_unlimited:
            return True
        if self.currency.compare_amounts(excess, self.over_amount) > 0:
            return False
        return (
            self.over_pct is None
            or self.currency.compare_amounts(excess, limit * self.over_pct / 100) <= 0
        )

    def covers_emergency(self, amount, hours):
        within = (
            self.emergency_unlimited
            or self.currency.compare_amounts(amount, self.emergency_amount) <= 0
        )
        return within and hours <= self.emergency_hours


class CreditAuthority(models.Model):
    """How much credit a position may grant and release. The rule that is closest to the person applies."""

    _name = "credit.authority"
    _description = "Credit Authority Rule"
    _inherit = ["hr.control.position.rule"]

    currency_id = fields.Many2one(related="company_id.currency_id")
    customer_unlimited = fields.Boolean(string="May Grant Any Limit")
    max_customer_limit = fields.Monetary(
        string="Highest Customer Limit",
        help="The highest limit this position may give one customer.",
    )
    over_unlimited = fields.Boolean(string="May Release Any Excess")
    max_over_amount = fields.Monetary(
        string="Highest Excess Released",
        help="How far above the customer's limit an order may go on this position's word. Inclusive: "
        "limit 5,000 and ceiling 1,000 let 6,000.00 pass and hold 6,000.01.",
    )
    limit_by_pct = fields.Boolean(string="Also By Share of the Limit")
    max_over_pct = fields.Float(string="Highest Excess (% of Limit)", default=10.0)
    max_grant_days = fields.Integer(
        string="Days of a Release",
        default=7,
        help="How long a release or a temporary uplift may stay valid.",
    )
    release_deviation_pct = fields.Float(
        string="A Released Order May Grow By (%)",
        help="How far above the amount that was released an order may still be changed without a new release.",
    )
    max_emergency_amount = fields.Monetary(
        string="Emergency Authorisation Up To",
        help="What this position may add to a customer's limit at once, to be reviewed afterwards. Zero: nothing.",
    )
    max_emergency_hours = fields.Integer(
        string="For At Most (hours)",
        default=24,
        help="How long an emergency authorisation may last.",
    )

    limit_order = fields.Boolean(string="Limit Each Order")
    order_limit = fields.Monetary(
        string="Highest Order on Credit",
        help="The largest order that a salesperson of this position confirms on credit without a release. Inclusive.",
    )
    limit_customer = fields.Boolean(string="Limit Each Customer")
    customer_limit = fields.Monetary(
        string="Highest Credit per Customer",
        help="What one customer may owe and have ordered on the salesperson's own documents. Inclusive.",
    )
    limit_pool = fields.Boolean(string="Limit the Total")
    pool_limit = fields.Monetary(
        string="Total Open Credit",
        help="What all customers together may owe and have ordered on the salesperson's own documents. Inclusive.",
    )
    near_pct = fields.Float(
        string="Warn From (%)",
        default=80.0,
        required=True,
        help="Share of the total from which the salesperson and his manager are warned.",
    )

    _amounts_positive = models.Constraint(
        "CHECK(max_customer_limit >= 0 AND max_over_amount >= 0 AND max_over_pct >= 0 AND max_grant_days >= 0)",
        "Ceilings cannot be below zero.",
    )
    _limits_positive = models.Constraint(
        """CHECK(order_limit >= 0 AND customer_limit >= 0 AND pool_limit >= 0 AND release_deviation_pct >= 0
            AND max_emergency_amount >= 0 AND max_emergency_hours >= 0)""",
        "Limits cannot be below zero.",
    )
    _near_pct_range = models.Constraint(
        "CHECK(near_pct > 0 AND near_pct <= 100)", "The warning share lies above 0 and up to 100 %."
    )

    @api.model
    def _get_ceilings(self, users, company, day=None):
        """Ceilings of persons for documents of ``company``.

        Without a rule a person may grant nothing; only credit managers may then grant everything,
        so that a fresh installation can be worked with. The system check names both. Who is
        suspended may grant nothing at all.
        :param day: as of that day; default now
        :return: ``{user id: Ceiling}``
        """
        rules = self.sudo()._resolve(users, company, day)
        suspended = self.env["credit.suspension"].sudo()._get_suspended(users, company, day)
        return {
            user.id: Ceiling(company.currency_id, suspended=True)
            if user.id in suspended
            else self._get_ceiling(user, rules[user.id], company.currency_id)
            for user in users
        }

    @api.model
    def _get_emergency_text(self, ceiling):
        """What a person may add in an emergency, as a sentence."""
        if ceiling.suspended:
            return self.env._("authority suspended")
        if ceiling.emergency_unlimited:
            return self.env._("any amount for %(hours)s hours", hours=ceiling.emergency_hours)
        return self.env._(
            "%(amount)s for %(hours)s hours",
            amount=format_amount(self.env, ceiling.emergency_amount, ceiling.currency),
            hours=ceiling.emergency_hours,
        )

    @api.model
    def _get_ceiling(self, user, rule, currency):
        if not rule:
            if user.has_group("hr_receivables_control.group_credit_manager"):
                return Ceiling(
                    currency,
                    customer_unlimited=True,
                    over_unlimited=True,
                    grant_days=30,
                    emergency_unlimited=True,
                    emergency_hours=72,
                )
            return Ceiling(currency)
        return Ceiling(
            currency,
            customer_limit=rule.max_customer_limit,
            customer_unlimited=rule.customer_unlimited,
            over_amount=rule.max_over_amount,
            over_unlimited=rule.over_unlimited,
            over_pct=rule.max_over_pct if rule.limit_by_pct else None,
            grant_days=rule.max_grant_days,
            deviation_pct=rule.release_deviation_pct,
            emergency_amount=rule.max_emergency_amount,
            emergency_hours=rule.max_emergency_hours,
        )

from typing import NamedTuple

from odoo import api, fields, models


class Ceiling(NamedTuple):
    """What a person may grant or release, in the company's currency. Ceilings are inclusive."""

    currency: models.BaseModel
    customer_limit: float = 0.0
    customer_unlimited: bool = False
    over_amount: float = 0.0
    over_unlimited: bool = False
    over_pct: float | None = None
    grant_days: int = 0

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

    _amounts_positive = models.Constraint(
        "CHECK(max_customer_limit >= 0 AND max_over_amount >= 0 AND max_over_pct >= 0 AND max_grant_days >= 0)",
        "Ceilings cannot be below zero.",
    )

    @api.model
    def _get_ceilings(self, users, company):
        """Ceilings of persons for documents of ``company`` today.

        Without a rule a person may grant nothing; only credit managers may then grant everything,
        so that a fresh installation can be worked with. The system check names both.
        :return: ``{user id: Ceiling}``
        """
        company = company.sudo().credit_company_id or company
        rules = self.sudo()._resolve(users, company)
        return {
            user.id: self._get_ceiling(user, rules[user.id], company.currency_id) for user in users
        }

    @api.model
    def _get_ceiling(self, user, rule, currency):
        if not rule:
            if user.has_group("hr_receivables_control.group_credit_manager"):
                return Ceiling(
                    currency, customer_unlimited=True, over_unlimited=True, grant_days=30
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
        )

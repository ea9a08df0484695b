from odoo import api, fields, models
from odoo.exceptions import ValidationError

# code: (label, the thresholds it uses)
WATCH_RULES = {
    "large_order": ("Order far above the customer's habit", ("factor", "count", "amount")),
    "split_orders": ("Orders split to stay under a ceiling", ("days", "count", "amount")),
    "credit_growth": ("Credit grows ahead of sales", ("points", "amount")),
    "payment_rhythm": ("Payment rhythm worsens", ("days", "count")),
    "frequent_grants": ("Frequent releases and emergencies by one person", ("days", "count")),
    "released_overdue": ("Released orders that go overdue", ("points", "count")),
    "returns_after_close": ("Returns just after a period closes", ("days", "points", "amount")),
    "bill_to_changed": ("Bill-to changed after a hold", ("days",)),
}


class CreditWatchRule(models.Model):
    """What counts as abnormal. A rule without a company holds for all that have none of their own."""

    _name = "credit.watch.rule"
    _description = "Watch Rule"
    _order = "code, company_id, id"
    _rec_names_search = ["code"]

    code = fields.Selection(
        [(code, label) for code, (label, _thresholds) in WATCH_RULES.items()],
        string="Rule",
        required=True,
    )
    active = fields.Boolean(
        default=True, help="Not ticked: nothing is flagged by this rule where it holds."
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: all companies without a rule of their own."
    )
    factor = fields.Float(default=3.0, help="How many times the usual amount.")
    days = fields.Integer(help="Days looked at together, or days later than usual.")
    count = fields.Integer(help="From how many on; of orders a habit is made of, at least.")
    points = fields.Float(string="Per Cent", help="Percentage, or percentage points between two.")
    amount = fields.Float(
        string="Minimum Amount", help="Below this nothing is flagged, in company currency."
    )
    thresholds = fields.Json(compute="_compute_thresholds")
    description = fields.Text(compute="_compute_description")
    finding_ids = fields.One2many("credit.watch.finding", "rule_id", string="Findings")

    _code_company_uniq = models.UniqueIndex("(code, COALESCE(company_id, 0))")
    _thresholds_positive = models.Constraint(
        "CHECK(factor >= 0 AND days >= 0 AND count >= 0 AND points >= 0 AND amount >= 0)",
        "Thresholds cannot be below zero.",
    )

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for rule in self:
            rule.display_name = labels.get(rule.code, "")

    @api.depends("code")
    def _compute_thresholds(self):
        for rule in self:
            rule.thresholds = list(WATCH_RULES[rule.code][1]) if rule.code else []

    @api.depends("code", "factor", "days", "count", "points", "amount")
    @api.depends_context("lang")
    def _compute_description(self):
        for rule in self:
            rule.description = rule._get_descriptions().get(rule.code, "")

    def _get_descriptions(self):
        """Each rule in a sentence with its thresholds; extended by those who add a code."""
        _ = self.env._
        figures = {
            "factor": f"{self.factor:g}",
            "days": self.days,
            "count": self.count,
            "points": f"{self.points:g}",
            "amount": f"{self.amount:,.2f}",
        }
        return {
            "large_order": _(
                "An order of at least %(amount)s that is more than %(factor)s times the customer's average of the last "
                "twelve months, of %(count)s orders or more.",
                **figures,
            ),
            "split_orders": _(
                "At least %(count)s orders of one customer and salesperson within %(days)s days, none above the "
                "highest order of the salesperson (without one: %(amount)s), together above it.",
                **figures,
            ),
            "credit_growth": _(
                "What a customer owes has grown within 90 days by %(points)s percentage points more than his sales, "
                "and by at least %(amount)s.",
                **figures,
            ),
            "payment_rhythm": _(
                "What was paid in the last 90 days came at least %(days)s days later, weighted by amount, than in the "
                "nine months before; of %(count)s payments or more on either side.",
                **figures,
            ),
            "frequent_grants": _(
                "One person gave %(count)s releases and emergency authorisations or more within %(days)s days.",
                **figures,
            ),
            "released_overdue": _(
                "Of the orders that one person released within a year, %(count)s or more and at least %(points)s %% "
                "are overdue now.",
                **figures,
            ),
            "returns_after_close": _(
                "Credit notes of the first %(days)s days of a month take back at least %(points)s %% of the customer's "
                "sales of the month before, and at least %(amount)s.",
                **figures,
            ),
            "bill_to_changed": _(
                "An order that was held for one customer passed for another within %(days)s days.",
                **figures,
            ),
        }

    @api.constrains("code", "factor", "days", "count", "points")
    def _check_thresholds(self):
        for rule in self:
            asked = set(rule.thresholds or ()) - {"amount"}
            if missing := [name for name in sorted(asked) if not rule[name]]:
                raise ValidationError(
                    self.env._(
                        "%(rule)s: %(field)s must be above zero. To switch the rule off, archive it.",
                        rule=rule.display_name,
                        field=self._fields[missing[0]]._description_string(self.env),
                    )
                )

    @api.model
    def _get_for(self, company):
        """The rules that hold in ``company``: its own, else the common ones; an archived own rule switches off."""
        rules = (
            self.sudo()
            .with_context(active_test=False)
            .search([("company_id", "in", (False, company.id))])
        )
        by_code = {rule.code: rule for rule in rules.sorted(lambda rule: bool(rule.company_id))}
        return self.sudo().union(*(rule for rule in by_code.values() if rule.active))

from odoo import api, fields, models

from ..tools.score import get_points

SCORE_CODES = {
    "on_time": ("Paid on time (% of amount)", 0.0, 100.0),
    "days_late": ("Average days late, by amount", 30.0, 0.0),
    "overdue_ratio": ("Overdue (% of receivable)", 50.0, 0.0),
    "years": ("Years as a customer", 0.0, 5.0),
    "trend": ("Sales of six months against the six before (%)", -50.0, 20.0),
    "completeness": ("Completeness of the file (%)", 0.0, 100.0),
    "manual": ("Own judgement (0-100)", 0.0, 100.0),
}


class CreditGrade(models.Model):
    """A class of scores. A grade without a company holds for all that have none of their own."""

    _name = "credit.grade"
    _description = "Credit Grade"
    _order = "min_score desc, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: all companies without grades of their own."
    )
    min_score = fields.Float(
        string="From Score",
        required=True,
        help="The grade begins here and ends where the next one begins.",
    )
    limit_factor = fields.Float(
        required=True,
        default=1.0,
        help="The proposed limit is the monthly average times the months of the payment term times this.",
    )
    color = fields.Integer()

    _min_score_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), min_score) WHERE active",
        "Another grade begins at this score.",
    )
    _score_range = models.Constraint(
        "CHECK(min_score >= 0 AND min_score <= 100 AND limit_factor >= 0)",
        "Scores lie between 0 and 100, a factor is not below zero.",
    )

    @api.model
    def _get_for(self, company):
        """The grades that hold in ``company``, best first."""
        grades = self.sudo().search([("company_id", "in", (False, company.id))])
        return grades.filtered("company_id") or grades

    def _get_grade(self, score):
        """The grade of a score among these, ordered best first."""
        return next((grade for grade in self if score >= grade.min_score), self.browse())


class CreditScoreRule(models.Model):
    """What counts how much in a score. A rule without a company holds for all that have none of their own."""

    _name = "credit.score.rule"
    _description = "Score Rule"
    _order = "sequence, id"
    _rec_names_search = ["code"]

    code = fields.Selection(
        [(code, label) for code, (label, _worst, _best) in SCORE_CODES.items()],
        string="Input",
        required=True,
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: all companies without rules of their own."
    )
    weight = fields.Float(required=True, default=10.0, help="Share relative to the other rules.")
    worst = fields.Float(string="0 Points At", required=True, help="Input that gives no points.")
    best = fields.Float(
        string="100 Points At",
        required=True,
        help="Input that gives all points. Between the two the points lie on a straight line.",
    )
    version = fields.Integer(
        default=1,
        readonly=True,
        copy=False,
        help="Counts the changes; each score names the version it used.",
    )

    _code_company_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), code) WHERE active", "There is a rule for this input already."
    )
    _weight_positive = models.Constraint("CHECK(weight >= 0)", "A weight cannot be below zero.")
    _ends_differ = models.Constraint(
        "CHECK(worst <> best)", "The inputs for 0 and for 100 points must differ."
    )

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for rule in self:
            rule.display_name = labels.get(rule.code, "")

    @api.onchange("code")
    def _onchange_code(self):
        if self.code:
            _label, self.worst, self.best = SCORE_CODES[self.code]

    def write(self, vals):
        if {"weight", "worst", "best", "code"} & vals.keys():
            for rule in self:
                super(CreditScoreRule, rule).write(vals | {"version": rule.version + 1})
            return True
        return super().write({name: value for name, value in vals.items() if name != "version"})

    @api.model
    def _get_for(self, company):
        rules = self.sudo().search([("company_id", "in", (False, company.id))])
        return rules.filtered("company_id") or rules

    def _get_points(self, value):
        """Points of an input; None where there is no input."""
        self.ensure_one()
        return None if value is None else get_points(value, self.worst, self.best)

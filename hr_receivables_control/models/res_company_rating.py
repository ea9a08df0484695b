from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_score_days = fields.Integer(
        string="A Score Counts for (Days)", default=30, required=True
    )
    credit_score_grace = fields.Integer(
        string="On Time Up To (Days)",
        default=3,
        required=True,
        help="Days after the due date that a payment may take and still be on time.",
    )
    credit_review_min_months = fields.Integer(
        string="Months of History",
        default=3,
        required=True,
        help="Months with sales from which on a limit is proposed from history; below it a trial limit.",
    )
    credit_review_step_up = fields.Float(string="Largest Increase (%)", default=50.0, required=True)
    credit_review_step_down = fields.Float(
        string="Largest Decrease (%)", default=30.0, required=True
    )
    credit_review_round = fields.Monetary(string="Round Down To", default=1000.0, required=True)
    credit_decrease_policy = fields.Selection(
        [
            ("propose", "Propose it, somebody decides"),
            ("apply", "Apply it at once"),
        ],
        string="Lower Limits",
        default="propose",
        required=True,
        help="An increase always needs approval. A decrease may be applied by the nightly job.",
    )
    credit_authority_step = fields.Float(
        string="Step of Authority (%)",
        default=20.0,
        required=True,
        help="By how much the credit that a salesperson sells on may be adjusted at a time.",
    )
    credit_authority_floor = fields.Float(
        string="Lowest Authority (%)", default=50.0, required=True, help="Of the position's rule."
    )
    credit_authority_cap = fields.Float(
        string="Highest Authority (%)", default=150.0, required=True, help="Of the position's rule."
    )
    credit_authority_good = fields.Float(
        string="Good From (% On Time)",
        default=90.0,
        required=True,
        help="Share of the amount collected on time from which more authority is proposed.",
    )
    credit_authority_bad = fields.Float(
        string="Bad Below (% On Time)",
        default=70.0,
        required=True,
        help="Share of the amount collected on time below which less authority is proposed.",
    )

    _credit_score_positive = models.Constraint(
        "CHECK(credit_score_days > 0 AND credit_score_grace >= 0 AND credit_review_min_months > 0)",
        "A score counts for at least one day, history has at least one month, grace is not below zero.",
    )
    _credit_review_steps = models.Constraint(
        """CHECK(credit_review_step_up >= 0 AND credit_review_step_down BETWEEN 0 AND 100
            AND credit_review_round > 0 AND credit_authority_step BETWEEN 0 AND 100
            AND credit_authority_floor >= 0 AND credit_authority_cap >= credit_authority_floor
            AND credit_authority_good >= credit_authority_bad)""",
        "Steps lie between 0 and 100 %, rounding is above zero, the highest authority not below the lowest.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_score_days = fields.Integer(related="company_id.credit_score_days", readonly=False)
    credit_score_grace = fields.Integer(related="company_id.credit_score_grace", readonly=False)
    credit_review_min_months = fields.Integer(
        related="company_id.credit_review_min_months", readonly=False
    )
    credit_review_step_up = fields.Float(related="company_id.credit_review_step_up", readonly=False)
    credit_review_step_down = fields.Float(
        related="company_id.credit_review_step_down", readonly=False
    )
    credit_review_round = fields.Monetary(
        related="company_id.credit_review_round",
        readonly=False,
        currency_field="credit_currency_id",
    )
    credit_decrease_policy = fields.Selection(
        related="company_id.credit_decrease_policy", readonly=False, required=True
    )
    credit_authority_step = fields.Float(related="company_id.credit_authority_step", readonly=False)
    credit_authority_floor = fields.Float(
        related="company_id.credit_authority_floor", readonly=False
    )
    credit_authority_cap = fields.Float(related="company_id.credit_authority_cap", readonly=False)
    credit_authority_good = fields.Float(related="company_id.credit_authority_good", readonly=False)
    credit_authority_bad = fields.Float(related="company_id.credit_authority_bad", readonly=False)

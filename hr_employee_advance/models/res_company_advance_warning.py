from odoo import fields, models


class ResCompany(models.Model):
    """When a request is unusual enough to be told of, and a position risky enough for a proposal."""

    _inherit = "res.company"

    advance_wage_ratio_pct = fields.Float(
        string="Large From Above (% of a Month's Wage)",
        default=50.0,
        help="A request above this share of the wage, by somebody without recent business, is flagged. "
        "The wage itself is shown to nobody.",
    )
    advance_recent_days = fields.Integer(
        string="Recent Business (Days)",
        default=30,
        help="Orders confirmed within so many days before the request count as recent business.",
    )
    advance_sales_only = fields.Boolean(
        string="Business Expected of Sales Positions Only",
        help="Only people whose job position is marked as sales are expected to have recent business.",
    )
    advance_frequent_count = fields.Integer(string="Frequent From (Requests)", default=3)
    advance_frequent_days = fields.Integer(string="Frequent Within (Days)", default=30)
    advance_near_quota_pct = fields.Float(
        string="Near the Quota From (%)", default=95.0, help="Of the quota used with this request."
    )
    advance_near_quota_count = fields.Integer(
        string="Near the Quota (Times)",
        default=2,
        help="So many requests near the quota within half a year are flagged.",
    )
    advance_reborrow_days = fields.Integer(
        string="Borrowed Again Within (Days)",
        default=3,
        help="A request so soon after the last settlement looks like a new advance that pays the old one.",
    )
    advance_risk_pct = fields.Float(
        string="Risky Position Above (% Overdue)",
        default=10.0,
        help="Share of the open advances of a position that is overdue, by number.",
    )
    advance_risk_min_count = fields.Integer(
        string="Small Sample Below (Advances)",
        default=5,
        help="Rates made of fewer open advances are marked: one more or less moves them far.",
    )
    advance_risk_cut_pct = fields.Float(
        string="Lower Quota Proposed (%)",
        default=20.0,
        help="By how much the quota of a risky position is proposed to be lowered.",
    )

    _advance_warning_range = models.Constraint(
        """CHECK(
            advance_wage_ratio_pct > 0 AND advance_recent_days > 0 AND advance_frequent_count > 0
            AND advance_frequent_days > 0 AND advance_near_quota_pct > 0 AND advance_near_quota_count > 0
            AND advance_reborrow_days >= 0 AND advance_risk_pct >= 0 AND advance_risk_min_count >= 0
            AND advance_risk_cut_pct > 0 AND advance_risk_cut_pct < 100
        )""",
        "Thresholds of warnings are above zero; a quota is lowered by less than all of it.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    advance_wage_ratio_pct = fields.Float(
        related="company_id.advance_wage_ratio_pct", readonly=False
    )
    advance_recent_days = fields.Integer(related="company_id.advance_recent_days", readonly=False)
    advance_sales_only = fields.Boolean(related="company_id.advance_sales_only", readonly=False)
    advance_frequent_count = fields.Integer(
        related="company_id.advance_frequent_count", readonly=False
    )
    advance_frequent_days = fields.Integer(
        related="company_id.advance_frequent_days", readonly=False
    )
    advance_near_quota_pct = fields.Float(
        related="company_id.advance_near_quota_pct", readonly=False
    )
    advance_near_quota_count = fields.Integer(
        related="company_id.advance_near_quota_count", readonly=False
    )
    advance_reborrow_days = fields.Integer(
        related="company_id.advance_reborrow_days", readonly=False
    )
    advance_risk_pct = fields.Float(related="company_id.advance_risk_pct", readonly=False)
    advance_risk_min_count = fields.Integer(
        related="company_id.advance_risk_min_count", readonly=False
    )
    advance_risk_cut_pct = fields.Float(related="company_id.advance_risk_cut_pct", readonly=False)

from odoo import fields, models

from .credit_ageing import AGEING_BUCKETS

AMOUNTS = ["residual", "amount_overdue", *(f"amount_{key}" for key, _name in AGEING_BUCKETS)]


class CreditAgeingAmountsMixin(models.AbstractModel):
    """How much of a company's receivables is at which age."""

    _name = "credit.ageing.amounts.mixin"
    _description = "Amounts by Age"

    company_id = fields.Many2one("res.company")
    company_currency_id = fields.Many2one("res.currency")
    residual = fields.Monetary(
        string="Open",
        currency_field="company_currency_id",
        help="In company currency, as booked. Credits are negative.",
    )
    amount_overdue = fields.Monetary(
        string="Overdue",
        currency_field="company_currency_id",
        help="Past the due date, credits not deducted.",
    )
    amount_credit = fields.Monetary(
        string="Unapplied Credits", currency_field="company_currency_id"
    )
    amount_d000 = fields.Monetary(string="Not Due", currency_field="company_currency_id")
    amount_d001 = fields.Monetary(string="1-30 Days", currency_field="company_currency_id")
    amount_d031 = fields.Monetary(string="31-60 Days", currency_field="company_currency_id")
    amount_d061 = fields.Monetary(string="61-90 Days", currency_field="company_currency_id")
    amount_d091 = fields.Monetary(string="91-180 Days", currency_field="company_currency_id")
    amount_d181 = fields.Monetary(string="Over 180 Days", currency_field="company_currency_id")
    amount_exchange = fields.Monetary(
        string="Exchange Differences", currency_field="company_currency_id"
    )


class CreditAgeingMixin(models.AbstractModel):
    """What the ageing tells of its rows: as of which day, whose, and how much at which age."""

    _name = "credit.ageing.mixin"
    _inherit = "credit.ageing.amounts.mixin"
    _description = "Receivables by Age"

    at = fields.Date(string="As Of")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        help="The company that is billed, whichever of its contacts is named on the document.",
    )
    credit_account_id = fields.Many2one("credit.account")
    grade_id = fields.Many2one(
        "credit.grade", help="Of the customer's last score on the day of the ageing."
    )
    days_overdue = fields.Integer(aggregator="max")

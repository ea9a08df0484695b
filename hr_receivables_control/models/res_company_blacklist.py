from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_blacklist_cash = fields.Boolean(
        string="Blacklisted Customers May Buy for Cash",
        help="Not ticked: nothing at all is sold to them, whatever they pay in advance.",
    )
    credit_blacklist_times = fields.Integer(
        string="Times Late",
        default=6,
        help="Late payments within twelve months from which a customer is proposed for the blacklist. Zero: never.",
    )
    credit_blacklist_grace = fields.Integer(
        string="Late From (Days)",
        default=15,
        help="A payment counts as late when it is later than this.",
    )
    credit_blacklist_days = fields.Integer(
        string="Days Late",
        default=90,
        help="Days late within twelve months from which a customer is proposed for the blacklist. Zero: never.",
    )
    credit_blacklist_promises = fields.Integer(
        string="Promises Broken",
        default=3,
        help="Broken promises to pay within twelve months from which a customer is proposed for the blacklist, for bad "
        "faith. Zero: never.",
    )
    credit_match_policy = fields.Selection(
        [
            ("flag", "Tell the credit controllers"),
            ("suspend", "Suspend the credit until somebody has looked"),
        ],
        string="Look-Alikes of Blacklisted Customers",
        default="flag",
        required=True,
        help="New and changed customers are compared with the blacklist by tax number, telephone and legal "
        "representative. A legal representative of the same name alone suspends nobody.",
    )

    _credit_blacklist_positive = models.Constraint(
        """CHECK(
            credit_blacklist_times >= 0 AND credit_blacklist_days >= 0 AND credit_blacklist_grace >= 0
            AND credit_blacklist_promises >= 0
        )""",
        "Times and days cannot be below zero.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_blacklist_cash = fields.Boolean(
        related="company_id.credit_blacklist_cash", readonly=False
    )
    credit_blacklist_times = fields.Integer(
        related="company_id.credit_blacklist_times", readonly=False
    )
    credit_blacklist_grace = fields.Integer(
        related="company_id.credit_blacklist_grace", readonly=False
    )
    credit_blacklist_days = fields.Integer(
        related="company_id.credit_blacklist_days", readonly=False
    )
    credit_blacklist_promises = fields.Integer(
        related="company_id.credit_blacklist_promises", readonly=False
    )
    credit_match_policy = fields.Selection(
        related="company_id.credit_match_policy", readonly=False, required=True
    )

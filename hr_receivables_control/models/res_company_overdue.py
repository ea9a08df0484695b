from odoo import api, fields, models

RULES = (
    "credit_overdue_grace_days",
    "credit_overdue_tolerance",
    "credit_overdue_nets",
    "credit_pause_days",
)


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_overdue_grace_days = fields.Integer(
        string="Days of Grace",
        required=True,
        default=0,
        help="How many days after its due date an item is not yet counted as overdue. Its days are counted from "
        "the due date all the same.",
    )
    credit_overdue_tolerance = fields.Monetary(
        string="Overdue Tolerated",
        help="A customer whose overdue items together are not more than this counts as not overdue.",
    )
    credit_overdue_nets = fields.Boolean(
        string="Unapplied Credits Count",
        default=True,
        help="Payments and credit notes that nobody has matched yet are taken off what is overdue, the oldest "
        "first. Otherwise only what is matched with an invoice counts as its payment.",
    )
    credit_pause_days = fields.Integer(
        string="Salespeople May Pause (Days)",
        required=True,
        default=3,
        help="For how many days a salesperson may pause the overdue items of his customer on his own word, for a "
        "promise to pay or a dispute. Longer pauses need an approval.",
    )

    _credit_overdue_days_positive = models.Constraint(
        "CHECK(credit_overdue_grace_days >= 0 AND credit_pause_days >= 0 AND credit_overdue_tolerance >= 0)",
        "Days of grace, days of a pause and the tolerance cannot be below zero.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["credit.overdue.tier"]._make_for_companies(companies)
        return companies

    def write(self, vals):
        names = [name for name in RULES if name in vals]
        before = {company: {name: company[name] for name in names} for company in self}
        res = super().write(vals)
        if "credit_own_accounts" in vals:
            self.env["credit.overdue.tier"]._make_for_companies(self)
        if names:
            self._after_overdue_rule_change(before)
        return res

    def _after_overdue_rule_change(self, before):
        """What counts as overdue decides about orders: the change is on record, and held orders are looked at."""
        Dossier = self.env["hr.control.dossier"].sudo()
        Event = self.env["hr.control.event"]
        events = []
        for company, old in before.items():
            for name, value in old.items():
                if company[name] != value:
                    events.append(
                        {
                            "dossier": Dossier._ensure("res.company", company, company)[company.id],
                            "code": "credit.overdue_rule",
                            "data": {"rule": name, "before": value, "after": company[name]},
                            "names": {"subject": company.name},
                        }
                    )
        if events:
            Event._append(events)
            accounts = self.env["sale.order"]._get_held_accounts()
            self.env["credit.account"]._trigger_reevaluation(
                accounts.filtered(lambda account: account.company_id in self).partner_id
            )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_overdue_grace_days = fields.Integer(
        related="company_id.credit_overdue_grace_days", readonly=False
    )
    credit_overdue_tolerance = fields.Monetary(
        related="company_id.credit_overdue_tolerance",
        readonly=False,
        currency_field="credit_currency_id",
    )
    credit_overdue_nets = fields.Boolean(related="company_id.credit_overdue_nets", readonly=False)
    credit_pause_days = fields.Integer(related="company_id.credit_pause_days", readonly=False)

from datetime import timedelta

from odoo import api, fields, models

CREDIT_POLICIES = [
    ("observe", "Observe: record, hold nothing"),
    ("warn", "Warn: record and show, hold nothing"),
    ("enforce", "Enforce: hold"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_own_accounts = fields.Boolean(
        string="Credit Limits of Its Own",
        help="A branch normally shares its customers' limits with its parent company. Tick to keep them apart.",
    )
    credit_company_id = fields.Many2one(
        "res.company",
        compute="_compute_credit_company_id",
        store=True,
        recursive=True,
        help="Company whose credit accounts apply to the documents of this one.",
    )
    credit_branch_ids = fields.One2many(
        "res.company", "credit_company_id", string="Companies Sharing Its Accounts"
    )
    credit_order_policy = fields.Selection(
        CREDIT_POLICIES,
        string="Order Confirmation",
        default="observe",
        required=True,
        help="What happens to an order that its customer's credit does not allow, when it is confirmed, changed "
        "or given a longer payment term.",
    )
    credit_invoice_policy = fields.Selection(
        CREDIT_POLICIES,
        string="Invoices",
        default="observe",
        required=True,
        help="What happens to an invoice that goes beyond the customer's orders and his credit.",
    )
    credit_observed_since = fields.Datetime(
        string="Observed Since",
        default=fields.Datetime.now,
        help="Since when the figure of orders that would have been held is counted.",
    )
    credit_new_mode = fields.Selection(
        [("cash_only", "Cash only"), ("limited", "Limited"), ("unlimited", "Unlimited")],
        string="New Customers",
        default="cash_only",
        required=True,
        help="Credit mode of a customer who had no credit account before.",
    )
    credit_new_limit = fields.Monetary(string="Limit of New Customers")
    credit_own_customer_approval = fields.Boolean(
        string="Managers Release Their Own Sales",
        help="Whoever sells an order may release it too, within the ceiling of the position, when somebody else asks. "
        "Never for what breaks one's own limits.",
    )

    credit_horizon_days = fields.Integer(
        string="Horizon",
        help="Orders to be delivered more than so many days from now do not count until then, but for what is "
        "delivered. Zero: all of them count.",
    )

    _credit_horizon_not_negative = models.Constraint(
        "CHECK(credit_horizon_days >= 0)", "The horizon is not below zero."
    )

    @api.depends("parent_id.credit_company_id", "credit_own_accounts")
    def _compute_credit_company_id(self):
        for company in self:
            shares = company.parent_id and not company.credit_own_accounts
            company.credit_company_id = company.parent_id.credit_company_id if shares else company

    def _get_credit_horizon(self):
        """The moment from which on orders to be delivered do not count yet, in UTC; None without a horizon."""
        self.ensure_one()
        if not self.credit_horizon_days:
            return None
        last = self._company_today() + timedelta(days=self.credit_horizon_days)
        return self._company_day_end(last)

    @api.model
    def _get_credit_policy_fields(self):
        """Policy of each checkpoint; add-ons with a checkpoint of their own add theirs."""
        return {"credit_order_policy": "order", "credit_invoice_policy": "invoice"}

    @api.model
    def _get_credit_recorded_fields(self):
        """The policies, and the other settings that decide who gets credit."""
        return self._get_credit_policy_fields() | {
            "credit_new_mode": "new_mode",
            "credit_new_limit": "new_limit",
            "credit_own_accounts": "own_accounts",
            "credit_own_customer_approval": "own_sales",
            "credit_horizon_days": "horizon",
        }

    def write(self, vals):
        names = [name for name in self._get_credit_recorded_fields() if name in vals]
        if not names:
            return super().write(vals)
        before = {(company, name): company[name] for company in self for name in names}
        res = super().write(vals)
        changed = {
            (company, name): previous
            for (company, name), previous in before.items()
            if company[name] != previous
        }
        if changed:
            self._after_credit_policy_change(changed)
        return res

    @api.model
    def _after_credit_policy_change(self, changed):
        """Start the observation count afresh and put the changes on the company's own record.

        :param changed: ``{(company, name of the setting): value before}``
        """
        observing = self.browse().union(*(c for c, name in changed if c[name] == "observe"))
        observing.sudo().write({"credit_observed_since": fields.Datetime.now()})
        checkpoints = self._get_credit_recorded_fields()
        Event = self.env["hr.control.event"]
        Dossier = self.env["hr.control.dossier"]
        Event._append(
            [
                {
                    "dossier": Dossier._ensure("res.company", company, company)[company.id],
                    "code": "credit.policy",
                    "data": {
                        "checkpoint": checkpoints[name],
                        "before": company._get_credit_recorded_value(name, previous),
                        "after": company._get_credit_recorded_value(name, company[name]),
                    },
                    "names": {"subject": company.name},
                }
                for (company, name), previous in changed.items()
            ]
        )

    def _get_credit_recorded_value(self, name, value):
        """A value as the record holds it: a code, or an amount."""
        self.ensure_one()
        if name == "credit_new_limit":
            return self.env["hr.control.event"]._money(value, self.currency_id)
        if name == "credit_horizon_days":
            return str(value)
        if name == "credit_own_accounts":
            return "own" if value else "shared"
        if name == "credit_own_customer_approval":
            return "allowed" if value else "not_allowed"
        return value

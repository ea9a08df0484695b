from odoo import api, fields, models

REQUEST_STATES = [
    ("draft", "Draft"),
    ("submitted", "Submitted"),
    ("manager_approved", "Approved by Manager"),
    ("finance_approved", "Approved by Finance"),
    ("auto_rejected", "Over the Quota"),
    ("rejected", "Rejected"),
    ("cancelled", "Cancelled"),
    ("post_departure", "Left with Debt"),
]
MONEY_STATES = [
    ("partially_paid", "Partially Paid"),
    ("paid", "Paid"),
    ("partially_settled", "Partially Settled"),
    ("settled", "Settled"),
    ("written_off", "Written Off"),
]


class HrEmployeeAdvance(models.Model):
    """Money an employee gets before he spends it, from request to settlement.

    What is decided stands in ``request_state``; what was paid and settled is read from posted journal items
    only, never written by hand.
    """

    _name = "hr.employee.advance"
    _description = "Employee Advance"
    _inherit = ["hr.control.approval.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_request desc, id desc"
    _check_company_auto = True

    _control_guarded_fields = frozenset({"name", "request_state", "submitted_by_id"})

    name = fields.Char(readonly=True, copy=False, default="/", index="trigram")
    employee_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        default=lambda self: self.env.user.employee_id,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    purpose_id = fields.Many2one(
        "hr.employee.advance.purpose",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )
    description = fields.Text(string="What For", required=True)
    amount = fields.Monetary(
        required=True, tracking=True, help="Sum asked for, in the advance's currency."
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount_company = fields.Monetary(
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="The same sum at the rate of the day of the request, in company currency.",
    )
    date_request = fields.Date(
        string="Requested on",
        required=True,
        readonly=True,
        default=lambda self: self.env.company._company_today(),
    )
    date_expected = fields.Date(
        string="To Settle by",
        compute="_compute_date_expected",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        tracking=True,
    )
    request_state = fields.Selection(
        REQUEST_STATES, required=True, default="draft", readonly=True, copy=False, index=True
    )
    state = fields.Selection(
        REQUEST_STATES + MONEY_STATES,
        string="Status",
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
    )
    submitted_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "The amount of an advance must be above zero."
    )

    @api.depends("amount", "currency_id", "company_id", "date_request")
    def _compute_amount_company(self):
        for advance in self:
            advance.amount_company = advance.currency_id._convert(
                advance.amount,
                advance.company_currency_id,
                advance.company_id,
                advance.date_request or advance.company_id._company_today(),
            )

    @api.depends("purpose_id", "date_request")
    def _compute_date_expected(self):
        for advance in self:
            if advance.purpose_id and advance.date_request:
                advance.date_expected = fields.Date.add(
                    advance.date_request, days=advance.purpose_id.settle_days
                )

    @api.depends("request_state")
    def _compute_state(self):
        for advance in self:
            advance.state = advance.request_state

    # Approval -----------------------------------------------------------------------------------

    def _get_approval_dossier(self):
        self.ensure_one()
        return self.employee_id._ensure_advance_dossiers()[self.employee_id.id]

    def _get_approval_mode(self):
        return "all"

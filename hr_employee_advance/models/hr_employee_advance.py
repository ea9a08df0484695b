from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

REQUEST_STATES = [
    ("draft", "Draft"),
    ("submitted", "Submitted"),
    ("manager_approved", "Approved by Manager"),
    ("finance_approved", "Approved by Finance"),
    ("auto_rejected", "Refused by the Quota"),
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
# what people decide on is what was asked
FIXED = frozenset(
    {
        "employee_id",
        "company_id",
        "purpose_id",
        "description",
        "amount",
        "currency_id",
        "date_request",
        "date_expected",
        "partner_ids",
        "document_ref",
        "submitted_by_id",
        "name",
    }
)
# documents an advance may be for, where their app is there; add-ons bring more
DOCUMENT_MODELS = ("crm.lead", "sale.order", "purchase.order", "project.project", "project.task")


class HrEmployeeAdvance(models.Model):
    """Money an employee gets before he spends it, from request to settlement.

    What is decided stands in ``request_state``; what was paid and settled is read from posted journal
    items only, never written by hand.
    """

    _name = "hr.employee.advance"
    _description = "Employee Advance"
    _inherit = ["hr.control.approval.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_request desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _control_own_words = True

    _control_guards_computed = True
    _control_guarded_fields = frozenset(
        {
            "name",
            "company_id",
            "request_state",
            "state",
            "date_request",
            "amount_company",
            "submitted_by_id",
            "answer_ids",
            "version_id",
            "job_id",
            "level_id",
            "department_id",
            "store_id",
            "region_id",
            "work_location_id",
            "manager_id",
            "wage_snapshot",
        }
    )

    name = fields.Char(readonly=True, copy=False, default="/", index="trigram")
    employee_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user.employee_id,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        required=True,
        index=True,
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
    partner_ids = fields.Many2many(
        "res.partner",
        "hr_employee_advance_partner_rel",
        "advance_id",
        "partner_id",
        string="Customers",
    )
    customers_required = fields.Boolean(related="purpose_id.customers_required")
    document_ref = fields.Reference(
        selection="_selection_document_ref", string="Business Document", copy=False
    )
    document_required = fields.Boolean(related="purpose_id.document_required")
    has_document_models = fields.Boolean(compute="_compute_has_document_models")
    paper_ids = fields.One2many(
        "hr.employee.advance.paper",
        "advance_id",
        string="Papers",
        compute="_compute_paper_ids",
        store=True,
        readonly=False,
    )
    answer_ids = fields.One2many(
        "hr.employee.advance.answer", "advance_id", string="Manager's Answers", readonly=True
    )

    amount = fields.Monetary(
        required=True, tracking=True, help="Sum asked for, in the advance's currency."
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        tracking=True,
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
        copy=False,
        default=lambda self: self.env.company._company_today(),
    )
    date_expected = fields.Date(
        string="To Settle by",
        compute="_compute_date_expected",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        copy=False,
        tracking=True,
    )
    request_state = fields.Selection(
        REQUEST_STATES,
        string="Request",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
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
    my_turn = fields.Boolean(related="approval_id.my_turn", string="Waits for Me")
    candidate_ids = fields.Many2many(related="approval_id.candidate_ids", string="Waits for")
    is_mine = fields.Boolean(compute="_compute_is_mine")

    # where the employee stood on the day of the request: reports and rules of the time read it here
    job_id = fields.Many2one("hr.job", readonly=True, copy=False, index="btree_not_null")
    level_id = fields.Many2one("hr.control.level", readonly=True, copy=False)
    department_id = fields.Many2one(
        "hr.department", readonly=True, copy=False, index="btree_not_null"
    )
    store_id = fields.Many2one("hr.department", readonly=True, copy=False)
    region_id = fields.Many2one("hr.control.region", readonly=True, copy=False)
    work_location_id = fields.Many2one("hr.work.location", readonly=True, copy=False)
    manager_id = fields.Many2one("hr.employee", readonly=True, copy=False, index="btree_not_null")
    version_id = fields.Many2one(
        "hr.version", readonly=True, copy=False, groups="hr.group_hr_user", ondelete="set null"
    )
    wage_snapshot = fields.Monetary(
        string="Wage That Day",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        groups="hr.group_hr_manager",
    )

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "The amount of an advance must be above zero."
    )

    @api.depends("employee_id")
    def _compute_company_id(self):
        for advance in self:
            advance.company_id = advance.employee_id.sudo().company_id or self.env.company

    @api.depends("name", "purpose_id.name", "request_state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for advance in self:
            advance.display_name = (
                advance.name if advance.name != "/" else self.env._("Draft Advance")
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

    @api.depends("purpose_id")
    def _compute_date_expected(self):
        for advance in self.filtered("purpose_id"):
            advance.date_expected = fields.Date.add(
                (advance.company_id or self.env.company)._company_today(),
                days=advance.purpose_id.settle_days,
            )

    @api.depends("request_state")
    def _compute_state(self):
        for advance in self:
            advance.state = advance.request_state

    @api.depends("purpose_id")
    def _compute_paper_ids(self):
        for advance in self:
            kinds = advance.purpose_id.sudo().paper_ids
            wanted = kinds.filtered(lambda kind: kind.stage == "request")
            gone = advance.paper_ids.filtered(lambda paper: paper.kind_id.stage != "request")
            gone |= advance.paper_ids.filtered(
                lambda paper, purpose=advance.purpose_id: paper.kind_id.purpose_id != purpose
            )
            advance.paper_ids = [fields.Command.delete(paper.id) for paper in gone] + [
                fields.Command.create({"kind_id": kind.id})
                for kind in wanted - advance.paper_ids.kind_id
            ]

    @api.depends_context("uid")
    def _compute_has_document_models(self):
        self.has_document_models = bool(self._selection_document_ref())

    @api.depends("employee_id", "submitted_by_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for advance in self:
            advance_sudo = advance.sudo()
            advance.is_mine = self.env.user in (
                advance_sudo.employee_id.user_id
                | advance_sudo.submitted_by_id
                | advance_sudo.create_uid
            )

    @api.model
    def _selection_document_ref(self):
        models_sudo = self.env["ir.model"].sudo()
        return [
            (name, models_sudo._get(name).name)
            for name in self._get_document_models()
            if name in self.env and self.env[name].has_access("read")
        ]

    @api.model
    def _get_document_models(self):
        """Models whose records an advance may be for; extend it in an add-on that brings one."""
        return [*DOCUMENT_MODELS]

    # Who and what -------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        advances = super().create(vals_list)
        # asked of the result: a default in the context sets a state as well as a value does
        if any(advance.request_state != "draft" or advance.submitted_by_id for advance in advances):
            raise AccessError(self.env._("An advance starts as a draft."))
        advances._check_for_whom()
        advances._check_document_ref()
        return advances

    def write(self, vals):
        self.check_access("write")
        if "request_state" in vals:
            self._check_transition(vals["request_state"])
        if fixed := FIXED & vals.keys():
            self._check_not_fixed(fixed, vals)
        res = super().write(vals)
        if "employee_id" in vals:
            self._check_for_whom()
        if "document_ref" in vals:
            self._check_document_ref()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if submitted := self.filtered(lambda advance: advance.name != "/"):
            raise UserError(
                self.env._(
                    "%(advance)s was asked for and stays on record. Cancel it instead.",
                    advance=submitted[0].display_name,
                )
            )

    def _check_for_whom(self):
        """Everybody asks for himself; an HR officer also for others."""
        if self.env.su or self.env.user.has_group("hr.group_hr_user"):
            return
        for advance in self:
            if advance.employee_id.sudo().user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "You ask for yourself only. An HR officer can ask for %(employee)s.",
                        employee=advance.employee_id.sudo().name,
                    )
                )

    def _check_document_ref(self):
        if not self.env.su:
            for advance in self.filtered("document_ref"):
                advance.document_ref.check_access("read")

    def _check_not_fixed(self, names, vals):
        """:raises UserError: the request was made already; whoever calls"""
        for advance in self.filtered(lambda advance: advance.request_state != "draft"):
            raise UserError(
                self.env._(
                    "%(advance)s was asked for as it is (%(fields)s). Recall it to change it.",
                    advance=advance.display_name,
                    fields=format_list(
                        self.env,
                        [
                            self._fields[name]._description_string(self.env)
                            for name in sorted(names)
                        ],
                    ),
                )
            )

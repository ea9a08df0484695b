from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

HR = "hr.group_hr_user"
STATES = [
    ("open", "Going On"),
    ("ready", "All Signed"),
    ("completed", "Completed"),
    ("cancelled", "Cancelled"),
]
# (from, to): what must be true, whoever writes. Everything else is final.
TRANSITIONS = {
    ("open", "ready"): "_is_all_signed",
    ("ready", "open"): None,
    ("ready", "completed"): "_is_all_signed",
    # the release by law, which leaves the debt on the books
    ("open", "completed"): "_is_release_approved",
    # the books changed before the person had gone
    ("completed", "open"): "_is_still_here",
    ("open", "cancelled"): None,
    ("ready", "cancelled"): None,
    ("completed", "cancelled"): "_is_still_here",
}


class HrEmployeeClearance(models.Model):
    """What every department signs before a person leaves: one for all employee records of the person."""

    _name = "hr.employee.clearance"
    _description = "Offboarding Clearance"
    _inherit = ["hr.control.approval.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_last, id"
    _mail_post_access = "read"
    _control_own_words = True

    _control_guarded_fields = frozenset(
        {
            "employee_id",
            "employee_ids",
            "leaver_ids",
            "company_id",
            "company_ids",
            "state",
            "origin",
            "opened_by_id",
            "completed_by_id",
            "completed_at",
            "left_at",
            "rehired_at",
            "is_released",
            "release_reason",
            "progress_pct",
        }
    )

    employee_id = fields.Many2one(
        "hr.employee", required=True, readonly=True, index=True, ondelete="restrict"
    )
    employee_ids = fields.Many2many(
        "hr.employee",
        "hr_employee_clearance_employee_rel",
        "clearance_id",
        "employee_id",
        string="Employee Records",
        readonly=True,
        context={"active_test": False},
        help="All records of the person, in every company.",
    )
    leaver_ids = fields.Many2many(
        "res.users",
        "hr_employee_clearance_leaver_rel",
        string="Users of the Leaver",
        readonly=True,
        help="As they were when it began: whoever loses his user afterwards is still the same person.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    company_ids = fields.Many2many(
        "res.company", "hr_employee_clearance_company_rel", string="Companies", readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    origin = fields.Selection(
        [("resignation", "Resignation"), ("hr", "Started by HR")],
        string="How It Began",
        required=True,
        readonly=True,
    )
    reason = fields.Text(help="Why the person leaves, in the words of whoever began it.")
    date_last = fields.Date(string="Last Day", required=True, tracking=True, index=True)
    opened_by_id = fields.Many2one("res.users", string="Begun by", readonly=True)
    state = fields.Selection(
        STATES,
        string="Status",
        required=True,
        default="open",
        readonly=True,
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("hr.employee.clearance.line", "clearance_id", string="Checklist")
    progress_pct = fields.Float(
        string="Progress", compute="_compute_progress", store=True, aggregator="avg"
    )
    completed_by_id = fields.Many2one("res.users", readonly=True)
    completed_at = fields.Datetime(readonly=True)
    left_at = fields.Datetime(
        string="Left on", readonly=True, help="When the employee record was archived."
    )
    rehired_at = fields.Datetime(
        string="Returned on", readonly=True, help="From then on this clearance counts no more."
    )
    amount_open = fields.Monetary(
        string="Still Owed",
        compute="_compute_missing",
        help="Of all advances, in company currency.",
    )
    missing = fields.Text(string="What Is Missing", compute="_compute_missing")
    missing_count = fields.Integer(string="Open Points", compute="_compute_missing")
    is_mine = fields.Boolean(compute="_compute_is_mine")
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    waits_for_me = fields.Boolean(compute="_compute_waits_for_me", search="_search_waits_for_me")

    @api.depends("employee_id")
    def _compute_display_name(self):
        for clearance in self:
            clearance.display_name = self.env._(
                "Clearance of %(employee)s", employee=clearance.employee_id.sudo().name
            )

    @api.depends("line_ids.state")
    def _compute_progress(self):
        for clearance in self:
            lines = clearance.line_ids
            signed = lines.filtered(lambda line: line.state == "signed")
            clearance.progress_pct = 100.0 * len(signed) / (len(lines) or 1)

    @api.depends("line_ids.state", "state", "employee_ids")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_missing(self):
        clearances_sudo = self.sudo()
        employees = clearances_sudo.with_context(active_test=False).employee_ids
        standing = clearances_sudo.filtered(lambda c: c.state in ("open", "ready"))
        blockers = standing.with_context(active_test=False).employee_ids._get_clearance_blockers()
        owed = employees._get_owed_amounts()
        for clearance, clearance_sudo in zip(self, clearances_sudo, strict=True):
            people = clearance_sudo.with_context(active_test=False).employee_ids
            if not clearance._tells_debts():
                people = people.browse()
            sentences = []
            if clearance_sudo in standing:
                sentences = [b.sentence for e in people for b in blockers[e.id]]
                sentences += clearance_sudo._get_line_sentences()
            clearance.missing = "\n".join(sentences)
            clearance.missing_count = len(sentences)
            clearance.amount_open = sum(
                company.currency_id._convert(
                    amount, clearance_sudo.currency_id, company, company._company_today()
                )
                for employee in people
                for company, amount in owed.get(employee, [])
            )

    def _tells_debts(self):
        """Whether the current user may know what the leaver owes: who signs for the keys need not."""
        self.ensure_one()
        people = self.sudo().with_context(active_test=False).employee_ids
        return self.env.su or bool(self.env["hr.employee.advance"]._get_visible_employees(people))

    @api.depends("employee_ids")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for clearance in self:
            clearance.is_mine = self.env.user in clearance.sudo()._get_leavers()

    @api.depends("date_last", "state")
    def _compute_is_late(self):
        for clearance in self:
            clearance.is_late = (
                clearance.state in ("open", "ready")
                and clearance.date_last < clearance.company_id._company_today()
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("state", "in", ("open", "ready")) & Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("date_last", "<", company._company_today())
            for company in self.env["res.company"].sudo().search([])
        )
        return late if True in value else ~late

    @api.depends("line_ids.state", "line_ids.responsible_ids")
    @api.depends_context("uid")
    def _compute_waits_for_me(self):
        for clearance in self:
            clearance.waits_for_me = any(clearance.sudo().line_ids.mapped("is_my_turn"))

    def _search_waits_for_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = Domain("state", "in", ("open", "ready")) & Domain(
            "line_ids", "any", [("state", "!=", "signed"), ("responsible_ids", "in", self.env.uid)]
        )
        return mine if True in value else ~mine

    # Nobody writes but by the actions -------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("A clearance is begun with a resignation, or by HR on the employee.")
            )
        return super().create(vals_list)

    def write(self, vals):
        self.check_access("write")  # before a stranger is told who leaves
        if "state" in vals:
            self._check_transition(vals["state"])
        if {"date_last", "reason"} & vals.keys() and not self.env.su:
            self._check_hr()
        return super().write(vals)

    def unlink(self):
        if self:
            raise AccessError(self.env._("A clearance is kept. Cancel it instead."))
        return super().unlink()

    def copy(self, default=None):
        raise UserError(self.env._("A clearance is begun on the employee, not copied."))

    def _check_transition(self, state):
        """:raises UserError: this change is not open now; superuser included"""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for clearance in self.sudo().filtered(lambda c: c.state != state):
            key = (clearance.state, state)
            check = TRANSITIONS.get(key, "_is_never")
            if check and not getattr(clearance, check)():
                raise UserError(
                    self.env._(
                        "%(clearance)s is %(state)s and cannot become %(next)s now.",
                        clearance=clearance.display_name,
                        state=labels[clearance.state].lower(),
                        next=labels.get(state, state).lower(),
                    )
                )

    def _is_never(self):
        return False

    def _is_all_signed(self):
        return all(line.state == "signed" for line in self.line_ids)

    def _is_still_here(self):
        return not self.left_at

    def _check_hr(self):
        """:raises AccessError: not of HR, or it is the user's own clearance"""
        if not self.env.user.has_group(HR):
            raise AccessError(self.env._("This is done by HR. Ask an HR officer."))
        if any(self.mapped("is_mine")):
            raise AccessError(
                self.env._("This is your own clearance: another HR officer has to do this.")
            )

    # What is open ---------------------------------------------------------------------------------

    def _get_open_sentences(self):
        """What of this clearance is not done, for the gate: the books are asked elsewhere."""
        self.ensure_one()
        if lines := self._get_line_sentences():
            return lines
        if self.state == "ready":
            return [
                self.env._(
                    "Everything is signed; HR still has to complete the clearance of %(employee)s.",
                    employee=self.employee_id.name,
                )
            ]
        return []

    def _get_line_sentences(self):
        self.ensure_one()
        return [line._get_open_sentence() for line in self.line_ids if line.state != "signed"]

    def _get_leavers(self):
        """Users whom it concerns: they sign, complete and release nothing of it."""
        return self.leaver_ids | self.with_context(active_test=False).employee_ids.user_id

    # Guard ----------------------------------------------------------------------------------------

    def _take_guard(self):
        """Hold all dossiers of the persons; what was read before is read again."""
        employees = self.sudo().with_context(active_test=False).employee_ids
        employees._take_departure_guard()
        self.env.invalidate_all()

    def _append_event(self, code, data=None, names=None):
        """Record in the dossier of each employee record what happened, and link it: the guard is held."""
        self.ensure_one()
        employees = self.sudo().with_context(active_test=False).employee_ids
        dossiers = employees._ensure_advance_dossiers()
        own = dict(
            self.env["hr.employee.advance"]
            .sudo()
            ._read_group([("employee_id", "in", employees.ids)], ["employee_id"], ["id:array_agg"])
        )
        own = {employee.id: ids for employee, ids in own.items()}
        self.env["hr.control.event"].sudo()._append(
            [
                {
                    "dossier": dossiers[employee.id],
                    "code": code,
                    "document": self,
                    "data": self._get_event_data(data or {}, own.get(employee.id, [])),
                    "names": {"employee": employee.name} | (names or {}),
                }
                for employee in employees
            ]
        )
        self.env["hr.control.dossier"].sudo().union(*dossiers.values())._link()

    @api.model
    def _get_event_data(self, data, advance_ids):
        """``data`` for the dossier of one company: of the figures signed its own, the digest is that of all."""
        advances = data.get("figures", {}).get("advances")
        if advances is None:
            return data
        return data | {
            "figures": {"advances": [line for line in advances if line["id"] in advance_ids]}
        }

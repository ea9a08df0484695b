from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_list

from odoo.addons.hr_control_base.tools import evidence

from .hr_employee_advance_allocation import FINANCE

KINDS = [
    ("manager", "Direct Manager"),
    ("sales", "Sales Handover"),
    ("it", "IT"),
    ("administration", "General Office"),
    ("hr", "HR"),
    ("finance", "Finance"),
]
# the balances under a signature are not for whoever signs for the keys
TOLD = f"{FINANCE},hr_control_base.group_control_auditor,hr.group_hr_user"
LINE_STATES = [("pending", "To Sign"), ("signed", "Signed"), ("invalid", "Signature Invalid")]


class HrEmployeeClearanceLine(models.Model):
    """What one department confirms about a leaver, who did, and on which figures."""

    _name = "hr.employee.clearance.line"
    _description = "Clearance Line"
    _inherit = ["hr.control.guarded.mixin", "mail.activity.mixin"]
    _order = "clearance_id, sequence, id"

    _control_guards_computed = True
    _control_guarded_fields = frozenset(
        {
            "state",
            "signed_by_id",
            "on_behalf_of_id",
            "signed_at",
            "figures",
            "figures_hash",
            "invalid_reason",
        }
    )

    clearance_id = fields.Many2one(
        "hr.employee.clearance", required=True, index=True, ondelete="restrict"
    )
    employee_id = fields.Many2one(related="clearance_id.employee_id", store=True, index=True)
    company_id = fields.Many2one(related="clearance_id.company_id", store=True, index=True)
    clearance_state = fields.Selection(related="clearance_id.state", string="Clearance Status")
    sequence = fields.Integer(default=10)
    name = fields.Char(string="To Confirm", required=True)
    kind = fields.Selection(KINDS, string="Department", required=True)
    instructions = fields.Text()
    responsible_ids = fields.Many2many(
        "res.users",
        "hr_employee_clearance_line_responsible_rel",
        "line_id",
        "user_id",
        string="Who May Sign",
        domain=[("share", "=", False)],
    )
    date_due = fields.Date(string="Due on", required=True)
    state = fields.Selection(
        LINE_STATES,
        string="Status",
        required=True,
        default="pending",
        readonly=True,
        index=True,
    )
    note = fields.Text(
        help="What the signer wants to be remembered, for example what was handed back."
    )
    signed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    on_behalf_of_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    signed_at = fields.Datetime(readonly=True)
    figures = fields.Json(readonly=True, copy=False, groups=TOLD)
    figures_hash = fields.Char(string="Fingerprint of the Figures", readonly=True)
    invalid_reason = fields.Char(string="Why Invalid", readonly=True)
    missing = fields.Text(string="What Is Open", compute="_compute_missing")
    is_my_turn = fields.Boolean(compute="_compute_is_my_turn")
    is_late = fields.Boolean(compute="_compute_is_late")

    @api.depends("state")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_missing(self):
        # asked here: a field of another record passes it on unchecked
        told = self._filtered_access("read").filtered(
            lambda line: line.kind != "finance" or line.clearance_id._tells_debts()
        )
        blockers = told.sudo()._get_sign_blockers()
        for line in self:
            line.missing = "\n".join(blockers.get(line.id, []))

    @api.depends("state", "responsible_ids", "clearance_state")
    @api.depends_context("uid")
    def _compute_is_my_turn(self):
        user = self.env.user
        Delegation = self.env["hr.control.delegation"]
        delegators = {
            company: Delegation._get_delegators(user, company) for company in self.sudo().company_id
        }
        for line in self:
            line_sudo = line.sudo()
            line.is_my_turn = (
                line_sudo.state != "signed"
                and line_sudo.clearance_state in ("open", "ready")
                and bool(line_sudo._get_sign_principal(user, delegators.get(line_sudo.company_id)))
            )

    @api.depends("state", "date_due", "clearance_state")
    def _compute_is_late(self):
        for line in self:
            line.is_late = (
                line.state != "signed"
                and line.clearance_state == "open"
                and line.date_due < line.company_id._company_today()
            )

    # Nobody writes but by the actions -------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if any(line.state != "pending" or line.signed_by_id for line in lines):
            raise AccessError(self.env._("A line starts unsigned."))
        if not self.env.su:
            lines._check_added()
        lines._check_responsible()
        lines.sudo().clearance_id._update_state()
        return lines

    def _check_added(self):
        """HR may ask for more, as long as the clearance is going on."""
        self.clearance_id._check_hr()
        if set(self.clearance_id.mapped("state")) - {"open", "ready"}:
            raise UserError(self.env._("The clearance is closed: no line can be added."))

    def write(self, vals):
        if not self.env.su:
            self._check_change(vals)
        before = {line: line.responsible_ids for line in self.sudo()}
        res = super().write(vals)
        if "responsible_ids" in vals:
            self._check_responsible()
            for line, people in before.items():
                if line.responsible_ids != people:
                    line.clearance_id._append_event(
                        "clearance.reassigned",
                        {"line": line.id},
                        {"line": line.name, "people": line.responsible_ids},
                    )
        return res

    def _check_change(self, vals):
        """Who signs may note something; everything else of a line that is not signed yet is for HR."""
        if vals.keys() - {"note"} or not all(self.mapped("is_my_turn")):
            self.clearance_id._check_hr()
        if {"clearance_id", "kind"} & vals.keys() or "signed" in self.mapped("state"):
            raise UserError(self.env._("What is signed, and for which department, stays as it is."))

    def unlink(self):
        if self:
            raise AccessError(self.env._("Lines of a clearance are kept; each has to be signed."))
        return super().unlink()

    def _check_responsible(self):
        """:raises UserError: the leaver himself, or a stranger to finance, would sign"""
        for line in self.sudo():
            leavers = line.clearance_id._get_leavers()
            if line.responsible_ids & leavers:
                raise UserError(
                    self.env._(
                        "%(line)s: %(user)s leaves and cannot sign his own clearance.",
                        line=line.name,
                        user=(line.responsible_ids & leavers)[0].name,
                    )
                )
            strangers = line.responsible_ids.filtered(
                lambda user, line=line: (
                    user.share or (line.kind == "finance" and not user.has_group(FINANCE))
                )
            )
            if strangers:
                raise UserError(
                    self.env._(
                        "%(line)s: %(user)s does not belong to those who may sign it.",
                        line=line.name,
                        user=strangers[0].name,
                    )
                )

    # Who signs ------------------------------------------------------------------------------------

    def _get_sign_principal(self, user, delegators=None):
        """In whose name ``user`` may sign: his own or that of an absent one who delegated to him; empty if not.

        :param delegators: who delegated to him in this company, where many lines are asked about
        """
        self.ensure_one()
        nobody = self.env["res.users"]
        leavers = self.clearance_id._get_leavers()
        if user in leavers or not user._get_control_deciders(self.company_id):
            return nobody
        if user in self.responsible_ids:
            return user
        if delegators is None:
            delegators = self.env["hr.control.delegation"]._get_delegators(user, self.company_id)
        return (self.responsible_ids & delegators)[:1]

    def _check_signer(self):
        """:return: in whose name the current user signs
        :raises AccessError: not responsible, or his duties exclude each other
        """
        self.ensure_one()
        user = self.env.user
        principal = self._get_sign_principal(user)
        if not principal:
            raise AccessError(
                self.env._(
                    "%(line)s of %(employee)s is signed by %(people)s, never by the leaver.",
                    line=self.name,
                    employee=self.employee_id.name,
                    people=format_list(self.env, self.responsible_ids.mapped("name"))
                    or self.env._("nobody yet"),
                )
            )
        if self.kind == "finance":
            self._check_finance_signer(user)
        return principal

    def _check_finance_signer(self, user):
        """Who moved the money, or answered for another department, does not confirm that it is all back."""
        if not user.has_group(FINANCE):
            raise AccessError(
                self.env._(
                    "The finance line is signed by finance of advances, also on behalf of others."
                )
            )
        people = self.clearance_id.with_context(active_test=False).employee_ids
        paid = (
            self.env["account.payment"]
            .sudo()
            .search(
                [
                    ("employee_advance_id.employee_id", "in", people.ids),
                    ("create_uid", "=", user.id),
                    ("state", "not in", ("draft", "canceled", "rejected")),
                ],
                limit=1,
            )
        )
        if paid:
            raise AccessError(
                self.env._(
                    "You booked payment %(payment)s of an advance of %(employee)s: somebody else has to sign.",
                    payment=paid.name,
                    employee=self.employee_id.name,
                )
            )
        others = self.clearance_id.line_ids - self
        if other := others.filtered(
            lambda line: line.state == "signed" and line.signed_by_id == user
        )[:1]:
            raise AccessError(
                self.env._(
                    "You signed %(other)s already: the finance line needs a second person.",
                    other=other.name,
                )
            )

    # Signing --------------------------------------------------------------------------------------

    def action_sign(self, note=None):
        """Sign in the current user's name, on figures read anew under the guard.

        :raises UserError: listing what is open
        """
        for line in self:
            line.check_access("read")
            line.sudo()._sign(note)
        return True

    def _sign(self, note):
        self.ensure_one()
        self.clearance_id._take_guard()
        if self.clearance_state not in ("open", "ready") or self.state == "signed":
            raise UserError(
                self.env._(
                    "%(line)s is signed already, or its clearance is closed.", line=self.name
                )
            )
        principal = self._check_signer()
        if blockers := self._get_sign_blockers()[self.id]:
            self._append_refused(blockers)
            raise UserError(
                "\n".join(
                    [
                        self.env._("%(line)s cannot be signed yet:", line=self.name),
                        *(f"- {sentence}" for sentence in blockers),
                    ]
                )
            )
        figures = self.env["hr.control.event"]._normalize(self._get_sign_figures())
        self.write(
            {
                "state": "signed",
                "signed_by_id": self.env.uid,
                "on_behalf_of_id": principal != self.env.user and principal.id,
                "signed_at": fields.Datetime.now(),
                "figures": figures,
                "figures_hash": evidence.digest(evidence.canonical(figures)),
                "invalid_reason": False,
            }
            | ({"note": note} if note else {})
        )
        self.clearance_id._append_event(
            "clearance.signed",
            {"kind": self.kind, "line": self.id, "figures": figures, "hash": self.figures_hash},
            {"line": self.name, "note": self.note or ""},
        )
        self._clear_alerts()
        self.clearance_id._update_state()

    def _get_sign_blockers(self):
        """What keeps each line from being signed: ``{line id: [sentence]}``. Extend it for other departments."""
        found = {line.id: [] for line in self}
        finance = self.filtered(lambda line: line.kind == "finance" and line.state != "signed")
        if finance:
            employees = finance.clearance_id.with_context(active_test=False).employee_ids
            blockers = employees._get_clearance_blockers()
            for line in finance:
                people = line.clearance_id.with_context(active_test=False).employee_ids
                found[line.id] = [b.sentence for e in people for b in blockers[e.id]]
        return found

    def _get_sign_figures(self):
        """What is signed, kept with the signature; plain data. Extend it for other departments."""
        self.ensure_one()
        if self.kind != "finance":
            return {}
        people = self.clearance_id.with_context(active_test=False).employee_ids
        return people._get_clearance_figures()

    def _append_refused(self, blockers):
        employee = self.employee_id
        dossier = employee._ensure_advance_dossiers()[employee.id]
        self.env["hr.control.event"]._append_after_rollback(
            [
                {
                    "dossier": dossier,
                    "code": "clearance.sign_refused",
                    "document": (self.clearance_id._name, self.clearance_id.id),
                    "data": {"kind": self.kind, "open": len(blockers)},
                    "names": {
                        "line": self.name,
                        "sentence": blockers[0],
                        "employee": employee.name,
                    },
                }
            ],
            ("clearance.sign_refused", self.id),
        )

    def _get_open_sentence(self):
        self.ensure_one()
        people = format_list(self.env, self.responsible_ids.mapped("name")) or self.env._(
            "nobody yet"
        )
        if self.state == "invalid":
            return self.env._(
                "%(line)s: the signature became invalid (%(reason)s); to be signed again by %(people)s.",
                line=self.name,
                reason=self.invalid_reason,
                people=people,
            )
        return self.env._("%(line)s: to be signed by %(people)s.", line=self.name, people=people)

    # Invalidation ---------------------------------------------------------------------------------

    def _invalidate(self, reason):
        """The figures that were signed are not those of today: whoever signed is told and signs anew."""
        for line in self:
            signer = line.signed_by_id
            line.write({"state": "invalid", "invalid_reason": reason})
            line.clearance_id._append_event(
                "clearance.invalidated",
                {"kind": line.kind, "line": line.id},
                {"line": line.name, "signer": signer, "reason": reason},
            )
            line.clearance_id._update_state()
            line.clearance_id._tell_invalid(line, signer, reason)

    @api.model
    def _get_waiting_domain(self):
        return Domain("state", "!=", "signed") & Domain(
            "clearance_id.state", "in", ("open", "ready")
        )

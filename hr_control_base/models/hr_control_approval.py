from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_datetime, format_list

STATES = [
    ("pending", "To decide"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
    ("void", "Void"),
]
# (from, to): check that the acting user and the levels must pass. Everything else is final.
TRANSITIONS = {
    ("pending", "approved"): "_check_levels_approved",
    ("pending", "refused"): "_check_level_refused",
    ("pending", "withdrawn"): "_check_requester",
    ("pending", "void"): None,
}
# what was asked is what is decided
FIXED = frozenset(
    {
        "name",
        "res_model",
        "res_id",
        "company_id",
        "dossier_id",
        "mode",
        "minimum",
        "reason",
        "requested_at",
    }
    | {
        "requester_id",
        "barred_user_ids",
        "decided_by_id",
        "on_behalf_of_id",
        "decided_at",
        "decision_reason",
    }
)


class HrControlApproval(models.Model):
    """One request for approval, of whichever add-on: who asked, who may decide, who did."""

    _name = "hr.control.approval"
    _description = "Approval Request"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "deadline, id desc"
    _mail_post_access = "read"
    _control_own_words = True

    name = fields.Char(string="Request", required=True, readonly=True)
    res_model = fields.Selection(
        selection="_selection_res_model", string="Kind", required=True, readonly=True
    )
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    dossier_id = fields.Many2one(
        "hr.control.dossier", required=True, readonly=True, index=True, ondelete="restrict"
    )
    mode = fields.Selection(
        [("first", "The first able level decides"), ("all", "Every level decides in turn")],
        required=True,
        readonly=True,
    )
    minimum = fields.Integer(string="Decisions Needed", required=True, readonly=True, default=1)
    reason = fields.Text(readonly=True)
    requested_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    requester_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="restrict"
    )
    department_id = fields.Many2one("hr.department", readonly=True, ondelete="set null")
    store_id = fields.Many2one(
        "hr.department", readonly=True, ondelete="set null", help="The requester's, that day."
    )
    region_id = fields.Many2one("hr.control.region", readonly=True, ondelete="set null")
    barred_user_ids = fields.Many2many(
        "res.users",
        "hr_control_approval_barred_rel",
        "approval_id",
        "user_id",
        string="Concerned",
        readonly=True,
        help="The requester and everybody whom the request concerns: they never decide it.",
    )
    figures = fields.Json(string="Figures of That Moment", readonly=True, copy=False)
    figures_html = fields.Html(compute="_compute_figures_html", string="Figures", sanitize=False)

    state = fields.Selection(STATES, required=True, default="pending", readonly=True, index=True)
    step_ids = fields.One2many(
        "hr.control.approval.step", "approval_id", string="Levels", readonly=True
    )
    step_id = fields.Many2one(
        "hr.control.approval.step", compute="_compute_step_id", string="Waits for"
    )
    candidate_ids = fields.Many2many(
        "res.users", compute="_compute_step_id", string="Who May Decide"
    )
    deadline = fields.Datetime(readonly=True, index=True)
    stranded = fields.Boolean(readonly=True, help="Nobody is left to take it over.")
    decided_by_id = fields.Many2one("res.users", readonly=True, index=True, ondelete="restrict")
    on_behalf_of_id = fields.Many2one(
        "res.users", string="On Behalf of", readonly=True, ondelete="restrict"
    )
    decided_at = fields.Datetime(readonly=True)
    decision_reason = fields.Text(readonly=True)
    decider_store_id = fields.Many2one("hr.department", readonly=True, ondelete="set null")
    decider_region_id = fields.Many2one("hr.control.region", readonly=True, ondelete="set null")

    my_turn = fields.Boolean(compute="_compute_my_turn", search="_search_my_turn")
    is_mine = fields.Boolean(compute="_compute_is_mine")
    is_overdue = fields.Boolean(compute="_compute_is_overdue")

    _document = models.Index("(res_model, res_id)")
    _pending_deadline = models.Index("(deadline) WHERE state = 'pending'")

    @api.model
    def _selection_res_model(self):
        names = self.env.registry.descendants(["hr.control.approval.mixin"], "_inherit")
        models_sudo = self.env["ir.model"].sudo()
        return [
            (name, models_sudo._get(name).name) for name in names if not self.env[name]._abstract
        ]

    @api.depends("step_ids.state", "step_ids.candidate_ids")
    def _compute_step_id(self):
        steps = {step.approval_id: step for step in self.step_ids if step.state == "open"}
        for approval in self:
            approval.step_id = step = steps.get(approval, self.step_ids.browse())
            approval.candidate_ids = step.candidate_ids

    @api.depends("state", "step_ids.state", "step_ids.candidate_ids", "barred_user_ids")
    @api.depends_context("uid")
    def _compute_my_turn(self):
        user = self.env.user
        pending_sudo = self.sudo().filtered(
            lambda approval: approval.state == "pending" and approval.step_id
        )
        delegators = {
            company: self.env["hr.control.delegation"]._get_delegators(user, company)
            for company in pending_sudo.company_id
        }
        for approval in self:
            approval_sudo = approval.sudo()
            approval.my_turn = approval_sudo in pending_sudo and bool(
                approval_sudo.step_id._get_principal(user, delegators[approval_sudo.company_id])[0]
            )

    def _search_my_turn(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        user, Delegation = self.env.user, self.env["hr.control.delegation"]
        domains = []
        for company in user.sudo().company_ids:
            principals = user | Delegation._get_delegators(user, company)
            domains.append(
                Domain("company_id", "=", company.id)
                & Domain(
                    "step_ids",
                    "any",
                    [("state", "=", "open"), ("candidate_ids", "in", principals.ids)],
                )
            )
        domain = (
            Domain("state", "=", "pending")
            & Domain("barred_user_ids", "not in", user.ids)
            & Domain.OR(domains)
        )
        # the few that are left are asked one by one: the rule stands in one place only
        found = self.sudo().search(domain).filtered("my_turn")
        return Domain("id", "in" if (operator == "in") == (True in value) else "not in", found.ids)

    @api.depends("requester_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for approval in self:
            approval.is_mine = approval.requester_id == self.env.user

    @api.depends("deadline", "state")
    def _compute_is_overdue(self):
        for approval in self:
            approval.is_overdue = approval._is_late()

    @api.depends("state", "figures", "res_model", "res_id")
    @api.depends_context("uid", "lang", "tz")
    def _compute_figures_html(self):
        documents = self._get_documents()
        for approval in self:
            document = documents.get(approval)
            if approval.state == "pending" and document:
                figures = document._get_approval_figures()
                if self.env.user not in approval.sudo().barred_user_ids:
                    figures = figures + document._get_approval_remarks()
            else:
                figures = approval.figures or []
            approval.figures_html = self.env["ir.qweb"]._render(
                "hr_control_base.approval_figures", {"figures": figures}, minimal_qcontext=True
            )

    def _get_documents(self):
        """``{approval: document in sudo}``; nothing for those deleted or of an add-on that was removed."""
        documents = {}
        for model, approvals in self.grouped("res_model").items():
            if model in self.env:
                records = self.env[model].sudo().browse(approvals.mapped("res_id")).exists()
                by_id = {record.id: record for record in records}
                documents |= {
                    approval: by_id[approval.res_id]
                    for approval in approvals
                    if approval.res_id in by_id
                }
        return documents

    def _is_late(self):
        self.ensure_one()
        return (
            self.state == "pending"
            and bool(self.deadline)
            and self.deadline < fields.Datetime.now()
        )

    def _get_settled_sentence(self):
        """Why nothing can be decided here any more."""
        self.ensure_one()
        if self.state == "pending":
            return self.env._(
                "This level of %(request)s cannot change like that.", request=self.name
            )
        if self.decided_by_id:
            return self.env._(
                "%(request)s was already decided by %(user)s on %(when)s: %(state)s.",
                request=self.name,
                user=self.decided_by_id.name,
                when=format_datetime(self.env, self.decided_at, dt_format="short"),
                state=dict(self._fields["state"]._description_selection(self.env))[
                    self.state
                ].lower(),
            )
        return self.env._(
            "%(request)s is not open any more: %(state)s.",
            request=self.name,
            state=dict(self._fields["state"]._description_selection(self.env))[self.state].lower(),
        )

    # States -------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        approvals = super().create(vals_list)
        # asked of the result: a default in the context sets a state as well as a value does
        if any(approval.state != "pending" or approval.decided_by_id for approval in approvals):
            raise AccessError(self.env._("A request starts undecided."))
        return approvals

    def write(self, vals):
        self.check_access("write")
        if fixed := FIXED & vals.keys():
            raise AccessError(
                self.env._(
                    "What was asked and what was decided stays as it is (%(fields)s).",
                    fields=format_list(
                        self.env,
                        [
                            self._fields[name]._description_string(self.env)
                            for name in sorted(fixed)
                        ],
                    ),
                )
            )
        if "state" not in vals:
            return super().write(vals)
        for approval in self:
            super(HrControlApproval, approval).write(
                vals | approval._prepare_transition_vals(vals["state"])
            )
        return True

    def _prepare_transition_vals(self, state):
        """:raises UserError: this change is not open to this user now; whoever calls, sudo included"""
        self.ensure_one()
        if (self.state, state) not in TRANSITIONS:
            raise UserError(self._get_settled_sentence())
        check = TRANSITIONS[self.state, state]
        return {"deadline": False, **((check and getattr(self, check)()) or {})}

    def _check_levels_approved(self):
        open_states = ("open",) if self.mode == "first" else ("open", "waiting")
        approved = self.step_ids.filtered(lambda step: step.state == "approved")
        if len(approved.decided_by_id) < self.minimum or any(
            step.state in open_states for step in self.step_ids
        ):
            raise AccessError(
                self.env._("%(request)s is approved by its levels only.", request=self.name)
            )
        return self._prepare_decision_vals(approved)

    def _check_level_refused(self):
        refused = self.step_ids.filtered(lambda step: step.state == "refused")
        if not refused:
            raise AccessError(
                self.env._("%(request)s is refused by one of its levels only.", request=self.name)
            )
        return self._prepare_decision_vals(refused)

    def _prepare_decision_vals(self, steps):
        last = steps.sorted(lambda step: (step.decided_at, step.sequence))[-1]
        return {
            "decided_by_id": last.decided_by_id.id,
            "on_behalf_of_id": last.on_behalf_of_id.id,
            "decided_at": last.decided_at,
            "decision_reason": last.reason,
            "decider_store_id": last.store_id.id,
            "decider_region_id": last.region_id.id,
        }

    def _check_requester(self):
        if self.env.user != self.requester_id:
            raise AccessError(
                self.env._(
                    "Only %(user)s, who asked, can withdraw %(request)s.",
                    user=self.requester_id.name,
                    request=self.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise AccessError(self.env._("Requests are kept: they tell who allowed what."))

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime, format_list

STEP_STATES = [
    ("waiting", "Standing by"),
    ("open", "To decide"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("escalated", "Passed on"),
    ("skipped", "Skipped"),
    ("closed", "Not needed"),
]
# (from, to): check that the acting user and the circumstances must pass
STEP_TRANSITIONS = {
    ("waiting", "open"): "_check_step_pending",
    ("waiting", "skipped"): "_check_step_vacant",
    ("waiting", "closed"): None,
    ("open", "approved"): "_check_step_decider",
    ("open", "refused"): "_check_step_decider",
    ("open", "escalated"): "_check_step_late",
    ("open", "closed"): "_check_step_settled",
}
SKIP_REASONS = [
    ("vacant", "Nobody"),
    ("self", "Requester only"),
    ("ceiling", "Authority too low"),
    ("same", "Decides another level"),
]


class HrControlApprovalStep(models.Model):
    """One level of a request: who could decide, who did, or why nobody was asked."""

    _name = "hr.control.approval.step"
    _description = "Approval Level"
    _order = "approval_id, sequence, id"
    _rec_name = "label"

    approval_id = fields.Many2one(
        "hr.control.approval", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="approval_id.company_id")
    sequence = fields.Integer(readonly=True)
    code = fields.Char(required=True, readonly=True, help="Technical name of the level.")
    label = fields.Char(string="Approval Level", required=True, readonly=True)
    candidate_ids = fields.Many2many(
        "res.users",
        "hr_control_approval_step_candidate_rel",
        "step_id",
        "user_id",
        string="Who May Decide",
        readonly=True,
    )
    state = fields.Selection(STEP_STATES, required=True, default="waiting", readonly=True)
    skip_code = fields.Selection(SKIP_REASONS, readonly=True)
    skip_note = fields.Char(readonly=True)
    opened_at = fields.Datetime(readonly=True)
    escalated_at = fields.Datetime(string="Passed on at", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    on_behalf_of_id = fields.Many2one(
        "res.users", string="On Behalf of", readonly=True, ondelete="restrict"
    )
    department_id = fields.Many2one("hr.department", readonly=True, ondelete="set null")
    store_id = fields.Many2one("hr.department", readonly=True, ondelete="set null")
    region_id = fields.Many2one("hr.control.region", readonly=True, ondelete="set null")
    reason = fields.Text(readonly=True)
    explanation = fields.Char(compute="_compute_explanation", string="What Happened")

    _open_uniq = models.UniqueIndex(
        "(approval_id) WHERE state = 'open'", "Only one level of a request is asked at a time."
    )

    @api.depends(
        "state",
        "skip_code",
        "skip_note",
        "decided_by_id",
        "on_behalf_of_id",
        "decided_at",
        "candidate_ids",
    )
    @api.depends_context("lang", "tz")
    def _compute_explanation(self):
        for step in self:
            step.explanation = step._get_explanation()

    def _get_explanation(self):
        """Why this level was asked, passed over or no longer needed, in a sentence."""
        self.ensure_one()
        step = self.sudo()
        if step.state == "skipped":
            return step._get_skip_sentence(step.skip_code, step.skip_note)
        when = format_datetime(self.env, step.decided_at or step.escalated_at, dt_format="short")
        if step.state in ("approved", "refused"):
            if step.on_behalf_of_id:
                return self.env._(
                    "%(delegate)s on behalf of %(principal)s, %(when)s",
                    delegate=step.decided_by_id.name,
                    principal=step.on_behalf_of_id.name,
                    when=when,
                )
            return self.env._("%(user)s, %(when)s", user=step.decided_by_id.name, when=when)
        if step.state == "escalated":
            return self.env._("Not decided in time, passed on %(when)s", when=when)
        if step.state == "closed":
            return self.env._("Decided without this level")
        return format_list(self.env, step.candidate_ids.mapped("name"))

    @api.model
    def _get_skip_sentence(self, code, note=False):
        sentences = {
            "vacant": self.env._("Nobody holds this position."),
            "self": self.env._("Held only by the requester or somebody concerned."),
            "ceiling": self.env._("Authority does not reach that far."),
            "same": self.env._("Its only person decides another level of this request."),
        }
        return note or sentences[code]

    # Segregation of duties ----------------------------------------------------------------------

    def _get_able_candidates(self):
        """Candidates who could still decide this level: active, of the company, not concerned, and
        not used up by another level of the same request, in person or through a delegate."""
        self.ensure_one()
        approval = self.approval_id
        decided = approval.step_ids - self
        return self.candidate_ids._get_control_deciders(approval.company_id) - (
            approval.barred_user_ids | decided.decided_by_id | decided.on_behalf_of_id
        )

    def _get_principal(self, user, delegators=None):
        """In whose name ``user`` may decide this level today: his own or an absent candidate's.

        The one place where it is told who may decide. No group, no administrator passes it.
        :param delegators: users who delegated to ``user`` today, when already known
        :return: ``(user, False)``, or no user and the sentence that says why
        """
        self.ensure_one()
        approval, nobody = self.approval_id, self.env["res.users"]
        if not user._get_control_deciders(approval.company_id):
            return nobody, self.env._(
                "%(user)s is not an active internal user of %(company)s.",
                user=user.name,
                company=approval.company_id.name,
            )
        if user in approval.barred_user_ids:
            return nobody, self.env._(
                "Nobody decides his own request, or one that concerns him: %(request)s waits for somebody else.",
                request=approval.name,
            )
        if (
            user
            in (approval.step_ids - self).decided_by_id | (approval.step_ids - self).on_behalf_of_id
        ):
            return nobody, self.env._(
                "%(user)s decided another level of %(request)s already. A second person has to decide this one.",
                user=user.name,
                request=approval.name,
            )
        candidates = self._get_able_candidates()
        if user in candidates:
            return user, False
        if delegators is None:
            delegators = self.env["hr.control.delegation"]._get_delegators(
                user, approval.company_id
            )
        if principal := (candidates & delegators)[:1]:
            return principal, False
        return nobody, self.env._(
            "%(request)s is not yours to decide. It waits at level %(level)s for %(people)s.",
            request=approval.name,
            level=self.label,
            people=format_list(self.env, candidates.mapped("name")) or self.env._("nobody"),
        )

    # States -------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        if any(step.state not in ("waiting", "skipped") or step.decided_by_id for step in steps):
            raise AccessError(self.env._("A level starts undecided."))
        return steps

    def write(self, vals):
        self.check_access("write")
        if {"approval_id", "code", "decided_by_id", "on_behalf_of_id", "decided_at"} & vals.keys():
            raise AccessError(self.env._("Who decided is recorded by the decision itself."))
        # a level may be helped out by another level of its request, never by a newcomer
        allowed = self.approval_id.step_ids.candidate_ids
        for step in self:
            changes = step._prepare_transition_vals(vals["state"]) if "state" in vals else {}
            super(HrControlApprovalStep, step).write(vals | changes)
            # the index on the open level would see two of them if the next one opened in the same flush
            step.flush_recordset(["state"])
        if "candidate_ids" in vals and self.candidate_ids - allowed:
            raise AccessError(
                self.env._("Only people of the other levels of a request may take a level over.")
            )
        return True

    def _prepare_transition_vals(self, state):
        """:raises UserError: this change is not open to this user now; whoever calls, sudo included"""
        self.ensure_one()
        if (self.state, state) not in STEP_TRANSITIONS:
            raise UserError(self.approval_id._get_settled_sentence())
        check = STEP_TRANSITIONS[self.state, state]
        return (check and getattr(self, check)()) or {}

    def _check_step_decider(self):
        self._check_step_pending()
        user = self.env.user
        principal, blocker = self._get_principal(user)
        if blocker:
            self.approval_id._record_attempt(self)
            raise UserError(blocker)
        approval = self.approval_id
        context = self.env["hr.employee"]._get_control_context(user, approval.company_id)[user.id]
        return {
            "decided_by_id": user.id,
            "on_behalf_of_id": principal != user and principal.id,
            "decided_at": fields.Datetime.now(),
            "department_id": context["department_id"],
            "store_id": context["store_id"],
            "region_id": context["region_id"],
        }

    def _check_step_pending(self):
        if self.approval_id.state != "pending":
            raise UserError(self.approval_id._get_settled_sentence())
        return {"opened_at": fields.Datetime.now()} if self.state == "waiting" else {}

    def _check_step_settled(self):
        # a level that was asked falls away only together with its request
        if self.approval_id.state == "pending":
            raise AccessError(self.env._("A level that was asked has to be decided."))

    def _check_step_vacant(self):
        if self._get_able_candidates():
            raise AccessError(self.env._("A level that somebody can decide is not skipped."))

    def _check_step_late(self):
        approval = self.approval_id
        if self._get_able_candidates() and not approval._is_late():
            raise AccessError(
                self.env._("There is still time to decide %(request)s.", request=approval.name)
            )
        return {"escalated_at": fields.Datetime.now()}

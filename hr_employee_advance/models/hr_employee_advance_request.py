from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

FINANCE = "hr_employee_advance.group_advance_finance"
# (from, to): what must be true, whoever writes. Everything else is final.
TRANSITIONS = {
    ("draft", "submitted"): "_is_asked",
    ("draft", "auto_rejected"): "_is_over_quota",
    ("draft", "finance_approved"): "_is_opening",
    ("draft", "cancelled"): None,
    ("auto_rejected", "draft"): None,
    ("auto_rejected", "cancelled"): None,
    ("submitted", "draft"): "_is_taken_back",
    ("manager_approved", "draft"): "_is_taken_back",
    ("submitted", "manager_approved"): "_is_approved_by_manager",
    ("submitted", "finance_approved"): "_is_approved",
    ("manager_approved", "finance_approved"): "_is_approved",
    ("submitted", "rejected"): "_is_refused",
    ("manager_approved", "rejected"): "_is_refused",
    ("finance_approved", "cancelled"): "_is_untouched",
    ("finance_approved", "post_departure"): "_is_left_behind",
    ("post_departure", "finance_approved"): "_is_brought_back",
}


class HrEmployeeAdvance(models.Model):
    """What the employee does: ask, take back, give up; and the one table of states."""

    _inherit = "hr.employee.advance"

    can_cancel = fields.Boolean(compute="_compute_can_cancel")

    @api.depends("request_state", "amount_paid", "is_mine")
    @api.depends_context("uid")
    def _compute_can_cancel(self):
        finance = self.env.user.has_group(FINANCE)
        for advance in self:
            advance.can_cancel = (finance or advance.is_mine) and not (
                advance.sudo()._origin._get_cancel_blockers() if advance._origin else []
            )

    # States -------------------------------------------------------------------------------------

    def _check_transition(self, state):
        """:raises UserError: this change is not open now; superuser included"""
        labels = dict(self._fields["request_state"]._description_selection(self.env))
        for advance in self.sudo():
            key = (advance.request_state, state)
            if key not in TRANSITIONS:
                raise UserError(
                    self.env._(
                        "%(advance)s is %(state)s and cannot become %(next)s.",
                        advance=advance.display_name,
                        state=labels[advance.request_state].lower(),
                        next=labels.get(state, state).lower(),
                    )
                )
            if TRANSITIONS[key] and not getattr(advance, TRANSITIONS[key])():
                raise AccessError(
                    self.env._(
                        "Nobody decided that %(advance)s becomes %(next)s.",
                        advance=advance.display_name,
                        next=labels[state].lower(),
                    )
                )

    def _is_asked(self):
        return self.approval_id.state == "pending"

    def _is_over_quota(self):
        return self.quota_code != "ok"

    def _is_taken_back(self):
        return self.approval_id.state in ("withdrawn", "void")

    def _is_approved_by_manager(self):
        return self._is_asked() and "approved" in self.approval_id.step_ids.mapped("state")

    def _is_approved(self):
        return self.approval_id.state == "approved"

    def _is_refused(self):
        return self.approval_id.state == "refused"

    def _is_untouched(self):
        return not self._get_cancel_blockers()

    # What the employee does ---------------------------------------------------------------------

    def action_submit(self):
        """Ask for the advances; what is over the quota is refused at once, nobody is asked.

        :raises UserError: listing all that is missing, or that nobody can decide
        """
        self.check_access("write")
        self._take_advance_guard()
        for advance in self.sudo().sorted("id"):
            advance._submit()
        return self._get_submit_notification()

    def action_recall(self):
        """Take back what was not decided yet, to change it."""
        self.check_access("write")
        self._take_advance_guard()
        for advance in self:
            advance._check_own()
            advance.sudo()._take_back(self.env._("Taken back to be changed."))
        return True

    def action_draft(self):
        """Change what was refused for the quota, to ask for less or later."""
        self.check_access("write")
        self._take_advance_guard()
        for advance in self:
            advance._check_own()
            if advance.request_state != "auto_rejected":
                raise UserError(
                    self.env._(
                        "%(advance)s was not refused for its amount.", advance=advance.display_name
                    )
                )
        self.sudo().request_state = "draft"
        return True

    def action_cancel(self):
        """Give it up; only while nothing was paid."""
        self.check_access("read")
        self._take_advance_guard()
        finance = self.env.user.has_group(FINANCE)
        for advance in self:
            if not finance:
                advance._check_own()
            if blockers := advance.sudo()._get_cancel_blockers():
                raise UserError("\n".join(blockers))
            advance.sudo()._cancel()
        return True

    def _check_own(self):
        if not self.is_mine:
            raise AccessError(
                self.env._(
                    "%(advance)s is changed by %(employee)s or by whoever asked for it.",
                    advance=self.display_name,
                    employee=self.sudo().employee_id.name,
                )
            )

    def _take_advance_guard(self):
        """Become the only one who changes the debts of these employees; what was read before is read again."""
        dossiers = self.sudo().employee_id._ensure_advance_dossiers()
        self.env["hr.control.dossier"].sudo().union(*dossiers.values())._take_guard()
        self.env.invalidate_all()

    def _submit(self):
        self.ensure_one()
        if self.request_state != "draft":
            raise UserError(
                self.env._("%(advance)s was asked for already.", advance=self.display_name)
            )
        if blockers := self._get_submit_blockers():
            raise UserError("\n".join(blockers))
        self.write(self._prepare_submit_vals())
        self.paper_ids._adopt_attachments()
        self.env["hr.employee.advance.answer"]._ask(self)
        if self._check_quota("submit"):
            self._submit_approval(self.description)
            self.request_state = "submitted"
            self._append_advance_event("advance.submitted", self._prepare_submit_data())
            self._after_submitted()
        else:
            self._auto_reject()

    def _get_submit_blockers(self):
        """Sentences that say what is missing; extend it with what else a request needs."""
        self.ensure_one()
        _ = self.env._
        blockers = []
        if not self.employee_id.active:
            blockers.append(_("%(employee)s has left the company.", employee=self.employee_id.name))
        if not self.purpose_id.active:
            blockers.append(_("%(purpose)s is not offered any more.", purpose=self.purpose_id.name))
        today = self.company_id._company_today()
        if self.date_expected <= today:
            blockers.append(_("It is to be settled on a day still to come."))
        if sentence := self.currency_id._get_missing_rate_sentence(self.company_id, today):
            blockers.append(sentence)
        if self.customers_required and not self.partner_ids:
            blockers.append(_("%(purpose)s: name the customers.", purpose=self.purpose_id.name))
        if self.document_required and not self.document_ref:
            blockers.append(
                _("%(purpose)s: name the document it is for.", purpose=self.purpose_id.name)
            )
        # asked of the purpose: the rows of a draft are the employee's, he may delete them
        for kind in self.purpose_id.paper_ids.filtered(lambda kind: kind.stage == "request"):
            papers = self.paper_ids.filtered(lambda paper, kind=kind: paper.kind_id == kind)
            missing = kind.minimum - len(papers.attachment_ids)
            if missing > 0:
                blockers.append(_("Attach %(count)s × %(paper)s.", count=missing, paper=kind.name))
        return blockers

    def _prepare_submit_vals(self):
        """What is fixed with the request: number, day, and where the employee stood that day."""
        self.ensure_one()
        company, employee = self.company_id, self.employee_id
        today = company._company_today()
        place = employee._get_control_context(employee, company, today)[employee.id]
        version = employee._get_version(today)
        return {
            "date_request": today,
            "submitted_by_id": self.env.uid,
            "version_id": version.id,
            "job_id": place["job_id"],
            "level_id": place["level_id"],
            "department_id": place["department_id"],
            "store_id": place["store_id"],
            "region_id": place["region_id"],
            "work_location_id": version.work_location_id.id,
            "manager_id": employee.parent_id.id,
            "wage_snapshot": version.wage,
        } | (
            {"name": self.env["ir.sequence"].next_by_code("hr.employee.advance", today)}
            if self.name == "/"
            else {}
        )

    def _after_submitted(self):
        """Called once the request is made, under the guard; extend it for what follows from it."""

    def _take_back(self, reason):
        """Recall: by who asked, or by the employee whose debt it would be."""
        self.ensure_one()
        approval = self.approval_id
        if approval.state != "pending":
            raise UserError(
                self.env._("%(advance)s does not wait for anybody.", advance=self.display_name)
            )
        if approval.requester_id == self.env.user:
            approval.action_withdraw()
        else:
            approval._void(reason)

    def _cancel(self):
        self.ensure_one()
        if self.approval_id.state == "pending":
            self._take_back(self.env._("Cancelled."))
        self.request_state = "cancelled"
        self._append_advance_event("advance.cancelled")

    def _get_cancel_blockers(self):
        """Sentences that say why it cannot be given up any more: money moved or is about to."""
        self.ensure_one()
        if self.request_state in ("rejected", "cancelled", "post_departure"):
            return [self.env._("%(advance)s is closed already.", advance=self.display_name)]
        payments_sudo = self.env["account.payment"].sudo()
        about_to_be_paid = payments_sudo.search_count(
            [("employee_advance_id", "=", self.id), ("state", "in", ("draft", "in_process"))],
            limit=1,
        )
        if about_to_be_paid or not self.currency_id.is_zero(self.amount_paid):
            return [
                self.env._(
                    "Money was paid for %(advance)s, or is about to be. Return it, or cancel the payment first.",
                    advance=self.display_name,
                )
            ]
        return []

    def _get_submit_notification(self):
        refused = self.filtered(lambda advance: advance.request_state == "auto_rejected")
        lines = [advance.quota_sentence for advance in refused] or [
            self.env._(
                "%(advance)s waits for %(people)s.",
                advance=advance.display_name,
                people=format_list(
                    self.env, advance.approval_id.sudo().candidate_ids.mapped("name")
                ),
            )
            for advance in self
        ]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if refused else "success",
                "sticky": bool(refused),
                "title": self.env._("Refused") if refused else self.env._("Request sent"),
                "message": "\n".join(lines),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # The record ---------------------------------------------------------------------------------

    def _append_advance_event(self, code, data=None, names=None):
        """Record what happened in the employee's dossier, with the sum it is about."""
        self.ensure_one()
        Event = self.env["hr.control.event"].sudo()
        return Event._append([self._prepare_advance_event(code, data, names)])

    def _prepare_advance_event(self, code, data=None, names=None):
        self.ensure_one()
        return {
            "dossier": self.sudo()._get_approval_dossier(),
            "code": code,
            "document": self,
            "data": {
                "amount": self.env["hr.control.event"]._money(self.amount, self.currency_id),
                "purpose": self.purpose_id.id,
                "employee": self.sudo().employee_id.id,
            }
            | (data or {}),
            "names": {"purpose": self.purpose_id, "employee": self.sudo().employee_id.name}
            | (names or {}),
        }

    def _prepare_submit_data(self):
        """Position, quota and papers of the moment; files by the digest of their bytes."""
        return self._prepare_quota_data() | {
            "job": self.job_id.id,
            "level": self.level_id.id,
            "department": self.department_id.id,
            "date_expected": fields.Date.to_string(self.date_expected),
            "files": self.paper_ids._get_digests(),
        }

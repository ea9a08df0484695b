import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import clean_context, format_list

from ..tools.reasons import stated

_logger = logging.getLogger(__name__)


class HrControlApproval(models.Model):
    _inherit = "hr.control.approval"

    # Asking -------------------------------------------------------------------------------------

    @api.model
    def _submit(self, document, reason):
        """Make the request of ``document`` for the current user; the document's guard is held."""
        company = document._get_approval_company()
        user = self.env.user
        barred = user | document._get_approval_excluded_users()
        mode, minimum = document._get_approval_mode(), document._get_approval_minimum()
        steps = self._prepare_steps(document._get_approval_levels(), company, barred, mode)
        asked = [step for step in steps if "skip_code" not in step]
        if len(asked) < (minimum if mode == "all" else 1):
            raise UserError(self._get_nobody_sentence(document, steps, minimum))
        context = self.env["hr.employee"]._get_control_context(user, company)[user.id]
        # a client may send default_state in the context
        requests = self.with_context(clean_context(self.env.context))
        silent = requests.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        created = silent.create(
            {
                "name": document._get_approval_title(),
                "res_model": document._name,
                "res_id": document.id,
                "company_id": company.id,
                "dossier_id": document._get_approval_dossier().id,
                "mode": mode,
                "minimum": minimum,
                "reason": reason,
                "requester_id": user.id,
                "department_id": context["department_id"],
                "store_id": context["store_id"],
                "region_id": context["region_id"],
                "barred_user_ids": barred.ids,
                "figures": self._get_snapshot(document),
                "step_ids": [fields.Command.create(step) for step in steps],
            }
        )
        approval = requests.browse(created.id)
        approval._append_event("approval.requested", reason=reason)
        approval._open_next()
        approval.dossier_id._link()
        return approval

    @api.model
    def _get_snapshot(self, document):
        return [[label, str(text)] for label, text in document._get_approval_figures()]

    @api.model
    def _prepare_steps(self, levels, company, barred, mode):
        """Values of all levels; those that cannot decide say why in ``skip_code``."""
        steps, taken = [], self.env["res.users"]
        for sequence, level in enumerate(levels, 1):
            holders = level["users"]._get_control_deciders(company)
            candidates = holders - barred
            step = {"sequence": sequence, "code": level["code"], "label": level["label"]}
            if not holders:
                step |= {"state": "skipped", "skip_code": "vacant"}
            elif not candidates:
                step |= {"state": "skipped", "skip_code": "self"}
            elif not level.get("able", True):
                step |= {
                    "state": "skipped",
                    "skip_code": "ceiling",
                    "skip_note": level.get("reason"),
                }
            elif mode == "all" and candidates <= taken:
                step |= {"state": "skipped", "skip_code": "same"}
            else:
                step["candidate_ids"] = candidates.ids
                taken |= candidates if len(candidates) == 1 else taken
            steps.append(step)
        return steps

    @api.model
    def _get_nobody_sentence(self, document, steps, minimum):
        Step = self.env["hr.control.approval.step"]
        lines = [
            self.env._("Nobody can approve %(request)s:", request=document._get_approval_title())
            if minimum == 1
            else self.env._(
                "%(request)s needs %(count)s different people to approve it:",
                request=document._get_approval_title(),
                count=minimum,
            )
        ]
        for step in steps:
            if "skip_code" in step:
                why = Step._get_skip_sentence(step["skip_code"], step.get("skip_note"))
            else:
                people = self.env["res.users"].sudo().browse(step["candidate_ids"])
                why = format_list(self.env, people.mapped("name"))
            lines.append(self.env._("- %(level)s: %(why)s", level=step["label"], why=why))
        if not steps:
            lines.append(self.env._("- No level is set up for it."))
        return "\n".join(lines)

    def _open_next(self):
        """Ask the next level that somebody can decide. :return: the level asked, empty when none is left"""
        self.ensure_one()
        for step in self.step_ids.filtered(lambda step: step.state == "waiting").sorted("sequence"):
            if step._get_able_candidates():
                step.write({"state": "open"})
                self.write({"deadline": self._get_new_deadline()})
                self._notify_candidates(step.candidate_ids)
                return step
            decided = self.step_ids.decided_by_id | self.step_ids.on_behalf_of_id
            step.write(
                {
                    "state": "skipped",
                    "skip_code": "same" if step.candidate_ids & decided else "vacant",
                }
            )
        return self.step_ids.browse()

    def _get_new_deadline(self):
        document = self._get_documents().get(self)
        hours = document._get_approval_hours() if document else None
        return fields.Datetime.now() + timedelta(
            hours=hours or self.company_id.control_approval_hours
        )

    # Deciding -----------------------------------------------------------------------------------

    def action_approve(self):
        """Approve in the current user's name, or in that of the absent one he stands in for."""
        for approval in self._begin_decision():
            approval._decide("approved", False)
        return True

    def action_refuse(self, reason):
        """:raises UserError: no reason is given"""
        reason = self._check_reason(reason)
        for approval in self._begin_decision():
            approval._decide("refused", reason)
        return True

    def action_withdraw(self):
        for approval in self._begin_decision():
            approval.write({"state": "withdrawn"})
            approval._end("approval.withdrawn", approval.env._("The requester took it back."))
            approval._call_document("_after_withdrawn", approval)
            approval.dossier_id._link()
        return True

    def action_open_refuse(self):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": "hr.control.approval.refuse",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_approval_ids": self.ids},
        }

    def action_open_document(self):
        self.ensure_one()
        self.check_access("read")
        if self not in self._get_documents():
            raise UserError(
                self.env._(
                    "The document of %(request)s no longer exists. What was decided stays here.",
                    request=self.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def _begin_decision(self):
        """Guard first, then read: of two people who click at once the second finds it decided.

        :return: the requests in sudo, the oldest first, with the acting user as ``env.user``
        """
        self.check_access("read")
        # no ACL lets anybody write a request; what this user may do is checked by the transitions
        approvals_sudo = self.sudo().with_context(clean_context(self.env.context)).sorted("id")
        approvals_sudo._get_guarded_dossiers()._take_guard()
        approvals_sudo.invalidate_recordset()
        approvals_sudo.step_ids.invalidate_recordset()
        return approvals_sudo

    def _get_guarded_dossiers(self):
        """All that a decision may touch, so that one statement guards it."""
        dossiers = self.dossier_id
        for document in self._get_documents().values():
            dossiers |= document._get_approval_guards()
        return dossiers

    def _decide(self, verdict, reason):
        self.ensure_one()
        if self.state != "pending":
            raise UserError(self._get_settled_sentence())
        step = self.step_id
        document = self._get_documents().get(self)
        if not document:
            raise UserError(
                self.env._(
                    "The document of %(request)s no longer exists. Nothing is left to decide.",
                    request=self.name,
                )
            )
        # who decides comes before what is decided: a stranger learns nothing from the second check
        step._check_step_decider()
        if verdict == "approved":
            # the ceiling is that of whoever he stands in for
            document._check_approval(step._get_principal(self.env.user)[0])
        # what the decider saw
        self.write({"figures": self._get_snapshot(document)})
        step.write({"state": verdict, "reason": reason})
        self._unschedule()
        if verdict == "refused":
            self.write({"state": "refused"})
        elif self.mode == "first" or not self._open_next():
            self._finish_approval()
        if self.state == "pending":
            self._append_event("approval.level_approved", step=step)
            self._log_decision(step)
            document._after_level_approved(self, step)
        else:
            self._end(f"approval.{self.state}", reason, step=step)
            if self.state == "approved":
                document._after_approved(self)
            else:
                document._after_refused(self, reason)
        self.dossier_id._link()

    def _finish_approval(self):
        """The last level that could be asked has approved."""
        approved = self.step_ids.filtered(lambda step: step.state == "approved")
        if len(approved.decided_by_id) >= self.minimum:
            self.write({"state": "approved"})
        else:
            self._strand()

    def _end(self, code, reason, step=None):
        """Close what is still open once the request is settled, record it and tell the requester."""
        self.step_ids.filtered(lambda step: step.state in ("waiting", "open")).write(
            {"state": "closed"}
        )
        self._append_event(code, reason=reason, step=step)
        self._unschedule()
        self._notify_requester(reason)
        self.env["hr.control.alert"]._clear(self.company_id, [self._get_stranded_key()])

    @api.model
    def _check_reason(self, reason):
        if not (reason := stated(reason)):
            raise UserError(self.env._("Say why: the requester has to know what to change."))
        return reason

    def _void(self, reason):
        """Settle requests whose document changed or fell away."""
        self.dossier_id._take_guard()
        for approval in self.sudo():
            approval.write({"state": "void"})
            approval._end("approval.void", reason)
            approval._call_document("_after_withdrawn", approval)
            approval.dossier_id._link()

    def _call_document(self, hook, *args):
        if document := self._get_documents().get(self):
            getattr(document, hook)(*args)

    # Escalating ---------------------------------------------------------------------------------

    @api.model
    def _cron_escalate(self):
        """Pass on what nobody decided in time, or what nobody is left to decide; one request, one commit."""
        late = self.sudo().search(self._get_escalation_domain(), order="deadline, id")
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(late))
        for approval in late:
            try:
                approval._escalate()
            except Exception:
                self.env.cr.rollback()
                _logger.exception(
                    "Approval request %s could not be passed on; it is tried again.", approval.id
                )
            if not progress(1):
                break

    @api.model
    def _get_escalation_domain(self):
        late = Domain("deadline", "<", fields.Datetime.now())
        vacant = Domain(
            "step_ids",
            "any",
            [("state", "=", "open"), ("candidate_ids", "not any", [("active", "=", True)])],
        )
        return Domain("state", "=", "pending") & Domain("stranded", "=", False) & (late | vacant)

    def _escalate(self):
        """Let the next level take over.

        Where every level decides in turn, the next level helps out instead of replacing the late
        one: the number of people who have to agree stays the same.
        """
        self.ensure_one()
        approval = self._begin_decision()
        step = approval.step_id
        if approval.state != "pending" or not step:
            return
        if step._get_able_candidates() and not approval._is_late():
            return
        taker = approval._help_out(step) if approval.mode == "all" else approval._hand_over(step)
        if taker:
            approval._append_event("approval.escalated", step=step, taker=taker)
            approval._log_escalation(step, taker)
        else:
            approval._strand()
        approval.dossier_id._link()

    def _hand_over(self, step):
        standby = self.step_ids.filtered(
            lambda other: other.state == "waiting" and other._get_able_candidates()
        )
        if not standby:
            return standby
        step.write({"state": "escalated"})
        self._unschedule()
        return self._open_next()

    def _help_out(self, step):
        able = step._get_able_candidates()
        for other in self.step_ids.filtered(lambda other: other.state == "waiting").sorted(
            "sequence"
        ):
            helpers = other._get_able_candidates() - able
            if helpers:
                step.write({"candidate_ids": [fields.Command.link(user.id) for user in helpers]})
                step.write({"escalated_at": fields.Datetime.now()})
                self.write({"deadline": self._get_new_deadline()})
                self._notify_candidates(helpers)
                return other
        return self.step_ids.browse()

    def _strand(self):
        """Nobody is left to take over: the control managers of the company have to see to it."""
        self.write({"stranded": True})
        self._append_event("approval.stranded", step=self.step_id)
        managers = self.env.ref("hr_control_base.group_control_manager").all_user_ids
        managers = managers._get_control_deciders(self.company_id)
        # one text for all of them: theirs, else the company's; the job that runs this has no language of its own
        langs = set(managers.mapped("lang"))
        lang = langs.pop() if len(langs) == 1 else self.company_id.partner_id.lang
        _ = self.with_context(lang=lang or self.env.lang).env._
        self.env["hr.control.alert"]._raise(
            [
                {
                    "key": self._get_stranded_key(),
                    "company": self.company_id,
                    "users": managers,
                    "record": self,
                    "level": "critical",
                    "summary": _("%(request)s: nobody is left to decide", request=self.name),
                    "note": _(
                        "%(request)s of %(user)s waits and no other level can take it over. Fill the position, or ask "
                        "the requester to withdraw it and ask again.",
                        request=self.name,
                        user=self.requester_id.name,
                    ),
                    "mail": True,
                }
            ]
        )

    def _get_stranded_key(self):
        return f"approval.stranded:{self.id}"

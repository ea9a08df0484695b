from markupsafe import Markup

from odoo import models
from odoo.tools import format_datetime, format_list

ACTIVITY = "hr_control_base.mail_activity_type_approval"


class HrControlApproval(models.Model):
    _inherit = "hr.control.approval"

    # Those who decide ---------------------------------------------------------------------------

    def _notify_candidates(self, candidates):
        """One activity and one mail with the figures to each who can decide now, delegates included."""
        self.ensure_one()
        step = self.step_id
        candidates &= step._get_able_candidates()
        delegates = self.env["hr.control.delegation"]._get_delegates(candidates, self.company_id)
        users = candidates | delegates.filtered(lambda user: step._get_principal(user)[0])
        today = self.company_id._company_today()
        self._get_activity_model().create(
            [
                {
                    "activity_type_id": self.env.ref(ACTIVITY).id,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": self.id,
                    "user_id": user.id,
                    "summary": self.with_context(lang=user.lang).env._(
                        "To decide: %(request)s", request=self.name
                    ),
                    "date_deadline": today,
                    "automated": True,
                }
                for user in users
            ]
        )
        template = self.env.ref("hr_control_base.mail_template_approval", raise_if_not_found=False)
        for user in users if template else ():
            if user.email:
                template.sudo().with_context(lang=user.lang, tz=user.tz).send_mail(
                    self.id,
                    # a notification stays out of the chatter: one mail per candidate would bury the talk
                    email_values={
                        "recipient_ids": [(4, user.partner_id.id)],
                        "message_type": "user_notification",
                    },
                    email_layout_xmlid="mail.mail_notification_light",
                )

    def _unschedule(self):
        """Close the activities of those who need not decide any more."""
        self._get_activity_model().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", self.env.ref(ACTIVITY).id),
            ]
        ).unlink()

    def _get_activity_model(self):
        # our own mail carries the figures: no second one by Odoo; and no client's context suppresses it
        return (
            self.env["mail.activity"]
            .sudo()
            .with_context(mail_activity_quick_update=True, mail_activity_automation_skip=False)
        )

    # Those who asked ----------------------------------------------------------------------------

    def _notify_requester(self, reason):
        """Post the result; the requester gets it in the inbox or by mail, as he prefers."""
        self.ensure_one()
        requester = self.requester_id
        self = self.with_context(lang=requester.lang, tz=requester.tz)
        lines = [self._get_result_sentence()]
        if reason:
            lines.append(self.env._("Reason: %(reason)s", reason=reason))
        self.message_post(
            body=Markup("<br/>").join(lines),
            subject=lines[0],
            partner_ids=(requester - self.env.user).partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    def _get_result_sentence(self):
        self.ensure_one()
        values = {
            "request": self.name,
            "user": self.decided_by_id.name,
            "principal": self.on_behalf_of_id.name,
        }
        if self.state == "approved" and self.on_behalf_of_id:
            return self.env._(
                "%(request)s: approved by %(user)s on behalf of %(principal)s.", **values
            )
        if self.state == "approved":
            return self.env._("%(request)s: approved by %(user)s.", **values)
        if self.state == "refused" and self.on_behalf_of_id:
            return self.env._(
                "%(request)s: refused by %(user)s on behalf of %(principal)s.", **values
            )
        if self.state == "refused":
            return self.env._("%(request)s: refused by %(user)s.", **values)
        if self.state == "withdrawn":
            return self.env._("%(request)s: withdrawn.", **values)
        return self.env._("%(request)s: void, nobody has to decide it any more.", **values)

    def _log_decision(self, step):
        """Note in the chatter that one of several levels has approved."""
        self._message_log(
            body=self.env._(
                "%(level)s approved: %(how)s", level=step.label, how=step._get_explanation()
            ),
            author_id=self.env.user.partner_id.id,
        )

    def _log_escalation(self, step, taker):
        requester = self.requester_id
        self = self.with_context(lang=requester.lang)
        self.message_post(
            body=self.env._(
                "Not decided in time at level %(late)s. Now asked: %(people)s, until %(deadline)s.",
                late=step.label,
                people=format_list(self.env, self.step_id._get_able_candidates().mapped("name")),
                # of its own accord it takes the time zone of whoever acts, here the job's
                deadline=format_datetime(
                    self.env, self.deadline, tz=requester.tz, dt_format="short"
                ),
            ),
            partner_ids=requester.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    # The record ---------------------------------------------------------------------------------

    def _record_attempt(self, step):
        """Somebody tried to decide what is not his to decide; kept although his transaction is rolled back."""
        self.ensure_one()
        user = self.env.user
        attempt = {
            "dossier": self.dossier_id,
            "code": "approval.attempt",
            "document": (self.res_model, self.res_id),
            "data": {"approval": self.id, "level": step.code},
            "names": {"request": self.name, "level": step.label, "actor": user.name},
        }
        self.env["hr.control.event"].sudo()._append_after_rollback(
            [attempt], ("approval.attempt", self.id, user.id)
        )

    def _append_event(self, code, reason=None, step=None, taker=None):
        """Record what happened: ids and codes in the payload, texts of the day beside it."""
        self.ensure_one()
        step = step or self.step_ids.browse()
        self.env["hr.control.event"].sudo()._append(
            [
                {
                    "dossier": self.dossier_id,
                    "code": code,
                    "document": (self.res_model, self.res_id),
                    "data": {
                        "approval": self.id,
                        "requester": self.requester_id.id,
                        "requester_store": self.store_id.id,
                        "requester_region": self.region_id.id,
                        "level": step.code or "",
                        "taker": taker.code if taker else "",
                        "decided_by": step.decided_by_id.id,
                        "on_behalf_of": step.on_behalf_of_id.id,
                        "decider_store": step.store_id.id,
                        "decider_region": step.region_id.id,
                    },
                    "names": {
                        "request": self.name,
                        "requester": self.requester_id.name,
                        "level": step.label or "",
                        "taker": taker.label if taker else "",
                        "principal": step.on_behalf_of_id.name or "",
                        "reason": reason or "",
                        "figures": "\n".join(
                            f"{label}: {text}" for label, text in self.figures or []
                        ),
                    },
                }
            ]
        )

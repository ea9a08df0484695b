from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context, format_date

from .hr_employee_clearance import HR


class HrEmployeeClearance(models.Model):
    """Beginning a clearance, who is told, and how far it is."""

    _inherit = "hr.employee.clearance"

    @api.model
    def _open(self, employee, origin, date_last, reason):
        """Begin the clearance of the person whom ``employee`` is a record of, in the current user's name.

        Rights are checked by the caller. From here on no new advance is asked for or paid.
        :return: the clearance, in sudo
        :raises UserError: one is going on already, or no checklist is set up
        """
        employee = employee.sudo()
        people = employee._get_clearance_people()[employee.id]
        people._take_departure_guard()
        standing = people._get_standing_clearances()
        if going := next(
            (c for c in standing.values() if c.state != "completed" or c.left_at), None
        ):
            raise UserError(
                self.env._(
                    "%(clearance)s is going on already, until %(day)s.",
                    clearance=going.display_name,
                    day=format_date(self.env, going.date_last),
                )
            )
        template = self.env["hr.employee.clearance.template"]._get_for(employee)
        if not template.line_ids:
            raise UserError(
                self.env._(
                    "No clearance checklist applies to %(employee)s. Ask whoever sets the rules of advances for one.",
                    employee=employee.name,
                )
            )
        clearance = (
            self.sudo()
            .with_context(clean_context(self.env.context))
            .create(
                {
                    "employee_id": employee.id,
                    "employee_ids": [
                        fields.Command.set((people.filtered("active") | employee | people).ids)
                    ],
                    "leaver_ids": [fields.Command.set(people._get_person_users().ids)],
                    "company_id": employee.company_id.id,
                    "company_ids": [fields.Command.set(people.company_id.ids)],
                    "origin": origin,
                    "date_last": date_last,
                    "reason": reason,
                    "opened_by_id": self.env.uid,
                    "line_ids": [
                        fields.Command.create(vals)
                        for vals in template._prepare_line_vals(employee, date_last)
                    ],
                }
            )
        )
        clearance._append_event(
            "clearance.opened",
            {"origin": origin, "last_day": date_last, "lines": len(clearance.line_ids)},
            {"reason": reason or ""},
        )
        clearance._tell_opened()
        clearance._after_opened()
        return clearance

    def _after_opened(self):
        """Called under the guard; extend it for what an opening stops at once."""

    def _update_state(self):
        """All signed: HR may complete it. A signature that fell away takes that back, as long as the person is here."""
        for clearance in self:
            signed = clearance._is_all_signed()
            if clearance.state == "open" and signed:
                clearance.state = "ready"
                clearance._tell_ready()
            elif not signed and (
                clearance.state == "ready"
                or (
                    clearance.state == "completed"
                    and not clearance.left_at
                    and not clearance.is_released
                )
            ):
                clearance.state = "open"

    # Telling --------------------------------------------------------------------------------------

    def _get_hr_users(self):
        return self._get_working_users(HR)

    def _get_working_users(self, group):
        self.ensure_one()
        leavers = self._get_leavers()
        users = self.env.ref(group).sudo().all_user_ids
        return users._get_control_deciders(self.company_id) - leavers

    def _tell_opened(self):
        """Everybody who has to do something, at once: each line's people, the manager and HR."""
        self.ensure_one()
        people = self.line_ids.responsible_ids | self.employee_id._get_clearance_superior()
        day = format_date(self.env, self.date_last)
        name = self.employee_id.name
        if self.origin == "resignation":
            summary = self.env._("%(employee)s resigns: last day %(day)s", employee=name, day=day)
        else:
            summary = self.env._("%(employee)s leaves: last day %(day)s", employee=name, day=day)
        lines = [
            self.env._(
                "%(line)s, by %(due)s: %(people)s",
                line=line.name,
                due=format_date(self.env, line.date_due),
                people=", ".join(line.responsible_ids.mapped("name")),
            )
            for line in self.line_ids
        ]
        note = escape(self.env._("To be signed before the last day:")) + Markup("<ul>%s</ul>") % (
            Markup("").join(Markup("<li>%s</li>") % line for line in lines)
        )
        self._tell("opened", people | self._get_hr_users(), summary, note)

    def _tell_ready(self):
        self._tell(
            "ready",
            self._get_hr_users(),
            self.env._("%(clearance)s: everything is signed", clearance=self.display_name),
            self.env._("Complete it; then the departure can be registered."),
            level="info",
        )

    def _tell_invalid(self, line, signer, reason):
        """The signer at once; and HR, where the person has left already."""
        users = signer | line.responsible_ids
        summary = self.env._(
            "%(employee)s: the signature of “%(line)s” became invalid",
            employee=self.employee_id.name,
            line=line.name,
        )
        if self.left_at:
            users |= self._get_hr_users()
            note = self.env._(
                "The books changed after the person had left: %(reason)s.", reason=reason
            )
        else:
            note = self.env._(
                "The books changed: %(reason)s. Look at them and sign again.", reason=reason
            )
        self.env["hr.control.alert"]._clear(
            self.company_id, [self._get_alert_key(f"invalid.{line.id}")]
        )
        self._tell(f"invalid.{line.id}", users, summary, note, level="critical")

    def _tell(self, cause, users, summary, note, level="warning"):
        self.env["hr.control.alert"]._raise(
            [self._prepare_alert(cause, users, summary, note, level)]
        )

    def _prepare_alert(self, cause, users, summary, note, level="warning"):
        self.ensure_one()
        return {
            "key": self._get_alert_key(cause),
            "company": self.company_id,
            "users": users,
            "record": self,
            "level": level,
            "summary": summary,
            "note": note,
            "mail": True,
        }

    def _get_alert_key(self, cause):
        return f"clearance.{cause}:{self.id}"

    def _clear_alerts(self):
        """Completed or cancelled: nothing is left to do."""
        for clearance in self:
            causes = ["opened", "ready", *(f"invalid.{line.id}" for line in clearance.line_ids)]
            causes += [f"late.{line.id}" for line in clearance.line_ids]
            self.env["hr.control.alert"]._clear(
                clearance.company_id, [clearance._get_alert_key(cause) for cause in causes]
            )


class HrEmployeeClearanceLine(models.Model):
    _inherit = "hr.employee.clearance.line"

    def _clear_alerts(self):
        for line in self:
            clearance = line.clearance_id
            self.env["hr.control.alert"]._clear(
                clearance.company_id,
                [clearance._get_alert_key(f"{cause}.{line.id}") for cause in ("late", "invalid")],
            )


class HrEmployeeClearanceSelf(models.Model):
    """What the leaver does himself."""

    _inherit = "hr.employee.clearance"

    @api.model
    def action_my_resignation(self):
        """One's own clearance when one is going on, else the form to hand in the resignation."""
        employee = self.env.user.employee_id
        if not employee:
            raise UserError(
                self.env._("You are not an employee of %(company)s.", company=self.env.company.name)
            )
        people = employee._get_clearance_people()[employee.id]
        standing = people._get_standing_clearances()
        clearance = next((c for c in standing.values() if not c.left_at), None)
        if clearance:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("My Resignation"),
                "res_model": self._name,
                "res_id": clearance.id,
                "views": [(False, "form")],
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand In My Resignation"),
            "res_model": "hr.employee.clearance.start",
            "views": [(False, "form")],
            "target": "new",
        }

    def _get_reason_action(self, name, kind, **defaults):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "hr.employee.clearance.reason",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_kind": kind}
            | {f"default_{key}": val for key, val in defaults.items()},
        }

    def action_open_cancel(self):
        self.ensure_one()
        self.check_access("read")
        return self._get_reason_action(
            self.env._("Cancel the Clearance"), "cancel", clearance_id=self.id
        )

    def action_open_release(self):
        self.ensure_one()
        self.check_access("read")
        return self._get_reason_action(
            self.env._("Ask for a Release"), "release", clearance_id=self.id
        )

    def action_open_advances(self):
        """Every advance of the person, in all companies."""
        self.ensure_one()
        self.check_access("read")
        people = self.sudo().with_context(active_test=False).employee_ids
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Advances of %(employee)s", employee=self.employee_id.sudo().name),
            "res_model": "hr.employee.advance",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("employee_id", "in", people.ids)],
            "context": {"create": False},
        }


class HrEmployeeClearanceLineSelf(models.Model):
    _inherit = "hr.employee.clearance.line"

    def action_open_sign(self):
        """The screen that shows what is confirmed, what is still open, and takes a note."""
        self.ensure_one()
        self.check_access("read")
        return self.clearance_id._get_reason_action(
            self.env._("Sign: %(line)s", line=self.name), "sign", line_id=self.id
        )

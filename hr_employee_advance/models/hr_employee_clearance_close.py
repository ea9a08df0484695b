from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.hr_control_base.tools.reasons import stated


class HrEmployeeClearance(models.Model):
    """How a clearance ends: completed, cancelled, and what comes afterwards."""

    _inherit = "hr.employee.clearance"

    # Completing and cancelling --------------------------------------------------------------------

    def action_complete(self):
        """HR: every line is signed and the books are clear at this moment. The person may leave.

        :raises UserError: listing what is missing
        """
        for clearance in self:
            clearance.check_access("read")
            clearance._check_hr()
            clearance_sudo = clearance.sudo()
            clearance_sudo._take_guard()
            people = clearance_sudo.with_context(active_test=False).employee_ids
            sentences = [
                b.sentence for found in people._get_clearance_blockers().values() for b in found
            ]
            sentences += clearance_sudo._get_line_sentences()
            if sentences:
                raise UserError(
                    "\n".join(
                        [
                            self.env._(
                                "%(clearance)s is not complete:", clearance=clearance.display_name
                            ),
                            *(f"- {sentence}" for sentence in sentences),
                        ]
                    )
                )
            clearance_sudo._complete()
        return True

    def _complete(self, **values):
        self.ensure_one()
        self.write(
            {
                "state": "completed",
                "completed_by_id": self.env.uid,
                "completed_at": fields.Datetime.now(),
            }
            | values
        )
        self._append_event(
            "clearance.released" if self.is_released else "clearance.completed",
            {"figures": self.employee_ids.with_context(active_test=False)._get_clearance_figures()},
            {"reason": self.release_reason or ""},
        )
        self._clear_alerts()

    def action_cancel(self, reason=None):
        """HR, or the employee who hands in no more: everything is as before.

        :param reason: required
        """
        reason = stated(reason)
        if not reason:
            raise UserError(self.env._("Say why the clearance is cancelled."))
        for clearance in self:
            clearance.check_access("read")
            clearance._check_canceller()
            clearance_sudo = clearance.sudo()
            clearance_sudo._take_guard()
            clearance_sudo._void_approval(reason)
            clearance_sudo.state = "cancelled"
            clearance_sudo._append_event("clearance.cancelled", names={"reason": reason})
            clearance_sudo.message_post(body=reason)
            clearance_sudo._clear_alerts()
            clearance_sudo._bring_back_debt()
            clearance_sudo._after_cancelled()
        return True

    def _check_canceller(self):
        """HR, or who handed in the resignation himself, as long as it is not completed."""
        if self.is_mine and self.origin == "resignation" and self.state in ("open", "ready"):
            return
        self._check_hr()

    def _after_cancelled(self):
        """Called under the guard; extend it for what the opening had stopped."""

    # Leaving and coming back ----------------------------------------------------------------------

    def _note_left(self):
        for clearance in self.filtered(lambda c: not c.left_at):
            clearance.left_at = fields.Datetime.now()
            clearance._append_event("clearance.left")

    def _end_by_return(self):
        """The person works here again: the clearance counts no more, what was left is owed again."""
        for clearance in self:
            clearance.rehired_at = fields.Datetime.now()
            clearance._append_event("clearance.rehired")
            clearance._bring_back_debt()

    def action_open_departure(self):
        """Odoo's own departure wizard, for all records of the person."""
        self.ensure_one()
        self.check_access("read")
        self._check_hr()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Register Departure"),
            "res_model": "hr.departure.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "active_ids": self.sudo().employee_ids.ids,
                "default_departure_date": fields.Date.to_string(self.date_last),
                "employee_termination": True,
            },
        }

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.hr_control_base.tools.reasons import stated

WRITE_OFF = "hr_employee_advance.group_advance_write_off"
HR_MANAGER = "hr.group_hr_manager"


class HrEmployeeClearance(models.Model):
    """Letting a person go who still owes: the law gives the employer fifteen days, the debt stays on the books."""

    _inherit = "hr.employee.clearance"

    is_released = fields.Boolean(
        string="Released by Law",
        readonly=True,
        help="An HR administrator asked and a finance manager agreed that the person leaves with the debt.",
    )
    release_reason = fields.Text(string="Why Released", readonly=True)

    def action_request_release(self, reason=None):
        """HR administrator: ask finance to let the person go with what is owed.

        :param reason: required
        """
        self.ensure_one()
        self.check_access("read")
        reason = stated(reason)
        if not reason:
            raise UserError(self.env._("Say why the person has to be released with the debt."))
        self._check_hr()
        if not self.env.user.has_group(HR_MANAGER):
            raise AccessError(self.env._("Only an HR administrator asks for a release."))
        clearance_sudo = self.sudo()
        clearance_sudo._take_guard()
        clearance_sudo._check_releasable()
        self._submit_approval(reason)
        return True

    def _check_releasable(self):
        """:raises UserError: nothing is owed, or something is on its way that must be ended first"""
        self.ensure_one()
        if self.state != "open":
            raise UserError(
                self.env._(
                    "%(clearance)s is not open: there is nothing to release.",
                    clearance=self.display_name,
                )
            )
        people = self.with_context(active_test=False).employee_ids
        found = [b for blockers in people._get_clearance_blockers().values() for b in blockers]
        if moving := [b.sentence for b in found if not b.can_stay]:
            raise UserError(
                "\n".join(
                    [
                        self.env._("End this first, it is not a debt yet:"),
                        *(f"- {s}" for s in moving),
                    ]
                )
            )
        if not found:
            raise UserError(
                self.env._(
                    "%(employee)s owes nothing: let the checklist be signed instead.",
                    employee=self.employee_id.name,
                )
            )

    # Approval -------------------------------------------------------------------------------------

    def _get_approval_title(self):
        self.ensure_one()
        return self.env._("Release %(employee)s with a debt", employee=self.employee_id.sudo().name)

    def _get_approval_figures(self):
        self.ensure_one()
        people = self.sudo().with_context(active_test=False).employee_ids
        found = people._get_clearance_blockers()
        return [
            (self.env._("Last day"), str(self.date_last)),
            *((self.env._("Still Open"), b.sentence) for e in people for b in found[e.id]),
        ]

    def _get_approval_dossier(self):
        self.ensure_one()
        return self.employee_id._ensure_advance_dossiers()[self.employee_id.id]

    def _get_approval_guards(self):
        people = self.sudo().with_context(active_test=False).employee_ids
        return (
            self.env["hr.control.dossier"].sudo().union(*people._ensure_advance_dossiers().values())
        )

    def _get_approval_levels(self):
        return [
            {
                "code": "finance_manager",
                "label": self.env._("Finance manager"),
                "users": self._get_working_users(WRITE_OFF),
            }
        ]

    def _get_approval_excluded_users(self):
        return self.sudo()._get_leavers()

    def _check_approval(self, user):
        self._check_releasable()

    def _after_approved(self, approval):
        for clearance in self:
            clearance.write({"is_released": True, "release_reason": approval.reason})
            clearance._leave_debt()
            clearance._complete()
            clearance._after_released()

    def _after_refused(self, approval, reason):
        for clearance in self:
            clearance.message_post(body=reason)

    def _is_release_approved(self):
        return self.is_released and self.approval_id.state == "approved"

    def _after_released(self):
        """Called under the guard when the release is approved; extend it, for example to build the evidence."""

    # The debt -------------------------------------------------------------------------------------

    def _get_debts(self, request_state):
        people = self.with_context(active_test=False).employee_ids
        return (
            self.env["hr.employee.advance"]
            .sudo()
            .search(
                [
                    ("employee_id", "in", people.ids),
                    ("request_state", "=", request_state),
                    ("amount_residual", "!=", 0),
                ]
            )
        )

    def _leave_debt(self):
        for advance in self._get_debts("finance_approved"):
            advance.request_state = "post_departure"
            advance._append_advance_event("advance.left_open")

    def _bring_back_debt(self):
        debts = self._get_debts("post_departure")
        for advance in debts:
            advance.request_state = "finance_approved"
            advance._append_advance_event("advance.back")
        people = self.with_context(active_test=False).employee_ids
        open_points = [
            b.sentence for found in people._get_clearance_blockers().values() for b in found
        ]
        if open_points:
            self.env["hr.control.alert"]._clear(self.company_id, [self._get_alert_key("rehired")])
            self._tell(
                "rehired",
                self._get_working_users("hr_employee_advance.group_advance_finance")
                | self._get_hr_users(),
                self.env._("%(employee)s is back and still owes", employee=self.employee_id.name),
                "\n".join(open_points),
            )


class HrEmployeeAdvance(models.Model):
    """What a clearance does to advances: no new ones while it stands, and the state of a debt that was left."""

    _inherit = "hr.employee.advance"

    def _is_left_behind(self):
        clearance = self._get_standing_clearance()
        return bool(clearance) and clearance._is_release_approved()

    def _is_brought_back(self):
        return not self._is_left_behind()

    def _get_standing_clearance(self):
        self.ensure_one()
        people = self.employee_id._get_clearance_people()[self.employee_id.id]
        standing = people._get_standing_clearances()
        return next(iter(standing.values()), self.env["hr.employee.clearance"].sudo())

    def _get_clearance_sentence(self):
        if clearance := self._get_standing_clearance():
            return self.env._(
                "%(clearance)s is %(state)s: no new advance is given until it is cancelled.",
                clearance=clearance.display_name,
                state=dict(clearance._fields["state"]._description_selection(self.env))[
                    clearance.state
                ].lower(),
            )
        return False

    def _get_submit_blockers(self):
        # EXTENDS: a leaver asks for nothing new
        blockers = super()._get_submit_blockers()
        if sentence := self._get_clearance_sentence():
            blockers.append(sentence)
        return blockers

    def _check_approval(self, user):
        # EXTENDS
        res = super()._check_approval(user)
        self._check_no_clearance()
        return res

    def _check_unpaid(self, amount):
        # EXTENDS: nor is he paid what was approved before
        res = super()._check_unpaid(amount)
        self._check_no_clearance()
        return res

    def _check_no_clearance(self):
        if sentence := self._get_clearance_sentence():
            raise UserError(sentence)

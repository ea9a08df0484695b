from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_amount


class HrEmployeeAdvance(models.Model):
    """What those who decide do: who is asked, in which order, and what each level answers for."""

    _inherit = "hr.employee.advance"

    def action_approve(self):
        """Approve in the current user's name; the manager is led to the questions first."""
        self.check_access("read")
        approvals = self.approval_id
        if not approvals:
            raise UserError(self.env._("Nothing waits for a decision here."))
        if len(self) == 1 and self._is_manager_turn() and self.sudo().answer_ids:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Approve %(advance)s", advance=self.display_name),
                "res_model": "hr.employee.advance.approve",
                "views": [(False, "form")],
                "target": "new",
                "context": {"default_advance_id": self.id},
            }
        return approvals.action_approve()

    def action_open_refuse(self):
        self.check_access("read")
        return self.approval_id.action_open_refuse()

    def _is_manager_turn(self):
        approval_sudo = self.approval_id.sudo()
        return approval_sudo.step_id.code == "manager" and approval_sudo.my_turn

    # Approval -----------------------------------------------------------------------------------

    def _get_approval_title(self):
        self.ensure_one()
        return self.env._(
            "%(advance)s: %(amount)s for %(employee)s, %(purpose)s",
            advance=self.display_name,
            amount=format_amount(self.env, self.amount, self.currency_id),
            employee=self.employee_id.name,
            purpose=self.purpose_id.name,
        )

    def _get_approval_dossier(self):
        self.ensure_one()
        return self.employee_id._ensure_advance_dossiers()[self.employee_id.id]

    def _get_approval_mode(self):
        return "all"

    def _get_approval_minimum(self):
        # a level that nobody can take stops the request: it was set up to be asked
        return len(self._get_approval_levels())

    def _get_approval_excluded_users(self):
        return self.employee_id._get_person_users()

    def _get_approval_levels(self):
        """Manager, finance, and the further levels set up for such an advance."""
        self.ensure_one()
        finance = self._get_finance_users()
        manager = self._get_manager_users() or finance
        return [
            {"code": "manager", "label": self.env._("Direct manager"), "users": manager},
            {"code": "finance", "label": self.env._("Finance"), "users": finance},
            *(
                {"code": f"step-{step.id}", "label": step.name, "users": step._get_users()}
                for step in self.env["hr.employee.advance.step"]._get_for(self)
            ),
        ]

    def _get_finance_users(self):
        return self.env.ref("hr_employee_advance.group_advance_finance").sudo().all_user_ids

    def _get_manager_users(self):
        """The nearest superior who can decide: managers up the line, then those of the departments.

        Nobody who is missing, archived, the employee himself or the one who asks; a circle of managers ends.
        """
        self.ensure_one()
        barred = self.env.user | self._get_approval_excluded_users()
        for superior in self._get_superiors():
            if able := superior.user_id._get_control_deciders(self.company_id) - barred:
                return able
        return self.env["res.users"].sudo()

    def _get_superiors(self):
        """Employees above this one, nearest first."""
        employee = self.employee_id.sudo()
        seen, superior = employee, employee.parent_id
        while superior and superior not in seen:
            seen |= superior
            yield superior
            superior = superior.parent_id
        departments, department = self.env["hr.department"].sudo(), employee.department_id
        while department and department not in departments:
            departments |= department
            if department.manager_id and department.manager_id not in seen:
                seen |= department.manager_id
                yield department.manager_id
            department = department.parent_id

    def _check_approval(self, user):
        """What each level answers for: the manager the questions, finance and those after it the quota."""
        self.ensure_one()
        if self.approval_id.step_id.code == "manager":
            if blockers := self._get_manager_blockers():
                raise UserError("\n".join(blockers))
        else:
            self._check_quota("approval")

    def _get_manager_blockers(self):
        if open_questions := self.answer_ids.filtered(
            lambda answer: answer.is_required and not answer.answer
        ):
            return [
                self.env._(
                    "%(advance)s: answer first, with the button Approve of the advance:",
                    advance=self.display_name,
                ),
                *(f"- {answer.question}" for answer in open_questions),
            ]
        return []

    def _after_level_approved(self, approval, step):
        # EXTENDS hr_control_base
        res = super()._after_level_approved(approval, step)
        if self.request_state == "submitted":
            self.request_state = "manager_approved"
            self._append_advance_event("advance.manager_approved")
        return res

    def _after_approved(self, approval):
        for advance in self:
            advance.request_state = "finance_approved"
            advance._append_advance_event("advance.finance_approved")
            advance._tell_employee(
                lambda env: env._("Approved. It is going to be paid by the cashier.")
            )

    def _after_refused(self, approval, reason):
        for advance in self:
            advance.request_state = "rejected"
            advance._append_advance_event("advance.rejected", names={"reason": reason})
            advance._tell_employee(lambda env: env._("Refused. Reason: %(reason)s", reason=reason))

    def _tell_employee(self, get_sentence):
        """In the language of the employee; whoever asked for him is told by the approval itself.

        :param get_sentence: makes the sentence from an environment in that language
        """
        self.ensure_one()
        user = self.employee_id.user_id
        advance = self.with_context(lang=user.lang or self.env.lang)
        advance.message_post(
            body=get_sentence(advance.env),
            partner_ids=(user - self.env.user).partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    def _after_withdrawn(self, approval):
        for advance in self.exists():
            advance.request_state = "draft"
            advance._append_advance_event("advance.recalled")

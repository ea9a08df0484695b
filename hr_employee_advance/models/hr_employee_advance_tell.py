from odoo import models
from odoo.tools import get_lang


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def _get_advance_contact(self):
        """How to reach this employee himself.

        :return: ``(users, [(mail address, language)])``: his user, else the work address, else neither
        """
        self.ensure_one()
        employee_sudo = self.sudo()
        if user_sudo := employee_sudo.user_id.filtered("active"):
            return user_sudo, []
        address = employee_sudo.work_email
        return user_sudo, [(address, self._get_advance_lang())] if address else []

    def _get_advance_lang(self):
        """The language this employee is told things in."""
        self.ensure_one()
        employee_sudo = self.sudo()
        return self.env["hr.employee.advance"]._pick_lang(
            employee_sudo.user_id.lang, employee_sudo.lang, employee_sudo.company_id.partner_id.lang
        )


class HrEmployeeAdvance(models.Model):
    _inherit = "hr.employee.advance"

    def _get_told_superior(self):
        """The nearest superior to tell, who works in the company; in sudo, never the employee himself."""
        self.ensure_one()
        own = self.sudo().employee_id.user_id
        for superior in self._get_superiors():
            user = superior.user_id
            if (
                superior.active
                and user.active
                and user != own
                and self.company_id in user.company_ids
            ):
                return user
        return self.env["res.users"].sudo()

    def _pick_lang(self, *codes):
        """The first of these languages that is installed, else the reader's."""
        installed = dict(self.env["res.lang"].get_installed())
        return next((code for code in codes if code in installed), get_lang(self.env).code)

    def _get_finance_of(self, company):
        """Finance of advances who work in ``company``, in sudo."""
        users = self.env.ref("hr_employee_advance.group_advance_finance").sudo().all_user_ids
        return users.filtered(lambda user: user.active and company in user.company_ids)

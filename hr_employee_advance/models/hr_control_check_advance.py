from odoo import api, models


class HrControlCheck(models.AbstractModel):
    _inherit = "hr.control.check"

    @api.model
    def _get_checks(self):
        # EXTENDS hr_control_base
        return [*super()._get_checks(), *self._get_advance_checks()]

    @api.model
    def _get_advance_checks(self):
        """What keeps quotas and four eyes from holding, and who can ask for nothing."""
        area = self.env._("Advances")
        companies = self.env.companies
        return [
            self._prepare_check(
                "advance.quota_policy",
                area,
                "res.company",
                [("id", "in", companies.ids), ("advance_quota_policy", "!=", "enforce")],
                self.env._("Every company refuses advances over the quota."),
                self.env._(
                    "%(count)s companies only observe: requests over the quota go on to the approvers there. Change it "
                    "in the settings."
                ),
            ),
            self._prepare_check(
                "advance.without_quota",
                area,
                "hr.employee",
                [("id", "in", self._get_employees_without_quota(companies).ids)],
                self.env._("A quota of advances applies to every employee."),
                self.env._(
                    "No quota of advances applies to %(count)s employees. Add one for the company, for their positions "
                    "or for them."
                ),
            ),
            self._prepare_check(
                "advance.finance",
                area,
                "res.company",
                [("id", "in", self._get_companies_without_two_of_finance(companies).ids)],
                self.env._("Every company has two people of finance who decide on advances."),
                self.env._(
                    "%(count)s companies have fewer than two people of finance: nobody there can decide on the advance "
                    "of the other, or of an employee without a manager."
                ),
            ),
        ]

    @api.model
    def _get_employees_without_quota(self, companies):
        found = self.env["hr.employee"].sudo()
        Policy = self.env["hr.employee.advance.policy"].sudo()
        for company in companies:
            employees = found.search([("company_id", "=", company.id)])
            rules = Policy._resolve(employees, company)
            found |= employees.filtered(lambda employee, rules=rules: not rules[employee.id])
        return found

    @api.model
    def _get_companies_without_two_of_finance(self, companies):
        finance = self.env["hr.employee.advance"]._get_finance_users()
        return companies.filtered(lambda company: len(finance._get_control_deciders(company)) < 2)

from odoo import api, models


class HrControlCheck(models.AbstractModel):
    _inherit = "hr.control.check"

    @api.model
    def _get_checks(self):
        # EXTENDS hr_control_base
        return [*super()._get_checks(), *self._get_credit_checks()]

    @api.model
    def _get_credit_checks(self):
        """What keeps the credit check from holding, and who cannot use what he was given."""
        area = self.env._("Credit")
        companies = self.env.companies
        return [
            self._prepare_check(
                "credit.policy",
                area,
                "res.company",
                [("id", "in", companies.ids), ("credit_order_policy", "!=", "enforce")],
                self.env._("Every company holds orders that are over the limit."),
                self.env._(
                    "%(count)s companies only observe or warn: no order is held there. Change it in the settings."
                ),
            ),
            self._prepare_check(
                "credit.invoice_policy",
                area,
                "res.company",
                [("id", "in", companies.ids), ("credit_invoice_policy", "!=", "enforce")],
                self.env._("Every company refuses invoices beyond the orders and the limit."),
                self.env._(
                    "%(count)s companies only observe or warn: invoices without an order pass any limit there. "
                    "Change it in the settings."
                ),
            ),
            self._prepare_check(
                "credit.authority",
                area,
                "res.users",
                [("id", "in", self._get_controllers_without_rule(companies).ids)],
                self.env._("Every credit controller has an authority rule."),
                self.env._(
                    "%(count)s credit controllers have no authority rule and may release nothing. Add a rule."
                ),
            ),
            self._prepare_check(
                "credit.last_level",
                area,
                "res.company",
                [("id", "in", self._get_companies_without_manager(companies).ids)],
                self.env._("Every company has a credit manager who decides in the last instance."),
                self.env._(
                    "%(count)s companies have no credit manager: nobody decides what is above the other ceilings."
                ),
                "problem",
            ),
            self._prepare_check(
                "credit.emergency",
                area,
                "credit.grant",
                [("id", "in", self._get_late_reviews(companies).ids)],
                self.env._("Every emergency authorisation was reviewed in time."),
                self.env._(
                    "%(count)s emergency authorisations were not reviewed within 24 hours. Their givers may give none "
                    "until they are."
                ),
                "problem",
            ),
            self._prepare_check(
                "credit.unlimited",
                area,
                "credit.account",
                [("company_id", "in", companies.credit_company_id.ids), ("mode", "=", "unlimited")],
                self.env._("No customer buys without a limit."),
                self.env._(
                    "%(count)s customers buy without any limit. Let the wizard propose limits from their history."
                ),
            ),
        ]

    @api.model
    def _get_late_reviews(self, companies):
        Grant = self.env["credit.grant"]
        return Grant.union(
            *(Grant._get_unreviewed(None, company) for company in companies.credit_company_id)
        )

    @api.model
    def _get_controllers_without_rule(self, companies):
        found = self.env["res.users"]
        for company in companies:
            controllers = self.env["credit.route"]._get_controllers(company)
            rules = self.env["credit.authority"].sudo()._resolve(controllers, company)
            found |= controllers.filtered(lambda user, rules=rules: not rules[user.id])
        return found

    @api.model
    def _get_companies_without_manager(self, companies):
        return companies.filtered(
            lambda company: not self.env["credit.route"]._get_managers(company)
        )

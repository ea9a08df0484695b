from odoo import api, models


class HrControlCheck(models.AbstractModel):
    _inherit = "hr.control.check"

    @api.model
    def _get_credit_checks(self):
        # EXTENDS
        area = self.env._("Credit")
        companies = self.env.companies.credit_company_id
        return [
            *super()._get_credit_checks(),
            self._prepare_check(
                "credit.admission_policy",
                area,
                "res.company",
                [("id", "in", companies.ids), ("credit_admission_policy", "!=", "enforce")],
                self.env._("Every company sells on credit to admitted customers only."),
                self.env._(
                    "%(count)s companies let customers buy on credit before their file is approved. Change it in the "
                    "settings."
                ),
            ),
            self._prepare_check(
                "credit.admission",
                area,
                "credit.account",
                [
                    ("company_id", "in", companies.ids),
                    ("mode", "in", ("limited", "unlimited")),
                    (
                        "admission_state",
                        "in",
                        ("draft", "submitted", "reviewing", "rejected", "expired"),
                    ),
                ],
                self.env._("Every new customer with a limit has an approved file."),
                self.env._("%(count)s customers have a limit and no approved file."),
            ),
        ]

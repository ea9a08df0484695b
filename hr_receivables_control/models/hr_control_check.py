from odoo import api, models


class HrControlCheck(models.AbstractModel):
    _inherit = "hr.control.check"

    @api.model
    def _get_checks(self):
        # EXTENDS hr_control_base
        return [
            *super()._get_checks(),
            *self._get_credit_authority_checks(),
            self._get_credit_policy_check(),
        ]

    @api.model
    def _get_credit_authority_checks(self):
        """People who sell or release without a rule: the first have no personal limit, the second no ceiling."""
        controllers = self.env["credit.route"]._get_controllers(self.env.company)
        rules = self.env["credit.authority"].sudo()._resolve(controllers, self.env.company)
        without = controllers.filtered(lambda user: not rules[user.id])
        return [
            self._prepare_check(
                code="credit_no_authority",
                name=self.env._("Credit controllers without an authority rule"),
                severity="warning" if without else "ok",
                count=len(without),
                sentence=self.env._(
                    "%(count)s credit controllers have no authority rule and may release nothing: %(names)s.",
                    count=len(without),
                    names=", ".join(without.mapped("name")),
                )
                if without
                else self.env._("Every credit controller has an authority rule."),
                action={
                    "type": "ir.actions.act_window",
                    "name": self.env._("Authority Rules"),
                    "res_model": "credit.authority",
                    "view_mode": "list,form",
                },
            )
        ]

    @api.model
    def _get_credit_policy_check(self):
        company = self.env.company
        policy = dict(company._fields["credit_order_policy"]._description_selection(self.env))
        return self._prepare_check(
            code="credit_policy",
            name=self.env._("Credit check at order confirmation"),
            severity="ok" if company.credit_order_policy == "enforce" else "warning",
            count=0,
            sentence=self.env._(
                "%(company)s: %(policy)s.",
                company=company.name,
                policy=policy[company.credit_order_policy],
            ),
            action=False,
        )

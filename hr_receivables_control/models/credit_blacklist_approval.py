from odoo import models


class CreditBlacklist(models.Model):
    """Who decides that a customer is put on the list, or taken off: finance, then the owner."""

    _inherit = "credit.blacklist"

    def _get_approval_title(self):
        # EXTENDS hr_control_base
        self.ensure_one()
        if self.state == "active":
            return self.env._(
                "Take %(customer)s off the blacklist", customer=self.partner_id.display_name
            )
        return self.env._(
            "Put %(customer)s on the blacklist", customer=self.partner_id.display_name
        )

    def _get_approval_figures(self):
        # EXTENDS hr_control_base
        _ = self.env._
        account = self._get_account()
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("category", "scope")
        }
        return [
            (_("Customer"), self.partner_id.display_name),
            (_("Ground"), labels["category"][self.category]),
            (_("Holds For"), labels["scope"][self.scope]),
            (_("Evidence"), self.evidence or self.reason),
            (_("Owed and ordered"), account.currency_id.format(account.exposure_total)),
            (_("Overdue"), account.currency_id.format(account.overdue_amount)),
        ]

    def _get_approval_dossier(self):
        return self._get_account().dossier_id

    def _get_approval_guards(self):
        # EXTENDS hr_control_base
        return self._get_scope_accounts().dossier_id

    def _get_approval_levels(self):
        """Finance, then the owner."""
        Route = self.env["credit.route"]
        company = self.company_id
        return [
            {
                "code": "finance",
                "label": self.env._("Finance"),
                "users": Route._get_controllers(company),
            },
            {
                "code": "owner",
                "label": self.env._("Owner"),
                "users": Route._get_managers(company),
            },
        ]

    def _get_approval_excluded_users(self):
        """Whoever put a customer on the list does not take him off."""
        return super()._get_approval_excluded_users() | self.sudo().listed_by_id

    def _after_approved(self, approval):
        for entry in self.sudo():
            if entry.state == "proposed":
                entry._list(approval.decided_by_id or self.env.user)
            elif entry.state == "active":
                entry._lift(approval.decided_by_id or self.env.user)

    def _after_refused(self, approval, reason):
        for entry in self.sudo():
            entry.message_post(body=reason)
            if entry.state == "proposed":
                entry.write({"state": "rejected"})
            else:
                entry.write({"lift_reason": False})

    def _after_withdrawn(self, approval):
        for entry in self.sudo():
            if entry.state == "proposed":
                entry.write({"state": "withdrawn"})
            elif entry.state == "active":
                entry.write({"lift_reason": False})

from odoo import models


class CreditAccount(models.Model):
    """The documents behind each figure of an account."""

    _inherit = "credit.account"

    def action_open_receivable(self):
        self.ensure_one()
        self.check_access("read")
        line_ids = self.env["credit.exposure"]._get_ledger_line_ids(self.sudo())
        name = self.env._("Open Items of %(customer)s", customer=self.display_name)
        return self._get_drill_down(name, "account.move.line", line_ids)

    def action_open_orders(self):
        self.ensure_one()
        self.check_access("read")
        order_ids = self.env["credit.exposure"]._get_open_order_ids(self.sudo())
        name = self.env._("Open Orders of %(customer)s", customer=self.display_name)
        return self._get_drill_down(name, "sale.order", order_ids)

    def action_open_decisions(self):
        self.ensure_one()
        return self._get_drill_down(
            self.env._("Credit Decisions of %(customer)s", customer=self.display_name),
            "credit.decision",
            [],
            domain=[("account_id", "=", self.id)],
        )

    def action_open_dossier(self):
        """The record of everything that happened to this customer's credit; readers of dossiers only."""
        self.ensure_one()
        self.dossier_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "hr.control.dossier",
            "res_id": self.dossier_id.id,
            "view_mode": "form",
        }

    def _get_drill_down(self, name, model, ids, domain=None):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": domain or [("id", "in", ids)],
        }

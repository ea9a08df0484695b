from odoo import api, fields, models


class CreditAccount(models.Model):
    """What stands behind the figures of an account, and what happened to it."""

    _inherit = "credit.account"

    grant_ids = fields.One2many("credit.grant", "account_id", string="Requests and Releases")
    grant_count = fields.Integer(compute="_compute_grant_count", string="Requests")

    @api.depends("grant_ids")
    def _compute_grant_count(self):
        """Those that the user may read."""
        counts = dict(
            self.env["credit.grant"]._read_group(
                [("account_id", "in", self.ids)], ["account_id"], ["__count"]
            )
        )
        for account in self:
            account.grant_count = counts.get(account, 0)

    def action_open_receivable(self):
        title = self.env._("Receivable")
        return self._open_items(title, [("component", "=", "1_receivable")])

    def action_open_bills(self):
        title = self.env._("Bills at Risk")
        return self._open_items(title, [("component", "=", "2_bill")])

    def action_open_orders(self):
        title = self.env._("Open Orders")
        return self._open_items(title, [("component", "=", "3_order")])

    def action_open_exposure(self):
        return self._open_items(self.env._("Exposure"), [], group_by="component")

    def _open_items(self, title, domain, group_by=None):
        """The rows that add up to a figure of this account."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "%(figure)s of %(customer)s", figure=title, customer=self.display_name
            ),
            "res_model": "credit.open.item",
            "view_mode": "list,kanban",
            "domain": [("account_id", "=", self.id), *domain],
            "context": {"credit_account_ids": self.ids, "group_by": group_by or []},
        }

    def action_open_grants(self):
        return self._open_history(
            self.env._("Requests and Releases of %(customer)s", customer=self.display_name),
            "credit.grant",
        )

    def action_open_decisions(self):
        return self._open_history(
            self.env._("Credit Decisions of %(customer)s", customer=self.display_name),
            "credit.decision",
        )

    def _open_history(self, title, model):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("account_id", "=", self.id)],
        }

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

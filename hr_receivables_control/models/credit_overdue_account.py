from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CreditAccount(models.Model):
    _inherit = "credit.account"

    pause_ids = fields.One2many(
        "credit.overdue.pause", "account_id", string="Promises and Disputes"
    )
    pause_count = fields.Integer(compute="_compute_pause_count", compute_sudo=True)
    broken_promise_count = fields.Integer(
        string="Broken Promises", compute="_compute_pause_count", compute_sudo=True
    )

    def _compute_pause_count(self):
        groups = self.env["credit.overdue.pause"]._read_group(
            [("account_id", "in", self.ids)], ["account_id", "state"], ["__count"]
        )
        for account in self:
            counts = {state: count for found, state, count in groups if found == account}
            account.pause_count = counts.get("active", 0) + counts.get("asked", 0)
            account.broken_promise_count = counts.get("broken", 0)

    def _search_overdue_tier_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        accounts = self.sudo().search(fields.Domain.TRUE)
        overdue = self.env["credit.overdue"]._get(accounts)
        if operator == "any":
            value = self.env["credit.overdue.tier"].sudo().search(value).ids
        wanted = {tier_id or False for tier_id in value}
        found = [
            account.id for account in accounts if (overdue[account.id].tier_id or False) in wanted
        ]
        return [("id", "in", found)]

    def _hand_over(self, target):
        # EXTENDS: what one customer promised for all he owes does not pause what the other owes
        pauses = self.pause_ids.filtered(lambda pause: not pause.move_id)
        pauses.filtered(lambda pause: pause.state == "asked")._void_approval(
            self.env._("The customer was merged into %(customer)s.", customer=target.display_name)
        )
        pauses.filtered(lambda pause: pause.state == "active")._close("ended")
        self.env.flush_all()
        for table in ("credit_overdue_pause", "credit_overdue_event"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET account_id = %s, partner_id = %s WHERE account_id = ANY(%s)",
                    SQL.identifier(table),
                    target.id,
                    target.partner_id.id,
                    self.ids,
                )
            )
        return super()._hand_over(target)

    def action_open_overdue(self):
        """The overdue items behind the figure."""
        return self._get_overdue_action(self.env._("Overdue"), "credit.overdue.line")

    def action_open_overdue_events(self):
        return self._get_overdue_action(self.env._("Overdue Events"), "credit.overdue.event")

    def action_open_pauses(self):
        action = self._get_overdue_action(
            self.env._("Promises and Disputes"), "credit.overdue.pause"
        )
        return action | {"context": {"default_account_id": self.id}}

    def _get_overdue_action(self, name, model):
        self.ensure_one()
        self.check_access("read")
        return self._open_history(f"{name}: {self.display_name}", model)


class ResPartner(models.Model):
    _inherit = "res.partner"

    credit_overdue_amount = fields.Monetary(
        string="Overdue",
        currency_field="credit_overdue_currency_id",
        compute="_compute_credit_overdue_amount",
        compute_sudo=True,
    )
    credit_overdue_currency_id = fields.Many2one(
        "res.currency", compute="_compute_credit_overdue_amount", compute_sudo=True
    )

    @api.depends_context("company")
    def _compute_credit_overdue_amount(self):
        company = self.env.company.sudo().credit_company_id
        accounts = self.env["credit.account"]._find(self, self.env.company)
        overdue = self.env["credit.overdue"]._get(accounts)
        amounts = {account.partner_id: overdue[account.id].amount for account in accounts}
        for partner in self:
            partner.credit_overdue_amount = amounts.get(partner.commercial_partner_id._origin, 0.0)
            partner.credit_overdue_currency_id = company.currency_id

    def action_view_credit_overdue(self):
        self.ensure_one()
        self.check_access("read")
        account = self.env["credit.account"]._find(self, self.env.company).with_env(self.env)
        account.check_access("read")
        if not account:
            raise UserError(
                self.env._(
                    "%(customer)s has no credit account in %(company)s.",
                    customer=self.display_name,
                    company=self.env.company.name,
                )
            )
        return account.action_open_overdue()

from odoo import api, fields, models


class SaleOrder(models.Model):
    """Confirmed orders whose customer has no credit any more.

    A payment taken back, a bill that bounced, a rate, a cut of the limit: none of it can be refused, and no order that
    was confirmed is stopped by it. The list says where to look before more is bought or goods leave.
    """

    _inherit = "sale.order"

    credit_recheck = fields.Boolean(
        string="To Re-check",
        compute="_compute_credit_recheck",
        search="_search_credit_recheck",
        compute_sudo=True,
        help="Confirmed and holding credit, while its customer is over the limit or without credit by now.",
    )
    credit_recheck_reason = fields.Char(
        string="What Changed", compute="_compute_credit_recheck", compute_sudo=True
    )
    credit_recheck_excess = fields.Monetary(
        string="Customer's Excess",
        currency_field="company_currency_id",
        compute="_compute_credit_recheck",
        compute_sudo=True,
        help="How far the customer is above his limit now, with everything he has ordered.",
    )

    @api.depends("state", "partner_invoice_id", "company_id", "credit_open_amount")
    @api.depends_context("lang")
    def _compute_credit_recheck(self):
        accounts = self._get_credit_recheck_accounts()
        words = self.env["credit.checkpoint"]._get_reason_words()
        for order in self:
            account = accounts.get(
                (order.partner_invoice_id.commercial_partner_id, order.company_id.credit_company_id)
            )
            open_order = order.state == "sale" and order.credit_open_amount > 0
            order.credit_recheck = bool(account and open_order)
            order.credit_recheck_reason = order.credit_recheck and account._get_credit_gone(words)
            order.credit_recheck_excess = (
                max(-account.available_amount, 0.0) if order.credit_recheck else 0.0
            )

    def _get_credit_recheck_accounts(self):
        """``{(customer, credit company): account}``, those without credit only; constant in queries."""
        accounts = (
            self.env["credit.account"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.partner_invoice_id.commercial_partner_id.ids),
                    ("company_id", "in", self.company_id.credit_company_id.ids),
                ]
            )
        )
        return {
            (account.partner_id, account.company_id): account
            for account in accounts
            if account.mode == "blacklisted" or account.credit_status == "over"
        }

    def _search_credit_recheck(self, operator, value):
        if operator != "in":
            return NotImplemented
        accounts = (
            self.env["credit.account"]
            .sudo()
            .search(["|", ("mode", "=", "blacklisted"), ("credit_status", "=", "over")])
        )
        orders = self.sudo().search(
            [
                ("state", "=", "sale"),
                # as in the exposure: what stands on a draft invoice counts as invoiced for Odoo, not for us
                "|",
                ("invoice_status", "!=", "invoiced"),
                ("order_line.invoice_lines.parent_state", "=", "draft"),
                ("partner_invoice_id.commercial_partner_id", "in", accounts.partner_id.ids),
            ]
        )
        found = orders.filtered("credit_recheck").ids
        return fields.Domain("id", "in" if True in value else "not in", found)


class CreditAccount(models.Model):
    _inherit = "credit.account"

    def _get_credit_gone(self, words):
        """Why nothing more may be sold to the customer on credit, in a few words."""
        self.ensure_one()
        if self.mode != "limited":
            return words[self.mode]
        return words["limit_expired" if self._is_limit_expired() else "over_limit"]

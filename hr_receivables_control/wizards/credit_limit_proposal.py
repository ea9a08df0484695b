from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.credit_account import CREDIT_MODES
from ..tools.proposal import propose_limit


class CreditLimitProposal(models.TransientModel):
    _name = "credit.limit.proposal"
    _description = "Propose Limits from History"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company.sudo().credit_company_id
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    months = fields.Integer(default=12, required=True, help="Full months looked back upon.")
    min_months = fields.Integer(
        string="At Least Months with Sales",
        default=3,
        required=True,
        help="Customers with less history get none.",
    )
    term_months = fields.Float(
        string="Months of Credit",
        default=1.0,
        required=True,
        help="Limit = average invoiced in months with sales x this.",
    )
    round_to = fields.Monetary(string="Round Down To", default=1000.0, required=True)
    keep_existing = fields.Boolean(
        string="Only Unlimited Customers",
        default=True,
        help="Leave customers alone whose limit somebody has set.",
    )
    reason = fields.Char(
        default=lambda self: self.env._("Proposed from sales history"), required=True
    )
    line_ids = fields.One2many("credit.limit.proposal.line", "wizard_id")
    line_count = fields.Integer(compute="_compute_line_count")

    _months_positive = models.Constraint(
        "CHECK(months > 0 AND min_months > 0 AND term_months > 0 AND round_to > 0)",
        "Months and rounding must be above zero.",
    )

    @api.depends("line_ids")
    def _compute_line_count(self):
        for wizard in self:
            wizard.line_count = len(wizard.line_ids)

    def action_propose(self):
        """Fill in the lines; nothing is changed yet."""
        self.ensure_one()
        self.line_ids.unlink()
        accounts = self.env["credit.account"].search(
            [("company_id", "=", self.company_id.id), ("mode", "in", ("unlimited", "limited"))]
        )
        if self.keep_existing:
            accounts = accounts.filtered(lambda account: account.mode == "unlimited")
        sales = self._get_monthly_sales(accounts)
        exposures, _amounts = self.env["credit.exposure"]._get(accounts)
        self.line_ids = [
            (
                0,
                0,
                {
                    "account_id": account.id,
                    "months_with_sales": len(sales[account.id]),
                    "average_amount": self.currency_id.round(
                        sum(sales[account.id]) / len(sales[account.id])
                    ),
                    "exposure_total": exposures[account.id].total,
                    "proposed_limit": proposed,
                },
            )
            for account in accounts
            if (
                proposed := propose_limit(
                    sales.get(account.id, []), self.term_months, self.min_months, self.round_to
                )
            )
            is not None
        ]
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "No customer had sales in %(min_months)s of the last %(months)s months among those asked for. "
                    "Ask for less history, or untick “Only Unlimited Customers”.",
                    min_months=self.min_months,
                    months=self.months,
                )
            )
        return self._reopen()

    def _get_monthly_sales(self, accounts):
        """Posted customer invoices less credit notes per full month, tax included, months without sales left out.

        :return: ``{account id: [amount per month, company currency]}``
        """
        today = self.company_id.sudo()._company_today()
        until = today.replace(day=1)
        self.env["account.move"].flush_model(
            [
                "commercial_partner_id",
                "company_id",
                "state",
                "move_type",
                "invoice_date",
                "amount_total_signed",
            ]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id, SUM(m.amount_total_signed)::float8
                  FROM credit_account a
                  JOIN res_company c ON c.credit_company_id = a.company_id
                  JOIN account_move m ON m.commercial_partner_id = a.partner_id AND m.company_id = c.id
                 WHERE a.id = ANY(%s) AND m.state = 'posted'
                   AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                   AND m.invoice_date >= %s AND m.invoice_date < %s
              GROUP BY a.id, date_trunc('month', m.invoice_date)
                HAVING SUM(m.amount_total_signed) > 0
                """,
                accounts.ids,
                until - relativedelta(months=self.months),
                until,
            )
        )
        sales = {}
        for account_id, amount in rows:
            sales.setdefault(account_id, []).append(amount)
        return sales

    def action_apply(self):
        """Set the limits that are ticked, in one go: either all of them or none."""
        self.ensure_one()
        lines = self.line_ids.filtered("is_chosen")
        if not lines:
            raise UserError(self.env._("Tick at least one customer."))
        lines.account_id._take_guard()
        for line in lines:
            line.account_id.write(
                {"mode": "limited", "base_limit": line.proposed_limit, "change_reason": self.reason}
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s limits set.", count=len(lines)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose Limits"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class CreditLimitProposalLine(models.TransientModel):
    _name = "credit.limit.proposal.line"
    _description = "Proposed Limit"
    _order = "proposed_limit desc, id"

    wizard_id = fields.Many2one("credit.limit.proposal", required=True, ondelete="cascade")
    is_chosen = fields.Boolean(string="Apply", default=True)
    account_id = fields.Many2one(
        "credit.account", string="Credit Account", required=True, readonly=True, ondelete="cascade"
    )
    mode = fields.Selection(CREDIT_MODES, compute="_compute_current", string="Now")
    base_limit = fields.Monetary(compute="_compute_current", string="Limit Now")
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    months_with_sales = fields.Integer(readonly=True)
    average_amount = fields.Monetary(string="Monthly Average", readonly=True)
    exposure_total = fields.Monetary(string="Exposure", readonly=True)
    proposed_limit = fields.Monetary()

    @api.depends("account_id")
    def _compute_current(self):
        # what is related is read without rights, which would tell of accounts of other companies
        self.account_id.check_access("read")
        for line in self:
            line.mode = line.account_id.mode
            line.base_limit = line.account_id.base_limit

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

LINE_KINDS = [
    ("payment", "Payment"),
    ("opening", "Opening Balance"),
    ("transfer_in", "Taken over from Another Advance"),
    ("expense", "Offset by Expense"),
    ("payroll", "Salary Deduction"),
    ("return", "Return"),
    ("write_off", "Write-off"),
    ("transfer", "Moved to Another Advance"),
    ("exchange", "Exchange Difference"),
]
PAID_KINDS = ("payment", "opening", "transfer_in")
CLEARING_KINDS = ("expense", "payroll", "return", "write_off", "transfer")
# What each figure is made of, and whether it stands on the debit or the credit side of the account.
FIGURES = {
    "amount_paid": (PAID_KINDS, 1),
    "amount_cleared": (("expense", "payroll"), -1),
    "amount_returned": (("return",), -1),
    "amount_written_off": (("write_off",), -1),
    "amount_transferred": (("transfer",), -1),
    "amount_residual": (tuple(kind for kind, _label in LINE_KINDS), 1),
}


def _monetary(label, currency_field="currency_id", **kwargs):
    return fields.Monetary(
        string=label,
        currency_field=currency_field,
        compute="_compute_ledger",
        store=True,
        **kwargs,
    )


class HrEmployeeAdvance(models.Model):
    """What was paid and settled, read from posted journal items and from nothing else.

    In the advance's currency: paid = cleared + returned + written off + moved on + residual. In company currency
    the exchange difference stands beside paid. What was taken over from another advance counts as paid.
    """

    _inherit = "hr.employee.advance"

    _control_guarded_fields = frozenset({"unpaid_released", "settlement_days"})

    line_ids = fields.One2many(
        "account.move.line",
        "employee_advance_id",
        string="Journal Items",
        readonly=True,
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    amount_paid = _monetary("Paid")
    amount_cleared = _monetary("Cleared", help="By expenses and salary deductions.")
    amount_returned = _monetary("Returned")
    amount_written_off = _monetary("Written Off")
    amount_transferred = _monetary(
        "Moved on", help="To other advances of the same person, which count it as paid."
    )
    amount_residual = _monetary("Outstanding", help="What the employee still has to account for.")
    amount_paid_company = _monetary("Paid (Company Currency)", "company_currency_id")
    amount_cleared_company = _monetary("Cleared (Company Currency)", "company_currency_id")
    amount_returned_company = _monetary("Returned (Company Currency)", "company_currency_id")
    amount_written_off_company = _monetary("Written Off (Company Currency)", "company_currency_id")
    amount_transferred_company = _monetary("Moved on (Company Currency)", "company_currency_id")
    amount_exchange_company = _monetary("Exchange Difference", "company_currency_id")
    amount_residual_company = _monetary("Outstanding (Company Currency)", "company_currency_id")
    date_paid = fields.Date(
        string="Paid on", compute="_compute_ledger", store=True, help="Day of the first payment."
    )
    amount_unpaid = fields.Monetary(
        string="Approved, not Paid",
        compute="_compute_amount_unpaid",
        store=True,
        help="What the cashier may still pay.",
    )
    unpaid_released = fields.Boolean(
        string="Rest Released",
        readonly=True,
        copy=False,
        help="What was approved and not paid is not needed any more.",
    )
    settlement_days = fields.Integer(
        string="Days to Settle",
        readonly=True,
        copy=False,
        help="From the payment, by the quota that applied; 0 for the company's setting.",
    )
    date_due = fields.Date(string="Due on", compute="_compute_date_due", store=True)
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_overdue", search="_search_is_overdue"
    )
    overdue_days = fields.Integer(string="Days Overdue", compute="_compute_overdue")

    # the lists and the quota ask for what is open
    _open_idx = models.Index("(employee_id, date_due) WHERE amount_residual != 0")

    @api.depends(
        "line_ids.parent_state",
        "line_ids.amount_currency",
        "line_ids.balance",
        "line_ids.employee_advance_kind",
        "line_ids.date",
    )
    def _compute_ledger(self):
        sums = defaultdict(lambda: (0.0, 0.0))
        lines_sudo = self.env["account.move.line"].sudo()
        posted = Domain("employee_advance_id", "in", self.ids) & Domain(
            "parent_state", "=", "posted"
        )
        for advance, kind, amount, balance in lines_sudo._read_group(
            posted,
            ["employee_advance_id", "employee_advance_kind"],
            ["amount_currency:sum", "balance:sum"],
        ):
            sums[advance.id, kind] = (amount, balance)
        # a payment that was reversed is no payment; an opening balance tells the day in its due date
        first_paid = {
            advance.id: min(filter(None, (date, opened)))
            for advance, date, opened in lines_sudo._read_group(
                posted
                & Domain("employee_advance_kind", "in", PAID_KINDS)
                & Domain("balance", ">", 0)
                & Domain("move_id.reversal_move_ids", "not any", [("state", "=", "posted")]),
                ["employee_advance_id"],
                ["date:min", "date_maturity:min"],
            )
        }
        for advance in self:
            advance_id = advance.id or advance._origin.id
            for name, (kinds, sign) in FIGURES.items():
                parts = [sums[advance_id, kind] for kind in kinds]
                advance[name] = sign * sum(amount for amount, _balance in parts)
                advance[f"{name}_company"] = sign * sum(balance for _amount, balance in parts)
            advance.amount_exchange_company = sums[advance_id, "exchange"][1]
            advance.date_paid = first_paid.get(advance_id)

    @api.depends("amount", "amount_paid", "request_state", "unpaid_released")
    def _compute_amount_unpaid(self):
        for advance in self:
            payable = advance.request_state == "finance_approved" and not advance.unpaid_released
            currency = advance.currency_id or self.env.company.currency_id
            unpaid = currency.round(advance.amount - advance.amount_paid)
            advance.amount_unpaid = max(unpaid, 0.0) if payable else 0.0

    @api.depends("request_state", "amount_unpaid", *FIGURES)
    def _compute_state(self):
        # EXTENDS: from the first payment on the ledger says how far it is
        for advance in self:
            is_zero = (advance.currency_id or self.env.company.currency_id).is_zero
            if is_zero(advance.amount_paid):
                advance.state = advance.request_state
            elif is_zero(advance.amount_residual) and is_zero(advance.amount_unpaid):
                written_off = not is_zero(advance.amount_written_off)
                advance.state = "written_off" if written_off else "settled"
            elif advance.request_state == "post_departure":
                advance.state = "post_departure"
            elif not is_zero(advance.amount_paid - advance.amount_residual):
                advance.state = "partially_settled"
            else:
                advance.state = "paid" if is_zero(advance.amount_unpaid) else "partially_paid"

    @api.depends(
        "date_paid",
        "date_expected",
        "settlement_days",
        "company_id.advance_overdue_from",
        "company_id.advance_overdue_days",
    )
    def _compute_date_due(self):
        for advance in self:
            company_sudo = advance.company_id.sudo()
            if not advance.date_paid:
                advance.date_due = False
            elif company_sudo.advance_overdue_from == "expected":
                advance.date_due = advance.date_expected
            else:
                days = advance.settlement_days or company_sudo.advance_overdue_days
                advance.date_due = advance.date_paid + timedelta(days=days)

    @api.depends("date_due", "amount_residual")
    def _compute_overdue(self):
        todays = {company: company._company_today() for company in self.company_id}
        for advance in self:
            open_ = advance.date_due and advance.currency_id.compare_amounts(
                advance.amount_residual, 0.0
            )
            days = (todays[advance.company_id] - advance.date_due).days if open_ == 1 else 0
            advance.overdue_days = max(days, 0)
            advance.is_overdue = days > 0

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("date_due", "<", company._company_today())
            & Domain("amount_residual", ">", 0)
            for company in self.env["res.company"].sudo().search([])
        )
        return overdue if True in value else ~overdue

    def _get_in_hand(self, employees, companies):
        """Advances of these employees that are not settled, oldest due first, in sudo."""
        return self.sudo().search(
            [
                ("employee_id", "in", employees.ids),
                ("company_id", "in", companies.ids),
                ("amount_residual", ">", 0),
            ],
            order="date_due, id",
        )

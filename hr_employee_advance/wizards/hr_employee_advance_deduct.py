from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.hr_control_base.tools.reasons import stated


class HrEmployeeAdvanceDeduct(models.TransientModel):
    """Enter what is deducted from a salary: debit salary payable, credit advance."""

    _name = "hr.employee.advance.deduct"
    _description = "Deduct an Advance from Salary"
    _inherit = ["hr.employee.advance.named.mixin"]

    advance_id = fields.Many2one("hr.employee.advance", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="advance_id.company_id")
    currency_id = fields.Many2one(related="advance_id.currency_id")
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, required=True, precompute=True
    )
    date = fields.Date(
        required=True, compute="_compute_amount", store=True, readonly=False, precompute=True
    )
    reason = fields.Char(
        required=True, help="Such as the month of the salary, and what the employee agreed to."
    )

    @api.depends("advance_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.advance_id.amount_residual
            wizard.date = wizard.company_id._company_today() if wizard.company_id else False

    def action_deduct(self):
        self.ensure_one()
        advance = self.advance_id
        advance.check_access("read")
        advance._check_finance()
        reason = stated(self.reason)
        if not reason:
            raise UserError(self.env._("Say which salary it is deducted from."))
        advance._book_clearing(
            "payroll",
            self.amount,
            advance.company_id._get_advance_setting("advance_payroll_account_id"),
            self.date,
            self.env._(
                "Salary deduction for %(advance)s: %(reason)s", advance=advance.name, reason=reason
            ),
        )
        return {"type": "ir.actions.act_window_close"}


class HrEmployeeAdvanceReason(models.TransientModel):
    """Asks why before a clearing is undone, or an expense exempt."""

    _name = "hr.employee.advance.reason"
    _description = "Reason"

    task = fields.Selection(
        [
            ("undo", "Undo the Clearing"),
            ("undo_offset", "Undo the Offset"),
            ("exempt", "Exempt from Offset"),
        ],
        required=True,
        readonly=True,
    )
    allocation_id = fields.Many2one(
        "hr.employee.advance.allocation", readonly=True, ondelete="cascade"
    )
    expense_id = fields.Many2one("hr.expense", readonly=True, ondelete="cascade")
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.ensure_one()
        if self.task == "undo":
            self.allocation_id.action_undo(self.reason)
        elif self.task == "undo_offset":
            self.expense_id.action_undo_offset(self.reason)
        else:
            self.expense_id.action_exempt_from_advance(self.reason)
        return {"type": "ir.actions.act_window_close"}


class HrEmployeeAdvanceRelink(models.TransientModel):
    """Choose which advances a receipt is offset with. The sum may not become less."""

    _name = "hr.employee.advance.relink"
    _description = "Offset with Other Advances"

    expense_id = fields.Many2one("hr.expense", required=True, ondelete="cascade")
    company_currency_id = fields.Many2one(related="expense_id.company_currency_id")
    reason = fields.Char(required=True)
    line_ids = fields.One2many(
        "hr.employee.advance.relink.line",
        "relink_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("expense_id")
    def _compute_line_ids(self):
        for wizard in self:
            wizard._check_may_relink()
            receipt = wizard.expense_id.sudo().account_move_id
            now = {
                row.advance_id: row.amount_company
                for row in self.env["hr.employee.advance.allocation"]
                .sudo()
                .search([("receipt_id", "=", receipt.id), ("undone", "=", False)])
            }
            advances = receipt._get_receipt_advances() | self.env["hr.employee.advance"].union(*now)
            wizard.line_ids = [
                fields.Command.create(
                    {"advance_id": advance.id, "amount": now.get(advance.sudo(), 0.0)}
                )
                for advance in advances
            ]

    def _check_may_relink(self):
        """By the employee himself, or by finance; nobody else learns what is in his hands."""
        expense = self.expense_id
        expense.check_access("read")
        if expense.sudo().employee_id.user_id != self.env.user:
            expense._check_advance_finance()

    def action_relink(self):
        """Offset the receipt as chosen, instead of as it is."""
        self.ensure_one()
        self._check_may_relink()
        expense = self.expense_id
        receipt = expense.sudo().account_move_id
        mine = expense.sudo().employee_id
        wanted = {line.advance_id.sudo(): line.amount for line in self.line_ids if line.amount}
        if any(advance.employee_id != mine for advance in wanted):
            raise UserError(self.env._("Choose advances of the employee of the expense."))
        receipt._relink_advances(wanted, self.reason)
        return {"type": "ir.actions.act_window_close"}


class HrEmployeeAdvanceRelinkLine(models.TransientModel):
    _name = "hr.employee.advance.relink.line"
    _description = "Advance to Offset with"

    relink_id = fields.Many2one("hr.employee.advance.relink", required=True, ondelete="cascade")
    company_currency_id = fields.Many2one(related="relink_id.company_currency_id")
    advance_id = fields.Many2one(
        "hr.employee.advance", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="advance_id.currency_id")
    # not sudo: the advance is whichever the client names
    amount_residual = fields.Monetary(related="advance_id.amount_residual", related_sudo=False)
    amount = fields.Monetary(
        currency_field="company_currency_id", help="Of the receipt, in company currency."
    )

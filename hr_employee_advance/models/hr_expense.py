from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

from odoo.addons.hr_control_base.tools.reasons import stated


class HrExpense(models.Model):
    """What an expense clears, what of it is still to be paid out, and why it was not offset."""

    _name = "hr.expense"
    _inherit = ["hr.expense", "hr.control.guarded.mixin"]

    _control_guarded_fields = frozenset(
        {"advance_exempt", "advance_exempt_reason", "advance_exempt_by_id"}
    )

    employee_advance_id = fields.Many2one(
        "hr.employee.advance",
        string="Offset First With",
        check_company=True,
        copy=False,
        index="btree_not_null",
        domain="[('employee_id', '=', employee_id), ('amount_residual', '>', 0)]",
        help="The advance that this was spent from. Empty: those for such expenses, then the oldest.",
    )
    advance_open_amount = fields.Monetary(
        string="Advances in Hand",
        currency_field="company_currency_id",
        compute="_compute_advance_open_amount",
        help="What the employee has of the company's money; the expense clears it first.",
    )
    advance_offset_amount = fields.Monetary(
        string="Offset with Advances",
        currency_field="company_currency_id",
        compute="_compute_advance_amounts",
    )
    amount_reimbursable = fields.Monetary(
        string="Still to be Paid Out",
        currency_field="company_currency_id",
        compute="_compute_advance_amounts",
        help="What the company still owes for the receipt, whatever its status is called.",
    )
    advance_exempt = fields.Boolean(
        string="Exempt from Offset", readonly=True, copy=False, tracking=True
    )
    advance_exempt_reason = fields.Char(string="Why Exempt", readonly=True, copy=False)
    advance_exempt_by_id = fields.Many2one(
        "res.users", string="Exempted by", readonly=True, copy=False, ondelete="restrict"
    )

    @api.constrains("employee_advance_id", "employee_id")
    def _check_employee_advance(self):
        for expense_sudo in self.sudo():
            advance = expense_sudo.employee_advance_id
            if advance and advance.employee_id != expense_sudo.employee_id:
                raise UserError(
                    self.env._(
                        "%(advance)s is an advance of somebody else than %(employee)s.",
                        advance=advance.name,
                        employee=expense_sudo.employee_id.name,
                    )
                )

    @api.depends("employee_id", "company_id", "payment_mode")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_advance_open_amount(self):
        rows = (
            self.env["hr.employee.advance"]
            .sudo()
            ._read_group(
                [("employee_id", "in", self.employee_id.ids), ("amount_residual", "!=", 0)],
                ["employee_id", "company_id"],
                ["amount_residual_company:sum"],
            )
        )
        amounts = {(employee.id, company.id): amount for employee, company, amount in rows}
        # an expense in the making names whichever employee it likes
        visible = self.env["hr.employee.advance"]._get_visible_employees(self.employee_id)
        for expense in self:
            kept = expense._origin.employee_id == expense.employee_id
            told = expense.payment_mode == "own_account" and (
                kept or expense.employee_id._origin in visible._origin
            )
            key = (expense.employee_id._origin.id, expense.company_id.id)
            expense.advance_open_amount = amounts.get(key, 0.0) if told else 0.0

    @api.depends("account_move_id.amount_residual", "account_move_id.state", "payment_mode")
    def _compute_advance_amounts(self):
        moves_sudo = self.sudo().account_move_id
        rows = (
            self.env["hr.employee.advance.allocation"]
            .sudo()
            ._read_group(
                [("receipt_id", "in", moves_sudo.ids), ("undone", "=", False)],
                ["receipt_id"],
                ["amount_company:sum"],
            )
        )
        amounts = {receipt.id: amount for receipt, amount in rows}
        for expense in self:
            move_sudo = expense.sudo().account_move_id
            posted = expense.payment_mode == "own_account" and move_sudo.state == "posted"
            expense.advance_offset_amount = amounts.get(move_sudo.id, 0.0)
            expense.amount_reimbursable = move_sudo.amount_residual if posted else 0.0

    # Exemption ------------------------------------------------------------------------------------

    def action_exempt_from_advance(self, reason=None):
        """Finance: pay it out although the employee has an advance in hand. An offset made is undone.

        :param reason: required
        """
        self._check_advance_finance()
        reason = stated(reason)
        if not reason:
            raise UserError(self.env._("Say why it is paid out beside the open advance."))
        expenses_sudo = self.sudo()
        expenses_sudo._get_advance_dossiers()._take_guard()
        expenses_sudo.write(
            {
                "advance_exempt": True,
                "advance_exempt_reason": reason,
                "advance_exempt_by_id": self.env.uid,
            }
        )
        receipts_sudo = expenses_sudo.account_move_id
        receipts_sudo._undo_offsets(reason)
        receipts_sudo.filtered(lambda move: move.state == "posted")._offset_advances()
        expenses_sudo._append_exempt_events("advance.exempted", reason=reason)

    def action_end_exemption(self):
        """Finance: offset it after all."""
        self._check_advance_finance()
        expenses_sudo = self.sudo().filtered("advance_exempt")
        expenses_sudo._get_advance_dossiers()._take_guard()
        expenses_sudo.write(
            {
                "advance_exempt": False,
                "advance_exempt_reason": False,
                "advance_exempt_by_id": False,
            }
        )
        expenses_sudo._append_exempt_events("advance.exemption_ended")
        expenses_sudo.account_move_id.filtered(
            lambda move: move.state == "posted"
        )._offset_advances()

    def action_offset_advance(self):
        """Offset receipts that were posted before the advance was paid; by the employee himself or by finance."""
        for expense in self:
            expense.check_access("read")
        if self.sudo().employee_id.user_id != self.env.user:
            self._check_advance_finance()
        receipts_sudo = self.sudo().account_move_id.filtered(lambda move: move.state == "posted")
        receipts_sudo._get_receipt_advances()._take_guard()
        if not receipts_sudo._get_advance_receipts()._offset_advances():
            raise UserError(self.env._("There is nothing to offset: no advance is in hand."))

    def action_undo_offset(self, reason=None):
        """Finance: take the offset of these expenses back, so that the receipt can be reset or refused."""
        self._check_advance_finance()
        reason = stated(reason)
        if not reason:
            raise UserError(self.env._("Say why the offset is undone."))
        self.sudo().account_move_id._undo_offsets(reason)

    def _check_advance_finance(self):
        """:raises AccessError: not of finance, or the user's own expense"""
        self.check_access("read")
        self.env["hr.employee.advance"]._check_finance()
        user = self.env.user
        if own := self.sudo().filtered(lambda e: user in e.employee_id._get_person_users()):
            raise AccessError(
                self.env._(
                    "%(expense)s is your own expense: somebody else has to do this.",
                    expense=own[0].name,
                )
            )

    def _get_advance_dossiers(self):
        dossiers = self.employee_id._ensure_advance_dossiers().values()
        return self.env["hr.control.dossier"].sudo().union(*dossiers)

    def _append_exempt_events(self, code, **names):
        events = self.env["hr.control.event"]
        for expense in self:
            dossier = expense.employee_id._ensure_advance_dossiers()[expense.employee_id.id]
            events._append(
                [
                    {
                        "dossier": dossier,
                        "code": code,
                        "document": expense,
                        "data": {
                            "amount": events._money(
                                expense.total_amount, expense.company_currency_id
                            )
                        },
                        "names": {"expense": expense.name} | names,
                    }
                ]
            )


class HrExpenseSplit(models.TransientModel):
    _inherit = "hr.expense.split"

    def _get_values(self):
        # EXTENDS hr_expense: each part of one person's expense was spent from the same advance
        values = super()._get_values()
        advance = self.expense_id.employee_advance_id
        if advance.sudo().employee_id != self.employee_id:
            advance = advance.browse()
        return values | {"employee_advance_id": advance.id}


class AccountMove(models.Model):
    _inherit = "account.move"

    def _undo_offsets(self, reason):
        standing_sudo = (
            self.env["hr.employee.advance.allocation"]
            .sudo()
            .search([("receipt_id", "in", self.ids), ("undone", "=", False)])
        )
        if standing_sudo:
            standing_sudo._undo(reason)


class HrEmployeeAdvancePurpose(models.Model):
    _inherit = "hr.employee.advance.purpose"

    product_ids = fields.Many2many(
        "product.product",
        "hr_employee_advance_purpose_product_rel",
        "purpose_id",
        "product_id",
        string="Expense Categories",
        domain=[("can_be_expensed", "=", True)],
        help="Expenses of these categories are offset with advances for this purpose first.",
    )


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def write(self, vals):
        # EXTENDS hr: entries keep the contact they were posted with; the open ones would be somebody else's.
        # Asked afterwards, as a change of the user changes the contact as well.
        if not {"work_contact_id", "company_id", "user_id"} & vals.keys():
            return super().write(vals)
        before = {
            employee: (employee.work_contact_id, employee.company_id) for employee in self.sudo()
        }
        res = super().write(vals)
        for employee, known in before.items():
            if known[0] and known != (employee.work_contact_id, employee.company_id):
                employee._check_advance_settled()
        return res

    def _check_advance_settled(self):
        """:raises UserError: an advance of theirs is open, or approved: the money would go to somebody else"""
        open_sudo = (
            self.env["hr.employee.advance"]
            .sudo()
            .search(
                [
                    ("employee_id", "in", self.ids),
                    "|",
                    ("amount_residual", "!=", 0),
                    ("amount_unpaid", "!=", 0),
                ],
                limit=1,
            )
        )
        if open_sudo:
            raise UserError(
                self.env._(
                    "%(employee)s has advance %(advance)s open with %(amount)s: contact and company stay as they "
                    "are until it is settled.",
                    employee=open_sudo.employee_id.name,
                    advance=open_sudo.name,
                    amount=format_amount(
                        self.env,
                        open_sudo.amount_residual + open_sudo.amount_unpaid,
                        open_sudo.currency_id,
                    ),
                )
            )

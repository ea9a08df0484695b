from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import clean_context, format_amount, format_list


class AccountMove(models.Model):
    """Receipts of expenses that employees paid themselves, offset with what they have in hand.

    The receipt stays as Odoo made it. The offset is an entry of its own: debit what the company owes for the
    receipt, credit the advances, one item each.
    """

    _inherit = "account.move"

    def _post(self, soft=True):
        # EXTENDS account: here and not at the buttons, because expenses are posted in several ways
        receipts = self._get_advance_receipts()
        receipts._get_receipt_advances()._take_guard()
        posted = super()._post(soft)
        (receipts & posted)._offset_advances()
        return posted

    def _get_advance_receipts(self):
        return self.filtered(
            lambda move: (
                move.move_type == "in_receipt"
                and any(
                    expense.payment_mode == "own_account" for expense in move.sudo().expense_ids
                )
            )
        )

    def _get_receipt_advances(self):
        """Advances in hand that these receipts have to be offset with, in sudo."""
        advances_sudo = self.env["hr.employee.advance"].sudo()
        for company, receipts in self.grouped("company_id").items():
            advances_sudo += advances_sudo._get_in_hand(
                receipts.sudo().expense_ids.employee_id, company
            )
        return advances_sudo

    def _get_receipt_payables(self):
        """What is still owed for these receipts, first due first."""
        return (
            self.sudo()
            .line_ids.filtered(
                lambda line: (
                    line.account_type == "liability_payable"
                    and not line.reconciled
                    and line.parent_state == "posted"
                )
            )
            .sorted(lambda line: (line.date_maturity or line.date, line.id))
        )

    def _get_receipt_room(self):
        """What of the receipt has to be offset before it may be paid out, in company currency."""
        self.ensure_one()
        owed = -sum(self._get_receipt_payables().mapped("amount_residual"))
        exempt = sum(self.sudo().expense_ids.filtered("advance_exempt").mapped("total_amount"))
        return max(owed - exempt, 0.0)

    # Offsetting -----------------------------------------------------------------------------------

    def _offset_advances(self, wanted=None):
        """Enter the offset of each receipt, as far as advances are in hand.

        :param wanted: ``{advance: amount in company currency}`` instead of the order of the company
        :return: the allocations, in sudo
        """
        allocations = self.env["hr.employee.advance.allocation"].sudo()
        for receipt in self.sudo().with_context(clean_context(self.env.context)):
            plan = receipt._plan_offset(wanted)
            if not plan:
                continue
            if wanted is None and receipt.company_id.advance_offset_policy == "observe":
                receipt._append_offset_observed(plan)
                continue
            allocations += receipt._create_offset(plan)
        return allocations

    def _plan_offset(self, wanted=None):
        """:return: ``[(advance, amount in its currency, amount in company currency)]``"""
        self.ensure_one()
        currency = self.company_currency_id
        room, plan = self._get_receipt_room(), []
        for advance in self._get_offset_order() if wanted is None else wanted:
            limit = room if wanted is None else min(room, wanted[advance])
            amount, value = advance._get_offset_amounts(limit, self._get_offset_date())
            if currency.compare_amounts(value, 0.0) > 0 and not advance.currency_id.is_zero(amount):
                plan.append((advance, amount, value))
                room -= value
        return plan

    def _get_offset_date(self):
        """The day whose rate the company chose: the latest of the expenses'."""
        return max(filter(None, self.expense_ids.mapped("date")), default=self.date)

    def _get_offset_order(self):
        """The advance that the employee named first, then those for such expenses, then by due date."""
        advances = self._get_receipt_advances()
        if self.company_id.advance_offset_order == "lifo":
            advances = advances[::-1]
        named = self.expense_ids.employee_advance_id
        products = self.expense_ids.product_id
        return advances.sorted(
            lambda advance: (
                advance not in named,
                not advance.purpose_id.product_ids & products,
            )
        )

    def _create_offset(self, plan):
        self.ensure_one()
        payables, debits = self._get_receipt_payables(), []
        room = sum(value for _advance, _amount, value in plan)
        for line in payables:
            taken = min(room, -line.amount_residual)
            if line.company_currency_id.compare_amounts(taken, 0.0) > 0:
                debits.append((line, taken))
                room -= taken
        offset = self.create(self._prepare_offset_vals(debits, plan))
        allocations = self.env["hr.employee.advance.allocation"]
        credits = offset.line_ids.filtered("employee_advance_id")
        offset._post(soft=False)
        allocations = allocations.search([("line_id", "in", credits.ids), ("undone", "=", False)])
        allocations.write(
            {
                "receipt_id": self.id,
                "reason": format_list(self.env, self.expense_ids.mapped("name")),
            }
        )
        for payable, debit in zip(
            (line for line, _taken in debits), offset.line_ids - credits, strict=True
        ):
            (payable + debit).reconcile()
        return allocations

    def _prepare_offset_vals(self, debits, plan):
        names = format_list(self.env, [advance.name for advance, _amount, _value in plan])
        label = self.env._(
            "Offset of %(receipt)s with %(advances)s", receipt=self.name, advances=names
        )
        partner = self.partner_id
        return {
            "move_type": "entry",
            "journal_id": self.company_id._get_advance_setting("advance_journal_id").id,
            # what is offset later than posted is not cleared before it was paid, nor in a closed period
            "date": self._get_offset_day(advance for advance, _amount, _value in plan),
            "ref": label,
            "partner_id": partner.id,
            "line_ids": [
                Command.create(
                    {
                        "name": label,
                        "account_id": line.account_id.id,
                        "partner_id": line.partner_id.id,
                        "currency_id": line.company_currency_id.id,
                        "balance": taken,
                        "amount_currency": taken,
                    }
                )
                for line, taken in debits
            ]
            + [
                Command.create(advance._prepare_clearing_vals("expense", amount, value, label))
                for advance, amount, value in plan
            ],
        }

    def _get_offset_day(self, advances):
        day = max(self.date, *(advance.date_paid for advance in advances))
        locks = self.company_id._get_lock_date_violations(
            day, sale=False, purchase=False, tax=False
        )
        return max([day, *(lock + timedelta(days=1) for lock, _name in locks)])

    def _append_offset_observed(self, plan):
        events = self.env["hr.control.event"]
        events._append(
            [
                {
                    "dossier": advance._get_approval_dossier(),
                    "code": "advance.offset_observed",
                    "document": advance,
                    "data": {"amount": events._money(value, self.company_currency_id)},
                    "names": {"receipt": self.name},
                }
                for advance, _amount, value in plan
            ]
        )

    # Changing it ----------------------------------------------------------------------------------

    def _relink_advances(self, wanted, reason):
        """Offset the receipt with other advances than now; the sum may not become less.

        :param wanted: ``{advance: amount in company currency}``
        :raises UserError: less than has to be offset, or more than an advance has
        """
        self.ensure_one()
        receipt = self.sudo()
        receipt._get_receipt_advances()._take_guard()
        allocations = self.env["hr.employee.advance.allocation"].sudo()
        standing = allocations.search([("receipt_id", "=", self.id), ("undone", "=", False)])
        if standing:
            standing._undo(reason)
        currency = receipt.company_currency_id
        due = sum(value for _advance, _amount, value in receipt._plan_offset())
        created = receipt._offset_advances(wanted)
        offset = sum(created.mapped("amount_company"))
        asked = sum(wanted.values())
        if currency.compare_amounts(min(offset, asked), due) < 0 or currency.compare_amounts(
            asked, offset
        ):
            raise UserError(
                self.env._(
                    "%(due)s of %(receipt)s have to be offset with the advances in hand; you chose %(asked)s, of which "
                    "%(offset)s can be. Only finance may exempt an expense, with a reason.",
                    due=format_amount(self.env, due, currency),
                    receipt=receipt.name,
                    asked=format_amount(self.env, asked, currency),
                    offset=format_amount(self.env, offset, currency),
                )
            )
        return created


class HrEmployeeAdvance(models.Model):
    _inherit = "hr.employee.advance"

    def _get_offset_amounts(self, limit, day):
        """How much of this advance a sum in company currency takes at most.

        :return: ``(amount in the advance's currency, the same in company currency)``
        """
        self.ensure_one()
        home, foreign = self.company_currency_id, self.currency_id
        if foreign == home:
            amount = min(limit, self.amount_residual)
            return amount, amount
        if self.company_id.advance_rate_policy == "advance_rate":
            value, share = self.amount_residual_company, self.amount_residual
            amount = foreign.round(share * limit / value) if value else 0.0
        else:
            foreign._check_advance_rate(self.company_id, day)
            value = foreign._convert(self.amount_residual, home, self.company_id, day)
            amount = home._convert(limit, foreign, self.company_id, day)
        if home.compare_amounts(value, limit) <= 0:
            return self.amount_residual, value
        return min(amount, self.amount_residual), limit

    def _prepare_clearing_vals(self, kind, amount, value, label):
        """The item that clears ``amount`` of this advance, worth ``value`` in company currency."""
        self.ensure_one()
        return {
            "name": label,
            "account_id": self.company_id._get_advance_setting("advance_account_id").id,
            "partner_id": self.employee_id.work_contact_id.id,
            "currency_id": self.currency_id.id,
            "amount_currency": -amount,
            "balance": -value,
            "employee_advance_id": self.id,
            "employee_advance_kind": kind,
        }


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    def _create_payments(self):
        # EXTENDS account: an expense is not paid out to somebody who has the company's money in hand
        self.line_ids.move_id._check_advance_pay_gate()
        return super()._create_payments()


class AccountMovePayGate(models.Model):
    _inherit = "account.move"

    def _check_advance_pay_gate(self):
        """:raises UserError: one of these receipts has to be offset before it is paid"""
        receipts = self._get_advance_receipts()
        advances_sudo = receipts._get_receipt_advances()
        advances_sudo._take_guard()
        for receipt in receipts.sudo():
            currency, plan = receipt.company_currency_id, receipt._plan_offset()
            if not plan:
                continue
            room = sum(value for _advance, _amount, value in plan)
            if receipt.company_id.advance_offset_policy == "observe":
                receipt._append_pay_observed(room)
                continue
            raise UserError(
                self.env._(
                    "%(receipt)s cannot be paid: %(employee)s has %(open)s of advances in hand. Offset it first, or "
                    "ask finance to exempt it.",
                    receipt=receipt.name,
                    employee=receipt.expense_ids.employee_id[:1].name,
                    open=format_amount(
                        self.env,
                        sum(receipt._get_receipt_advances().mapped("amount_residual_company")),
                        currency,
                    ),
                )
            )

    def _append_pay_observed(self, amount):
        events = self.env["hr.control.event"]
        advances = self._get_receipt_advances()
        events._append(
            [
                {
                    "dossier": advances[0]._get_approval_dossier(),
                    "code": "advance.pay_observed",
                    "document": self,
                    "data": {
                        "amount": events._money(amount, self.company_currency_id),
                        "open": events._money(
                            sum(advances.mapped("amount_residual_company")),
                            self.company_currency_id,
                        ),
                    },
                }
            ]
        )

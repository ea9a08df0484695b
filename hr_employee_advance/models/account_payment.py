from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount


class AccountPayment(models.Model):
    """Payments of advances (outbound) and of what comes back (inbound)."""

    _name = "account.payment"
    _inherit = ["account.payment", "hr.control.guarded.mixin"]

    _control_guarded_fields = frozenset({"employee_advance_id"})

    employee_advance_id = fields.Many2one(
        "hr.employee.advance",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.depends("employee_advance_id")
    def _compute_destination_account_id(self):
        # EXTENDS account: it is computed anew when the journal changes, and would fall back to the partner's
        of_advances = self.filtered(lambda payment: payment.sudo().employee_advance_id)
        for payment in of_advances:
            payment.destination_account_id = payment.company_id._get_advance_setting(
                "advance_account_id"
            )
        return super(AccountPayment, self - of_advances)._compute_destination_account_id()

    def _compute_outstanding_account_id(self):
        # EXTENDS account: it is emptied by another journal, and without it a payment would have no entry
        res = super()._compute_outstanding_account_id()
        for payment in self.filtered(lambda payment: payment.sudo().employee_advance_id):
            if not payment.outstanding_account_id:
                payment.outstanding_account_id = payment._get_outstanding_account(
                    payment.payment_type
                )
        return res

    def _generate_journal_entry(self, write_off_line_vals=None, force_balance=None, line_ids=None):
        # EXTENDS account: the link is closed to whoever posts
        res = super()._generate_journal_entry(
            write_off_line_vals=write_off_line_vals, force_balance=force_balance, line_ids=line_ids
        )
        for payment_sudo in self.sudo().filtered("employee_advance_id"):
            counterpart_sudo = payment_sudo.move_id.line_ids.filtered(
                lambda line, payment=payment_sudo: line.account_id == payment.destination_account_id
            )
            counterpart_sudo.write(
                {
                    "employee_advance_id": payment_sudo.employee_advance_id.id,
                    "employee_advance_kind": payment_sudo._get_advance_kind(),
                }
            )
        return res

    def _get_advance_kind(self):
        self.ensure_one()
        return "payment" if self.payment_type == "outbound" else "return"

    def action_post(self):
        # EXTENDS account: said before anything is written; the entry is checked again when it is posted
        for advance_sudo, payments in self._get_advance_payments().items():
            advance_sudo._take_guard()
            drafts = payments.filtered(lambda payment: payment.state in (False, "draft"))
            outbound = drafts.filtered(lambda payment: payment.payment_type == "outbound")
            outbound._check_advance_bank()
            if outbound:
                advance_sudo._check_pay_date(max(outbound.mapped("date")))
                advance_sudo._check_payable(sum(outbound.mapped("amount")))
            if drafts - outbound:
                advance_sudo._check_receiver()
        self._check_advance_pay_gate()
        return super().action_post()

    def _check_advance_bank(self):
        """:raises UserError: the money would go to the bank account of somebody else"""
        for payment in self:
            bank = payment.partner_bank_id
            if bank and bank.partner_id != payment.partner_id:
                raise UserError(
                    self.env._(
                        "%(account)s is not a bank account of %(partner)s: advance %(advance)s is not paid to it.",
                        account=bank.display_name,
                        partner=payment.partner_id.name,
                        advance=payment.employee_advance_id.name,
                    )
                )

    def action_cancel(self):
        # EXTENDS account: it deletes the entries of drafts; those of advances were on record and stay to be seen
        kept = self.filtered(
            lambda payment: payment.sudo().employee_advance_id and payment.move_id.state == "draft"
        )
        kept.move_id.button_cancel()
        kept.state = "canceled"
        rest = self - kept
        return super(AccountPayment, rest).action_cancel() if rest else None

    def action_reject(self):
        # EXTENDS account: there the entry stays and the money seems paid; here the bank's refusal is an entry too
        for payment in self.filtered(lambda payment: payment.sudo().employee_advance_id):
            move = payment.move_id.filtered(lambda move: move.state == "posted")
            move._reverse_moves(
                [
                    {
                        "date": max(payment.date, payment.company_id._company_today()),
                        "ref": self.env._("Refused by the bank: %(payment)s", payment=payment.name),
                    }
                ]
                * len(move),
                cancel=True,
            )
        return super().action_reject()

    def unlink(self):
        # EXTENDS account: before it deletes the entry, but not before it is asked who deletes
        if self:  # nobody is asked for an empty set
            self.check_access("unlink")
        for payment_sudo in self.sudo():
            if payment_sudo.employee_advance_id and payment_sudo.move_id:
                raise UserError(
                    self.env._(
                        "%(payment)s of advance %(advance)s is on record. Cancel it instead.",
                        payment=payment_sudo.display_name,
                        advance=payment_sudo.employee_advance_id.name,
                    )
                )
        return super().unlink()

    def _get_advance_payments(self):
        return {
            advance: payments
            for advance, payments in self.sudo().grouped("employee_advance_id").items()
            if advance
        }

    def write(self, vals):
        # EXTENDS account: a draft stays a payment to, or from, the employee of its advance
        if self:  # nobody is asked for an empty set
            self.check_access("write")
        fixed = {"partner_id", "payment_type", "partner_type"} & vals.keys()
        if fixed:
            for payment in self.filtered(lambda payment: payment.sudo().employee_advance_id):
                if any(
                    self._fields[name].convert_to_write(payment[name], payment) != vals[name]
                    for name in fixed
                ):
                    raise UserError(
                        self.env._(
                            "%(payment)s pays advance %(advance)s: partner and direction stay as they are.",
                            payment=payment.display_name,
                            advance=payment.sudo().employee_advance_id.name,
                        )
                    )
        return super().write(vals)

    # Payments to employees who have an advance in hand ----------------------------------------------

    def _check_advance_pay_gate(self):
        """Money to an employee who has an advance in hand covers what is owed for something else, or is exempt.

        :raises UserError: it would pay out what an expense has to clear first
        """
        paid_out = self.filtered(
            lambda payment: (
                payment.state in (False, "draft")
                and payment.payment_type == "outbound"
                and not payment.sudo().employee_advance_id
                and payment.destination_account_id.account_type == "liability_payable"
            )
        ).sudo()
        if not paid_out:
            return
        beside = paid_out.company_id._guard_advances_beside(paid_out.partner_id)
        for key, payments in paid_out.grouped(
            lambda payment: (payment.company_id, payment.partner_id)
        ).items():
            if key not in beside:
                continue
            company, partner = key
            for payment in payments:
                payment.currency_id._check_advance_rate(company, payment.date)
            amount = sum(
                payment.currency_id._convert(
                    payment.amount, company.currency_id, company, payment.date
                )
                for payment in payments
            )
            company._check_paid_beside(beside[key], partner, amount)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _guard_advances_beside(self, partners):
        """What the employees behind these contacts have in hand, their guards taken together.

        :return: ``{(company, partner): advances}``, in sudo, without the contacts that have none
        """
        employees = (
            self.env["hr.employee"]
            .sudo()
            .with_context(active_test=False)
            .search([("work_contact_id", "in", partners.ids), ("company_id", "in", self.ids)])
        )
        advances = self.env["hr.employee.advance"]._get_in_hand(employees, self)
        if advances:
            advances._take_guard()
        return advances.grouped(
            lambda advance: (advance.company_id, advance.employee_id.work_contact_id)
        )

    def _check_paid_beside(self, advances, partner, amount):
        """:raises UserError: ``amount``, in company currency, is more than what is owed beside expenses to offset"""
        home, owed = self.currency_id, self._get_owed_beside(partner)
        if home.compare_amounts(amount, owed) <= 0:
            return
        if self.advance_offset_policy == "observe":
            return
        raise UserError(
            self.env._(
                "%(amount)s cannot be paid to %(employee)s beside %(open)s of advances in hand: only %(owed)s are owed "
                "for anything else. Post his expenses, they are offset first, or ask finance to exempt them.",
                amount=format_amount(self.env, amount, home),
                employee=advances.employee_id[:1].name,
                open=format_amount(self.env, sum(advances.mapped("amount_residual_company")), home),
                owed=format_amount(self.env, owed, home),
            )
        )

    def _get_owed_beside(self, partner):
        """What the company owes a contact but for receipts that have to be offset first, in its currency."""
        self.ensure_one()
        lines_sudo = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", partner.id),
                    ("company_id", "=", self.id),
                    ("account_id.account_type", "=", "liability_payable"),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                ]
            )
        )
        to_offset = sum(
            receipt._get_receipt_room() for receipt in lines_sudo.move_id._get_advance_receipts()
        )
        return max(-sum(lines_sudo.mapped("amount_residual")) - to_offset, 0.0)

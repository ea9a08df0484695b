from odoo import api, fields, models
from odoo.exceptions import UserError

from .account_move_line import ExchangeDifferences
from .hr_employee_advance_ledger import CLEARING_KINDS

# at the rate of their day; the rest at what the advance is worth in the books
RATED_KINDS = ("payment", "opening", "return", "payroll")
# (taken back, booked)
PAYMENT_EVENTS = {
    "payment": ("advance.payment_back", "advance.paid"),
    "transfer_in": ("advance.takeover_back", "advance.taken_over"),
}


class AccountMove(models.Model):
    """The floor under advances: whatever posts or takes back an entry comes through ``write``."""

    _inherit = "account.move"

    def write(self, vals):
        # EXTENDS account: in ``write``, because not everything that posts comes by ``_post``
        state = vals.get("state")
        if "date" in vals:
            self._check_advance_date(vals["date"])
        if not state:
            return super().write(vals)
        changing = self.filtered(lambda move: move.state != state)
        posting = changing if state == "posted" else self.browse()
        unposting = changing.filtered(lambda move: move.state == "posted")
        lines_sudo = (posting + unposting)._get_advance_lines()
        advances_sudo = lines_sudo.employee_advance_id
        advances_sudo._take_guard()
        if posting:
            posting._check_advance_expenses()
            posting._check_advance_paid_by_hand()
            lines_sudo._check_advance_posting()
        if unposting:
            unposting._check_advance_unposting()
            lines_sudo._check_advance_draftable()
        res = super().write(vals)
        advances_sudo._check_balance()
        lines_sudo._append_payment_events("advance.paid" if posting else "advance.payment_back")
        return res

    def _check_advance_date(self, date):
        """:raises UserError: the day an advance was paid, from which it is due, stays as it was posted

        Odoo asks the client's context whether a posted entry may get another day.
        """
        date = fields.Date.to_date(date)
        moved = self.filtered(lambda move: move.state == "posted" and move.date != date)
        if line_sudo := moved._get_advance_lines().filtered("employee_advance_id")[:1]:
            raise UserError(
                self.env._(
                    "%(entry)s is part of advance %(advance)s and stays as it is posted. "
                    "Undo it on the advance instead.",
                    entry=line_sudo.move_id.name,
                    advance=line_sudo.employee_advance_id.name,
                )
            )

    def _check_advance_paid_by_hand(self):
        """What pays an employee without a payment passes the same gate as a payment.

        :raises UserError: it would pay out what an expense has to clear first
        """
        lines_sudo = self.sudo().line_ids.filtered(
            lambda line: (
                line.move_id.move_type == "entry"
                and line.account_id.account_type == "liability_payable"
                and line.balance > 0
                and line.partner_id
                and not line.move_id.origin_payment_id
                and not line.move_id.reversed_entry_id
                and not line.move_id.line_ids.employee_advance_id
            )
        )
        if not lines_sudo:
            return
        beside = lines_sudo.company_id._guard_advances_beside(lines_sudo.partner_id)
        for key, items in lines_sudo.grouped(
            lambda line: (line.company_id, line.partner_id)
        ).items():
            if advances := beside.get(key):
                company, partner = key
                company._check_paid_beside(advances, partner, sum(items.mapped("balance")))

    def _get_advance_lines(self):
        """Items that belong to advances, or stand on the account that only advances may use; in sudo."""
        return (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("move_id", "in", self.ids),
                    "|",
                    ("employee_advance_id", "!=", False),
                    ("account_id", "in", self.company_id.sudo().advance_account_id.ids),
                ]
            )
        )

    def _check_advance_unposting(self):
        """:raises UserError: something that is still valid rests on one of these entries"""
        allocation_sudo = (
            self.env["hr.employee.advance.allocation"]
            .sudo()
            .search(
                [
                    ("undone", "=", False),
                    "|",
                    "|",
                    ("move_id", "in", self.ids),
                    ("receipt_id", "in", self.ids),
                    ("line_id.matched_debit_ids.debit_move_id.move_id", "in", self.ids),
                ],
                limit=1,
            )
        )
        if allocation_sudo:
            raise UserError(allocation_sudo._get_standing_sentence())

    @api.ondelete(at_uninstall=False)
    def _unlink_except_offset(self):
        self._check_advance_unposting()

    def _check_advance_expenses(self):
        """:raises UserError: an expense that nobody approved would be posted"""
        for expense_sudo in self.sudo().expense_ids:
            if (
                expense_sudo.payment_mode == "own_account"
                and expense_sudo.approval_state != "approved"
            ):
                raise UserError(
                    self.env._(
                        "%(expense)s of %(employee)s is not approved: it cannot be posted. "
                        "Have it approved first.",
                        expense=expense_sudo.name,
                        employee=expense_sudo.employee_id.name,
                    )
                )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # EXTENDS account
        self._check_advance_unposting()
        return super()._reverse_moves(default_values_list, cancel)

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        # EXTENDS account: it matches all items of an account together, those of several advances too
        for move, back in zip(self.sudo(), reverse_moves.sudo(), strict=True):
            items = (move.line_ids + back.line_ids).filtered("employee_advance_id")
            if len(items.employee_advance_id) > 1:
                for lines in items.grouped("employee_advance_id").values():
                    lines.filtered(lambda line: not line.reconciled).reconcile()
        return super()._reconcile_reversed_moves(reverse_moves, move_reverse_cancel)

    def copy(self, default=None):
        # EXTENDS account: the reversal of an item belongs to the advance of that item; any other copy to none.
        # Who sends the key himself gets a draft that cannot be posted, see ``_check_advance_posting``.
        copies = super().copy(default)
        if (default or {}).get("reversed_entry_id"):
            for move, copied in zip(self, copies, strict=True):
                if move.id == default["reversed_entry_id"]:
                    move._link_advance_copy(copied)
        return copies

    def _link_advance_copy(self, copied):
        free_sudo = copied.sudo().line_ids
        for line_sudo in self.sudo().line_ids.filtered("employee_advance_id"):
            twin_sudo = free_sudo.filtered(
                lambda twin, line=line_sudo: (
                    twin.account_id == line.account_id
                    and twin.currency_id == line.currency_id
                    and twin.amount_currency == line.amount_currency
                    and twin.balance == line.balance
                )
            )[:1]
            free_sudo -= twin_sudo
            twin_sudo.write(
                {
                    "employee_advance_id": line_sudo.employee_advance_id.id,
                    "employee_advance_kind": line_sudo.employee_advance_kind,
                }
            )

    def _post(self, soft=True):
        # EXTENDS account
        posted = super()._post(soft)
        posted._settle_advances()
        return posted

    def _settle_advances(self):
        """Match what clears an advance with what was paid of it, and list it."""
        lines_sudo = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("move_id", "in", self.ids),
                    ("employee_advance_id", "!=", False),
                    ("employee_advance_kind", "in", CLEARING_KINDS),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                    ("amount_currency", "<", 0),
                    ("move_id.reversed_entry_id", "=", False),
                ]
            )
        )
        if not lines_sudo:
            return
        paid_sudo = lines_sudo.search(
            [
                ("employee_advance_id", "in", lines_sudo.employee_advance_id.ids),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_currency", ">", 0),
            ],
            order="date, id",
        ).grouped(lambda line: (line.employee_advance_id, line.account_id))
        for line_sudo in lines_sudo:
            key = (line_sudo.employee_advance_id, line_sudo.account_id)
            (line_sudo + paid_sudo.get(key, line_sudo)).filtered(
                lambda line: not line.reconciled
            ).reconcile()
        self.env["hr.employee.advance.allocation"]._record(lines_sudo)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _check_advance_posting(self):
        """What may be posted on advances, whoever posts it.

        :raises UserError: an item of no advance, or one that the advance does not allow
        """
        self._check_advance_linked()
        back = self.filtered(lambda line: line.move_id.reversed_entry_id)
        back._check_advance_taken_back()
        back._check_advance_mirrored()
        rises = self.filtered(
            lambda line: line.employee_advance_kind == "payment" and line.amount_currency > 0
        )
        for advance, lines in rises.grouped("employee_advance_id").items():
            advance._check_pay_date(max(lines.mapped("date")))
            advance._check_payable(sum(lines.mapped("amount_currency")))
        for line in (self - back).filtered("employee_advance_id"):
            if line.employee_advance_kind in RATED_KINDS:
                line.currency_id._check_advance_rate(line.company_id, line.date)
        for line in self - back - rises:
            if line.employee_advance_kind == "return":
                line.employee_advance_id._check_receiver()
            elif line.employee_advance_kind == "transfer_in":
                line.employee_advance_id._check_pay_date(line.date)
                line.employee_advance_id._check_unpaid(line.amount_currency)

    def _check_advance_linked(self):
        for line in self:
            advance = line.employee_advance_id
            if not advance:
                # on an item that was on the account before it became the advance account
                if line._is_exchange_difference():
                    continue
                raise UserError(line._get_advance_account_sentence())
            if line.company_id != advance.company_id or line.currency_id != advance.currency_id:
                raise UserError(
                    self.env._(
                        "%(advance)s is in %(currency)s of %(company)s. Use the same currency and company.",
                        advance=advance.name,
                        currency=advance.currency_id.name,
                        company=advance.company_id.name,
                    )
                )
            if not line.move_id.reversed_entry_id:
                line._check_advance_item()

    def _check_advance_item(self):
        """A draft may have been edited: it stays on the account, and on its side of it."""
        sign = -1 if self.employee_advance_kind in CLEARING_KINDS else 1
        other_account = self.account_id != self.company_id.advance_account_id
        other_side = self.employee_advance_kind != "exchange" and self.amount_currency * sign <= 0
        if other_account or other_side:
            raise UserError(
                self.env._(
                    "The item of advance %(advance)s was changed to another account or amount. "
                    "Cancel the entry and enter it from the advance again.",
                    advance=self.employee_advance_id.name,
                )
            )

    def _is_exchange_difference(self):
        """Odoo's own correction of an item that belongs to no advance, or the reversal of such a correction."""
        self.ensure_one()
        exchange = self.company_id.currency_exchange_journal_id
        if self.move_id.journal_id != exchange:
            return False
        made = self.env.context.get("advance_differences")
        if isinstance(made, ExchangeDifferences) and made.has(self):
            return True
        origin = self.move_id.reversed_entry_id
        again = (origin.reversal_move_ids - self.move_id).filtered(
            lambda move: move.state == "posted"
        )
        return not again and any(
            twin.account_id == self.account_id
            and not twin.employee_advance_id
            and twin.balance == -self.balance
            and twin.amount_currency == -self.amount_currency
            for twin in origin.line_ids
        )

    def _get_advance_account_sentence(self):
        self.ensure_one()
        return self.env._(
            "%(account)s holds advances of employees only. Pay, offset or return them from the "
            "advance, and use another account for anything else.",
            account=self.account_id.display_name,
        )

    @api.constrains("account_id")
    def _check_advance_account(self):
        """Odoo lets the account of a posted item be changed: not to the one of advances."""
        for line in self.filtered(lambda line: line.parent_state == "posted"):
            line_sudo = line.sudo()
            if (
                line_sudo.account_id == line_sudo.company_id.advance_account_id
                and not line_sudo.employee_advance_id
            ):
                raise UserError(line_sudo._get_advance_account_sentence())

    def _check_advance_mirrored(self):
        """A reversal takes back what it reverses, once, and nothing else."""
        for line in self:
            origin = line.move_id.reversed_entry_id
            origin._check_advance_unposting()
            mirrored = origin.line_ids.filtered(
                lambda twin, line=line: (
                    twin.employee_advance_id == line.employee_advance_id
                    and twin.employee_advance_kind == line.employee_advance_kind
                    and twin.account_id == line.account_id
                    and twin.amount_currency == -line.amount_currency
                    and twin.balance == -line.balance
                )
            )
            again = origin.reversal_move_ids.filtered(
                lambda move, line=line: move.state == "posted" and move != line.move_id
            )
            of_reversal = origin.reversed_entry_id and line.employee_advance_kind != "exchange"
            if not mirrored or again or origin.state != "posted" or of_reversal:
                raise UserError(
                    self.env._(
                        "This entry does not take %(entry)s of advance %(advance)s back as it stands. "
                        "Undo it on the advance instead.",
                        entry=origin.name,
                        advance=line.employee_advance_id.name,
                    )
                )

    def _check_advance_taken_back(self):
        """Nobody takes his own debt back; offsets with his own expenses he may choose anew."""
        taken = self.filtered(
            lambda line: line.employee_advance_kind not in ("expense", "exchange")
        )
        taken.employee_advance_id._check_not_own()

    def _check_advance_draftable(self):
        """Payments may be reset; what stands for itself is taken back by a reversal, which leaves both to be seen."""
        self._check_advance_taken_back()
        for line in self.filtered("employee_advance_id"):
            move = line.move_id
            reversed_ = move.reversal_move_ids.filtered(lambda back: back.state == "posted")
            if not move.origin_payment_id or move.reversed_entry_id or reversed_:
                raise UserError(
                    self.env._(
                        "%(entry)s is part of advance %(advance)s: it cannot be reset or cancelled. "
                        "Undo it on the advance instead.",
                        entry=move.name,
                        advance=line.employee_advance_id.name,
                    )
                )

    def _append_payment_events(self, code):
        self.env["hr.control.event"]._append(
            [
                {
                    "dossier": advance_sudo._get_approval_dossier(),
                    "code": codes[code == "advance.paid" and line.amount_currency > 0],
                    "document": advance_sudo,
                    "data": {
                        "amount": self.env["hr.control.event"]._money(
                            abs(line.amount_currency), line.currency_id
                        ),
                        "move": line.move_id.id,
                    },
                    "names": {"entry": line.move_id.name or ""},
                }
                for line in self
                if (advance_sudo := line.employee_advance_id)
                and (codes := PAYMENT_EVENTS.get(line.employee_advance_kind))
            ]
        )

from odoo import api, fields, models
from odoo.exceptions import UserError

from .hr_employee_advance_ledger import LINE_KINDS

# What of a posted item decides how much is owed, and by whom.
ITEM_FIELDS = {
    "account_id",
    "amount_currency",
    "balance",
    "credit",
    "currency_id",
    "debit",
    "move_id",
    "partner_id",
}


class ExchangeDifferences:
    """The items that Odoo is about to post as exchange differences; no client can send such an object."""

    def __init__(self, exchange_diff_values_list):
        self._items = [
            command[2]
            for values in exchange_diff_values_list
            for command in values["move_values"]["line_ids"]
        ]

    def has(self, line):
        return any(
            item["account_id"] == line.account_id.id
            and not line.company_currency_id.compare_amounts(
                item["debit"] - item["credit"], line.balance
            )
            and not line.currency_id.compare_amounts(item["amount_currency"], line.amount_currency)
            for item in self._items
        )


class AccountMoveLine(models.Model):
    """The link that makes a journal item part of an advance. Only our own code sets it."""

    _name = "account.move.line"
    _inherit = ["account.move.line", "hr.control.guarded.mixin"]

    _control_guarded_fields = frozenset(
        {"employee_advance_id", "employee_advance_kind", "parent_state"}
    )

    employee_advance_id = fields.Many2one(
        "hr.employee.advance",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    employee_advance_kind = fields.Selection(
        LINE_KINDS, string="Advance Movement", readonly=True, copy=False
    )

    def write(self, vals):
        # EXTENDS account: Odoo lets posted items be rewritten one by one
        if ITEM_FIELDS & vals.keys():
            moves = self.env["account.move"]
            for line in self:
                if (
                    line.parent_state == "posted"
                    and line.sudo().employee_advance_id
                    and any(
                        moves._field_will_change(line, vals, name)
                        for name in ITEM_FIELDS & vals.keys()
                    )
                ):
                    raise UserError(
                        self.env._(
                            "%(entry)s is part of advance %(advance)s and stays as it is posted. "
                            "Undo it on the advance instead.",
                            entry=line.move_id.name,
                            advance=line.sudo().employee_advance_id.name,
                        )
                    )
        return super().write(vals)

    def unlink(self):
        # EXTENDS account: a key in the client's context lets posted items be deleted there
        for line in self:
            advance_sudo = line.sudo().employee_advance_id
            if advance_sudo and line.parent_state == "posted":
                raise UserError(
                    self.env._(
                        "%(entry)s is part of advance %(advance)s and is not deleted. "
                        "Undo it on the advance instead.",
                        entry=line.move_id.name,
                        advance=advance_sudo.name,
                    )
                )
        return super().unlink()

    @api.model
    def _prepare_exchange_difference_move_vals(
        self, amounts_list, company=None, exchange_date=None, **kwargs
    ):
        # EXTENDS account: what corrects an item of an advance belongs to that advance
        values = super()._prepare_exchange_difference_move_vals(
            amounts_list, company=company, exchange_date=exchange_date, **kwargs
        )
        if values:
            items = [command[2] for command in values["move_values"]["line_ids"]]
            for line, sequence in values["to_reconcile"]:
                if advance_sudo := line.sudo().employee_advance_id:
                    items[sequence] |= {
                        "employee_advance_id": advance_sudo.id,
                        "employee_advance_kind": "exchange",
                    }
        return values

    @api.model
    def _create_exchange_difference_moves(self, exchange_diff_values_list):
        # EXTENDS account: whoever reconciles may not set the link himself
        linked = any(
            "employee_advance_id" in command[2]
            for values in exchange_diff_values_list
            for command in values["move_values"]["line_ids"]
        )
        lines = self.sudo() if linked else self
        lines = lines.with_context(
            advance_differences=ExchangeDifferences(exchange_diff_values_list)
        )
        moves = super(AccountMoveLine, lines)._create_exchange_difference_moves(
            exchange_diff_values_list
        )
        return moves.with_env(self.env)

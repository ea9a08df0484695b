from odoo import api, models
from odoo.exceptions import UserError


class AccountPartialReconcile(models.Model):
    """What is matched with an advance stays matched until the clearing itself is undone."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account
        self._check_advance_receipts(vals_list)
        partials = super().create(vals_list)
        for partial_sudo in partials.sudo():
            debit, credit = partial_sudo.debit_move_id, partial_sudo.credit_move_id
            if debit.employee_advance_id != credit.employee_advance_id:
                advance = debit.employee_advance_id or credit.employee_advance_id
                raise UserError(
                    self.env._(
                        "%(entry)s belongs to advance %(advance)s and is matched only with entries of the same "
                        "advance. Use Offset, Return or Write-off on the advance.",
                        entry=(debit if debit.employee_advance_id else credit).move_name,
                        advance=advance.name,
                    )
                )
        return partials

    @api.model
    def _check_advance_receipts(self, vals_list):
        """:raises UserError: a receipt that has to be offset would be settled by something else, whatever paid it"""
        lines_sudo = self.env["account.move.line"].sudo()
        receipts = self.env["account.move"]
        for vals in vals_list:
            settling = lines_sudo.browse(vals["debit_move_id"]).move_id
            settled = lines_sudo.browse(vals["credit_move_id"]).move_id
            company = settled.company_id
            if (
                settled.move_type == "in_receipt"
                and settling.reversed_entry_id != settled
                and settling.journal_id != company.currency_exchange_journal_id
                and not settling.line_ids.employee_advance_id
                and company.advance_offset_policy != "observe"
            ):
                receipts |= settled.sudo(False)
        receipts._check_advance_pay_gate()

    def unlink(self):
        # EXTENDS account
        if self:  # nobody is asked for an empty set
            self.check_access("unlink")
        lines = self.debit_move_id + self.credit_move_id
        if lines:
            offsets_sudo = (
                self.env["hr.employee.advance.allocation"]
                .sudo()
                .search(
                    [
                        ("undone", "=", False),
                        "|",
                        ("line_id", "in", lines.ids),
                        "&",
                        ("receipt_id", "!=", False),
                        ("move_id", "in", lines.move_id.ids),
                    ],
                    limit=1,
                )
            )
            if offsets_sudo:
                raise UserError(offsets_sudo._get_standing_sentence())
        return super().unlink()

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import clean_context, format_amount

from odoo.addons.hr_control_base.tools.reasons import stated

from .hr_employee_advance_ledger import CLEARING_KINDS, LINE_KINDS

FINANCE = "hr_employee_advance.group_advance_finance"
CASHIER = "hr_employee_advance.group_advance_cashier"


class HrEmployeeAdvanceAllocation(models.Model):
    """One clearing of an advance: which entry, against which receipt, and whether it still stands.

    The amounts are those of the journal item. A row is never deleted: what is undone stays to be seen.
    """

    _name = "hr.employee.advance.allocation"
    _description = "Advance Clearing"
    _inherit = ["hr.control.guarded.mixin"]
    _order = "date desc, id desc"

    advance_id = fields.Many2one(
        "hr.employee.advance", required=True, readonly=True, index=True, ondelete="restrict"
    )
    employee_id = fields.Many2one(related="advance_id.employee_id", store=True, index=True)
    company_id = fields.Many2one(related="advance_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="advance_id.currency_id")
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    kind = fields.Selection(
        [item for item in LINE_KINDS if item[0] in CLEARING_KINDS], required=True, readonly=True
    )
    line_id = fields.Many2one(
        "account.move.line", required=True, readonly=True, index=True, ondelete="restrict"
    )
    move_id = fields.Many2one(
        "account.move",
        string="Entry",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    receipt_id = fields.Many2one(
        "account.move",
        string="Expense Receipt",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",  # Odoo deletes the draft of an expense that is refused; what stands is guarded
    )
    date = fields.Date(readonly=True, required=True)
    amount = fields.Monetary(readonly=True)
    amount_company = fields.Monetary(
        string="Amount (Company Currency)", currency_field="company_currency_id", readonly=True
    )
    reason = fields.Char(readonly=True)
    undone = fields.Boolean(readonly=True, index=True)
    undone_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    undone_reason = fields.Char(readonly=True)

    _line_unique = models.UniqueIndex("(line_id) WHERE undone IS NOT TRUE")

    @api.depends("kind", "move_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for allocation in self.sudo():
            allocation.display_name = f"{kinds.get(allocation.kind)}: {allocation.move_id.name}"

    # Nobody writes but the methods below ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_own_code()
        return super().create(vals_list)

    def write(self, vals):
        self._check_own_code()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_any(self):
        raise AccessError(self.env._("What cleared an advance is undone, not deleted."))

    def _check_own_code(self):
        if not self.env.su:
            raise AccessError(
                self.env._("Clearings are recorded by the system, with the entry they come from.")
            )

    @api.model
    def _record(self, lines_sudo, **values):
        """List posted items that clear advances; those listed already keep their row."""
        known_sudo = self.sudo().search([("line_id", "in", lines_sudo.ids), ("undone", "=", False)])
        created = self.sudo().create(
            [
                {
                    "advance_id": line.employee_advance_id.id,
                    "kind": line.employee_advance_kind,
                    "line_id": line.id,
                    "move_id": line.move_id.id,
                    "date": line.date,
                    "amount": -line.amount_currency,
                    "amount_company": -line.balance,
                    "reason": line.move_id.ref,
                }
                | values
                for line in lines_sudo - known_sudo.line_id
            ]
        )
        created._append_events("advance.cleared")
        return created + known_sudo

    def _append_events(self, code, **names):
        events = self.env["hr.control.event"]
        events._append(
            [
                {
                    "dossier": allocation.advance_id._get_approval_dossier(),
                    "code": code,
                    "document": allocation.advance_id,
                    "data": {
                        "kind": allocation.kind,
                        "amount": events._money(allocation.amount, allocation.currency_id),
                        "move": allocation.move_id.id,
                        "receipt": allocation.receipt_id.id,
                    },
                    "names": {"entry": allocation.move_id.name or ""} | names,
                }
                for allocation in self.sudo()
            ]
        )

    def _get_standing_sentence(self):
        self.ensure_one()
        values = {
            "amount": format_amount(self.env, self.amount, self.currency_id),
            "advance": self.advance_id.name,
            "entry": self.move_id.name,
            "receipt": self.receipt_id.name,
        }
        if self.receipt_id:
            return self.env._(
                "%(receipt)s is offset with %(amount)s of advance %(advance)s by %(entry)s. "
                "Finance undoes the offset on the advance first.",
                **values,
            )
        return self.env._(
            "%(amount)s of advance %(advance)s are cleared by %(entry)s. "
            "Finance undoes it on the advance first.",
            **values,
        )

    # Undoing --------------------------------------------------------------------------------------

    def action_undo(self, reason=None):
        """Take a clearing back, with all that one entry cleared.

        :param reason: required
        :raises UserError: no reason, or it was undone already
        """
        self.advance_id._check_finance()
        reason = stated(reason)
        if not reason:
            raise UserError(self.env._("Say why it is undone."))
        self._undo(reason)

    def _undo(self, reason):
        self_sudo = self.sudo().with_context(clean_context(self.env.context))
        self_sudo.advance_id._take_guard()
        if done := self_sudo.filtered("undone"):
            raise UserError(
                self.env._("%(clearing)s was undone already.", clearing=done[0].display_name)
            )
        moves_sudo = self_sudo.move_id
        together_sudo = self_sudo.search(
            [("move_id", "in", moves_sudo.ids), ("undone", "=", False)]
        )
        # the entries below ask for this: what still stands is taken back by nobody
        together_sudo.write({"undone": True, "undone_by_id": self.env.uid, "undone_reason": reason})
        together_sudo.flush_recordset()
        paid_sudo = moves_sudo.origin_payment_id
        paid_sudo.action_cancel()
        for move_sudo in moves_sudo - paid_sudo.move_id:
            move_sudo._reverse_moves([move_sudo._prepare_advance_undo_vals(reason)], cancel=True)
        together_sudo._append_events("advance.undone", reason=reason)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _prepare_advance_undo_vals(self, reason):
        self.ensure_one()
        return {
            "date": max(self.date, self.company_id._company_today()),
            "ref": self.env._("Undone: %(entry)s. %(reason)s", entry=self.name, reason=reason),
        }

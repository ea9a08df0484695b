from odoo import api, fields, models


class HrEmployeeAdvanceVoucherMark(models.TransientModel):
    """Why papers are missing or refused; or a paper that finance asks for and nobody has entered."""

    _name = "hr.employee.advance.voucher.mark"
    _description = "Missing or Refused Paper"

    voucher_ids = fields.Many2many(
        "hr.employee.advance.voucher",
        relation="hr_employee_advance_voucher_mark_rel",
        readonly=True,
    )
    advance_id = fields.Many2one("hr.employee.advance", readonly=True)
    verdict = fields.Selection(
        [("missing", "Missing"), ("refused", "Refused")],
        compute="_compute_verdict",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    paper = fields.Char(help="What finance asks for.")
    reason = fields.Char(required=True, help="The employee reads it.")

    @api.depends("voucher_ids")
    def _compute_verdict(self):
        for wizard in self:
            there = any(wizard.voucher_ids.mapped("checksum"))
            wizard.verdict = "refused" if there else "missing"

    def action_confirm(self):
        self.ensure_one()
        vouchers = self.voucher_ids
        if self.advance_id and not vouchers:
            vouchers = self.advance_id._ask_for_paper(self.paper)
        vouchers._mark(self.verdict, self.reason)
        return {"type": "ir.actions.act_window_close"}

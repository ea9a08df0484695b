from odoo import api, fields, models


class HrEmployeeAdvanceApprove(models.TransientModel):
    """The questions of the purpose, answered by whoever judges it."""

    _name = "hr.employee.advance.approve"
    _description = "Approve an Advance"
    _inherit = ["hr.employee.advance.named.mixin"]

    advance_id = fields.Many2one("hr.employee.advance", required=True, readonly=True)
    line_ids = fields.One2many(
        "hr.employee.advance.approve.line",
        "wizard_id",
        string="Questions",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("advance_id")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [fields.Command.clear()] + [
                fields.Command.create({"answer_id": answer.id, "answer": answer.answer})
                for answer in wizard.advance_id.answer_ids
            ]

    def action_approve(self):
        """Keep the answers, then approve: both or neither."""
        self.ensure_one()
        self.advance_id.check_access("read")
        for line in self.line_ids:
            if line.answer_id.advance_id == self.advance_id:
                line.answer_id._answer(line.answer)
        self.advance_id.approval_id.action_approve()
        return {"type": "ir.actions.act_window_close"}


class HrEmployeeAdvanceApproveLine(models.TransientModel):
    _name = "hr.employee.advance.approve.line"
    _description = "Question about an Advance to Approve"
    _inherit = ["hr.employee.advance.named.mixin"]

    _named_fields = ("answer_id",)

    wizard_id = fields.Many2one(
        "hr.employee.advance.approve", required=True, index=True, ondelete="cascade"
    )
    answer_id = fields.Many2one(
        "hr.employee.advance.answer", string="To Answer", required=True, readonly=True
    )
    question = fields.Char(related="answer_id.question")
    is_required = fields.Boolean(related="answer_id.is_required")
    answer = fields.Text()

from odoo import api, fields, models
from odoo.exceptions import AccessError


class HrEmployeeAdvanceAnswer(models.Model):
    """What the manager answered on one request."""

    _name = "hr.employee.advance.answer"
    _description = "Answer about an Advance"
    _order = "advance_id, sequence, id"
    _rec_name = "question"

    advance_id = fields.Many2one(
        "hr.employee.advance", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="advance_id.company_id", store=True, index=True)
    question_id = fields.Many2one(
        "hr.employee.advance.question", readonly=True, index="btree_not_null", ondelete="set null"
    )
    sequence = fields.Integer(readonly=True)
    question = fields.Char(
        string="What Is Asked", required=True, readonly=True, help="As it stood on the day."
    )
    is_required = fields.Boolean(string="Must Be Answered", readonly=True)
    answer = fields.Text(readonly=True)
    answered_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    answered_at = fields.Datetime(readonly=True)

    @api.model
    def _ask(self, advance):
        """Put the purpose's questions anew; answers of an earlier round do not count."""
        advance.answer_ids.unlink()
        self.create(
            [
                {
                    "advance_id": advance.id,
                    "question_id": question.id,
                    "sequence": question.sequence,
                    # translated questions: the words that its manager reads
                    "question": question.name,
                    "is_required": question.is_required,
                }
                for question in advance.purpose_id.question_ids
            ]
        )

    def _answer(self, text):
        """:raises AccessError: it is not this user's turn to answer"""
        self.ensure_one()
        approval_sudo = self.sudo().advance_id.approval_id
        if approval_sudo.step_id.code != "manager" or not approval_sudo.my_turn:
            raise AccessError(
                self.env._(
                    "%(advance)s: questions are answered by whoever judges the purpose, while he decides.",
                    advance=self.sudo().advance_id.display_name,
                )
            )
        self.sudo().write(
            {
                "answer": (text or "").strip(),
                "answered_by_id": self.env.uid,
                "answered_at": fields.Datetime.now(),
            }
        )

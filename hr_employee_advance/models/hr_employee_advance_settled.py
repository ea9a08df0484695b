from odoo import api, fields, models
from odoo.fields import Domain

from .hr_employee_advance_ledger import CLEARING_KINDS


class HrEmployeeAdvance(models.Model):
    """When an advance was settled: claim rhythm and "borrowed new to pay old" are read from it."""

    _inherit = "hr.employee.advance"

    date_settled = fields.Date(
        string="Settled on",
        compute="_compute_date_settled",
        store=True,
        help="Day of the journal item that settled the last of it.",
    )

    @api.depends("state", "line_ids.date", "line_ids.parent_state")
    def _compute_date_settled(self):
        closed = self.filtered(lambda advance: advance.state in ("settled", "written_off"))
        days = dict(
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                Domain("employee_advance_id", "in", closed.ids)
                & Domain("parent_state", "=", "posted")
                & Domain("employee_advance_kind", "in", CLEARING_KINDS),
                ["employee_advance_id"],
                ["date:max"],
            )
        )
        for advance in self:
            advance.date_settled = days.get(advance)

import base64

from odoo import fields, models
from odoo.exceptions import UserError

PAPERS = ("hr.employee.advance.confirmation", "hr.employee.advance.acknowledgement")


class HrEmployeeAdvanceScan(models.TransientModel):
    """The scan of what an employee signed on paper."""

    _name = "hr.employee.advance.scan"
    _description = "Signed Paper"

    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    verdict = fields.Selection(
        [("confirmed", "Confirms"), ("disputed", "Disputes")],
        string="The Employee",
        required=True,
        default="confirmed",
    )
    file = fields.Binary(string="Photo or Scan", required=True)
    file_name = fields.Char()
    reason = fields.Text(help="What the employee wrote on the paper.")

    def action_file(self):
        self.ensure_one()
        if self.res_model not in PAPERS:
            raise UserError(self.env._("This is no paper that an employee signs."))
        self.env[self.res_model].browse(self.res_id)._file_scan(
            self.verdict,
            base64.b64decode(self.with_context(bin_size=False).file or b""),
            self.file_name,
            self.reason,
        )
        return {"type": "ir.actions.act_window_close"}

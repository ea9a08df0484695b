from odoo import api, models
from odoo.exceptions import AccessError

CONTENT = {"raw", "datas", "db_datas", "store_fname", "checksum", "url", "type", "mimetype"}
PLACE = {"res_model", "res_id", "res_field"}


class IrAttachment(models.Model):
    """Files behind papers of an advance: changed through their paper only, and kept once handed in.

    Whoever may write a document may write its attachments in Odoo, so a receipt could be swapped
    after finance has looked at it.
    """

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments.filtered("res_field")._check_advance_files()
        return attachments

    def write(self, vals):
        touched = vals.keys() & (CONTENT | PLACE)
        if touched:
            self._check_advance_files()
        res = super().write(vals)
        if vals.keys() & PLACE:
            self.filtered("res_field")._check_advance_files()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_advance_files(self):
        self._check_advance_files()

    def _check_advance_files(self):
        """:raises AccessError: the file of a paper, or a file of an advance that is no draft any more"""
        if self.env.su:
            return  # the paper itself writes so, after its own check
        for model, attachments in self.sudo().grouped("res_model").items():
            if model == "hr.employee.advance.voucher" and any(attachments.mapped("res_field")):
                raise AccessError(
                    self.env._(
                        "The file of a paper is replaced on the advance, not behind its back."
                    )
                )
            if model not in ("hr.employee.advance", "hr.employee.advance.voucher"):
                continue
            records = self.env[model].sudo().browse(attachments.mapped("res_id")).exists()
            advances = records if model == "hr.employee.advance" else records.advance_id
            for advance in advances.filtered(lambda found: found.request_state != "draft"):
                raise AccessError(
                    self.env._(
                        "%(advance)s was handed in: its files are kept as they are. Add another.",
                        advance=advance.name,
                    )
                )

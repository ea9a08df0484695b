from odoo import api, models
from odoo.exceptions import AccessError

from .credit_admission import CONTROLLER

FILES = ("credit.admission", "credit.admission.item")


class IrAttachment(models.Model):
    """The scans behind a customer file: changed through their item only, where the rules are.

    Anybody who may write a document may write its attachments in Odoo, so a verified licence could
    be swapped under the hand of the reviewer.
    """

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments.filtered("res_field")._check_credit_scans()
        return attachments

    def write(self, vals):
        self._check_credit_files()
        res = super().write(vals)
        if {"res_model", "res_id", "res_field"} & vals.keys():
            self._check_credit_files()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_credit_files(self):
        self._check_credit_files()

    def _check_credit_files(self):
        """:raises AccessError: a scan is touched past its item, or what hangs on an approved file by an outsider"""
        found = self.sudo().filtered(lambda attachment: attachment.res_model in FILES)
        if not found:
            return
        found.filtered("res_field").with_env(self.env)._check_credit_scans()
        loose = found.filtered(lambda attachment: not attachment.res_field)
        trusted = self.env.uid == api.SUPERUSER_ID or self.env.user.has_group(CONTROLLER)
        for attachment in loose:
            record = self.env[attachment.res_model].sudo().browse(attachment.res_id).exists()
            file = record.admission_id if attachment.res_model == FILES[1] else record
            if not file.admitted_on:
                continue
            if not trusted:
                raise AccessError(
                    self.env._(
                        "%(name)s belongs to the approved file of %(customer)s and is kept as it is.",
                        name=attachment.name,
                        customer=file.display_name,
                    )
                )
            file._log("credit.admission.attachment", {"checksum": attachment.checksum or ""})

    def _check_credit_scans(self):
        # the item itself writes in sudo, after its own check
        scans = self.sudo().filtered(
            lambda attachment: attachment.res_model == FILES[1] and attachment.res_field
        )
        if scans and not self.env.su:
            raise AccessError(
                self.env._("A scan is replaced in the customer file, not behind its back.")
            )

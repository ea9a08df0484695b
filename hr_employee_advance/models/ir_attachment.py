import base64

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

CONTENT = {
    "raw",
    "datas",
    "db_datas",
    "store_fname",
    "checksum",
    "url",
    "type",
    "mimetype",
    "name",
    "public",
}
PLACE = {"res_model", "res_id", "res_field"}


class FilePass:
    """Lets our own code replace or drop the file of these papers, after its own check and record.

    An object and no flag: nothing that a client puts into the context is ever one.
    """

    __slots__ = ("ids", "model")

    def __init__(self, records):
        self.model, self.ids = records._name, frozenset(records.ids)

    def __contains__(self, attachment):
        return attachment.res_model == self.model and attachment.res_id in self.ids


class IrAttachment(models.Model):
    """Files of a case: changed through their paper only, and kept once handed in.

    Whoever may write a document may write its attachments in Odoo, and a chatter message takes its files along
    as superuser. So nobody is exempt here.
    """

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        if not self.env.su:
            attachments.filtered("res_field")._check_advance_files()
        return attachments

    def write(self, vals):
        if any(self._is_file_change(name, vals) for name in vals.keys() & (CONTENT | PLACE)):
            self._check_advance_files()
        res = super().write(vals)
        if vals.keys() & PLACE and not self.env.su:
            self.filtered("res_field")._check_advance_files()
        return res

    def unlink(self):
        # not an ``ondelete``, which a key in the client's context switches off
        if not self.env["hr.control.dossier"]._is_control_uninstalling():
            self._check_advance_files()
        return super().unlink()

    def _is_file_change(self, name, vals):
        """Whether this value differs from what is there: moving files to another store writes them as they are."""
        value = vals[name]
        if name == "datas":
            name, value = "raw", base64.b64decode(value or b"")
        elif name == "raw" and isinstance(value, str):
            value = value.encode()
        if name in ("db_datas", "store_fname", "checksum"):
            return True
        return any((attachment[name] or False) != (value or False) for attachment in self.sudo())

    def _check_advance_files(self):
        """:raises AccessError: the file of a paper, or of a document that belongs to a case"""
        allowed = self.env.context.get("advance_file_pass")
        places = self.sudo()
        if isinstance(allowed, FilePass):
            places = places.filtered(lambda attachment: attachment not in allowed)
        for model, attachments in places.grouped("res_model").items():
            domain = self._get_advance_file_domain(model)
            if domain is None:
                continue
            if model == "account.move":
                # what Odoo prints of an entry may be printed anew
                attachments = attachments.filtered(lambda attachment: not attachment.res_field)
            if model == "hr.employee.advance.voucher" and any(attachments.mapped("res_field")):
                raise AccessError(
                    self.env._(
                        "The file of a paper is replaced on the advance, not behind its back."
                    )
                )
            locked = (
                self.env[model]
                .sudo()
                .with_context(active_test=False)
                .search(Domain("id", "in", attachments.mapped("res_id")) & domain, limit=1)
            )
            if locked:
                raise AccessError(
                    self.env._(
                        "%(document)s was handed in: its files are kept as they are. Add another.",
                        document=locked.display_name,
                    )
                )

    @api.model
    def _get_advance_file_domain(self, model):
        """Documents of this model whose files are kept; None for a model that no case is made of."""
        match model:
            case "hr.employee.advance":
                return Domain("request_state", "!=", "draft")
            case "hr.employee.advance.voucher":
                return Domain("advance_id.request_state", "!=", "draft")
            case (
                "hr.employee.advance.confirmation"
                | "hr.employee.advance.acknowledgement"
                | "hr.employee.clearance"
            ):
                return Domain.TRUE
            case "account.move":
                return Domain("state", "=", "posted") & (
                    Domain("line_ids.employee_advance_id", "!=", False)
                    | Domain("id", "in", self._get_offset_receipts())
                )
            case "hr.expense":
                return Domain("account_move_id", "in", self._get_offset_receipts())
            case "account.payment":
                return Domain("employee_advance_id", "!=", False) & Domain("state", "!=", "draft")
        return None

    @api.model
    def _get_offset_receipts(self):
        """Receipts of expenses that have cleared an advance, and still do."""
        return (
            self.env["hr.employee.advance.allocation"]
            .sudo()
            ._search([("undone", "=", False), ("receipt_id", "!=", False)])
            .subselect("receipt_id")
        )

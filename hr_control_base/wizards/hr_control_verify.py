import base64

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools import evidence


class HrControlVerify(models.TransientModel):
    _name = "hr.control.verify"
    _description = "Verify the Control Record"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    seal_file = fields.Binary(
        string="Mailed Seal",
        help="A seal file as it was mailed: what it holds must still be here, unchanged.",
    )
    seal_file_name = fields.Char()
    state = fields.Selection(
        [("draft", "To Verify"), ("intact", "Intact"), ("broken", "Altered")], default="draft"
    )
    dossier_count = fields.Integer(string="Dossiers Read", readonly=True)
    event_count = fields.Integer(string="Events Read", readonly=True)
    line_ids = fields.One2many(
        "hr.control.verify.line", "verify_id", string="Findings", readonly=True
    )

    def action_verify(self):
        self.ensure_one()
        self._check_company_access()
        Dossier = self.env["hr.control.dossier"]
        findings = Dossier._verify_company(self.company_id, self._read_seal())
        dossiers = Dossier.sudo().search([("company_id", "=", self.company_id.id)])
        self.write(
            {
                "state": "broken"
                if any(fault["level"] == "broken" for fault in findings)
                else "intact",
                "dossier_count": len(dossiers),
                "event_count": self.env["hr.control.event"]
                .sudo()
                .search_count([("dossier_id", "in", dossiers.ids)]),
                "line_ids": [
                    Command.clear(),
                    *(
                        Command.create(self._prepare_line_vals(fault, dossiers))
                        for fault in findings
                    ),
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Verify the Record"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_export(self):
        self.ensure_one()
        self._check_company_access()
        return {
            "type": "ir.actions.act_url",
            "url": f"/hr_control/export/{self.company_id.id}",
            "target": "download",
        }

    def _check_company_access(self):
        """:raises UserError: the company is not among those the user has switched on"""
        if self.company_id not in self.env.companies:
            raise UserError(
                self.env._(
                    "Switch to the company %(name)s first.", name=self.company_id.sudo().name
                )
            )

    def _read_seal(self):
        if not self.seal_file:
            return []
        try:
            return [evidence.read_seal_file(base64.b64decode(self.seal_file).decode())]
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(file)s is not a seal file, or it was altered. Upload the attachment of the mail as it came.",
                    file=self.seal_file_name or "",
                )
            ) from error

    @api.model
    def _prepare_line_vals(self, fault, dossiers):
        dossier = (
            dossiers.browse(fault["dossier"])
            if fault["dossier"] in dossiers._ids
            else dossiers.browse()
        )
        return {
            "dossier_id": dossier.id,
            "dossier_name": dossier.display_name
            or (fault["dossier"] and self.env._("Dossier %(id)s", id=fault["dossier"])),
            "seq": fault.get("seq"),
            "code": fault["finding"],
            "level": fault["level"],
            "sentence": self.env["hr.control.dossier"]._get_finding_sentence(fault),
        }


class HrControlVerifyLine(models.TransientModel):
    _name = "hr.control.verify.line"
    _description = "Finding in the Control Record"

    verify_id = fields.Many2one("hr.control.verify", required=True, ondelete="cascade")
    dossier_id = fields.Many2one("hr.control.dossier", string="Open", ondelete="cascade")
    dossier_name = fields.Char(string="Dossier")
    seq = fields.Integer(string="Event No.")
    code = fields.Char()
    level = fields.Selection([("note", "Note"), ("broken", "Altered")], string="Severity")
    sentence = fields.Char(string="What Is Wrong")

import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError


class HrEmployeeAdvancePaper(models.Model):
    """The papers of one kind that come with a request."""

    _name = "hr.employee.advance.paper"
    _description = "Papers of an Advance"
    _rec_names_search = ["kind_id"]
    _order = "advance_id, kind_id, id"

    advance_id = fields.Many2one(
        "hr.employee.advance", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="advance_id.company_id", store=True, index=True)
    kind_id = fields.Many2one(
        "hr.employee.advance.paper.kind", string="Paper", required=True, ondelete="restrict"
    )
    minimum = fields.Integer(related="kind_id.minimum")
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "hr_employee_advance_paper_attachment_rel",
        "paper_id",
        "attachment_id",
        string="Files",
    )

    _kind_uniq = models.UniqueIndex("(advance_id, kind_id)", "Each kind of paper is listed once.")

    @api.depends("kind_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for paper in self:
            paper.display_name = paper.kind_id.name

    @api.model_create_multi
    def create(self, vals_list):
        papers = super().create(vals_list)
        papers._check_draft()
        papers._check_attachments()
        return papers

    def write(self, vals):
        self.check_access("write")  # before a stranger is told of what it belongs to
        self._check_draft()
        res = super().write(vals)
        self._check_draft()
        self._check_attachments()
        return res

    def unlink(self):
        # not an ``ondelete``, which a key in the client's context switches off
        if not self.env["hr.control.dossier"]._is_control_uninstalling():
            self.check_access("unlink")
            self._check_draft()
        return super().unlink()

    def _check_draft(self):
        """What was shown with a request stays with it, whoever calls."""
        for paper in self.sudo():
            if paper.advance_id.request_state != "draft":
                raise UserError(
                    self.env._(
                        "The papers of %(advance)s are part of the request. Recall it to change them.",
                        advance=paper.advance_id.display_name,
                    )
                )

    def _check_attachments(self):
        """Only one's own uploads become papers: a number alone must not open somebody else's file."""
        if self.env.su:
            return
        self.attachment_ids.check_access("read")
        for paper in self:
            own = {(paper._name, paper.id), (paper.advance_id._name, paper.advance_id.id)}
            for attachment_sudo in paper.sudo().attachment_ids.filtered("res_id"):
                if (attachment_sudo.res_model, attachment_sudo.res_id) not in own:
                    raise UserError(
                        self.env._(
                            "%(file)s belongs to another document and stays there. Upload a copy.",
                            file=attachment_sudo.name,
                        )
                    )

    def _adopt_attachments(self):
        """Files follow the advance from now on: who reads it reads them, and nobody changes them."""
        for advance, papers in self.sudo().grouped("advance_id").items():
            papers.attachment_ids.write({"res_model": advance._name, "res_id": advance.id})

    def _get_digests(self):
        """What was shown: kind, file and sha256 of its bytes."""
        return [
            {
                "kind": paper.kind_id.id,
                "attachment": attachment.id,
                "sha256": hashlib.sha256(attachment.raw or b"").hexdigest(),
            }
            for paper in self
            for attachment in paper.attachment_ids.sorted("id")
        ]

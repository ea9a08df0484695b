import hashlib
import logging
from io import BytesIO

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class HrEmployeeClearance(models.Model):
    """The evidence that a release by law leaves behind, made by itself."""

    _inherit = "hr.employee.clearance"

    _control_guarded_fields = frozenset({"package_id", "evidence_wanted_at"})

    # its file hangs on this field: whoever reads the clearance, the leaver too, does not read the case
    package_id = fields.Many2one(
        "ir.attachment",
        string="Evidence Package",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups=fields.NO_ACCESS,
    )
    has_package = fields.Boolean(compute="_compute_has_package", compute_sudo=True)
    evidence_wanted_at = fields.Datetime(
        readonly=True, copy=False, help="Released, and the package is still to be made."
    )

    @api.depends("package_id")
    def _compute_has_package(self):
        for clearance in self:
            clearance.has_package = bool(clearance.package_id)

    def _after_released(self):
        # EXTENDS: the package is a matter of a minute and of its own: a release waits for no printer
        res = super()._after_released()
        self.evidence_wanted_at = fields.Datetime.now()
        self.env.ref("hr_employee_advance.ir_cron_clearance_evidence").sudo()._trigger()
        return res

    def _cron_build_evidence(self):
        """Make the packages of those who were released; each by itself, tried anew when it fails."""
        progress = self.env["ir.cron"]._commit_progress
        wanted = self.sudo().search([("evidence_wanted_at", "!=", False)], order="id")
        progress(remaining=len(wanted))
        for clearance_id in wanted.ids:
            clearance = wanted.browse(clearance_id)
            try:
                clearance._build_evidence()
            except Exception:
                self.env.cr.rollback()
                _logger.exception("The evidence of clearance %s could not be made.", clearance_id)
            if not progress(1):
                break

    def _build_evidence(self):
        """Keep the package as a file of the clearance, or say why there is none."""
        self.ensure_one()
        employee = self.employee_id
        people = self.with_context(active_test=False).employee_ids
        Package = self.env["hr.employee.evidence"].with_context(
            allowed_company_ids=people.company_id.ids
        )
        file = BytesIO()
        try:
            with self.env.cr.savepoint():
                digest = Package._build_package(
                    Package.env["hr.employee"].browse(employee.id), file
                )
        except UserError as error:
            return self._report_broken_chain(str(error))
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"case-{employee.id}.zip",
                "raw": file.getvalue(),
                "mimetype": "application/zip",
                "res_model": self._name,
                "res_id": self.id,
                "res_field": "package_id",
            }
        )
        self.write({"evidence_wanted_at": False, "package_id": attachment.id})
        self._append_event(
            "clearance.evidence",
            {
                "attachment": attachment.id,
                "sha256": hashlib.sha256(file.getvalue()).hexdigest(),
                "manifest": digest,
            },
        )
        self._tell(
            "evidence",
            self._get_working_users("hr_employee_advance.group_advance_write_off"),
            self.env._("%(employee)s: the evidence is kept", employee=employee.name),
            self.env._("The package is a file of the clearance; nobody can change or delete it."),
            level="info",
        )
        return attachment

    def _report_broken_chain(self, sentence):
        """No package of a record that does not verify, but a report of where it breaks; the release stands."""
        self.env["ir.attachment"].create(
            {
                "name": self.env._("no-package-%(person)s.txt", person=self.employee_id.id),
                "raw": sentence.encode(),
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self.evidence_wanted_at = False
        dossiers = self.employee_id._ensure_advance_dossiers()
        # a link to a broken chain proves nothing: it waits for who mends it
        self.env["hr.control.event"]._append(
            [
                {
                    "dossier": dossiers[self.employee_id.id],
                    "code": "clearance.no_evidence",
                    "document": self,
                    "names": {"sentence": sentence, "employee": self.employee_id.name},
                }
            ]
        )
        self._tell(
            "evidence",
            self._get_working_users("hr_control_base.group_control_auditor")
            | self._get_working_users("hr_employee_advance.group_advance_write_off"),
            self.env._(
                "%(employee)s: no evidence, the record is broken", employee=self.employee_id.name
            ),
            sentence,
            level="critical",
        )
        return self.env["ir.attachment"]

    def _check_package_reader(self):
        """:raises AccessError: not of those who take cases with them, in each of the person's companies"""
        Evidence = self.env["hr.employee.evidence"].with_context(
            allowed_company_ids=self.env.user.company_ids.ids
        )
        clearance_sudo = self.sudo().with_context(active_test=False)
        for employee in clearance_sudo.employee_ids | clearance_sudo.employee_id:
            Evidence._check_reader(employee)

    def action_open_package(self):
        """The package that was kept at the release, for those who may take the case with them."""
        self.ensure_one()
        self.check_access("read")
        self._check_package_reader()
        return {
            "type": "ir.actions.act_url",
            "url": f"/hr_employee_advance/evidence/kept/{self.id}",
            "target": "download",
        }

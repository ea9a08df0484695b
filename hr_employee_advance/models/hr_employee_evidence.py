import os
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.hr_control_base.tools import evidence
from odoo.addons.hr_control_base.tools.personal import NumberMask

from .hr_employee_advance_slip import RECEIPT, SHEET, SLIP
from .hr_employee_evidence_ledger import write_ledger

AUDITOR = "hr_control_base.group_control_auditor"
# for whoever opens the package without knowing Odoo
VERIFY = """\
How to check this package / 如何查验本证据包

1. python3 evidence.py case.zip
   (evidence.py: the add-on hr_control_base, folder tools; it needs nothing but Python / 仅需 Python)
   It names every file that was changed, removed or added and the first event that is broken or missing.
   指出被改动、缺失或多出的文件，以及断开或缺失的首个事件。

2. By hand / 手工查验: unzip case.zip, then for each file
   sha256sum attachments/1-contract.pdf
   and compare with "files" in manifest.json / 与 manifest.json 中的 files 对照。

3. The SHA-256 of manifest.json itself stands in the record of the company, event "Evidence exported".
   manifest.json 自身的 SHA-256 记录在公司系统的“证据已导出”事件中。
"""
# what identifies a person, on his record
NUMBERS = (
    "identification_id",
    "passport_id",
    "ssnid",
    "work_phone",
    "mobile_phone",
    "private_phone",
    "emergency_phone",
)
READERS = (AUDITOR, "hr_employee_advance.group_advance_finance", "hr.group_hr_manager")
SUMMARY = "hr_employee_advance.evidence_summary_report"
CLEARANCE = "hr_employee_advance.clearance_sheet_report"
CONFIRMATION = "hr_employee_advance.confirmation_report"
ACKNOWLEDGEMENT = "hr_employee_advance.acknowledgement_report"
VOUCHER = "l10n_cn.account_voucher_cn"  # the only voucher of an entry that Odoo prints


class HrEmployeeEvidence(models.AbstractModel):
    """The case of one person as a package that proves itself outside Odoo.

    Who took a package is recorded in a dossier of this kind, beside the case: looking at it does not change it.
    """

    _name = "hr.employee.evidence"
    _description = "Evidence Package"

    @api.model
    def _check_reader(self, employee, unmasked=False):
        """:raises AccessError: the user may not take this person's case with him, or not unmasked"""
        user = self.env.user
        if not any(user.has_group(group) for group in READERS):
            raise AccessError(
                self.env._(
                    "A case is exported by an auditor, by finance or by an HR administrator."
                )
            )
        if employee.sudo().company_id not in user.company_ids & self.env.companies:
            raise AccessError(self.env._("This person belongs to a company that you do not see."))
        if unmasked and not user.has_group(AUDITOR):
            raise AccessError(
                self.env._("Only an auditor gets wage, identity and bank numbers in full.")
            )

    @api.model
    def _get_people(self, employee):
        """The person's records in the companies the user has switched on, in sudo."""
        people = employee._get_clearance_people()[employee.id]
        return people.filtered(lambda one: one.company_id in self.env.companies).sorted("id")

    @api.model
    def _take_case(self, people):
        """The dossiers of the case, held, linked and verified.

        :raises UserError: the record does not verify; names the first broken event of each dossier
        """
        Dossier = self.env["hr.control.dossier"].sudo()
        dossiers = Dossier.union(*people._ensure_advance_dossiers().values())
        dossiers._take_guard()
        dossiers._link()
        broken = [fault for fault in dossiers._verify() if fault["level"] == "broken"]
        if broken:
            raise UserError(
                self.env._(
                    "The record of %(employee)s does not verify, so there is no package: %(sentences)s "
                    "Ask an auditor to verify the record.",
                    employee=people[0].name,
                    sentences=" ".join(Dossier._get_finding_sentence(fault) for fault in broken),
                )
            )
        return dossiers.sorted("id")

    @api.model
    def _write_package(self, employee, file, unmasked=False):
        """Write the case as a zip that ``tools/evidence.py`` verifies without Odoo.

        Two packages of one state hold the same files, byte by byte; only the manifest tells when and by whom.
        """
        employee.ensure_one()
        self._check_reader(employee, unmasked)
        return self._build_package(employee, file, unmasked)

    @api.model
    def _build_package(self, employee, file, unmasked=False):
        """:meth:`_write_package` for who was checked, or for the system itself."""
        company = employee.sudo().company_id
        # one language and one clock, whoever exports
        self = self.with_context(lang=employee.sudo()._get_advance_lang(), tz=company.control_tz)
        employee = employee.with_env(self.env)
        people = self._get_people(employee)
        dossiers = self._take_case(people)
        advances = (
            self.env["hr.employee.advance"]
            .sudo()
            .with_context(active_test=False)
            .search([("employee_id", "in", people.ids)], order="id")
        )
        mask = None if unmasked else self._get_mask(people)
        blobs, skipped = self._get_papers(employee, advances, mask)
        blobs.append(
            (
                "ledger.xlsx",
                write_ledger(advances, people, mask),
                ["hr.employee", employee.id],
            )
        )
        blobs.append(("VERIFY.txt", VERIFY.encode(), []))
        blobs += [
            (f"rules/version-{terms.version}.txt", terms.text.encode(), [terms._name, terms.id])
            for terms in advances.terms_id
        ]
        blobs += self._get_files(people, advances, mask)
        digest = evidence.write_export(
            file,
            {
                "dossiers": dossiers._iter_dossier_rows(dossiers.ids),
                "events": dossiers._iter_event_rows(dossiers.ids),
                "seals": (),
            },
            {
                "case": ["hr.employee", employee.id],
                "employee": employee.sudo().name,
                "company": company.id,
                "company_name": company.name,
                "company_registry": company.company_registry or company.vat or "",
                "database": self.env["ir.config_parameter"].sudo().get_param("database.uuid"),
                "tz": company.control_tz,
                "exported_at": f"{fields.Datetime.now().isoformat()}Z",
                "exported_by": [self.env.uid, self.env.user.name],
                "chains": [[one.id, one.seq, one.head or ""] for one in dossiers],
                "masked": not unmasked,
                "not_masked": "attachments/ holds the files as they were handed in",
                "skipped": skipped,
            },
            sorted(blobs),
        )
        self._append_export(people, digest, unmasked, len(blobs), skipped)
        return digest

    @api.model
    def _append_export(self, people, digest, unmasked, files, skipped):
        for company, own in people.grouped("company_id").items():
            found = self.env["hr.control.dossier"]._ensure(self._name, own, company)
            self.env["hr.control.event"]._append(
                [
                    {
                        "dossier": found[employee.id],
                        "code": "evidence.exported",
                        "document": employee,
                        "data": {
                            "manifest": digest,
                            "unmasked": unmasked,
                            "files": files,
                            "skipped": len(skipped),
                        },
                        "names": {"employee": employee.name},
                    }
                    for employee in own
                ]
            )

    @api.model
    def _get_mask(self, people):
        """What hides the numbers of these people wherever they stand, and those that look like any."""
        numbers = people.bank_account_ids.mapped("acc_number")
        for name in NUMBERS:
            numbers += people.mapped(name) if name in people._fields else []
        return NumberMask(numbers)

    # Papers ---------------------------------------------------------------------------------------

    @api.model
    def _get_paper_parts(self, employee, advances):
        """``[(folder, report, record)]``: what is printed into the package; extend it for papers of your own."""
        clearings = advances.allocation_ids.filtered(lambda clearing: not clearing.undone)
        granted = advances.filtered(
            lambda found: found.request_state in ("finance_approved", "post_departure")
        )
        entries = advances.line_ids.move_id
        moves = (entries | advances.allocation_ids.receipt_id).filtered(
            lambda m: m.state == "posted"
        )
        payments = entries.origin_payment_id.sorted("id")
        receipts = advances.acknowledgement_ids.filtered("answered_at")
        confirmations = self._get_confirmations(advances).filtered("answered_at")
        clearances = (
            self.env["hr.employee.clearance"]
            .sudo()
            .search([("employee_ids", "in", self._get_people(employee).ids)], order="id")
        )
        return [
            ("summary", SUMMARY, employee.sudo()),
            *(("signed/clearance", CLEARANCE, clearance) for clearance in clearances),
            *(("vouchers/slip", SLIP, advance) for advance in granted),
            *(
                ("vouchers/return", RECEIPT, clearing)
                for clearing in clearings
                if clearing.kind == "return"
            ),
            *(
                ("vouchers/offset", SHEET, clearing)
                for clearing in clearings
                if clearing.kind in ("expense", "payroll")
            ),
            *(("signed/receipt", ACKNOWLEDGEMENT, paper) for paper in receipts),
            *(("signed/confirmation", CONFIRMATION, paper) for paper in confirmations),
            *(("vouchers/entry", VOUCHER, move) for move in moves),
            *(("payments/receipt", "account.action_report_payment_receipt", p) for p in payments),
        ]

    @api.model
    def _get_papers(self, employee, advances, mask=None):
        """:return: ``([(path, bytes, source)], [{path, reason}])``, what cannot be printed with its reason"""
        blobs, skipped = [], []
        # the printer would list its fonts in a random order, and no two PDFs were the same
        os.environ.setdefault("QT_HASH_SEED", "0")
        for folder, report, record in self._get_paper_parts(employee, advances):
            name = folder if folder == "summary" else f"{folder}-{record.id}"
            if report == VOUCHER and not self.env.ref(VOUCHER, raise_if_not_found=False):
                reason = self.env._(
                    "The Chinese accounting add-on, which prints it, is not installed."
                )
                skipped.append({"path": f"{name}.pdf", "reason": reason})
                continue
            try:
                with self.env.cr.savepoint():
                    content, kind = (
                        self.env["ir.actions.report"]
                        .sudo()
                        .with_context(evidence_mask=mask)
                        ._render_qweb_pdf(report, record.ids)
                    )
            except (UserError, ValueError) as error:
                skipped.append({"path": f"{name}.pdf", "reason": str(error)[:300]})
                continue
            # the only thing in it that tells the hour: written over in the same length
            content = re.sub(
                rb"(/(?:CreationDate|ModDate) \(D:)\d{14}", rb"\g<1>20000101000000", content
            )
            blobs.append((f"{name}.{kind}", content, [record._name, record.id]))
        return blobs, skipped

    @api.model
    def _get_files(self, people, advances, mask=None):
        """The files behind the case, in their original bytes; packages made before are none of them."""
        hide = mask or str
        clearances = (
            self.env["hr.employee.clearance"].sudo().search([("employee_ids", "in", people.ids)])
        )
        owners = {
            "hr.employee.clearance": clearances,
            "hr.employee.advance": advances,
            "hr.employee.advance.voucher": advances.voucher_ids,
            "account.move": advances.line_ids.move_id | advances.allocation_ids.receipt_id,
            "hr.expense": advances.allocation_ids.receipt_id.expense_ids,
            "account.payment": advances.line_ids.move_id.origin_payment_id,
            "hr.employee.advance.acknowledgement": advances.acknowledgement_ids,
            "hr.employee.advance.confirmation": self._get_confirmations(advances),
        }
        places = Domain.OR(
            Domain("res_model", "=", model) & Domain("res_id", "in", records.ids)
            for model, records in owners.items()
        )
        files = (
            self.env["ir.attachment"]
            .sudo()
            # res_field is named, or Odoo would leave the files of fields out
            .search(
                places
                & Domain("type", "=", "binary")
                & Domain("id", "not in", clearances.package_id.ids)
                & (Domain("res_field", "=", False) | Domain("res_field", "!=", False)),
                order="id",
            )
        )
        return [
            (
                f"attachments/{file.id}-" + re.sub(r"[^\w.-]", "_", hide(file.name or "file")),
                file.raw or b"",
                [file.res_model, file.res_id],
            )
            for file in files
        ]

    @api.model
    def _get_confirmations(self, advances):
        return (
            self.env["hr.employee.advance.confirmation"]
            .sudo()
            .search([("employee_id", "in", advances.employee_id.ids)], order="id")
        )

    # What the summary says ------------------------------------------------------------------------

    @api.model
    def _check_summary(self, employee):
        """:raises AccessError: Odoo prints for everybody whatever number he names"""
        if not self.env.su:
            self._check_reader(employee)

    @api.model
    def _get_timeline(self, employee):
        """Events of the case, oldest first, in sudo."""
        self._check_summary(employee)
        dossiers = self._get_people(employee)._ensure_advance_dossiers().values()
        ids = [dossier.id for dossier in dossiers]
        return self.env["hr.control.event"].sudo().search([("dossier_id", "in", ids)], order="id")

    @api.model
    def _get_summary_advances(self, employee):
        self._check_summary(employee)
        return (
            self.env["hr.employee.advance"]
            .sudo()
            .search([("employee_id", "in", self._get_people(employee).ids)], order="id")
        )


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def action_export_evidence(self):
        """The case of this person as a package. :raises UserError: the record does not verify"""
        return self._get_evidence_action()

    def action_export_evidence_unmasked(self):
        """The same with wage, identity and bank numbers in full, for auditors."""
        return self._get_evidence_action(unmasked=True)

    def _get_evidence_action(self, unmasked=False):
        self.ensure_one()
        Evidence = self.env["hr.employee.evidence"]
        Evidence._check_reader(self, unmasked)
        Evidence._take_case(Evidence._get_people(self))
        return {
            "type": "ir.actions.act_url",
            "url": f"/hr_employee_advance/evidence/{self.id}" + ("/unmasked" if unmasked else ""),
            "target": "download",
        }


class HrEmployeeClearance(models.Model):
    _inherit = "hr.employee.clearance"

    def action_export_evidence(self):
        self.ensure_one()
        self.check_access("read")
        return self.employee_id._get_evidence_action()


class HrEmployeeAdvance(models.Model):
    _inherit = "hr.employee.advance"

    def action_export_evidence(self):
        """The whole case of the person who has this advance."""
        self.ensure_one()
        self.check_access("read")
        return self.employee_id._get_evidence_action()

    def action_export_evidence_unmasked(self):
        self.ensure_one()
        self.check_access("read")
        return self.employee_id._get_evidence_action(unmasked=True)


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        _ = self.env._
        return super()._get_sentences() | {
            "evidence.exported": (
                _("Evidence exported"),
                _(
                    "%(actor)s took the case of %(employee)s as a package of %(files)s files; "
                    "SHA-256 of its manifest: %(manifest)s."
                ),
            ),
        }


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_html(self, report_ref, docids, data=None):
        # EXTENDS base: papers of a package show no numbers of persons, whichever report prints them
        page, kind = super()._render_qweb_html(report_ref, docids, data=data)
        mask = self.env.context.get("evidence_mask")
        if isinstance(mask, NumberMask):
            page = mask.hide_in_html(page.decode()).encode()
        return page, kind

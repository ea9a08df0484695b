import hashlib
import io
import json
import zipfile

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.hr_control_base.tools import evidence

from .clearance_common import ClearanceCommon


@tagged("post_install", "-at_install")
class TestClearancePackage(ClearanceCommon, HttpCase):
    def _released(self):
        self._paid(1820.0)
        clearance = self._start()
        clearance.with_user(self.hr_manager).action_request_release("The law asks for it")
        clearance.approval_id.with_user(self.write_off).action_approve()
        return clearance

    def _build(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("hr_employee_advance.ir_cron_clearance_evidence").method_direct_trigger()
        self.env.invalidate_all()

    def _break(self):
        """A hand in the database, past every lock."""
        dossier = next(iter(self.employee._ensure_advance_dossiers().values()))
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE hr_control_event DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE hr_control_event SET payload = payload || ' ' WHERE dossier_id = %s AND seq = 2",
            [dossier.id],
        )
        self.env.cr.execute("ALTER TABLE hr_control_event ENABLE TRIGGER USER")

    def test_a_release_keeps_its_evidence(self):
        clearance = self._released()
        self.assertTrue(clearance.evidence_wanted_at)
        self._build()
        self.assertFalse(clearance.evidence_wanted_at)
        content = clearance.package_id.raw
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            manifest, dossiers, findings = evidence.check_export(archive)
        self.assertEqual((findings, len(dossiers)), ([], 1))
        self.assertTrue(manifest["masked"])
        self.assertTrue([name for name in manifest["files"] if "signed/clearance-" in name])
        event = self._events("clearance.evidence")
        self.assertEqual(
            json.loads(event.payload)["data"]["sha256"], hashlib.sha256(content).hexdigest()
        )
        self.assertIn(hashlib.sha256(content).hexdigest(), event.summary)
        # once: what is kept is not made anew
        self._build()
        self.assertEqual(len(self._events("clearance.evidence")), 1)

    def test_the_kept_package_is_locked_for_everybody(self):
        clearance = self._released()
        self._build()
        package = clearance.package_id
        for user in (self.finance, self.write_off, self.hr_manager, self.system, self.user):
            for found in (package.with_user(user), package.with_user(user).sudo()):
                for call in (
                    lambda found=found: found.write({"raw": b"other"}),
                    lambda found=found: found.write({"res_id": 0}),
                    lambda found=found: found.write({"public": True}),
                    found.unlink,
                    found.with_context(_force_unlink=True).unlink,
                ):
                    with (
                        self.assertRaises(AccessError),
                        mute_logger("odoo.addons.base.models.ir_rule"),
                    ):
                        call()
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                clearance.with_user(user).write({"package_id": False})
        self.assertTrue(package.exists())

    def test_who_reads_the_clearance_does_not_read_the_case(self):
        """Odoo gives the files of a document to whoever reads it: the leaver, and who signs for the keys."""
        clearance = self._released()
        self._build()
        package = clearance.package_id
        for user in (self.user, self.it_user, self.hr_officer, self.finance):
            clearance.with_user(user).check_access("read")
            for call in (
                lambda user=user: package.with_user(user).read(["raw", "name"]),
                lambda user=user: clearance.with_user(user).read(["package_id"]),
                lambda user=user: package.with_user(user).write({"public": True}),
            ):
                with (
                    self.subTest(user.login),
                    self.assertRaises(AccessError),
                    mute_logger("odoo.addons.base.models.ir_rule", "odoo.models"),
                ):
                    self.fail(call())
            found = package.with_user(user).search([("id", "=", package.id)])
            self.assertFalse(found, user.login)
        self.assertTrue(clearance.with_user(self.finance).has_package)

    def test_a_package_of_two_companies_is_for_who_sees_both(self):
        clearance = self._released()
        self._build()
        clearance.with_user(self.finance)._check_package_reader()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.user.company_ids += elsewhere
        clearance.sudo().employee_ids += self._create_employee(
            self.user, company_id=elsewhere.id, department_id=False
        )
        with self.assertRaises(AccessError):
            clearance.with_user(self.finance)._check_package_reader()
        self.finance.company_ids += elsewhere
        clearance.with_user(self.finance)._check_package_reader()

    def test_a_later_package_holds_no_earlier_one(self):
        clearance = self._released()
        self._build()
        file = io.BytesIO()
        Package = self.env["hr.employee.evidence"].with_user(self.auditor)
        Package._write_package(Package.env["hr.employee"].browse(self.employee.id), file)
        with zipfile.ZipFile(file) as archive:
            self.assertFalse(
                [n for n in archive.namelist() if n.endswith(clearance.package_id.name)]
            )

    def test_a_broken_record_gives_a_report_and_the_release_stands(self):
        clearance = self._released()
        self._break()
        self._build()
        self.assertRecordValues(
            clearance,
            [{"state": "completed", "is_released": True, "evidence_wanted_at": False}],
        )
        self.assertFalse(clearance.package_id)
        report = self.env["ir.attachment"].search(
            [("res_model", "=", clearance._name), ("res_id", "=", clearance.id)]
        )
        self.assertRegex(report.raw.decode(), "Event 2 .*was altered")
        self.assertRegex(self._events("clearance.no_evidence").summary, "Event 2 .*was altered")
        alert = self._alerts(clearance, "evidence")
        self.assertEqual(alert.level, "critical")
        self.assertIn(self.auditor, alert.delivery_ids.user_id)

    def test_the_kept_package_over_http(self):
        clearance = self._released()
        url = f"/hr_employee_advance/evidence/kept/{clearance.id}"
        self.authenticate(self.auditor.login, self.auditor.login)
        self.assertEqual(self.url_open(url).status_code, 404)
        self._build()
        for user, status in ((self.auditor, 200), (self.finance, 200), (self.user, 403)):
            self.authenticate(user.login, user.login)
            answer = self.url_open(url)
            self.assertEqual(answer.status_code, status, user.login)
            if status == 200:
                self.assertEqual(answer.content, clearance.package_id.raw)

    # The sheet ------------------------------------------------------------------------------------

    def _print(self, clearance, user=None, lang=None):
        reports = self.env["ir.actions.report"].with_user(user or self.hr_officer)
        page, _kind = reports._render_qweb_html(
            "hr_employee_advance.clearance_sheet_report", clearance.ids
        )
        return page.decode()

    def test_the_sheet_says_who_signed_what(self):
        advance = self._paid(1820.0)
        clearance = self._start()
        self._line(clearance, "it").with_user(self.it_user).action_sign("Laptop 17 is back")
        page = self._print(clearance)
        for text in (
            "Handover and Clearance Sheet",
            self.employee.name,
            "Moves to another town",
            "Laptop 17 is back",
            self.it_user.name,
            self.manager.name,  # who is still to sign
            advance.name,
            "1,820.00",
            "Signed",
            "To Sign",
        ):
            self.assertIn(text, page)
        self._return(advance)
        self._sign(clearance, "manager", "hr", "finance")
        page = self._print(clearance)
        self.assertIn(self._line(clearance, "finance").figures_hash, page)
        action = clearance.with_user(self.hr_officer).action_print_sheet()
        self.assertEqual(action["report_name"], "hr_employee_advance.clearance_sheet")

    def test_strangers_print_no_sheet(self):
        clearance = self._start()
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            clearance.with_user(self.colleague).action_print_sheet()
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            clearance.with_user(self.colleague)._get_sheet()

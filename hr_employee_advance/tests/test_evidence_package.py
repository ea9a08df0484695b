import io
import json
import subprocess
import sys
import tempfile
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.hr_control_base.tools import evidence

from .money_common import MoneyCommon

IDENTITY = "110101199003078515"


@tagged("post_install", "-at_install")
class TestEvidencePackage(MoneyCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee.identification_id = IDENTITY
        cls.file = b"original bytes \x00\xff"

    def _case(self):
        advance = self._make_advance(5000.0)
        self.env["ir.attachment"].create(
            {
                "name": "contract 1.pdf",
                "raw": self.file,
                "res_model": advance._name,
                "res_id": advance.id,
            }
        )
        self._approve(advance)
        self._pay(advance)
        self._spend(3180.0)
        return advance

    def _export(self, user=None, unmasked=False):
        file = io.BytesIO()
        Package = self.env["hr.employee.evidence"].with_user(user or self.auditor)
        employee = Package.env["hr.employee"].browse(self.employee.id)
        digest = Package._write_package(employee, file, unmasked)
        return file.getvalue(), digest

    def _check(self, content):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return evidence.check_export(archive)

    def _rewrite(self, content, change):
        """The package with its files changed by ``change(files)``; the manifest stays as it was."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        change(files)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return self._check(out.getvalue())[2]

    def _manifest(self, content):
        return self._check(content)[0]

    def test_package_proves_itself_and_two_of_one_state_are_the_same(self):
        advance = self._case()
        (first, digest), (second, _again) = self._export(), self._export()
        manifest, dossiers, findings = self._check(first)
        self.assertEqual(findings, [])
        self.assertEqual(len(dossiers), 1)
        self.assertEqual(manifest["files"], self._manifest(second)["files"])
        names = set(manifest["files"])
        [path] = [name for name in names if name.endswith("contract_1.pdf")]
        self.assertEqual(manifest["files"][path]["source"], [advance._name, advance.id])
        self.assertEqual(manifest["files"][path]["size"], len(self.file))
        kinds = {name.split("/")[-1].split("-")[0].split(".")[0] for name in names}
        self.assertLessEqual(
            {"summary", "ledger", "events", "dossiers", "slip", "offset", "receipt"}, kinds
        )
        printed = self.env.ref("l10n_cn.account_voucher_cn", raise_if_not_found=False)
        entries = [name for name in names if name.startswith("vouchers/entry-")]
        self.assertEqual(bool(entries), bool(printed))
        self.assertEqual(bool(manifest["skipped"]), not printed)
        with zipfile.ZipFile(io.BytesIO(first)) as archive:
            self.assertEqual(archive.read(path), self.file)
            [summary] = [name for name in names if name.startswith("summary")]
            page = archive.read(summary).decode()
            self.assertEqual(evidence.digest(archive.read("manifest.json").decode()), digest)
        for figure in ("5,000.00", "3,180.00", "1,820.00"):
            self.assertIn(figure, page)

    def test_the_export_is_an_event_beside_the_case(self):
        self._case()
        _content, digest = self._export(self.finance)
        event = self.env["hr.control.event"].search([("code", "=", "evidence.exported")], limit=1)
        self.assertEqual(event.actor_uid, self.finance.id)
        self.assertEqual(json.loads(event.payload)["data"]["manifest"], digest)
        self.assertEqual(event.kind, "hr.employee.evidence")

    def test_a_changed_missing_or_added_file_is_named(self):
        self._case()
        content, _digest = self._export()

        def harm(files):
            files["ledger.xlsx"] = files["ledger.xlsx"][:-1] + b"\x01"
            files["more.txt"] = b""
            files.pop(next(name for name in files if name.startswith("attachments/")))

        found = {
            (one["finding"], one["column"].split("/")[0]) for one in self._rewrite(content, harm)
        }
        self.assertEqual(
            found,
            {
                ("file_altered", "ledger.xlsx"),
                ("file_missing", "attachments"),
                ("file_unlisted", "more.txt"),
            },
        )

    def test_a_missing_event_is_named_even_if_the_manifest_was_mended(self):
        self._case()
        content, _digest = self._export()

        def drop(files):
            rows = json.loads(files["events.json"])
            del rows[1]
            lines = ",\n".join(evidence.canonical(row) for row in rows)
            files["events.json"] = f"[\n{lines}\n]\n".encode()
            manifest = json.loads(files["manifest.json"])
            manifest["files"]["events.json"]["sha256"] = evidence.digest(
                files["events.json"].decode()
            )
            files["manifest.json"] = json.dumps(manifest).encode()

        [fault] = self._rewrite(content, drop)
        self.assertEqual(
            (fault["finding"], fault["first"], fault["last"]), ("events_missing", 2, 2)
        )

    def test_a_broken_record_gives_no_package(self):
        self._case()
        self._export()
        self.env.cr.execute("ALTER TABLE hr_control_event DISABLE TRIGGER USER")
        dossier = next(iter(self.employee._ensure_advance_dossiers().values()))
        self.env.cr.execute(
            "UPDATE hr_control_event SET payload = payload || ' ' WHERE dossier_id = %s AND seq = 2",
            [dossier.id],
        )
        self.env.cr.execute("ALTER TABLE hr_control_event ENABLE TRIGGER USER")
        with self.assertRefused(UserError, "Event 2 .*was altered"):
            self._export()

    def test_numbers_are_masked_unless_the_auditor_asks(self):
        self._case()
        self.employee.version_id.wage = 123456.78

        def strings(content):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                ledger = zipfile.ZipFile(io.BytesIO(archive.read("ledger.xlsx")))
                return ledger.read("xl/sharedStrings.xml").decode()

        masked = strings(self._export()[0])
        self.assertNotIn(IDENTITY, masked)
        self.assertIn("****8515", masked)
        self.assertNotIn("6.78", masked)
        shown = strings(self._export(unmasked=True)[0])
        self.assertIn(IDENTITY, shown)
        self.assertIn("123456.78", shown)
        with self.assertRefused(AccessError, "Only an auditor"):
            self._export(self.finance, unmasked=True)

    def test_no_paper_tells_a_number_that_somebody_typed(self):
        card, phone = "6222020200112233446", "13812345678"
        self.employee.private_phone = "029-8765-4321"
        advance = self._make_advance(
            5000.0, description=f"To my card {card}, or call {phone}, or 029 8765 4321"
        )
        self.env["ir.attachment"].create(
            {
                "name": f"card {card}.txt",
                "raw": self.file,
                "res_model": advance._name,
                "res_id": advance.id,
            }
        )
        self._submit(advance)
        step = advance.approval_id.step_id
        advance.approval_id.with_user(step._get_able_candidates()[:1]).action_refuse(
            f"Not to {card} of {IDENTITY}"
        )
        again = self._approve(self._make_advance(650.35, description=f"Card {card}"))
        again.with_user(self.finance).action_print_slip()
        content = self._export()[0]
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                self.assertNotIn(card, name)
                if name.startswith("attachments/"):
                    continue
                data = archive.read(name)
                if name.endswith(".xlsx"):
                    data = zipfile.ZipFile(io.BytesIO(data)).read("xl/sharedStrings.xml")
                for number in (card, phone, IDENTITY, "8765 4321"):
                    self.assertNotIn(number.encode(), data, name)
            slip = next(n for n in archive.namelist() if n.startswith("vouchers/slip"))
            self.assertIn("****3446", archive.read(slip).decode())
        self.assertEqual(self._check(content)[2], [])
        # the auditor who asks gets the papers as they are
        with zipfile.ZipFile(io.BytesIO(self._export(unmasked=True)[0])) as archive:
            self.assertIn(card, archive.read(slip).decode())

    def test_another_companys_figures_are_in_no_package(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.user.company_ids += other
        twin = self._create_employee(
            name="The same", user_id=self.user.id, company_id=other.id, department_id=False
        )
        advance = self._case()
        clearance = self.env["hr.employee.clearance"]._open(
            self.employee, "hr", self.company._company_today(), "Moves"
        )
        self.assertEqual(clearance.employee_ids, self.employee | twin)
        figures = {"figures": {"advances": [{"id": advance.id}]}, "hash": "0" * 64}
        clearance._append_event("clearance.completed", figures)
        found = self.env["hr.control.event"].search([("code", "=", "clearance.completed")], limit=2)
        said = {event.company_id: json.loads(event.payload)["data"] for event in found}
        self.assertEqual(said[self.company]["figures"]["advances"], [{"id": advance.id}])
        self.assertEqual(said[other]["figures"]["advances"], [])
        self.assertEqual(said[other]["hash"], "0" * 64)
        page, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.hr_manager)
            .with_context(allowed_company_ids=self.company.ids)
            ._render_qweb_html("hr_employee_advance.clearance_sheet_report", clearance.ids)
        )
        self.assertIn(advance.name, page.decode())
        for companies, seen in ((self.company, advance), (other, advance.browse())):
            sheet = clearance.sudo().with_context(allowed_company_ids=companies.ids)._get_sheet()
            self.assertEqual(sheet[2], seen)

    def test_who_takes_a_case(self):
        for user in (self.auditor, self.finance, self.hr_manager):
            self.assertTrue(self._export(user)[0])
        for user in (self.user, self.manager, self.cashier, self.hr_officer, self.rules):
            with self.assertRefused(AccessError, "exported by an auditor"):
                self._export(user)
        other = self._create_user(
            "evidence_elsewhere",
            "hr_control_base.group_control_auditor",
            companies=self.env["res.company"].create({"name": "Elsewhere"}),
        )
        with self.assertRefused(AccessError, "company that you do not see"):
            Package = self.env["hr.employee.evidence"].with_user(other)
            Package.with_context(allowed_company_ids=other.company_ids.ids)._write_package(
                Package.env["hr.employee"].browse(self.employee.id), io.BytesIO()
            )

    def test_one_click_from_the_advance(self):
        advance = self._case()
        action = advance.with_user(self.finance).action_export_evidence()
        self.assertEqual(action["url"], f"/hr_employee_advance/evidence/{self.employee.id}")
        with self.assertRefused(AccessError, "exported by an auditor"):
            advance.with_user(self.user).action_export_evidence()

    def test_the_script_alone_verifies_and_names_what_is_changed(self):
        self._case()
        content, _digest = self._export()
        position = content.index(b"events.json") + 200  # inside the packed events

        def run(data):
            with tempfile.NamedTemporaryFile(suffix=".zip") as file:
                file.write(data)
                file.flush()
                done = subprocess.run(
                    [sys.executable, "-I", "-S", evidence.__file__, file.name],
                    capture_output=True,
                    text=True,
                    check=False,
                )
            return done.returncode, done.stdout + done.stderr

        code, said = run(content)
        self.assertEqual(code, 0, said)
        self.assertIn("nothing is missing or altered", said)
        changed = bytes([content[position] ^ 1])
        code, said = run(content[:position] + changed + content[position + 1 :])
        self.assertEqual(code, 1, said)
        self.assertIn("The file events.json differs from the one that was exported.", said)

    def test_a_case_without_events_verifies(self):
        file = io.BytesIO()
        self.env["hr.employee.evidence"].with_user(self.auditor)._write_package(
            self._create_employee().with_user(self.auditor), file
        )
        self.assertEqual(self._check(file.getvalue())[2], [])

    def test_download(self):
        self._case()
        url = f"/hr_employee_advance/evidence/{self.employee.id}"
        for user, path, status in (
            (self.auditor, url, 200),
            (self.auditor, f"{url}/unmasked", 200),
            (self.finance, f"{url}/unmasked", 403),
            (self.user, url, 403),
            (self.auditor, f"{url}/more", 404),
        ):
            self.authenticate(user.login, user.login)
            answer = self.url_open(path)
            self.assertEqual(answer.status_code, status, (user.login, path))
            if status == 200:
                self.assertEqual(self._check(answer.content)[2], [])

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from odoo.tests import HttpCase, tagged

from ..tools import evidence
from .common_dossier import DossierCase

SCRIPT = Path(evidence.__file__)


@tagged("post_install", "-at_install")
class TestEvidenceExport(DossierCase, HttpCase):
    """The export as an auditor gets it, read by the script as he runs it: without Odoo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event = cls._record(names={"reason": "大明宫店"})
        cls._record(
            data={"room": cls.Event._money(650.35, cls.env.ref("base.EUR"))},
            document=cls.customer_2,
        )
        cls._record(cls.dossier_2)
        cls.empty = cls._open(cls.env["res.partner"].create({"name": "Without events"}))
        cls._record(cls._open(cls.customer, cls.other_company))

    def _export(self):
        file = io.BytesIO()
        self.Dossier._export(self.company, file)
        return file.getvalue()

    def _run(self, content, *seals):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export.zip"
            path.write_bytes(content)
            arguments = []
            for number, seal in enumerate(seals):
                seal_path = Path(folder) / f"seal-{number}.json"
                seal_path.write_text(seal)
                arguments += ["--seal", str(seal_path)]
            run = subprocess.run(
                [sys.executable, "-I", str(SCRIPT), str(path), *arguments],
                capture_output=True,
                text=True,
                check=False,
            )
        return run.returncode, run.stdout + run.stderr

    def _rewrite(self, content, name, change):
        """The export with one file changed, its digest in the manifest mended."""
        old, file = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
        texts = {entry: old.read(entry).decode() for entry in old.namelist()}
        texts[name] = change(texts[name])
        manifest = json.loads(texts["manifest.json"])
        manifest["files"][name]["sha256"] = evidence.digest(texts[name])
        texts["manifest.json"] = json.dumps(manifest)
        with zipfile.ZipFile(file, "w") as new:
            for entry, text in texts.items():
                new.writestr(entry, text)
        return file.getvalue()

    # -- the file ------------------------------------------------------------

    def test_export_holds_the_company_and_nothing_else(self):
        archive = zipfile.ZipFile(io.BytesIO(self._export()))
        self.assertEqual(
            sorted(archive.namelist()),
            ["dossiers.json", "events.json", "manifest.json", "seals.json"],
        )
        dossiers = json.loads(archive.read("dossiers.json"))
        self.assertEqual(
            [row["id"] for row in dossiers],
            sorted((self.dossier + self.dossier_2 + self.empty).ids),
        )
        events = json.loads(archive.read("events.json"))
        self.assertEqual(
            [(row["dossier_id"], row["seq"]) for row in events],
            [(self.dossier.id, 1), (self.dossier.id, 2), (self.dossier_2.id, 1)],
        )
        self.assertEqual(events[0]["payload"], self.event.payload)
        self.assertEqual(json.loads(archive.read("seals.json")), [])
        manifest = json.loads(archive.read("manifest.json"))
        self.assertEqual(manifest["files"]["events.json"]["rows"], 3)

    def test_export_links_what_waits(self):
        waiting = self._record(link=False)
        self._export()
        self.assertEqual(waiting.seq, 3)

    def test_export_of_a_company_without_dossiers(self):
        file = io.BytesIO()
        self.Dossier._export(self.env["res.company"].create({"name": "Empty"}), file)
        code, output = self._run(file.getvalue())
        self.assertEqual(
            (code, output),
            (0, "0 dossiers, 0 events, 0 seals read: nothing is missing or altered.\n"),
        )

    # -- the script ------------------------------------------------------------

    def test_script_finds_nothing(self):
        seal = self.env["hr.control.seal"]._seal(self.company)
        code, output = self._run(self._export(), evidence.seal_file(seal.content))
        self.assertEqual(
            (code, output),
            (0, "3 dossiers, 3 events, 1 seals read: nothing is missing or altered.\n"),
        )

    def test_script_accepts_erased_names(self):
        self.env["hr.control.erase"].create(
            {"partner_id": self.customer.id, "reason": "asked"}
        )._erase()
        self.assertEqual(self._run(self._export())[0], 0)

    def test_script_uses_the_standard_library_only(self):
        code = f"import sys; sys.path.insert(0, {str(SCRIPT.parent)!r}); import evidence; print(*sys.modules)"
        modules = subprocess.check_output(
            [sys.executable, "-I", "-S", "-c", code], text=True
        ).split()
        self.assertFalse({"odoo", "psycopg2", "lxml"} & set(modules))

    def test_script_finds_what_verify_finds(self):
        self._tamper("UPDATE hr_control_event SET code = 'credit.ok' WHERE id = %s", self.event.id)
        self._tamper("DELETE FROM hr_control_event WHERE dossier_id = %s", self.dossier_2.id)
        code, output = self._run(self._export())
        self.assertEqual(code, 1)
        for dossier, sentence in (
            (
                self.dossier,
                "Event 1 (credit.ok): the column 'code' differs from the recorded content.",
            ),
            (self.dossier_2, "The last events, 1 to 1, are missing."),
        ):
            what = f"credit.account res.partner {dossier.subject_id}"
            self.assertIn(f"Dossier {dossier.id} ({what}): {sentence}", output)
        self.assertIn("2 findings.", output)

    def test_script_with_a_mailed_seal_names_what_is_gone(self):
        backup = self.env.cr.savepoint()
        self._record()
        seal = evidence.seal_file(self.env["hr.control.seal"]._seal(self.company).content)
        backup.rollback()
        self.env.invalidate_all()
        code, output = self._run(self._export(), seal)
        self.assertEqual(code, 1)
        self.assertIn("Seal 1 of", output)
        self.assertIn("was mailed and is not in the database.", output)
        self.assertIn("Events 3 to 3, held by the seal of", output)

    def test_script_finds_a_changed_file(self):
        content = self._export()
        changed = self._rewrite(content, "events.json", lambda text: text.replace("limit", "order"))
        code, output = self._run(changed)
        self.assertEqual(code, 1)
        self.assertIn("its content was altered after it was recorded", output)
        old = zipfile.ZipFile(io.BytesIO(changed))
        with zipfile.ZipFile(file := io.BytesIO(), "w") as new:
            for name in old.namelist():
                source = zipfile.ZipFile(io.BytesIO(content)) if name == "manifest.json" else old
                new.writestr(name, source.read(name))
        self.assertIn(
            "The file events.json differs from the one that was exported.",
            self._run(file.getvalue())[1],
        )

    def test_script_finds_a_dossier_cut_out_of_the_file(self):
        def cut(text):
            return (
                "\n".join(
                    line for line in text.splitlines() if f'"id":{self.dossier_2.id},' not in line
                )
                + "\n"
            )

        code, output = self._run(self._rewrite(self._export(), "dossiers.json", cut))
        self.assertEqual(code, 1)
        self.assertIn("dossiers.json differs", output)

    def test_script_cannot_read(self):
        for content in (b"hello", b""):
            code, output = self._run(content)
            self.assertEqual(code, 2)
            self.assertIn("Cannot be read", output)
        code, output = self._run(self._export(), "{}")
        self.assertEqual(code, 2)
        self.assertIn("This is not a seal file.", output)

    # -- the controller -----------------------------------------------------------

    def _download(self, user, company):
        self.authenticate(user.login, user.login)
        return self.url_open(f"/hr_control/export/{company.id}")

    def test_auditor_downloads_his_company(self):
        response = self._download(self.auditor, self.company)
        self.assertEqual(
            (response.status_code, response.headers["Content-Type"]), (200, "application/zip")
        )
        self.assertEqual(self._run(response.content)[0], 0)

    def test_others_download_nothing(self):
        for user, company in (
            (self.auditor, self.other_company),
            (self.manager, self.company),
            (self.clerk, self.company),
        ):
            self.assertEqual(self._download(user, company).status_code, 403)
        self.assertEqual(
            self._download(self.auditor, self.env["res.company"].browse(999999)).status_code, 403
        )

    def test_visitor_is_asked_to_log_in(self):
        response = self.url_open(f"/hr_control/export/{self.company.id}", allow_redirects=False)
        self.assertIn(response.status_code, (302, 303))

    def test_export_button(self):
        wizard = self.env["hr.control.verify"].with_user(self.auditor).create({})
        self.assertEqual(wizard.action_export()["url"], f"/hr_control/export/{self.company.id}")

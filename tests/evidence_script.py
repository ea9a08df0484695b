"""The auditor's script, run as he runs it, and packages that somebody has laid hands on."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile

from kit.env import ROOT

SCRIPT = ROOT / "hr_control_base" / "tools" / "evidence.py"


def run_script(path, *seals):
    """No Odoo, no packages. :return: ``(exit code, output)``"""
    arguments = [argument for seal in seals for argument in ("--seal", str(seal))]
    run = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(path), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout + run.stderr


class Package:
    """The files of a package, to be changed and written anew."""

    def __init__(self, content):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}

    @property
    def manifest(self):
        return json.loads(self.files["manifest.json"])

    def first(self, start):
        """The first file whose path starts so."""
        return next(name for name in sorted(self.files) if name.startswith(start))

    def mend_manifest(self, name):
        """As somebody would who knows how the package is made: the manifest agrees with the changed file."""
        manifest = self.manifest
        manifest["files"][name]["sha256"] = hashlib.sha256(self.files[name]).hexdigest()
        manifest["files"][name]["size"] = len(self.files[name])
        self.files["manifest.json"] = json.dumps(manifest).encode()

    def edit_events(self, change):
        rows = json.loads(self.files["events.json"])
        change(rows)
        lines = ",\n".join(
            json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            for row in rows
        )
        self.files["events.json"] = f"[\n{lines}\n]\n".encode()
        self.mend_manifest("events.json")

    def save(self, path):
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in self.files.items():
                archive.writestr(name, data)
        return path

"""The OCA add-ons that are measured: fetched by pip into .odoo/oca, never a part of ours."""

import subprocess
import sys
import zipfile

from kit.env import STATE

FOLDER = STATE / "oca"
RISK = ("account_financial_risk", "sale_financial_risk")
OVERDUE = ("account_credit_control",)
MODULES = RISK + OVERDUE


def fetch():
    """:return: ``(folder of the add-ons, {add-on: version})``"""
    if len(_wheels()) < len(MODULES):
        FOLDER.mkdir(exist_ok=True)
        names = [f"odoo-addon-{module.replace('_', '-')}==19.*" for module in MODULES]
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--dest",
                FOLDER,
                *names,
            ],
            check=True,
        )
    for wheel in _wheels().values():
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(FOLDER / "unpacked")
    versions = {module: wheel.name.split("-")[1] for module, wheel in _wheels().items()}
    return FOLDER / "unpacked" / "odoo" / "addons", versions


def _wheels():
    """:return: ``{add-on: newest wheel}``"""
    found = {module: sorted(FOLDER.glob(f"odoo_addon_{module}-19.*.whl")) for module in MODULES}
    return {module: wheels[-1] for module, wheels in found.items() if wheels}

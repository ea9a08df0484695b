"""Checks for which there is no ready tool: XML, translations, manifests, packaging."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import polib
from lxml import etree

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdrif]|\{\w*\}")


def xml_problems(addon):
    for path in addon.rglob("*.xml"):
        try:
            etree.parse(path)
        except etree.XMLSyntaxError as error:
            yield f"{path}: {error}"


def manifest_problems(addon):
    path = addon / "__manifest__.py"
    manifest = ast.literal_eval(path.read_text())
    if manifest.get("license") != "LGPL-3":
        yield f"{path}: the licence is not LGPL-3"
    if not re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", manifest.get("version", "")):
        yield f"{path}: the version is not 19.0.x.y.z"
    for listed in (*manifest.get("data", []), *manifest.get("demo", [])):
        if not (addon / listed).is_file():
            yield f"{path}: {listed} is not there"
    listed = {*manifest.get("data", []), *manifest.get("demo", [])}
    for folder in ("data", "demo", "report", "security", "views", "wizards"):
        for file in sorted((*(addon / folder).rglob("*.xml"), *(addon / folder).rglob("*.csv"))):
            if str(file.relative_to(addon)) not in listed and "template" not in file.stem:
                yield f"{path}: {file.relative_to(addon)} is not listed"


def packaging_problems(addon):
    path = addon / "pyproject.toml"
    backend = path.exists() and tomllib.loads(path.read_text()).get("build-system", {}).get(
        "build-backend"
    )
    if backend != "whool.buildapi":
        yield f"{path}: build-backend is not whool.buildapi"


def translation_problems(addon):
    path, pot = addon / "i18n" / "zh_CN.po", addon / "i18n" / f"{addon.name}.pot"
    if not path.exists():
        yield f"{path}: missing (make i18n)"
        return
    checked = subprocess.run(
        ["msgfmt", "--check-format", "-o", "/dev/null", path],
        capture_output=True,
        text=True,
        check=False,
    )
    if checked.returncode:
        yield checked.stderr.strip()
        return
    catalog = polib.pofile(str(path))
    for entry in catalog:
        if entry.obsolete:
            continue
        where = f"{path}:{entry.linenum}"
        if "fuzzy" in entry.flags:
            yield f"{where}: fuzzy: {entry.msgid[:60]!r}"
        elif not entry.msgstr:
            yield f"{where}: untranslated: {entry.msgid[:60]!r}"
        elif sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(PLACEHOLDER.findall(entry.msgstr)):
            yield f"{where}: other placeholders than in {entry.msgid[:60]!r}"
    if pot.exists():
        known = {(entry.msgctxt, entry.msgid) for entry in catalog if not entry.obsolete}
        missing = [
            entry.msgid
            for entry in polib.pofile(str(pot))
            if (entry.msgctxt, entry.msgid) not in known
        ]
        if missing:
            yield f"{path}: {len(missing)} texts of the .pot are not in it, such as {missing[0][:60]!r}"


def main():
    checks = (xml_problems, manifest_problems, packaging_problems, translation_problems)
    addons = [path.parent for path in sorted(ROOT.glob("*/__manifest__.py"))]
    problems = [problem for addon in addons for check in checks for problem in check(addon)]
    for problem in problems:
        print(problem.replace(f"{ROOT}/", ""))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()

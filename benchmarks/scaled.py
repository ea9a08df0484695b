"""What is measured on a tenth of the data and on all of it: the number of queries has to stay the same."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from targets import Target

from kit import database as db
from kit.outcome import ends_plainly
from kit.process import run_odoo

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
ADDON = "hr_employee_advance"
MARK = "RESULT "
# queries more for each full batch: Odoo's ORM reads a thousand rows at a time and inserts a hundred
PER_BATCH = 2


class Subject(NamedTuple):
    """``size`` of what ``unit`` names is all of the data; ``parts`` run inside Odoo and define ``main(env, size)``."""

    title: str
    unit: str
    size: int
    parts: tuple
    text: str


class Measured(NamedTuple):
    """One line of the table; ``few`` and ``all`` are ``[milliseconds, of the processors, queries]``."""

    name: str
    few: list
    all: list
    rows: int  # that the call reads or makes, at full size
    batch: int  # of them at a time


@ends_plainly
def main(subject):
    parser = argparse.ArgumentParser(description=subject.title)
    parser.add_argument(
        "--scale",
        type=float,
        default=float(os.environ.get("SCALE") or 1),
        help="share of the full size",
    )
    parser.add_argument("--write", action="store_true", help="write the result to RESULTS.md")
    given = parser.parse_args()
    found = measure(subject, given.scale)
    text = write(subject, found)
    print(text)
    if given.write:
        RESULTS.write_text(put(RESULTS.read_text(), subject, text))
    sys.exit(given.scale >= 1 and not all(target.held for target in judge(found)))


def put(report, subject, text):
    """The report with this section in the place of the old one, or at its end."""
    before, title, after = report.partition(f"\n## {subject.title}\n")
    _old, following, rest = after.partition("\n## ") if title else ("", "", "")
    return before + text + following + rest


def measure(subject, scale):
    """:return: ``{"size", "load", "measured": [Measured]}``"""
    size = max(100, int(subject.size * scale))
    name = db.copy(db.template("full"), db.unique_name("bench_scaled"))
    try:
        run_odoo("-d", name, "-i", ADDON, "--stop-after-init", log=name).check()
        script = f"import sys\nsys.path.insert(0, {str(HERE)!r})\n"
        script += "\n".join((HERE / part).read_text() for part in subject.parts)
        script += f"\nmain(env, {size})\n"
        outcome = run_odoo("shell", "-d", name, "--log-level", "warn", log=name, script=script)
    finally:
        db.drop(name)
    lines = [
        line.split(MARK, 1)[1] for line in outcome.log.read_text().splitlines() if MARK in line
    ]
    if not lines:
        sys.exit(f"nothing was measured, see {outcome.log}")
    return {
        "size": size,
        "load": os.getloadavg()[2],
        "measured": [Measured(**row) for row in json.loads(lines[0])],
    }


def judge(found):
    """What has to hold. :return: Targets"""
    judged = []
    for one in found["measured"]:
        if one.name.startswith("Odoo"):
            continue
        few, many = one.few[2], one.all[2]
        judged.append(
            Target(
                f"{one.name}: as many queries for ten times the data",
                f"{few} and {many}" + (f", {one.rows:,} rows" if one.rows else ""),
                many - few <= PER_BATCH * (one.rows // one.batch),
            )
        )
    return judged


def write(subject, found):
    """:return: the section of the report"""
    from report import tell_load, write_table

    size = found["size"]
    head = ["", f"{size // 10:,} {subject.unit}", f"{size:,} {subject.unit}"]
    rows = [
        [one.name, *(f"{ms:,.1f} ms, {cpu:,.1f} ms, {queries} q" for ms, cpu, queries in pair)]
        for one in found["measured"]
        for pair in [(one.few, one.all)]
    ]
    targets = [
        [target.sentence, target.found, "held" if target.held else "**not held**"]
        for target in judge(found)
    ]
    return (
        "\n\n".join(
            [
                f"\n## {subject.title}",
                subject.text
                + "\nIn a database of their own: time passed, time that the processors worked in Odoo and"
                " PostgreSQL together,\nqueries; best of three, all rolled back. Two queries more per full batch of"
                " rows count as none: Odoo reads\n1,000 at a time, inserts 100."
                f" Load of the machine at the end: {tell_load(found['load'])}.",
                write_table(head, rows),
                write_table(["target", "found", ""], targets),
            ]
        )
        + "\n"
    )

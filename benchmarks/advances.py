"""Speed of employee advances: list, analysis and jobs on 10,000 advances with 100,000 journal items.

    .odoo/venv/bin/python benchmarks/advances.py [--scale 0.1]

Each is measured on a tenth of the data and on all of it: the number of queries has to stay the same.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from kit import database as db
from kit.outcome import ends_plainly
from kit.process import run_odoo

ADVANCES = 10000
MARK = "RESULT "


@ends_plainly
def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--scale",
        type=float,
        default=float(os.environ.get("SCALE") or 1),
        help="share of the full size",
    )
    size = int(ADVANCES * parser.parse_args().scale)
    name = db.copy(db.template("full"), db.unique_name("bench_advances"))
    try:
        run_odoo("-d", name, "-i", "hr_employee_advance", "--stop-after-init", log=name).check()
        inside = Path(__file__).with_name("advances_inside.py").read_text()
        script = f"{inside}\nmain(env, {size})\n"
        outcome = run_odoo("shell", "-d", name, "--log-level", "warn", log=name, script=script)
    finally:
        db.drop(name)
    results = [
        line.split(MARK, 1)[1] for line in outcome.log.read_text().splitlines() if MARK in line
    ]
    if not results:
        sys.exit(f"nothing was measured, see {outcome.log}")
    print("\n".join(results))


if __name__ == "__main__":
    main()

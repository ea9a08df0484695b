"""Speed of leaving: the check of everybody and the list of leavers, with 10,000 employees and 10,000 advances.

    .odoo/venv/bin/python benchmarks/leaving.py [--scale 0.1]

Each is measured on a tenth of the people and on all of them: the number of queries grows by batches of a thousand only.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from kit import database as db
from kit.outcome import ends_plainly
from kit.process import run_odoo

HERE = Path(__file__).parent
EMPLOYEES = 10000
MARK = "RESULT "


@ends_plainly
def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size")
    size = int(EMPLOYEES * parser.parse_args().scale)
    name = db.copy(db.template("full"), db.unique_name("bench_leaving"))
    try:
        run_odoo("-d", name, "-i", "hr_employee_advance", "--stop-after-init", log=name).check()
        script = f"import sys\nsys.path.insert(0, {str(HERE)!r})\n"
        for part in ("advances_inside.py", "leaving_inside.py"):
            script += (HERE / part).read_text() + "\n"
        script += f"main(env, {size})\n"
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

"""One add-on, or several, on a fresh copy of a template: see scripts/try."""

import argparse
import sys

from . import database as db
from .outcome import ends_plainly
from .process import run_odoo


def install_arguments(database, modules):
    """``-i`` for what is missing, ``-u`` for what is there, so that all of it counts as updated and is tested."""
    there = db.installed(database)
    new = [name for name in modules if name not in there]
    old = [name for name in modules if name in there]
    return [*(["-i", ",".join(new)] if new else []), *(["-u", ",".join(old)] if old else [])]


@ends_plainly
def main():
    parser = argparse.ArgumentParser(prog="scripts/try", description=__doc__)
    parser.add_argument("modules", help="MODULE[,MODULE...]")
    parser.add_argument(
        "tags", nargs="?", help="Odoo test tags; default: all tests of these modules"
    )
    parser.add_argument("--base", choices=list(db.TEMPLATES), default="bare")
    parser.add_argument(
        "--keep", metavar="NAME", help="keep the database under this name; used as it is if there"
    )
    parser.add_argument(
        "--demo", action="store_true", help="a new database with demo data instead of a template"
    )
    given = parser.parse_args()
    modules = given.modules.split(",")
    tags = given.tags or ",".join(f"/{module}" for module in modules)

    name = given.keep or db.unique_name("try")
    if not db.exists(name) and not given.demo:
        db.copy(db.template(given.base), name)
    how = (
        ["-i", given.modules, "--with-demo"]
        if not db.exists(name)
        else install_arguments(name, modules)
    )
    try:
        outcome = run_odoo("-d", name, *how, "--test-tags", tags, "--stop-after-init", log=name)
    finally:
        if not given.keep:
            db.drop(name)
    outcome.report()
    sys.exit(bool(outcome.failed))


if __name__ == "__main__":
    main()

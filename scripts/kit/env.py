"""Where things are and how to reach PostgreSQL. ``.odoo/odoo.conf``, made by scripts/setup, is the one source."""

import configparser
import os
import sys
from functools import cache
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".odoo"
LOGS = STATE / "logs"
CONF = STATE / "odoo.conf"
FILESTORE = STATE / "data" / "filestore"


@cache
def options():
    """:return: the [options] section of odoo.conf"""
    parser = configparser.RawConfigParser()
    if not parser.read(CONF):
        sys.exit("error: nothing is set up yet: run scripts/setup test")
    return dict(parser["options"])


def connect(database="postgres"):
    """A psycopg2 connection in autocommit mode. :raises RuntimeError: the server does not answer"""
    given = options()
    try:
        connection = psycopg2.connect(
            host=given["db_host"],
            port=given["db_port"],
            user=given["db_user"],
            password=None if given["db_password"] == "False" else given["db_password"],
            dbname=database,
        )
    except psycopg2.OperationalError as error:
        raise RuntimeError(f"{error}Does PostgreSQL run? scripts/setup test starts it.") from error
    connection.autocommit = True
    return connection


def odoo_home():
    """The folder that holds the ``odoo`` package."""
    return Path((STATE / "odoo_home").read_text().strip())


def addon_folder(name):
    """Where an add-on lies, ours or Odoo's."""
    folders = map(Path, options()["addons_path"].split(","))
    return next(folder / name for folder in folders if (folder / name / "__manifest__.py").exists())


def odoo_version():
    """What tells one Odoo from another, fit for a database name: ``19_0_0_dfsg_1``."""
    package = STATE / "tree" / "version"
    in_use = odoo_home()
    name = package.read_text() if in_use.is_relative_to(STATE) else f"19_0_{in_use.name}"
    return "".join(char if char.isalnum() else "_" for char in name.strip()).lower()


def environment():
    """Environment variables for a process of Odoo."""
    given = dict(os.environ)
    # an image of a container may forbid it, and then every start compiles 2,600 files
    given.pop("PYTHONDONTWRITEBYTECODE", None)
    return {
        **given,
        "ODOO_RC": str(CONF),
        "PYTHONPATH": str(odoo_home()),
        "PYTHONPYCACHEPREFIX": str(STATE / "pycache"),  # a tree that is not ours stays as it is
        "PYTHONUNBUFFERED": "1",
    }


def main():
    """Check that PostgreSQL lets us in."""
    given = options()
    try:
        with connect() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            )
            if not cursor.fetchone()[0]:
                sys.exit(f"error: PostgreSQL user {given['db_user']} may not create databases")
    except psycopg2.Error as error:
        reason = str(error).strip().splitlines()[0]
        sys.exit(f"error: PostgreSQL at {given['db_host']}:{given['db_port']} refused us: {reason}")


if __name__ == "__main__":
    main()

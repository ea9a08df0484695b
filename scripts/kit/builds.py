"""Databases built from the add-ons as they are now. A comment on each tells the code that it was made with."""

import hashlib
import json
import sys

from psycopg2 import sql

from . import database as db
from .addons import addons, fingerprints
from .env import connect
from .process import run_odoo

# The apps *Sales* (the module ``sale``, all that our add-ons need, shows no menu of its own) and *Inventory*.
DEMO_APPS = ("sale_management", "stock")


def remember(name):
    """Note on the database what code it was made with, and thereby that it is ours."""
    with connect() as connection, connection.cursor() as cursor:
        comment = json.dumps({"addons": fingerprints()})
        cursor.execute(
            sql.SQL("COMMENT ON DATABASE {} IS %s").format(sql.Identifier(name)), [comment]
        )


def remembered(name):
    """:return: ``{add-on: fingerprint}`` that the database was made with, None if it is not ours"""
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        )
        comment = cursor.fetchone()[0]
    try:
        return json.loads(comment)["addons"]
    except (TypeError, ValueError, KeyError):
        return None


def demo_addons():
    """Bridges are left out: each comes by itself with its app."""
    return [name for name, manifest in addons().items() if not manifest.get("auto_install")]


def create_demo(name):
    """Make a demo database: a Chinese company, our add-ons, demo data, both languages."""
    half_made = f"{name}_half_made"
    db.drop(half_made)
    run_odoo("db", "init", "--with-demo", "--country", "CN", half_made, log=f"{name}_init").check()
    outcome = run_odoo(
        *(
            "-d",
            half_made,
            "-i",
            ",".join([*demo_addons(), *DEMO_APPS]),
            "--with-demo",
            "--load-language",
            "zh_CN",
            "--stop-after-init",
        ),
        log=f"{name}_install",
    ).check()
    for addon in outcome.without_demo:
        print(f"warning: the demo data of {addon} did not load; see {outcome.log}", file=sys.stderr)
    finish(half_made, name)
    return outcome


def finish(half_made, name):
    """Only a finished database carries the name, so an interrupted one is never taken for it."""
    remember(half_made)
    db.rename(half_made, name)


# For the tests from outside: kept until the code changes.


def _name(stem):
    code = json.dumps([fingerprints(), db.odoo_version(), db.TEMPLATES["full"]])
    return f"{stem}_{hashlib.sha256(code.encode()).hexdigest()[:10]}"


def full_name():
    return _name("outside_full")


def demo_name():
    return _name("outside_demo")


def full():
    """A database with every app and all our add-ons. To be copied, not used."""
    name = full_name()
    with db.lock(name):
        if not db.exists(name):
            half_made = f"{name}_half_made"
            db.drop(half_made)
            db.copy(db.template("full"), half_made)
            run_odoo(
                "-d",
                half_made,
                "-i",
                ",".join(addons()),
                "--stop-after-init",
                log=f"{name}_install",
            ).check()
            finish(half_made, name)
    return name


def demo():
    """A database as ``make run`` makes it. To be copied, not used."""
    name = demo_name()
    with db.lock(name):
        if not db.exists(name):
            create_demo(name)
    return name


def drop_outdated():
    """Remove those that were made with other code."""
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'outside\_%'")
        names = {name for (name,) in cursor.fetchall()}
    for name in names - {full_name(), demo_name()}:
        if remembered(name) is not None:
            db.drop(name)

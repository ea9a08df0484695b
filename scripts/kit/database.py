"""Databases: two templates made once, and quick copies of them with their files.

*bare* is the least that our add-ons stand on, *full* has every app that a bridge may meet. Neither has demo
data, both know Chinese. Their names carry the version of Odoo, so another version makes new ones.
"""

import fcntl
import os
import shutil
import time
import uuid
from contextlib import contextmanager

from psycopg2 import sql

from .env import FILESTORE, STATE, connect, odoo_version
from .process import run_odoo

TEMPLATES = {
    "bare": {"modules": "hr,account"},
    "full": {
        "country": "CN",
        "modules": ",".join(
            [
                "l10n_cn",
                "contacts,calendar,crm,fleet,maintenance",
                "sale_management,sale_stock,sale_margin,sale_crm,sale_loyalty,sale_project",
                "purchase_stock,stock_landed_costs",
                "hr_expense,sale_expense,hr_attendance,hr_holidays,hr_recruitment,survey,hr_skills_slides",
                "point_of_sale,pos_sale,website_sale,payment_demo",
                "base_automation,base_import,mass_mailing",
            ]
        ),
    },
}


def exists(name):
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return bool(cursor.fetchone())


def _execute(statement, *names):
    connection = connect()  # CREATE DATABASE refuses to run in the transaction that "with" opens
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    finally:
        connection.close()


def drop(name):
    _execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _clear_files(name)


def _clear_files(name):
    """Also before a database takes the name: somebody may have dropped the last one by psql, which leaves its files."""
    shutil.rmtree(FILESTORE / name, ignore_errors=True)


def copy(source, target):
    """Copy a database nobody is connected to. Files are linked: Odoo never changes one, it only adds and unlinks."""
    _execute("CREATE DATABASE {} TEMPLATE {}", target, source)
    _clear_files(target)
    if (FILESTORE / source).exists():
        shutil.copytree(FILESTORE / source, FILESTORE / target, copy_function=os.link)
    return target


def rename(source, target):
    _execute("ALTER DATABASE {} RENAME TO {}", source, target)
    _clear_files(target)
    if (FILESTORE / source).exists():
        (FILESTORE / source).rename(FILESTORE / target)


def unique_name(stem):
    return f"{stem}_{uuid.uuid4().hex[:8]}"


@contextmanager
def lock(name):
    """Keep others from making the same database at the same time."""
    with open(STATE / f"{name}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def template(name, say=print):
    """The name of the template database *bare* or *full*, made now if it is not there yet."""
    wanted = TEMPLATES[name]
    database = f"template_{name}_{odoo_version()}"
    with lock(database):
        if exists(database):
            return database
        say(f"making the template database {name}, once")
        started = time.time()
        half_made = f"{database}_new"
        drop(half_made)
        country = ["--country", wanted["country"]] if "country" in wanted else []
        run_odoo("db", "init", *country, half_made, log=f"template_{name}_init").check()
        run_odoo(
            *(
                "-d",
                half_made,
                "-i",
                wanted["modules"],
                "--load-language",
                "zh_CN",
                "--stop-after-init",
            ),
            log=f"template_{name}",
        ).check()
        rename(half_made, database)  # only a finished one carries the name
        say(f"template database {name} made in {time.time() - started:.0f} s")
    return database


@contextmanager
def temporary(base, stem="tmp", say=print):
    """A copy of a template (*bare*, *full*) that is gone afterwards. ``with temporary("full") as name:``"""
    name = copy(template(base, say), unique_name(stem))
    try:
        yield name
    finally:
        drop(name)


def installed(database):
    """The names of the modules installed in a database."""
    connection = connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM ir_module_module WHERE state = 'installed'")
            return {name for (name,) in cursor.fetchall()}
    finally:
        connection.close()


def tables_of(database, module):
    """Tables of the models that this module alone defines."""
    connection = connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT replace(m.model, '.', '_')
                FROM ir_model m JOIN ir_model_data d ON d.model = 'ir.model' AND d.res_id = m.id
                GROUP BY m.model HAVING array_agg(DISTINCT d.module::text) = ARRAY[%s]
                """,
                [module],
            )
            names = [name for (name,) in cursor.fetchall()]
            return [name for name in names if _has_table(cursor, name)]
    finally:
        connection.close()


def still_there(database, tables):
    connection = connect(database)
    try:
        with connection.cursor() as cursor:
            return [name for name in tables if _has_table(cursor, name)]
    finally:
        connection.close()


def _has_table(cursor, name):
    cursor.execute("SELECT to_regclass(%s)", [f"public.{name}"])
    return cursor.fetchone()[0] is not None

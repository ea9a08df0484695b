"""Runs inside Odoo: a process of its own on one database, which does what it is told line by line.

    python inside.py ODOO_OPTIONS...

Each line of the input is a JSON object ``{"call": ..., "arguments": {...}}``, each answer is one too. A call
gets a transaction of its own. What is measured is rolled back; it runs as a salesperson, jobs as the system.
"""

import gc
import json
import os
import sys
import time

import documents
import measures
import settings
from clock import get_cpu

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

CALLS = documents.CALLS | settings.CALLS | measures.CALLS


def main():
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever prints is no answer
    config.parse_config(sys.argv[1:], setup_logging=True)
    registry = Registry(config["db_name"][0])
    pretend_request()
    answers.write('"ready"\n')
    for line in sys.stdin:
        answers.write(json.dumps(answer(registry, **json.loads(line))) + "\n")


def pretend_request():
    """Let the guard of a dossier believe in a request, where it needs no savepoint of its own."""
    if module := sys.modules.get("odoo.addons.hr_control_base.models.hr_control_dossier"):
        module.request = True


def answer(registry, call, arguments):
    """:return: ``{"value", "seconds", "cpu", "queries"}``; writing to the database is part of it

    ``cpu`` are the seconds that a processor worked for it, here and in PostgreSQL; others on the machine
    change it little.
    """
    function = CALLS[call]
    is_measured = call in measures.CALLS
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        if is_measured and call not in measures.JOBS:
            env = env(user=env["res.users"].search([("login", "=", documents.LOGIN)]))
        env = env(context={"lang": "en_US", "tz": "UTC", "allowed_company_ids": [env.company.id]})
        env.user.has_group("base.group_user")  # a session has read its user before
        env.invalidate_all()
        gc.collect()
        queries, cpu, started = cr.sql_log_count, get_cpu(cr), time.perf_counter()
        value = function(env, **arguments)
        cr.flush()
        seconds = time.perf_counter() - started
        queries, cpu = cr.sql_log_count - queries, get_cpu(cr) - cpu
        if is_measured:
            cr.rollback()
    return {"value": value, "seconds": seconds, "cpu": cpu, "queries": queries}


if __name__ == "__main__":
    main()

"""Runs in an Odoo shell, after advances_inside.py: who may leave, and who is about to. See leaving.py."""
# pylint: disable=undefined-variable
# ruff: noqa: F821

import contextlib

from odoo.exceptions import UserError

LEAVING = 10  # one of so many has a clearance that is going on
LIST = {
    "employee_id": {"fields": {"display_name": {}}},
    "date_last": {},
    "is_late": {},
    "waits_for_me": {},
    "progress_pct": {},
    "missing_count": {},
    "missing": {},
    "amount_open": {},
    "state": {},
}


def main(env, size):
    global EMPLOYEES
    EMPLOYEES = size
    world = make_ground(env)
    fill(env, world, size)
    people = env["hr.employee"].search(
        [("company_id", "=", world["company"])], order="id desc", limit=size
    )
    people._ensure_advance_dossiers()
    resign(env, people[::LEAVING])
    tell(*(measure(env, people[:count]) for count in (size // 10, size)), READ_BATCH)


def resign(env, people):
    """Clearances that are going on, with the usual checklist."""
    kinds = ("manager", "it", "hr", "finance")
    env["hr.employee.clearance"].with_context(tracking_disable=True).create(
        [
            {
                "employee_id": employee.id,
                "employee_ids": [(6, 0, employee.ids)],
                "company_id": employee.company_id.id,
                "company_ids": [(6, 0, employee.company_id.ids)],
                "origin": "hr",
                "date_last": employee.company_id._company_today(),
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": kind,
                            "kind": kind,
                            "date_due": employee.company_id._company_today(),
                        },
                    )
                    for kind in kinds
                ],
            }
            for employee in people
        ]
    )
    env.flush_all()


def measure(env, people):
    """:return: ``{what: (ms, ms of the processors, queries, rows)}``"""
    Clearance = env["hr.employee.clearance"]
    mine = [("employee_id", "in", people.ids)]
    free = people - people[::LEAVING]
    calls = {
        "who may not leave, everybody": people._get_departure_blockers,
        "what one person still owes": free[:1]._get_departure_blockers,
        "the gate for one person": lambda: gate(env, free[:1]),
        "list of 80 leavers": lambda: Clearance.web_search_read(mine, LIST, limit=80),
        "leavers that wait for me": lambda: Clearance.search_count(
            [*mine, ("waits_for_me", "=", True)]
        ),
    }
    lines = env["hr.employee.clearance.line"].search_count(
        [("clearance_id.employee_id", "in", people.ids)]
    )
    rows = {"who may not leave, everybody": lines}
    return {name: (*take(env, call)[:3], rows.get(name, 0)) for name, call in calls.items()}


def gate(env, employee):
    """Refused: everybody has an advance. What it records is taken back."""
    with contextlib.suppress(UserError), env.cr.savepoint():
        employee._check_departure()
    # a refusal is recorded after the rollback, and this was none
    env.cr.postrollback.clear()
    env.cr.postcommit.clear()

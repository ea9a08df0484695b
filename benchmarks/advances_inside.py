"""Runs in an Odoo shell: makes the data and measures. See advances.py."""

import gc
import json
import time

from clock import get_cpu

LINES = 10  # journal items per advance: one payment, the rest clears it
EMPLOYEES = 500
ROUNDS = 3
BATCH = 100  # reminders that the job commits together
READ_BATCH, INSERT_BATCH = 1000, 100  # rows that Odoo's ORM takes at a time


def main(env, size):
    world = make_ground(env)
    found = {}
    for count in (size // 10, size):
        fill(env, world, count)
        found[count] = measure(env, world)
    tell(*found.values(), INSERT_BATCH, {"warnings, second run of the day": READ_BATCH})


def tell(few, many, batch, batches=()):
    """Print what scaled.py reads. :param batch: rows at a time, but for the calls that ``batches`` names"""
    measured = [
        {
            "name": name,
            "few": few[name][:3],
            "all": many[name][:3],
            "rows": many[name][3],
            "batch": dict(batches).get(name, batch),
        }
        for name in many
    ]
    print("RESULT " + json.dumps(measured))


def make_ground(env):
    """A company with accounts, five hundred employees and one of everything that is copied."""
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company._ensure_advance_accounts()
    finance, manager = (
        env["res.users"].create(
            {
                "name": login,
                "login": login,
                "email": f"{login}@bench.example",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [(4, env.ref(group).id)],
            }
        )
        for login, group in (
            ("bench_finance", "hr_employee_advance.group_advance_finance"),
            ("bench_manager", "base.group_user"),
        )
    )
    above = env["hr.employee"].create({"name": "Manager", "user_id": manager.id})
    jobs = env["hr.job"].create([{"name": f"Job {n}"} for n in range(10)])
    employees = env["hr.employee"].create(
        [
            {
                "name": f"Employee {n}",
                "job_id": jobs[n % 10].id,
                "parent_id": above.id,
                "work_email": f"employee{n}@bench.example",
            }
            for n in range(EMPLOYEES)
        ]
    )
    employees._ensure_advance_dossiers()
    purpose = env["hr.employee.advance.purpose"].create({"name": "Fair"})
    product = env["product.product"].create({"name": "Fair", "can_be_expensed": True})
    expense = env["hr.expense"].create(
        {
            "name": "Stand",
            "employee_id": employees[0].id,
            "product_id": product.id,
            "total_amount_currency": 100.0,
            "company_id": company.id,
        }
    )
    account, journal = company.advance_account_id, company.advance_journal_id
    other = env["account.account"].search(
        [("account_type", "=", "expense"), ("company_ids", "in", company.id)], limit=1
    )
    move = env["account.move"].create(
        {
            "journal_id": journal.id,
            "line_ids": [
                (0, 0, {"account_id": account.id, "debit": 100.0}),
                (0, 0, {"account_id": other.id, "credit": 100.0}),
            ],
        }
    )
    env.flush_all()
    return {
        "purpose": purpose.id,
        "line": move.line_ids.filtered("debit").id,
        "expense": expense.id,
        "company": company.id,
        "account": account.id,
        "finance": finance.id,
    }


def fill(env, world, count):
    """Advances up to ``count``: half of them open, a fifth of those overdue; as many expenses of Odoo."""
    cr = env.cr
    cr.execute("SELECT COUNT(*) FROM hr_employee_advance WHERE name LIKE 'BENCH/%'")
    (made,) = cr.fetchone()
    cr.execute(
        """
        INSERT INTO hr_employee_advance
               (name, employee_id, company_id, currency_id, purpose_id, description, amount, amount_company,
                job_id, request_state, state, date_request, date_expected, date_paid, date_due, amount_paid,
                amount_paid_company, amount_residual, amount_residual_company, amount_cleared,
                amount_cleared_company, amount_unpaid, create_date, date_settled, quota_code, quota_amount,
                quota_residual, quota_pending, quota_requested)
        SELECT 'BENCH/' || n, e.id, c.id, c.currency_id, %(purpose)s, 'Fair', 1000, 1000, v.job_id,
               'finance_approved', CASE WHEN n %% 2 = 0 THEN 'settled' ELSE 'partially_settled' END,
               d.day, d.day + 15, d.day, d.day + 30, 1000, 1000, o.amount, o.amount, 1000 - o.amount,
               1000 - o.amount, 0, now(), CASE WHEN n %% 2 = 0 THEN d.day + 20 END, 'ok', 10000, 0, 0, 1000
          FROM generate_series(%(made)s + 1, %(count)s) n
          JOIN (SELECT id, company_id, current_version_id, row_number() OVER (ORDER BY id) - 1 AS number
                  FROM hr_employee WHERE company_id = %(company)s AND active) e
            ON e.number = n %% (SELECT COUNT(*) FROM hr_employee WHERE company_id = %(company)s AND active)
          JOIN hr_version v ON v.id = e.current_version_id
          JOIN res_company c ON c.id = e.company_id
         CROSS JOIN LATERAL (SELECT CURRENT_DATE - CASE WHEN n %% 10 = 1 THEN 31 + n %% 300 ELSE n %% 29 END AS day) d
         CROSS JOIN LATERAL (SELECT CASE WHEN n %% 2 = 0 THEN 0 ELSE 100 END AS amount) o
        """,
        world | {"made": made, "count": count},
    )
    cr.execute(
        """
        INSERT INTO account_move_line
        SELECT (jsonb_populate_record(l, jsonb_build_object(
                   'id', nextval('account_move_line_id_seq'), 'employee_advance_id', a.id,
                   'employee_advance_kind', CASE WHEN n = 1 THEN 'payment' ELSE 'expense' END,
                   'parent_state', 'posted', 'date', a.date_paid + n, 'partner_id', e.work_contact_id,
                   'balance', b.amount, 'amount_currency', b.amount, 'amount_residual', b.amount))).*
          FROM account_move_line l, hr_employee_advance a
          JOIN hr_employee e ON e.id = a.employee_id, generate_series(1, %(lines)s) n
         CROSS JOIN LATERAL (
               SELECT CASE WHEN n = 1 THEN 1000
                           ELSE -round((1000 - a.amount_residual) / (%(lines)s - 1), 2) END AS amount
               ) b
         WHERE l.id = %(line)s AND a.name LIKE 'BENCH/%%'
           AND a.id > (SELECT COALESCE(MAX(employee_advance_id), 0) FROM account_move_line)
        """,
        world | {"lines": LINES},
    )
    cr.execute(
        """
        INSERT INTO hr_expense
        SELECT (jsonb_populate_record(x, jsonb_build_object(
                   'id', nextval('hr_expense_id_seq'), 'employee_id', a.employee_id, 'date', a.date_request))).*
          FROM hr_expense x, hr_employee_advance a
         WHERE x.id = %(expense)s AND a.name LIKE 'BENCH/%%'
           AND a.id > (SELECT COALESCE(MAX(id), 0) FROM hr_employee_advance
                        WHERE name = 'BENCH/' || %(made)s)
        """,
        world | {"made": made},
    )
    for table in ("hr_employee_advance", "account_move_line", "hr_expense"):
        cr.execute(f"ANALYZE {table}")
    env.invalidate_all()


def measure(env, world):
    """:return: ``{what: (ms, ms of the processors, queries, rows)}``; all is rolled back to where it was"""
    company = env["res.company"].browse(world["company"])
    reader = env(
        user=world["finance"], context={"allowed_company_ids": company.ids, "lang": "en_US"}
    )
    Advance, read = env["hr.employee.advance"], reader["hr.employee.advance"]
    report = reader["hr.employee.advance.report"]
    Reminder, Flag = env["hr.employee.advance.reminder"], env["hr.employee.advance.flag"]
    listed = {
        name: {}
        for name in ("name", "date_request", "amount", "state", "amount_residual", "is_overdue")
    }
    listed |= {name: {"fields": {"display_name": {}}} for name in ("employee_id", "purpose_id")}
    expenses = {name: {} for name in ("name", "date", "total_amount", "state", "payment_mode")}
    expenses |= {name: {"fields": {"display_name": {}}} for name in ("employee_id", "product_id")}
    spec = ["amount_open:sum", "amount_overdue:sum", "overdue_pct:avg", "__count"]
    of_account = [("account_id", "=", world["account"]), ("parent_state", "=", "posted")]
    employees = env["hr.employee"].search([("company_id", "=", company.id)])
    Advance._refresh_company_flags(company)
    env.flush_all()
    due = Reminder._get_due(company)
    rows = {
        "warnings, second run of the day": Advance.search_count(
            ["|", ("is_overdue", "=", True), ("date_request", ">=", "today -7d")]
        )
        + Flag.search_count([]),
        "risk report of the month": len(
            take(env, lambda: env["hr.employee.advance.risk.report"]._make(company).line_ids)[3]
        ),
    }
    calls = {
        "list of 80": lambda: read.web_search_read([], listed, limit=80),
        "Odoo: list of 80 of as many expenses": lambda: env["hr.expense"].web_search_read(
            [], expenses, limit=80
        ),
        "list of 80 overdue": lambda: read.web_search_read(
            [("is_overdue", "=", True)], listed, limit=80
        ),
        "open per employee, all employees": lambda: Advance._get_open(employees),
        "Odoo: journal items of the account by partner": lambda: env[
            "account.move.line"
        ].formatted_read_group(of_account, ["partner_id"], ["amount_residual:sum"]),
        "pivot: position and ageing": lambda: report.formatted_read_grouping_sets(
            [], [["job_id", "ageing"], ["job_id"], ["ageing"], []], spec
        ),
        "beside the average, first 80": lambda: (
            reader["hr.employee.advance.rate"].search([], limit=80).mapped("name")
        ),
        "report of the year's end": lambda: (
            reader["hr.employee.advance.year.end"].search([], limit=80).mapped("amount_open")
        ),
        "risk report of the month": lambda: env["hr.employee.advance.risk.report"]._make(company),
        "reminders: who is due": lambda: Reminder._get_due(company),
        f"reminders: {BATCH} told": lambda: Reminder._remind(due[:BATCH]),
        "warnings, second run of the day": lambda: Advance._refresh_company_flags(company),
    }
    return {name: (*take(env, call)[:3], rows.get(name, 0)) for name, call in calls.items()}


def take(env, call):
    """:return: the best of some rounds: milliseconds, those of the processors, queries and answer of the last"""
    rounds = []
    for _round in range(ROUNDS + 1):
        env.flush_all()
        env.invalidate_all()
        gc.collect()
        env.cr.execute("SAVEPOINT bench")
        queries, cpu, started = env.cr.sql_log_count, get_cpu(env.cr), time.perf_counter()
        answer = call()
        env.flush_all()
        seconds = time.perf_counter() - started
        rounds.append((seconds, get_cpu(env.cr) - cpu, env.cr.sql_log_count - queries))
        env.cr.execute("ROLLBACK TO SAVEPOINT bench")
        env.invalidate_all(flush=False)
    warm = rounds[1:]
    seconds, cpu = (min(values) for values in list(zip(*warm, strict=True))[:2])
    return 1000 * seconds, 1000 * cpu, warm[-1][2], answer

"""Runs in an Odoo shell: makes the data and measures. See advances.py."""

import time

LINES = 10  # journal items per advance: one payment, the rest clears it
EMPLOYEES = 500
ROUNDS = 3


def main(env, size):
    world = make_ground(env)
    results = {}
    for count in (size // 10, size):
        fill(env, world, count)
        results[count] = measure(env, world)
    print("RESULT {:<44}{:>14}{:>14}{:>20}".format("", *results, "queries"))
    for name in results[size]:
        (_few, queries), (seconds, more) = (results[count][name] for count in results)
        row = "{:<44}{:>11.0f} ms{:>11.0f} ms{:>10} ->{:>6}"
        print("RESULT " + row.format(name, 1000 * _few, 1000 * seconds, queries, more))


def make_ground(env):
    """A company with accounts, five hundred employees and one advance of everything that is copied."""
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company._ensure_advance_accounts()
    jobs = env["hr.job"].create([{"name": f"Job {n}"} for n in range(10)])
    env["hr.employee"].create(
        [{"name": f"Employee {n}", "job_id": jobs[n % 10].id} for n in range(EMPLOYEES)]
    )
    purpose = env["hr.employee.advance.purpose"].create({"name": "Fair"})
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
        "company": company.id,
    }


def fill(env, world, count):
    """Advances up to ``count``: half of them open, a fifth of those overdue. SQL multiplies rows, the ORM sums up."""
    cr = env.cr
    cr.execute("SELECT COUNT(*) FROM hr_employee_advance")
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
                   'parent_state', 'posted', 'date', a.date_paid + n,
                   'balance', b.amount, 'amount_currency', b.amount))).*
          FROM account_move_line l, hr_employee_advance a, generate_series(1, %(lines)s) n
         CROSS JOIN LATERAL (
               SELECT CASE WHEN n = 1 THEN 1000
                           ELSE -round((1000 - a.amount_residual) / (%(lines)s - 1), 2) END AS amount
               ) b
         WHERE l.id = %(line)s AND a.id > (SELECT COALESCE(MAX(employee_advance_id), 0) FROM account_move_line)
        """,
        world | {"lines": LINES},
    )
    cr.execute("ANALYZE hr_employee_advance")
    cr.execute("ANALYZE account_move_line")
    env.invalidate_all()


def measure(env, world):
    """:return: ``{what: (seconds, queries)}``; all is rolled back to where it was"""
    company = env["res.company"].browse(world["company"])
    Advance, Report = env["hr.employee.advance"], env["hr.employee.advance.report"]
    listed = {
        name: {}
        for name in ("name", "date_request", "amount", "state", "amount_residual", "is_overdue")
    }
    listed |= {name: {"fields": {"display_name": {}}} for name in ("employee_id", "purpose_id")}
    spec = ["amount_open:sum", "amount_overdue:sum", "overdue_pct:avg", "__count"]
    calls = {
        "list of 80": lambda: Advance.web_search_read([], listed, limit=80),
        "list of 80 overdue": lambda: Advance.web_search_read(
            [("is_overdue", "=", True)], listed, limit=80
        ),
        "pivot: position and ageing": lambda: Report.formatted_read_grouping_sets(
            [], [["job_id", "ageing"], ["job_id"], ["ageing"], []], spec
        ),
        "beside the average, first 80": lambda: (
            env["hr.employee.advance.rate"].search([], limit=80).mapped("name")
        ),
        "risk report of the month": lambda: env["hr.employee.advance.risk.report"]._make(company),
        "open per employee, all employees": lambda: Advance._get_open(
            env["hr.employee"].search([("company_id", "=", company.id)])
        ),
        "reminders: who is due": lambda: env["hr.employee.advance.reminder"]._get_due(company),
        "warnings, second run of the day": lambda: Advance._refresh_company_flags(company),
    }
    Advance._refresh_company_flags(company)
    env.flush_all()
    results = {}
    for name, call in calls.items():
        times = []
        for _round in range(ROUNDS):
            env.invalidate_all()
            env.cr.execute("SAVEPOINT bench")
            queries, started = env.cr.sql_log_count, time.perf_counter()
            call()
            env.flush_all()
            times.append((time.perf_counter() - started, env.cr.sql_log_count - queries))
            env.cr.execute("ROLLBACK TO SAVEPOINT bench")
            env.invalidate_all(flush=False)
        results[name] = (min(seconds for seconds, _count in times), times[-1][1])
    return results

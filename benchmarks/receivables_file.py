"""Books a file of real receivables in a company of its own: dated invoices, payments, reconciliations.

    .odoo/venv/bin/python benchmarks/receivables_file.py FILE [DATABASE]

FILE is a table of comma-separated values with the columns customerID, invoiceNumber, InvoiceDate,
DueDate, InvoiceAmount, Disputed and SettledDate, days as month/day/year. Without a database, a copy of the one
with every app is used and thrown away. Says how long the booking took.
"""

import csv
import json
import sys
import time
from datetime import date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

COMPANY = "Receivables File"
BATCH = 500


def main(path, database=None):
    from kit import builds
    from kit import database as db

    name = database or db.copy(builds.full(), db.unique_name("bench_receivables"))
    try:
        print(json.dumps(load(path, name), indent=1))
    finally:
        if not database:
            db.drop(name)


def load(path, database, until=None):
    """Book the file in a process of Odoo. :return: what :func:`book` returns"""
    from kit.process import run_python

    # Odoo reads the lines from its standard input, so this module is imported, not run
    return json.loads(
        run_python(
            database,
            f"""
import json, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from receivables_file import book
print(json.dumps(book(env, {str(Path(path).resolve())!r}, {until and str(until)!r})))
""",
        )
    )


def book(env, path, until=None):
    """Book the file, with the rights and settings of the superuser, and commit batch by batch.

    :param until: last day to book, as text; a second call goes on from there
    :return: ``{"company": id, "invoices": count so far, "seconds": {step: seconds}}``
    """
    rows = read(path)
    until = date.fromisoformat(until) if until else date.max
    watch = Watch(env)
    company = find_company(env) or make_company(env)
    env = env(context={"allowed_company_ids": company.ids, "tracking_disable": True})
    partners = find_customers(env) or make_customers(env, rows)
    watch.lap("company and customers")
    invoices = find_invoices(env)
    billed = [row for row in rows if row["InvoiceDate"] <= until]
    for batch in batches(billed, "InvoiceDate", invoices):
        invoices.update(make_invoices(env, batch, partners))
        watch.lap("invoices")
    paid = [row for row in rows if row["SettledDate"] <= until]
    for batch in batches(paid, "SettledDate", find_payments(env)):
        make_payments(env, batch, partners, invoices)
        watch.lap("payments")
    return {"company": company.id, "invoices": len(invoices), "seconds": watch.seconds}


def find_company(env):
    return env["res.company"].search([("name", "=", COMPANY)])


def find_customers(env):
    partners = env["res.partner"].search([("company_id", "=", env.company.id)])
    return {partner.name: partner for partner in partners if partner.is_company}


def find_invoices(env):
    domain = [("company_id", "=", env.company.id), ("move_type", "=", "out_invoice")]
    return {move.ref: move for move in env["account.move"].search(domain)}


def find_payments(env):
    domain = [("company_id", "=", env.company.id)]
    return set(env["account.payment"].search(domain).mapped("memo"))


def read(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for name in ("InvoiceDate", "DueDate", "SettledDate"):
            row[name] = datetime.strptime(row[name], "%m/%d/%Y").date()
    return rows


def batches(rows, day, done):
    rows = [row for row in rows if row["invoiceNumber"] not in done]
    rows.sort(key=lambda row: (row[day], row["invoiceNumber"]))
    return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]


class Watch:
    """Seconds by step. Each lap commits and tells PostgreSQL how large the tables have become."""

    def __init__(self, env):
        self.cr = env.cr
        self.seconds = {}
        self.started = time.monotonic()

    def lap(self, step):
        self.cr.commit()
        self.cr.execute("ANALYZE account_move, account_move_line, account_partial_reconcile")
        self.cr.commit()
        now = time.monotonic()
        self.seconds[step] = round(self.seconds.get(step, 0) + now - self.started, 1)
        self.started = now


def make_company(env):
    company = env["res.company"].create({"name": COMPANY})
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    env.ref("base.user_admin").company_ids += company
    return company


def make_customers(env, rows):
    names = sorted({row["customerID"] for row in rows})
    partners = env["res.partner"].create(
        [{"name": name, "is_company": True, "company_id": env.company.id} for name in names]
    )
    return dict(zip(names, partners, strict=True))


def make_invoices(env, rows, partners):
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partners[row["customerID"]].id,
                "ref": row["invoiceNumber"],
                "invoice_date": row["InvoiceDate"],
                "date": row["InvoiceDate"],
                "invoice_date_due": row["DueDate"],
                "invoice_payment_term_id": False,
                "narration": "Disputed" if row["Disputed"] == "Yes" else False,
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Goods",
                            "price_unit": float(row["InvoiceAmount"]),
                            "tax_ids": [(5,)],
                        },
                    )
                ],
            }
            for row in rows
        ]
    )
    invoices.action_post()
    return dict(zip((row["invoiceNumber"] for row in rows), invoices, strict=True))


def make_payments(env, rows, partners, invoices):
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
    )
    payments = env["account.payment"].create(
        [
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": partners[row["customerID"]].id,
                "amount": float(row["InvoiceAmount"]),
                "date": row["SettledDate"],
                "memo": row["invoiceNumber"],
                "journal_id": journal.id,
            }
            for row in rows
        ]
    )
    payments.action_post()
    env["account.move.line"]._reconcile_plan(
        [
            (invoices[row["invoiceNumber"]] + payment.move_id).line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
            for row, payment in zip(rows, payments, strict=True)
        ]
    )


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])

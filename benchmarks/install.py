"""How long the installation takes in a company with a history: 5,000 customers, 1,000,000 journal items.

    .odoo/venv/bin/python benchmarks/install.py [CUSTOMERS [ITEMS]]

One invoice and one order are made by Odoo itself and multiplied by SQL on a copy of the database with
every app. Afterwards it is checked that nobody is stopped and no limit was lost.
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from rows import Copies

from kit import database as db
from kit.client import WebClient
from kit.env import connect
from kit.process import Server, run_odoo

ADDON = "hr_receivables_control"
LIMIT = 50_000
TARGET_SECONDS = 60


def main(customers=5_000, items=1_000_000):
    with db.temporary("full", "bench_install") as name:
        run_odoo("-d", name, "-i", "hr_control_base", "--stop-after-init", log="bench_base").check()
        with db.temporary("full", "bench_empty") as empty:
            run_odoo("-d", empty, "-i", "hr_control_base", "--stop-after-init", log="bench_base")
            empty_seconds = install(empty)
        with Server(name, "--max-cron-threads=0") as server:
            invoice, order = make_documents(WebClient(server.url, name))
        connection = connect(name)
        cursor = connection.cursor()
        started = time.time()
        counts = multiply(cursor, customers, items, invoice, order)
        print(f"made in {time.time() - started:.0f} s:", counts)
        seconds = install(name)
        print(f"installed in {seconds:.1f} s; without any history in {empty_seconds:.1f} s")
        problems = check(cursor, customers)
        connection.close()
        with Server(name, "--max-cron-threads=0") as server:
            problems += try_out(WebClient(server.url, name), order)
    if seconds > TARGET_SECONDS:
        problems.append(f"more than {TARGET_SECONDS} s")
    print("\n".join(problems) or "nobody stopped, no limit lost")
    return int(bool(problems))


def install(name):
    started = time.time()
    run_odoo("-d", name, "-i", ADDON, "--stop-after-init", log="bench_install").check()
    return time.time() - started


def make_documents(client):
    """A posted invoice of four items and a confirmed order of two lines."""

    def create(model, values):
        return client.call(model, "create", [values])[0]

    partner = create("res.partner", {"name": "Customer", "is_company": True})
    product = create("product.product", {"name": "Tile", "type": "consu", "taxes_id": [(5,)]})
    line = {"product_id": product, "price_unit": 100, "tax_ids": [(5,)]}
    values = {"move_type": "out_invoice", "partner_id": partner, "invoice_date": "2025-01-31"}
    lines = [(0, 0, line | {"quantity": n}) for n in (1, 2, 3)]
    invoice = create("account.move", values | {"invoice_line_ids": lines})
    client.call("account.move", "action_post", [invoice])
    line = {"product_id": product, "price_unit": 100, "product_uom_qty": 1}
    order = create("sale.order", {"partner_id": partner, "order_line": [(0, 0, line)] * 2})
    client.call("sale.order", "action_confirm", [order])
    return invoice, order


def multiply(cursor, customers, items, invoice, order):
    """Customers of the same kind, each with the same documents; one invoice in ten is not paid."""
    cursor.execute("SELECT partner_id FROM account_move WHERE id = %s", [invoice])
    (partner,) = cursor.fetchone()
    cursor.execute("SELECT id FROM res_company ORDER BY id LIMIT 1")
    (company,) = cursor.fetchone()
    limit = json.dumps({company: LIMIT})
    copies = Copies(cursor, customers).add(
        "res_partner",
        f"id = {partner}",
        name="'Customer ' || n",
        complete_name="'Customer ' || n",
        credit_limit=f"CASE WHEN n % 5 = 0 THEN '{limit}'::jsonb END",
    )
    first, _step = copies.get_new_id("res_partner", partner)
    parties = ("partner_id", "commercial_partner_id", "partner_invoice_id", "partner_shipping_id")
    of_customer = dict.fromkeys(parties, f"{first} + (n - 1) % {customers}")
    paid = "n % 10 <> 0"
    settled = f"t.display_type = 'payment_term' AND {paid}"
    Copies(cursor, items // 4).add(
        "account_move",
        f"id = {invoice}",
        **of_customer,
        name="'OLD/' || n",
        sequence_number="n",
        access_token="NULL",
        payment_state=f"CASE WHEN {paid} THEN 'paid' ELSE 'not_paid' END",
    ).add(
        "account_move_line",
        f"move_id = {invoice}",
        **of_customer,
        move_name="'OLD/' || n",
        reconciled=settled,
        amount_residual=f"CASE WHEN {settled} THEN 0 ELSE t.amount_residual END",
    )
    Copies(cursor, customers * 4).add(
        "sale_order",
        f"id = {order}",
        **of_customer,
        name="'OLD' || n",
        access_token="NULL",
        invoice_status="CASE WHEN n % 4 = 0 THEN 'to invoice' ELSE 'invoiced' END",
    ).add("sale_order_line", f"order_id = {order}")
    cursor.execute("ANALYZE")
    counts = {}
    for table in ("res_partner", "account_move", "account_move_line", "sale_order"):
        cursor.execute(f"SELECT count(*) FROM {table}")
        (counts[table],) = cursor.fetchone()
    return counts


def check(cursor, customers):
    """What the installation made of Odoo's own limits, as sentences about what is wrong."""
    cursor.execute(
        """
        SELECT mode, base_limit::float8, count(*) FROM credit_account a
          JOIN res_partner p ON p.id = a.partner_id AND p.name LIKE 'Customer %' GROUP BY 1, 2
        """
    )
    found = {(mode, limit): count for mode, limit, count in cursor.fetchall()}
    print("accounts:", found)
    limited = customers // 5
    expected = {("limited", float(LIMIT)): limited, ("unlimited", 0.0): customers - limited}
    problems = [] if found == expected else [f"accounts: {found} instead of {expected}"]
    cursor.execute("SELECT DISTINCT credit_order_policy FROM res_company")
    if cursor.fetchall() != [("observe",)]:
        problems.append("a company does not observe")
    cursor.execute("SELECT count(*) FROM credit_account WHERE dossier_id IS NULL")
    if cursor.fetchone()[0]:
        problems.append("accounts without a dossier")
    return problems


def try_out(client, order):
    """Both kinds of customers go on buying while the company observes."""
    problems = []
    for mode, result in (("unlimited", "ok"), ("limited", "observed")):
        domain = [("mode", "=", mode), ("partner_id.name", "like", "Customer ")]
        (account,) = client.call("credit.account", "search_read", domain, ["partner_id"], limit=1)
        (line,) = client.call(
            "sale.order.line", "search_read", [("order_id", "=", order)], ["product_id"], limit=1
        )
        line = {"product_id": line["product_id"][0], "product_uom_qty": 1, "price_unit": 10 * LIMIT}
        values = {"partner_id": account["partner_id"][0], "order_line": [(0, 0, line)]}
        (new,) = client.call("sale.order", "create", [values])
        started = time.time()
        client.call("sale.order", "action_confirm", [new])
        seconds = time.time() - started
        (state,) = client.call("sale.order", "read", [new], ["state"])
        results = client.call(
            "credit.decision", "search_read", [("order_id", "=", new)], ["result"]
        )
        found = (state["state"], [row["result"] for row in results])
        print(f"{mode}: {found} in {seconds:.2f} s")
        if found != ("sale", [result]):
            problems.append(f"an order of a customer with mode {mode}: {found}")
    return problems


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

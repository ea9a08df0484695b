"""The data that is measured on, the same for all: a trader of some years, made by Odoo and multiplied by SQL."""

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from rows import Copies
from worker import Worker

from kit import builds
from kit import database as db
from kit.env import connect
from kit.process import run_odoo

APPS = ("sale_management", "sale_stock")
SALESPEOPLE = 40
PRODUCTS = 3_000
INVOICES_PER_PAYMENT = 6
# Of 16 open orders: nothing delivered, partly delivered and invoiced, the rest of the delivery given up.
OPEN_ORDERS = {"waiting": 7, "billed": 8, "given_up": 1}


class Size(NamedTuple):
    """How many of each. Closed: delivered, invoiced and paid, for which Odoo keeps the state *sale* for ever."""

    customers: int
    closed: int
    open_each: int
    big_open: int
    big_closed: int
    listed: int
    orders: int
    invoices: int
    imported: int

    @classmethod
    def of(cls, scale):
        def scaled(number, least=1):
            return max(least, round(number * scale))

        return cls(
            customers=scaled(5_000, least=201),
            closed=scaled(300_000),
            open_each=4,
            big_open=scaled(1_600),
            big_closed=scaled(20_000),
            listed=200,
            orders=scaled(50, least=2),
            invoices=scaled(500, least=20),
            imported=scaled(1_000, least=20),
        )


def get_name(size):
    """A database of this name was made by this code, at this size, with this Odoo."""
    folder = Path(__file__).parent
    code = [(folder / name).read_text() for name in ("world.py", "documents.py", "rows.py")]
    key = json.dumps([code, size, db.odoo_version()])
    return f"bench_world_{hashlib.sha256(key.encode()).hexdigest()[:10]}"


def make(name, size, say):
    """:return: ids of what is measured"""
    half_made = f"{name}_half_made"
    db.drop(half_made)
    db.copy(db.template("bare", say), half_made)
    run_odoo("-d", half_made, "-i", ",".join(APPS), "--stop-after-init", log="bench_world").check()
    with Worker(half_made) as worker:
        made = worker.call("make_templates", salespeople=SALESPEOPLE)["value"]
    connection = connect(half_made)
    cursor = connection.cursor()
    customers = multiply(cursor, size, made)
    cursor.execute("ANALYZE")
    with Worker(half_made) as worker:
        listed = customers[1 : 1 + size.listed]
        drafts = worker.call(
            "make_drafts",
            partners=listed,
            goods=made["goods"],
            services=made["services"],
            orders=size.orders,
            invoices=size.invoices,
        )["value"]
    ids = drafts | {
        "big": customers[:1],
        "listed": listed,
        "services": made["services"],
        "user": made["users"][0],
    }
    cursor.execute("CREATE TABLE bench_ids AS SELECT %s::jsonb AS ids", [json.dumps(ids)])
    cursor.execute("VACUUM ANALYZE")
    connection.close()
    builds.finish(half_made, name)


def get_ids(name):
    """What :func:`make` left to be measured: ``{"light": [order ids], "big": [partner id], ...}``"""
    with connect(name) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT ids FROM bench_ids")
        return cursor.fetchone()[0]


def count_rows(name):
    """:return: ``{table: rows}`` of what matters"""
    connection = connect(name)
    with connection.cursor() as cursor:
        counts = {}
        for table in ("account_move_line", "sale_order", "sale_order_line", "stock_move"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            (counts[table],) = cursor.fetchone()
    connection.close()
    return counts


# By SQL -----------------------------------------------------------------------------------------


def multiply(cursor, size, made):
    """:return: ids of the customers; the first is the big one"""
    product = f"(SELECT product_tmpl_id FROM product_product WHERE id = {made['goods'][0]})"
    products = Copies(cursor, PRODUCTS).add("product_template", f"id = {product}")
    products.add("product_product", f"id = {made['goods'][0]}")
    copies = Copies(cursor, size.customers).add(
        "res_partner",
        f"id = {made['partner']}",
        name="'Customer ' || n",
        complete_name="'Customer ' || n",
    )
    first, _step = copies.get_new_id("res_partner", made["partner"])
    others = f"{first + 1} + n % {size.customers - 1}"
    users = f"(ARRAY{made['users']})[1 + n % {len(made['users'])}]"

    def document(partner, day, name):
        return {
            "partner_id": partner,
            "partner_invoice_id": partner,
            "partner_shipping_id": partner,
            "commercial_partner_id": partner,
            "user_id": users,
            "invoice_user_id": users,
            "access_token": "NULL",
            "full_reconcile_id": "NULL",
            "matching_number": "NULL",
            "name": f"'{name}/' || date_part('year', {day}) || '/' || lpad(n::text, 6, '0')",
            "move_name": f"'{name}/' || date_part('year', {day}) || '/' || lpad(n::text, 6, '0')",
            "sequence_prefix": f"'{name}/' || date_part('year', {day}) || '/'",
            "sequence_number": "n",
            "date": day,
            "date_order": day,
            "invoice_date": day,
            "invoice_date_due": day,
            "date_maturity": f"CASE WHEN t.date_maturity IS NOT NULL THEN {day} END",
        }

    long_ago = "(CURRENT_DATE - 100 - n % 1000)::date"
    lately = "(CURRENT_DATE - n % 60)::date"
    to_big = f"CASE WHEN n <= {size.big_closed} THEN {first} ELSE {others} END"
    copy_documents(cursor, size.closed, made["closed"], document(to_big, long_ago, "INV"))
    payment = document(others, long_ago, "BNK1")
    copy_entries(Copies(cursor, size.closed // INVOICES_PER_PAYMENT), [made["payment"]], payment)
    for position, (kind, share) in enumerate(OPEN_ORDERS.items()):
        for partner, times, series in (
            (str(first), size.big_open, "BIG"),
            (others, (size.customers - 1) * size.open_each, "OPN"),
        ):
            values = document(partner, lately, f"{series}{position}")
            copy_documents(cursor, times * share // sum(OPEN_ORDERS.values()), made[kind], values)
    return list(range(first, first + size.customers))


def copy_documents(cursor, times, ids, values):
    """Copy an order, and its invoice if it has one, with transfers and all links between them."""
    order, *invoices = ids
    copies = Copies(cursor, times)
    line_values = {"user_id": values["user_id"], "salesman_id": values["user_id"]}
    line_values["order_partner_id"] = values["partner_id"]
    copies.add("sale_order", f"id = {order}", **values)
    copies.add("sale_order_line", f"order_id = {order}", **line_values)
    copies.link("account_tax_sale_order_line_rel", "sale_order_line_id")
    moved = {"partner_id": values["partner_id"], "name": f"{values['name']} || '/' || t.id"}
    for table, condition in (
        ("stock_picking", f"sale_id = {order}"),
        ("stock_move", f"picking_id IN (SELECT id FROM stock_picking WHERE sale_id = {order})"),
        (
            "stock_move_line",
            f"picking_id IN (SELECT id FROM stock_picking WHERE sale_id = {order})",
        ),
    ):
        cursor.execute(f"SELECT FROM {table} WHERE {condition}")
        if cursor.rowcount:
            copies.add(table, condition, **moved)
    if invoices:
        copy_entries(copies, invoices, values)
        copies.link("sale_order_line_invoice_rel", "order_line_id")


def copy_entries(copies, moves, values):
    chosen = ", ".join(map(str, moves))
    line_values = {name: value for name, value in values.items() if name != "name"}
    copies.add("account_move", f"id IN ({chosen})", **values)
    copies.add("account_move_line", f"move_id IN ({chosen})", **line_values)
    copies.link("account_move_line_account_tax_rel", "account_move_line_id")

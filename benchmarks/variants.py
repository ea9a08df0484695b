"""What is compared: databases with the same data, each with another way to control credit."""

import time
from collections.abc import Callable
from typing import NamedTuple

import oca
from worker import Worker

from kit import database as db
from kit.addons import addons
from kit.env import connect, options
from kit.process import run_odoo

ADDON = "hr_receivables_control"

# What its ORM would compute line by line at the installation, for hours in a company of this size.
OCA_RISK = """
    ALTER TABLE sale_order_line ADD COLUMN risk_amount numeric;
    UPDATE sale_order_line l
       SET risk_amount = CASE
               WHEN l.state <> 'sale' OR l.display_type IS NOT NULL OR l.product_uom_qty = 0 THEN 0
               WHEN l.qty_delivered_method = 'stock_move' AND NOT EXISTS (
                    SELECT FROM stock_move m WHERE m.sale_line_id = l.id AND m.state NOT IN ('done', 'cancel')
               ) THEN l.price_total * l.qty_to_invoice / l.product_uom_qty
               ELSE l.price_total * (l.product_uom_qty - l.qty_invoiced) / l.product_uom_qty
           END;
"""


class Variant(NamedTuple):
    """``calls`` are its own for a measure that each does in its way; ``figure`` tells all of an exposure."""

    key: str
    title: str
    prepare: Callable
    calls: dict = {}
    figure: str | None = None
    source: str = "world"  # the database that it is a copy of
    with_oca: bool = False

    def get_call(self, measure):
        """What is measured for it, None if it has nothing of the kind."""
        return measure.call or self.calls.get(measure.key)


def install(name, modules, folder=None):
    """:return: seconds that it took"""
    path = [options()["addons_path"], *([str(folder)] if folder else [])]
    started = time.time()
    run_odoo(
        *("-d", name, "-i", ",".join(modules), "--addons-path", ",".join(path)),
        "--stop-after-init",
        log=name,
    ).check()
    return time.time() - started


def prepare_plain(name):
    return None


def prepare_native(name):
    configure(name, "use_native")


def prepare_oca(name):
    folder, _versions = oca.fetch()
    with connect(name) as connection, connection.cursor() as cursor:
        cursor.execute(OCA_RISK)
    install(name, oca.RISK, folder)
    configure(name, "use_oca", folder)


def prepare_ours(name):
    """The bridge to Inventory comes by itself."""
    seconds = install(name, [ADDON])
    missing = {name for name in addons() if name.startswith(ADDON)} - db.installed(name)
    assert missing <= {n for n in missing if not addons()[n].get("auto_install")}, missing
    configure(name, "use_ours")
    return seconds


def prepare_limits(name):
    configure(name, "use_limits")


def prepare_oca_overdue(name):
    folder, _versions = oca.fetch()
    install(name, oca.OVERDUE, folder)
    configure(name, "use_oca_overdue", folder)


def prepare_ours_overdue(name):
    install(name, [ADDON])


def configure(name, call, folder=None):
    with Worker(name, folder) as worker:
        worker.call(call)


def tell_exposure(call):
    return {"exposure": call, "list": call}


VARIANTS = [
    Variant("plain", "Odoo, credit limits off", prepare_plain),
    Variant(
        "native",
        "Odoo, credit limits on",
        prepare_native,
        tell_exposure("native_orders"),
        "native",
    ),
    Variant("oca", "OCA financial risk", prepare_oca, tell_exposure("oca"), "oca", with_oca=True),
    Variant("ours", "ours, enforcing", prepare_ours, tell_exposure("ours"), "ours"),
    Variant(
        "limits",
        "ours, with personal limits",
        prepare_limits,
        tell_exposure("ours"),
        "ours",
        source="ours",
    ),
]
JOBS = [
    Variant(
        "oca", "OCA credit control", prepare_oca_overdue, {"overdue": "oca_overdue"}, with_oca=True
    ),
    Variant(
        "ours",
        "ours",
        prepare_ours_overdue,
        {"overdue": "ours_overdue", "rating": "rate"},
    ),
]

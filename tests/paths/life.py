"""Customers who are late, not let in, on the blacklist or past their limit, and what is tried to be so no more."""

from contextlib import contextmanager
from datetime import date, timedelta

from .rules import account_of
from .starts import order, quotation

ROOM = 500  # what is ordered, well within the limit
DEBT = 100  # what is late


def day(days):
    return str(date.today() + timedelta(days=days))


# Where they begin ---------------------------------------------------------------------------------


def late(cases, days=40):
    """An invoice that should have been paid so many days ago: at the third tier nothing more is sold on credit."""
    scene = cases[0].scene
    line = {"product_id": scene.service, "price_unit": DEBT, "tax_ids": [(5,)]}
    values = {
        "move_type": "out_invoice",
        "invoice_date": day(-days),
        "invoice_date_due": day(-days),
        "invoice_payment_term_id": False,
        "invoice_line_ids": [(0, 0, line)],
    }
    vals_list = [
        values | {"partner_id": case.partner, "invoice_user_id": case.client.uid} for case in cases
    ]
    moves = scene.call("account.move", "create", vals_list)
    scene.call("account.move", "action_post", moves)
    for case, move in zip(cases, moves, strict=True):
        case.move = move


def late_quotation(cases, **values):
    """A quotation that fits, of a customer who is late."""
    quotation(cases, ROOM, **values)
    late(cases)


def signable_late_quotation(cases):
    late_quotation(cases, require_signature=True)


def told_quotation(cases):
    """The same, and the job has recorded it."""
    late_quotation(cases)
    scene = cases[0].scene
    job = scene.ref("hr_receivables_control.credit_overdue_cron")
    scene.call("ir.cron", "method_direct_trigger", [job])


def late_order(cases):
    """An order confirmed in good time."""
    order(cases, ROOM)
    late(cases)


def very_late_delivery(cases):
    """Goods ready to leave, of a customer whose credit is suspended by the fourth tier meanwhile."""
    order(cases, ROOM, product="goods")
    scene = cases[0].scene
    orders = [case.order for case in cases]
    for case, row in zip(cases, scene.read("sale.order", orders, "picking_ids"), strict=True):
        (case.picking,) = row["picking_ids"]
    for case in cases:
        move = case.move
        late([case], 70)
        case.late, case.move = case.move, move


def blacklisted_quotation(cases):
    quotation(cases, ROOM)
    for case in cases:
        phone = {"phone": f"029 8{next(case.scene.numbers):07}"}
        case.scene.call("res.partner", "write", [case.partner], phone)
        case.entry = case.scene.blacklist(case.partner)


def lapsed_quotation(cases):
    """A quotation of a customer whose trial limit ended yesterday."""
    quotation(cases, ROOM)
    accounts = [case.scene.account(case.partner) for case in cases]
    values = {"valid_to": day(-1), "change_reason": "Trial"}
    cases[0].scene.call("credit.account", "write", accounts, values)


@contextmanager
def asking(scene):
    """The company asks its customers for papers."""
    scene.set(credit_admission_policy="enforce")
    try:
        yield
    finally:
        scene.set(credit_admission_policy="none")


def unadmitted_quotation(cases):
    """A quotation of a new customer with a limit, whose papers are not there yet."""
    scene = cases[0].scene
    with asking(scene):
        for case in cases:
            case.partner = scene.customer(1_000)
            case.partners = [case.partner]
    quotation(cases, ROOM)


def where_asked(*ways):
    """What is tried, where customers are asked for papers."""

    def way(case):
        with asking(case.scene):
            for step in ways:
                step(case)

    return way


# What is tried ------------------------------------------------------------------------------------


def pause(days, **values):
    """A promise to pay, entered by oneself."""

    def way(case):
        given = {"account_id": account_of(case), "date_to": day(days), "reason": "He said so"}
        case.call("credit.overdue.pause", "create", [given | values])

    return way


def log_promise(case):
    """The same, through the log of what was said."""
    values = {"account_id": account_of(case), "outcome": "promised", "promise_date": day(30)}
    case.call("credit.collection.entry", "create", [values])


def lengthen_pause(case):
    """A short one that is allowed, its last day put off."""
    pause(2)(case)
    domain = [("account_id", "=", account_of(case))]
    (made,) = case.scene.call("credit.overdue.pause", "search", domain)
    case.call("credit.overdue.pause", "write", [made], {"date_to": "2099-12-31"})


def close_event(case):
    domain = [("partner_id", "=", case.partner)]
    events = case.scene.call("credit.overdue.event", "search", domain)
    values = {"closed_at": "2020-01-01 00:00:00", "outcome": "settled"}
    case.call("credit.overdue.event", "write", events, values)


def mend_tier(case):
    """The tier that holds orders holds none any more."""
    domain = [("company_id", "=", case.scene.id), ("hold_orders", "=", True)]
    tiers = case.scene.call("credit.overdue.tier", "search", domain)
    case.call("credit.overdue.tier", "write", tiers, {"hold_orders": False})


def put_off(case):
    """The due date of the posted invoice."""
    case.call("account.move", "write", [case.move], {"invoice_date_due": "2099-12-31"})


def put_off_item(case):
    domain = [("move_id", "=", case.move), ("account_type", "=", "asset_receivable")]
    items = case.scene.call("account.move.line", "search", domain)
    case.call("account.move.line", "write", items, {"date_maturity": "2099-12-31"})


def write_account(**values):
    return lambda case: case.call("credit.account", "write", [account_of(case)], values)


def _file_of(case):
    domain = [("partner_id", "=", case.partner)]
    return case.scene.call("credit.admission", "search", domain)


def write_file(**values):
    return lambda case: case.call("credit.admission", "write", _file_of(case), values)


def ask_nothing(case):
    """A class of customers that need no papers, of one's own."""
    values = {"name": "Friends", "company_id": case.scene.id}
    made = case.call("credit.customer.class", "create", [values])
    case.call("credit.admission", "write", _file_of(case), {"class_id": made[0]})


def lift(case):
    case.call("credit.blacklist", "write", [case.entry], {"state": "lifted"})


def ask_to_lift(case):
    case.call("credit.blacklist", "action_ask_lift", [case.entry], "Has paid")


def forget_what_identifies_him(case):
    domain = [("entry_id", "=", case.entry)]
    keys = case.scene.call("credit.blacklist.key", "search", domain)
    case.call("credit.blacklist.key", "unlink", keys)

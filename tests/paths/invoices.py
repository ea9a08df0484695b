"""What is tried with invoices, their items, and the till."""

from .sending import on_move
from .stage import OVER, WITHIN
from .starts import invoice_order

JUST_TOO_LITTLE = WITHIN - 1  # what somebody else may owe
post = on_move("action_post")


def post_by_wizard(case):
    context = {"active_model": "account.move", "active_ids": [case.move]}
    wizard = case.call("validate.account.move", "create", [{"force_post": True}], context=context)
    case.call("validate.account.move", "validate_move", wizard, context=context)


def send_unposted(case):
    context = {"active_model": "account.move", "active_ids": [case.move]}
    wizard = case.call("account.move.send.wizard", "create", [{}], context=context)
    case.call("account.move.send.wizard", "action_send_and_print", wizard)


def lines_of(case):
    return case.scene.read("account.move", case.move, "invoice_line_ids")["invoice_line_ids"]


def write_lines(**values):
    return lambda case: case.call("account.move.line", "write", lines_of(case), values)


def write_debt(**values):
    """The item of the receivable account."""

    def way(case):
        domain = [("move_id", "=", case.move), ("account_type", "=", "asset_receivable")]
        items = case.scene.call("account.move.line", "search", domain)
        case.call("account.move.line", "write", items, values)

    return way


def dearer_than_ordered(case):
    write_lines(price_unit=OVER, quantity=1)(case)
    post(case)


def more_than_ordered(case):
    line = {"product_id": case.scene.service, "price_unit": OVER, "tax_ids": [(5,)]}
    case.call("account.move", "write", [case.move], {"invoice_line_ids": [(0, 0, line)]})
    post(case)


def down_payment(case):
    """More in advance than the order is worth."""
    values = {"advance_payment_method": "fixed", "fixed_amount": OVER}
    invoice_order(case.call, case.order, **values)
    (case.move,) = case.scene.read("sale.order", case.order, "invoice_ids")["invoice_ids"]
    post(case)


def to_another(case):
    """The invoice of his order, made out to somebody who may owe less."""
    case.call("account.move", "write", [case.move], {"partner_id": case.another(JUST_TOO_LITTLE)})
    post(case)


def of_another_order(case):
    """His invoice, said to be of what somebody else ordered."""
    scene = case.scene
    line = (0, 0, {"product_id": scene.service, "price_unit": OVER})
    values = {"partner_id": case.another(0, "unlimited"), "order_line": [line]}
    order = scene.create("sale.order", **values)
    scene.call("sale.order", "action_confirm", [order])
    (line,) = scene.read("sale.order", order, "order_line")["order_line"]
    write_lines(sale_line_ids=[(6, 0, [line])])(case)
    post(case)


def of_held_order(case):
    """An invoice said to be of the order that is held."""
    line = {"product_id": case.scene.service, "price_unit": OVER, "tax_ids": [(5,)]}
    line["sale_line_ids"] = [(6, 0, [case.line])]
    values = {"move_type": "out_invoice", "partner_id": case.partner}
    values |= {"invoice_date": "2026-01-01", "invoice_line_ids": [(0, 0, line)]}
    (case.move,) = case.call("account.move", "create", [values])
    post(case)


def back_to_draft_and_dearer(case):
    case.call("account.move", "button_draft", [case.move])
    write_lines(price_unit=OVER)(case)
    post(case)


def duplicate(case):
    case.move = case.call("account.move", "copy", [case.move], {"invoice_date": "2026-01-01"})
    if isinstance(case.move, list):
        (case.move,) = case.move
    post(case)


OPENING = {"skip_readonly_check": True}  # with it Odoo lets a posted invoice be changed


def dearer_when_posted(case):
    values = {"invoice_line_ids": [(1, lines_of(case)[0], {"price_unit": OVER})]}
    case.call("account.move", "write", [case.move], values, context=OPENING)


def to_another_when_posted(case):
    values = {"partner_id": case.another(JUST_TOO_LITTLE)}
    case.call("account.move", "write", [case.move], values, context=OPENING)


def item_to_another(case):
    write_debt(partner_id=case.another(JUST_TOO_LITTLE))(case)


def borrow_payment(case):
    """The invoice said to be paid by what another customer pays online."""
    values = {"transaction_ids": [(4, case.scene.authorised_payment)]}
    case.call("account.move", "write", [case.move], values)


def journal_entry(case):
    """A debit to the customer, by hand."""
    scene = case.scene
    debit = {"account_id": scene.ledger_account("asset_receivable"), "partner_id": case.partner}
    credit = {"account_id": scene.ledger_account("income"), "credit": OVER}
    lines = [(0, 0, debit | {"debit": OVER}), (0, 0, credit)]
    (case.move,) = case.call("account.move", "create", [{"move_type": "entry", "line_ids": lines}])
    post(case)


def sell_at_the_till(case):
    """On the customer's account, with an invoice: he has the goods already."""
    till = case.scene.till
    line = {
        "name": "Line",
        "product_id": case.scene.service,
        "price_unit": OVER,
        "qty": 1,
        "tax_ids": [(5,)],
        "price_subtotal": OVER,
        "price_subtotal_incl": OVER,
    }
    amounts = {"amount_tax": 0, "amount_total": OVER, "amount_paid": 0, "amount_return": 0}
    values = {"session_id": till["session"], "partner_id": case.partner, "lines": [(0, 0, line)]}
    (sale,) = case.call("pos.order", "create", [values | amounts])
    payment = {"pos_order_id": sale, "amount": OVER, "payment_method_id": till["later"]}
    case.call("pos.order", "add_payment", [sale], payment)
    case.call("pos.order", "action_pos_order_paid", [sale])
    case.call("pos.order", "action_pos_order_invoice", [sale])

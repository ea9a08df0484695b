"""Where a path begins: what is there before it is tried. Each makes the same for several cases at once."""

from .stage import OVER, WITHIN


def customer(cases):
    """Nothing but the customer and his limit."""


# Orders ------------------------------------------------------------------------------------------


def quotation(cases, amount=OVER, product="service", **values):
    """A quotation of ten pieces, half as much again as the customer may owe."""
    scene = cases[0].scene
    product = getattr(scene, product)
    line = {"product_id": product, "product_uom_qty": 10, "price_unit": amount / 10}
    vals_list = [
        {
            "partner_id": case.partner,
            "user_id": case.client.uid,
            "order_line": [(0, 0, line)],
            "require_signature": False,
            "require_payment": False,
            **values,
        }
        for case in cases
    ]
    orders = scene.call("sale.order", "create", vals_list)
    for case, row in zip(cases, scene.read("sale.order", orders, "order_line"), strict=True):
        case.order, case.line = row["id"], row["order_line"][-1]


def order(cases, amount=WITHIN, **values):
    """A confirmed order of nine tenths of the limit."""
    quotation(cases, amount, **values)
    confirm_all(cases)


def confirm_all(cases):
    scene = cases[0].scene
    orders = [case.order for case in cases]
    scene.call("sale.order", "action_confirm", orders)
    assert scene.states(orders) == [("sale", False)] * len(orders)


def held_order(cases):
    """A quotation of goods that was held."""
    quotation(cases, product="goods")
    scene = cases[0].scene
    orders = [case.order for case in cases]
    scene.call("sale.order", "action_confirm", orders)
    assert scene.states(orders) == [("draft", "hold")] * len(orders)


def automated_quotation(cases):
    """A quotation, where an administrator has made a rule that confirms."""
    assert cases[0].scene.automation
    quotation(cases)


def signable_quotation(cases):
    quotation(cases, require_signature=True)


def payable_quotation(cases):
    """A quotation that a tenth paid in advance confirms."""
    quotation(cases, require_payment=True, prepayment_percent=0.1)


def quotation_with_option(cases):
    """A quotation that fits, with an optional product that does not."""
    scene = cases[0].scene
    quotation(cases, WITHIN, require_signature=True)
    for case in cases:
        section = {"order_id": case.order, "name": "Or", "display_type": "line_section"}
        option = {"order_id": case.order, "product_id": scene.service, "product_uom_qty": 0}
        values = [section | {"is_optional": True}, option]
        case.line = scene.call("sale.order.line", "create", values)[-1]


def combo_order(cases):
    """A confirmed order of one set for 900.00; the line is that of its part."""
    scene = cases[0].scene
    whole = {"product_id": scene.combo_set, "virtual_id": "set", "selected_combo_items": "[]"}
    part = {"product_id": scene.service, "combo_item_id": scene.combo_item}
    part |= {"linked_virtual_id": "set", "price_unit": WITHIN}
    order(cases, order_line=[(0, 0, whole), (0, 0, part)])


def reduced_order(cases):
    """A confirmed order of 1,500.00 with a reduction of 600.00 on a line of its own."""
    scene = cases[0].scene
    quotation(cases)
    values = {"product_id": scene.service, "price_unit": WITHIN - OVER}
    vals_list = [{"order_id": case.order, **values} for case in cases]
    for case, line in zip(cases, scene.call("sale.order.line", "create", vals_list), strict=True):
        case.line = line
    confirm_all(cases)


def locked_order(cases):
    order(cases)
    cases[0].scene.call("sale.order", "action_lock", [case.order for case in cases])


def untaxed_order(cases):
    order(cases, product="untaxed_service")


def milestone_order(cases):
    """Nine tenths of the limit, delivered by milestones of a project."""
    order(cases, product="by_milestone")


def cash_customer(cases):
    """A customer who has to pay at once."""
    scene = cases[0].scene
    accounts = [scene.account(case.partner) for case in cases]
    scene.call("credit.account", "write", accounts, {"limit_term": True, "max_term_days": 0})


def cash_order(cases):
    """A confirmed order of a customer who has to pay at once."""
    order(cases)
    cash_customer(cases)


def short_closed_order(cases):
    """A confirmed order that was short-closed, and another of the same size that took its room."""
    order(cases)
    closed = [(case.order, case.line) for case in cases]
    orders = [case.order for case in cases]
    cases[0].scene.call("sale.order", "action_credit_short_close", orders, "Not wanted")
    order(cases)
    restore(cases, closed)


def restore(cases, documents):
    """Go on with the orders there were before the last ones."""
    for case, (first, line) in zip(cases, documents, strict=True):
        case.order, case.line = first, line


def asked_release(cases):
    """A held order whose release is asked for, by the one who tries."""
    quotation(cases)
    for case in cases:
        call = case.client.call
        call("sale.order", "action_confirm", [case.order])
        values = {"order_id": case.order, "reason": "Please"}
        wizard = call("credit.release.request", "create", [values])
        call("credit.release.request", "action_request", wizard)


# Invoices ----------------------------------------------------------------------------------------


def invoice(cases, amount=OVER, **values):
    """A draft invoice without an order."""
    scene = cases[0].scene
    line = {"product_id": scene.service, "price_unit": amount, "tax_ids": [(5,)]}
    vals_list = [
        {
            "move_type": "out_invoice",
            "partner_id": case.partner,
            "invoice_date": "2026-01-01",
            "invoice_line_ids": [(0, 0, line)],
            **values,
        }
        for case in cases
    ]
    moves = scene.call("account.move", "create", vals_list)
    for case, move in zip(cases, moves, strict=True):
        case.move = move


def receipt(cases):
    """A sales receipt: it is owed like an invoice."""
    invoice(cases, move_type="out_receipt")


def due_invoice(cases):
    """A draft invoice that is to post itself on its day, which has come."""
    invoice(cases)
    moves = [case.move for case in cases]
    cases[0].scene.call("account.move", "write", moves, {"auto_post": "at_date"})


def posted_invoice(cases):
    """An invoice of nine tenths of the limit, without an order."""
    invoice(cases, WITHIN)
    cases[0].scene.call("account.move", "action_post", [case.move for case in cases])


def invoiced_order(cases):
    """A confirmed order of nine tenths of the limit, and its draft invoice."""
    order(cases)
    scene = cases[0].scene
    for case in cases:
        invoice_order(scene.call, case.order)
        (case.move,) = scene.read("sale.order", case.order, "invoice_ids")["invoice_ids"]


def invoice_order(call, order, **values):
    """By the wizard of the order form."""
    values = {"advance_payment_method": "delivered", "sale_order_ids": [(6, 0, [order])]} | values
    wizard = call("sale.advance.payment.inv", "create", [values])
    call("sale.advance.payment.inv", "create_invoices", wizard)


# Goods -------------------------------------------------------------------------------------------


def delivery(cases, product="goods"):
    """A confirmed order of ten pieces, nine tenths of the limit, ready to leave."""
    order(cases, product=product)
    scene = cases[0].scene
    orders = [case.order for case in cases]
    for case, row in zip(cases, scene.read("sale.order", orders, "picking_ids"), strict=True):
        (case.picking,) = row["picking_ids"]


def overloaded_delivery(cases):
    """The same, and twenty put on it."""
    delivery(cases)
    scene = cases[0].scene
    moves = [move for case in cases for move in moves_of(scene.call, case.picking)]
    scene.call("stock.move", "write", moves, {"quantity": 20, "picked": True})


def delivered_goods(cases, quantity=10):
    """Delivered, to be invoiced by what was delivered."""
    delivery(cases, "by_delivery")
    for case in cases:
        deliver(case.scene.call, case.picking, quantity)


def half_delivered_goods(cases):
    """Five of ten pieces delivered, the rest dropped."""
    delivered_goods(cases, 5)


def dropped_goods(cases):
    """The same, and another order took the room."""
    half_delivered_goods(cases)
    first = [(case.order, case.line) for case in cases]
    order(cases, WITHIN / 2)
    restore(cases, first)


def returned_goods(cases):
    """Delivered and given back, and another order took the room; the transfer is the return."""
    delivered_goods(cases)
    first = [(case.order, case.line) for case in cases]
    for case in cases:
        case.picking = give_back(case.scene.call, case.scene, case.picking)
        deliver(case.scene.call, case.picking, 10)
    order(cases)
    restore(cases, first)


def order_put_back(cases):
    """A confirmed order put back to quotation by its state; its transfer waits."""
    delivery(cases)
    orders = [case.order for case in cases]
    cases[0].scene.call("sale.order", "write", orders, {"state": "draft"})


def blacklisted_customer(cases):
    for case in cases:
        case.scene.blacklist(case.partner)


def moves_of(call, picking):
    return call("stock.move", "search", [("picking_id", "=", picking)])


def deliver(call, picking, quantity, backorder=False):
    """Validate a transfer as the form does, its question answered."""
    moves = moves_of(call, picking)
    call("stock.move", "write", moves, {"quantity": quantity, "picked": True})
    question = call("stock.picking", "button_validate", [picking])
    if isinstance(question, dict):
        model, context = "stock.backorder.confirmation", question["context"]
        wizard = call(model, "create", [{"pick_ids": [(6, 0, [picking])]}], context=context)
        answer = "process" if backorder else "process_cancel_backorder"
        call(model, answer, wizard, context=context)


def give_back(call, scene, picking, quantity=10):
    """Goods come back, or go out again, by *Return*. :return: the new transfer"""
    model = "stock.return.picking"
    context = {"active_id": picking, "active_ids": [picking], "active_model": "stock.picking"}
    wizard = call(model, "create", [{"picking_id": picking}], context=context)
    lines = scene.read(model, wizard[0], "product_return_moves")["product_return_moves"]
    values = {"quantity": quantity, "to_refund": True}
    call("stock.return.picking.line", "write", lines, values)
    return call(model, "action_create_returns", wizard, context=context)["res_id"]

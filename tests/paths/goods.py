"""What is tried with transfers: what leaves the house."""

from .stage import OVER
from .starts import deliver, give_back, moves_of


def deliver_all(case):
    deliver(case.call, case.picking, 10)


def deliver_twice_as_much(case):
    deliver(case.call, case.picking, 20)


def deliver_more_on_the_backorder(case):
    """A part, and more than the rest afterwards."""
    deliver(case.call, case.picking, 5, backorder=True)
    domain = [("backorder_id", "=", case.picking)]
    (rest,) = case.scene.call("stock.picking", "search", domain)
    deliver(case.call, rest, 15)


def write_done(case):
    """The state of its moves written, as if it were done."""
    moves = moves_of(case.scene.call, case.picking)
    case.call("stock.move", "write", moves, {"state": "done"})


def correct_when_done(model):
    """A transfer that is done, its quantity corrected upwards."""

    def way(case):
        case.call("stock.picking", "action_toggle_is_locked", [case.picking])
        found = case.scene.call(model, "search", [("picking_id", "=", case.picking)])
        case.call(model, "write", found, {"quantity": 20})

    return way


def forget_the_refund(case):
    """Goods that were taken back, said to be none that the customer need not pay."""
    moves = moves_of(case.scene.call, case.picking)
    case.call("stock.move", "write", moves, {"to_refund": False})


def by_hand(source, quantity, of_order=True):
    """A transfer made by hand to the customer, for the line of the order or for none."""

    def way(case):
        scene = case.scene
        product = scene.goods
        if of_order:
            (product, _name) = scene.read("sale.order.line", case.line, "product_id")["product_id"]
        places = {
            "location_id": scene.location(source),
            "location_dest_id": scene.location("customer"),
        }
        move = {"product_id": product, "product_uom_qty": quantity, **places}
        if of_order:
            move["sale_line_id"] = case.line
        values = {"picking_type_id": scene.outgoing, "partner_id": case.partner, **places}
        values["move_ids"] = [(0, 0, move)]
        (case.picking,) = case.call("stock.picking", "create", [values])
        case.call("stock.picking", "action_confirm", [case.picking])
        deliver(case.call, case.picking, quantity)

    return way


def add_product(case):
    """A product on the transfer that nobody ordered."""
    scene = case.scene
    values = {"type": "consu", "list_price": OVER, "invoice_policy": "delivery"}
    move = {
        "picking_id": case.picking,
        "product_id": scene.sold("Marble", **values),
        "product_uom_qty": 1,
        "location_id": scene.location("internal"),
        "location_dest_id": scene.location("customer"),
    }
    case.call("stock.move", "create", [move])
    deliver_all(case)


def as_of_the_till(case):
    """Twice as much, on a transfer said to be one of the till, which nothing stops."""
    values = {"picking_type_id": case.scene.till["picking_type"]}
    case.call("stock.picking", "write", [case.picking], values)
    deliver_twice_as_much(case)


def return_the_return(case):
    """What was given back goes out again."""
    again = give_back(case.call, case.scene, case.picking)
    deliver(case.call, again, 10)

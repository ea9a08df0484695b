"""Credit at the delivery: Odoo lets salespeople work on the transfers of each other's orders."""

from paths.starts import deliver

from .. import makers

TABLE = """
                                portal staff sales store head credit owner audit goods admin
stock.picking
  action_request_credit_release    -     -    yes   yes  yes     -     -     -    yes   yes
stock.move
  write                            -     -    yes   yes  yes     -     -     -    yes   yes
credit.account
  action_open_delivered            -     -    own   yes  yes    yes   yes   yes    -    yes
credit.overdue.goods
  read                             -     -    own   yes  yes    yes   yes   yes    -    yes
  create write unlink              -     -     -     -    -      -     -     -     -     -
credit.delivery.release.request
  read create write unlink         -     -    own   own  own     -     -     -    own   own
  onchange: figures                -     -    yes   yes  yes     -     -     -    yes   yes
  read: figures                    -     -    yes   yes  yes     -     -     -    yes   yes
  action_request                   -     -    yes   yes  yes     -     -     -    yes   yes
"""


def blocked(scene, owner):
    """A delivery to a customer who was suspended since he ordered."""
    order = makers.sold(scene, owner)
    home = owner.home
    home.set(credit_delivery_policy="enforce")
    partner = home.read("sale.order", order, "partner_id")["partner_id"][0]
    suspended = {"mode": "suspended", "change_reason": "Pays late"}
    home.call("credit.account", "write", [home.account(partner)], suspended)
    return home.read("sale.order", order, "picking_ids")["picking_ids"][0]


def blocked_move(scene, owner):
    domain = [("picking_id", "=", scene.get(blocked, owner))]
    return owner.home.call("stock.move", "search", domain, limit=1)[0]


def delivered(scene, owner):
    """What left the house and is not invoiced."""
    # what the portal user orders may be on hold by now; his salesperson's is as closed to him
    seller = scene["sales"] if owner.role == "portal" else owner
    order, home = makers.sold(scene, seller), owner.home
    (picking,) = home.read("sale.order", order, "picking_ids")["picking_ids"]
    deliver(home.call, picking, 1)
    domain = [("order_id", "=", order)]
    (row,) = home.call("credit.overdue.goods", "search", domain)
    return row


def request_values(scene, owner):
    return {"picking_id": scene.get(blocked, owner), "reason": "Please"}


MODEL = "credit.delivery.release.request"
RECORDS = {
    "stock.picking": blocked,
    "stock.move": blocked_move,
    "credit.overdue.goods": delivered,
}
VALUES = {
    MODEL: request_values,
    "credit.overdue.goods": lambda scene, owner: {"order_id": scene.get(makers.sold, owner)},
}
CHANGES = {
    MODEL: {"reason": "Over"},
    "stock.move": {"sequence": 7},
    "credit.overdue.goods": {"amount": 0},
}
CALLS = makers.figures(MODEL, request_values, ["credit_banner"])
LOOKS = ("onchange", "action_request_credit_release")

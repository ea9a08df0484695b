"""What credit control adds to the documents, customers and settings of Odoo."""

from .. import makers

TABLE = """
                                portal staff sales store head credit owner audit control books admin
sale.order
  create                           -     -    own   yes  yes     -     -     -      -      -    yes
  write                            -     -    own   yes  yes     -     -     -      -     yes   yes
  write: the hold                  -     no    no    no   no     no    no    no     no     no    no
  unlink                           -     -     -     -   yes     -     -     -      -      -    yes
  action_confirm                   -     -    own   yes  yes     -     -     -      -      -    yes
  action_request_credit_release    -     -    own   yes  yes     -     -     -      -      -    yes
  action_approve_credit_release    -    own   no    own   .     own   own   no     no      -    own
  action_view_credit_account       -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  action_credit_short_close        -     -     -     -   yes    yes   yes    -      -      -    yes
  action_credit_reopen             -     -     -     -   yes    yes   yes    -      -      -    yes
sale.order.line
  create unlink                    -     -    own   yes  yes     -     -     -      -      -    yes
  write                            -     -    own   yes  yes     -     -     -      -     yes   yes
res.partner
  create write                     -     -    all   all  all     -     -     -      -      -    all
  write: part of another           -     -     -     -    -      -     -     -      -      -    all
  unlink: has an account           -     -     -     -    -      -     -     -      -      -    no
  action_view_credit_accounts      -     -    all   all  all    all   all   all     -     all   all
payment.transaction
  unlink                           .     .     .     .    .      .     .     .      .      .     .
res.company
  create write                     -     -     -     -    -      -     -     -      -      -    all
res.config.settings
  action_view_observed             -     -     -     -    -      -     -     -      -      -    all
  action_propose_limits            -     -     -     -    -     all   all    -      -      -    all
account.move
  write                            -     -     -     -    -      -     -     -      -     yes   yes
  action_toggle_block_payment      -     -     -     -    -      -     -     -      -     yes   yes
account.move.line
  write                            -     -     -     -    -      -     -     -      -     yes   yes
account.partial.reconcile
  create                           -     -     -     -    -      -     -     -      -     yes   yes
"""


def order_values(scene, owner):
    partner = scene.get(makers.customer, owner)
    return owner.home.order_values(partner, 100, user_id=owner.salesperson)


def small_order(scene, owner):
    return makers.order(scene, owner, 100)


def order_waiting(scene, owner):
    """Its release waits for him; for those who decide nothing, it is their own."""
    if owner.role in ("sales", "portal"):
        grant = scene.get(makers.release, owner)
    else:
        waiting = scene.get(makers.waiting, owner)
        grant = owner.home.read("hr.control.approval", waiting, "res_id")["res_id"]
    return owner.home.read("credit.grant", grant, "order_id")["order_id"][0]


def short_closed(scene, owner):
    made = makers.sold(scene, owner)
    owner.maker.call("sale.order", "action_credit_short_close", [made], "Not wanted")
    return made


def line(scene, owner):
    made = scene.get(makers.order, owner)
    return owner.home.read("sale.order", made, "order_line")["order_line"][0]


def line_values(scene, owner):
    made = scene.get(makers.order, owner)
    return {"order_id": made, "product_id": owner.home.product, "price_unit": 1}


def debtor(scene, owner):
    made = scene.get(makers.sold, owner)
    return owner.home.read("sale.order", made, "partner_id")["partner_id"][0]


def part_of_another(scene, owner):
    return {"parent_id": owner.home.customer(0, "unlimited"), "is_company": False}


def company(scene, owner):
    return owner.home.id


def invoice(scene, owner, kind="out_invoice"):
    """None in a company without accounts."""
    if owner.home is not scene:
        return None
    product = {"product_id": scene.product, "price_unit": 5, "tax_ids": [(5,)]}
    values = {"partner_id": makers.customer(scene, owner), "invoice_line_ids": [(0, 0, product)]}
    return scene.create("account.move", move_type=kind, **values)


def invoice_line(scene, owner):
    made = invoice(scene, owner)
    return made and scene.read("account.move", made, "invoice_line_ids")["invoice_line_ids"][0]


def match_values(scene, owner):
    """An invoice and a credit note to set off."""
    if owner.home is not scene:
        return None
    lines = []
    for kind in ("out_invoice", "out_refund"):
        move = invoice(scene, owner, kind)
        scene.call("account.move", "action_post", [move])
        domain = [("move_id", "=", move), ("account_id.account_type", "=", "asset_receivable")]
        lines += scene.call("account.move.line", "search", domain)
    amounts = dict.fromkeys(("amount", "debit_amount_currency", "credit_amount_currency"), 5)
    return {"debit_move_id": lines[0], "credit_move_id": lines[1], **amounts}


RECORDS = {
    "sale.order": makers.order,
    ("sale.order", "write: the hold"): makers.held,
    ("sale.order", "action_confirm"): small_order,
    ("sale.order", "action_request_credit_release"): makers.held,
    ("sale.order", "action_approve_credit_release"): order_waiting,
    ("sale.order", "action_credit_short_close"): makers.sold,
    ("sale.order", "action_credit_reopen"): short_closed,
    "sale.order.line": line,
    "res.partner": makers.customer,
    ("res.partner", "write: part of another"): debtor,
    ("res.partner", "unlink: has an account"): debtor,
    "res.company": company,
    "res.config.settings": lambda _scene, owner: owner.home.create("res.config.settings"),
    "account.move": invoice,
    "account.move.line": invoice_line,
}
VALUES = {
    "sale.order": order_values,
    "sale.order.line": line_values,
    "res.partner": lambda scene, owner: {"name": "New", "user_id": owner.salesperson},
    "account.partial.reconcile": match_values,
    "res.company": lambda _scene, owner: {"name": owner.home.number("Branch")},
}
CHANGES = {
    "sale.order": {"client_order_ref": "A1"},
    ("sale.order", "write: the hold"): {"credit_state": "released"},
    "sale.order.line": {"name": "Tiles"},
    "res.partner": {"comment": "Tiles"},
    ("res.partner", "write: part of another"): part_of_another,
    "res.company": {"credit_order_policy": "enforce"},
    "account.move": {"ref": "A1"},
    "account.move.line": {"name": "Tiles"},
}
ARGUMENTS = {
    ("sale.order", "action_credit_short_close"): ["Not wanted"],
}
LOOKS = ("action_request_credit_release",)

"""Credit control: accounts, checks, releases, authority, and what it adds to Odoo's documents."""

from . import makers

TABLE = """
                                portal staff sales store head credit owner audit control books admin
credit.account
  read                             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  create write                     -     -     -     -    -     yes   yes    -      -      -    yes
  create: above his ceiling        -     -     -     -    -      -    yes    -      -      -    yes
  write: above his ceiling         -     -     -     -    -      -    yes    -      -      -    yes
  write: without a reason          -     -     -     -    -     no    no     -      -      -    no
  unlink                           -     -     -     -    -      -     -     -      -      -     -
  action_open_receivable           -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  action_open_orders               -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  action_open_decisions            -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  action_open_dossier              -     -     -     -    -      -     -    yes     -      -    yes
  action_open_bills                -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  action_open_exposure             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  action_open_overdue              -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  action_open_grants               -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  load: one row                    no    -     -     -    -     yes   yes    -      -      -    yes
  get_import_templates            all   all   all   all  all    all   all   all    all    all   all
credit.open.item
  read                             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
  action_open_document             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
credit.authority.use
  read                             -     -     -    yes  yes    yes   yes   yes     -      -    yes
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
credit.decision
  read                             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  create                           -     -     -     -    -      -     -     -      -      -     -
  write unlink                     no    no    no    no   no     no    no    no     no     no    no
credit.grant
  read                             -    own   own   own  own    yes   yes   yes    own    own   yes
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
  action_open_approval             -    own   own   own  own    yes   yes   yes    own    own   yes
  action_withdraw                  -     .    own   own  own     -     -     -      -      -    own
  action_end_emergency             -     -     -     -    -     yes   yes   no      -      -    yes
credit.grant.use
  read                             -    own   own   own  own    yes   yes   yes    own    own   yes
  create unlink                    -     -     -     -    -      -     -     -      -      -     -
  write                            no    no    no    no   no     no    no    no     no     no    no
credit.authority
  read                             -     -     -     -    -     yes   yes   yes     -      -    yes
  create write unlink              -     -     -     -    -      -    yes    -      -      -    yes
  load: one row                    -     -     -     -    -      -    yes    -      -      -    yes
  get_import_templates            all   all   all   all  all    all   all   all    all    all   all
credit.pool
  read                             -     -    own   own  yes    yes   yes   yes     -      -    yes
  read: of his people              -     -    .     own  .       .     .     .      -      -     .
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
  action_open_orders               -     -    own   own  yes    yes   yes   yes     -      -    yes
  action_open_invoices             -     -    own   own  yes    yes   yes   yes     -      -    yes
  action_open_dossier              -     -     -     -    -      -     -    yes     -      -    yes
credit.suspension
  read                             -     -     -     -    -     yes   yes   yes     -      -    yes
  create                           -     -     -     -    -     yes   yes    -      -      -    yes
  write: another person            no    no    no    no   no     no    no    no     no     no    no
  write: lifted by hand            -     -     -     -    -      -     -     -      -      -     -
  unlink                           -     -     -     -    -      -     -     -      -      -     -
  action_open_lift action_lift     -     -     -     -    -     yes   yes    -      -      -    yes
  action_lift: his own             -     -     -     -    -      -     -     -      -      -     -
credit.suspension.lift
  read create write unlink         -     -     -     -    -     own   own    -      -      -    own
  action_lift                      -     -     -     -    -     yes   yes    -      -      -    yes
credit.release.request
  read create write unlink         -     -    own   own  own     -     -     -      -      -    own
  onchange: figures                -     -    own   yes  yes     -     -     -      -      -    yes
  read: figures                    -     -    own   yes  yes     -     -     -      -      -    yes
  action_request                   -     -    own   yes  yes     -     -     -      -      -    yes
credit.limit.request
  read create write unlink         -     -    own   own  own    own   own    -      -      -    own
  onchange: figures                -     -    own   yes  yes    yes   yes    -      -      -    yes
  read: figures                    -     -    own   yes  yes    yes   yes    -      -      -    yes
  action_request                   -     -    own   yes  yes    yes   yes    -      -      -    yes
credit.emergency
  read create write unlink         -     -    own   own  own    own   own    -      -      -    own
  onchange: figures                -     -    own   yes  yes    yes   yes    -      -      -    yes
  read: figures                    -     -    own   yes  yes    yes   yes    -      -      -    yes
  action_give                      -     -    no    no   no     yes   yes    -      -      -    yes
credit.limit.proposal
  read create write unlink         -     -     -     -    -     own   own    -      -      -    own
  action_propose                   -     -     -     -    -     no    no     -      -      -    no
  action_apply                     -     -     -     -    -     yes   yes    -      -      -    yes
credit.limit.proposal.line
  read create write unlink         -     -     -     -    -     own   own    -      -      -    own
  onchange: figures                -     -     -     -    -     yes   yes    -      -      -    yes
  read: figures                    -     -     -     -    -     yes   yes    -      -      -    yes
credit.short.close
  read create write unlink         -     -     -     -   own    own   own    -      -      -    own
  action_short_close               -     -     -     -   yes    yes   yes    -      -      -    yes
credit.authority.matrix
  read create write unlink         -     -     -     -    -     own   own   own     -      -    own
  action_show action_download      -     -     -     -    -     yes   yes   yes     -      -    yes
credit.authority.matrix.line
  read create write unlink         -     -     -     -    -     own   own   own     -      -    own
  action_suspend                   -     -     -     -    -     all   all   all     -      -    all
  action_lift                      -     -     -     -    -     yes   yes    -      -      -    yes
sale.order
  create                           -     -    own   yes  yes     -     -     -      -      -    yes
  write                            -     -    own   yes  yes     -     -     -      -     yes   yes
  write: the hold                  -     no    no    no   no     no    no    no     no     no    no
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
  action_view_credit_accounts      -     -    all   all  all    all   all   all     -     all   all
res.company
  write                            -     -     -     -    -      -     -     -      -      -    all
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
routes
  /hr_receivables_control/authority_matrix - -  -  -  -         yes   yes   yes     -      -    yes
"""


def account_values(scene, owner, limit=500):
    return {
        "partner_id": owner.home.customer(user_id=owner.salesperson),
        "company_id": owner.home.id,
        "base_limit": limit,
        "change_reason": "Known for years",
    }


def too_much(scene, who, owner):
    return [[account_values(scene, owner, limit=20_000)]]


def open_item(scene, owner):
    domain = [("order_id", "=", scene.get(makers.sold, owner))]
    (item,) = owner.home.call("credit.open.item", "search", domain)
    return item


def account_row(scene, who, owner):
    name = owner.home.number("Imported")
    owner.home.customer(name=name)
    columns = ["partner_id", "company_id/.id", "mode", "change_reason"]
    return [columns, [[name, str(owner.home.id), "Cash only", "Known for years"]]]


def authority_row(scene, who, owner):
    values = authority_values(scene, owner)
    columns = ["company_id/.id", "level_id/.id", "max_over_amount"]
    return [columns, [[str(values["company_id"]), str(values["level_id"]), "5"]]]


def grant_values(scene, owner):
    return {"account_id": scene.get(makers.account, owner), "amount": 100, "reason": "Please"}


def authority(scene, owner):
    return owner.home.create("credit.authority", **authority_values(scene, owner))


def authority_values(scene, owner):
    level = owner.home.create("hr.control.level", name="Clerk", company_id=owner.home.id)
    return {"company_id": owner.home.id, "level_id": level}


def pool_of_report(scene, owner):
    return makers.pool(scene, {"store": scene["sales"]}.get(owner.role, owner))


def suspension_values(scene, owner):
    shop = owner.home.create("hr.department", name="Kiosk", company_id=owner.home.id)
    return {"company_id": owner.home.id, "department_id": shop, "reason": "Under review"}


def suspension(scene, owner):
    return owner.home.create("credit.suspension", **suspension_values(scene, owner))


def own_suspension(scene, who, owner):
    if owner is not who:
        return None
    values = {"company_id": who.home.id, "user_id": who.id, "reason": "Under review"}
    made = scene.create("credit.suspension", **values)
    other = scene["owner" if who.role == "admin" else "admin"].client
    scene.undo.append(lambda: other.call("credit.suspension", "action_lift", [made], "Over"))
    return [[made], "I am back"]


def lift_values(scene, owner):
    return {"suspension_id": scene.get(suspension, owner), "reason": "Cleared"}


def release_values(scene, owner):
    return {"order_id": scene.get(makers.held, owner), "reason": "Please"}


def proposal_values(scene, owner):
    line = {"account_id": scene.get(makers.account, owner), "proposed_limit": 700}
    return {"company_id": owner.home.id, "reason": "History", "line_ids": [(0, 0, line)]}


def proposal_line_values(scene, owner):
    (proposal,) = owner.maker.call("credit.limit.proposal", "create", [{}])
    return {"wizard_id": proposal, "account_id": scene.get(makers.account, owner)}


def short_close_values(scene, owner):
    return {"order_ids": [(6, 0, [scene.get(makers.sold, owner)])], "reason": "Not wanted"}


def matrix_values(scene, owner):
    return {"company_id": owner.home.id}


def matrix_line_values(scene, owner):
    (matrix,) = owner.maker.call("credit.authority.matrix", "create", [matrix_values(scene, owner)])
    return {
        "matrix_id": matrix,
        "user_id": owner.id,
        "suspension_id": scene.get(suspension, owner),
    }


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


def matrix_of(scene, who, owner):
    return f"/hr_receivables_control/authority_matrix?company_id={owner.home.id}&day=2030-01-01"


RECORDS = {
    "credit.account": makers.account,
    "credit.open.item": open_item,
    "credit.authority.use": makers.emergency,
    "credit.decision": makers.decision,
    "credit.grant": makers.release,
    ("credit.grant", "action_end_emergency"): makers.emergency,
    "credit.grant.use": makers.use,
    "credit.authority": authority,
    "credit.pool": makers.pool,
    ("credit.pool", "read: of his people"): pool_of_report,
    "credit.suspension": suspension,
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
    "res.company": company,
    "res.config.settings": lambda _scene, owner: owner.home.create("res.config.settings"),
    "account.move": invoice,
    "account.move.line": invoice_line,
}
FIGURES = ["effective_limit", "exposure_total"]
VALUES = {
    "credit.account": account_values,
    "credit.authority": authority_values,
    "credit.suspension": suspension_values,
    "credit.suspension.lift": lift_values,
    "credit.release.request": release_values,
    "credit.limit.request": grant_values,
    "credit.emergency": grant_values,
    "credit.limit.proposal": proposal_values,
    "credit.limit.proposal.line": proposal_line_values,
    "credit.short.close": short_close_values,
    "credit.authority.matrix": matrix_values,
    "credit.authority.matrix.line": matrix_line_values,
    "sale.order": order_values,
    "sale.order.line": line_values,
    "res.partner": lambda scene, owner: {"name": "New", "user_id": owner.salesperson},
    "account.partial.reconcile": match_values,
}
CHANGES = {
    "credit.account": {"near_pct": 70},
    ("credit.account", "write: above his ceiling"): {"base_limit": 20_000, "change_reason": "x"},
    ("credit.account", "write: without a reason"): {"base_limit": 900},
    "credit.authority": {"max_over_amount": 2},
    ("credit.suspension", "write: another person"): {"reason": "Nothing at all"},
    ("credit.suspension", "write: lifted by hand"): {"date_to": "2030-01-01 00:00:00"},
    "credit.suspension.lift": {"reason": "Over"},
    "credit.release.request": {"reason": "Over"},
    "credit.limit.request": {"amount": 200},
    "credit.emergency": {"amount": 200},
    "credit.limit.proposal": {"reason": "Over"},
    "credit.limit.proposal.line": {"proposed_limit": 600},
    "credit.short.close": {"reason": "Over"},
    "credit.authority.matrix": {"day": "2030-01-01"},
    "credit.authority.matrix.line": {"sequence": 7},
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
    ("credit.suspension", "action_lift"): ["Over"],
    ("sale.order", "action_credit_short_close"): ["Not wanted"],
}
CALLS = {
    ("credit.account", "create: above his ceiling"): too_much,
    ("credit.account", "load: one row"): account_row,
    ("credit.account", "get_import_templates"): lambda *_: [],
    ("credit.authority", "load: one row"): authority_row,
    ("credit.authority", "get_import_templates"): lambda *_: [],
    ("credit.suspension", "action_lift: his own"): own_suspension,
    **makers.figures("credit.release.request", release_values, ["credit_banner"]),
    **makers.figures("credit.limit.request", grant_values, FIGURES),
    **makers.figures("credit.emergency", grant_values, [*FIGURES, "ceiling_text"]),
    **makers.figures("credit.limit.proposal.line", proposal_line_values, ["mode", "base_limit"]),
    ("routes", "/hr_receivables_control/authority_matrix"): matrix_of,
}
LOOKS = (
    "onchange",
    "action_request_credit_release",
    "action_suspend",
    "action_download",
)

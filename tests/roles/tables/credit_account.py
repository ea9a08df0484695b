"""Credit accounts: their limits, what stands behind them, and who asks for more."""

from .. import makers

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


def grant_values(scene, owner):
    return {"account_id": scene.get(makers.account, owner), "amount": 100, "reason": "Please"}


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


FIGURES = ["effective_limit", "exposure_total"]
RECORDS = {
    "credit.account": makers.account,
    "credit.open.item": open_item,
    "credit.decision": makers.decision,
    "credit.grant": makers.release,
    ("credit.grant", "action_end_emergency"): makers.emergency,
    "credit.grant.use": makers.use,
}
VALUES = {
    "credit.account": account_values,
    "credit.release.request": release_values,
    "credit.limit.request": grant_values,
    "credit.emergency": grant_values,
    "credit.limit.proposal": proposal_values,
    "credit.limit.proposal.line": proposal_line_values,
    "credit.short.close": short_close_values,
}
CHANGES = {
    "credit.account": {"near_pct": 70},
    ("credit.account", "write: above his ceiling"): {"base_limit": 20_000, "change_reason": "x"},
    ("credit.account", "write: without a reason"): {"base_limit": 900},
    "credit.release.request": {"reason": "Over"},
    "credit.limit.request": {"amount": 200},
    "credit.emergency": {"amount": 200},
    "credit.limit.proposal": {"reason": "Over"},
    "credit.limit.proposal.line": {"proposed_limit": 600},
    "credit.short.close": {"reason": "Over"},
}
CALLS = {
    ("credit.account", "create: above his ceiling"): too_much,
    ("credit.account", "load: one row"): account_row,
    ("credit.account", "get_import_templates"): lambda *_: [],
    **makers.figures("credit.release.request", release_values, ["credit_banner"]),
    **makers.figures("credit.limit.request", grant_values, FIGURES),
    **makers.figures("credit.emergency", grant_values, [*FIGURES, "ceiling_text"]),
    **makers.figures("credit.limit.proposal.line", proposal_line_values, ["mode", "base_limit"]),
}
LOOKS = ("onchange",)

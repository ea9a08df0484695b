"""Money of an advance: paid, offset, returned, deducted, written off, taken back."""

from .. import advances as make
from .. import makers

TABLE = """
                                     portal sales store audit finance chief cashier officer hr  rules abroad admin
hr.employee.advance.allocation
  read                               -      own   own   yes   yes     yes   yes     own     own own   own    yes
  create write unlink                -      -     -     -     -       -     -       -       -   -     -      -
  action_print                       -      own   own   yes   yes     yes   yes     own     own own   own    yes
  action_undo                        -      -     -     -     yes     yes   -       -       -   -     -      -
hr.employee.advance.pay
  read create write unlink           -      -     -     -     -       -     own     -       -   -     -      -
  action_pay                         -      -     -     -     -       -     yes     -       -   -     -      -
  onchange: figures                  -      -     -     -     -       -     yes     -       -   -     -      -
hr.employee.advance.return
  read create write unlink           -      -     -     -     own     own   own     -       -   -     -      -
  action_return                      -      -     -     -     yes     yes   yes     -       -   -     -      -
  onchange: figures                  -      -     -     -     yes     yes   yes     -       -   -     -      -
hr.employee.advance.transfer
  read create write unlink           -      -     -     -     own     own   own     -       -   -     -      -
  action_transfer                    -      -     -     -     -       yes   -       -       -   -     -      -
  onchange: figures                  -      -     -     -     yes     yes   yes     -       -   -     -      -
hr.employee.advance.deduct
  read create write unlink           -      -     -     -     own     own   -       -       -   -     -      -
  action_deduct                      -      -     -     -     yes     yes   -       -       -   -     -      -
  onchange: figures                  -      -     -     -     yes     yes   -       -       -   -     -      -
hr.employee.advance.reason
  read create write unlink           -      -     -     -     own     own   -       -       -   -     -      -
  action_confirm                     -      -     -     -     yes     yes   -       -       -   -     -      -
hr.employee.advance.relink
  read create write unlink           -      own   -     own   own     own   own     own     own own   own    own
  action_relink                      -      own   -     own   yes     yes   own     own     own own   own    own
hr.employee.advance.relink.line
# a line that a manager adds to another's form is his own; whoever opened the form does not see it
  read create write unlink           -      own   own   own   own     own   own     own     own own   own    own
hr.employee.advance.write.off
  read                               -      -     -     yes   yes     yes   -       -       -   -     -      yes
  create                             -      -     -     -     yes     yes   -       -       -   -     -      -
  write unlink                       -      -     -     -     -       -     -       -       -   -     -      -
  onchange: figures                  -      -     -     -     yes     yes   -       -       -   -     -      -
  action_withdraw                    -      -     -     -     own     own   -       -       -   -     -      -
  action_open_approval               -      -     -     yes   yes     yes   -       -       -   -     -      yes
hr.employee.advance.opening
  read                               -      -     -     yes   yes     yes   -       -       -   -     -      yes
  create write unlink                -      -     -     -     yes     yes   -       -       -   -     -      -
  write: entered                     -      -     -     no    no      no    -       -       -   -     -      no
  unlink: entered                    -      -     -     -     no      no    -       -       -   -     -      -
  action_enter action_undo           -      -     -     -     yes     yes   -       -       -   -     -      -
  get_import_templates               all    all   all   all   all     all   all     all     all all   all    all
account.payment
  action_post: posted                -      -     -     -     yes     yes   yes     -       -   -     -      yes
  action_cancel unlink               -      -     -     -     no      no    no      -       -   -     -      no
  create: of an advance              -      -     -     -     -       -     -       -       -   -     -      -
  write: its partner                 -      -     -     -     no      no    no      -       -   -     -      no
  action_reject                      -      -     -     -     no      no    no      -       -   -     -      no
account.move
  copy                               -      -     -     -     yes     yes   yes     -       -   -     -      yes
  unlink: of an advance              -      -     -     -     no      no    no      -       -   -     -      no
account.move.line
  unlink                             -      -     -     -     no      no    no      -       -   -     -      no
account.partial.reconcile
  unlink                             -      -     -     -     no      no    no      -       -   -     -      no
hr.expense
  action_exempt_from_advance         -      -     -     -     yes     yes   -       -       -   -     -      -
  action_end_exemption               -      -     -     -     yes     yes   -       -       -   -     -      -
  action_offset_advance              -      no    -     no    no      no    no      no      no  no    no     no
  action_undo_offset                 -      -     -     -     yes     yes   -       -       -   -     -      -
  unlink: offset                     -      -     -     -     -       -     -       -       -   -     -      no
"""

ADVANCE = make.ADVANCE
CLEARING, OPENING = f"{ADVANCE}.allocation", f"{ADVANCE}.opening"
RELINK, WRITE_OFF = f"{ADVANCE}.relink", f"{ADVANCE}.write.off"


def to_pay(scene, owner):
    advance = scene.get(make.approved, owner)
    return {"advance_id": advance, "journal_id": make.journal(owner.home)}


def to_transfer(scene, owner):
    target = scene.get(make.approved, owner)
    form = {"advance_id": scene.get(make.paid, owner), "target_id": target}
    return form | {"amount": 1, "reason": "Goes on"}


def to_return(scene, owner):
    form = {"advance_id": scene.get(make.paid, owner), "amount": 1}
    return form | {"journal_id": make.journal(owner.home)}


def to_deduct(scene, owner):
    return {"advance_id": scene.get(make.paid, owner), "amount": 1, "reason": "March"}


def to_undo(scene, owner):
    clearing = make.returned(scene, owner)
    return {"task": "undo", "allocation_id": clearing, "reason": "Wrong"}


def to_relink(scene, owner):
    return {"expense_id": scene.get(make.expense, owner), "reason": "Better"}


def relink_line(scene, owner):
    wizard = make.debtor(scene, owner).client.call(RELINK, "create", [to_relink(scene, owner)])
    return {"relink_id": wizard[0], "advance_id": scene.get(make.paid, owner)}


def payment_values(scene, who, owner):
    values = {"payment_type": "outbound", "partner_type": "supplier", "amount": 1}
    return [[values | {"employee_advance_id": scene.get(make.paid, owner)}]]


def entry(scene, owner):
    """Of what came back."""
    clearing = make.returned(scene, owner)
    return owner.home.read(CLEARING, clearing, "move_id")["move_id"][0]


def item(scene, owner):
    clearing = scene.get(make.returned, owner)
    return owner.home.read(CLEARING, clearing, "line_id")["line_id"][0]


def match(scene, owner):
    line = owner.home.read("account.move.line", item(scene, owner), "matched_debit_ids")
    return line["matched_debit_ids"][0]


RECORDS = {
    CLEARING: make.returned,
    WRITE_OFF: make.write_off,
    (WRITE_OFF, "action_withdraw"): make.write_off_asked,
    OPENING: make.opening,
    **{
        (OPENING, row): make.opened
        for row in ("read", "write: entered", "unlink: entered", "action_undo")
    },
    # of models that other tables are about as well, row by row
    **{
        ("account.payment", row): make.paid_out
        for row in ("action_post: posted", "action_cancel", "unlink", "write: its partner")
    },
    ("account.payment", "action_reject"): make.paid_out,
    ("account.move", "copy"): entry,
    ("account.move", "unlink: of an advance"): entry,
    ("account.move.line", "unlink"): item,
    ("account.partial.reconcile", "unlink"): match,
    "hr.expense": make.expense,
}
VALUES = {
    CLEARING: lambda scene, owner: {"advance_id": scene.get(make.paid, owner), "kind": "return"},
    f"{ADVANCE}.pay": to_pay,
    f"{ADVANCE}.return": to_return,
    f"{ADVANCE}.transfer": to_transfer,
    f"{ADVANCE}.deduct": to_deduct,
    f"{ADVANCE}.reason": to_undo,
    RELINK: to_relink,
    f"{RELINK}.line": relink_line,
    WRITE_OFF: make.write_off_values,
    OPENING: make.opening_values,
}
CHANGES = {
    CLEARING: {"amount": 1},
    f"{ADVANCE}.pay": {"amount": 1},
    f"{ADVANCE}.return": {"amount": 2},
    f"{ADVANCE}.transfer": {"amount": 2},
    f"{ADVANCE}.deduct": {"amount": 2},
    f"{ADVANCE}.reason": {"reason": "Twice"},
    RELINK: {"reason": "Other"},
    f"{RELINK}.line": {"amount": 1},
    WRITE_OFF: {"amount": 1},
    OPENING: {"amount": 1},
    ("account.payment", "write: its partner"): {"partner_id": 1},
}
ARGUMENTS = {
    (CLEARING, "action_undo"): ["Wrong"],
    ("hr.expense", "action_exempt_from_advance"): ["Hardship"],
    ("hr.expense", "action_undo_offset"): ["Wrong"],
}
CALLS = {
    ("account.payment", "create: of an advance"): payment_values,
    (OPENING, "get_import_templates"): lambda *_: [],
    **makers.figures(f"{ADVANCE}.pay", to_pay, ["employee_id", "memo"]),
    **makers.figures(f"{ADVANCE}.return", to_return, ["employee_id", "memo"]),
    **makers.figures(f"{ADVANCE}.transfer", to_transfer, ["employee_id"]),
    **makers.figures(f"{ADVANCE}.deduct", to_deduct, ["currency_id"]),
    **makers.figures(WRITE_OFF, make.write_off_values, ["employee_id"]),
}
LOOKS = ("onchange", "action_print", "get_import_templates")

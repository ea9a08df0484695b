"""What follows the money: vouchers, effect reports, reminders, confirmed balances."""

from .. import advances as make
from .. import makers

TABLE = """
                                     portal sales store audit finance chief cashier officer hr  rules abroad admin
hr.employee.advance.voucher
  read                               -      own   own   yes   yes     yes   yes     own     own own   own    yes
  create write unlink                -      own   -     own   own     own   own     own     own own   own    own
  action_mark_valid                  -      -     -     -     yes     yes   -       -       -   -     -      -
  onchange: figures                  -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
  action_open_mark                   -      own   own   yes   yes     yes   yes     own     own own   own    yes
hr.employee.advance.voucher.mark
  read create write                  -      -     -     -     own     own   -       -       -   -     -      -
  unlink                             -      -     -     -     -       -     -       -       -   -     -      -
  action_confirm                     -      -     -     -     yes     yes   -       -       -   -     -      -
hr.employee.advance.effect
  name_create                        no     no    no    no    no      no    no      no      no  no    no     no
  read                               -      own   own   yes   yes     yes   own     own     own own   own    yes
  create write unlink                -      own   -     own   own     own   own     own     own own   own    own
  write: handed in                   -      no    no    no    no      no    no      no      no  no    no     no
  action_report action_take_orders   -      own   -     own   own     own   own     own     own own   own    own
  onchange: figures                  -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
  action_hand_back                   -      -     own   -     yes     yes   -       -       -   -     -      -
hr.employee.advance.effect.link
  name_create                        no     no    no    no    no      no    no      no      no  no    no     no
  onchange: figures                  -      own   own   .     .       .     .       .       .   .     .      yes
  read                               -      own   own   .     .       .     .       .       .   .     .      yes
  create write unlink                -      own   -     .     .       .     .       .       .   .     .      .
hr.employee.advance.reminder
  read                               -      own   own   yes   yes     yes   own     own     own own   own    yes
  create write unlink                -      -     -     -     -       -     -       -       -   -     -      -
hr.employee.advance.reminder.step
  read                               -      yes   yes   yes   yes     yes   yes     yes     yes yes   yes    yes
  create write unlink                -      -     -     -     -       -     -       -       -   yes   -      yes
hr.employee.advance.confirmation
  read                               -      own   -     yes   yes     yes   own     yes     yes own   own    yes
  create unlink                      -      -     -     -     -       -     -       -       -   -     -      -
  write action_confirm               -      own   -     own   own     own   own     own     own own   own    own
  action_dispute action_open_page    -      own   -     own   own     own   own     own     own own   own    own
  write: what it says                -      -     -     -     -       -     -       -       -   -     -      -
  action_open_scan                   -      -     -     -     yes     yes   -       yes     yes -     -      yes
  action_send_link                   -      -     -     -     no      no    -       -       -   -     -      -
hr.employee.advance.acknowledgement
  read                               -      own   -     yes   yes     yes   own     yes     yes own   own    yes
  create unlink                      -      -     -     -     -       -     -       -       -   -     -      -
  write action_confirm               -      own   -     own   own     own   own     own     own own   own    own
  action_dispute action_open_page    -      own   -     own   own     own   own     own     own own   own    own
  write: what it says                -      -     -     -     -       -     -       -       -   -     -      -
  action_open_scan                   -      -     -     -     yes     yes   -       yes     yes -     -      yes
  action_send_link                   -      -     -     -     no      no    -       -       -   -     -      -
hr.employee.advance.confirmation.ask
  read create write                  -      -     -     -     own     own   -       -       -   -     -      -
  unlink                             -      -     -     -     -       -     -       -       -   -     -      -
  action_ask                         -      -     -     -     yes     yes   -       -       -   -     -      -
routes
  /my/advance-papers                 all    all   all   all   all     all   all     all     all all   all    all
  /my/advance-papers/<string:kind>/<int:paper_id> - own - own own own own own own own own own
  /my/advance-papers/<string:kind>/<int:paper_id>/sign . . . . . . . . . . . .
  /my/advance-papers/<string:kind>/<int:paper_id>/dispute . . . . . . . . . . . .
  /my/advance-papers/thanks          all    all   all   all   all     all   all     all     all all   all    all
hr.employee.advance.scan
  read create write                  -      own   own   own   own     own   own     own     own own   own    own
  unlink                             -      -     -     -     -       -     -       -       -   -     -      -
  action_file                        -      -     -     -     yes     yes   -       yes     yes -     -      yes
"""

ADVANCE = make.ADVANCE
VOUCHER, EFFECT, LINK = f"{ADVANCE}.voucher", f"{ADVANCE}.effect", f"{ADVANCE}.effect.link"
STEP, CONFIRMATION = f"{ADVANCE}.reminder.step", f"{ADVANCE}.confirmation"
RECEIPT, PAGE = f"{ADVANCE}.acknowledgement", "/my/advance-papers/<string:kind>/<int:paper_id>"


def mark(scene, owner):
    vouchers = [(6, 0, [make.voucher(scene, owner)])]
    return {"voucher_ids": vouchers, "verdict": "refused", "reason": "Unreadable"}


def step_values(scene, owner):
    return {"name": "Late", "company_id": owner.home.id, "days": 900}


def step(scene, owner):
    return owner.home.create(STEP, **step_values(scene, owner))


def ask(scene, owner):
    person = make.debtor(scene, owner)
    scene.get(make.paid, owner)
    form = {"company_id": owner.home.id, "date": make.day(scene)}
    return form | {"employee_ids": [(6, 0, [person.employee])]}


def scan(scene, owner):
    paper = scene.get(make.confirmation, owner)
    return {"res_model": CONFIRMATION, "res_id": paper, "file": "UERG", "file_name": "signed.pdf"}


def page(scene, who, owner):
    return f"/my/advance-papers/confirmation/{scene.get(make.confirmation, owner)}"


def disputed(maker):
    """Says why he disputes it, before he does."""

    def made(scene, owner):
        paper = maker(scene, owner)
        model = CONFIRMATION if maker is make.confirmation else RECEIPT
        client = make.debtor(scene, owner).client
        client.call(model, "write", [paper], {"reason": "Mine say otherwise"})
        return paper

    return made


def unanswered(scene, owner):
    """A receipt of its own: the shared one was answered on its page."""
    return make.receipt(scene, owner)


def of_salesperson(maker):
    """No link is needed: he has a user of his own."""
    return lambda scene, owner: maker(scene, scene["sales"] if owner.home is scene else owner)


RECORDS = {
    (CONFIRMATION, "action_dispute"): disputed(make.confirmation),
    (RECEIPT, "action_dispute"): disputed(make.receipt),
    RECEIPT: make.receipt,
    (RECEIPT, "action_open_scan"): unanswered,
    (RECEIPT, "action_send_link"): of_salesperson(make.receipt),
    (CONFIRMATION, "action_send_link"): of_salesperson(make.confirmation),
    VOUCHER: make.voucher,
    EFFECT: make.effect,
    (EFFECT, "write: handed in"): make.reported,
    (EFFECT, "action_hand_back"): make.reported,
    LINK: make.link,
    f"{ADVANCE}.reminder": make.reminder,
    STEP: step,
    CONFIRMATION: make.confirmation,
}
VALUES = {
    RECEIPT: lambda scene, owner: {"advance_id": scene.get(make.paid, owner), "kind": "papers"},
    f"{ADVANCE}.scan": scan,
    VOUCHER: make.voucher_values,
    f"{VOUCHER}.mark": mark,
    EFFECT: make.effect_values,
    LINK: make.link_values,
    f"{ADVANCE}.reminder": lambda scene, owner: {"advance_id": scene.get(make.paid, owner)},
    STEP: step_values,
    CONFIRMATION: lambda scene, owner: {
        "employee_id": make.debtor(scene, owner).employee,
        "company_id": owner.home.id,
        "date": "2020-01-01",
    },
    f"{CONFIRMATION}.ask": ask,
}
CHANGES = {
    VOUCHER: {"note": "Look"},
    f"{VOUCHER}.mark": {"reason": "Torn"},
    EFFECT: {"summary": "Nothing"},
    LINK: {"amount": 1},
    f"{ADVANCE}.reminder": {"date": "2020-01-01"},
    STEP: {"days": 901},
    CONFIRMATION: {"reason": "Mine say otherwise"},
    (CONFIRMATION, "write: what it says"): {"amount": 0},
    RECEIPT: {"reason": "Mine say otherwise"},
    (RECEIPT, "write: what it says"): {"amount": 0},
    f"{ADVANCE}.scan": {"reason": "Torn"},
    f"{CONFIRMATION}.ask": {"date": "2020-01-01"},
}
CALLS = {
    **makers.figures(VOUCHER, make.voucher_values, ["employee_id", "purpose_id"]),
    **makers.figures(LINK, make.link_values, ["effect_id"]),
    **makers.figures(EFFECT, make.effect_values, ["employee_id", "amount_company"]),
    ("routes", "/my/advance-papers"): lambda *_: "/my/advance-papers",
    ("routes", "/my/advance-papers/thanks"): lambda *_: "/my/advance-papers/thanks",
    ("routes", PAGE): page,
}
LOOKS = ("onchange",)

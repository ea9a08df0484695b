"""A request for an advance: asked, decided, with its purpose, papers and rules."""

from .. import advances as make
from .. import makers

TABLE = """
                                     portal sales store audit finance chief cashier officer hr  rules abroad admin
hr.employee.advance
  read                               -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
  create                             -      own   -     own   own     own   own     yes     yes own   own    yes
  write                              -      own   -     own   own     own   own     own     own own   own    own
  write: handed in                   -      no    -     no    no      no    no      no      no  no    no     no
  write: its state                   -      -     -     -     -       -     -       -       -   -     -      -
  unlink                             -      own   -     own   own     own   own     own     own own   own    own
  unlink: handed in                  -      no    -     no    no      no    no      no      no  no    no     no
  action_submit                      -      own   -     own   own     own   own     own     own own   own    own
  action_draft: handed in            -      no    -     no    no      no    no      no      no  no    no     no
  action_recall: handed in           -      own   -     own   own     own   own     own     own own   own    own
  action_cancel                      -      own   -     own   yes     yes   own     own     own own   own    own
  action_approve: handed in          -      no    own   no    yes     yes   no      no      no  no    no     no
  action_open_refuse: handed in      -      own   own   yes   yes     yes   own     own     own own   own    yes
  action_open_approval               -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
  action_open_items                  -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
  action_open_payments               -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
  action_open_vouchers               -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
  action_add_voucher                 -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
  action_ask_for_paper               -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
  action_settle                      -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
  action_report_effect               -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
  action_print_slip                  -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
  action_release_unpaid              -      own   -     own   yes     yes   yes     own     own own   own    own
  action_acknowledge_papers          -      -     -     -     yes     yes   -       -       -   -     -      -
  action_hand_back_slip              -      -     -     -     no      no    -       -       -   -     -      -
  action_export_evidence             -      -     -     yes   yes     yes   -       -       yes -     -      yes
  action_export_evidence_unmasked    -      -     -     yes   -       -     -       -       -   -     -      yes
hr.employee.advance.answer
  read                               -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
  create write unlink                -      -     -     -     -       -     -       -       -   -     -      -
hr.employee.advance.paper
  read                               -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
  create write unlink                -      own   -     own   own     own   own     own     own own   own    own
  write: handed in                   -      no    -     no    no      no    no      no      no  no    no     no
hr.employee.advance.approve
  read create write                  -      own   own   own   own     own   own     own     own own   own    own
  unlink                             -      -     -     -     -       -     -       -       -   -     -      -
  action_approve                     -      -     own   -     yes     yes   -       -       -   -     -      -
  onchange: figures                  -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
hr.employee.advance.approve.line
  read create write unlink           -      own   own   own   own     own   own     own     own own   own    own
  onchange: figures                  -      own   own   yes   yes     yes   yes     yes     yes own   own    yes
hr.employee.advance.purpose
  read                               -      yes   yes   yes   yes     yes   yes     yes     yes yes   yes    yes
  create write unlink                -      -     -     -     -       -     -       -       -   yes   -      yes
hr.employee.advance.paper.kind
  read                               -      yes   yes   yes   yes     yes   yes     yes     yes yes   yes    yes
  create write unlink                -      -     -     -     -       -     -       -       -   yes   -      yes
hr.employee.advance.question
  read                               -      yes   yes   yes   yes     yes   yes     yes     yes yes   yes    yes
  create write unlink                -      -     -     -     -       -     -       -       -   yes   -      yes
hr.employee.advance.step
  read                               -      -     -     yes   yes     yes   -       -       -   yes   -      yes
  create write unlink                -      -     -     -     -       -     -       -       -   yes   -      yes
hr.employee.advance.policy
  read                               -      -     -     yes   yes     yes   -       -       -   yes   -      yes
  create write unlink                -      -     -     -     -       -     -       -       -   yes   -      yes
  get_import_templates               all    all   all   all   all     all   all     all     all all   all    all
hr.employee.advance.terms
  read                               -      yes   yes   yes   yes     yes   yes     yes     yes yes   yes    yes
  create write unlink action_publish -      -     -     -     -       -     -       -       -   yes   -      yes
ir.attachment
  unlink: of what was handed in      -      -     -     -     -       -     -       -       -   -     -      -
hr.employee
  action_open_advances               all    all   all   all   all     all   all     all     all all   all    all
hr.employee.public
  action_open_advances               all    all   all   all   all     all   all     all     all all   all    all
sale.order
  action_open_advances               -      own   yes   yes   yes     yes   yes     .       .   .     .      yes
"""

ADVANCE, PAPER = make.ADVANCE, f"{make.ADVANCE}.paper"
APPROVE, PURPOSE = f"{ADVANCE}.approve", f"{ADVANCE}.purpose"


def of_purpose(scene, owner):
    return {"purpose_id": make.purpose(scene, owner), "name": "More"}


def kind_values(scene, owner):
    return of_purpose(scene, owner) | {"stage": "request", "minimum": 0}


def kind(scene, owner):
    return owner.home.create(f"{ADVANCE}.paper.kind", **kind_values(scene, owner))


def question_values(scene, owner):
    return of_purpose(scene, owner) | {"is_required": False}


def terms_values(scene, owner):
    # of a day to come: once in force, whoever asks has to accept them
    return {"company_id": owner.home.id, "text": "Bring it back", "date_from": "2099-12-31"}


def question(scene, owner):
    return owner.home.create(f"{ADVANCE}.question", **question_values(scene, owner))


def purpose_values(scene, owner):
    return {"name": owner.home.number("Fair"), "company_id": owner.home.id}


def policy_values(scene, owner):
    # for one who borrows nothing
    values = {"amount": 1, "company_id": owner.home.id}
    return values | {"employee_id": make.leaver(scene, owner)}


def step_values(scene, owner):
    values = {"name": "Board", "company_id": owner.home.id, "amount_from": 10**9}
    return values | {"user_ids": [(6, 0, [owner.id])]}


def new(model, values):
    return lambda scene, owner: owner.home.create(model, **values(scene, owner))


def paper_values(scene, owner):
    draft = make.draft(scene, owner)
    paper = make.one(owner, PAPER, advance_id=draft)
    of_draft = owner.home.read(PAPER, paper, "kind_id")["kind_id"][0]
    make.debtor(scene, owner).client.call(PAPER, "unlink", [paper])
    return {"advance_id": draft, "kind_id": of_draft}


def paper_handed_in(scene, owner):
    return make.one(owner, PAPER, advance_id=scene.get(make.submitted, owner))


def approval(scene, owner):
    return {"advance_id": make.waiting(scene, owner)}


def approval_line(scene, owner):
    answer = scene.get(make.answer, owner)
    wizard = make.debtor(scene, owner).client.call(
        APPROVE, "create", [{"advance_id": scene.get(make.submitted, owner)}]
    )
    return {"wizard_id": wizard[0], "answer_id": answer}


def employee(scene, owner):
    return make.debtor(scene, owner).employee


def order(scene, owner):
    partner = owner.home.customer()
    return owner.home.create("sale.order", **owner.home.order_values(partner, 5, user_id=owner.id))


PAID = (
    *("action_open_items", "action_open_payments", "action_open_vouchers", "action_add_voucher"),
    *("action_ask_for_paper", "action_settle", "action_report_effect", "action_print_slip"),
    *("action_export_evidence", "action_export_evidence_unmasked"),
)
RECORDS = {
    ADVANCE: make.draft,
    (ADVANCE, "action_open_approval"): make.submitted,
    (ADVANCE, "action_hand_back_slip"): make.paid,
    ("ir.attachment", "unlink: of what was handed in"): make.file,
    **{(ADVANCE, method): make.paid for method in PAID},
    (ADVANCE, "read"): make.submitted,
    (ADVANCE, "write: handed in"): make.submitted,
    (ADVANCE, "write: its state"): make.submitted,
    (ADVANCE, "unlink: handed in"): make.submitted,
    (ADVANCE, "action_draft: handed in"): make.submitted,
    (ADVANCE, "action_recall: handed in"): make.submitted,
    (ADVANCE, "action_approve: handed in"): make.waiting,
    (ADVANCE, "action_open_refuse: handed in"): make.waiting,
    (ADVANCE, "action_release_unpaid"): make.approved,
    (ADVANCE, "action_acknowledge_papers"): make.with_voucher,
    f"{ADVANCE}.answer": make.answer,
    PAPER: make.paper,
    (PAPER, "write: handed in"): paper_handed_in,
    PURPOSE: new(PURPOSE, purpose_values),
    f"{ADVANCE}.paper.kind": kind,
    f"{ADVANCE}.question": question,
    f"{ADVANCE}.terms": new(f"{ADVANCE}.terms", terms_values),
    f"{ADVANCE}.policy": new(f"{ADVANCE}.policy", policy_values),
    f"{ADVANCE}.step": new(f"{ADVANCE}.step", step_values),
    ("hr.employee", "action_open_advances"): employee,
    "hr.employee.public": employee,
    ("sale.order", "action_open_advances"): order,
}
VALUES = {
    ADVANCE: make.values,
    f"{ADVANCE}.answer": lambda scene, owner: {
        "advance_id": scene.get(make.submitted, owner),
        "question": "Why?",
    },
    PAPER: paper_values,
    APPROVE: approval,
    f"{APPROVE}.line": approval_line,
    PURPOSE: purpose_values,
    f"{ADVANCE}.paper.kind": kind_values,
    f"{ADVANCE}.question": question_values,
    f"{ADVANCE}.terms": terms_values,
    f"{ADVANCE}.policy": policy_values,
    f"{ADVANCE}.step": step_values,
}
CHANGES = {
    ADVANCE: {"amount": 650.35},
    (ADVANCE, "write: its state"): {"request_state": "finance_approved"},
    f"{ADVANCE}.answer": {"answer": "Nothing"},
    PAPER: {"attachment_ids": [(5,)]},
    APPROVE: {"line_ids": [(5,)]},
    f"{APPROVE}.line": {"answer": "Nothing"},
    PURPOSE: {"settle_days": 900},
    f"{ADVANCE}.paper.kind": {"name": "None"},
    f"{ADVANCE}.question": {"name": "None"},
    f"{ADVANCE}.terms": {"text": "Keep it"},
    f"{ADVANCE}.policy": {"amount": 10**9},
    f"{ADVANCE}.step": {"amount_from": 10**8},
}
CALLS = {
    (f"{ADVANCE}.policy", "get_import_templates"): lambda *_: [],
    **makers.figures(APPROVE, approval, ["advance_id", "line_ids"]),
    **makers.figures(f"{APPROVE}.line", approval_line, ["answer_id", "question"]),
}
LOOKS = ("onchange", "get_import_templates")
LOOKS += ("action_add_voucher", "action_ask_for_paper", "action_settle", "action_report_effect")
LOOKS += ("action_print_slip",)

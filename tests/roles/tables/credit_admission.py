"""The customer file: who completes it, who vouches for it, and what is asked of whom."""

from .. import life, makers

TABLE = """
                                portal staff sales store head credit owner audit control books admin
credit.admission
  read                             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  create unlink                    -     -     -     -    -      -     -     -      -      -     -
  write                            -     -    own   yes  yes    yes   yes    -      -      -    yes
  write: what decides the limit    -     -     -     -    -     yes   yes    -      -      -    yes
  write: its class in review       -     -     -     -    -     yes   yes    -      -      -    yes
  write: its state                 -     -     -     -    -      -     -     -      -      -     -
  write: whose it is               -     -     -     -    -      -     -     -      -      -     -
  action_open_customer             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  action_open_account              -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  action_open_approval             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  action_submit                    -     -    own   yes  yes    yes   yes    -      -      -    yes
  action_withdraw                  -     -    own   own  own     -     -     -      -      -    own
  action_verify_all                -     -    no    no   no     yes   yes   no      -     no    yes
  action_confirm_review            -     -     -     -    -     yes   yes    -      -      -    yes
credit.admission.item
  read                             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  create unlink                    -     -     -     -    -      -     -     -      -      -     -
  write                            -     -    own   yes  yes    yes   yes    -      -      -    yes
  write: when it is verified       -     -     -     -    -     yes   yes    -      -      -    yes
  write: as if it were verified    -     -     -     -    -      -     -     -      -      -     -
  write: to another file           -     -     -     -    -      -     -     -      -      -     -
  action_renew                     -     -    own   yes  yes    yes   yes    -      -      -    yes
  action_verify                    -     -     -     -    -     yes   yes    -      -      -    yes
  action_verify: of his people     .     .     .    own   .      .     .     .      .      .     .
  action_unverify                  -     -     -     -    -     yes   yes    -      -      -    yes
credit.customer.class
  read                             -    yes   yes   yes  yes    yes   yes   yes    yes    yes   yes
  create write unlink              -     -     -     -    -      -    yes    -      -      -    yes
credit.admission.requirement
  read                             -    yes   yes   yes  yes    yes   yes   yes    yes    yes   yes
  create write unlink              -     -     -     -    -      -    yes    -      -      -    yes
credit.account
  action_open_admission            -     -    own   yes  yes    yes   yes   yes     -     yes   yes
res.partner
  action_view_credit_admission     -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  web_save                         -     -    all   all  all     -     -     -      -      -    all
res.partner.bank
  create write unlink              -     -     -     -    -      -     -     -      -      -    all
ir.attachment
  create: a scan                   -     -     -     -    -      -     -     -      -      -     -
  write: a scan                    -     -     -     -    -      -     -     -      -      -     -
  create: a paper of the file      -     -    own   yes  yes    yes   yes    -      -      -    yes
"""


def account_with_file(scene, owner):
    return owner.home.read("credit.admission", life.file(scene, owner), "account_id")["account_id"][
        0
    ]


def customer_with_file(scene, owner):
    return owner.home.read("credit.admission", life.file(scene, owner), "partner_id")["partner_id"][
        0
    ]


def file_values(scene, owner):
    return {"account_id": owner.home.account(scene.get(makers.customer, owner))}


def class_changes(scene, owner):
    return {"class_id": life.customer_class(owner)}


def of_another(scene, owner):
    return {"account_id": scene.get(account_with_file, scene["colleague"])}


def to_another(scene, owner):
    return {"admission_id": scene.get(life.file, scene["colleague"])}


def item(scene, owner):
    return life.item_of(owner, life.file(scene, owner))


def submitted_item(scene, owner):
    return life.item_of(owner, life.submitted(scene, owner))


def verified_item(scene, owner):
    return life.item_of(owner, life.verified(scene, owner))


def item_of_his_people(scene, owner):
    """To be verified by him who decides: the manager of the salesperson."""
    person = {"store": "sales", "colleague": "junior"}.get(owner.role)
    return person and submitted_item(scene, scene[person])


def item_values(scene, owner):
    made = scene.get(life.file, owner)
    requirement = owner.home.read(
        "credit.admission.item", life.item_of(owner, made), "requirement_id"
    )
    return {"admission_id": made, "requirement_id": requirement["requirement_id"][0]}


def bank_values(scene, owner):
    number = f"6222 {next(owner.home.numbers):012}"
    return {"partner_id": scene.get(makers.customer, owner), "acc_number": number}


def bank(scene, owner):
    return owner.home.create("res.partner.bank", **bank_values(scene, owner))


def class_values(scene, owner):
    return {"name": owner.home.number("Class"), "company_id": owner.home.id}


def requirement_values(scene, owner):
    return {"class_id": scene.get(life.customer_class_of, owner), "name": "Visit"}


def requirement(scene, owner):
    return owner.home.create("credit.admission.requirement", **requirement_values(scene, owner))


def scan(scene, owner):
    """The attachment behind a scan."""
    made = item(scene, owner)
    owner.home.call("credit.admission.item", "write", [made], {"scan": DATA, "scan_name": "a.png"})
    domain = [("res_id", "=", made), *SCAN]
    (attachment,) = owner.home.call("ir.attachment", "search", domain)
    return attachment


DATA = "iVBORw0KGgo="
SCAN = [("res_model", "=", "credit.admission.item"), ("res_field", "=", "scan")]


def scan_values(scene, who, owner):
    values = {name: value for name, _is, value in SCAN}
    return [[values | {"name": "a.png", "datas": DATA, "res_id": scene.get(item, owner)}]]


def paper(scene, who, owner):
    made = scene.get(item, owner)
    return [[{"name": "a.txt", "datas": DATA, "res_model": ITEM, "res_id": made}]]


ADMISSION, ITEM = "credit.admission", "credit.admission.item"
RECORDS = {
    ADMISSION: life.file,
    (ADMISSION, "write: its class in review"): life.submitted,
    (ADMISSION, "write: its state"): life.submitted,
    (ADMISSION, "action_open_approval"): life.submitted,
    (ADMISSION, "action_submit"): life.completed,
    (ADMISSION, "action_withdraw"): life.submitted,
    (ADMISSION, "action_verify_all"): life.submitted,
    (ADMISSION, "action_confirm_review"): life.admitted,
    ITEM: item,
    (ITEM, "write: when it is verified"): verified_item,
    (ITEM, "action_renew"): verified_item,
    (ITEM, "action_verify"): submitted_item,
    (ITEM, "action_verify: of his people"): item_of_his_people,
    (ITEM, "action_unverify"): verified_item,
    "credit.customer.class": life.customer_class_of,
    "credit.admission.requirement": requirement,
    ("credit.account", "action_open_admission"): account_with_file,
    ("res.partner", "action_view_credit_admission"): customer_with_file,
    "ir.attachment": scan,
    "res.partner.bank": bank,
}
VALUES = {
    ADMISSION: file_values,
    ITEM: item_values,
    "credit.customer.class": class_values,
    "credit.admission.requirement": requirement_values,
    "res.partner.bank": bank_values,
}
CHANGES = {
    ADMISSION: class_changes,
    (ADMISSION, "write: what decides the limit"): {"guarantee_amount": 1_000},
    (ADMISSION, "write: its class in review"): class_changes,
    (ADMISSION, "write: its state"): {"state": "approved"},
    (ADMISSION, "write: whose it is"): of_another,
    ITEM: {"note": "Visited"},
    (ITEM, "write: as if it were verified"): {"verified_at": "2026-01-01 00:00:00"},
    (ITEM, "write: to another file"): to_another,
    "credit.customer.class": {"sequence": 70},
    "credit.admission.requirement": {"weight": 2},
    "ir.attachment": {"datas": DATA},
    "res.partner.bank": {"acc_holder_name": "Buyer"},
}
ARGUMENTS = {("res.partner", "web_save"): [{"comment": "Tiles"}, {}]}
CALLS = {
    ("ir.attachment", "create: a scan"): scan_values,
    ("ir.attachment", "create: a paper of the file"): paper,
}

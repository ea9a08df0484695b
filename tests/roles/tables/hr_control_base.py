"""The foundation: requests, delegations, alerts, the record and its seal."""

from .. import makers
from ..people import LONG

TABLE = """
                                portal  staff  sales  store  credit  audit  control  admin
hr.control.approval
  read                            -      own    own    own    own     yes     yes     yes
  create write unlink             -      -      -      -      -       -       -       -
  action_open_document            -      own    own    own    own     yes     yes     yes
  action_open_refuse              -      own    own    own    own     yes     yes     yes
  action_approve: waits for him   -      own    .      own    own     .       .       own
  action_approve: he asked        -      .      no     no     .       no      no      no
  action_refuse: waits for him    -      own    .      own    own     .       .       own
  action_refuse: he asked         -      .      no     no     .       no      no      no
  action_withdraw                 -      .      own    own    .       -       -       own
# what others said stays as it was said: tried with documents of each kind by the add-ons' own tests
mail.message
  create write unlink             .      .      .      .      .       .       .       .
hr.control.approval.step
  read                            -      own    own    own    own     yes     yes     yes
  create write unlink             -      -      -      -      -       -       -       -
hr.control.approval.refuse
  read create write               -      own    own    own    own     own     own     own
  unlink                          -      -      -      -      -       -       -       -
  action_refuse                   -      own    .      own    own     .       .       own
hr.control.delegation
  read                            -      own    own    own    own     yes     yes     yes
  read: made for him              .      own    own    own    own     yes     yes     yes
  create write unlink             -      own    own    own    own     own     own     own
hr.control.level
  read                            -      yes    yes    yes    yes     yes     yes     yes
  create write unlink             -      -      -      -      -       -       yes     yes
hr.control.region
  read                            -      yes    yes    yes    yes     yes     yes     yes
  create write unlink             -      -      -      -      -       -       yes     yes
hr.control.alert
  read                            -      own    own    own    own     yes     yes     yes
  create write unlink             -      -      -      -      -       -       -       -
  action_open_document            -      own    own    own    own     yes     yes     yes
  action_resend                   -      -      -      -      -       -       yes     yes
hr.control.alert.delivery
  read                            -      own    own    own    own     yes     yes     yes
  create write unlink             -      -      -      -      -       -       -       -
hr.control.dossier
  read                            -      -      -      -      -       yes     yes     yes
  create write unlink             -      -      -      -      -       -       -       -
  action_open_subject             -      -      -      -      -       yes     yes     yes
hr.control.event
  read                            -      -      -      -      -       yes     yes     yes
  create write unlink             -      -      -      -      -       -       -       -
  action_open_document            -      -      -      -      -       yes     -       yes
hr.control.seal
  read                            -      -      -      -      -       yes     yes     yes
  create write unlink             -      -      -      -      -       -       -       -
hr.control.verify
  read create write unlink        -      -      -      -      -       own     own     own
  action_verify action_export     -      -      -      -      -       yes     yes     yes
hr.control.verify.line
  read create write unlink        -      -      -      -      -       own     own     own
hr.control.erase
  read create write unlink        -      -      -      -      -       -       own     own
  action_erase                    -      -      -      -      -       -       all     all
hr.control.check.line
  read action_open                -      -      -      -      -       -       own     own
  create write unlink             -      -      -      -      -       -       -       -
  web_search_read web_read_group  -      -      -      -      -       -       all     all
base_import.import
  execute_import: levels          -      -      -      -      -       -       all     all
routes
  /hr_control/export/<int:company_id>  -  -     -      -      -       yes     -       yes
"""

APPROVAL = "hr.control.approval"


def step(scene, owner):
    domain = [("approval_id", "=", scene.get(makers.seen, owner))]
    return owner.home.call("hr.control.approval.step", "search", domain, limit=1)[0]


def delegation_values(scene, owner):
    to = scene["goods" if owner.home is scene else "admin"]
    values = {**LONG, "company_id": owner.home.id, "user_id": owner.id}
    return {**values, "delegate_id": to.id}


def delegation(scene, owner):
    return owner.client.call("hr.control.delegation", "create", [delegation_values(scene, owner)])[
        0
    ]


def delegation_to(scene, owner):
    absent, to = scene["head"], owner
    if owner.home is not scene:
        absent, to = owner, scene["admin"]
    values = {**LONG, "company_id": owner.home.id, "delegate_id": to.id}
    return absent.client.call("hr.control.delegation", "create", [values])[0]


def level(scene, owner):
    return owner.home.create("hr.control.level", **of_company(scene, owner))


def region(scene, owner):
    return owner.home.create("hr.control.region", **of_company(scene, owner))


def of_company(scene, owner):
    return {"name": owner.home.number("East"), "company_id": owner.home.id}


def seal(scene, owner):
    found = owner.home.call("hr.control.seal", "search", [("company_id", "=", owner.home.id)])
    if not found:
        cron = scene.ref("hr_control_base.ir_cron_seal")
        scene.call("ir.cron", "method_direct_trigger", [cron])
        return seal(scene, owner)
    return found[0]


def verification(scene, owner):
    return {"company_id": owner.home.id}


def finding(scene, owner):
    (verify,) = owner.maker.call("hr.control.verify", "create", [verification(scene, owner)])
    return {"verify_id": verify}


def erasure(scene, owner):
    return {"partner_id": scene.get(makers.customer, owner), "reason": "He asked for it"}


def refusal(scene, owner):
    return {"approval_ids": [(6, 0, [scene.get(makers.waiting, owner)])], "reason": "No"}


def check_line(scene, owner):
    reader = owner if owner.role in ("control", "admin", "stranger") else scene["deputy"]
    model, spec = "hr.control.check.line", {"has_action": {}}
    lines = reader.client.call(model, "web_search_read", [], spec)["records"]
    return next(line["id"] for line in lines if line["has_action"])


def level_file(scene, who, owner):
    values = {
        "res_model": "hr.control.level",
        "file": "name\nImported",
        "file_name": "levels.csv",
        "file_type": "text/csv",
    }
    file = who.client.call("base_import.import", "create", [values])
    return [file, ["name"], ["name"], {"has_headers": True, "separator": ",", "quoting": '"'}]


def export_of(scene, who, owner):
    return f"/hr_control/export/{owner.home.id}"


RECORDS = {
    APPROVAL: makers.seen,
    (APPROVAL, "action_approve: waits for him"): makers.waiting,
    (APPROVAL, "action_approve: he asked"): makers.request,
    (APPROVAL, "action_refuse: waits for him"): makers.waiting,
    (APPROVAL, "action_refuse: he asked"): makers.request,
    (APPROVAL, "action_withdraw"): makers.request,
    "hr.control.approval.step": step,
    "hr.control.delegation": delegation,
    ("hr.control.delegation", "read: made for him"): delegation_to,
    "hr.control.level": level,
    "hr.control.region": region,
    "hr.control.alert": makers.alert,
    "hr.control.alert.delivery": makers.delivery,
    "hr.control.dossier": makers.dossier,
    "hr.control.event": makers.event,
    "hr.control.seal": seal,
    "hr.control.check.line": check_line,
}
VALUES = {
    "hr.control.approval.refuse": refusal,
    "hr.control.delegation": delegation_values,
    "hr.control.level": of_company,
    "hr.control.region": of_company,
    "hr.control.verify": verification,
    "hr.control.verify.line": finding,
    "hr.control.erase": erasure,
}
CHANGES = {
    "hr.control.approval.refuse": {"reason": "Still no"},
    "hr.control.delegation": {"note": "Journey"},
    "hr.control.level": {"sequence": 7},
    "hr.control.region": {"name": "West"},
    "hr.control.verify": {"seal_file_name": "seal.json"},
    "hr.control.verify.line": {},
    "hr.control.erase": {"reason": "By letter"},
}
ARGUMENTS = {
    (APPROVAL, "action_refuse: waits for him"): ["No"],
    (APPROVAL, "action_refuse: he asked"): ["No"],
}
CALLS = {
    ("hr.control.check.line", "web_search_read"): lambda *_: [[], {"code": {}}],
    ("hr.control.check.line", "web_read_group"): lambda *_: [[], ["severity"]],
    ("base_import.import", "execute_import: levels"): level_file,
    ("routes", "/hr_control/export/<int:company_id>"): export_of,
}
LOOKS = ("web_search_read", "web_read_group", "action_open", "action_export")

"""Leaving: the clearance, who signs it, what is handed over, the evidence. The owner is the manager of the leaver."""

from .. import advances as make
from .. import makers

TABLE = """
                                     portal sales store audit finance chief cashier officer hr  rules abroad admin
hr.employee.clearance
  read                               -      own   own   yes   yes     yes   own     yes     yes own   own    yes
  create unlink                      -      -     -     -     -       -     -       -       -   -     -      -
  copy                               no     no    no    no    no      no    no      no      no  no    no     no
  write                              -      -     -     -     -       -     -       yes     yes -     -      yes
  write: its state                   -      -     -     -     -       -     -       no      no  -     -      no
  action_complete                    -      -     -     -     -       -     -       no      no  -     -      no
  action_cancel                      -      -     -     -     -       -     -       yes     yes -     -      yes
  action_request_release: owes       -      -     -     -     -       -     -       -       yes -     -      yes
  action_open_departure              -      -     -     -     -       -     -       yes     yes -     -      yes
  action_open_release                -      own   own   yes   yes     yes   own     yes     yes own   own    yes
  action_open_cancel                 -      own   own   yes   yes     yes   own     yes     yes own   own    yes
  action_open_approval               -      own   own   yes   yes     yes   own     yes     yes own   own    yes
  action_open_advances               -      own   own   yes   yes     yes   own     yes     yes own   own    yes
  action_open_handover               -      own   own   yes   yes     yes   own     yes     yes own   own    yes
  action_open_handed                 -      own   own   yes   yes     yes   own     yes     yes own   own    yes
  action_print_sheet                 -      own   own   yes   yes     yes   own     yes     yes own   own    yes
  action_open_package                -      -     -     yes   yes     yes   -       -       yes -     -      yes
  action_export_evidence             -      -     -     yes   yes     yes   -       -       yes -     -      yes
  action_my_resignation              .      all   all   all   all     all   all     all     all all   all    all
hr.employee.clearance.line
  read                               -      own   own   yes   yes     yes   own     yes     yes own   own    yes
  create                             -      -     -     -     -       -     -       yes     yes -     -      yes
  write                              -      own   own   own   own     own   own     yes     yes own   own    yes
  write: its state                   -      -     -     -     -       -     -       -       -   -     -      -
  unlink                             -      -     -     -     -       -     -       -       -   -     -      -
  action_open_sign                   -      own   own   yes   yes     yes   own     yes     yes own   own    yes
  action_sign                        -      own   own   own   own     own   own     own     own own   own    own
hr.employee.clearance.start
  read create write                  -      own   own   own   own     own   own     own     own own   own    own
  unlink                             -      -     -     -     -       -     -       -       -   -     -      -
  action_start                       -      -     -     -     -       -     -       yes     yes -     -      yes
hr.employee.clearance.reason
  read create write                  -      own   own   own   own     own   own     own     own own   own    own
  unlink                             -      -     -     -     -       -     -       -       -   -     -      -
  action_confirm                     -      own   own   own   own     own   own     own     own own   own    own
hr.employee.clearance.template
  read                               -      -     -     -     -       -     -       yes     yes yes   -      yes
  create write unlink                -      -     -     -     -       -     -       -       yes yes   -      yes
hr.employee.clearance.template.line
  read                               -      -     -     -     -       -     -       yes     yes yes   -      yes
  create write unlink                -      -     -     -     -       -     -       -       yes yes   -      yes
hr.employee.handover
  read                               -      own   own   yes   yes     yes   own     yes     yes own   own    yes
  create write unlink                -      -     -     -     -       -     -       -       -   -     -      -
  action_open_document               -      own   own   yes   yes     yes   own     yes     yes own   own    yes
hr.employee.handover.wizard
  read create write                  -      own   own   own   own     own   own     own     own own   own    own
  unlink                             -      -     -     -     -       -     -       -       -   -     -      -
  onchange: figures                  -      own   own   yes   yes     yes   own     yes     yes own   own    yes
  action_hand_over                   -      own   own   own   own     own   own     yes     yes own   own    yes
hr.employee.handover.wizard.line
  read create write unlink           -      own   own   own   own     own   own     own     own own   own    own
hr.departure.wizard
  action_open_clearance              -      -     -     -     -       -     -       yes     yes -     -      yes
  action_register_departure: owes    -      -     -     -     -       -     -       no      no  -     -      no
hr.employee
  create                             -      -     -     -     -       -     -       yes     yes -     -      yes
  write: leaves and owes             -      -     -     -     -       -     -       no      no  -     -      no
  unlink: owes                       -      -     -     -     -       -     -       no      no  -     -      no
  action_open_clearance              -      -     -     -     -       -     -       yes     yes -     -      yes
  action_export_evidence             -      -     -     yes   yes     yes   -       -       yes -     -      yes
  action_export_evidence_unmasked    -      -     -     yes   -       -     -       -       -   -     -      yes
hr.version
  create: leaves and owes            -      -     -     -     -       -     -       no      no  -     -      no
  write: leaves and owes             -      -     -     -     -       -     -       no      no  -     -      no
resource.resource
  write: leaves and owes             -      -     -     -     -       -     -       no      no  -     -      no
  unlink: owes                       -      -     -     -     -       -     -       no      no  -     -      no
routes
  /hr_employee_advance/evidence/<int:employee_id> - - - yes yes yes - - yes - - yes
  /hr_employee_advance/evidence/<int:employee_id>/<string:form> - - - yes - - - - - - - yes
  /hr_employee_advance/evidence/kept/<int:clearance_id> - - - - - - - - - - - -
"""

CLEARANCE, LINE = "hr.employee.clearance", "hr.employee.clearance.line"
TEMPLATE, HANDOVER = f"{CLEARANCE}.template", "hr.employee.handover"
DEPARTURE, EVIDENCE = "hr.departure.wizard", "/hr_employee_advance/evidence/<int:employee_id>"


def line_values(scene, owner):
    form = {"clearance_id": scene.get(make.clearance, owner), "kind": "it", "name": "Car"}
    return form | {"date_due": make.LATER}


def reason(scene, owner):
    return {"line_id": make.line(scene, owner), "kind": "sign", "reason": "All there"}


def template_values(scene, owner):
    line = {"kind": "it", "name": "Computer"}
    values = {"name": owner.home.number("List"), "company_id": owner.home.id}
    return values | {"job_id": job(scene, owner), "line_ids": [(0, 0, line)]}


def job(scene, owner):
    return scene.create("hr.job", name=owner.home.number("Post"), company_id=owner.home.id)


def template(scene, owner):
    return owner.home.create(TEMPLATE, **template_values(scene, owner))


def template_line_values(scene, owner):
    return {"template_id": scene.get(template, owner), "kind": "it", "name": "Key"}


def template_line(scene, owner):
    return owner.home.create(f"{TEMPLATE}.line", **template_line_values(scene, owner))


def wizard_line(scene, owner):
    clearance = {"clearance_id": scene.get(make.selling_clearance, owner)}
    client = make.manager(scene, owner).client
    wizard = client.call(f"{HANDOVER}.wizard", "create", [clearance])[0]
    return {"wizard_id": wizard, "partner_id": owner.home.customer()}


def leaves(scene, who, owner):
    form = {"employee_ids": [(6, 0, [scene.get(make.owing, owner)])]}
    form["departure_date"] = make.LATER
    return [who.client.call(DEPARTURE, "create", [form])]


def version(scene, owner):
    debtor = scene.get(make.owing, owner)
    return owner.home.read("hr.employee", debtor, "version_id")["version_id"][0]


def version_values(scene, who, owner):
    values = {"employee_id": scene.get(make.owing, owner), "date_version": "2031-01-01"}
    return [[values | {"departure_date": "2031-02-01"}]]


def resource(scene, owner):
    debtor = scene.get(make.owing, owner)
    return owner.home.read("hr.employee", debtor, "resource_id")["resource_id"][0]


def employee_values(scene, who, owner):
    return [[{"name": owner.home.number("New"), "company_id": owner.home.id}]]


def evidence_of(scene, who, owner):
    return f"/hr_employee_advance/evidence/{scene.get(make.owing, owner)}"


def kept_of(scene, who, owner):
    return f"/hr_employee_advance/evidence/kept/{scene.get(make.clearance, owner)}"


def unmasked_of(scene, who, owner):
    return f"/hr_employee_advance/evidence/{scene.get(make.owing, owner)}/unmasked"


RECORDS = {
    CLEARANCE: make.clearance,
    (CLEARANCE, "action_request_release: owes"): make.owing_clearance,
    LINE: make.line,
    TEMPLATE: template,
    f"{TEMPLATE}.line": template_line,
    HANDOVER: make.handover,
    "hr.employee": make.owing,
    "hr.version": version,
    "resource.resource": resource,
}
VALUES = {
    CLEARANCE: lambda scene, owner: {
        "employee_id": make.leaver(scene, owner),
        "company_id": owner.home.id,
        "date_last": make.LATER,
        "origin": "hr",
    },
    LINE: line_values,
    f"{CLEARANCE}.start": make.start_values,
    f"{CLEARANCE}.reason": reason,
    TEMPLATE: template_values,
    f"{TEMPLATE}.line": template_line_values,
    HANDOVER: lambda scene, owner: {"clearance_id": scene.get(make.clearance, owner)},
    f"{HANDOVER}.wizard": make.handing_over,
    f"{HANDOVER}.wizard.line": wizard_line,
}
CHANGES = {
    CLEARANCE: {"date_last": "2099-12-31"},
    (CLEARANCE, "write: its state"): {"state": "completed"},
    LINE: {"note": "All there"},
    (LINE, "write: its state"): {"state": "signed"},
    f"{CLEARANCE}.start": {"reason": "Another"},
    f"{CLEARANCE}.reason": {"reason": "Nothing there"},
    TEMPLATE: {"sequence": 7},
    f"{TEMPLATE}.line": {"name": "Two keys"},
    HANDOVER: {"name": "Nothing"},
    f"{HANDOVER}.wizard": {"successor_id": False},
    f"{HANDOVER}.wizard.line": {"successor_id": False},
    ("hr.employee", "write: leaves and owes"): {"active": False},
    ("hr.version", "write: leaves and owes"): {"departure_date": make.LATER},
    ("resource.resource", "write: leaves and owes"): {"active": False},
}
ARGUMENTS = {
    (CLEARANCE, "action_cancel"): ["Stays"],
    (CLEARANCE, "action_request_release: owes"): ["By law"],
}
CALLS = {
    (DEPARTURE, "action_open_clearance"): leaves,
    (DEPARTURE, "action_register_departure: owes"): leaves,
    ("hr.employee", "create"): employee_values,
    ("hr.version", "create: leaves and owes"): version_values,
    (CLEARANCE, "action_my_resignation"): lambda *_: [],
    **makers.figures(f"{HANDOVER}.wizard", make.handing_over, ["employee_id", "line_ids"]),
    ("routes", "/hr_employee_advance/evidence/kept/<int:clearance_id>"): kept_of,
    ("routes", EVIDENCE): evidence_of,
    ("routes", f"{EVIDENCE}/<string:form>"): unmasked_of,
}
LOOKS = ("onchange", "action_my_resignation", "action_print_sheet")

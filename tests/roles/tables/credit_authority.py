"""Who may give how much: rules, pools, suspensions, and the matrix of all of it."""

from .. import makers

TABLE = """
                                portal staff sales store head credit owner audit control books admin
credit.authority.use
  read                             -     -     -    yes  yes    yes   yes   yes     -      -    yes
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
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
credit.authority.matrix
  read create write unlink         -     -     -     -    -     own   own   own     -      -    own
  action_show action_download      -     -     -     -    -     yes   yes   yes     -      -    yes
credit.authority.matrix.line
  read create write unlink         -     -     -     -    -     own   own   own     -      -    own
  action_suspend                   -     -     -     -    -     all   all   all     -      -    all
  action_lift                      -     -     -     -    -     yes   yes    -      -      -    yes
routes
  /hr_receivables_control/authority_matrix - -  -  -  -         yes   yes   yes     -      -    yes
"""


def authority_row(scene, who, owner):
    values = authority_values(scene, owner)
    columns = ["company_id/.id", "level_id/.id", "max_over_amount"]
    return [columns, [[str(values["company_id"]), str(values["level_id"]), "5"]]]


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


def matrix_values(scene, owner):
    return {"company_id": owner.home.id}


def matrix_line_values(scene, owner):
    (matrix,) = owner.maker.call("credit.authority.matrix", "create", [matrix_values(scene, owner)])
    return {
        "matrix_id": matrix,
        "user_id": owner.id,
        "suspension_id": scene.get(suspension, owner),
    }


def matrix_of(scene, who, owner):
    return f"/hr_receivables_control/authority_matrix?company_id={owner.home.id}&day=2030-01-01"


RECORDS = {
    "credit.authority.use": makers.emergency,
    "credit.authority": authority,
    "credit.pool": makers.pool,
    ("credit.pool", "read: of his people"): pool_of_report,
    "credit.suspension": suspension,
}
VALUES = {
    "credit.authority": authority_values,
    "credit.suspension": suspension_values,
    "credit.suspension.lift": lift_values,
    "credit.authority.matrix": matrix_values,
    "credit.authority.matrix.line": matrix_line_values,
}
CHANGES = {
    "credit.authority": {"max_over_amount": 2},
    ("credit.suspension", "write: another person"): {"reason": "Nothing at all"},
    ("credit.suspension", "write: lifted by hand"): {"date_to": "2030-01-01 00:00:00"},
    "credit.suspension.lift": {"reason": "Over"},
    "credit.authority.matrix": {"day": "2030-01-01"},
    "credit.authority.matrix.line": {"sequence": 7},
}
ARGUMENTS = {
    ("credit.suspension", "action_lift"): ["Over"],
}
CALLS = {
    ("credit.authority", "load: one row"): authority_row,
    ("credit.authority", "get_import_templates"): lambda *_: [],
    ("credit.suspension", "action_lift: his own"): own_suspension,
    ("routes", "/hr_receivables_control/authority_matrix"): matrix_of,
}
LOOKS = (
    "action_suspend",
    "action_download",
)

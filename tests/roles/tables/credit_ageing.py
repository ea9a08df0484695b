"""The ageing as of any day: everybody what he may see of it."""

from .. import life

TABLE = """
                                portal staff sales store head credit owner audit control books admin
credit.ageing.line
  read                             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
  action_open_document             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  action_open_items                -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  get_ledger_check                 -     -    all   all  all    all   all   all     -     all   all
credit.ageing.customer
  read                             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
  action_open_items                -     -    own   yes  yes    yes   yes   yes     -     yes   yes
credit.ageing.report
  read create write unlink         -     -    own   own  own    own   own   own     -     own   own
  action_open action_download      -     -    yes   yes  yes    yes   yes   yes     -     yes   yes
  action_open_customers            -     -    yes   yes  yes    yes   yes   yes     -     yes   yes
credit.ageing.report.total
  read create write unlink         -    own   own   own  own    own   own   own    own    own   own
credit.ageing.report.check
  read create write unlink         -    own   own   own  own    own   own   own    own    own   own
credit.account
  action_open_ageing               -     -    own   yes  yes    yes   yes   yes     -     yes   yes
routes
  /hr_receivables_control/ageing   -     -    yes   yes  yes    yes   yes   yes     -     yes   yes
"""


def report_values(scene, owner):
    return {"company_ids": [(6, 0, [owner.home.id])]}


def of_company(scene, owner):
    return {"company_id": owner.home.id}


def ageing_of(scene, who, owner):
    return f"/hr_receivables_control/ageing?day=2030-01-01&cids={owner.home.id}"


REPORT = "credit.ageing.report"
RECORDS = dict.fromkeys(("credit.ageing.line", "credit.ageing.customer"), life.late_item)
VALUES = {REPORT: report_values, f"{REPORT}.total": of_company, f"{REPORT}.check": of_company}
CHANGES = {
    "credit.ageing.line": {"residual": 0},
    "credit.ageing.customer": {"residual": 0},
    REPORT: {"period": "month"},
    f"{REPORT}.total": {"residual": 1},
    f"{REPORT}.check": {"ledger": 1},
}
CALLS = {
    ("routes", "/hr_receivables_control/ageing"): ageing_of,
    ("credit.ageing.line", "get_ledger_check"): lambda *_: [],
}
LOOKS = ("action_open", "action_download", "get_ledger_check")

"""Warnings, analysis, risky positions and trying a quota on the past."""

from .. import advances as make
from .. import makers

TABLE = """
                                     portal sales store audit finance chief cashier officer hr  rules abroad admin
hr.employee.advance.flag
  read                               -      -     own   yes   yes     yes   -       -       -   -     -      yes
  create write unlink                -      -     -     -     -       -     -       -       -   -     -      -
  action_open_advance                -      -     own   yes   yes     yes   -       -       -   -     -      yes
hr.employee.advance.report
  read                               -      -     -     yes   yes     yes   -       -       -   yes   -      yes
  create write unlink                -      -     -     -     -       -     -       -       -   -     -      -
  action_open_advance                -      -     -     yes   yes     yes   -       -       -   yes   -      yes
hr.employee.advance.rate
  read                               -      -     -     yes   yes     yes   -       -       -   yes   -      yes
  create write unlink                -      -     -     -     -       -     -       -       -   -     -      -
  action_open_advances               -      -     -     yes   yes     yes   -       -       -   yes   -      yes
  action_open_open                   -      -     -     yes   yes     yes   -       -       -   yes   -      yes
  action_open_overdue                -      -     -     yes   yes     yes   -       -       -   yes   -      yes
hr.employee.advance.year.end
  read                               -      -     -     yes   yes     yes   -       -       -   yes   -      yes
  create write unlink                -      -     -     -     -       -     -       -       -   -     -      -
  action_open_advance                -      -     -     yes   yes     yes   -       -       -   yes   -      yes
hr.employee.advance.backtest
  read create write unlink           -      -     -     own   own     own   -       -       -   own   -      own
  action_run                         -      -     -     yes   yes     yes   -       -       -   yes   -      yes
  action_open_lines                  -      -     -     all   all     all   -       -       -   all   -      all
hr.employee.advance.backtest.line
  read                               -      -     -     own   own     own   -       -       -   own   -      own
  create write unlink                -      -     -     -     -       -     -       -       -   -     -      -
  action_open_advance                -      -     -     own   own     own   -       -       -   own   -      own
hr.employee.advance.risk
  read                               -      -     -     yes   yes     yes   -       -       -   yes   -      yes
  create write unlink                -      -     -     -     -       -     -       -       -   -     -      -
  action_apply action_dismiss        -      -     -     -     -       -     -       -       -   yes   -      .
  action_open_dismiss                -      -     -     yes   yes     yes   -       -       -   yes   -      yes
  action_open_advances               -      -     -     yes   yes     yes   -       -       -   yes   -      yes
hr.employee.advance.risk.dismiss
  read create write unlink           -      -     -     -     -       -     -       -       -   own   -      own
  onchange: figures                  -      -     -     -     -       -     -       -       -   yes   -      yes
  action_confirm                     -      -     -     -     -       -     -       -       -   yes   -      .
hr.employee.advance.risk.line
  read                               -      -     -     yes   yes     yes   -       -       -   yes   -      yes
  create write unlink                -      -     -     -     -       -     -       -       -   -     -      -
  action_open_advances               -      -     -     yes   yes     yes   -       -       -   yes   -      yes
hr.employee.advance.risk.report
  read                               -      -     -     yes   yes     yes   -       -       -   yes   -      yes
  create write unlink                -      -     -     -     -       -     -       -       -   -     -      -
  action_download                    -      -     -     yes   yes     yes   -       -       -   yes   -      yes
routes
  /hr_employee_advance/risk_report/<int:report_id> - - - yes yes yes - - - yes - yes
"""

ADVANCE = make.ADVANCE
FLAG, RATE, TRY = f"{ADVANCE}.flag", f"{ADVANCE}.rate", f"{ADVANCE}.backtest"
RISK, LINE, REPORT = f"{ADVANCE}.risk", f"{ADVANCE}.risk.line", f"{ADVANCE}.risk.report"


def rate(scene, owner):
    scene.get(make.paid, owner)
    return make.one(owner, RATE, company_id=owner.home.id)


def trial(scene, owner):
    return {"company_id": owner.home.id, "amount": 100}


def dismissal(scene, owner):
    found = scene.get(make.risk, owner)
    return {"risk_id": found, "reason": "Trade fair"} if found else None


def year_end(scene, owner):
    return make.one(owner, f"{ADVANCE}.year.end", advance_id=scene.get(make.paid, owner))


def trial_line(scene, owner):
    """Something that a quota of 100 would have refused; tried by himself where he may."""
    scene.get(make.submitted, owner)
    may = owner.role in ("audit", "finance", "chief", "rules", "admin")
    client = owner.client if may else make.helper(scene, owner).client
    wizard = client.call(TRY, "create", [trial(scene, owner)])
    client.call(TRY, "action_run", wizard)
    return client.call(TRY, "read", wizard, ["line_ids"])[0]["line_ids"][0]


def report_of(scene, who, owner):
    report = make.risk_report(scene, owner)
    return report and f"/hr_employee_advance/risk_report/{report}"


RECORDS = {
    FLAG: make.flag,
    f"{ADVANCE}.report": make.paid,
    RATE: rate,
    f"{ADVANCE}.year.end": year_end,
    f"{TRY}.line": trial_line,
    RISK: make.risk,
    LINE: make.risk_line,
    REPORT: make.risk_report,
}
VALUES = {
    FLAG: lambda scene, owner: {"advance_id": scene.get(make.paid, owner), "code": "frequent"},
    TRY: trial,
    f"{TRY}.line": lambda scene, owner: {"advance_id": scene.get(make.paid, owner)},
    f"{RISK}.dismiss": dismissal,
    RISK: lambda scene, owner: {"report_id": scene.get(make.risk_report, owner)},
    LINE: lambda scene, owner: {"report_id": scene.get(make.risk_report, owner)},
    REPORT: lambda scene, owner: {"company_id": owner.home.id},
}
CHANGES = {
    FLAG: {"found_on": "2020-01-01"},
    f"{ADVANCE}.report": {"amount_open": 0},
    RATE: {"open_count": 0},
    f"{ADVANCE}.year.end": {"open_days": 0},
    f"{TRY}.line": {"reason": "open"},
    TRY: {"amount": 200},
    f"{RISK}.dismiss": {"reason": "Not yet"},
    RISK: {"quota_proposed": 0},
    LINE: {"open_count": 0},
    REPORT: {"open_count": 0},
}
ARGUMENTS = {(RISK, "action_dismiss"): ["Trade fair"]}
CALLS = {
    **makers.figures(f"{RISK}.dismiss", dismissal, ["explanation"]),
    ("routes", "/hr_employee_advance/risk_report/<int:report_id>"): report_of,
}
LOOKS = (
    "onchange",
    "action_download",
)

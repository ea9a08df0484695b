"""Rating: what counts, what came of it, and the limits and authority that are proposed."""

from .. import life, makers

TABLE = """
                                portal staff sales store head credit owner audit control books admin
credit.grade
  read                             -    yes   yes   yes  yes    yes   yes   yes    yes    yes   yes
  create write unlink              -     -     -     -    -      -    yes    -      -      -    yes
credit.score.rule
  read                             -     -     -     -    -     yes   yes   yes     -      -    yes
  create write                     -     -     -     -    -      -    yes    -      -      -    yes
  unlink                           -     -     -     -    -      -     -     -      -      -     -
credit.score
  read                             -     -     -     -    -     yes   yes   yes     -      -    yes
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
credit.score.line
  read                             -     -     -     -    -     yes   yes   yes     -      -    yes
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
credit.limit.review
  read                             -     -     -     -    -     yes   yes   yes     -      -    yes
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
  action_open_account              -     -     -     -    -     yes   yes   yes     -      -    yes
  action_open_dismiss              -     -     -     -    -     yes   yes   yes     -      -    yes
  action_accept action_dismiss     -     -     -     -    -     yes   yes    -      -      -    yes
credit.authority.review
  read                             -     -     -     -    -     yes   yes   yes     -      -    yes
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
  action_open_dismiss              -     -     -     -    -     yes   yes   yes     -      -    yes
  action_apply action_dismiss      -     -     -     -    -      -    yes    -      -      -    yes
credit.limit.review.dismiss
  read create write unlink         -     -     -     -    -     own   own    -      -      -    own
  action_dismiss                   -     -     -     -    -     yes   yes    -      -      -    yes
credit.account
  write: his grade                 -     -     -     -    -      -     -     -      -      -     -
  action_open_scores               -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  action_rate                      -     -     -     -    -     yes   yes    -      -      -    yes
"""
INPUTS = ("manual", "years", "trend", "completeness")


def grade_values(scene, owner):
    number = next(owner.home.numbers)
    return {"name": f"X{number}", "company_id": owner.home.id, "min_score": 99 - number / 1_000}


def grade(scene, owner):
    return owner.home.create("credit.grade", **grade_values(scene, owner))


def score_rule_values(scene, owner):
    """For an input that this company has no rule for."""
    home = owner.home
    found = home.call("credit.score.rule", "search_read", [("company_id", "=", home.id)], ["code"])
    taken = {row["code"] for row in found}
    code = next(code for code in INPUTS if code not in taken)
    return {"code": code, "company_id": home.id, "worst": 0, "best": 100}


def score_rule(scene, owner):
    domain = [("company_id", "=", owner.home.id), ("code", "=", INPUTS[0])]
    found = owner.home.call("credit.score.rule", "search", domain)
    values = None if found else score_rule_values(scene, owner)
    return found[0] if found else owner.home.create("credit.score.rule", **values)


def score_line(scene, owner):
    made = life.score(scene, owner)
    return owner.home.read("credit.score", made, "line_ids")["line_ids"][0]


def dismiss_values(scene, owner):
    return {"review_ids": [(6, 0, [scene.get(life.limit_review, owner)])], "reason": "Too new"}


RECORDS = {
    "credit.grade": grade,
    "credit.score.rule": score_rule,
    "credit.score": life.score,
    "credit.score.line": score_line,
    "credit.limit.review": life.limit_review,
    "credit.authority.review": life.authority_review,
}
VALUES = {
    "credit.grade": grade_values,
    "credit.score.rule": score_rule_values,
    "credit.score": lambda scene, owner: {"account_id": scene.get(makers.account, owner)},
    "credit.score.line": lambda scene, owner: {"score_id": scene.get(life.score, owner)},
    "credit.limit.review": lambda scene, owner: {"account_id": scene.get(makers.account, owner)},
    "credit.authority.review": lambda scene, owner: {"user_id": owner.id},
    "credit.limit.review.dismiss": dismiss_values,
}
CHANGES = {
    "credit.grade": {"limit_factor": 2},
    "credit.score.rule": {"weight": 20},
    "credit.score": {"score": 100},
    "credit.score.line": {"points": 100},
    "credit.limit.review": {"limit_proposed": 100_000},
    "credit.authority.review": {"direction": "up"},
    "credit.limit.review.dismiss": {"reason": "Much too new"},
    ("credit.account", "write: his grade"): {"score": 100, "score_valid_to": "2099-12-31"},
}
ARGUMENTS = {
    ("credit.limit.review", "action_dismiss"): ["Too new"],
    ("credit.authority.review", "action_dismiss"): ["A good man"],
}

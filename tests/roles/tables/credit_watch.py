"""Watching trade: what counts as abnormal, what was found, and who says what it was."""

from .. import life, makers

TABLE = """
                                portal staff sales store head credit owner audit control books admin
credit.watch.rule
  read                             -     -     -     -    -     yes   yes   yes     -      -    yes
  create write                     -     -     -     -    -      -    yes    -      -      -    yes
  unlink                           -     -     -     -    -      -     -     -      -      -     -
credit.watch.finding
  read                             -     -     -    own   -     yes   yes   yes     -      -    yes
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
  action_open_documents            -     -     -    own   -     yes   yes   yes     -      -    yes
  action_open_decide               -     -     -    own   -     yes   yes   yes     -      -    yes
  action_explain action_confirm    -     -     -    own   -     yes   yes    -      -      -    yes
  action_explain: it is about him  -     -     -     -    -      -     -     -      -      -     -
credit.watch.decide
  read create write unlink         -     -     -    own   .     own   own    -      -      -    own
  onchange: figures                -     -     -    own   -     yes   yes    -      -      -    yes
  read: figures                    -     -     -    own   -     yes   yes    -      -      -    yes
  action_explain action_confirm    -     -     -    own   -     yes   yes    -      -      -    yes
"""
RULES = ("payment_rhythm", "credit_growth", "returns_after_close", "released_overdue")


def rule_values(scene, owner):
    """Of a kind that this company has no rule for."""
    home = owner.home
    found = home.call("credit.watch.rule", "search_read", [("company_id", "=", home.id)], ["code"])
    taken = {row["code"] for row in found}
    code = next(code for code in RULES if code not in taken)
    return {"code": code, "company_id": home.id, "days": 30, "count": 3, "points": 10}


def rule(scene, owner):
    domain = [("company_id", "=", owner.home.id), ("code", "=", RULES[0])]
    found = owner.home.call("credit.watch.rule", "search", domain)
    return (
        found[0] if found else owner.home.create("credit.watch.rule", **rule_values(scene, owner))
    )


def about_himself(scene, who, owner):
    """An order of his own customer, whatever else he may look at."""
    return [[scene.get(life.watched_himself, who)], "A fair"]


def finding_values(scene, owner):
    return {"company_id": owner.home.id, "key": "order:0", "found_on": "2026-01-01"}


def decide_values(scene, owner):
    return {"finding_id": scene.get(life.watched, owner), "reason": "A fair"}


FINDING, DECIDE = "credit.watch.finding", "credit.watch.decide"
RECORDS = {
    "credit.watch.rule": rule,
    FINDING: life.watched,
}
VALUES = {
    "credit.watch.rule": rule_values,
    FINDING: finding_values,
    DECIDE: decide_values,
}
CHANGES = {
    "credit.watch.rule": {"amount": 2},
    FINDING: {"state": "explained"},
    DECIDE: {"reason": "A trade fair"},
}
ARGUMENTS = {
    (FINDING, "action_explain"): ["A fair"],
    (FINDING, "action_confirm"): ["He was told"],
}
CALLS = {
    (FINDING, "action_explain: it is about him"): about_himself,
    **makers.figures(DECIDE, decide_values, ["sentence"]),
}
LOOKS = ("onchange",)

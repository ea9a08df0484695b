"""Overdue money: the tiers, what has reached them, promises and disputes."""

from datetime import date, timedelta

from .. import life

TABLE = """
                                portal staff sales store head credit owner audit control books admin
credit.overdue.tier
  read                             -    yes   yes   yes  yes    yes   yes   yes    yes    yes   yes
  create write unlink              -     -     -     -    -      -    yes    -      -      -    yes
credit.overdue.line
  read                             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
  action_open_move                 -     -    own   yes  yes    yes   yes   yes     -     yes   yes
credit.overdue.event
  read                             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  create write                     no    no    no    no   no     no    no    no     no     no    no
  unlink                           -     -     -     -    -      -     -     -      -      -     -
  action_open_move                 -     -    own   yes  yes    yes   yes   yes     -     yes   yes
credit.overdue.pause
  read                             -    own   own   yes  yes    yes   yes   yes    own    yes   yes
  create                           -     -    own   yes  yes    yes   yes    -      -     yes   yes
  create: in the name of his own   -     -     -     .    .      .     .     -      -      .     .
  create: in force, by his word    -     -     -     -    -      -     -     -      -      -     -
  create: since last month         -     -     -     -    -      -     -     -      -      -     -
  write unlink                     -     -     -     -    -      -     -     -      -      -     -
  action_open_approval             -    own   own   yes  yes    yes   yes   yes    own    yes   yes
  action_end                       -     -    own   own  own    yes   yes    -      -     own   yes
  action_withdraw                  -     -    own   own  own    own   own    -      -     own   own
credit.account
  action_open_overdue_events       -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  action_open_pauses               -     -    own   yes  yes    yes   yes   yes     -     yes   yes
res.partner
  action_view_credit_overdue       -     -    own   yes  yes    yes   yes   yes     -     yes   yes
"""


def tier_values(scene, owner):
    return {"company_id": owner.home.id, "days": 1_000 + next(owner.home.numbers)}


def tier(scene, owner):
    return owner.home.create("credit.overdue.tier", **tier_values(scene, owner))


def event(scene, owner):
    account = life.late(scene, owner)
    life.run(scene, "credit_overdue_cron")
    domain = [("account_id", "=", account)]
    return owner.home.call("credit.overdue.event", "search", domain, limit=1)[0]


def day(days):
    return str(date.today() + timedelta(days=days))


def pause_values(scene, owner, days=2):
    account = scene.get(life.late, owner)
    return {"account_id": account, "date_to": day(days), "reason": "On Friday"}


def promise(scene, owner, days=2):
    """His own where he may make one; else the store manager's."""
    others = ("portal", "staff", "audit", "control")
    client = scene["store"].client if owner.role in others else owner.client
    values = pause_values(scene, owner, days) | {"account_id": life.late(scene, owner)}
    return client.call("credit.overdue.pause", "create", [values])[0]


def asked(scene, owner):
    return promise(scene, owner, 90)


def as_of_his_own(scene, who, owner):
    """For a customer of the colleague, said to be one of his."""
    mine = who.home.read("credit.account", scene.get(life.late, who), "partner_id")["partner_id"][0]
    return [[pause_values(scene, scene["colleague"]) | {"partner_id": mine}]]


def in_force(scene, who, owner):
    return [[pause_values(scene, owner, 90) | {"state": "active"}]]


def back_dated(scene, who, owner):
    return [[pause_values(scene, owner) | {"date_from": day(-30)}]]


def debtor(scene, owner):
    return owner.home.read("credit.account", scene.get(life.late, owner), "partner_id")[
        "partner_id"
    ][0]


TIER, LINE, EVENT, PAUSE = (f"credit.overdue.{name}" for name in ("tier", "line", "event", "pause"))
RECORDS = {
    TIER: tier,
    LINE: life.late_item,
    EVENT: event,
    PAUSE: promise,
    (PAUSE, "action_open_approval"): asked,
    (PAUSE, "action_withdraw"): asked,
    ("credit.account", "action_open_overdue_events"): life.late,
    ("credit.account", "action_open_pauses"): life.late,
    ("res.partner", "action_view_credit_overdue"): debtor,
}
VALUES = {
    TIER: tier_values,
    PAUSE: lambda scene, owner: (
        pause_values(scene, owner) | {"account_id": life.late(scene, owner)}
    ),
}
CHANGES = {
    TIER: {"letter": 1},
    EVENT: {"days": 1},
    LINE: {"days": 1},
    PAUSE: {"date_to": "2099-12-31"},
}
CALLS = {
    (PAUSE, "create: in the name of his own"): as_of_his_own,
    (PAUSE, "create: in force, by his word"): in_force,
    (PAUSE, "create: since last month"): back_dated,
}

"""The blacklist: proposed by many, decided by two, lifted by others."""

from .. import life, makers

TABLE = """
                                portal staff sales store head credit owner audit control books admin
credit.blacklist
  read                             -     -    yes   yes  yes    yes   yes   yes     -     yes   yes
  create                           -     -    yes   yes  yes    yes   yes    -      -     yes   yes
  create: in force at once         -     -     -     -    -      -     -     -      -      -     -
  create: by a rule                -     -     -     -    -      -     -     -      -      -     -
  create: for all, elsewhere       -     -     -     -    -      -     -     -      -      -     .
  write                            -     -     -     -    -     yes   yes    -      -      -    yes
  write: its state                 -     -     -     -    -      -     -     -      -      -     -
  write: what was proposed         -     -     -     -    -     no    no     -      -      -    no
  unlink                           -     -     -     -    -      -     -     -      -      -     -
  action_withdraw                  -     -    own   own  own    own   own    -      -     own   own
  action_open_approval             -     -    yes   yes  yes    yes   yes   yes     -     yes   yes
  action_open_account              -     -    yes   yes  yes    yes   yes   yes     -     yes   yes
  action_open_lift                 -     -    yes   yes  yes    yes   yes   yes     -     yes   yes
  action_ask_lift                  -     -     -     -    -     yes   yes    -      -      -    yes
credit.blacklist.key
  read                             -     -     -     -    -     yes   yes   yes     -      -    yes
  create write unlink              -     -     -     -    -     yes   yes    -      -      -    yes
  write: of an entry in force      -     -     -     -    -     no    no     -      -      -    no
  unlink: of an entry in force     -     -     -     -    -     no    no     -      -      -    no
credit.blacklist.match
  read                             -     -    own   yes  yes    yes   yes   yes     -      -    yes
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
  action_open_decide               -     -    own   yes  yes    yes   yes   yes     -      -    yes
  action_clear action_confirm      -     -     -     -    -     yes   yes    -      -      -    yes
credit.blacklist.lift
  read create write unlink         -     -     -     -    -     own   own    -      -      -    own
  action_ask                       -     -     -     -    -     yes   yes    -      -      -    yes
credit.blacklist.decide
  read create write unlink         -     -     -     -    -     own   own    -      -      -    own
  onchange: figures                -     -     -     -    -     yes   yes    -      -      -    yes
  read: figures                    -     -     -     -    -     yes   yes    -      -      -    yes
  action_clear action_confirm      -     -     -     -    -     yes   yes    -      -      -    yes
credit.account
  action_open_blacklist            -     -    own   yes  yes    yes   yes   yes     -     yes   yes
res.partner
  action_open_blacklist            -     -    all   all  all    all   all   all     -     all   all
"""


def proposed(scene, owner):
    """By himself, where he may propose."""
    others = ("portal", "staff", "audit", "control")
    client = owner.maker if owner.role in others else owner.client
    return client.call("credit.blacklist", "create", [life.entry_values(scene, owner)])[0]


def elsewhere(scene, who, owner):
    """An entry for all companies, said to be of the stranger's."""
    values = life.entry_values(scene, scene["stranger"]) | {"scope": "group"}
    return [[values]]


def in_force(scene, who, owner):
    return [[life.entry_values(scene, owner) | {"state": "active"}]]


def by_rule(scene, who, owner):
    return [[life.entry_values(scene, owner) | {"origin": "rule", "evidence": False}]]


def key_values(scene, owner):
    phone = f"029 9{next(owner.home.numbers):07}"
    return {"entry_id": scene.get(proposed, owner), "kind": "phone", "value": phone}


def key(scene, owner):
    return owner.home.create("credit.blacklist.key", **key_values(scene, owner))


def key_in_force(scene, owner):
    domain = [
        ("entry_id", "=", life.listed(scene, owner, phone=f"029 7{next(owner.home.numbers):07}"))
    ]
    return owner.home.call("credit.blacklist.key", "search", domain, limit=1)[0]


def lift_values(scene, owner):
    return {"entry_id": scene.get(life.listed, owner), "reason": "Has paid"}


def decide_values(scene, owner):
    return {"match_id": scene.get(life.look_alike, owner), "reason": "I know him"}


def account(scene, owner):
    return owner.home.account(scene.get(makers.customer, owner))


ENTRY, KEY, MATCH = "credit.blacklist", "credit.blacklist.key", "credit.blacklist.match"
LIFT, DECIDE = "credit.blacklist.lift", "credit.blacklist.decide"
RECORDS = {
    ENTRY: life.listed,
    (ENTRY, "action_withdraw"): proposed,
    KEY: key,
    (KEY, "write: of an entry in force"): key_in_force,
    (KEY, "unlink: of an entry in force"): key_in_force,
    MATCH: life.look_alike,
    ("credit.account", "action_open_blacklist"): account,
}
VALUES = {
    ENTRY: life.entry_values,
    KEY: key_values,
    MATCH: lambda scene, owner: {"entry_id": scene.get(life.listed, owner), "kind": "phone"},
    LIFT: lift_values,
    DECIDE: decide_values,
}
CHANGES = {
    ENTRY: {"key_ids": [(0, 0, {"kind": "phone", "value": "029 61234567"})]},
    (ENTRY, "write: its state"): {"state": "lifted"},
    (ENTRY, "write: what was proposed"): {"reason": "Nothing at all"},
    KEY: {"value": "029 62345678"},
    MATCH: {"state": "cleared"},
    LIFT: {"reason": "Has paid all"},
    DECIDE: {"reason": "I know him well"},
}
ARGUMENTS = {
    (ENTRY, "action_ask_lift"): ["Has paid"],
    (MATCH, "action_clear"): ["I know him"],
    (MATCH, "action_confirm"): ["I know him"],
}
CALLS = {
    (ENTRY, "create: in force at once"): in_force,
    (ENTRY, "create: by a rule"): by_rule,
    (ENTRY, "create: for all, elsewhere"): elsewhere,
    **makers.figures(DECIDE, decide_values, ["partner_id", "listed_partner_id", "kind"]),
}
LOOKS = ("onchange",)

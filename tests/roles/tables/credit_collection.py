"""Collecting: what was said to the customer, reminders before the due date, statements and letters."""

from .. import life, makers

TABLE = """
                                portal staff sales store head credit owner audit control books admin
credit.collection.entry
  read                             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  create                           -     -    own   yes  yes    yes   yes    -      -     yes   yes
  create: in the name of his own   -     -     -     .    .      .     .     -      -      .     .
  write                            no    no    no    no   no     no    no    no     no     no    no
  unlink                           -     -     -     -    -      -     -     -      -      -     -
credit.letter
  read                             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  create write unlink              -     -    own   yes  yes    yes   yes    -      -     yes   yes
  create: in the name of his own   -     -     -     .    .      .     .     -      -      .     .
  write: to a customer of others   -     -     -     .    .      .     .     -      -      .     .
  write: as sent                   -     -     -     -    -      -     -     -      -      -     -
  action_print                     -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  action_send action_mark_sent     -     -    own   yes  yes    yes   yes    -      -     yes   yes
  unlink: when it was sent         -     -    no    no   no     no    no     -      -     no    no
credit.reminder
  read                             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
credit.reminder.item
  read                             -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  create write unlink              -     -     -     -    -      -     -     -      -      -     -
credit.account
  action_log_contact               -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  action_make_letter               -     -    own   yes  yes    yes   yes    -      -     yes   yes
  action_open_collection           -     -    own   yes  yes    yes   yes   yes     -     yes   yes
  message_subscribe                -     -    own   yes  yes    yes   yes   yes     -     yes   yes
"""


def entry_values(scene, owner):
    return {"account_id": scene.get(makers.account, owner), "kind": "call", "note": "On Friday"}


def entry(scene, owner):
    return owner.home.create("credit.collection.entry", **entry_values(scene, owner))


def account_with_mail(scene, owner):
    account = makers.account(scene, owner)
    partner = owner.home.read("credit.account", account, "partner_id")["partner_id"][0]
    owner.home.call("res.partner", "write", [partner], {"email": "buyer@example.com"})
    return account


def letter_values(scene, owner):
    return {"account_id": scene.get(account_with_mail, owner), "kind": "statement"}


def letter(scene, owner):
    return owner.home.create("credit.letter", **letter_values(scene, owner))


def sent_letter(scene, owner):
    made = letter(scene, owner)
    owner.home.call("credit.letter", "action_mark_sent", [made])
    return made


def as_of_his_own(values):
    """For a customer of the colleague, said to be one of his."""

    def call(scene, who, owner):
        mine = who.home.read("credit.account", scene.get(makers.account, who), "partner_id")
        return [[values(scene, scene["colleague"]) | {"partner_id": mine["partner_id"][0]}]]

    return call


def to_others(scene, who, owner):
    return [[scene.get(letter, who)], {"account_id": scene.get(makers.account, scene["colleague"])}]


def reminder(scene, owner):
    """Of an invoice that falls due in three days."""
    item = life.bill(owner, makers.customer(scene, owner), 3)
    life.run(scene, "credit_cron_remind")
    domain = [("item_ids.line_id", "=", item)]
    (made,) = owner.home.call("credit.reminder", "search", domain)
    return made


def reminder_item(scene, owner):
    return owner.home.read("credit.reminder", reminder(scene, owner), "item_ids")["item_ids"][0]


def subscribe(scene, who, owner):
    me = scene.read("res.users", who.id, "partner_id")["partner_id"][0]
    return [[scene.get(makers.account, owner)], [me]]


ENTRY, LETTER = "credit.collection.entry", "credit.letter"
RECORDS = {
    ENTRY: entry,
    LETTER: letter,
    (LETTER, "unlink: when it was sent"): sent_letter,
    "credit.reminder": reminder,
    "credit.reminder.item": reminder_item,
}
VALUES = {
    ENTRY: entry_values,
    LETTER: letter_values,
    "credit.reminder": lambda scene, owner: {"account_id": scene.get(makers.account, owner)},
    "credit.reminder.item": lambda scene, owner: {"reminder_id": scene.get(reminder, owner)},
}
CHANGES = {
    ENTRY: {"note": "On Monday"},
    LETTER: {"date_from": "2026-01-01"},
    (LETTER, "write: as sent"): {"state": "sent"},
    "credit.reminder": {"mailed": True},
    "credit.reminder.item": {"amount": 1},
}
CALLS = {
    (ENTRY, "create: in the name of his own"): as_of_his_own(entry_values),
    (LETTER, "create: in the name of his own"): as_of_his_own(letter_values),
    (LETTER, "write: to a customer of others"): to_others,
    ("credit.account", "message_subscribe"): subscribe,
}
LOOKS = ("action_log_contact", "action_make_letter", "action_print")

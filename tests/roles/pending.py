"""What has no row yet: the customer's credit life. The add-on's own tests try it as each role, not yet over RPC here.

Nothing may be added: a new method needs a row. Write the rows of a model, then take it off this list.
"""

MODELS = {
    "credit.admission",
    "credit.admission.item",
    "credit.admission.requirement",
    "credit.ageing.line",
    "credit.ageing.report",
    "credit.ageing.report.check",
    "credit.ageing.report.total",
    "credit.authority.review",
    "credit.blacklist",
    "credit.blacklist.decide",
    "credit.blacklist.key",
    "credit.blacklist.lift",
    "credit.blacklist.match",
    "credit.collection.entry",
    "credit.customer.class",
    "credit.grade",
    "credit.letter",
    "credit.limit.review",
    "credit.limit.review.dismiss",
    "credit.overdue.event",
    "credit.overdue.goods",
    "credit.overdue.line",
    "credit.overdue.pause",
    "credit.overdue.tier",
    "credit.reminder",
    "credit.reminder.item",
    "credit.score",
    "credit.score.line",
    "credit.score.rule",
    "credit.watch.decide",
    "credit.watch.finding",
    "credit.watch.rule",
}
METHODS = {
    ("credit.account", "action_log_contact"),
    ("credit.account", "action_make_letter"),
    ("credit.account", "action_open_admission"),
    ("credit.account", "action_open_ageing"),
    ("credit.account", "action_open_blacklist"),
    ("credit.account", "action_open_collection"),
    ("credit.account", "action_open_overdue_events"),
    ("credit.account", "action_open_pauses"),
    ("credit.account", "action_open_scores"),
    ("credit.account", "action_rate"),
    ("ir.attachment", "create"),
    ("ir.attachment", "write"),
    ("res.company", "create"),
    ("res.partner", "action_open_blacklist"),
    ("res.partner", "action_view_credit_admission"),
    ("res.partner", "action_view_credit_overdue"),
    ("res.partner", "web_save"),
    ("routes", "/hr_receivables_control/ageing"),
}
# Of every document with followers: hr_control_base only keeps people who are told once from following.
EVERYWHERE = {"message_subscribe"}


def is_pending(model, method):
    return model in MODELS or (model, method) in METHODS or method in EVERYWHERE

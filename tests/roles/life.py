"""Customers as their credit goes on: late, admitted, blacklisted, rated, watched. Made like those of ``makers``."""

from datetime import date, timedelta

from . import makers

CREDIT = "hr_receivables_control"


def run(scene, job):
    """A scheduled job, now."""
    scene.call("ir.cron", "method_direct_trigger", [scene.ref(f"{CREDIT}.{job}")])


def controller(scene, owner):
    """Somebody of his company who answers for credit and has no part in it."""
    return scene["deputy" if owner.home is scene else "remote"]


def approve(scene, approval):
    """By one of those whose turn it is."""
    domain = [("approval_id", "=", approval), ("state", "=", "open")]
    (step,) = scene.call("hr.control.approval.step", "search_read", domain, ["candidate_ids"])
    person = next(p for p in scene.people.values() if p.id in step["candidate_ids"])
    person.client.call("hr.control.approval", "action_approve", [approval])


# Late ---------------------------------------------------------------------------------------------


def bill(owner, partner, due_in_days, **values):
    """A posted invoice of his. :return: its receivable item"""
    due = str(date.today() + timedelta(days=due_in_days))
    line = {"product_id": owner.home.product, "price_unit": 50, "tax_ids": [(5,)]}
    values |= {
        "move_type": "out_invoice",
        "partner_id": partner,
        "invoice_user_id": owner.salesperson,
        "invoice_date": str(date.today() - timedelta(days=60)),
        "invoice_payment_term_id": False,
        "invoice_date_due": due,
        "invoice_line_ids": [(0, 0, line)],
    }
    call = owner.home.call
    moves = call("account.move", "create", [values])
    call("account.move", "action_post", moves)
    domain = [("move_id", "in", moves), ("account_id.account_type", "=", "asset_receivable")]
    (item,) = call("account.move.line", "search", domain)
    return item


def late_item(scene, owner):
    """What a customer of his should have paid twenty days ago."""
    return bill(owner, makers.customer(scene, owner), -20)


def late(scene, owner):
    """:return: the credit account of a customer of his who is late"""
    item = late_item(scene, owner)
    return owner.home.account(
        owner.home.read("account.move.line", item, "partner_id")["partner_id"][0]
    )


# Admitted -----------------------------------------------------------------------------------------


def customer_class(owner, **values):
    """Of which a visit is asked, and who has a trial limit."""
    item = {"name": "Visit", "weight": 1}
    return owner.home.create(
        "credit.customer.class",
        name=owner.home.number("Class"),
        company_id=owner.home.id,
        requirement_ids=[(0, 0, item)],
        trial_limit=5_000,
        **values,
    )


def customer_class_of(scene, owner):
    return customer_class(owner)


def file(scene, owner, mode="limited"):
    """The customer file of one of his, begun."""
    home, partner = owner.home, owner.partner if owner.role == "portal" else None
    if not partner:
        partner = home.customer(makers.LIMIT, mode, user_id=owner.salesperson)
    account = home.account(partner)
    made = home.call("credit.account", "action_open_admission", [account])["res_id"]
    if home.read("credit.admission", made, "state")["state"] == "draft":
        home.call("credit.admission", "write", [made], {"class_id": customer_class(owner)})
    return made


def item_of(owner, made):
    return owner.home.read("credit.admission", made, "item_ids")["item_ids"][0]


def completed(scene, owner, mode="limited"):
    """By himself where he sells."""
    made = file(scene, owner, mode)
    if owner.home.read("credit.admission", made, "state")["state"] == "draft":
        note = {"note": "Visited"}
        _seller(owner).call("credit.admission.item", "write", [item_of(owner, made)], note)
    return made


def submitted(scene, owner, mode="limited"):
    made = completed(scene, owner, mode)
    if owner.home.read("credit.admission", made, "state")["state"] == "draft":
        _seller(owner).call("credit.admission", "action_submit", [made])
    return made


def _seller(owner):
    return owner.client if owner.sells else owner.maker


def verified(scene, owner, mode="limited"):
    made = submitted(scene, owner, mode)
    client = controller(scene, owner).client
    item = item_of(owner, made)
    if not owner.home.read("credit.admission.item", item, "verified_at")["verified_at"]:
        client.call("credit.admission.item", "action_verify", [item])
    return made


def admitted(scene, owner, mode="limited"):
    made = verified(scene, owner, mode)
    row = owner.home.read("credit.admission", made, "state", "approval_id")
    if row["state"] != "approved":
        approve(scene, row["approval_id"][0])
    return made


# Blacklisted --------------------------------------------------------------------------------------


def entry_values(scene, owner, **partner):
    return {
        "partner_id": owner.home.customer(makers.LIMIT, user_id=owner.salesperson, **partner),
        "company_id": owner.home.id,
        "reason": "Pays nobody",
        "evidence": "Letters",
    }


def listed(scene, owner, **partner):
    """An entry in force for a customer of his, by two others."""
    home, values = owner.home, entry_values(scene, owner, **partner)
    (entry,) = controller(scene, owner).client.call("credit.blacklist", "create", [values])
    approval = home.read("credit.blacklist", entry, "approval_id")["approval_id"][0]
    approve(scene, approval)
    return entry


def look_alike(scene, owner):
    """A customer of his with the telephone of one on the blacklist."""
    phone = f"029 8{next(owner.home.numbers):07}"
    listed(scene, owner, phone=phone)
    partner = owner.home.customer(user_id=owner.salesperson, phone=phone)
    domain = [("partner_id", "=", partner)]
    (match,) = owner.home.call("credit.blacklist.match", "search", domain)
    return match


# Rated --------------------------------------------------------------------------------------------


def score(scene, owner):
    """By judgement, as there are no figures."""
    made = owner.home.account(makers.customer(scene, owner))
    judgement = {"manual_score": 50, "manual_score_reason": "Known for years"}
    owner.home.call("credit.account", "write", [made], judgement)
    owner.home.call("credit.account", "action_rate", [made])
    domain = [("account_id", "=", made)]
    return owner.home.call("credit.score", "search", domain, limit=1)[0]


def limit_review(scene, owner):
    """A trial limit is proposed for a customer of his, who is new."""
    owner = scene["sales"] if owner.role == "portal" else owner
    made = admitted(scene, owner, "cash_only")
    account = owner.home.read("credit.admission", made, "account_id")["account_id"][0]
    owner.home.call("credit.account", "action_rate", [account])
    domain = [("account_id", "=", account), ("state", "=", "proposed")]
    (review,) = owner.home.call("credit.limit.review", "search", domain)
    return review


def authority_review(scene, owner):
    """Less authority is proposed for him, since his customers pay late; for a salesperson where he sells nothing."""
    person = owner if owner.sells and owner.role != "admin" else scene["sales"]
    late_item(scene, person)
    run(scene, "credit_cron_authority_review")
    domain = [("user_id", "=", person.id), ("state", "=", "proposed")]
    (review,) = person.home.call("credit.authority.review", "search", domain)
    return review


# Watched ------------------------------------------------------------------------------------------


def watched(scene, owner):
    """A finding that is his to look at; for the store manager one about his salesperson."""
    return watched_himself(scene, {"store": scene["sales"]}.get(owner.role, owner))


def watched_himself(scene, owner):
    """An order of his that is out of the ordinary."""
    home = owner.home
    rule = {"code": "large_order", "company_id": home.id}
    domain = [(name, "=", value) for name, value in rule.items()]
    if not home.call("credit.watch.rule", "search", domain):
        home.create("credit.watch.rule", **rule, factor=2, count=1, amount=1)
    partner = home.customer(makers.LIMIT, user_id=owner.salesperson)
    for amount in (100, 700):
        values = home.order_values(partner, amount, user_id=owner.salesperson)
        made = home.create("sale.order", **values)
        home.call("sale.order", "action_confirm", [made])
    run(scene, "credit_cron_watch")
    domain = [("partner_id", "=", partner), ("code", "=", "large_order")]
    (finding,) = home.call("credit.watch.finding", "search", domain)
    return finding

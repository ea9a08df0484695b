"""Records that the tables are tried on: ``make(scene, owner)`` gives the id of one that is the owner's.

``scene.get`` inside them shares what nothing will be done to.
"""

from credit_company import CreditCompany

LIMIT = 1_000


def customer(scene, owner):
    """His customer; for the portal user himself."""
    if owner.role == "portal":
        return owner.partner
    return owner.home.customer(LIMIT, user_id=owner.salesperson)


def account(scene, owner):
    return owner.home.account(scene.get(customer, owner))


def order(scene, owner, amount=LIMIT + 500):
    """A quotation of which he is the salesperson, or the customer."""
    partner = customer(scene, owner)
    return CreditCompany.order(owner.home, partner, amount, user_id=owner.salesperson)


def sold(scene, owner):
    """A confirmed order within the limit."""
    made = order(scene, owner, 100)
    owner.maker.call("sale.order", "action_confirm", [made])
    return made


def held(scene, owner, amount=LIMIT + 500):
    made = order(scene, owner, amount)
    owner.maker.call("sale.order", "action_confirm", [made])
    assert owner.home.states([made]) == [("draft", "hold")]
    return made


def release(scene, owner, amount=LIMIT + 500):
    """What he asked for; others ask for those who do not sell. It waits for the store manager, if there is one."""
    client = owner.client if owner.sells else owner.maker
    values = {"order_id": held(scene, owner, amount), "reason": "Please"}
    wizard = client.call("credit.release.request", "create", [values])
    client.call("credit.release.request", "action_request", wizard)
    domain = [("order_id", "=", values["order_id"])]
    (grant,) = owner.home.call("credit.grant", "search", domain)
    return grant


def request(scene, owner):
    """The approval of his release."""
    return approval(owner, scene.get(release, owner))


def approval(owner, grant):
    return owner.home.read("credit.grant", grant, "approval_id")["approval_id"][0]


def waiting(scene, owner):
    """A request of one of his people that waits for him, or for whom he stands in."""
    asker, excess = {
        "store": ("sales", 500),
        "staff": ("sales", 500),
        "colleague": ("junior", 500),
        "credit": ("sales", 5_000),
        "stranger": ("stranger", 500_000),
    }.get(owner.role, ("sales", 50_000))
    asker = scene[asker]
    return approval(asker, release(scene, asker, LIMIT + excess))


def seen(scene, owner):
    """A request that he sees because he has to do with it; the colleague's is for the last level to decide."""
    if owner.role == "colleague":
        return approval(owner, release(scene, owner, LIMIT + 50_000))
    return scene.get(request if owner.sells else waiting, owner)


def decision(scene, owner):
    domain = [("order_id", "=", scene.get(held, owner))]
    return owner.home.call("credit.decision", "search", domain, limit=1)[0]


def emergency(scene, owner):
    """An emergency authorisation that he gave, or that was given to a customer of his."""
    giver = owner if owner.role in ("credit", "owner", "admin", "stranger") else scene["credit"]
    partner = owner.home.customer(LIMIT, user_id=owner.salesperson)
    values = {"account_id": owner.home.account(partner), "amount": 800, "hours": 5, "reason": "Now"}
    wizard = giver.client.call("credit.emergency", "create", [values])
    giver.client.call("credit.emergency", "action_give", wizard)
    domain = [("account_id", "=", values["account_id"]), ("kind", "=", "emergency")]
    (grant,) = owner.home.call("credit.grant", "search", domain)
    return grant


def use(scene, owner):
    """What an order of his took of an emergency authorisation."""
    grant = emergency(scene, owner)
    partner = owner.home.read("credit.grant", grant, "partner_id")["partner_id"][0]
    made = CreditCompany.order(owner.home, partner, LIMIT + 500, user_id=owner.salesperson)
    owner.maker.call("sale.order", "action_confirm", [made])
    domain = [("grant_id", "=", grant)]
    (used,) = owner.home.call("credit.grant.use", "search", domain)
    return used


def alert(scene, owner):
    """He was told that a customer comes near the limit."""
    partner = owner.home.customer(LIMIT)
    made = CreditCompany.order(owner.home, partner, 900, user_id=owner.salesperson)
    owner.maker.call("sale.order", "action_confirm", [made])
    key = f"credit.near:{owner.home.account(partner)}"
    (told,) = owner.home.call("hr.control.alert", "search", [("key", "=", key)])
    return told


def delivery(scene, owner):
    domain = [("alert_id", "=", scene.get(alert, owner)), ("user_id", "=", owner.salesperson)]
    (sent,) = owner.home.call("hr.control.alert.delivery", "search", domain)
    return sent


def dossier(scene, owner):
    made = scene.get(account, owner)
    return owner.home.read("credit.account", made, "dossier_id")["dossier_id"][0]


def event(scene, owner):
    domain = [("dossier_id", "=", scene.get(dossier, owner))]
    return owner.home.call("hr.control.event", "search", domain, limit=1)[0]


def pool(scene, owner):
    """His own; that of a salesperson for those who have none."""
    owner = owner if owner.sells and owner.role != "admin" else scene["sales"]
    scene.get(held, owner)  # the first order that is checked opens it
    domain = [("user_id", "=", owner.id)]
    (opened,) = owner.home.call("credit.pool", "search", domain)
    return opened


def figures(model, values, names):
    """Calls that try to learn from a form of one's own about a record what the record itself would not tell."""

    def onchange(scene, who, owner):
        given = values(scene, owner)
        if given is None:
            return None
        return [[], given, list(given), {name: {} for name in names}]

    def read(scene, who, owner):
        return [who.client.call(model, "create", [values(scene, owner)]), names]

    return {(model, "onchange: figures"): onchange, (model, "read: figures"): read}

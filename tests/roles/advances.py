"""Advances of employees, from request to clearance. Made like those of ``makers``.

What must not be told to strangers carries the word ``SECRET`` with the role whose it is.
"""

import base64
from datetime import date, timedelta

MODULE = "hr_employee_advance"
ADVANCE = "hr.employee.advance"
SECRET, AMOUNT = "Confidential", 4_321.07
TODAY = date.today()
LATER = str(TODAY + timedelta(days=30))
LONG_AGO = str(TODAY - timedelta(days=400))


def debtor(scene, owner):
    """Whose advances are the owner's: a manager has those of his salesperson, a customer none."""
    return scene["sales"] if owner.role in ("portal", "store") else owner


def helper(scene, owner):
    """Somebody of his company in finance who has no part in it."""
    return scene["deputy" if owner.home is scene else "remote"]


def once(scene, home, name, make):
    """What a company needs once, whatever else is made afresh."""
    return (
        scene.kept.setdefault((name, home.id), None)
        or scene.kept.update({(name, home.id): make()})
        or scene.kept[name, home.id]
    )


def purpose(scene, owner):
    """With a question, papers and an effect report; and quotas for everybody."""
    home = owner.home

    def make():
        account = account_of(home)
        home.set(advance_write_off_account_id=account, advance_payroll_account_id=account)
        if home is not scene:
            home.set(advance_write_off_tolerance=AMOUNT)  # nobody is there to decide
        home.create(f"{ADVANCE}.policy", company_id=home.id, amount=10**7, block_if_overdue=False)
        return home.create(
            f"{ADVANCE}.purpose",
            name=home.number("Fair"),
            company_id=home.id,
            effect_report=True,
            question_ids=[(0, 0, {"name": "What for?", "is_required": False})],
            paper_ids=[(0, 0, {"name": "Offer", "stage": "request", "minimum": 0})],
        )

    return once(scene, home, "purpose", make)


def account_of(home):
    domain = [("account_type", "=", "liability_current"), ("company_ids", "in", [home.id])]
    return home.call("account.account", "search", domain, limit=1)[0]


# Asked --------------------------------------------------------------------------------------------


def values(scene, owner):
    person = debtor(scene, owner)
    return {
        "employee_id": person.employee,
        "purpose_id": purpose(scene, person),
        "description": f"{SECRET} {owner.role} stand",
        "amount": AMOUNT,
        "date_expected": LATER,
    }


def draft(scene, owner):
    person = debtor(scene, owner)
    return person.client.call(ADVANCE, "create", [values(scene, owner)])[0]


def submitted(scene, owner):
    made = draft(scene, owner)
    debtor(scene, owner).client.call(ADVANCE, "action_submit", [made])
    return made


def waiting(scene, owner):
    """It is his turn to decide; of others the colleague's, which waits for somebody else."""
    if owner.role in ("finance", "chief"):
        made = submitted(scene, scene["sales"])
        person = owner.home.read(ADVANCE, made, "approval_id")["approval_id"][0]
        scene["store"].client.call("hr.control.approval", "action_approve", [person])
        return made
    return submitted(scene, owner)


def approved(scene, owner):
    made = submitted(scene, owner)
    home = owner.home
    approval = home.read(ADVANCE, made, "approval_id")["approval_id"][0]
    decided = set()  # nobody decides twice
    while home.read(ADVANCE, made, "request_state")["request_state"] != "finance_approved":
        domain = [("approval_id", "=", approval), ("state", "=", "open")]
        (step,) = home.call("hr.control.approval.step", "search_read", domain, ["candidate_ids"])
        able = set(step["candidate_ids"]) - decided
        # those whom no table tries come first
        people = sorted(scene.people.values(), key=lambda p: p.role not in ("deputy", "boss"))
        person = next(p for p in people if p.id in able)
        person.client.call("hr.control.approval", "action_approve", [approval])
        decided.add(person.id)
    return made


def opening_values(scene, owner):
    person = debtor(scene, owner)
    return {
        "employee_id": person.employee,
        "company_id": person.home.id,
        "purpose_id": purpose(scene, person),
        "description": f"{SECRET} {owner.role} opening",
        "amount": AMOUNT,
        "date_paid": LONG_AGO,
        "date": LONG_AGO,
        "date_expected": LATER,
        "account_id": account_of(person.home),
    }


def opening(scene, owner):
    client = helper(scene, owner).client
    return client.call(f"{ADVANCE}.opening", "create", [opening_values(scene, owner)])[0]


def opened(scene, owner):
    made = opening(scene, owner)
    helper(scene, owner).client.call(f"{ADVANCE}.opening", "action_enter", [made])
    return made


def paid(scene, owner):
    """In his hands: he had it before advances were kept."""
    made = opened(scene, owner)
    return owner.home.read(f"{ADVANCE}.opening", made, "advance_id")["advance_id"][0]


def answer(scene, owner):
    return one(owner, f"{ADVANCE}.answer", advance_id=scene.get(submitted, owner))


def one(owner, model, **values):
    domain = [(name, "=", value) for name, value in values.items()]
    found = owner.home.call(model, "search", domain, limit=1)
    return found[0] if found else None


def paper(scene, owner):
    return one(owner, f"{ADVANCE}.paper", advance_id=draft(scene, owner))


# Cleared ------------------------------------------------------------------------------------------


def journal(home):
    domain = [("type", "=", "bank"), ("company_id", "=", home.id)]
    return home.call("account.journal", "search", domain, limit=1)[0]


def returned(scene, owner):
    """10 came back. :return: the clearing"""
    made = paid(scene, owner)
    client = helper(scene, owner).client
    form = {"advance_id": made, "amount": 10, "journal_id": journal(owner.home)}
    wizard = client.call(f"{ADVANCE}.return", "create", [form])
    client.call(f"{ADVANCE}.return", "action_return", wizard)
    return one(owner, f"{ADVANCE}.allocation", advance_id=made)


def paid_out(scene, owner):
    """A payment of his advance that another cashier took back."""
    clearing = returned(scene, owner)
    move = owner.home.read(f"{ADVANCE}.allocation", clearing, "move_id")["move_id"][0]
    return one(owner, "account.payment", move_id=move)


def write_off_values(scene, owner):
    advance = scene.get(paid, owner)
    return {"advance_id": advance, "amount": 7, "reason": f"{SECRET} {owner.role} reason"}


def write_off(scene, owner, client=None):
    # somebody else who may write off has to be left to decide
    person = scene["finance"] if owner.role == "chief" else helper(scene, owner)
    client = client or person.client
    form = write_off_values(scene, owner) | {"advance_id": paid(scene, owner)}
    return client.call(f"{ADVANCE}.write.off", "create", [form])[0]


def write_off_asked(scene, owner):
    """By himself, of what is his colleague's, where he is of finance."""
    if owner.role in ("finance", "chief"):
        return write_off(scene, scene["sales"], owner.client)
    return write_off(scene, owner)


def expense(scene, owner):
    """Posted, and offset with his advance."""
    person, home = debtor(scene, owner), owner.home
    paid(scene, owner)
    domain = [("can_be_expensed", "=", True)]
    product = home.call("product.product", "search", domain, limit=1)[0]
    form = {
        "name": f"{SECRET} {owner.role} train",
        "employee_id": person.employee,
        "product_id": product,
        "total_amount_currency": next(home.numbers) / 100,  # or Odoo takes it for a duplicate
        "payment_mode": "own_account",
        "company_id": home.id,
        "tax_ids": [(5,)],
    }
    made = person.client.call("hr.expense", "create", [form])
    client = hr(scene, owner)
    client.call("hr.expense", "action_submit", made)
    if home.read("hr.expense", made[0], "state")["state"] == "submitted":
        client.call("hr.expense", "action_approve", made)
    action = client.call("hr.expense", "action_post", made)
    if isinstance(action, dict):
        context = action["context"] | {"active_ids": made}
        wizard = client.call("hr.expense.post.wizard", "create", [{}], context=context)
        client.call("hr.expense.post.wizard", "action_post_entry", wizard, context=context)
    return made[0]


# Followed up --------------------------------------------------------------------------------------


def voucher_values(scene, owner):
    content = f"{SECRET} {owner.role} photo {next(owner.home.numbers)}".encode()
    return {
        "advance_id": scene.get(paid, owner),
        "name": f"{SECRET} {owner.role} ticket",
        "file_name": "ticket.txt",
        "file": base64.b64encode(content).decode(),
    }


def voucher(scene, owner):
    person = debtor(scene, owner)
    form = voucher_values(scene, owner)
    return person.client.call(f"{ADVANCE}.voucher", "create", [form])[0]


def with_voucher(scene, owner):
    return owner.home.read(f"{ADVANCE}.voucher", voucher(scene, owner), "advance_id")["advance_id"][
        0
    ]


def effect_values(scene, owner):
    return {"advance_id": paid(scene, owner), "summary": f"{SECRET} {owner.role} orders"}


def effect(scene, owner):
    person = debtor(scene, owner)
    return person.client.call(f"{ADVANCE}.effect", "create", [effect_values(scene, owner)])[0]


def reported(scene, owner):
    made = effect(scene, owner)
    debtor(scene, owner).client.call(f"{ADVANCE}.effect", "action_report", [made])
    return made


def link_values(scene, owner):
    lead = owner.home.create("crm.lead", name="Lead", user_id=debtor(scene, owner).id)
    return {"effect_id": scene.get(effect, owner), "record": f"crm.lead,{lead}", "amount": 5}


def link(scene, owner):
    client = debtor(scene, owner).client
    return client.call(f"{ADVANCE}.effect.link", "create", [link_values(scene, owner)])[0]


def reminder(scene, owner):
    made = scene.get(paid, owner)
    run(scene, "ir_cron_advance_remind")
    return one(owner, f"{ADVANCE}.reminder", advance_id=made)


def run(scene, job):
    scene.call("ir.cron", "method_direct_trigger", [scene.ref(f"{MODULE}.{job}")])


def day(scene):
    """A day of which nobody was asked for his balance."""
    found = scene.kept.setdefault("asked for", TODAY)
    scene.kept["asked for"] = found - timedelta(days=1)
    return str(found)


def confirmation(scene, owner):
    """He is asked what he owes, each time for another day."""
    person = debtor(scene, owner)
    scene.get(paid, owner)
    client = helper(scene, owner).client
    asked = day(scene)
    form = {"date": asked, "employee_ids": [(6, 0, [person.employee])]}
    form["company_id"] = owner.home.id
    wizard = client.call(f"{ADVANCE}.confirmation.ask", "create", [form])
    client.call(f"{ADVANCE}.confirmation.ask", "action_ask", wizard)
    return one(owner, f"{ADVANCE}.confirmation", employee_id=person.employee, date=asked)


def receipt(scene, owner):
    """Finance has given him one for his papers."""
    made = with_voucher(scene, owner)
    # not by who entered it
    role = (
        "distant" if owner.home is not scene else "chief" if owner.role == "finance" else "finance"
    )
    scene[role].client.call(ADVANCE, "action_acknowledge_papers", [made])
    return one(owner, f"{ADVANCE}.acknowledgement", advance_id=made)


def file(scene, owner):
    """Attached to his request, which was then handed in."""
    made, client = draft(scene, owner), debtor(scene, owner).client
    form = {
        "name": f"{SECRET} {owner.role}.txt",
        "res_model": ADVANCE,
        "res_id": made,
        "raw": f"{SECRET} {owner.role}",
    }
    (attached,) = client.call("ir.attachment", "create", [form])
    client.call(ADVANCE, "action_submit", [made])
    return attached


# Warned of ----------------------------------------------------------------------------------------


def flag(scene, owner):
    """Something unusual about his: it is overdue."""
    made = scene.get(paid, owner)
    run(scene, "cron_advance_flags")
    return one(owner, f"{ADVANCE}.flag", advance_id=made)


def risk(scene, owner):
    """A position of which nearly all are late: each time another one."""
    home = owner.home
    if home is not scene:
        return None
    left = scene.kept.setdefault(("risks", home.id), None)
    if left is None:
        left = scene.kept["risks", home.id] = _risks(scene, owner)
    return left and (left.pop() if scene.fresh else left[0])


def _risks(scene, owner):
    home = owner.home
    people = [p for p in scene.people.values() if p.home is home and hasattr(p, "employee")][:5]
    cashier = scene["cashier"].client
    for person in people:
        job = scene.create("hr.job", name=home.number("Position"), company_id=home.id)
        home.call("hr.employee", "write", [person.employee], {"job_id": job})
        made = approved(scene, person)
        form = {"advance_id": made, "journal_id": journal(home), "date": LONG_AGO}
        wizard = cashier.call(f"{ADVANCE}.pay", "create", [form])
        cashier.call(f"{ADVANCE}.pay", "action_pay", wizard)
    run(scene, "cron_advance_risk")
    domain = [("company_id", "=", home.id), ("state", "=", "proposed")]
    return home.call(f"{ADVANCE}.risk", "search", domain)


def risk_report(scene, owner):
    if not scene.kept.get(("risks", owner.home.id)):
        risk(scene, owner)
    return one(owner, f"{ADVANCE}.risk.report", company_id=owner.home.id)


def risk_line(scene, owner):
    return one(owner, f"{ADVANCE}.risk.line", report_id=risk_report(scene, owner))


# Leaving ------------------------------------------------------------------------------------------


def manager(scene, owner):
    return scene["sales"] if owner.role == "portal" else owner


def hr(scene, owner):
    """A client of somebody of HR of his company."""
    return scene["deputy" if owner.home is scene else "stranger"].client


def leaver(scene, owner, **values):
    """Somebody of whom the owner is the manager."""
    return owner.home.create(
        "hr.employee",
        name=owner.home.number(f"{SECRET} {owner.role} leaver"),
        company_id=owner.home.id,
        parent_id=manager(scene, owner).employee,
        **values,
    )


def owing(scene, owner):
    """The same, with money in hand."""
    made = leaver(scene, owner)
    client = helper(scene, owner).client
    form = opening_values(scene, owner) | {"employee_id": made}
    entered = client.call(f"{ADVANCE}.opening", "create", [form])
    client.call(f"{ADVANCE}.opening", "action_enter", entered)
    return made


def start_values(scene, owner, employee=None):
    form = {"employee_id": employee or leaver(scene, owner), "date_last": LATER}
    return form | {"reason": f"{SECRET} {owner.role} reason"}


def clearance(scene, owner, employee=None):
    client, model = hr(scene, owner), "hr.employee.clearance.start"
    wizard = client.call(model, "create", [start_values(scene, owner, employee)])
    return client.call(model, "action_start", wizard)["res_id"]


def owing_clearance(scene, owner):
    return clearance(scene, owner, owing(scene, owner))


def line(scene, owner):
    """The line that the manager signs."""
    made = clearance(scene, owner)
    return one(owner, "hr.employee.clearance.line", clearance_id=made, kind="manager")


def selling_clearance(scene, owner):
    """Of somebody who has a customer to hand over."""
    user, _login = owner.home.user("sales_team.group_sale_salesman", name="leaver")
    owner.home.customer(user_id=user)
    return clearance(scene, owner, leaver(scene, owner, user_id=user))


def handing_over(scene, owner):
    successor = scene["boss"] if owner.home is scene else owner
    form = {"clearance_id": scene.get(selling_clearance, owner)}
    return form | {"successor_id": successor.id}


def handover(scene, owner):
    client, model = hr(scene, owner), "hr.employee.handover.wizard"
    form = handing_over(scene, owner) | {"clearance_id": selling_clearance(scene, owner)}
    wizard = client.call(model, "create", [form])
    client.call(model, "action_hand_over", wizard)
    return one(owner, "hr.employee.handover", clearance_id=form["clearance_id"])

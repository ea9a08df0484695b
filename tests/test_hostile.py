"""Invariant 3, no way around: a salesperson who knows the RPC interface changes nothing that others decided.

He may be refused or told something harmless; afterwards everything that others decided is as it was.
"""

import ast

import pytest
from credit_company import CONTROLLER, CREDIT, PASSWORD, SALES, CreditCompany
from paths.sending import CONTEXTS
from protected import Protected

from kit import builds
from kit import database as db
from kit.client import RpcError, WebClient
from kit.env import ROOT, connect
from kit.process import Server

ADDONS = ("hr_control_base", "hr_receivables_control")
LIMIT = 1_000
DEFAULTS = {"default_state": "sale", "default_credit_state": "released", "default_result": "ok"}


@pytest.fixture(scope="module")
def server():
    name = db.copy(builds.full(), db.unique_name("outside_hostile"))
    try:
        with Server(name, "--max-cron-threads=0") as server:
            yield server
    finally:
        db.drop(name)


class Scene(CreditCompany):
    """A held order of the hostile salesperson with an open request, and somebody else's of each."""

    def __init__(self, server):
        super().__init__(server)
        self.hostile_id, self.login = self.user(SALES, name="hostile")
        self.hostile = self.sign_in(self.login)
        self.colleague_id, login = self.user(SALES, name="colleague")
        self.colleague = self.sign_in(login)
        controller_id, login = self.user(CONTROLLER, name="controller")
        self.controller = self.sign_in(login)
        self.rule = self.authority(10_000, employee_id=self.employee(controller_id))
        self.other = self.create("res.company", name=self.number("Other"))
        self.banned = self.customer(0, "blacklisted", phone="029 88888888")
        self.partner = self.customer(LIMIT)
        self.order = self.held(self.hostile, self.partner)
        self.others_order = self.held(self.colleague, self.customer(LIMIT))
        for client, order in ((self.hostile, self.order), (self.colleague, self.others_order)):
            self.ask(client, order)
        self.file = self.admitted(self.hostile)
        self.promised(self.colleague)
        tomorrow = {"date_from": "2020-01-01", "date_to": "2099-12-31"}
        self.controller.call(
            "hr.control.delegation", "create", [{"delegate_id": self.colleague_id, **tomorrow}]
        )
        self.victims = {
            model: self.call(model, "search", [], limit=1, order="id desc")
            for model in (
                *("credit.account", "credit.authority", "credit.grant", "credit.decision"),
                *("hr.control.approval", "hr.control.approval.step", "hr.control.delegation"),
                *("hr.control.dossier", "hr.control.event", "hr.control.seal", "hr.control.alert"),
                *("hr.control.alert.delivery", "hr.control.level", "hr.control.region"),
                *("credit.admission", "credit.admission.item"),
                *("credit.admission.requirement", "credit.customer.class"),
                *("credit.overdue.pause", "credit.overdue.event"),
                *("credit.collection.entry", "credit.letter", "credit.score", "credit.score.line"),
                *("credit.blacklist", "credit.blacklist.key"),
            )
        }
        self.protected = Protected(connect(server.database))
        # a new company has tiers of its own
        tiers = self.call("credit.overdue.tier", "search", [("company_id", "=", self.id)], limit=1)
        self.victims["credit.overdue.tier"] = tiers

    def read_protected(self):
        """What must not change; his own quotations are his."""
        return self.protected.read(bookkeeping=False, documents=False)

    def held(self, client, partner):
        order = super().order(partner, 1_500, client)
        client.call("sale.order", "action_confirm", [order])
        assert self.states([order]) == [("draft", "hold")]
        return order

    def ask(self, client, order):
        model = "credit.release.request"
        wizard = client.call(model, "create", [{"order_id": order, "reason": "Please"}])
        client.call(model, "action_request", wizard)

    def promised(self, client):
        """A customer of this salesperson who is late and has promised to pay, which waits for a decision."""
        partner = self.customer(LIMIT, user_id=client.info["uid"])
        invoice = self.create(
            "account.move",
            move_type="out_invoice",
            partner_id=partner,
            invoice_date="2020-01-01",
            invoice_date_due="2020-01-31",
            invoice_payment_term_id=False,
            invoice_line_ids=[(0, 0, {"name": "Goods", "price_unit": 100.0, "tax_ids": [(5,)]})],
        )
        self.call("account.move", "action_post", [invoice])
        self.call("ir.cron", "method_direct_trigger", [self.ref(f"{CREDIT}.credit_overdue_cron")])
        (account,) = self.call("credit.account", "search", [("partner_id", "=", partner)])
        promise = {"account_id": account, "date_to": "2099-12-31", "reason": "Next century"}
        client.call("credit.overdue.pause", "create", [promise])
        for model in ("credit.collection.entry", "credit.letter"):
            client.call(model, "create", [{"account_id": account}])
        judgement = {"manual_score": 50, "manual_score_reason": "Known for years"}
        self.call("credit.account", "write", [account], judgement)
        self.call("credit.account", "action_rate", [account])

    def admitted(self, client):
        """A customer of this salesperson with an approved file. :return: id of the file"""
        self.set(credit_admission_policy="enforce")
        requirement = {"name": "Visit", "weight": 1}
        kind = self.create(
            "credit.customer.class",
            name="Dealer",
            company_id=self.id,
            requirement_ids=[(0, 0, requirement)],
        )
        partner = self.customer(customer_rank=1, user_id=client.info["uid"])
        self.set(credit_admission_policy="none")
        (file,) = self.call("credit.admission", "search", [("partner_id", "=", partner)])
        client.call("credit.admission", "write", [file], {"class_id": kind})
        (item,) = self.read("credit.admission", file, "item_ids")["item_ids"]
        client.call("credit.admission.item", "write", [item], {"note": "Visited"})
        client.call("credit.admission", "action_submit", [file])
        with pytest.raises(RpcError, match="those who decide"):
            client.call("credit.admission.item", "action_verify", [item])
        approval = self.read("credit.admission", file, "approval_id")["approval_id"][0]
        with pytest.raises(RpcError):
            client.call("hr.control.approval", "action_approve", [approval])
        self.controller.call("credit.admission.item", "action_verify", [item])
        self.controller.call("hr.control.approval", "action_approve", [approval])
        assert self.read("credit.admission", file, "state")["state"] == "approved"
        return file

    def fresh(self, amount=1_500, limit=LIMIT):
        """A new quotation of the hostile salesperson for a new customer."""
        return CreditCompany.order(self, self.customer(limit), amount, self.hostile)


# Rows may come to these by an attempt: it is a document, a check, a warning or a line of the record.
MAY_GROW = {
    "credit_blacklist",
    "credit_collection_entry",
    "credit_letter",
    "credit_decision",
    "credit_account",
    "credit_admission_item",
    "hr_control_alert",
    "hr_control_alert_delivery",
    "hr_control_dossier",
    "hr_control_event",
}


@pytest.fixture(scope="module")
def scene(server):
    return Scene(server)


@pytest.fixture(autouse=True)
def nothing_gained(scene):
    """The rule of this file, after each of its tests."""
    before = scene.read_protected()
    yield
    assert scene.protected.compare(before, scene.read_protected(), MAY_GROW) == []
    assert scene.states([scene.order, scene.others_order]) == [("draft", "hold")] * 2
    assert scene.verify() == []


def attempt(client, model, method, *args, **kwargs):
    """:return: the answer, or the error as text; a server that breaks is no refusal"""
    try:
        return client.call(model, method, *args, **kwargs)
    except RpcError as error:
        broken = ("builtins.KeyError", "builtins.NameError", "builtins.IndexError")
        assert not error.name.startswith(broken), f"{model}.{method}{args}: {error}\n{error.debug}"
        return f"{error.name}: {error.message}"


def other_value(field):
    """Something else than the record holds."""
    if field["type"] == "selection":
        return field["selection"][-1][0] if field["selection"] else "x"
    if field["type"] in ("one2many", "many2many"):
        return [(0, 0, {}), (5,)]
    values = {"boolean": True, "many2one": 1, "integer": 7, "float": 7.0, "monetary": 10**7}
    values |= {"date": "2099-12-31", "datetime": "2099-12-31 00:00:00", "many2one_reference": 1}
    return values.get(field["type"], "forged")


def test_no_field_of_no_model_can_be_written(scene):
    for model, ids in scene.victims.items():
        fields = scene.call(model, "fields_get", [], ["type", "selection"])
        for name, field in fields.items():
            # Odoo itself breaks on a message made like this; who names another representative only loses
            harmless = name.endswith("message_ids") or name == "legal_representative"
            if ids and not harmless:
                attempt(scene.hostile, model, "write", ids, {name: other_value(field)})
            attempt(scene.hostile, model, "create", [{name: other_value(field)}])


def test_no_record_can_be_made_copied_or_deleted(scene):
    others = {"partner_id": scene.customer(), "company_id": scene.id, "mode": "unlimited"}
    for model, ids in scene.victims.items():
        for context in (*CONTEXTS, DEFAULTS):
            attempt(scene.hostile, model, "create", [others], context=context)
            attempt(scene.hostile, model, "name_create", "forged", context=context)
            attempt(scene.hostile, model, "unlink", ids, context=context)
            attempt(scene.hostile, model, "copy", ids, context=context)
            attempt(scene.hostile, model, "web_save", ids, {"state": "active"}, {}, context=context)
        attempt(
            scene.hostile, model, "load", [".id", "state"], [[str(ids[0] if ids else 1), "active"]]
        )
        attempt(scene.hostile, model, "action_archive", ids)
        attempt(scene.hostile, model, "toggle_active", ids)


def public_methods():
    """``{model: {method: number of required arguments}}`` of all models that our add-ons touch."""
    found = {}
    for addon in ADDONS:
        for path in (ROOT / addon).rglob("*.py"):
            if "tests" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef):
                    names = model_names(node)
                    for item in node.body:
                        if isinstance(item, ast.FunctionDef) and not item.name.startswith("_"):
                            needed = len(item.args.args) - 1 - len(item.args.defaults)
                            for name in names:
                                found.setdefault(name, {})[item.name] = needed
    return found


def model_names(node):
    for item in node.body:
        if isinstance(item, ast.Assign) and item.targets[0].id in ("_name", "_inherit"):
            value = ast.literal_eval(item.value)
            return [value] if isinstance(value, str) else value[:1]
    return []


def test_no_public_method_gives_anything(scene):
    """Those of his own order are for him; what they lead to is in the other tests."""
    ours = public_methods()
    assert ours["hr.control.approval"].keys() >= {"action_approve", "action_refuse"}
    mine = {"action_withdraw", "create", "write", "unlink", "init"}
    for model, methods in ours.items():
        ids = scene.victims.get(model)
        if ids is None:
            found = attempt(scene.admin, model, "search", [], limit=3)
            ids = found if isinstance(found, list) else []
        for method, needed in methods.items():
            if method not in mine:
                attempt(scene.hostile, model, method, ids, *["forged"] * needed)
                attempt(scene.hostile, model, method, [], *["forged"] * needed)


@pytest.mark.parametrize(
    "method",
    [
        *("_take_guard", "_link", "_ensure", "_after_approved", "_decide", "_use_up", "_void"),
        *("_append", "_insert", "_submit", "_submit_approval", "_credit_hold", "_escalate"),
        *("_ask_order_release", "_cron_make_missing", "_check_credit_floor", "_make_seal"),
        *("_record_orders", "_get_verdicts", "sudo", "with_user", "with_context", "with_env"),
    ],
)
def test_private_methods_are_not_there(scene, method):
    for model in (*scene.victims, "sale.order", "credit.checkpoint", "credit.exposure"):
        answer = attempt(scene.hostile, model, method, scene.victims.get(model) or [])
        assert isinstance(answer, str), f"{model}.{method} answered {answer}"


def test_approvals_of_others_and_his_own_are_closed(scene):
    approvals = scene.call("hr.control.approval", "search", [])
    for approval in approvals:
        for method, args in (("action_approve", ()), ("action_refuse", ("No",))):
            assert isinstance(
                attempt(scene.hostile, "hr.control.approval", method, [approval], *args), str
            )
    others = [("order_id", "=", scene.others_order)]
    (grant,) = scene.call("credit.grant", "search_read", others, ["approval_id"])
    assert isinstance(attempt(scene.hostile, "credit.grant", "action_withdraw", [grant["id"]]), str)
    answer = attempt(
        scene.hostile, "hr.control.approval", "action_withdraw", [grant["approval_id"][0]]
    )
    assert isinstance(answer, str)
    wizard = attempt(
        scene.hostile,
        "hr.control.approval.refuse",
        "create",
        [{"approval_ids": [(6, 0, approvals)], "reason": "No"}],
    )
    assert isinstance(
        attempt(scene.hostile, "hr.control.approval.refuse", "action_refuse", wizard), str
    )


def test_delegation_in_the_name_of_another_is_refused(scene):
    controller = scene.controller.uid
    dates = {"date_from": "2020-01-01", "date_to": "2099-12-31"}
    mine = {"delegate_id": scene.hostile_id, **dates}
    for values, context in (
        ({"user_id": controller, **mine}, {}),
        (mine, {"default_user_id": controller}),
    ):
        answer = attempt(
            scene.hostile, "hr.control.delegation", "create", [values], context=context
        )
        assert "AccessError" in answer


def shown(client, values):
    """What the request for a release tells of an order."""
    model = "credit.release.request"
    wizard = attempt(client, model, "create", [values])
    return wizard if isinstance(wizard, str) else attempt(client, model, "read", wizard)


def test_wizards_for_orders_of_others_are_refused(scene):
    """Nor does a wizard show the figures of an order or customer that is none of his business."""
    account = scene.account(scene.customer(LIMIT, user_id=scene.colleague_id))
    values = {"account_id": account, "amount": 1, "reason": "x"}
    assert "AccessError" in attempt(scene.hostile, "credit.limit.request", "create", [values])
    values = {"order_id": scene.others_order, "reason": "x"}
    assert "AccessError" in shown(scene.hostile, values)
    for model in (
        "credit.short.close",
        "credit.limit.proposal",
        "hr.control.verify",
        "hr.control.erase",
    ):
        answer = attempt(scene.hostile, model, "create", [{"reason": "x"}])
        assert "AccessError" in answer, model


def test_no_default_confirms(scene):
    """The contexts that the catalogue of paths does not send along everywhere."""
    order = scene.fresh()
    partner = scene.read("sale.order", order, "partner_id")["partner_id"][0]
    values = scene.order_values(partner, 1_500)
    for method, *args in (
        ("action_confirm", [order]),
        ("copy", [order]),
        ("create", [values]),
        ("create", [values | {"state": "sale"}]),
    ):
        attempt(scene.hostile, "sale.order", method, *args, context=DEFAULTS)
    confirmed = [("partner_id", "=", partner), ("state", "=", "sale")]
    assert scene.call("sale.order", "search_count", confirmed) == 0
    assert scene.exposure(partner) == 0


def test_short_close_is_forgotten_when_the_order_starts_anew(scene):
    partner = scene.customer(LIMIT)
    order = CreditCompany.order(scene, partner, 900)
    for method, args in (
        ("action_confirm", ()),
        ("action_credit_short_close", ("Not wanted",)),
        ("action_cancel", ()),
        ("action_draft", ()),
        ("action_confirm", ()),
    ):
        scene.call("sale.order", method, [order], *args)
    assert scene.exposure(partner) == 900


def test_customer_does_not_slip_under_another_company(scene):
    """What a customer owes does not move to an account with more room, nor he himself off a blacklist."""
    rich = scene.customer(0, "unlimited")
    debtor, banned, clean = scene.customer(LIMIT), scene.banned, scene.customer()
    order = CreditCompany.order(scene, debtor, 900, scene.hostile)
    scene.hostile.call("sale.order", "action_confirm", [order])
    values = {"is_company": False, "parent_id": rich}
    for partner in (debtor, banned):
        assert "AccessError" in attempt(scene.hostile, "res.partner", "write", [partner], values)
    assert attempt(scene.hostile, "res.partner", "write", [clean], values) is True
    assert scene.exposure(debtor) == 900
    scene.call("res.partner", "write", [debtor], values)
    assert (scene.exposure(debtor), scene.exposure(rich)) == (0, 900)
    for partner in (debtor, rich):
        assert [event["code"] for event in scene.events("credit.moved", partner=partner)]


def test_portal_user_confirms_nothing(scene):
    partner = scene.customer(LIMIT, email="portal@example.com")
    login = scene.number("portal").replace(" ", "_")
    scene.create(
        "res.users",
        name=login,
        login=login,
        password=PASSWORD,
        partner_id=partner,
        group_ids=[(6, 0, [scene.ref("base.group_portal")])],
    )
    order = CreditCompany.order(scene, partner, 500, require_signature=False)
    scene.call("sale.order", "action_quotation_sent", [order])
    portal = WebClient(scene.server.url, scene.server.database, login, PASSWORD)
    for method, args in (("action_confirm", ()), ("write", ({"state": "sale"},))):
        assert "AccessError" in attempt(portal, "sale.order", method, [order], *args)
    assert scene.states([order]) == [("sent", False)]
    for model in scene.victims:
        assert isinstance(attempt(portal, model, "search_read", [], ["id"]), str), model


def test_other_companies_are_out_of_sight(scene):
    # a head that may see everything there is in one company sees nothing of the other
    groups = [
        "hr_receivables_control.group_credit_manager",
        "hr_control_base.group_control_auditor",
    ]
    groups += ["sales_team.group_sale_manager", "hr_control_base.group_control_manager"]
    _user, login = scene.user(*groups, name="stranger", company_ids=[scene.other])
    stranger = scene.sign_in(login)
    for model, ids in scene.victims.items():
        if not ids or model in ("hr.control.delegation", "hr.control.level", "hr.control.region"):
            continue  # none made, or of no company
        assert "AccessError" in attempt(stranger, model, "read", ids, ["id", "display_name"]), model
        assert stranger.call(model, "search_count", [("id", "in", ids)]) == 0, model
        context = {"allowed_company_ids": [scene.id, scene.other]}
        answer = attempt(stranger, model, "read", ids, ["id"], context=context)
        assert isinstance(answer, str), model
    values = {"order_id": scene.order, "reason": "x"}
    assert "AccessError" in shown(stranger, values)
    wizard = attempt(stranger, "hr.control.verify", "create", [{"company_id": scene.id}])
    if isinstance(wizard, list):
        assert isinstance(attempt(stranger, "hr.control.verify", "action_verify", wizard), str)
    assert stranger.get(f"/hr_control/export/{scene.id}").status_code == 403

"""The demo company: what somebody sees who has typed ``make run`` and signs in as one of its people."""

import ast
import re
from pathlib import Path

import pytest

from kit import builds
from kit import database as db
from kit.addons import addons
from kit.client import WebClient
from kit.process import run_odoo

COMPANY = "西安新居装饰材料有限公司"
USERS = [
    line.split()[0]
    for line in (Path(__file__).parents[1] / "scripts" / "demo_users.txt")
    .read_text()
    .splitlines()[1:]
]
APPS = (
    "hr_receivables_control.credit_menu_root",
    "hr_employee_advance.menu_advance",
    "hr_control_base.hr_control_menu_root",
)
# Empty as long as all is well; used by the owner only; filled in when it is opened; nobody was handed over yet.
MAY_BE_EMPTY = {
    "hr.control.alert",
    "hr.employee.handover",
    "hr.control.delegation",
    "hr.control.check.line",
    "res.config.settings",
}
# An accountant neither asks nor decides.
MAY_BE_EMPTY_FOR = {
    "liu.account": {"hr.control.approval", "credit.grant"},
    # her customers promised nothing, resemble nobody and have their invoices
    "li.sales": {"credit.overdue.pause", "credit.blacklist.match", "credit.overdue.goods"},
}
# What she sold is covered, as it should be.
MAY_SHOW_NOTHING = {("li.sales", "hr_receivables_control.credit_recheck_order_menu")}
# Not everybody borrows, decides or signs; these do.
OWN_MENUS = {
    "hr_employee_advance.menu_advance_mine": "li.sales",
    "hr_employee_advance.menu_advance_my_balance": "wang.store",
    "hr_employee_advance.menu_advance_to_approve": "sun.finance",
    "hr_employee_advance.menu_advance_to_sign": "sun.finance",
}


@pytest.fixture(scope="module")
def sign_in(demo_server):
    clients = {}

    def sign_in(login):
        if login not in clients:
            clients[login] = WebClient(demo_server.url, demo_server.database, login)
        return clients[login]

    return sign_in


@pytest.fixture
def own_demo_database():
    name = db.copy(builds.demo(), db.unique_name("outside_demo_run"))
    yield name
    db.drop(name)


def find_order(client, customer):
    domain = [["partner_id.name", "=", customer], ["state", "in", ["draft", "sent"]]]
    (order,) = client.call("sale.order", "search_read", domain, ["name", "state", "credit_state"])
    return order


def get_requests(client):
    """Requests that wait for this user."""
    domain = [["my_turn", "=", True]]
    return client.call("hr.control.approval", "search_read", domain, ["name"])


def waits_for(client, customer):
    return any(customer in request["name"] for request in get_requests(client))


def test_demo_data_loaded(sign_in):
    domain = [["name", "in", list(addons())], ["demo", "=", True]]
    loaded = sign_in("admin").call("ir.module.module", "search_read", domain, ["name"])
    assert sorted(module["name"] for module in loaded) == sorted(addons())
    assert sign_in("admin").call("ir.demo_failure", "search_count", []) == 0


@pytest.mark.parametrize("login", USERS)
def test_everybody_starts_in_the_demo_company(sign_in, login):
    info = sign_in(login).info
    current = info["user_companies"]["current_company"]
    assert info["user_companies"]["allowed_companies"][str(current)]["name"] == COMPANY
    if login != "admin":
        assert info["user_context"]["lang"] == "zh_CN"


def test_company_is_chinese(sign_in):
    domain = [["name", "=", COMPANY]]
    fields = ["currency_id", "chart_template", "control_tz", "credit_order_policy"]
    (company,) = sign_in("admin").call("res.company", "search_read", domain, fields)
    assert company["currency_id"][1] == "CNY"
    assert company["chart_template"] == "cn"
    assert company["control_tz"] == "Asia/Shanghai"
    assert company["credit_order_policy"] == "enforce"


@pytest.mark.parametrize(
    "login",
    ["admin", "li.sales", "wang.store", "sun.finance", "liu.account", "zhou.owner", "ma.audit"],
)
def test_no_menu_opens_an_empty_list(sign_in, login):
    client = sign_in(login)
    menus = client.call("ir.ui.menu", "load_menus", False)
    roots = [menu for menu in menus.values() if menu.get("xmlid") in APPS]
    assert roots
    empty = []
    for menu in _walk(menus, roots):
        if menu["action_model"] != "ir.actions.act_window":
            continue
        action = client.route("/web/action/load", action_id=menu["action_id"])
        model = action["res_model"]
        if action["target"] == "new" or model in MAY_BE_EMPTY | MAY_BE_EMPTY_FOR.get(login, set()):
            continue
        menu_id = menu["xmlid"]
        if OWN_MENUS.get(menu_id, login) != login or (login, menu_id) in MAY_SHOW_NOTHING:
            continue
        domain = ast.literal_eval(re.sub(r"\buid\b", str(client.uid), action["domain"] or "[]"))
        if not client.call(model, "search_count", domain):
            empty.append(menu["name"])
    assert not empty, ", ".join(empty)


def _walk(menus, roots):
    for menu in roots:
        yield menu
        yield from _walk(menus, [menus[str(child)] for child in menu["children"]])


def test_request_beyond_the_store_manager_waits_at_finance(sign_in):
    customer = "西安新城装饰设计有限公司"
    order = find_order(sign_in("li.sales"), customer)
    assert (order["state"], order["credit_state"]) == ("draft", "hold")
    assert waits_for(sign_in("sun.finance"), customer)
    for login in ("li.sales", "wang.store", "zheng.store", "zhou.owner", "admin"):
        assert not waits_for(sign_in(login), customer), login


def test_small_excess_waits_at_the_store_and_a_large_one_at_the_owner(sign_in):
    small, large = "西安精工装修有限公司", "西安雅居房地产开发有限公司"
    assert waits_for(sign_in("wang.store"), small)
    assert not waits_for(sign_in("zheng.store"), small)
    assert not waits_for(sign_in("sun.finance"), small)
    assert waits_for(sign_in("zhou.owner"), large)
    assert waits_for(sign_in("admin"), large)
    assert not waits_for(sign_in("sun.finance"), large)


def test_decisions_name_those_who_made_them(sign_in):
    requests = sign_in("ma.audit").call(
        "hr.control.approval",
        "search_read",
        [["state", "in", ["approved", "refused"]], ["res_model", "=like", "credit.%"]],
        ["state", "requester_id", "decided_by_id"],
    )
    assert {
        (request["requester_id"][1], request["decided_by_id"][1], request["state"])
        for request in requests
    } == {
        ("孙丽华", "周志强", "approved"),
        ("张伟", "孙丽华", "approved"),
        ("张伟", "孙丽华", "refused"),
        ("李娜", "王建国", "approved"),
        ("张伟", "王建国", "approved"),
        ("李娜", "孙丽华", "approved"),
        ("赵磊", "孙丽华", "approved"),
        ("赵磊", "郑晓燕", "approved"),
        ("陈静", "孙丽华", "approved"),
        ("陈静", "郑晓燕", "approved"),
    }


def test_customers_of_every_kind(sign_in):
    accounts = sign_in("sun.finance").call(
        "credit.account",
        "search_read",
        [],
        ["mode", "credit_status", "overdue_amount", "exposure_total"],
    )
    assert {account["mode"] for account in accounts} == {
        "limited",
        "cash_only",
        "suspended",
        "blacklisted",
    }
    assert {account["credit_status"] for account in accounts} == {"free", "near", "over"}
    assert any(account["overdue_amount"] > 0 for account in accounts)
    assert all(account["exposure_total"] >= 0 for account in accounts)


def test_people_are_told_in_their_language(sign_in):
    """What jobs wrote while the company was made; names of papers and documents are as they are."""
    for model, field, domain in (
        ("hr.control.alert", "summary", [["company_id.name", "=", COMPANY]]),
        ("mail.activity", "summary", [["res_model", "=like", "credit.%"], ["user_id", "!=", 2]]),
    ):
        rows = sign_in("admin").call(model, "search_read", domain, [field])
        assert rows, model
        assert [row[field] for row in rows if re.search("[a-z]{3}", row[field] or "")] == []


def test_warnings_know_the_business_behind_a_request(sign_in):
    """They were found when the orders were there, not while the company was half made."""
    rows = sign_in("sun.finance").call(
        "hr.employee.advance.flag", "search_read", [], ["code", "figures", "sentence"]
    )
    assert rows
    assert [row["sentence"] for row in rows if row["figures"].get("orders") is None] == []
    assert any(row["figures"]["orders"] for row in rows)


def test_history_was_made_while_observing(sign_in):
    results = sign_in("sun.finance").call(
        "credit.decision", "search_read", [], ["result", "policy"]
    )
    observed = [decision for decision in results if decision["policy"] == "observe"]
    assert {"ok", "near", "observed"} <= {decision["result"] for decision in observed}
    assert not any(decision["result"] == "hold" for decision in observed)


def test_releases_of_several_months(sign_in):
    domain = [["result", "=", "released"]]
    released = sign_in("sun.finance").call("credit.decision", "search_read", domain, ["date"])
    assert len({decision["date"][:7] for decision in released}) >= 2


def test_deliveries_held_and_delivered_but_not_invoiced(sign_in):
    transfers = sign_in("he.stock").call(
        "stock.picking",
        "search_read",
        [["state", "=", "assigned"], ["picking_type_code", "=", "outgoing"]],
        ["partner_id", "credit_banner", "credit_request_open"],
    )
    held = {
        transfer["partner_id"][1]: transfer["credit_request_open"]
        for transfer in transfers
        if transfer["credit_banner"]
    }
    assert held == {"渭南天成建材商行": False, "汉中秦巴木业有限公司": True}
    accounts = sign_in("sun.finance").call(
        "credit.account", "search_read", [], ["exposure_orders", "exposure_delivered", "mode"]
    )
    delivered = [account for account in accounts if account["exposure_delivered"] > 0]
    assert {account["mode"] for account in delivered} == {"limited", "suspended"}
    assert all(account["exposure_orders"] > account["exposure_delivered"] for account in delivered)


def test_books_go_back_a_year(sign_in):
    domain = [["move_type", "=", "out_invoice"], ["state", "=", "posted"]]
    invoices = sign_in("liu.account").call(
        "account.move", "search_read", domain, ["payment_state", "invoice_date"]
    )
    assert len(invoices) > 30
    assert {invoice["payment_state"] for invoice in invoices} >= {"paid", "partial", "not_paid"}
    assert len({invoice["invoice_date"][:7] for invoice in invoices}) >= 11


def test_visitor_confirms_asks_and_releases(own_demo_database, start_server):
    """What scripts/demo_users.txt invites to."""
    server = start_server(own_demo_database)
    salesperson = WebClient(server.url, server.database, "li.sales")
    customer = "西安绿源整装家居有限公司"
    order = find_order(salesperson, customer)
    assert order["credit_state"] is False
    salesperson.call("sale.order", "action_confirm", [order["id"]])
    assert find_order(salesperson, customer)["credit_state"] == "hold"
    request = salesperson.call(
        "credit.release.request", "create", {"order_id": order["id"], "reason": "月底回款"}
    )
    salesperson.call("credit.release.request", "action_request", [request])
    manager = WebClient(server.url, server.database, "wang.store")
    (approval,) = [entry for entry in get_requests(manager) if customer in entry["name"]]
    manager.call("hr.control.approval", "action_approve", [approval["id"]])
    salesperson.call("sale.order", "action_confirm", [order["id"]])
    (state,) = salesperson.call("sale.order", "read", [order["id"]], ["state"])
    assert state["state"] == "sale"


def test_loading_again_adds_nothing(own_demo_database, connect):
    def count():
        with connect(own_demo_database).cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM sale_order), (SELECT count(*) FROM account_move),"
                " (SELECT count(*) FROM res_users), (SELECT count(*) FROM credit_account),"
                " (SELECT count(*) FROM hr_employee), (SELECT count(*) FROM credit_grant)"
            )
            return cursor.fetchone()

    before = count()
    outcome = run_odoo(
        *(
            "-d",
            own_demo_database,
            "-u",
            "hr_control_base,hr_receivables_control",
            "--stop-after-init",
        ),
        log="outside_demo_again",
    ).check()
    assert not outcome.without_demo
    assert not outcome.errors
    assert count() == before

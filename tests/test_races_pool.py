"""Invariant 4 for the salesperson's own total: two sessions of one person never share the same room."""

import pytest
from credit_company import SALES, CreditCompany, together
from races import confirm
from test_held_order import PIXEL

from kit.client import RpcError, WebClient

ROOM = 1_000_000
POOL = 100_000
ROUNDS = 5

pytestmark = pytest.mark.usefixtures("record_intact")


@pytest.fixture(scope="module")
def company(two_servers):
    return CreditCompany(two_servers[0])


def seller(company, two_servers, pool=None):
    """A salesperson with an employee, signed in at both servers. :return: ``(user id, sessions)``"""
    user, login = company.user(SALES, name="seller")
    employee = company.employee(user)
    if pool is not None:
        company.authority(0, employee_id=employee, limit_pool=True, pool_limit=pool)
    return user, [company.sign_in(login, server) for server in two_servers]


def used(company, user):
    domain = [("user_id", "=", user)]
    return company.call("credit.pool", "search_read", domain, ["used_amount"])[0]["used_amount"]


def test_two_sessions_race_for_the_last_of_the_pool(company, two_servers):
    user, sessions = seller(company, two_servers, POOL)
    for _round in range(ROUNDS):
        # different customers: nothing but the salesperson's total stands between them
        customers = [company.customer(ROOM) for _ in sessions]
        orders = [
            company.order(customer, 70_000, session)
            for customer, session in zip(customers, sessions, strict=True)
        ]
        answers = together(*map(confirm, sessions, orders))
        assert [answer for answer in answers if isinstance(answer, RpcError)] == []
        states = company.states(orders)
        assert sorted(states, key=str) == [("draft", "hold"), ("sale", False)]
        assert used(company, user) == 70_000
        (held,) = (
            order for order, state in zip(orders, states, strict=True) if state[0] == "draft"
        )
        (decision,) = company.decisions(held, "reasons")
        assert [reason["code"] for reason in decision["reasons"]] == ["own_pool"]
        company.call("sale.order", "action_cancel", orders)
        assert used(company, user) == 0


def test_the_first_orders_of_a_person_make_one_pool(company, two_servers):
    for _round in range(ROUNDS):
        user, sessions = seller(company, two_servers, POOL)
        orders = [company.order(company.customer(ROOM), 60_000, session) for session in sessions]
        together(*map(confirm, sessions, orders))
        assert sorted(company.states(orders), key=str) == [("draft", "hold"), ("sale", False)]
        assert company.call("credit.pool", "search_count", [("user_id", "=", user)]) == 1


def test_salespeople_without_a_total_never_contend(company, two_servers, logged):
    _user, sessions = seller(company, two_servers)
    for _round in range(ROUNDS):
        clients = sessions * 4
        orders = [company.order(company.customer(ROOM), 60_000, client) for client in clients]
        together(*map(confirm, clients, orders))
        assert company.states(orders) == [("sale", False)] * len(orders)
    assert logged("tries left") == 0


def test_the_job_and_a_confirmation_share_the_total(company, two_servers, logged):
    """The job confirms what a customer has signed; it takes the person's guard with the customer's, not after it."""
    user, (session, _other) = seller(company, two_servers, POOL)
    job = company.ref("hr_receivables_control.credit_cron_reevaluate")
    admin = WebClient(two_servers[1].url, two_servers[1].database)
    for _round in range(ROUNDS):
        customer = company.customer(0)
        signed, wanted = (company.order(customer, 60_000, session) for _n in range(2))
        company.call(
            "sale.order", "write", [signed], {"signature": PIXEL, "require_payment": False}
        )
        session.call("sale.order", "action_confirm", [signed])
        assert company.states([signed]) == [("draft", "hold")]
        values = {"base_limit": ROOM, "change_reason": "Good customer"}
        company.call("credit.account", "write", [company.account(customer)], values)
        answers = together(
            lambda: admin.call("ir.cron", "method_direct_trigger", [job]), confirm(session, wanted)
        )
        assert [answer for answer in answers if isinstance(answer, RpcError)] == []
        assert sorted(company.states([signed, wanted]), key=str) == [
            ("draft", "hold"),
            ("sale", False),
        ]
        assert used(company, user) == 60_000
        company.call("sale.order", "action_cancel", [signed, wanted])
    assert logged("deadlock") == 0


def test_two_people_with_totals_never_deadlock(company, two_servers, logged):
    sellers = [seller(company, two_servers, ROOM)[1][n] for n in range(2)]
    customers = [company.customer(ROOM) for _ in range(4)]
    for _round in range(ROUNDS):
        batches = [
            [company.order(customer, 60_000, client) for customer in order]
            for client, order in zip(sellers, (customers, customers[::-1]), strict=True)
        ]
        answers = together(
            *(confirm(client, *batch) for client, batch in zip(sellers, batches, strict=True))
        )
        assert [answer for answer in answers if isinstance(answer, RpcError)] == []
        for batch in batches:
            assert company.states(batch) == [("sale", False)] * 4
            company.call("sale.order", "action_cancel", batch)
    assert logged("deadlock") == 0

"""Invariant 4 for the salesperson's own total: two sessions of one person never share the same room."""

import pytest
from credit_company import SALES, CreditCompany, together

from kit import builds, process
from kit import database as db
from kit.client import RpcError

ROOM = 1_000_000
POOL = 100_000
ROUNDS = 5


@pytest.fixture(scope="module")
def servers():
    name = db.copy(builds.full(), db.unique_name("outside_pools"))
    running = [process.Server(name, "--max-cron-threads=0") for _ in range(2)]
    try:
        yield [server.wait() for server in running]
    finally:
        for server in running:
            server.stop()
        db.drop(name)


@pytest.fixture(scope="module")
def company(servers):
    return CreditCompany(servers[0])


@pytest.fixture
def retries(servers):
    """How often the servers replayed a request since the test began."""
    starts = [server.log.stat().st_size for server in servers]

    def count(text="tries left"):
        return sum(
            server.log.read_bytes()[start:].decode(errors="replace").count(text)
            for server, start in zip(servers, starts, strict=True)
        )

    return count


@pytest.fixture(autouse=True)
def record_intact(company, retries):
    yield
    assert company.verify() == []
    assert retries(" ERROR ") == 0


def seller(company, servers, pool=None):
    """A salesperson with an employee, signed in at both servers. :return: ``(user id, sessions)``"""
    user, login = company.user(SALES, name="seller")
    employee = company.employee(user)
    if pool is not None:
        company.authority(0, employee_id=employee, limit_pool=True, pool_limit=pool)
    return user, [company.sign_in(login, server) for server in servers]


def confirm(client, *orders):
    return lambda: client.call("sale.order", "action_confirm", list(orders))


def used(company, user):
    domain = [("user_id", "=", user)]
    return company.call("credit.pool", "search_read", domain, ["used_amount"])[0]["used_amount"]


def test_two_sessions_race_for_the_last_of_the_pool(company, servers):
    user, sessions = seller(company, servers, POOL)
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


def test_the_first_orders_of_a_person_make_one_pool(company, servers):
    for _round in range(ROUNDS):
        user, sessions = seller(company, servers, POOL)
        orders = [company.order(company.customer(ROOM), 60_000, session) for session in sessions]
        together(*map(confirm, sessions, orders))
        assert sorted(company.states(orders), key=str) == [("draft", "hold"), ("sale", False)]
        assert company.call("credit.pool", "search_count", [("user_id", "=", user)]) == 1


def test_salespeople_without_a_total_never_contend(company, servers, retries):
    _user, sessions = seller(company, servers)
    for _round in range(ROUNDS):
        clients = sessions * 4
        orders = [company.order(company.customer(ROOM), 60_000, client) for client in clients]
        together(*map(confirm, clients, orders))
        assert company.states(orders) == [("sale", False)] * len(orders)
    assert retries() == 0


def test_two_people_with_totals_never_deadlock(company, servers, retries):
    sellers = [seller(company, servers, ROOM)[1][n] for n in range(2)]
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
    assert retries("deadlock") == 0

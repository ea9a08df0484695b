"""Invariant 4, no race: no two transactions together pass what one could not.

Two real server processes work on committed data; what happens at once is lined up by a barrier.
"""

import pytest
from credit_company import CONTROLLER, SALES, CreditCompany, together
from races import approve, confirm, cut, write_state

from kit.client import RpcError

LIMIT = 100_000
ROUNDS = 5

pytestmark = pytest.mark.usefixtures("record_intact")


@pytest.fixture(scope="module")
def company(two_servers):
    return CreditCompany(two_servers[0])


@pytest.fixture(scope="module")
def clients(company, two_servers):
    """Eight salespeople, signed in at both servers by turns."""
    logins = [company.user(SALES, name="seller")[1] for _ in range(8)]
    return [company.sign_in(login, two_servers[n % 2]) for n, login in enumerate(logins)]


def test_two_sessions_never_share_the_same_room(company, clients):
    customers = [company.customer(LIMIT) for _ in range(ROUNDS)]
    for customer in customers:
        orders = [company.order(customer, 70_000, client) for client in clients[:2]]
        together(*map(confirm, clients, orders))
        states = company.states(orders)
        assert sorted(states, key=str) == [("draft", "hold"), ("sale", False)]
        assert company.exposure(customer) == 70_000


def test_a_replayed_refusal_is_on_record_once(company, clients, logged):
    """The loser of a race is run again and refused then; the first run leaves nothing behind."""
    for _round in range(3):
        customer = company.customer(LIMIT)
        orders = [company.order(customer, 70_000, client) for client in clients[:2]]
        answers = together(*map(write_state, clients, orders))
        (lost,) = (answer for answer in answers if isinstance(answer, RpcError))
        assert lost.name == "odoo.exceptions.UserError"
        assert len(company.events("credit.refused", partner=customer)) == 1
        assert sorted(company.states(orders)) == [("draft", False), ("sale", False)]
        assert company.exposure(customer) == 70_000
    assert logged("tries left") > 0


def test_eight_sessions_fill_the_limit_to_the_cent(company, clients):
    customer = company.customer(LIMIT)
    orders = [company.order(customer, 20_000, client) for client in clients]
    answers = together(*map(confirm, clients, orders))
    assert [answer for answer in answers if isinstance(answer, RpcError)] == []
    assert (
        sorted(company.states(orders), key=str) == [("draft", "hold")] * 3 + [("sale", False)] * 5
    )
    assert company.exposure(customer) == LIMIT


@pytest.mark.parametrize("salespeople", [8, 1])
def test_customers_never_wait_for_each_other(company, clients, two_servers, logged, salespeople):
    """Without a pool limit not even one salesperson's own customers contend."""
    if salespeople == 1:
        _user, login = company.user(SALES, name="alone")
        clients = [company.sign_in(login, two_servers[n % 2]) for n in range(8)]
    customers = [company.customer(LIMIT) for _ in range(8)]
    orders = [company.order(*pair) for pair in zip(customers, [60_000] * 8, clients, strict=True)]
    together(*map(confirm, clients, orders))
    assert company.states(orders) == [("sale", False)] * 8
    assert logged("tries left") == 0


def test_overlapping_sets_in_different_order_never_deadlock(company, clients, logged):
    first, second = clients[:2]
    customers = [company.customer(LIMIT) for _ in range(6)]
    for _round in range(ROUNDS):
        mine = [company.order(customer, 60_000, first) for customer in customers[:5]]
        theirs = [company.order(customer, 60_000, second) for customer in reversed(customers[1:])]
        answers = together(confirm(first, *mine), confirm(second, *theirs))
        assert [answer for answer in answers if isinstance(answer, RpcError)] == []
        assert {company.exposure(customer) for customer in customers} == {60_000}
        company.call("sale.order", "action_cancel", mine)
        company.call("sale.order", "action_cancel", theirs)
    assert logged("deadlock") == 0


def test_one_of_two_approvers_wins(company, clients, two_servers):
    approvers = [company.user(CONTROLLER, name="approver") for _ in range(2)]
    for user, _login in approvers:
        company.authority(50_000, employee_id=company.employee(user))
    sessions = [
        company.sign_in(login, two_servers[n]) for n, (_user, login) in enumerate(approvers)
    ]
    for _round in range(3):
        customer = company.customer(LIMIT)
        order = company.order(customer, 120_000, clients[0])
        clients[0].call("sale.order", "action_confirm", [order])
        wizard = clients[0].call(
            "credit.release.request", "create", [{"order_id": order, "reason": "Pays on Friday"}]
        )
        clients[0].call("credit.release.request", "action_request", wizard)
        (grant,) = company.call(
            "credit.grant", "search_read", [("order_id", "=", order)], ["approval_id", "amount"]
        )
        assert grant["amount"] == 20_000
        answers = together(*(approve(session, grant["approval_id"][0]) for session in sessions))
        (lost,) = (answer for answer in answers if isinstance(answer, RpcError))
        assert lost.name == "odoo.exceptions.UserError" and "already decided" in lost.message
        assert len(company.events("approval.approved", partner=customer)) == 1
        assert company.states([order]) == [("draft", "released")]


def test_a_cut_and_a_confirmation_agree_who_came_first(company, clients):
    for _round in range(ROUNDS):
        customer = company.customer(LIMIT)
        order = company.order(customer, 70_000, clients[1])
        answers = together(
            confirm(clients[1], order), cut(company.admin, company.account(customer), 50_000)
        )
        assert [answer for answer in answers if isinstance(answer, RpcError)] == []
        (decision,) = company.decisions(order, "result", "effective_limit")
        expected = {("sale", False): ("ok", LIMIT), ("draft", "hold"): ("hold", 50_000)}
        (state,) = company.states([order])
        assert (decision["result"], decision["effective_limit"]) == expected[state]


def test_first_orders_of_a_new_customer_make_one_account(company, clients):
    for _round in range(ROUNDS):
        customer = company.customer()
        answers = together(
            *(
                lambda client=client, customer=customer: company.order(customer, 10, client)
                for client in clients[:4]
            )
        )
        assert [answer for answer in answers if isinstance(answer, RpcError)] == []
        assert company.account(customer)

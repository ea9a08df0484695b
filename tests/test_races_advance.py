"""No race on what an employee may borrow: two requests that do not fit together never both pass.

Two real server processes work on committed data; what happens at once is lined up by a barrier.
"""

import pytest
from credit_company import CreditCompany, together

from kit.client import RpcError

ADVANCE = "hr.employee.advance"
FINANCE = "hr_employee_advance.group_advance_finance"
QUOTA = 10_000
ROUNDS = 50

pytestmark = pytest.mark.usefixtures("record_intact")


@pytest.fixture(scope="module")
def company(two_servers):
    return CreditCompany(two_servers[0])


@pytest.fixture(scope="module")
def people(company):
    """An employee with a quota, his manager, and finance. :return: logins by role"""
    users = {
        "manager": company.user(name="lender_manager"),
        "employee": company.user(name="lender"),
        "finance": company.user(FINANCE, name="lender_finance"),
    }
    manager = company.employee(users["manager"][0])
    employee = company.employee(users["employee"][0], parent_id=manager)
    company.create(
        "hr.employee.advance.policy", company_id=company.id, employee_id=employee, amount=QUOTA
    )
    return {role: login for role, (_user, login) in users.items()}


@pytest.fixture(scope="module")
def sessions(company, people, two_servers):
    """The same employee at both servers."""
    return [company.sign_in(people["employee"], server) for server in two_servers]


@pytest.fixture(scope="module")
def purpose(company):
    return company.create("hr.employee.advance.purpose", name="Trade fair")


def ask(session, purpose, amount):
    vals = {"purpose_id": purpose, "description": "Stand", "amount": amount}
    return session.call(ADVANCE, "create", [vals])[0]


def states(company, advances):
    return [row["request_state"] for row in company.read(ADVANCE, advances, "request_state")]


def submit(session, advance):
    return lambda: session.call(ADVANCE, "action_submit", [advance])


def cancel_all(session, company, advances):
    for advance, state in zip(advances, states(company, advances), strict=True):
        if state != "cancelled":
            session.call(ADVANCE, "action_cancel", [advance])


def test_two_requests_of_6000_never_both_pass(company, sessions, purpose, logged):
    for _round in range(ROUNDS):
        advances = [ask(session, purpose, 6_000) for session in sessions]
        answers = together(*map(submit, sessions, advances))
        assert [answer for answer in answers if isinstance(answer, RpcError)] == []
        assert sorted(states(company, advances)) == ["auto_rejected", "submitted"]
        cancel_all(sessions[0], company, advances)
    assert logged("tries left") > 0, "they never met"


def test_the_last_cent_is_given_away_once(company, sessions, purpose):
    for _round in range(5):
        advances = [ask(session, purpose, 5_000) for session in sessions]
        advances.append(ask(sessions[0], purpose, 0.01))
        answers = together(*(submit(sessions[n % 2], one) for n, one in enumerate(advances)))
        assert [answer for answer in answers if isinstance(answer, RpcError)] == []
        found = dict(zip(advances, states(company, advances), strict=True))
        rows = company.read(ADVANCE, advances, "amount")
        total = sum(row["amount"] for row in rows if found[row["id"]] == "submitted")
        assert QUOTA / 2 <= total <= QUOTA
        assert "auto_rejected" in found.values()
        cancel_all(sessions[0], company, advances)


def test_recalled_or_approved_but_never_both(company, sessions, people, purpose, two_servers):
    manager = company.sign_in(people["manager"], two_servers[1])
    for _round in range(5):
        advance = ask(sessions[0], purpose, 100)
        submit(sessions[0], advance)()
        answers = together(
            lambda advance=advance: manager.call(ADVANCE, "action_approve", [advance]),
            lambda advance=advance: sessions[0].call(ADVANCE, "action_recall", [advance]),
        )
        for answer in answers:
            assert not isinstance(answer, RpcError) or answer.name.startswith("odoo.exceptions")
        # an approval of the manager may still be taken back; a request taken back is approved by nobody
        assert states(company, [advance]) == ["draft"]
        cancel_all(sessions[0], company, [advance])


def test_submitted_once_though_clicked_twice(company, sessions, purpose):
    for _round in range(5):
        advance = ask(sessions[0], purpose, 100)
        answers = together(*(submit(session, advance) for session in sessions))
        (lost,) = (answer for answer in answers if isinstance(answer, RpcError))
        assert lost.name == "odoo.exceptions.UserError" and "already" in lost.message
        approvals = company.call(
            "hr.control.approval",
            "search_count",
            [("res_model", "=", ADVANCE), ("res_id", "=", advance)],
        )
        assert approvals == 1
        cancel_all(sessions[0], company, [advance])

"""Who may do what with a request for an advance, called over RPC as each role; and what a client may send.

In a cell: ``yes`` done; ``no`` refused with a sentence; ``-`` denied. Whatever is not done changes nothing.
"""

import pytest
from credit_company import CreditCompany
from roles.attempt import get_outcome

ADVANCE = "hr.employee.advance"
MODULE = "hr_employee_advance"
ROLES = {
    "own": [],
    "colleague": [],
    "manager": [],
    "finance": [f"{MODULE}.group_advance_finance"],
    "cashier": [f"{MODULE}.group_advance_cashier"],
    "audit": ["hr_control_base.group_control_auditor"],
    "rules": [f"{MODULE}.group_advance_admin"],
    "officer": ["hr.group_hr_user"],
    "stranger": [f"{MODULE}.group_advance_write_off"],
}
TABLE = """
                               own  colleague manager finance cashier audit rules officer stranger
draft read                     yes  -         yes     yes     yes     yes   -     yes     -
draft write                    yes  -         -       -       -       -     -     -       -
draft unlink                   yes  -         -       -       -       -     -     -       -
draft action_submit            yes  -         -       -       -       -     -     -       -
draft action_cancel            yes  -         -       yes     -       -     -     -       -
draft action_approve           no   -         no      no      no      no    -     no      -
submitted write                no   -         -       -       -       -     -     -       -
submitted unlink               no   -         -       -       -       -     -     -       -
submitted action_submit        no   -         -       -       -       -     -     -       -
submitted action_recall        yes  -         -       -       -       -     -     -       -
submitted action_draft         no   -         -       -       -       -     -     -       -
submitted action_cancel        yes  -         -       yes     -       -     -     -       -
submitted action_approve       no   -         yes     no      -       no    -     -       -
"""
OUTCOMES = {"done": "yes", "refused": "no", "denied": "-", "crashed": "crashed"}
FORGED = (
    {"request_state": "finance_approved"},
    {"state": "paid"},
    {"name": "ADV/9999"},
    {"company_id": 1},
    {"date_request": "2020-01-01"},
    {"amount_company": 0.01},
    {"submitted_by_id": 2},
    {"approval_id": 1},
    {"quota_code": "ok"},
    {"wage_snapshot": 1},
)


def get_rows():
    head, *lines = (line.split() for line in TABLE.strip().splitlines())
    assert head == list(ROLES)
    return [
        pytest.param(state, method, dict(zip(head, cells, strict=True)), id=f"{state}-{method}")
        for state, method, *cells in lines
    ]


class AdvanceScene(CreditCompany):
    """One user per role; an employee whose manager is another, with a quota."""

    def __init__(self, server):
        super().__init__(server)
        elsewhere = self.create("res.company", name=self.number("Elsewhere"))
        users = {
            role: self.user(
                *groups, name=role, company_ids=[elsewhere] if role == "stranger" else None
            )
            for role, groups in ROLES.items()
        }
        self.clients = {role: self.sign_in(login) for role, (_id, login) in users.items()}
        manager = self.employee(users["manager"][0])
        self.borrower = self.employee(users["own"][0], parent_id=manager)
        self.employee(users["colleague"][0])
        self.create("hr.employee.advance.policy", company_id=self.id, amount=10_000_000)
        self.purpose = self.create("hr.employee.advance.purpose", name=self.number("Fair"))

    def values(self, **values):
        return {"purpose_id": self.purpose, "description": "Stand", "amount": 650.35} | values

    def advance(self, state):
        made = self.clients["own"].call(ADVANCE, "create", [self.values()])[0]
        if state == "submitted":
            self.clients["own"].call(ADVANCE, "action_submit", [made])
        return made

    def look(self, advance):
        names = ["request_state", "state", "amount", "name", "approval_id", "quota_code"]
        return self.call(ADVANCE, "read", [advance], names)


@pytest.fixture(scope="module")
def scene(server):
    return AdvanceScene(server)


@pytest.mark.parametrize(("state", "method", "expected"), get_rows())
def test_each_role(scene, state, method, expected):
    arguments = {"write": [{"amount": 5.0}], "read": [["amount"]]}.get(method, [])
    found, changed = {}, []
    for role, client in scene.clients.items():
        advance = scene.advance(state)
        before = scene.look(advance)
        outcome, _said = get_outcome(
            lambda client=client, advance=advance: client.call(
                ADVANCE, method, [advance], *arguments
            )
        )
        found[role] = OUTCOMES[outcome]
        if outcome != "done" and scene.look(advance) != before:
            changed.append(role)
    assert (found, changed) == (expected, [])


def test_no_client_forges_a_field(scene):
    for role, client in scene.clients.items():
        for state in ("draft", "submitted"):
            advance = scene.advance(state)
            before = scene.look(advance)
            for values in FORGED:
                outcome, said = get_outcome(
                    lambda client=client, advance=advance, values=values: client.call(
                        ADVANCE, "write", [advance], values
                    )
                )
                assert outcome in ("denied", "refused"), (role, state, values, said)
            assert scene.look(advance) == before


def test_no_client_begins_in_the_middle(scene):
    client = scene.clients["own"]
    for values in FORGED:
        outcome, said = get_outcome(
            lambda values=values: client.call(ADVANCE, "create", [scene.values(**values)])
        )
        assert outcome in ("denied", "refused"), (values, said)
        ((name, value),) = values.items()
        outcome, answer = get_outcome(
            lambda name=name, value=value: client.call(
                ADVANCE, "create", [scene.values()], context={f"default_{name}": value}
            )
        )
        if outcome == "done":
            (row,) = scene.look(answer[0])
            assert (row["request_state"], row["state"], row["name"]) == ("draft", "draft", "/")
            assert not row["approval_id"] and not row["quota_code"]


def test_nobody_asks_in_anothers_name(scene):
    for role, client in scene.clients.items():
        outcome, said = get_outcome(
            lambda client=client: client.call(
                ADVANCE, "create", [scene.values(employee_id=scene.borrower)]
            )
        )
        assert (outcome == "done") == (role in ("own", "officer")), (role, said)


def test_private_methods_stay_private(scene):
    advance = scene.advance("draft")
    for method in ("_submit", "_check_quota", "_get_open", "_take_advance_guard", "_auto_reject"):
        outcome, _said = get_outcome(
            lambda method=method: scene.clients["own"].call(ADVANCE, method, [advance])
        )
        assert outcome != "done", method

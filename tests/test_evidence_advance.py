"""The case of an employee as it leaves Odoo: downloaded by those who may, proven by a script that knows no Odoo."""

import base64

import pytest
from credit_company import CreditCompany
from evidence_script import Package, run_script

from kit import builds, process
from kit import database as db

ADVANCE = "hr.employee.advance"
AUDITOR = "hr_control_base.group_control_auditor"
FINANCE = "hr_employee_advance.group_advance_finance"
CASHIER = "hr_employee_advance.group_advance_cashier"
SLIP = b"\x00 the contract, byte by byte \xff"
IDENTITY = "110101199003078515"


@pytest.fixture(scope="module")
def company():
    name = db.copy(builds.full(), db.unique_name("outside_evidence_advance"))
    with process.Server(name, "--max-cron-threads=0") as server:
        yield CreditCompany(server)
    db.drop(name)


class Case:
    """5,000.00 lent, 1,820.00 of it brought back; with a file, a signature and a balance that was confirmed."""

    def __init__(self, company):
        self.company = company
        groups = {"manager": (), "finance": (FINANCE,), "cashier": (CASHIER,)}
        groups |= {"auditor": (AUDITOR,), "hr": ("hr.group_hr_manager",), "stranger": ()}
        people = {role: company.user(*names, name=role) for role, names in groups.items()}
        self.who = {role: company.sign_in(login) for role, (_user, login) in people.items()}
        user, login = company.user(name="borrower")
        manager = company.employee(people["manager"][0])
        self.employee = company.employee(user, parent_id=manager, identification_id=IDENTITY)
        self.own = company.sign_in(login)
        company.create(
            f"{ADVANCE}.policy", company_id=company.id, employee_id=self.employee, amount=10_000
        )
        self.advance = self.lend(5_000)
        self.wizard("cashier", "return", amount=1_820, advance_id=self.advance)
        (receipt,) = company.call(
            f"{ADVANCE}.acknowledgement", "search", [("advance_id", "=", self.advance)]
        )
        self.own.call(f"{ADVANCE}.acknowledgement", "action_confirm", [receipt])

    def lend(self, amount):
        purpose = self.company.create(f"{ADVANCE}.purpose", name="Fair")
        vals = {"purpose_id": purpose, "description": "Stand", "amount": amount}
        (advance,) = self.own.call(ADVANCE, "create", [vals])
        file = {"name": "contract.pdf", "datas": base64.b64encode(SLIP).decode()}
        self.own.call("ir.attachment", "create", [file | {"res_model": ADVANCE, "res_id": advance}])
        self.own.call(ADVANCE, "action_submit", [advance])
        approval = self.company.read(ADVANCE, advance, "approval_id")["approval_id"][0]
        for role in ("manager", "finance"):
            self.who[role].call("hr.control.approval", "action_approve", [approval])
        self.wizard("cashier", "pay", advance_id=advance)
        return advance

    def wizard(self, role, what, **values):
        domain = [("type", "=", "cash"), ("company_id", "=", self.company.id)]
        values["journal_id"] = self.company.call("account.journal", "search", domain)[0]
        model = f"{ADVANCE}.{what}"
        ids = self.who[role].call(model, "create", [values])
        self.who[role].call(model, f"action_{what}", ids)

    def download(self, role="auditor", form=""):
        return self.who[role].get(f"/hr_employee_advance/evidence/{self.employee}{form}")


@pytest.fixture(scope="module")
def case(company):
    return Case(company)


@pytest.fixture
def package(case):
    answer = case.download()
    assert answer.status_code == 200
    return Package(answer.content)


@pytest.mark.parametrize("role", ["auditor", "finance", "hr"])
def test_downloaded_package_proves_itself(case, tmp_path, role):
    answer = case.download(role)
    assert answer.status_code == 200
    path = tmp_path / "case.zip"
    path.write_bytes(answer.content)
    code, said = run_script(path)
    assert code == 0, said
    assert "nothing is missing or altered" in said
    package = Package(answer.content)
    assert package.files[package.first("attachments/")] == SLIP
    assert package.manifest["company"] == case.company.id
    for start in (
        "VERIFY.txt",
        "summary",
        "ledger.xlsx",
        "events.json",
        "vouchers/slip",
        "vouchers/return",
    ):
        assert package.first(start)
    assert package.first("signed/receipt")


def test_strangers_download_nothing(case):
    for role, form in (
        ("stranger", ""),
        ("manager", ""),
        ("cashier", ""),
        ("finance", "/unmasked"),
    ):
        assert case.download(role, form).status_code == 403, role


def test_two_of_one_state_are_the_same(case, package):
    again = Package(case.download("finance").content)
    assert again.manifest["files"] == package.manifest["files"]
    same = package.files.keys() - {"manifest.json"}
    assert {name: again.files[name] for name in same} == {
        name: package.files[name] for name in same
    }


def test_numbers_are_masked_unless_the_auditor_asks(case, package):
    shown = Package(case.download("auditor", "/unmasked").content)
    assert package.manifest["masked"] is True
    assert shown.manifest["masked"] is False
    assert package.files["ledger.xlsx"] != shown.files["ledger.xlsx"]


def harm_byte(package):
    name = package.first("attachments/")
    package.files[name] = b"\x01" + package.files[name][1:]
    return [f"The file {name} differs from the one that was exported."]


def harm_missing(package):
    name = package.first("vouchers/slip")
    del package.files[name]
    return [f"The file {name}, listed in the manifest, is missing."]


def harm_added(package):
    package.files["attachments/more.pdf"] = b"never handed in"
    return ["The file attachments/more.pdf is not listed in the manifest."]


def harm_event(package):
    def change(rows):
        rows[2]["payload"] = rows[2]["payload"].replace("{", '{"more":1,', 1)

    package.edit_events(change)
    return ["Event 3", "its content was altered after it was recorded."]


def harm_event_missing(package):
    package.edit_events(lambda rows: rows.pop(2))
    return ["Events 3 to 3 are missing."]


def harm_last_events(package):
    package.edit_events(lambda rows: rows.pop())
    return ["The last events"]


def harm_link(package):
    def change(rows):
        rows[3]["prev_hash"] = "0" * 64

    package.edit_events(change)
    return ["Event 4", "its link to the event before is broken."]


@pytest.mark.parametrize(
    "harm",
    [
        harm_byte,
        harm_missing,
        harm_added,
        harm_event,
        harm_event_missing,
        harm_last_events,
        harm_link,
    ],
)
def test_script_names_what_was_done_to_it(package, tmp_path, harm):
    sentences = harm(package)
    code, said = run_script(package.save(tmp_path / "harmed.zip"))
    assert code == 1, said
    for sentence in sentences:
        assert sentence in said


def test_a_broken_record_is_refused_and_the_break_named(case, connect):
    """Last of all: what a hand in the database does is not mended here."""
    with connect(case.company.server.database).cursor() as cursor:
        cursor.execute("ALTER TABLE hr_control_event DISABLE TRIGGER USER")
        cursor.execute(
            """
            UPDATE hr_control_event e SET payload = e.payload || ' '
              FROM hr_control_dossier d
             WHERE d.id = e.dossier_id AND d.subject_model = 'hr.employee' AND d.subject_id = %s
               AND d.kind = 'hr.employee.advance' AND e.seq = 2
            """,
            [case.employee],
        )
        assert cursor.rowcount == 1
        cursor.execute("ALTER TABLE hr_control_event ENABLE TRIGGER USER")
    answer = case.download()
    assert answer.status_code == 409
    assert "Event 2" in answer.text

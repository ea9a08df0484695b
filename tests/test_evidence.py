"""Invariant 7, attributable: the record proves itself, to Verify and to the auditor's script, and nothing is lost."""

import base64
import json
from contextlib import contextmanager

import pytest
from credit_company import SALES, CreditCompany
from evidence_script import run_script

from kit import builds, process
from kit import database as db
from kit.client import RpcError

LIMIT = 10_000


@pytest.fixture(scope="module")
def company():
    name = db.copy(builds.full(), db.unique_name("outside_evidence"))
    with process.Server(name, "--max-cron-threads=0") as server:
        yield CreditCompany(server)
    db.drop(name)


@pytest.fixture
def sql(company, connect):
    """``sql(query, *params)`` with the password of the database; the triggers are off meanwhile."""
    with connect(company.server.database).cursor() as cursor:
        yield lambda query, *params: _tamper(cursor, query, params)


def _tamper(cursor, query, params):
    cursor.execute("ALTER TABLE hr_control_event DISABLE TRIGGER USER")
    cursor.execute(query, params)
    cursor.execute("ALTER TABLE hr_control_event ENABLE TRIGGER USER")


def export(company, path):
    answer = company.admin.get(f"/hr_control/export/{company.id}")
    assert answer.status_code == 200
    path.write_bytes(answer.content)
    return path


def held_customer(company):
    """A customer with some events: an order is held, twice."""
    customer = company.customer(LIMIT)
    for _n in range(2):
        company.call("sale.order", "action_confirm", [company.order(customer, LIMIT + 1)])
    assert company.events(partner=customer)
    return customer


@contextmanager
def broken(sql, harm, mend):
    sql(*harm)
    try:
        yield
    finally:
        sql(*mend)


def test_export_proves_itself(company, tmp_path):
    held_customer(company)
    code, output = run_script(export(company, tmp_path / "export.zip"))
    assert (code, company.verify()) == (0, []), output
    assert "nothing is missing or altered" in output


def test_alteration_found_by_verify_and_script(company, sql, tmp_path):
    event = company.events(partner=held_customer(company))[0]
    set_payload = "UPDATE hr_control_event SET payload = %s WHERE id = %s"
    forged = event["payload"].replace('"company"', '"compani"')
    with broken(
        sql, (set_payload, forged, event["id"]), (set_payload, event["payload"], event["id"])
    ):
        (sentence,) = company.verify()
        code, output = run_script(export(company, tmp_path / "export.zip"))
    assert "its content was altered after it was recorded" in sentence
    assert code == 1
    assert f"Dossier {event['dossier_id'][0]} " in output
    assert "its content was altered after it was recorded" in output
    assert company.verify() == []


def test_deletion_found_by_verify_and_script(company, sql, tmp_path):
    held_customer(company)
    company.verify()  # links what waits
    event = company.events(partner=held_customer(company))[-1]
    company.verify()
    event = company.read("hr.control.event", event["id"], "seq", "dossier_id")
    move = "UPDATE hr_control_event SET seq = %s WHERE id = %s"
    # A deletion that can be undone: the number is what the chain misses.
    with broken(sql, (move, event["seq"] + 1, event["id"]), (move, event["seq"], event["id"])):
        (sentence,) = company.verify()
        code, output = run_script(export(company, tmp_path / "export.zip"))
    gone = f"Events {event['seq']} to {event['seq']} are missing."
    assert sentence == gone
    assert (code, gone in output) == (1, True)
    assert company.verify() == []


def refuse(client, order):
    with pytest.raises(RpcError, match="cannot be confirmed"):
        client.call("sale.order", "write", [order], {"state": "sale"})


def test_refused_attempt_outlives_its_rollback(company):
    user_id, login = company.user(SALES)
    client = company.sign_in(login)
    order = company.order(company.customer(LIMIT), LIMIT + 1, client, user_id=user_id)
    refuse(client, order)
    assert company.states([order])[0][0] == "draft"
    (event,) = company.events("credit.refused", ("sale.order", order))
    assert event["actor_uid"] == user_id
    refuse(client, order)
    assert len(company.events("credit.refused", ("sale.order", order))) == 2
    assert company.verify() == []


@pytest.mark.parametrize("dry_run", [True, False])
def test_refused_import_is_recorded_once_per_row(company, dry_run):
    """Odoo tries the rows together, then one by one, swallows the errors and commits."""
    orders = [company.order(company.customer(LIMIT), LIMIT + 1) for _n in range(2)]
    lines = [f"{order},sale" for order in orders]
    file = "\n".join([".id,state", *lines])  # as the upload keeps it: not in base64
    wizard = company.create(
        "base_import.import",
        res_model="sale.order",
        file=file,
        file_name="orders.csv",
        file_type="text/csv",
    )
    options = {"quoting": '"', "separator": ",", "has_headers": True}
    result = company.call(
        "base_import.import",
        "execute_import",
        [wizard],
        [".id", "state"],
        [".id", "state"],
        options,
        dryrun=dry_run,
    )
    assert any("cannot be confirmed" in message["message"] for message in result["messages"]), (
        result
    )
    for order in orders:
        events = company.events("credit.refused", ("sale.order", order))
        assert len(events) == 1
        assert bool(json.loads(events[0]["payload"])["data"].get("dry_run")) is dry_run


def test_mailed_seal_tells_what_an_old_backup_lacks(tmp_path):
    names = [db.copy(builds.full(), db.unique_name("outside_seal"))]
    try:
        with process.Server(names[0], "--max-cron-threads=0") as server:
            company = CreditCompany(server)
            customer = held_customer(company)
            company.verify()
            dossier = company.events(partner=customer)[0]["dossier_id"][0]
            before = company.read("hr.control.dossier", dossier, "seq")["seq"]
        names.append(db.copy(names[0], db.unique_name("outside_backup")))
        with process.Server(names[0], "--max-cron-threads=0") as server:
            company = CreditCompany(server)
            company.call("sale.order", "action_confirm", [company.order(customer, LIMIT + 1)])
            held_customer(company)
            cron = company.ref("hr_control_base.ir_cron_seal")
            company.call("ir.cron", "method_direct_trigger", [cron])
            after = company.read("hr.control.dossier", dossier, "seq")["seq"]
            (seal,) = company.call(
                "hr.control.seal", "search_read", [("company_id", "=", company.id)], ["file"]
            )
            assert run_script(export(company, tmp_path / "now.zip"), _save(seal, tmp_path))[0] == 0
        assert after > before
        with process.Server(names[1], "--max-cron-threads=0") as server:
            company = CreditCompany(server)
            assert company.verify() == []  # the old backup alone looks perfect
            wizard = company.create(
                "hr.control.verify", company_id=company.id, seal_file=seal["file"]
            )
            company.call("hr.control.verify", "action_verify", [wizard])
            found = company.call(
                "hr.control.verify.line",
                "search_read",
                [("verify_id", "=", wizard)],
                ["code", "sentence", "dossier_id"],
            )
            code, output = run_script(export(company, tmp_path / "old.zip"), _save(seal, tmp_path))
    finally:
        for name in names:
            db.drop(name)
    codes = {line["code"] for line in found}
    assert {"seal_gone", "seal_events_missing", "dossier_missing"} <= codes
    (own,) = [line for line in found if line["dossier_id"] and line["dossier_id"][0] == dossier]
    assert own["sentence"].startswith(f"Events {before + 1} to {after}, held by the seal of")
    assert code == 1
    assert f"Events {before + 1} to {after}, held by the seal of" in output


def _save(seal, folder):
    path = folder / "seal.json"
    path.write_bytes(base64.b64decode(seal["file"]))
    return path

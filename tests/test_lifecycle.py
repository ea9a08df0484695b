"""Add-ons come and go, partners are merged, users deleted: the record stays what it was."""

import pytest
from credit_company import SALES, CreditCompany

from kit import database as db
from kit.env import connect
from kit.process import Server, run_odoo

CREDIT = "hr_receivables_control"
LIMIT = 1_000
SCHEMA = {
    "columns": """
        SELECT table_name, column_name, data_type, is_nullable, column_default
          FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint",
    "triggers": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal",
    "functions": """
        SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE nspname = 'public' AND prokind = 'f'
    """,
    "sequences": "SELECT sequencename FROM pg_sequences",
    "settings": "SELECT key FROM ir_config_parameter",
    "defaults": "SELECT field_id, json_value FROM ir_default",
    "jobs": "SELECT cron_name FROM ir_cron",
    "names": "SELECT module, name, model FROM ir_model_data WHERE module LIKE 'hr\\_%%control%%'",
}


def schema(database):
    connection = connect(database)
    try:
        with connection.cursor() as cursor:
            found = {}
            for kind, query in SCHEMA.items():
                cursor.execute(query.replace("%%", "%"))
                found[kind] = set(cursor.fetchall())
            return found
    finally:
        connection.close()


def left_over(before, after):
    """``{kind: what came and did not go}``"""
    return {kind: after[kind] - before[kind] for kind in before if after[kind] - before[kind]}


def odoo(*arguments):
    outcome = run_odoo(*arguments, log="outside_lifecycle").check()
    assert outcome.errors == []
    return outcome


def trade(database):
    """A customer with a held order. :return: ``(partner, dossier, head of its chain)``"""
    with Server(database, "--max-cron-threads=0") as server:
        company = CreditCompany(server)
        partner = company.customer(LIMIT)
        order = company.order(partner, 1_500)
        company.call("sale.order", "action_confirm", [order])
        assert company.states([order]) == [("draft", "hold")]
        assert company.verify() == []
    return partner, *dossier_of(database, partner)


def dossier_of(database, partner):
    connection = connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, seq, head FROM hr_control_dossier WHERE subject_model = 'res.partner' AND subject_id = %s",
                [partner],
            )
            ((dossier, seq, head),) = cursor.fetchall()
            assert seq and head
            return dossier, head
    finally:
        connection.close()


def test_uninstalled_without_trace_and_taken_up_again():
    with db.temporary("bare", "outside_life") as database:
        odoo("-d", database, "-i", "sale,base_import,hr", "--stop-after-init")
        plain = schema(database)
        odoo("-d", database, "-i", CREDIT, "--stop-after-init")
        partner, dossier, head = trade(database)

        odoo("module", "uninstall", "-d", database, CREDIT)
        assert dossier_of(database, partner) == (dossier, head)

        odoo("-d", database, "-i", CREDIT, "-u", "hr_control_base", "--stop-after-init")
        with Server(database, "--max-cron-threads=0") as server:
            company = CreditCompany(server)
            names = company.read("credit.account", company.account(partner), "dossier_id", "mode")
            assert names["dossier_id"][0] == dossier
            codes = [event["code"] for event in company.events(partner=partner)]
            assert codes[:2] == ["credit.limit", "credit.hold"]
            company.call("sale.order", "action_confirm", [company.order(partner, 10)])
            assert company.verify() == []

        odoo("module", "uninstall", "-d", database, "hr_control_base")
        assert left_over(plain, schema(database)) == {}


@pytest.fixture
def company(fresh_database, start_server):
    return CreditCompany(start_server(fresh_database))


def merge(company, partners, destination):
    model = "base.partner.merge.automatic.wizard"
    context = {"active_model": "res.partner", "active_ids": partners}
    values = {
        "partner_ids": [(6, 0, partners)],
        "dst_partner_id": destination,
        "state": "selection",
    }
    wizard = company.call(model, "create", [values], context=context)
    company.call(model, "action_merge", wizard, context=context)


def test_merged_partners_and_deleted_users_leave_the_record_whole(company):
    kept, gone, bad = (
        company.customer(LIMIT),
        company.customer(5_000),
        company.customer(0, "blacklisted"),
    )
    seller, login = company.user(SALES, name="leaver")
    client = company.sign_in(login)
    orders = [company.order(partner, 600, client) for partner in (kept, gone)]
    client.call("sale.order", "action_confirm", orders)
    assert company.states(orders) == [("sale", False)] * 2
    held = company.order(gone, 9_000, client)
    client.call("sale.order", "action_confirm", [held])

    merge(company, [kept, gone], kept)
    account = company.read(
        "credit.account", company.account(kept), "mode", "base_limit", "exposure_total"
    )
    assert (account["mode"], account["base_limit"], account["exposure_total"]) == (
        "limited",
        1_000,
        1_200,
    )
    assert {event["code"] for event in company.events(partner=gone)} >= {
        "credit.hold",
        "credit.merge",
    }
    assert company.verify() == []

    company.call("res.users", "unlink", [seller])
    assert seller in {event["actor_uid"] for event in company.events(partner=gone)}
    assert company.verify() == []

    merge(company, [kept, bad], kept)
    account = company.read("credit.account", company.account(kept), "mode")
    assert account["mode"] == "blacklisted"
    assert company.verify() == []

"""The ground that the other tests from outside stand on."""

import pytest

from kit.addons import addons
from kit.client import RpcError


def test_all_addons_are_installed(client):
    domain = [["name", "in", list(addons())], ["state", "!=", "installed"]]
    assert client().call("ir.module.module", "search_read", domain, ["name"]) == []


def test_both_clients_see_the_same(client, xmlrpc_client):
    count = client().call("res.users", "search_count", [])
    assert xmlrpc_client().call("res.users", "search_count", [[]]) == count


def test_error_arrives_as_such(client):
    with pytest.raises(RpcError) as caught:
        client().call("res.partner", "no_such_method")
    assert caught.value.name == "builtins.AttributeError"


def test_two_servers_on_one_database(fresh_database, start_server, connect):
    first, second = start_server(fresh_database), start_server(fresh_database)
    assert first.port != second.port
    with connect(fresh_database).cursor() as cursor:
        cursor.execute("SELECT count(*) FROM res_company")
        assert cursor.fetchone()[0] >= 1


def test_demo_company_signs_in(demo_server):
    from kit.client import WebClient

    client = WebClient(demo_server.url, demo_server.database)
    assert client.call(
        "ir.module.module", "search_count", [["demo", "=", True], ["name", "in", list(addons())]]
    )

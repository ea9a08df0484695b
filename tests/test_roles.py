"""Segregation: every public method, called over RPC as each role, does only what the tables in ``roles`` say."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from protected import Protected
from roles import OPERATIONS, ROWS, TABLES, lookup, surface
from roles.attempt import get_outcome
from roles.people import Scene
from roles.trial import MAY_GROW, Trial

from kit import builds
from kit import database as db
from kit.addons import addons
from kit.client import Visitor
from kit.env import connect
from kit.process import Server

# Add-ons that are being built: their tables come with their screens.
TO_COME = {
    "hr_employee_advance",
    "hr_employee_advance_receivables",
    "hr_employee_advance_sale",
}


@pytest.fixture(scope="module")
def database():
    name = db.copy(builds.full(), db.unique_name("outside_roles"))
    yield name
    db.drop(name)


@pytest.fixture(scope="module")
def started(database):
    """The server, and what it offers."""
    with ThreadPoolExecutor() as pool:
        found = pool.submit(surface.read, database, set(addons()) - TO_COME)
        with Server(database, "--max-cron-threads=0") as server:
            yield server, found.result()


@pytest.fixture(scope="module")
def offered(started):
    return started[1]


@pytest.fixture(scope="module")
def scene(started):
    return Scene(started[0])


@pytest.fixture(scope="module")
def protected(database):
    connection = connect(database)
    yield Protected(connection)
    connection.close()


def name_rows(row):
    return str(row)


def test_every_public_method_has_its_row(offered):
    known = {(row.model, row.method) for row in ROWS}
    methods_known = {row.method for row in ROWS}
    missing = []
    for model, found in offered["models"].items():
        if found["module"] in TO_COME:
            continue
        methods = dict(found["methods"])
        if found["kind"] == "abstract":
            # tried at the models that have it; what we add to a mixin of Odoo at one of its heirs
            methods = {} if found["ours"] else methods.keys() - methods_known
        elif found["ours"]:
            methods |= dict.fromkeys(OPERATIONS, found["module"])
        missing += [
            f"{model}.{method} may be called by clients and is in no role table: say in tests/roles/tables "
            f"who may do what with it, or rename it to _{method}"
            for method in methods
            if (model, method) not in known
        ]
    missing += [
        f"{path} is in no role table: say in tests/roles/tables, below 'routes', who may open it"
        for path in offered["routes"]
        if ("routes", path) not in known
    ]
    assert not missing, "\n".join(missing)


def test_every_row_has_its_method(offered):
    gone = [
        f"{row.table.path} has a row for {row}, which clients cannot call (any more): remove it"
        for row in ROWS
        if not is_offered(offered, row)
    ]
    assert not gone, "\n".join(gone)


def is_offered(offered, row):
    if row.model == "routes":
        return row.method in offered["routes"]
    found = offered["models"].get(row.model, {"methods": (), "others": ()})
    return row.method in found["methods"] or row.method in found["others"]


# Views of the database that show what their reader may read of the records behind them.
WITHOUT_RULES = {"credit.open.item"}


def test_every_model_has_record_rules(offered, scene):
    """Rights alone let everybody who has them see the records of all; the forms of others too."""
    rules = scene.call("ir.rule", "search_read", [], ["model_id", "domain_force", "global"])
    ids = scene.call("ir.model", "search_read", [], ["model"])
    names = {row["id"]: row["model"] for row in ids}
    ruled = {names[rule["model_id"][0]] for rule in rules}
    closed = {
        names[rule["model_id"][0]]
        for rule in rules
        if rule["global"] and rule["domain_force"] == "[('create_uid', '=', user.id)]"
    }
    kinds = {name: found["kind"] for name, found in offered["models"].items() if found["ours"]}
    stored = {name for name, kind in kinds.items() if kind == "stored"}
    forms = {name for name, kind in kinds.items() if kind == "transient"}
    assert stored - ruled == WITHOUT_RULES
    assert forms - closed == set()


def test_tables_name_the_roles():
    for table in TABLES:
        for row in table.rows:
            assert row.cells.keys() >= {"portal", "sales", "store", "credit", "audit"}, table.path


@pytest.mark.parametrize("row", ROWS, ids=name_rows)
def test_row(row, scene, offered, protected):
    trial = Trial(row, scene, offered["models"].get(row.model), protected)
    wrong = trial.run()
    assert not wrong, "\n".join([f"{row} ({row.table.path})", *wrong])


def test_routes_ask_who_it_is(offered, scene):
    visitor = Visitor(scene.server.url)
    for row in ROWS:
        if row.model == "routes" and offered["routes"][row.method]["auth"] != "public":
            path = row.table.calls[row.key](scene, None, scene["admin"])
            answer = visitor.get(path, allow_redirects=False)
            assert answer.status_code in (303, 401, 403), path


def test_odoos_own_methods_give_a_salesperson_nothing(offered, scene, protected):
    """What every model has from Odoo, called on records of others: hardly any knows our rules."""
    sales, colleague = scene["sales"], scene["colleague"]
    for model, found in offered["models"].items():
        if not found["ours"] or found["kind"] == "abstract":
            continue
        make = lookup("records", model)
        ids = [scene.get(make, colleague)] if make else []
        before = protected.read()
        for method, needed in found["others"].items():
            get_outcome(partial(sales.client.call, model, method, ids, *["forged"] * needed))
        assert protected.compare(before, protected.read(), MAY_GROW) == [], model


def test_a_name_alone_is_answered_with_a_sentence(offered, scene):
    """The last test: it may leave records behind."""
    for model, found in offered["models"].items():
        if found["ours"] and found["kind"] != "abstract":
            call = partial(scene.admin.call, model, "name_create", "Forged")
            outcome, answer = get_outcome(call)
            assert outcome != "crashed", f"{model}: {answer}"

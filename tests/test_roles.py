"""Segregation: every public method, called over RPC as each role, does only what the tables in ``roles`` say."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from protected import Protected
from roles import OPERATIONS, ROWS, TABLES, advances, lookup, surface
from roles.attempt import get_outcome
from roles.people import Scene
from roles.trial import MAY_GROW, Trial

from kit import builds
from kit import database as db
from kit.addons import addons
from kit.client import RpcError, Visitor
from kit.env import connect
from kit.process import Server


@pytest.fixture(scope="module")
def database():
    name = db.copy(builds.full(), db.unique_name("outside_roles"))
    yield name
    db.drop(name)


@pytest.fixture(scope="module")
def started(database):
    """The server, and what it offers."""
    with ThreadPoolExecutor() as pool:
        found = pool.submit(surface.read, database, set(addons()))
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
            assert row.cells.keys() >= {"portal", "sales", "store", "audit"}, table.path


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


def test_no_client_forges_an_advance(scene, protected):
    for role in ("sales", "store", "finance", "cashier", "officer", "admin"):
        for make in (advances.draft, advances.submitted):
            made = scene.get(make, scene["sales"])
            before = protected.read()
            for values in FORGED:
                call = partial(scene[role].client.call, advances.ADVANCE, "write", [made], values)
                outcome, said = get_outcome(call)
                assert outcome in ("denied", "refused"), (role, values, said)
            assert protected.compare(before, protected.read(), MAY_GROW) == []


def test_no_advance_begins_in_the_middle(scene):
    person = scene["sales"]
    create = partial(person.client.call, advances.ADVANCE, "create")
    for values in FORGED:
        given = advances.values(scene, person)
        outcome, said = get_outcome(partial(create, [given | values]))
        assert outcome in ("denied", "refused"), (values, said)
        context = {f"default_{name}": value for name, value in values.items()}
        outcome, answer = get_outcome(partial(create, [given], context=context))
        if outcome == "done":
            row = scene.read(
                advances.ADVANCE, answer[0], "request_state", "name", "approval_id", "quota_code"
            )
            assert (row["request_state"], row["name"]) == ("draft", "/"), values
            assert not row["approval_id"] and not row["quota_code"], values


def test_private_methods_stay_private(scene):
    made = scene.get(advances.draft, scene["sales"])
    for method in ("_submit", "_check_quota", "_get_open", "_take_guard", "_auto_reject"):
        call = partial(scene["sales"].client.call, advances.ADVANCE, method, [made])
        assert get_outcome(call)[0] != "done", method


# What is not to be read -----------------------------------------------------------------------------

LISTS = ("employee_id", "advance_id", "clearance_id", "purpose_id", "state", "company_id")


@pytest.fixture(scope="module")
def secrets(scene, offered):
    """The colleague's record of every model of advances: ``{model: id}``."""
    models = [
        model
        for model, found in offered["models"].items()
        if found["kind"] == "stored" and found["module"].startswith(advances.MODULE)
    ]
    makers = {model: lookup("records", model) for model in models}
    made = {m: scene.get(make, scene["colleague"]) for m, make in makers.items() if make}
    return {model: record for model, record in made.items() if record}


def get_answer(call):
    """What the server said, as text; nothing where it refused."""
    try:
        return str(call())
    except RpcError:
        return ""


@pytest.mark.parametrize("role", ["portal", "sales", "remote"])
def test_no_answer_tells_of_others(scene, secrets, role):
    """Nor lists, groups, exports, names and files: neither a customer, a colleague nor finance of another company."""
    client, word = scene[role].client, f"{advances.SECRET} colleague"
    told = []
    rules = {row.model for row in ROWS if row.method == "read" and row.cells.get(role) == "yes"}
    for model, record in secrets.items():
        if model in rules:  # such as purposes, which everybody reads
            continue
        fields = scene.call(model, "fields_get", [], ["type", "store"])
        groups = [name for name in LISTS if name in fields and fields[name]["store"]]
        texts = [name for name in fields if fields[name]["type"] in ("char", "text", "html")]
        sums = [
            f"{name}:sum"
            for name, field in fields.items()
            if field["type"] == "monetary" and field["store"]
        ]
        by_id = [["id", "=", record]]
        calls = {
            "search": lambda m=model, d=by_id: client.call(m, "search", d) or "",
            "search_read": lambda m=model, d=by_id: client.call(m, "search_read", d) or "",
            "name_search": lambda m=model: client.call(m, "name_search", "", [], "ilike", 1000),
            "export_data": lambda m=model, r=record, t=texts: client.call(m, "export_data", [r], t),
            "web_read": lambda m=model, r=record: client.call(
                m, "web_read", [r], {"display_name": {}}
            ),
            "copy": lambda m=model, r=record: client.call(m, "copy", [r]),
            "message_post": lambda m=model, r=record: client.call(m, "message_post", [r], body="x"),
            **{
                f"groups by {name}": lambda m=model, n=name, s=sums, d=by_id: (
                    client.call(m, "formatted_read_group", d, [n], ["__count", *s]) or ""
                )
                for name in groups
            },
        }
        for name, call in calls.items():
            answer = get_answer(call)
            if answer and (name != "name_search" or word in answer):
                told.append(f"{model} {name}: {answer:.200}")
    assert not told, "\n".join(told)


@pytest.mark.parametrize("role", ["portal", "sales", "remote"])
def test_no_page_tells_of_others(scene, secrets, role):
    """Printed papers, files and pictures, of which only the number has to be guessed."""
    client, word = scene[role].client, f"{advances.SECRET} colleague"
    reports = scene.call(
        "ir.actions.report",
        "search_read",
        [("model", "in", list(secrets))],
        ["report_name", "model"],
    )
    assert len(reports) > 3
    paths = [
        f"/report/html/{report['report_name']}/{secrets[report['model']]}" for report in reports
    ]
    file = scene.get(advances.file, scene["colleague"])
    voucher = secrets[f"{advances.ADVANCE}.voucher"]
    paths += [f"/web/content/{file}", f"/web/image/{file}"]
    paths += [f"/web/content/{advances.ADVANCE}.voucher/{voucher}/file"]
    told = []
    for path in paths:
        answer = client.get(path).text
        told += [path] if word in answer or "4,321.07" in answer else []
    assert not told


def test_nobody_reads_a_wage_by_asking(scene):
    """By searching, ordering and grouping what may not be read."""
    advance = scene.get(advances.submitted, scene["colleague"])
    model, own = advances.ADVANCE, [["id", "=", advance]]
    told = []
    for role in ("sales", "finance", "chief", "cashier", "audit", "rules", "officer"):
        client = scene[role].client
        calls = [
            lambda c=client: c.call(model, "read", [advance], ["wage_snapshot"]),
            lambda c=client: c.call(model, "export_data", [advance], ["wage_snapshot"]),
            lambda c=client: c.call(model, "search", own, order="wage_snapshot"),
            lambda c=client: c.call(model, "formatted_read_group", own, ["wage_snapshot"], []),
            lambda c=client: c.call(model, "formatted_read_group", own, [], ["wage_snapshot:sum"]),
            *(
                lambda c=client, n=name: c.call(model, "search_count", [*own, [n, ">=", 0]])
                for name in ("wage_snapshot", "version_id.wage", "employee_id.wage")
            ),
        ]
        told += [f"{role}: {n}" for n, call in enumerate(calls) if get_answer(call)]
    assert not told


def test_a_name_alone_is_answered_with_a_sentence(offered, scene):
    """The last test: it may leave records behind."""
    for model, found in offered["models"].items():
        if found["ours"] and found["kind"] != "abstract":
            call = partial(scene.admin.call, model, "name_create", "Forged")
            outcome, answer = get_outcome(call)
            assert outcome != "crashed", f"{model}: {answer}"

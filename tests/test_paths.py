"""Invariant 3, no way around: every path of the catalogue, tried by three people, with hostile contexts."""

import time
from contextlib import contextmanager
from threading import Thread

import pytest
from paths.catalogue import BY_NAME, PATHS
from paths.scene import Scene
from paths.sending import CONTEXTS, DEFAULTS, HOSTILE, attempt

from kit import builds
from kit import database as db
from kit.env import connect
from kit.process import Server


@pytest.fixture(scope="module")
def scene():
    name = db.copy(builds.full(), db.unique_name("outside_paths"))
    try:
        with Server(name, "--max-cron-threads=0") as server:
            yield Scene(server)
    finally:
        db.drop(name)


def check(scene, path, role, *contexts, send=attempt):
    """Try a path in each context, and compare what is committed afterwards with what is expected."""
    cases = [scene.case(role, context) for context in contexts]
    path.start(cases)
    for case in cases:
        before = scene.facts([case.partner])[case.partner]
        last = scene.last_event()
        error = send(path.way, case)
        found = scene.events_since(last, case.partners)
        expected = path.outcomes[role]
        told = (bool(error), tuple(code for code, _data in found))
        assert told == (expected.error, expected.events), f"{error} {found}"
        for code, data in found:
            if code in ("credit.hold", "credit.refused"):
                assert data["checkpoint"] == expected.checkpoint
                assert "check_failed" not in data["reasons"]
                assert bool(data.get("dry_run")) is path.dry_run
        if not expected.lets:
            compare(path, case, before, expected.error)


def compare(path, case, before, refused):
    """Nobody owes more than he may, and what was refused has left everything as it was."""
    facts = case.scene.facts(case.partners)
    for partner, found in facts.items():
        assert found.owed <= found.allowed
        case.scene.owed[partner] = found.owed
    after = facts[case.partner]
    assert (after.mode, after.limit, after.in_force) == (before.mode, before.limit, before.in_force)
    if path.owed is None or (refused and after.owed == before.owed):
        assert after.owed == pytest.approx(before.owed, abs=0.005)
        assert after.confirmed == before.confirmed
    else:
        assert after.owed == pytest.approx(path.owed, abs=0.005)


TRIED = [(path, role) for path in PATHS for role in path.outcomes]


@pytest.mark.parametrize("path, role", TRIED, ids=[f"{path.name}, {role}" for path, role in TRIED])
def test_path(scene, path, role):
    """With all that a client might send along; and as it is, by him who goes it in daily work."""
    contexts = [HOSTILE, {}] if role == path.usual_role else [HOSTILE]
    check(scene, path, role, *contexts)


@pytest.mark.parametrize("context", [*CONTEXTS, DEFAULTS], ids=lambda context: next(iter(context)))
def test_each_context_alone(scene, context):
    for name in (
        *("Confirm, by RPC", "the state written", "created as confirmed", "copied as confirmed"),
        *("the state loaded", "a higher price", "one more line", "twice as much delivered"),
    ):
        check(scene, BY_NAME[name], "salesperson", context)
    if context is not DEFAULTS:
        check(scene, BY_NAME["the button Post"], "manager", context)


# What is replayed ---------------------------------------------------------------------------------


@contextmanager
def contended(scene, partner):
    """Somebody else holds the customer's account, and lets go when the block is left."""
    connection = connect(scene.server.database)
    connection.autocommit = False
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE hr_control_dossier SET guard = guard + 1 WHERE kind = 'credit.account' AND subject_id = %s",
                [partner],
            )
        yield
        connection.commit()
    finally:
        connection.close()


WAITING = """
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def wait_for_lock(scene):
    for _ in range(300):
        time.sleep(0.05)
        if scene.sql(WAITING):
            return
    raise AssertionError("nobody waited for the account")


def send_contended(way, case):
    """The way is gone while somebody else holds the account: its first try is lost to 40001, and it is run again."""
    answers = []
    thread = Thread(target=lambda: answers.append(attempt(way, case)))
    with contended(case.scene, case.partner):
        thread.start()
        wait_for_lock(case.scene)
    thread.join()
    return answers[0]


@pytest.mark.parametrize(
    "name",
    [
        *("the state written", "the state written by XML-RPC", "the state saved by the form"),
        *("created as confirmed", "a higher price", "one more line", "a longer payment term"),
        *("the button Post", "twice as much delivered", "a done transfer corrected"),
        *("the state imported", "the state imported, a test run"),
        *("confirmed orders imported", "a higher price imported"),
    ],
)
def test_a_replayed_refusal_is_on_record_once(scene, name):
    log = scene.server.log
    before = log.read_text().count("tries left")
    check(scene, BY_NAME[name], "manager", {}, send=send_contended)
    assert log.read_text().count("tries left") > before


# When all is over ---------------------------------------------------------------------------------


def test_no_attempt_made_the_add_on_see_less(scene):
    """Its own figure of every customer tried is what he owes; more only where goods are on their way once more."""
    found = scene.own_figures(list(scene.owed))
    less = {
        partner: (found[partner], owed)
        for partner, owed in scene.owed.items()
        if found[partner] < owed - 0.005
    }
    assert less == {}


def test_every_line_of_the_record_reads(scene):
    """What is on record is told in a sentence, with nothing missing in it."""
    codes = {row[0] for row in scene.sql("SELECT DISTINCT code FROM hr_control_event")}
    assert codes >= {"credit.hold", "credit.refused", "credit.denied", "credit.policy"}
    for code in codes:
        events = scene.events(code)[-3:]
        for event in scene.read("hr.control.event", [event["id"] for event in events], "summary"):
            assert event["summary"] and "…" not in event["summary"], (code, event["summary"])


def test_the_record_is_whole(scene):
    """What so many attempts have left behind is chained and unaltered."""
    assert scene.verify() == []

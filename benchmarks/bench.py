"""Speed of credit control against plain Odoo and the OCA add-ons, on the same data and in one run.

The databases are copies of one. The variants take turns within each round, so that what else the machine
does meets all of them alike, and ratios are taken within a round. Each measurement is rolled back.
"""

import argparse
import os
import shutil
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

import advances
import collection
import leaving
import oca
import report
import scaled
import targets
import world
from results import Results
from variants import JOBS, VARIANTS
from worker import Worker

from kit import database as db
from kit.env import STATE, connect
from kit.outcome import ends_plainly

GIGABYTES = 12  # six databases of full size, and what is rolled back


class Measure(NamedTuple):
    """``call`` runs inside Odoo (measures.py); ``half`` are the arguments for half as many documents."""

    key: str
    title: str
    call: str | None  # None: what the variant itself has for it
    arguments: dict
    rounds: int
    half: dict | None = None


def get_measures(size, ids, share):
    """:param share: of the documents that are confirmed, posted and imported"""
    heavy, drafts = (
        ids[kind][: max(2, round(len(ids[kind]) * share))] for kind in ("heavy", "drafts")
    )
    imported = max(2, round(size.imported * share))
    file = {"partners": ids["listed"], "products": ids["services"], "user": ids["user"]}
    return [
        Measure("light", "confirm one light order", "confirm", {"orders": ids["light"]}, 15),
        Measure(
            "heavy",
            f"confirm {len(heavy)} orders of 10 stockable lines",
            "confirm",
            {"orders": heavy},
            5,
            {"orders": heavy[: len(heavy) // 2]},
        ),
        Measure(
            "post",
            f"post {len(drafts)} invoices",
            "post",
            {"invoices": drafts},
            3,
            {"invoices": drafts[: len(drafts) // 2]},
        ),
        Measure(
            "import",
            f"import {imported:,} confirmed orders",
            "load",
            file | {"count": imported},
            3,
            file | {"count": imported // 2},
        ),
        Measure(
            "exposure",
            f"exposure of one customer with {size.big_open:,} open and {size.big_closed:,} closed orders",
            None,
            {"partners": ids["big"]},
            9,
        ),
        Measure(
            "list", "exposure of a list of 200 customers", None, {"partners": ids["listed"]}, 9
        ),
    ]


def get_job_measures(_size, _ids, _share):
    customers = collection.SIZE.customers
    return [
        Measure(
            "overdue",
            f"{collection.SIZE.listed * len(collection.DAYS):,} overdue items of {collection.SIZE.listed} customers",
            None,
            {},
            5,
        ),
        Measure(
            "rating",
            f"rating of {customers:,} customers",
            None,
            {"count": customers},
            3,
            {"count": customers // 2},
        ),
    ]


@ends_plainly
def main():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument(
        "--scale",
        type=float,
        default=float(os.environ.get("SCALE") or 1),
        help="share of the full size, for a quick look: 0.05 (also SCALE=0.05)",
    )
    parser.add_argument(
        "--rounds",
        type=float,
        default=1,
        metavar="SHARE",
        help="share of the rounds, for a quick look",
    )
    parser.add_argument(
        "--documents",
        type=float,
        default=1,
        metavar="SHARE",
        help="share of the documents that are confirmed, posted and imported, in data of the same size",
    )
    parser.add_argument("--write", action="store_true", help="write the result to RESULTS.md")
    parser.add_argument("--keep", action="store_true", help="keep the data for the next run")
    given = parser.parse_args()
    need_space(given.scale)
    size = world.Size.of(given.scale)
    results, jobs = Results(), Results()
    with made(size, given.keep) as name:
        with ExitStack() as stack:
            compare(stack, name, VARIANTS, get_measures, size, given, results)
        facts = report.get_facts(name, size, given, oca.fetch()[1])
    with made(collection.SIZE, given.keep) as name, ExitStack() as stack:
        overdue = db.copy(name, db.unique_name("bench_overdue"))
        stack.callback(db.drop, overdue)
        collection.reopen(overdue)
        compare(stack, overdue, JOBS, get_job_measures, collection.SIZE, given, jobs)
    judged = targets.judge(results, jobs)
    text = report.write(facts, results, jobs, judged)
    for subject in (advances.SUBJECT, leaving.SUBJECT):
        say(f"measuring: {subject.title}")
        found = scaled.measure(subject, given.scale)
        text += scaled.write(subject, found)
        judged += scaled.judge(found)
    print(text)
    if given.write:
        Path(__file__).with_name("RESULTS.md").write_text(text)
    held = all(target.held for target in judged)
    sys.exit(given.scale >= 1 and not held)


@contextmanager
def made(size, keep):
    """The name of the data of this size, made unless it is kept from before."""
    name = world.get_name(size)
    if not db.exists(name):
        say(f"making the data: {size.closed:,} closed orders")
        world.make(name, size, say)
    try:
        yield name
    finally:
        if not keep:
            db.drop(name)


def compare(stack, name, variants, get_measures, size, given, results):
    """Make the variants of a database, measure them, drop them."""
    names = {"world": name}
    for variant in variants:
        say(f"making: {variant.title}")
        names[variant.key] = db.copy(names[variant.source], db.unique_name(f"bench_{variant.key}"))
        stack.callback(db.drop, names[variant.key])
        results.note(variant.key, "install", variant.prepare(names[variant.key]))
        vacuum(names[variant.key])
    workers = {
        variant.key: stack.enter_context(
            Worker(names[variant.key], oca.fetch()[0] if variant.with_oca else None)
        )
        for variant in variants
    }
    ids = world.get_ids(name)
    for variant in variants:
        if variant.figure:
            answer = workers[variant.key].call(variant.figure, partners=ids["big"])
            results.note(variant.key, "figure", answer["value"])
    for measure in get_measures(size, ids, given.documents):
        say(f"measuring: {measure.title}")
        takers = [v for v in variants if v.get_call(measure)]
        measure_rounds(
            workers, takers, measure, max(2, round(measure.rounds * given.rounds)), results
        )
        for variant in variants if measure.half else ():
            vacuum(names[variant.key])  # what was rolled back is in nobody's way


def measure_rounds(workers, takers, measure, rounds, results):
    for number in range(rounds + 1):
        turn = number % len(takers)
        for variant in takers[turn:] + takers[:turn]:
            answer = workers[variant.key].call(variant.get_call(measure), **measure.arguments)
            if number:  # the first one only warms up
                results.add(measure, variant, answer)
    if measure.half:
        for variant in takers:
            answer = workers[variant.key].call(variant.get_call(measure), **measure.half)
            results.note_half(measure, variant, answer)
    for variant in takers:
        ms = results.cpu_ms(measure.key, variant.key)
        say(
            f"    {variant.title}: {ms:,.1f} ms, {results.queries(measure.key, variant.key):,} queries"
        )


def need_space(scale):
    """:raises RuntimeError: the copies would fill the disk; PostgreSQL is taken to be on this machine"""
    needed = GIGABYTES * scale + 1
    free = shutil.disk_usage(STATE).free / 2**30
    if free < needed:
        raise RuntimeError(f"needs {needed:.0f} GB of disk space, there are {free:.0f} GB")


def vacuum(name):
    connection = connect(name)
    connection.cursor().execute("VACUUM ANALYZE")
    connection.close()


def say(text):
    print(f"\033[1m==>\033[0m {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

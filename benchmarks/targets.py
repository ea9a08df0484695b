"""What has to hold, and whether it did."""

from typing import NamedTuple

ROWS = 100  # INSERT_BATCH_SIZE and UPDATE_BATCH_SIZE of Odoo
PER_BATCH = 2  # a batch more is one statement for our rows, one for theirs


class Target(NamedTuple):
    sentence: str
    found: str
    held: bool


def judge(results, jobs):
    return [
        *judge_light_order(results),
        *judge_bulk(results),
        *judge_exposure(results),
        *judge_installation(results),
        *judge_jobs(jobs),
    ]


def judge_light_order(results):
    ms, queries = results.added("light", "ours")
    _ms, own_queries = results.added("light", "limits", "ours")
    oca_ms, oca_queries = results.added("light", "oca")
    return [
        Target("one light order: at most 8 queries more", f"{queries}", queries <= 8),
        Target("... 4 more with personal limits", f"{own_queries}", own_queries <= 4),
        Target(
            "... less than half of the queries that OCA adds",
            f"{queries} against {oca_queries}",
            queries < oca_queries / 2,
        ),
        Target(
            "... less than half of the time that OCA adds",
            f"{ms:.1f} ms against {oca_ms:.1f} ms",
            ms < oca_ms / 2,
        ),
    ]


def judge_bulk(results):
    share = results.ratio("heavy", "ours", "plain") - 1
    found = [
        Target("orders of stockable lines: at most 5 % more time", f"{share:+.1%}", share <= 0.05)
    ]
    for measure, name in (("heavy", "confirming"), ("post", "posting"), ("import", "importing")):
        _ms, queries = results.added(measure, "ours")
        half = results.added_for_half(measure, "ours")
        documents = results.count(measure)
        found.append(
            Target(
                f"{name}: as many queries more for {documents:,} as for half of them, but {PER_BATCH} per {ROWS} rows, "
                "which is what Odoo writes at a time",
                f"{queries} and {half}",
                queries - half <= PER_BATCH * documents / 2 / ROWS,
            )
        )
    return found


def judge_exposure(results):
    times = results.ratio("exposure", "native", "ours")
    found = [
        Target(
            "exposure of one large customer: at least 100 times as fast as Odoo's own",
            f"{times:.0f} times",
            times >= 100,
        )
    ]
    for measure, name, limit in (
        ("exposure", "one large customer", 20),
        ("list", "list of 200", 30),
    ):
        ms = results.cpu_ms(measure, "ours")
        found.append(Target(f"exposure, {name}: at most {limit} ms", f"{ms:.1f} ms", ms <= limit))
    return found


def judge_installation(results):
    seconds = results.notes["ours", "install"]
    return [Target("installation: less than a minute", f"{seconds:.0f} s", seconds < 60)]


def judge_jobs(jobs):
    queries = jobs.queries("overdue", "ours")
    times = jobs.ratio("overdue", "oca", "ours")
    half, all_of_them = jobs.halves["rating", "ours"], jobs.queries("rating", "ours")
    return [
        Target("overdue items: at most 60 queries", f"{queries}", queries <= 60),
        Target("... less time than OCA", f"{times:.1f} times as fast", times > 1),
        Target(
            "rating: as many queries as for half of the customers",
            f"{all_of_them} and {half}",
            all_of_them - half <= 10,  # rows that Odoo itself inserts, a hundred at a time
        ),
    ]

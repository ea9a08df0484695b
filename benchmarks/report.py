"""The outcome as Markdown that reads well as plain text too."""

import os
import platform
from pathlib import Path

import world
from variants import JOBS, VARIANTS

from kit.env import connect, odoo_version

QUIET = 1.5


def get_facts(name, size, given, oca_versions):
    """What it was measured on. :return: ``{what: how much}``"""
    with connect(name) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgres,) = cursor.fetchone()
    rows = [f"{count:,} in `{table}`" for table, count in world.count_rows(name).items()]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "Odoo": odoo_version(),
        "PostgreSQL": postgres.split()[0],
        "Python": platform.python_version(),
        "OCA": ", ".join(f"{module} {version}" for module, version in oca_versions.items()),
        "Machine": f"{os.cpu_count()} cores of {get_processor()}, {memory:.0f} GB",
        "Rows": ", ".join(rows),
        "Customers": f"{size.customers:,}, with {size.open_each} open orders each",
        "Scale": f"{given.scale:g}",
        "Rounds": f"{given.rounds:.0%} of the usual, at least two",
        "Documents": f"{given.documents:.0%} of the usual, named in the table",
        "Load of the machine at the end": tell_load(os.getloadavg()[2]),
    }


def tell_load(load):
    """The benchmark alone keeps about one processor busy."""
    return f"{load:.1f}" + (": the machine was not quiet" if load > QUIET else "")


def get_processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def write(facts, results, jobs, judged):
    """:return: the whole report"""
    parts = [
        "# Speed of credit control",
        "\n".join(f"- {name}: {value}" for name, value in facts.items()),
        "Medians of several rounds in which the variants took turns: time passed, time that the processors worked\n"
        "in Odoo and PostgreSQL together, queries, and the processor time as a multiple of the first variant's. The\n"
        "targets are judged by processor time, since others may be at work on the machine. A salesperson did it all,\n"
        "in a transaction of its own, which was rolled back.",
        write_figures(results, VARIANTS),
        "## Scheduled jobs",
        "Overdue items: a run of OCA makes a line for each; ours an event for each at the tier of its days, and tells\n"
        "people of each customer once. Rating: inputs, scores, grades and proposed limits.",
        write_figures(jobs, JOBS),
        "## Targets",
        write_table(
            ["target", "found", ""],
            [
                [target.sentence, target.found, "held" if target.held else "**not held**"]
                for target in judged
            ],
        ),
        "## The same figure",
        "Exposure of the large customer, as each of them tells it.",
        write_table(["", "amount"], get_amounts(results)),
    ]
    return "\n\n".join(parts) + "\n"


def write_figures(results, variants):
    return write_table(["", *(variant.title for variant in variants)], get_rows(results, variants))


def get_rows(results, variants):
    rows = []
    for measure, title in results.measures.items():
        base = next(variant.key for variant in variants if results.has(measure, variant.key))
        cells = [
            write_cell(results, measure, variant.key, base)
            if results.has(measure, variant.key)
            else "-"
            for variant in variants
        ]
        rows.append([title, *cells])
    return rows


def write_cell(results, measure, variant, base):
    return (
        f"{results.ms(measure, variant):,.1f} ms, {results.cpu_ms(measure, variant):,.1f} ms, "
        f"{results.queries(measure, variant):,} q, ×{results.ratio(measure, variant, base):.3g}"
    )


def get_amounts(results):
    amounts = {
        variant.title: results.notes[variant.key, "figure"]
        for variant in VARIANTS
        if variant.figure
    }
    return [[title, f"{amount:,.2f}"] for title, amount in amounts.items()]


def write_table(head, rows):
    """A Markdown table with aligned columns."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    )

"""Two years of a company's real invoices: what we show against what the file itself says.

The file is not ours to publish. It is looked for beside the checkout, as ``../shared/data/accounts_receivable.csv``,
or where the environment variable RECEIVABLES_FILE says. Nothing here uses code of the add-on.
"""

import csv
import json
import os
from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from receivables_file import load

from kit import builds, process
from kit import database as db
from kit.client import WebClient

FILE = Path(
    os.environ.get("RECEIVABLES_FILE")
    or Path(__file__).resolve().parents[2] / "shared" / "data" / "accounts_receivable.csv"
)
DAY = date(2013, 6, 30)
# the day itself, ends of months, a leap day, the first weeks, the last payments, long after
DAYS = [
    date(2012, 1, 20),
    date(2012, 2, 29),
    date(2012, 12, 31),
    DAY,
    date(2013, 12, 31),
    date(2014, 1, 8),
    date(2014, 6, 30),
]
HEADINGS = {  # last day of each age, by its heading
    "Not Due": 0,
    "1-30 Days": 30,
    "31-60 Days": 60,
    "61-90 Days": 90,
    "91-180 Days": 180,
    "Over 180 Days": 9999,
}


class Invoice:
    def __init__(self, row):
        self.number = row["invoiceNumber"]
        self.customer = row["customerID"]
        self.amount = Decimal(row["InvoiceAmount"])
        self.date, self.due, self.settled = (
            datetime.strptime(row[name], "%m/%d/%Y").date()
            for name in ("InvoiceDate", "DueDate", "SettledDate")
        )
        self.late = int(row["DaysLate"])

    def is_open(self, day):
        return self.date <= day < self.settled

    def days_overdue(self, day):
        return max((day - self.due).days, 0)

    def age(self, day):
        return next(name for name, last in HEADINGS.items() if self.days_overdue(day) <= last)


class Books:
    """The same invoices in Odoo, as an accountant asks for them."""

    def __init__(self, server, company, ratings):
        self.client = WebClient(server.url, server.database)
        self.database = server.database
        self.company = company
        self.ratings = ratings

    def context(self, day):
        return {"allowed_company_ids": [self.company], "ageing_date": str(day)}

    def items(self, day):
        names = ["partner_id", "date", "date_due", "days_overdue", "residual"]
        return self.client.call(
            "credit.ageing.line", "search_read", [], names, context=self.context(day)
        )

    def settlements(self, day):
        """Customer, due date, amount, day of settlement, days late of each invoice, as of a day."""
        source = f"""
import json
company = env["res.company"].browse({self.company})
rows = env["credit.settlement"]._get_lines(company, at="{day}")
name = {{p.id: p.name for p in env["res.partner"].browse(row.partner_id for row in rows)}}
print(json.dumps([[name[r.partner_id], str(r.due), r.amount, str(r.settled_on), r.days_late] for r in rows]))
"""
        return json.loads(process.run_python(self.database, source))


@pytest.fixture(scope="module")
def invoices():
    if not FILE.exists():
        pytest.skip(f"{FILE.name} is not there: set RECEIVABLES_FILE to a copy of it")
    with FILE.open(encoding="utf-8-sig", newline="") as file:
        return [Invoice(row) for row in csv.DictReader(file)]


def rate(database, company):
    """Rate all customers in mid 2013, while nothing later is booked.

    :return: rules, grades, and of each customer the inputs, score and grade
    """
    source = f"""
import json
from odoo.tests import freeze_time
company = env["res.company"].browse({company})
with freeze_time("{DAY} 12:00:00"):
    scores = env["credit.score"]._rate(env["credit.account"].search([("company_id", "=", company.id)]))
env.cr.commit()
rules = env["credit.score.rule"]._get_for(company)
print(json.dumps({{
    "grace": company.credit_score_grace,
    "rules": {{rule.code: [rule.weight, rule.worst, rule.best] for rule in rules}},
    "grades": [[grade.name, grade.min_score] for grade in env["credit.grade"]._get_for(company)],
    "customers": {{
        score.partner_id.name: {{
            "values": {{line.code: line.value for line in score.line_ids if line.has_value}},
            "score": score.score,
            "grade": score.grade_id.name,
        }}
        for score in scores
    }},
}}))
"""
    return json.loads(process.run_python(database, source))


@pytest.fixture(scope="module")
def books(invoices):
    name = db.copy(builds.full(), db.unique_name("outside_receivables"))
    try:
        half = load(FILE, name, until=DAY)
        ratings = rate(name, half["company"])
        booked = load(FILE, name)
        assert booked["invoices"] == len(invoices)
        print("seconds to book the file, until mid 2013 and after:")
        print(half["seconds"], booked["seconds"])
        with process.Server(name, "--max-cron-threads=0") as server:
            yield Books(server, booked["company"], ratings)
    finally:
        db.drop(name)


def test_the_file_is_the_one_we_know(invoices):
    assert (len(invoices), len({invoice.customer for invoice in invoices})) == (2466, 100)


def test_mid_2013(books):
    items = books.items(DAY)
    overdue = [item for item in items if item["days_overdue"]]
    assert (len(items), round(sum(item["residual"] for item in items), 2)) == (84, 5119.85)
    assert (len(overdue), round(sum(item["residual"] for item in overdue), 2)) == (12, 835.56)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_open_invoices(invoices, books, day):
    expected = Counter(
        (i.customer, str(i.date), str(i.due), i.days_overdue(day), float(i.amount))
        for i in invoices
        if i.is_open(day)
    )
    found = Counter(
        (
            item["partner_id"][1],
            item["date"],
            item["date_due"],
            item["days_overdue"],
            round(item["residual"], 2),
        )
        for item in books.items(day)
    )
    assert found == expected


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_workbook_by_customer(invoices, books, day):
    expected = defaultdict(Decimal)
    for invoice in invoices:
        if invoice.is_open(day):
            expected[invoice.customer, "Open"] += invoice.amount
            expected[invoice.customer, invoice.age(day)] += invoice.amount
    answer = books.client.get(f"/hr_receivables_control/ageing?day={day}&cids={books.company}")
    rows = [
        [cell.value for cell in row]
        for row in load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(min_row=2)
    ]
    end = next(n for n, row in enumerate(rows) if row[1] == "Total")
    found = {
        (row[1], heading): amount
        for row in rows[1:end]
        for heading, amount in zip(rows[0], row, strict=True)
        if heading in ("Open", *HEADINGS) and amount
    }
    assert found == pytest.approx({key: float(amount) for key, amount in expected.items()})
    total = sum(amount for (_name, heading), amount in expected.items() if heading == "Open")
    assert rows[end][2] == pytest.approx(float(total))


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_ledger_agrees(invoices, books, day):
    total = float(sum(i.amount for i in invoices if i.is_open(day)))
    values = {"period": "other", "at": str(day)}
    context = books.context(day)
    [report] = books.client.call("credit.ageing.report", "create", [values], context=context)
    names = {name: {} for name in ("ledger", "residual", "difference")}
    [read] = books.client.call(
        "credit.ageing.report",
        "web_read",
        [report],
        {"check_ids": {"fields": names}},
        context=context,
    )
    [check] = read["check_ids"]
    assert check["ledger"] == pytest.approx(total)
    assert check["residual"] == pytest.approx(total)
    assert check["difference"] == 0


def test_days_late_in_the_end(invoices, books):
    assert Counter(map(tuple, books.settlements(DAYS[-1]))) == Counter(
        (i.customer, str(i.due), float(i.amount), str(i.settled), i.late) for i in invoices
    )


def test_days_late_as_known_in_mid_2013(invoices, books):
    assert Counter(map(tuple, books.settlements(DAY))) == Counter(
        (
            i.customer,
            str(i.due),
            float(i.amount),
            str(None if i.settled > DAY else i.settled),
            max((min(i.settled, DAY) - i.due).days, 0),
        )
        for i in invoices
        if i.date <= DAY
    )


# Rating -----------------------------------------------------------------------------------------


def ratio(part, whole):
    return float(100 * part / whole) if whole else None


def judge(invoices, grace):
    """What one customer's invoices said of him in mid 2013: twelve months of payments, full months of sales."""
    known = [i for i in invoices if i.date <= DAY]
    due = [i for i in known if date(2012, 6, 30) <= i.due < DAY]
    late = [(max((min(i.settled, DAY) - i.due).days, 0), i.amount) for i in due]
    billed = sum(amount for _days, amount in late)
    unpaid = [i for i in known if i.is_open(DAY)]
    first = min(i.date for i in known).replace(day=1)
    recent, past = (
        sum(i.amount for i in known if start <= i.date < end)
        for start, end in (
            (date(2012, 12, 1), date(2013, 6, 1)),
            (date(2012, 6, 1), date(2012, 12, 1)),
        )
    )
    values = {
        "on_time": ratio(sum(amount for days, amount in late if days <= grace), billed),
        "days_late": float(sum(days * amount for days, amount in late) / billed)
        if billed
        else None,
        "overdue_ratio": ratio(
            sum(i.amount for i in unpaid if i.due < DAY), sum(i.amount for i in unpaid)
        ),
        "years": (DAY - first).days / 365.25,
        "trend": float(100 * (recent / past - 1)) if past else None,
        "completeness": 0.0,  # the file brings no papers
    }
    return {name: value for name, value in values.items() if value is not None}


def get_score(values, rules):
    points = {
        name: 100 * min(max((value - rules[name][1]) / (rules[name][2] - rules[name][1]), 0), 1)
        for name, value in values.items()
    }
    weight = sum(rules[name][0] for name in values)
    return sum(rules[name][0] * points[name] for name in values) / weight


def by_customer(invoices):
    groups = defaultdict(list)
    for invoice in invoices:
        groups[invoice.customer].append(invoice)
    return groups


def test_inputs_of_ratings(invoices, books):
    ratings = books.ratings
    found = {name: customer["values"] for name, customer in ratings["customers"].items()}
    groups = by_customer(invoices)
    assert found.keys() == groups.keys()
    for name, values in found.items():
        assert values == pytest.approx(judge(groups[name], ratings["grace"]), abs=0.005), name


def test_scores_and_grades(invoices, books):
    ratings = books.ratings
    for name, group in by_customer(invoices).items():
        score = get_score(judge(group, ratings["grace"]), ratings["rules"])
        customer = ratings["customers"][name]
        assert customer["score"] == pytest.approx(score, abs=0.02), name
        grade = next(grade for grade, least in ratings["grades"] if customer["score"] >= least)
        assert customer["grade"] == grade, name


def test_ageing_by_grade(invoices, books):
    expected = defaultdict(Decimal)
    for invoice in invoices:
        if invoice.is_open(DAY):
            expected[books.ratings["customers"][invoice.customer]["grade"]] += invoice.amount
    groups = books.client.call(
        "credit.ageing.line",
        "formatted_read_group",
        [],
        ["grade_id"],
        ["residual:sum"],
        context=books.context(DAY),
    )
    found = {group["grade_id"][1]: group["residual:sum"] for group in groups}
    assert found == pytest.approx({grade: float(amount) for grade, amount in expected.items()})

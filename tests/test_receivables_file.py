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

    def __init__(self, server, company):
        self.client = WebClient(server.url, server.database)
        self.database = server.database
        self.company = company

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


@pytest.fixture(scope="module")
def books(invoices):
    name = db.copy(builds.full(), db.unique_name("outside_receivables"))
    try:
        booked = load(FILE, name)
        assert booked["invoices"] == len(invoices)
        print("seconds to book the file:", booked["seconds"])
        with process.Server(name, "--max-cron-threads=0") as server:
            yield Books(server, booked["company"])
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

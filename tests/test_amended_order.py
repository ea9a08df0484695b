"""After the confirmation: what is no rise leaves no line in the record, and the edges of an invoice and a signature.

What is refused, by whichever way, is in the catalogue of paths.
"""

import json

import pytest
from credit_company import SALES, CreditCompany
from test_held_order import sign

from kit import builds
from kit import database as db
from kit.client import RpcError, Visitor
from kit.process import Server

LIMIT = 1_000
INVOICING = "account.group_account_invoice"


@pytest.fixture(scope="module")
def company():
    name = db.copy(builds.full(), db.unique_name("outside_amended"))
    try:
        with Server(name, "--max-cron-threads=0") as server:
            company = CreditCompany(server)
            company.set(credit_invoice_policy="enforce")
            company.salesman_id, login = company.user(SALES, name="seller")
            company.salesman = company.sign_in(login)
            company.accountant_id, login = company.user(INVOICING, name="accountant")
            company.accountant = company.sign_in(login)
            yield company
    finally:
        db.drop(name)


@pytest.fixture(autouse=True)
def record_intact(company):
    yield
    assert company.verify() == []


@pytest.fixture
def order(company):
    """A confirmed order that takes nine tenths of its customer's limit."""
    order = company.order(company.customer(LIMIT), 900, company.salesman)
    company.salesman.call("sale.order", "action_confirm", [order])
    assert company.states([order]) == [("sale", False)]
    return order


def line_of(company, order):
    (line,) = company.read("sale.order", order, "order_line")["order_line"]
    return line


def refused(company, model, record):
    """Data of the refused attempts on a document."""
    events = company.events("credit.refused", (model, record))
    return [json.loads(event["payload"])["data"] for event in events]


def test_a_cut_passes_and_leaves_no_line(company, order):
    company.salesman.call(
        "sale.order.line", "write", [line_of(company, order)], {"price_unit": 100}
    )
    assert refused(company, "sale.order", order) == []


def invoice(company, partner, amount):
    line = {"product_id": company.product, "price_unit": amount, "tax_ids": [(5,)]}
    values = {
        "move_type": "out_invoice",
        "partner_id": partner,
        "invoice_date": "2026-01-01",
        "invoice_line_ids": [(0, 0, line)],
    }
    return company.accountant.call("account.move", "create", [values])[0]


def test_an_invoice_a_cent_above_the_limit_is_refused(company):
    partner = company.customer(LIMIT)
    move = invoice(company, partner, 1_000.01)
    with pytest.raises(RpcError, match="cannot be posted"):
        company.accountant.call("account.move", "action_post", [move])
    assert company.read("account.move", move, "state")["state"] == "draft"
    (data,) = refused(company, "account.move", move)
    assert (data["checkpoint"], data["excess"]["amount"]) == ("invoice", "0.01")


def test_an_invoice_up_to_the_limit_is_posted(company):
    partner = company.customer(LIMIT)
    move = invoice(company, partner, 1_000)
    company.accountant.call("account.move", "action_post", [move])
    assert company.exposure(partner) == 1_000


def test_a_signature_over_the_limit_tells_the_salesperson_and_not_the_customer(company):
    customer = company.customer(LIMIT, email="buyer@example.com")
    order = company.order(
        customer, 1_500, company.salesman, require_signature=True, require_payment=False
    )
    answer = sign(company, order)
    assert company.states([order]) == [("draft", "hold")]
    url = company.call("sale.order", "get_portal_url", [order])
    page = Visitor(company.server.url).get(url).text
    assert "We have received your order" in page
    assert "over the limit" not in page and "Credit Hold" not in page
    assert "redirect_url" in answer
    domain = [("res_model", "=", "sale.order"), ("res_id", "=", order)]
    (activity,) = company.call("mail.activity", "search_read", domain, ["user_id", "summary"])
    assert activity["user_id"][0] == company.salesman_id
    # room again: the job confirms what the customer has signed
    company.call(
        "credit.account",
        "write",
        [company.account(customer)],
        {"base_limit": 1_500, "change_reason": "Pays well"},
    )
    cron = company.ref("hr_receivables_control.credit_cron_reevaluate")
    triggers = company.call("ir.cron.trigger", "search_count", [("cron_id", "=", cron)])
    assert triggers
    company.call("ir.cron", "method_direct_trigger", [cron])
    assert company.states([order]) == [("sale", False)]
    (event,) = company.events("credit.lifted", ("sale.order", order))
    assert event

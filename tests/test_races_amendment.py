"""Confirming, changing and invoicing race for the same room: together they never pass what one could not."""

import pytest
from credit_company import SALES, CreditCompany, together
from races import confirm
from test_amended_order import INVOICING, invoice, line_of

from kit.client import RpcError

LIMIT = 1_000
ROUNDS = 5

pytestmark = pytest.mark.usefixtures("record_intact")


@pytest.fixture(scope="module")
def company(two_servers):
    company = CreditCompany(two_servers[0])
    company.set(credit_invoice_policy="enforce")
    company.sellers = [company.sign_in(company.user(SALES)[1], server) for server in two_servers]
    accountant = company.user(INVOICING, name="accountant")[1]
    company.accountant = company.sign_in(accountant, two_servers[1])
    return company


def confirmed(company, partner, seller):
    order = company.order(partner, 300, seller)
    seller.call("sale.order", "action_confirm", [order])
    return order


def change(company, seller, order, price):
    line = line_of(company, order)
    return lambda: seller.call("sale.order.line", "write", [line], {"price_unit": price})


@pytest.mark.parametrize("other", ["change", "confirm", "invoice"])
def test_one_of_two_wins(company, other):
    first, second = company.sellers
    for _round in range(ROUNDS):
        partner = company.customer(LIMIT)
        mine = confirmed(company, partner, first)
        calls = [change(company, first, mine, 700)]
        if other == "change":
            calls.append(change(company, second, confirmed(company, partner, second), 700))
        elif other == "confirm":
            order = company.order(partner, 600, second)
            calls.append(confirm(second, order))
        else:
            move = invoice(company, partner, 600)
            calls.append(
                lambda move=move: company.accountant.call("account.move", "action_post", [move])
            )
        answers = together(*calls)
        errors = [answer for answer in answers if isinstance(answer, RpcError)]
        assert all(error.name == "odoo.exceptions.UserError" for error in errors), errors
        assert company.exposure(partner) <= LIMIT
        assert company.exposure(partner) >= 700

"""The web shop: nobody sees the answer, so an order that credit does not allow waits quietly and no payment is refused.

Driven as a browser does it: cart, address, delivery, payment, confirmation page.
"""

import re

import pytest
from credit_company import CONTROLLER, CREDIT, PASSWORD, SALES, CreditCompany

from kit import builds
from kit import database as db
from kit.client import Visitor, WebClient
from kit.process import Server

LIMIT = 1_000
PRICE = 1_500
ADDRESS = {"street": "Rue de la Loi 1", "city": "Brussels", "zip": "1000", "phone": "+32 2 123"}
JOB = f"{CREDIT}.credit_cron_reevaluate"
SECRETS = re.compile("credit|over the limit|cash only|suspended|blacklist", re.IGNORECASE)


class WebShop(CreditCompany):
    """One article, one way of delivery, three ways to pay: at once, on delivery, by transfer."""

    def __init__(self, server):
        super().__init__(server)
        self.set(credit_invoice_policy="enforce")
        self.article = self.create(
            "product.template",
            name="Floor tile",
            type="consu",
            list_price=PRICE,
            is_published=True,
            taxes_id=[(5,)],
        )
        freight = self.create("product.product", name="Freight", type="service", list_price=0)
        self.carrier = self.create(
            "delivery.carrier",
            name="Our lorry",
            product_id=freight,
            fixed_price=0,
            is_published=True,
            allow_cash_on_delivery=True,
        )
        self.providers = {
            "demo": self.provider(code="demo"),
            "on delivery": self.provider(custom_mode="cash_on_delivery"),
            "transfer": self.provider(custom_mode="wire_transfer"),
        }
        self.country = self.ref("base.be")
        self.salesman_id, login = self.user(SALES, name="seller")
        self.salesman = self.sign_in(login)
        self.controller_id, login = self.user(CONTROLLER, name="controller")
        self.controller = self.sign_in(login)
        self.authority(10_000, employee_id=self.employee(self.controller_id))
        websites = self.call("website", "search", [])
        self.call("website", "write", websites, {"salesperson_id": False})

    def provider(self, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        (provider,) = self.call(
            "payment.provider", "search", [*domain, ("company_id", "=", self.id)], limit=1
        )
        self.call("payment.provider", "write", [provider], {"state": "test", "is_published": True})
        methods = self.read("payment.provider", provider, "payment_method_ids")
        self.call("payment.method", "write", methods["payment_method_ids"], {"active": True})
        return provider, methods["payment_method_ids"][0]

    def buyer(self, limit=LIMIT, salesperson=None):
        """A customer who signs in to the shop. :return: ``(partner, login)``"""
        login = self.number("buyer").replace(" ", "_")
        values = {
            "email": f"{login}@example.com",
            "country_id": self.country,
            "user_id": salesperson or self.salesman_id,
        }
        partner = self.customer(limit, **values, **ADDRESS)
        self.create(
            "res.users",
            login=login,
            password=PASSWORD,
            partner_id=partner,
            company_id=self.id,
            company_ids=[(6, 0, [self.id])],
            group_ids=[(6, 0, [self.ref("base.group_portal")])],
        )
        return partner, login

    def visit(self, login=None):
        if login is None:
            return Visitor(self.server.url)
        return WebClient(self.server.url, self.server.database, login, PASSWORD)

    # The way through the shop

    def fill_cart(self, visitor):
        (variant,) = self.call(
            "product.product", "search", [("product_tmpl_id", "=", self.article)]
        )
        visitor.route(
            "/shop/cart/add", product_template_id=self.article, product_id=variant, quantity=1
        )

    def give_address(self, visitor):
        """Nobody's cart gets a name: a new customer, unknown to the company."""
        page = visitor.get("/shop/address").text
        form = ADDRESS | {
            "csrf_token": re.search('name="csrf_token" value="([^"]+)"', page)[1],
            "name": self.number("Passer-by"),
            "email": "passerby@example.com",
            "country_id": self.country,
            "address_type": "billing",
            "use_delivery_as_billing": "true",
            "required_fields": "",
        }
        answer = visitor.http.post(f"{visitor.url}/shop/address/submit", data=form).json()
        assert answer.get("redirectUrl") == "/shop/checkout?try_skip_step=true", answer

    def check_out(self, visitor, payment):
        """From the cart to the page that thanks. :return: ``(order, text of that page)``"""
        assert visitor.get("/shop/checkout").url.endswith("/shop/checkout")
        visitor.route("/shop/set_delivery_method", dm_id=self.carrier)
        page = visitor.get("/shop/payment").text
        order = int(re.search(r"/shop/payment/transaction/(\d+)", page)[1])
        provider, method = self.providers[payment]
        transaction = visitor.route(
            f"/shop/payment/transaction/{order}",
            access_token=re.search('data-access-token="([^"]+)"', page)[1],
            provider_id=provider,
            payment_method_id=method,
            token_id=None,
            flow="direct" if payment == "demo" else "redirect",
            tokenization_requested=False,
            landing_route="/shop/payment/validate",
        )
        reference = transaction["reference"]
        if payment == "demo":
            details = {"payment_details": "4242", "simulated_state": "done"}
            visitor.route("/payment/demo/simulate_payment", reference=reference, **details)
        else:
            visitor.http.post(
                f"{visitor.url}/payment/custom/process", data={"reference": reference}
            )
        assert visitor.route("/payment/status/poll")["landing_route"] == "/shop/payment/validate"
        answer = visitor.get("/shop/payment/validate")
        assert answer.status_code == 200 and answer.url.endswith("/shop/confirmation")
        return order, answer.text

    # What came of it

    def activities(self, order):
        domain = [("res_model", "=", "sale.order"), ("res_id", "=", order)]
        rows = self.call("mail.activity", "search_read", domain, ["user_id", "summary"])
        return [row["user_id"][0] for row in rows if "waits" in row["summary"]]

    def confirmations(self, order):
        """Mails that tell the customer his order is confirmed."""
        domain = [
            ("model", "=", "sale.order"),
            ("res_id", "=", order),
            ("subject", "ilike", "Order (Ref"),
            ("body", "not ilike", "A payment with reference"),
        ]
        return self.call("mail.message", "search_count", domain)

    def paid(self, order):
        (row,) = self.call(
            "payment.transaction",
            "search_read",
            [("sale_order_ids", "=", order)],
            ["state", "is_post_processed", "payment_id"],
        )
        return row["state"] == "done" and row["is_post_processed"] and bool(row["payment_id"])


@pytest.fixture(scope="module")
def shop():
    name = db.copy(builds.full(), db.unique_name("outside_shop"))
    try:
        with Server(name, "--max-cron-threads=0") as server:
            yield WebShop(server)
    finally:
        db.drop(name)


@pytest.fixture(autouse=True)
def record_intact(shop):
    start = shop.server.log.stat().st_size
    yield
    assert shop.verify() == []
    assert b" ERROR " not in shop.server.log.read_bytes()[start:]


def assert_says_nothing(shop, order, page):
    """Neither the shop nor the portal tells the customer why he waits."""
    name = shop.read("sale.order", order, "name")["name"]
    assert name in page and "Thank you for your order" in page
    text = re.sub("<[^>]+>", " ", re.sub(r"(?s)<(script|style|head)\b.*?</\1>", "", page))
    assert not SECRETS.search(text)
    url = shop.call("sale.order", "get_portal_url", [order])
    portal = Visitor(shop.server.url).get(url).text
    assert "We have received your order and will confirm it shortly." in portal


def test_pay_later_within_the_limit_confirms_at_once(shop):
    partner, login = shop.buyer(limit=PRICE)
    visitor = shop.visit(login)
    shop.fill_cart(visitor)
    order, page = shop.check_out(visitor, "on delivery")
    assert "Thank you for your order" in page
    assert shop.states([order]) == [("sale", False)]
    assert (shop.confirmations(order), shop.activities(order)) == (1, [])
    assert shop.exposure(partner) == PRICE


def test_pay_later_over_the_limit_waits_and_is_released(shop):
    partner, login = shop.buyer()
    visitor = shop.visit(login)
    shop.fill_cart(visitor)
    order, page = shop.check_out(visitor, "on delivery")
    assert shop.states([order]) == [("sent", "hold")]
    assert_says_nothing(shop, order, page)
    assert (shop.confirmations(order), shop.activities(order)) == (0, [shop.salesman_id])
    assert shop.exposure(partner) == 0
    wizard = shop.salesman.call(
        "credit.release.request", "create", [{"order_id": order, "reason": "Good customer"}]
    )
    shop.salesman.call("credit.release.request", "action_request", wizard)
    (grant,) = shop.call(
        "credit.grant", "search_read", [("order_id", "=", order)], ["approval_id", "amount"]
    )
    assert grant["amount"] == PRICE - LIMIT
    shop.controller.call("hr.control.approval", "action_approve", [grant["approval_id"][0]])
    shop.salesman.call("sale.order", "action_confirm", [order])
    assert shop.states([order]) == [("sale", False)]
    assert shop.activities(order) == []


def test_the_salesperson_named_by_the_shop_has_limits_of_his_own(shop):
    """The shop names him while it confirms; his limits are asked all the same."""
    seller, _login = shop.user(SALES, name="limited")
    shop.authority(0, employee_id=shop.employee(seller), limit_order=True, order_limit=PRICE - 0.01)
    _partner, login = shop.buyer(10 * PRICE, salesperson=seller)
    visitor = shop.visit(login)
    shop.fill_cart(visitor)
    order, page = shop.check_out(visitor, "on delivery")
    assert shop.states([order]) == [("sent", "hold")]
    assert_says_nothing(shop, order, page)
    assert shop.activities(order) == [seller]
    (decision,) = shop.decisions(order, "reasons")
    assert [reason["code"] for reason in decision["reasons"]] == ["own_order"]


def test_a_transfer_that_has_not_come_is_no_payment(shop):
    """Odoo leaves the order for somebody to confirm; who does so is asked for the customer's credit."""
    _partner, login = shop.buyer()
    visitor = shop.visit(login)
    shop.fill_cart(visitor)
    order, page = shop.check_out(visitor, "transfer")
    assert "Thank you for your order" in page
    assert shop.states([order]) == [("sent", False)]
    shop.salesman.call("sale.order", "action_confirm", [order])
    assert shop.states([order]) == [("sent", "hold")]
    assert_says_nothing(shop, order, page)


@pytest.mark.parametrize("limit", [LIMIT, 0])
def test_what_is_paid_at_once_needs_no_credit(shop, limit):
    partner, login = shop.buyer(limit)
    visitor = shop.visit(login)
    shop.fill_cart(visitor)
    order, page = shop.check_out(visitor, "demo")
    assert "Thank you for your order" in page and shop.paid(order)
    assert shop.states([order]) == [("sale", False)]
    assert (shop.confirmations(order), shop.activities(order)) == (1, [])
    assert shop.exposure(partner) == 0


def test_payment_of_who_owes_too_much_is_taken_and_the_order_waits(shop):
    partner, login = shop.buyer()
    debt = shop.order(partner, 900, shop.salesman)
    shop.salesman.call("sale.order", "action_confirm", [debt])
    cut = {"base_limit": 500, "change_reason": "Pays late"}
    shop.call("credit.account", "write", [shop.account(partner)], cut)
    shop.call("ir.config_parameter", "set_param", "sale.automatic_invoice", "True")
    visitor = shop.visit(login)
    shop.fill_cart(visitor)
    order, page = shop.check_out(visitor, "demo")
    assert shop.paid(order)
    assert shop.states([order]) == [("sent", "hold")]
    assert shop.read("sale.order", order, "invoice_ids")["invoice_ids"] == []
    assert_says_nothing(shop, order, page)
    assert (shop.confirmations(order), shop.activities(order)) == (0, [shop.salesman_id])
    assert shop.exposure(partner) == 900 - PRICE
    # it is no cart any more, not even for a browser that never saw it
    again = shop.visit(login)
    shop.fill_cart(again)
    assert shop.read("sale.order", order, "amount_total")["amount_total"] == PRICE
    assert again.route("/shop/cart/quantity") == 1
    # he pays what he owed: the job confirms what he has paid for
    shop.call("sale.order", "action_cancel", [debt])
    shop.call("ir.cron", "method_direct_trigger", [shop.ref(JOB)])
    assert shop.states([order]) == [("sale", False)]
    assert shop.confirmations(order) == 1
    # the invoice that Odoo makes of what is paid online, late as it is, and paid by that money
    (invoice,) = shop.read("sale.order", order, "invoice_ids")["invoice_ids"]
    found = shop.read("account.move", invoice, "state", "payment_state")
    assert (found["state"], found["payment_state"]) == ("posted", "paid")
    shop.call("ir.config_parameter", "set_param", "sale.automatic_invoice", "False")
    assert shop.exposure(partner) == 0


@pytest.mark.parametrize(
    ("payment", "state"), [("on delivery", ("sent", "hold")), ("demo", ("sale", False))]
)
def test_a_passer_by_buys_for_cash_only(shop, payment, state):
    visitor = shop.visit()
    shop.fill_cart(visitor)
    shop.give_address(visitor)
    order, page = shop.check_out(visitor, payment)
    assert shop.states([order]) == [state]
    if state[1] == "hold":
        assert_says_nothing(shop, order, page)
        (user,) = shop.activities(order)
        assert user == shop.controller_id  # nobody sold it; who watches over credit is told
    assert shop.confirmations(order) == (state[0] == "sale")

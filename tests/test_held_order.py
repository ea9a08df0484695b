"""A held order is no confirmed order, whichever way it comes: no mail, no points, and one line in the record.

On the full database, where quotation templates mail their customer and a loyalty programme gives points.
"""

import re

import pytest
from credit_company import CONTROLLER, SALES, CreditCompany

from kit import builds
from kit import database as db
from kit.client import Visitor
from kit.process import Server

LIMIT = 1_000
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class Shop(CreditCompany):
    """The company gives one loyalty point an order and mails what it confirms."""

    def __init__(self, server):
        super().__init__(server)
        self.program = self.create(
            "loyalty.program",
            name="Points",
            program_type="loyalty",
            applies_on="both",
            trigger="auto",
            rule_ids=[(0, 0, {"reward_point_mode": "order", "reward_point_amount": 1})],
            reward_ids=[(0, 0, {"discount": 1, "required_points": 1000})],
        )
        template = self.ref("sale.mail_template_sale_confirmation")
        self.call(
            "ir.config_parameter", "set_param", "sale.default_confirmation_template", str(template)
        )
        self.template = self.create("sale.order.template", name="Mails", mail_template_id=template)
        self.salesman_id, login = self.user(SALES, name="seller")
        self.salesman = self.sign_in(login)
        controller_id, login = self.user(CONTROLLER, name="controller")
        self.controller = self.sign_in(login)
        self.authority(10_000, employee_id=self.employee(controller_id))

    def held_order(self, amount=1_500, confirm=True, **values):
        """An order above the limit of a new customer."""
        customer = self.customer(LIMIT, email="buyer@example.com")
        values = {"sale_order_template_id": self.template} | values
        order = self.order(customer, amount, self.salesman, **values)
        if confirm:
            self.salesman.call("sale.order", "action_confirm", [order])
        return order

    def release(self, order):
        wizard = self.salesman.call(
            "credit.release.request", "create", [{"order_id": order, "reason": "Pays on Friday"}]
        )
        self.salesman.call("credit.release.request", "action_request", wizard)
        domain = [("order_id", "=", order), ("state", "=", "asked")]
        (grant,) = self.call("credit.grant", "search_read", domain, ["approval_id"])
        self.controller.call("hr.control.approval", "action_approve", [grant["approval_id"][0]])

    def what_followed(self, order):
        """``(confirmation mails to the customer, loyalty points)`` of the order."""
        partner = self.read("sale.order", order, "partner_id")["partner_id"][0]
        domain = [
            ("mail_message_id.model", "=", "sale.order"),
            ("mail_message_id.res_id", "=", order),
            ("mail_message_id.subject", "ilike", "order"),
            ("mail_message_id.body", "not ilike", "A payment with reference"),
            ("res_partner_id", "=", partner),
        ]
        mails = self.call("mail.notification", "search_count", domain)
        domain = [("partner_id", "=", partner), ("program_id", "=", self.program)]
        cards = self.call("loyalty.card", "search_read", domain, ["points"])
        return mails, sum(card["points"] for card in cards)

    def refused(self, order=None):
        """Data of the refused attempts, of an order or of all."""
        document = order and ("sale.order", order)
        return [event["payload"] for event in self.events("credit.refused", document)]


@pytest.fixture(scope="module")
def shop():
    name = db.copy(builds.full(), db.unique_name("outside_held"))
    try:
        with Server(name, "--max-cron-threads=0") as server:
            yield Shop(server)
    finally:
        db.drop(name)


@pytest.fixture(autouse=True)
def record_intact(shop):
    yield
    assert shop.verify() == []


def test_button_holds_and_nothing_follows(shop):
    order = shop.held_order()
    assert shop.states([order]) == [("draft", "hold")]
    assert shop.what_followed(order) == (0, 0)
    assert shop.refused(order) == []


def test_released_order_mails_and_gives_points_once(shop):
    order = shop.held_order()
    shop.release(order)
    assert shop.states([order]) == [("draft", "released")]
    assert shop.what_followed(order) == (0, 0)
    shop.salesman.call("sale.order", "action_confirm", [order])
    assert shop.states([order]) == [("sale", False)]
    assert shop.what_followed(order) == (1, 1)


def import_orders(shop, header, rows, dry_run):
    wizard = shop.salesman.call(
        "base_import.import",
        "create",
        [
            {
                "res_model": "sale.order",
                "file": "\n".join(",".join(map(str, row)) for row in [header, *rows]),
                "file_type": "text/csv",
                "file_name": "orders.csv",
            }
        ],
    )
    options = {
        "quoting": '"',
        "separator": ",",
        "has_headers": True,
        "encoding": "utf-8",
        "float_thousand_separator": ",",
        "float_decimal_separator": ".",
        "date_format": "",
        "datetime_format": "",
    }
    return shop.salesman.call(
        "base_import.import", "execute_import", wizard, header, header, options, dryrun=dry_run
    )


@pytest.mark.parametrize("dry_run", [True, False])
def test_import_of_a_state_is_refused_and_recorded_once_an_order(shop, dry_run):
    orders = [shop.held_order(confirm=False) for _ in range(3)]
    fine = shop.order(shop.customer(LIMIT), 900, shop.salesman)
    rows = [[order, "sale"] for order in [*orders, fine]]
    answer = import_orders(shop, [".id", "state"], rows, dry_run)
    assert "500" in answer["messages"][0]["message"]
    assert shop.states([*orders, fine]) == [("draft", False)] * 4
    for order in orders:
        (payload,) = shop.refused(order)
        assert ('"dry_run":true' in payload) is dry_run
        assert shop.what_followed(order) == (0, 0)
    assert shop.refused(fine) == []


@pytest.mark.parametrize("dry_run", [True, False])
def test_import_of_new_confirmed_orders_is_recorded_once_a_row(shop, dry_run):
    customers = [shop.customer(LIMIT) for _ in range(2)]
    header = [
        "partner_id/.id",
        "state",
        "order_line/product_id/.id",
        "order_line/product_uom_qty",
        "order_line/price_unit",
    ]
    rows = [[customer, "sale", shop.product, 1, 1_500] for customer in customers]
    answer = import_orders(shop, header, rows, dry_run)
    assert "500" in answer["messages"][0]["message"]
    assert shop.call("sale.order", "search_count", [("partner_id", "in", customers)]) == 0
    for customer in customers:
        (event,) = shop.events("credit.refused", partner=customer)
        assert ('"dry_run":true' in event["payload"]) is dry_run


def sign(shop, order):
    """The customer opens the link of the quotation and signs."""
    url = shop.call("sale.order", "get_portal_url", [order])
    token = re.search("access_token=([^&]+)", url)[1]
    visitor = Visitor(shop.server.url)
    assert visitor.get(url).status_code == 200
    return visitor.route(
        f"/my/orders/{order}/accept", access_token=token, name="Buyer", signature=PIXEL
    )


@pytest.mark.parametrize("template", [True, False])
def test_signature_is_kept_and_the_order_held(shop, template):
    """Released, it is confirmed as the signature would have done it, mail to the customer included."""
    values = {} if template else {"sale_order_template_id": False}
    order = shop.held_order(confirm=False, require_signature=True, require_payment=False, **values)
    assert "redirect_url" in sign(shop, order)
    assert shop.states([order]) == [("draft", "hold")]
    assert shop.read("sale.order", order, "signed_by")["signed_by"] == "Buyer"
    assert shop.what_followed(order) == (0, 0)
    shop.release(order)
    assert shop.states([order]) == [("sale", False)]
    assert shop.what_followed(order) == (1, 1)


def test_signature_within_the_limit_confirms_at_once(shop):
    order = shop.held_order(900, confirm=False, require_signature=True, require_payment=False)
    sign(shop, order)
    assert shop.states([order]) == [("sale", False)]
    assert shop.what_followed(order) == (1, 1)


@pytest.fixture(scope="module")
def provider(shop):
    """Odoo's own demo provider, whose payments succeed at once."""
    (provider,) = shop.call(
        "payment.provider", "search", [("code", "=", "demo"), ("company_id", "=", shop.id)], limit=1
    )
    shop.call("payment.provider", "write", [provider], {"state": "test", "is_published": True})
    return provider


def pay(shop, provider, order, amount):
    """The customer opens the link of the quotation and pays."""
    url = shop.call("sale.order", "get_portal_url", [order])
    token = re.search("access_token=([^&]+)", url)[1]
    visitor = Visitor(shop.server.url)
    assert visitor.get(url).status_code == 200
    methods = shop.read("payment.provider", provider, "payment_method_ids")["payment_method_ids"]
    transaction = visitor.route(
        f"/my/orders/{order}/transaction",
        access_token=token,
        provider_id=provider,
        payment_method_id=methods[0],
        token_id=None,
        amount=amount,
        flow="direct",
        tokenization_requested=False,
        landing_route=url,
    )
    visitor.route(
        "/payment/demo/simulate_payment",
        reference=transaction["reference"],
        payment_details="4242",
        simulated_state="done",
    )
    visitor.route("/payment/status/poll")
    domain = [("reference", "=", transaction["reference"])]
    (row,) = shop.call(
        "payment.transaction", "search_read", domain, ["state", "is_post_processed", "payment_id"]
    )
    assert (row["state"], row["is_post_processed"]) == ("done", True)
    assert row["payment_id"]


@pytest.mark.parametrize("mode", ["limited", "cash_only"])
def test_paying_online_is_room_enough(shop, provider, mode):
    """What the customer pays for is confirmed by his payment, whatever credit he has."""
    order = shop.held_order(confirm=False, require_signature=False, require_payment=True)
    partner = shop.read("sale.order", order, "partner_id")["partner_id"][0]
    values = {"mode": mode, "change_reason": "As the case wants it"}
    shop.call("credit.account", "write", [shop.account(partner)], values)
    pay(shop, provider, order, 1_500)
    assert shop.states([order]) == [("sale", False)]
    assert shop.what_followed(order) == (1, 1)
    assert shop.exposure(partner) == 0


def test_payment_of_a_customer_over_his_limit_is_taken_and_the_order_held(shop, provider):
    """The payment is never refused; what he owed before still stands against him."""
    order = shop.held_order(confirm=False, require_signature=False, require_payment=True)
    partner = shop.read("sale.order", order, "partner_id")["partner_id"][0]
    account = shop.account(partner)
    earlier = shop.order(partner, 900, shop.salesman)
    shop.salesman.call("sale.order", "action_confirm", [earlier])
    cut = {"base_limit": 500, "change_reason": "Pays late"}
    shop.call("credit.account", "write", [account], cut)
    pay(shop, provider, order, 1_500)
    assert shop.states([order]) == [("sent", "hold")]
    assert shop.what_followed(order) == (0, 1)  # the point is that of the order before
    assert shop.exposure(partner) == 900 - 1_500
    (decision,) = shop.decisions(order, "exposure_before", "excess_amount")
    assert (decision["exposure_before"], decision["excess_amount"]) == (-600, 400)

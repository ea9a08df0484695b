"""Deliveries race for the same room: what two warehouses hand over at once never passes together what one could not."""

import pytest
from credit_company import CONTROLLER, SALES, CreditCompany, together
from races import approve, confirm, cut

from kit.client import RpcError

LIMIT = 1_000
PRICE = 40
ROUNDS = 4
STOREMAN = "stock.group_stock_user"

pytestmark = pytest.mark.usefixtures("record_intact")


class Warehouse(CreditCompany):
    """Two people who hand goods over, each at a server of his own. No goods of an order are those of another."""

    def __init__(self, servers):
        super().__init__(servers[0])
        self.set(credit_delivery_policy="enforce")
        logins = [self.user(STOREMAN, name="storeman")[1] for _ in servers]
        self.storemen = [self.sign_in(*pair) for pair in zip(logins, servers, strict=True)]
        self.seller = self.sign_in(self.user(SALES, name="seller")[1], servers[1])
        controllers = [self.user(CONTROLLER, name="controller") for _ in servers]
        for user, _login in controllers:
            self.authority(10_000, employee_id=self.employee(user))
        self.controllers = [
            self.sign_in(login, server)
            for (_user, login), server in zip(controllers, servers, strict=True)
        ]
        domain = [("company_id", "=", self.id)]
        (warehouse,) = self.call(
            "stock.warehouse", "search_read", domain, ["lot_stock_id"], limit=1
        )
        self.stock = warehouse["lot_stock_id"][0]

    def goods(self):
        product = self.create(
            "product.product",
            name=self.number("Goods"),
            type="consu",
            is_storable=True,
            invoice_policy="delivery",
            taxes_id=[(5,)],
        )
        quant = self.create(
            "stock.quant", product_id=product, location_id=self.stock, inventory_quantity=1_000
        )
        self.call("stock.quant", "action_apply_inventory", [quant])
        return product

    def transfers(self, partner, quantity, count=1):
        """A confirmed order of some goods, each on a transfer of its own. :return: ``(order, transfers)``"""
        line = {"product_uom_qty": quantity, "price_unit": PRICE}
        lines = [(0, 0, line | {"product_id": self.goods()}) for _ in range(count)]
        order = self.order(partner, 0, self.seller, order_line=lines)
        self.seller.call("sale.order", "action_confirm", [order])
        assert self.states([order]) == [("sale", False)]
        (transfer,) = self.read("sale.order", order, "picking_ids")["picking_ids"]
        moves = self.read("stock.picking", transfer, "move_ids")["move_ids"]
        transfers = [transfer]
        for move in moves[1:]:
            transfers.append(self.call("stock.picking", "copy", [transfer], {"move_ids": []})[0])
            self.call("stock.move", "write", [move], {"picking_id": transfers[-1]})
        return order, transfers

    def load(self, transfer, quantity):
        """Put ``quantity`` on the lorry; validating hands it over."""
        moves = self.read("stock.picking", transfer, "move_ids")["move_ids"]
        self.call("stock.move", "write", moves, {"quantity": quantity, "picked": True})

    def done(self, transfers):
        rows = self.read("stock.picking", transfers, "state")
        return sorted(row["state"] == "done" for row in rows)

    def guard(self, partner):
        """How often the guard of the customer was taken."""
        account = self.read("credit.account", self.account(partner), "dossier_id")
        return self.read("hr.control.dossier", account["dossier_id"][0], "guard")["guard"]

    def ask_release(self, transfer):
        values = {"picking_id": transfer, "reason": "The lorry waits"}
        wizard = self.storemen[0].call("credit.delivery.release.request", "create", [values])
        self.storemen[0].call("credit.delivery.release.request", "action_request", wizard)
        domain = [("picking_id", "=", transfer), ("state", "=", "asked")]
        (grant,) = self.call("credit.grant", "search_read", domain, ["approval_id"])
        return grant["id"], grant["approval_id"][0]


def deliver(client, *transfers):
    context = {"skip_backorder": True, "skip_sms": True}
    return lambda: client.call("stock.picking", "button_validate", transfers, context=context)


def refusals(answers):
    """Who lost; everybody else must have got what he asked for."""
    lost = [answer for answer in answers if isinstance(answer, RpcError)]
    assert [error.name for error in lost] == ["odoo.exceptions.UserError"] * len(lost), lost
    return lost


@pytest.fixture(scope="module")
def company(two_servers):
    return Warehouse(two_servers)


def test_two_over_deliveries_never_share_the_same_room(company, logged):
    """160 are ordered; each lorry carries 440 more, and only one of them fits.

    One alone is nowhere near the limit, so that nothing is written but the guard and the goods.
    """
    for _round in range(ROUNDS):
        partner = company.customer(LIMIT)
        transfers = [company.transfers(partner, 2)[1][0] for _ in range(2)]
        for transfer in transfers:
            company.load(transfer, 13)
        answers = together(*map(deliver, company.storemen, transfers))
        (lost,) = refusals(answers)
        assert "40.00" in lost.message
        assert company.done(transfers) == [False, True]
        assert company.exposure(partner) == 600
        assert len(company.events("credit.refused", partner=partner)) == 1
    assert logged("tries left") > 0


def test_an_over_delivery_and_an_order_never_share_the_same_room(company):
    for _round in range(ROUNDS):
        partner = company.customer(LIMIT)
        _order, (transfer,) = company.transfers(partner, 2)
        company.load(transfer, 13)
        order = company.order(partner, 520, company.seller)
        refused = refusals(
            together(deliver(company.storemen[0], transfer), confirm(company.seller, order))
        )
        held = company.states([order]) == [("draft", "hold")]
        assert (len(refused), held, company.exposure(partner)) in (
            (1, False, 600),
            (0, True, 520),
        )


def test_an_over_delivery_and_a_cut_agree_who_came_first(company):
    for _round in range(ROUNDS):
        partner = company.customer(LIMIT)
        _order, (transfer,) = company.transfers(partner, 10)
        company.load(transfer, 14)
        answers = together(
            deliver(company.storemen[1], transfer),
            cut(company.admin, company.account(partner), 500),
        )
        refused = refusals(answers)
        domain = [("picking_id", "=", transfer)]
        decisions = company.call("credit.decision", "search_read", domain, ["effective_limit"])
        if refused:
            assert (decisions, company.exposure(partner)) == ([], 400)
        else:
            assert [row["effective_limit"] for row in decisions] == [LIMIT]
            assert company.exposure(partner) == 560


def test_what_was_ordered_never_waits(company, logged):
    """Nobody's guard is taken for it, so one customer's lorries do not wait for each other."""
    partner = company.customer(LIMIT)
    transfers = [company.transfers(partner, 10)[1][0] for _ in range(2)]
    for transfer in transfers:
        company.load(transfer, 10)
    guard = company.guard(partner)
    assert refusals(together(*map(deliver, company.storemen, transfers))) == []
    assert company.done(transfers) == [True, True]
    assert company.guard(partner) == guard
    assert logged("tries left") == 0


def test_a_release_is_used_once(company):
    """Two transfers of one order of a suspended customer: the release lets one of them leave."""
    for _round in range(ROUNDS):
        partner = company.customer(LIMIT)
        _order, transfers = company.transfers(partner, 10, count=2)
        for transfer in transfers:
            company.load(transfer, 10)
        values = {"mode": "suspended", "change_reason": "Cheque bounced"}
        company.call("credit.account", "write", [company.account(partner)], values)
        grant, approval = company.ask_release(transfers[0])
        company.controllers[0].call("hr.control.approval", "action_approve", [approval])
        (lost,) = refusals(together(*map(deliver, company.storemen, transfers)))
        assert "suspended" in lost.message or "beyond" in lost.message
        assert company.done(transfers) == [False, True]
        domain = [("grant_id", "=", grant), ("result", "=", "released")]
        assert company.call("credit.decision", "search_count", domain) == 1
        assert company.read("credit.grant", grant, "state")["state"] == "used"


def test_a_release_and_its_delivery_agree_who_came_first(company):
    """The lorry leaves with the release or not at all."""
    for _round in range(ROUNDS):
        partner = company.customer(LIMIT)
        _order, (transfer,) = company.transfers(partner, 10)
        company.load(transfer, 10)
        values = {"mode": "suspended", "change_reason": "Cheque bounced"}
        company.call("credit.account", "write", [company.account(partner)], values)
        grant, approval = company.ask_release(transfer)
        lost = refusals(
            together(
                approve(company.controllers[1], approval), deliver(company.storemen[0], transfer)
            )
        )
        state = company.read("credit.grant", grant, "state")["state"]
        assert (len(lost), state, company.done([transfer])) in (
            (0, "used", [True]),
            (1, "active", [False]),
        )


def test_several_customers_in_opposite_order_never_deadlock(company, logged):
    customers = [company.customer(LIMIT) for _ in range(4)]
    for _round in range(2):
        loads = [
            [company.transfers(customer, 5)[1][0] for customer in order]
            for order in (customers, customers[::-1])
        ]
        for transfer in [*loads[0], *loads[1]]:
            company.load(transfer, 6)
        answers = together(
            *(
                deliver(client, *transfers)
                for client, transfers in zip(company.storemen, loads, strict=True)
            )
        )
        assert refusals(answers) == []
        assert all(company.done([*loads[0], *loads[1]]))
    assert logged("deadlock") == 0

from dataclasses import dataclass, field
from random import Random

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import StockCreditCommon

STEPS = 60


@dataclass
class Line:
    """What was agreed on one order line and what became of it, in its own unit."""

    record: object
    by_delivery: bool
    ordered: float
    price: float  # with tax, in the order's currency
    pieces: float  # units of stock in one unit of the line
    delivered: float = 0.0
    waiting: float = 0.0
    posted: float = 0.0

    @property
    def committed(self):
        if self.by_delivery:
            return self.delivered + self.waiting
        return max(self.ordered, self.delivered)

    @property
    def open_amount(self):
        return max(self.committed - self.posted, 0.0) * self.price

    @property
    def delivered_amount(self):
        reached = min(max(self.delivered, 0.0), self.committed)
        return max(reached - self.posted, 0.0) * self.price


@dataclass
class Order:
    record: object
    lines: list
    rate: float
    alive: bool = True
    transfers: list = field(default_factory=list)

    def total(self, name):
        return sum(getattr(line, name) for line in self.lines) / self.rate if self.alive else 0.0


@dataclass
class Transfer:
    """Goods on their way to the customer, or handed over; quantities per line."""

    record: object
    order: Order
    quantities: dict
    returned: dict = field(default_factory=dict)


@dataclass
class Invoice:
    record: object
    order: Order
    quantities: dict
    residual: float = 0.0


@tagged("post_install", "-at_install")
class TestStockWalk(StockCreditCommon):
    """Random business with goods against a model in plain Python that knows no SQL and no stock.

    Steps in ``NEUTRAL`` are paperwork or carry out what was agreed: the exposure stays what it was.
    """

    NEUTRAL = frozenset({"deliver", "deliver a part", "draft invoice", "delete draft", "post"})

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_account(cls.customer, 0.0, mode="unlimited")
        currencies = cls.env["res.currency"].with_context(active_test=False)
        cls.foreign = currencies.search(
            [("name", "in", ("EUR", "CHF")), ("id", "!=", cls.company.currency_id.id)], limit=1
        )
        cls.foreign.active = True
        cls.env["res.currency.rate"].search([("currency_id", "=", cls.foreign.id)]).unlink()
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.foreign.id,
                "company_id": cls.company.id,
                "name": fields.Date.to_date("2020-01-01"),
                "rate": 2.0,
            }
        )
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": cls.foreign.id, "company_id": cls.company.id}
        )
        cls.tax = cls.env["account.tax"].create(
            {"name": "VAT 13", "amount": 13.0, "company_id": cls.company.id}
        )
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.other_product = cls._create_goods("Lime")

    # a test each, so that each starts on small tables

    def test_walk_3(self):
        self._walk(3)

    def test_walk_19(self):
        self._walk(19)

    def test_walk_650(self):
        self._walk(650)

    def test_walk_2026(self):
        self._walk(2026)

    def _walk(self, seed):
        self.random = Random(seed)
        self.base = self._get_exposure().total
        self.ledger = 0.0
        self.documents = 0
        self.orders, self.drafts, self.invoices, self.handed = [], [], [], []
        story, before = [], self.base
        for number in range(STEPS):
            step, method, target = self._choose()
            story.append(f"{number + 1} {step}: {method(target) if target else method()}")
            message = f"seed {seed}\n" + "\n".join(story)
            # tax and currency are rounded once per document
            tolerance = 0.011 * (1 + self.documents)
            total = self._get_exposure().total
            held = sum(order.total("open_amount") for order in self.orders)
            self.assertAlmostEqual(
                total, self.base + self.ledger + held, delta=tolerance, msg=message
            )
            account = self.account
            delivered = sum(order.total("delivered_amount") for order in self.orders)
            self.assertAlmostEqual(
                account.exposure_delivered, delivered, delta=tolerance, msg=message
            )
            parts = account.exposure_delivered + account.exposure_undelivered
            self.assertAlmostEqual(parts, account.exposure_orders, delta=10**-6, msg=message)
            self.assertGreaterEqual(account.exposure_undelivered, -(10**-6), msg=message)
            if step in self.NEUTRAL:
                self.assertAlmostEqual(total, before, delta=0.031, msg=message)
            before = total

    # Steps --------------------------------------------------------------------------------------

    def _choose(self):
        """A step that is possible now, with what it is done to."""
        alive = [order for order in self.orders if order.alive]
        waiting = [transfer for order in alive for transfer in order.transfers]
        handed = [
            transfer
            for transfer in self.handed
            if transfer.order.alive and any(self._get_returnable(transfer).values())
        ]
        steps = {
            "order": (4, [None], self._do_order),
            "order more": (2, alive, self._do_order_more),
            "deliver": (4, waiting, self._do_deliver),
            "deliver a part": (4, waiting, self._do_deliver_part),
            "deliver a part and no more": (1.5, waiting, self._do_deliver_last),
            "deliver too much": (1.5, waiting, self._do_deliver_more),
            "cancel transfer": (1.5, waiting, self._do_cancel_transfer),
            "return to refund": (2, handed, self._do_return),
            "return, not to refund": (1, handed, self._do_return_free),
            "draft invoice": (5, [o for o in alive if self._is_due(o)], self._do_draft),
            "delete draft": (0.5, self.drafts, self._do_delete_draft),
            "post": (5, self.drafts, self._do_post),
            "refund": (3, [o for o in alive if self._is_refundable(o)], self._do_refund),
            "pay": (2, [i for i in self.invoices if i.residual > 1], self._do_pay),
            "cancel order": (0.4, [o for o in alive if not self._is_invoiced(o)], self._do_cancel),
            "confirm again": (
                3,
                [o for o in self.orders if not o.alive],
                self._do_confirm_again,
            ),
        }
        possible = {step: entry for step, entry in steps.items() if entry[1]}
        weights = [weight for weight, _targets, _method in possible.values()]
        (step,) = self.random.choices(list(possible), weights)
        _weight, targets, method = possible[step]
        return step, method, self.random.choice(targets)

    def _do_order(self):
        foreign = self.random.random() < 0.3
        agreed = []
        products = [self.product, self.other_product, self.ordered_product]
        for product in self.random.sample(products, self.random.randint(1, 2)):
            unit = self.dozen if self.random.random() < 0.25 else product.uom_id
            agreed.append(
                (
                    product,
                    unit,
                    self.random.choice((None, self.tax)),
                    self.random.randint(4, 400) / 4,
                    float(self.random.randint(2, 9)),
                )
            )
        record = (
            self.env["sale.order"]
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "user_id": self.salesman.id,
                    **({"pricelist_id": self.pricelist.id} if foreign else {}),
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_id": unit.id,
                                "product_uom_qty": quantity,
                                "price_unit": price,
                                "tax_ids": [Command.set(tax.ids if tax else [])],
                            }
                        )
                        for product, unit, tax, price, quantity in agreed
                    ],
                }
            )
            .sudo()
        )
        record.action_confirm()
        lines = [
            Line(
                line,
                product != self.ordered_product,
                quantity,
                price * (1.13 if tax else 1.0),
                12.0 if unit == self.dozen else 1.0,
                waiting=quantity,
            )
            for line, (product, unit, tax, price, quantity) in zip(
                record.order_line, agreed, strict=True
            )
        ]
        order = Order(record, lines, 2.0 if foreign else 1.0)
        order.transfers.append(
            Transfer(record.picking_ids, order, {n: line.ordered for n, line in enumerate(lines)})
        )
        self.orders.append(order)
        self.documents += 1
        kinds = [(e[0].name, e[1].name, e[3], e[4]) for e in agreed]
        return f"{record.name} {kinds}{' abroad' if foreign else ''}"

    def _do_order_more(self, order):
        index = self.random.randrange(len(order.lines))
        line = order.lines[index]
        price = line.record.price_unit
        more = float(self.random.randint(1, 3))
        known = order.record.picking_ids
        # Odoo brings what the moves that are left, or done, do not
        missing = line.ordered + more - (line.waiting + self._get_moved(order, index))
        line.ordered += more
        line.record.write({"product_uom_qty": line.ordered, "price_unit": price})
        if missing > 0:
            line.waiting += missing
            new = order.record.picking_ids - known
            if new:
                order.transfers.append(Transfer(new, order, {index: missing}))
            else:
                target = self._find_transfer(order, line)
                target.quantities[index] = target.quantities.get(index, 0.0) + missing
        return f"{order.record.name} line {index} {more} more, {max(missing, 0.0)} to bring"

    def _get_moved(self, order, index):
        """Handed over and not come back to be refunded, whatever counts as delivered."""
        return order.lines[index].delivered

    def _find_transfer(self, order, line):
        """The transfer that Odoo added to: the one whose demand is not what the model has."""
        for transfer in order.transfers:
            index = order.lines.index(line)
            moves = transfer.record.move_ids.filtered(
                lambda move: (
                    move.sale_line_id == line.record and move.state not in ("done", "cancel")
                )
            )
            demand = sum(move.product_qty for move in moves) / line.pieces
            if abs(demand - transfer.quantities.get(index, 0.0)) > 0.001:
                return transfer
        raise AssertionError(f"{order.record.name}: nothing waits for what was added")

    def _hand_over(self, transfer, shares, backorder=True):
        """Deliver ``shares`` of the quantities, in whole pieces of stock."""
        order = transfer.order
        picking = transfer.record
        rest = {}
        handed = {}
        for index, quantity in transfer.quantities.items():
            line = order.lines[index]
            moves = picking.move_ids.filtered(
                lambda move, line=line: move.sale_line_id == line.record
            )
            pieces = round(quantity * line.pieces)
            given = round(pieces * shares.get(index, 0.0))
            per_move = (
                1.0 if moves[:1].product_uom == line.record.product_id.uom_id else line.pieces
            )
            if per_move != 1.0:
                given = round(given / per_move) * per_move
            left = given
            for number, move in enumerate(moves):
                part = move.product_uom_qty * per_move
                part = left if number == len(moves) - 1 else min(part, left)
                move.quantity = part / per_move
                left -= part
            handed[index] = self._round(given / line.pieces)
            rest[index] = max(self._round((pieces - given) / line.pieces), 0.0)
        if not any(handed.values()):
            return None
        picking.move_ids.picked = True
        context = {"skip_backorder": True, "skip_sms": True}
        if not backorder:
            context["picking_ids_not_to_backorder"] = picking.ids
        picking.with_context(**context).button_validate()
        self.assertEqual(picking.state, "done")
        order.transfers.remove(transfer)
        for index, quantity in handed.items():
            line = order.lines[index]
            line.delivered += quantity
            line.waiting -= transfer.quantities[index]
            if backorder:
                line.waiting += rest[index]
        waits = picking.backorder_ids.filtered(lambda back: back.state not in ("done", "cancel"))
        if waits and backorder:
            left = {index: quantity for index, quantity in rest.items() if quantity}
            order.transfers.append(Transfer(waits, order, left))
        self.handed.append(Transfer(picking, order, handed))
        return f"{picking.name} of {order.record.name} {handed}, left {rest}"

    def _round(self, quantity):
        """Quantities of an order line have two digits, as in Odoo."""
        return round(quantity + 1e-9, 2)

    def _do_deliver(self, transfer):
        return self._hand_over(transfer, dict.fromkeys(transfer.quantities, 1.0))

    def _do_deliver_part(self, transfer):
        shares = {index: self.random.choice((0.0, 0.4, 1.0)) for index in transfer.quantities}
        return self._hand_over(transfer, shares)

    def _do_deliver_last(self, transfer):
        shares = {index: self.random.choice((0.3, 0.7)) for index in transfer.quantities}
        return self._hand_over(transfer, shares, backorder=False)

    def _do_deliver_more(self, transfer):
        return self._hand_over(transfer, dict.fromkeys(transfer.quantities, 1.5))

    def _do_cancel_transfer(self, transfer):
        transfer.record.action_cancel()
        transfer.order.transfers.remove(transfer)
        for index, quantity in transfer.quantities.items():
            transfer.order.lines[index].waiting -= quantity
        return f"{transfer.record.name} of {transfer.order.record.name}"

    def _get_returnable(self, transfer):
        return {
            index: quantity - transfer.returned.get(index, 0.0)
            for index, quantity in transfer.quantities.items()
            if transfer.order.lines[index].pieces == 1.0
        }

    def _do_return(self, transfer, to_refund=True):
        """Half of what is left of one line comes back, in whole pieces."""
        index = self.random.choice(
            [index for index, left in self._get_returnable(transfer).items() if left]
        )
        line = transfer.order.lines[index]
        quantity = float(max(self._get_returnable(transfer)[index] // 2, 1))
        wizard = (
            self.env["stock.return.picking"]
            .with_context(
                active_id=transfer.record.id,
                active_ids=transfer.record.ids,
                active_model="stock.picking",
            )
            .create({})
        )
        for entry in wizard.product_return_moves:
            wanted = entry.move_id.sale_line_id == line.record
            entry.write({"quantity": quantity if wanted else 0.0, "to_refund": to_refund})
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.quantity = quantity
        back.move_ids.picked = True
        back.button_validate()
        transfer.returned[index] = transfer.returned.get(index, 0.0) + quantity
        if to_refund:
            line.delivered -= quantity
        return f"{transfer.record.name} of {transfer.order.record.name} line {index} {quantity}"

    def _do_return_free(self, transfer):
        return self._do_return(transfer, to_refund=False)

    # Invoices -----------------------------------------------------------------------------------

    def _get_drafted(self, order, index):
        return sum(
            draft.quantities.get(index, 0.0) for draft in self.drafts if draft.order == order
        )

    def _get_due(self, order):
        """Per line: delivered, or ordered where that is what is invoiced, and on no invoice yet."""
        return {
            index: round(
                (line.delivered if line.by_delivery else line.ordered)
                - line.posted
                - self._get_drafted(order, index),
                2,
            )
            for index, line in enumerate(order.lines)
        }

    def _is_due(self, order):
        due = self._get_due(order).values()
        return min(due) >= 0 < max(due)

    def _is_refundable(self, order):
        due = self._get_due(order).values()
        return max(due) <= 0 and min(due) < 0 and not any(d.order == order for d in self.drafts)

    def _is_invoiced(self, order):
        return any(line.posted for line in order.lines) or any(
            draft.order == order for draft in self.drafts
        )

    def _do_draft(self, order):
        due = {index: quantity for index, quantity in self._get_due(order).items() if quantity}
        draft = Invoice(order.record._create_invoices(), order, due)
        self.drafts.append(draft)
        return f"{order.record.name} {due}"

    def _do_delete_draft(self, draft):
        self.drafts.remove(draft)
        draft.record.unlink()
        return draft.order.record.name

    def _do_post(self, draft):
        draft.record.action_post()
        self.drafts.remove(draft)
        self._book(draft, 1)
        return f"{draft.record.name} of {draft.order.record.name} {draft.quantities}"

    def _book(self, invoice, sign):
        for index, quantity in invoice.quantities.items():
            invoice.order.lines[index].posted += sign * quantity
        lines = invoice.order.lines
        amount = sum(lines[index].price * q for index, q in invoice.quantities.items())
        invoice.residual = sign * amount / invoice.order.rate
        self.ledger += invoice.residual
        self.documents += 2
        self.invoices.append(invoice)

    def _do_refund(self, order):
        back = {index: -quantity for index, quantity in self._get_due(order).items() if quantity}
        refund = Invoice(order.record._create_invoices(final=True), order, back)
        self.assertEqual(refund.record.move_type, "out_refund")
        refund.record.action_post()
        self._book(refund, -1)
        return f"{refund.record.name} of {order.record.name} {back}"

    def _do_pay(self, invoice):
        amount = invoice.record.currency_id.round(
            invoice.record.amount_residual * self.random.choice((0.4, 1.0))
        )
        before = invoice.record.amount_residual_signed
        self._pay(invoice.record, amount)
        paid = before - invoice.record.amount_residual_signed
        self.ledger -= paid
        invoice.residual = invoice.record.amount_residual_signed
        return f"{invoice.record.name} {paid}"

    def _do_cancel(self, order):
        order.record._action_cancel()
        order.alive = False
        order.transfers = []
        for line in order.lines:
            line.waiting = 0.0
        return order.record.name

    def _do_confirm_again(self, order):
        known = order.record.picking_ids
        order.record.action_draft()
        order.record.action_confirm()
        order.alive = True
        missing = {
            index: line.ordered - self._get_moved(order, index)
            for index, line in enumerate(order.lines)
        }
        missing = {index: quantity for index, quantity in missing.items() if quantity > 0}
        for index, quantity in missing.items():
            order.lines[index].waiting = quantity
        if new := order.record.picking_ids - known:
            order.transfers.append(Transfer(new, order, missing))
        return f"{order.record.name} {missing}"

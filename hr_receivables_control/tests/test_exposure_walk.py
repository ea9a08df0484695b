from collections import Counter
from dataclasses import dataclass, field
from random import Random

from odoo.tests import tagged

from .exposure_common import ExposureCommon

STEPS = 60


@dataclass
class Line:
    """What was agreed on one order line, and how much of it stands on posted invoices."""

    record: object
    ordered: float
    price: float  # with tax, in the order's currency
    tax_factor: float
    delivered: float = 0.0
    posted: float = 0.0

    @property
    def open_amount(self):
        return max(max(self.ordered, self.delivered) - self.posted, 0.0) * self.price


@dataclass
class Order:
    record: object
    lines: list
    rate: float
    down_payments: Counter = field(default_factory=Counter)  # posted and not yet deducted
    alive: bool = True
    short_closed: bool = False

    def get_open_amount(self, drafts):
        if not self.alive or self.short_closed:
            return 0.0
        pending = Counter()
        for draft in drafts:
            pending.update(draft.down_payments if draft.order == self else {})
        advance = sum(
            max(self.down_payments[key], -max(pending[key], 0.0))
            for key in self.down_payments | pending
        )
        return max(sum(line.open_amount for line in self.lines) - advance, 0.0) / self.rate


@dataclass
class Invoice:
    record: object
    order: Order
    quantities: dict = field(default_factory=dict)  # by index of the order line
    prices: dict = field(default_factory=dict)
    down_payments: Counter = field(default_factory=Counter)  # above zero asked for, below deducted
    total: float = 0.0
    residual: float = 0.0
    credited: bool = False


@tagged("post_install", "-at_install")
class TestExposureWalk(ExposureCommon):
    """Random business against a model in plain Python that knows quantities, prices and cash, and no SQL.

    Steps in ``NEUTRAL`` are paperwork: after them the exposure is what it was before.
    """

    NEUTRAL = frozenset(
        {"draft invoice", "change draft", "delete draft", "post", "reset to draft", "unmatch"}
    )

    CHANGED = " (not as agreed)"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls._create_currency("EUR", 2.0, day="2020-01-01")
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "EUR", "currency_id": cls.euro.id, "company_id": cls.company.id}
        )
        cls.ordered_service = cls.service.copy({"name": "Design", "invoice_policy": "order"})

    # a test each, so that each starts on small tables

    def test_walk_1(self):
        self._walk(1)

    def test_walk_7(self):
        self._walk(7)

    def test_walk_42(self):
        self._walk(42)

    def test_walk_650(self):
        self._walk(650)

    def test_walk_2026(self):
        self._walk(2026)

    def _walk(self, seed):
        self.random = Random(seed)
        self.base = self._get_exposure().total
        self.orders, self.drafts, self.invoices = [], [], []
        self.ledger = 0.0
        self.documents = 0
        story = []
        before = self.base
        for _number in range(STEPS):
            step, do = self._choose()
            story.append(f"{step}: {do()}")
            total = self._get_exposure().total
            expected = (
                self.base
                + self.ledger
                + sum(order.get_open_amount(self.drafts) for order in self.orders)
            )
            message = f"seed {seed}, step {len(story)}\n" + "\n".join(story)
            # one unit per document and tax, in either currency
            tolerance = 0.011 * (1 + self.documents)
            self.assertAlmostEqual(total, expected, delta=tolerance, msg=message)
            if step in self.NEUTRAL and not story[-1].endswith(self.CHANGED):
                self.assertAlmostEqual(total, before, delta=0.021, msg=message)
            before = total
        self._check_parts()

    def _check_parts(self):
        exposure = self._get_exposure()
        items = self._get_open_items()
        for part, expected in (("1_receivable", exposure.receivable), ("3_order", exposure.orders)):
            found = items.filtered(lambda item, part=part: item.component == part)
            self.assertAlmostEqual(sum(found.mapped("amount")), expected, delta=10**-6)

    # Steps --------------------------------------------------------------------------------------

    def _choose(self):
        """A step that is possible now, with what it is done to."""
        alive = [order for order in self.orders if order.alive]
        running = [order for order in alive if not order.short_closed]
        due = [order for order in running if self._is_due(order)]
        plain = [invoice for invoice in self.invoices if not invoice.credited]
        steps = {
            "order": (3, [None], self._do_order),
            "change": (2, running, self._do_change),
            "deliver": (3, running, self._do_deliver),
            "draft invoice": (4, due, self._do_draft),
            "down payment": (1, due, self._do_down_payment),
            "change draft": (1, [d for d in self.drafts if d.quantities], self._do_change_draft),
            "delete draft": (1, self.drafts, self._do_delete_draft),
            "post": (5, self.drafts, self._do_post),
            "reset to draft": (
                1,
                [i for i in plain if i.order.alive and i.residual == i.total > 0],
                self._do_reset,
            ),
            "pay": (3, [i for i in self.invoices if i.residual > 1], self._do_pay),
            "pay on account": (1, [None], self._do_pay_on_account),
            "unmatch": (1, [i for i in plain if 0 <= i.residual < i.total], self._do_unmatch),
            "credit": (2, [i for i in plain if i.total > 0], self._do_credit),
            "cancel": (0.5, running, self._do_cancel),
            "short-close": (0.5, running, self._do_short_close),
            "reopen after short-close": (
                0.5,
                [order for order in alive if order.short_closed],
                self._do_reopen,
            ),
        }
        possible = {step: entry for step, entry in steps.items() if entry[1]}
        (step,) = self.random.choices(
            list(possible), [weight for weight, _t, _d in possible.values()]
        )
        _weight, targets, method = possible[step]
        target = self.random.choice(targets)
        return step, lambda: method(target) if target else method()

    def _is_due(self, order):
        quantities = order.record.order_line.filtered(
            lambda line: not line.is_downpayment and not line.display_type
        ).mapped("qty_to_invoice")
        return quantities and min(quantities) >= 0 < max(quantities)

    def _do_order(self):
        foreign = self.random.random() < 0.3
        agreed = [
            (
                self.random.choice((self.service, self.ordered_service)),
                self.random.choice((None, self.tax, self.tax_included)),
                self.random.randint(1, 1200) / 4,
                self.random.randint(1, 12),
            )
            for _line in range(self.random.randint(1, 3))
        ]
        record = self._order(
            *(
                self._line(price, quantity, product, taxes)
                for product, taxes, price, quantity in agreed
            ),
            partner_id=self.random.choice((self.customer, self.contact)).id,
            **({"pricelist_id": self.pricelist.id} if foreign else {}),
        )
        lines = []
        for line, (_product, taxes, price, quantity) in zip(record.order_line, agreed, strict=True):
            factor = 1.13 if taxes == self.tax else 1.0
            lines.append(Line(line, quantity, price * factor, factor))
        self.orders.append(Order(record, lines, 2.0 if foreign else 1.0))
        self.documents += 1
        return f"{record.name} {[entry[2:] for entry in agreed]}{' EUR' if foreign else ''}"

    def _do_change(self, order):
        line = self.random.choice(order.lines)
        if self.random.random() < 0.5:
            # Inventory refuses less than was delivered
            line.ordered = max(float(self.random.randint(1, 12)), line.delivered)
            # with its price: Odoo may look up the price list's for the new quantity
            line.record.write(
                {"product_uom_qty": line.ordered, "price_unit": line.price / line.tax_factor}
            )
            return f"{order.record.name} orders {line.ordered}"
        price = self.random.randint(1, 1200) / 4
        line.price = price * line.tax_factor
        line.record.price_unit = price
        return f"{order.record.name} costs {price}"

    def _do_deliver(self, order):
        line = self.random.choice(order.lines)
        line.delivered = float(self.random.randint(0, 14))
        line.record.qty_delivered = line.delivered
        return f"{order.record.name} delivered {line.delivered}"

    def _do_draft(self, order):
        invoice = Invoice(self._invoice(order.record, post=False), order)
        self._read_lines(invoice)
        self.drafts.append(invoice)
        return f"{order.record.name} {invoice.quantities} {list(invoice.down_payments.values())}"

    def _do_down_payment(self, order):
        goods = sum(line.open_amount for line in order.lines)
        amount = round(max(goods, 4.0) * self.random.choice((0.25, 0.5, 1.2)), 2)
        invoice = Invoice(self._create_down_payment_invoice(order.record, "fixed", amount), order)
        self._read_lines(invoice)
        self.drafts.append(invoice)
        return f"{order.record.name} {amount}"

    def _read_lines(self, invoice):
        """A document states what it states; the model keeps its own account of it."""
        invoice.quantities, invoice.prices, invoice.down_payments = {}, {}, Counter()
        sign = -1 if invoice.record.move_type == "out_refund" else 1
        for line in invoice.record.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        ):
            if line.is_downpayment:
                invoice.down_payments[line.sale_line_ids.id] += sign * line.price_total
                continue
            records = [entry.record for entry in invoice.order.lines]
            index = records.index(line.sale_line_ids)
            invoice.quantities[index] = sign * line.quantity
            invoice.prices[index] = line.price_unit

    def _is_as_agreed(self, invoice):
        """Whether posting it turns order into claim one to one: open goods at the order's price."""
        order = invoice.order
        lines = order.lines
        goods = sum(line.open_amount for line in lines)
        advance = sum(order.down_payments.values())
        return (
            order.alive
            and not order.short_closed
            and all(
                0 <= quantity <= max(lines[i].ordered, lines[i].delivered) - lines[i].posted
                and abs(invoice.prices[i] - lines[i].price / lines[i].tax_factor) < 0.005
                for i, quantity in invoice.quantities.items()
            )
            and all(
                order.down_payments[key] >= 0
                and (amount >= 0 or order.down_payments[key] + amount > -0.01)
                for key, amount in invoice.down_payments.items()
            )
            and advance <= goods
            and advance + sum(invoice.down_payments.values()) <= goods + 0.01
        )

    def _do_change_draft(self, draft):
        lines = draft.record.invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and not line.is_downpayment
        )
        line = self.random.choice(lines)
        line.quantity = float(self.random.randint(1, 12))
        self._read_lines(draft)
        return f"{draft.order.record.name} {draft.quantities}"

    def _do_delete_draft(self, draft):
        given_away = any(draft.order.down_payments[key] < 0 for key in draft.down_payments)
        draft.record.unlink()
        self.drafts.remove(draft)
        return draft.order.record.name + (self.CHANGED if given_away else "")

    def _do_post(self, draft):
        if draft.record.amount_total < 0:
            return self._do_delete_draft(draft)
        agreed = self._is_as_agreed(draft)
        draft.record.action_post()
        self.drafts.remove(draft)
        draft.total = draft.record.amount_total_signed
        draft.residual = draft.total
        self._book(draft, 1)
        self.invoices.append(draft)
        return f"{draft.order.record.name} {draft.total}" + ("" if agreed else self.CHANGED)

    def _book(self, invoice, sign, reopens=True):
        """Post (1) or take back (-1): cash owed, quantities and down payments."""
        self.documents += 2
        self.ledger += sign * invoice.total
        for key, amount in invoice.down_payments.items():
            invoice.order.down_payments[key] += sign * amount
        if reopens:
            for index, quantity in invoice.quantities.items():
                invoice.order.lines[index].posted += sign * quantity

    def _do_reset(self, invoice):
        invoice.record.button_draft()
        self.invoices.remove(invoice)
        self.drafts.append(invoice)
        self._book(invoice, -1)
        return invoice.record.name + ("" if self._is_as_agreed(invoice) else self.CHANGED)

    def _do_pay(self, invoice):
        share = self.random.choice((0.3, 1.0))
        amount = invoice.record.currency_id.round(invoice.record.amount_residual * share)
        before = invoice.record.amount_residual_signed
        self._pay(invoice.record, amount)
        paid = before - invoice.record.amount_residual_signed
        self.ledger -= paid
        invoice.residual = invoice.record.amount_residual_signed
        return f"{invoice.record.name} {paid}"

    def _do_pay_on_account(self):
        amount = self.random.randint(1, 20000) / 100
        self._pay_on_account(amount, partner=self.contact)
        self.ledger -= amount
        return amount

    def _do_unmatch(self, invoice):
        invoice.record.line_ids.remove_move_reconcile()
        invoice.residual = invoice.total
        return invoice.record.name

    def _do_credit(self, invoice):
        """Back in full: goodwill when the invoice is settled, else the order is open again."""
        settled = invoice.record.amount_residual == 0
        self._refund(invoice.record)
        invoice.credited = True
        invoice.residual = invoice.record.amount_residual_signed
        self._book(invoice, -1, reopens=not settled)
        return f"{invoice.record.name} {'goodwill' if settled else 'correction'}"

    def _do_cancel(self, order):
        self.drafts = [draft for draft in self.drafts if draft.order != order]
        order.record._action_cancel()
        order.alive = False
        return order.record.name

    def _do_short_close(self, order):
        order.record.action_credit_short_close("Not wanted")
        order.short_closed = True
        return order.record.name

    def _do_reopen(self, order):
        order.record.action_credit_reopen()
        order.short_closed = False
        return order.record.name

from odoo import fields
from odoo.fields import Command

from .common import CreditCommon


class ExposureCommon(CreditCommon):
    """One customer without a limit, so that every step goes through and only the figure is looked at."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_account(cls.customer, 0.0, mode="unlimited")
        cls.contact = cls.env["res.partner"].create(
            {"name": "Purchasing", "parent_id": cls.customer.id}
        )
        cls.tax = cls._create_tax("Added", 13.0, "tax_excluded")
        cls.tax_included = cls._create_tax("Included", 13.0, "tax_included")
        # delivered by hand, whether Inventory is installed or not
        cls.service = cls.product.create(
            {
                "name": "Laying",
                "type": "service",
                "invoice_policy": "delivery",
                "list_price": 100.0,
                "taxes_id": False,
            }
        )
        cls.receivable = cls.company_data["default_account_receivable"]
        cls.bank = cls.company_data["default_journal_bank"]
        cls.misc = cls.company_data["default_journal_misc"]

    @classmethod
    def _create_tax(cls, name, amount, include, **values):
        return cls.env["account.tax"].create(
            {
                "name": name,
                "amount": amount,
                "amount_type": "percent",
                "type_tax_use": "sale",
                "price_include_override": include,
                "company_id": cls.company.id,
            }
            | values
        )

    @classmethod
    def _line(cls, price, quantity=1.0, product=None, taxes=None, **values):
        return Command.create(
            {
                "product_id": (product or cls.product).id,
                "product_uom_qty": quantity,
                "price_unit": price,
                "tax_ids": [Command.set(taxes.ids if taxes else [])],
            }
            | values
        )

    @classmethod
    def _quote(cls, *lines, **values):
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "order_line": list(lines),
            }
            | values
        )

    @classmethod
    def _order(cls, *lines, **values):
        order = cls._quote(*lines, **values)
        order.action_confirm()
        return order

    @classmethod
    def _invoice(cls, order, quantities=None, post=True, final=True):
        """Invoice what is due, or ``quantities`` of the lines in order; posted unless said otherwise."""
        invoice = order._create_invoices(final=final)
        if quantities is not None:
            lines = invoice.invoice_line_ids.filtered(
                lambda line: line.display_type == "product" and not line.is_downpayment
            )
            for line, quantity in zip(lines, quantities, strict=True):
                line.quantity = quantity
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _pay(cls, invoice, amount=None, **values):
        if amount is not None:
            values["amount"] = amount
        return cls._register_payment(invoice, journal_id=cls.bank.id, **values)

    @classmethod
    def _pay_on_account(cls, amount, partner=None, **values):
        """A payment nobody has matched with anything yet."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or cls.customer).id,
                "amount": amount,
                "journal_id": cls.bank.id,
            }
            | values
        )
        payment.action_post()
        return payment

    @classmethod
    def _refund(cls, invoice, quantities=None, price=None, post=True):
        refund = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        lines = refund.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        if quantities is not None:
            for line, quantity in zip(lines, quantities, strict=True):
                line.quantity = quantity
        if price is not None:
            lines.price_unit = price
        if post:
            refund.action_post()
        return refund

    @classmethod
    def _entry(cls, amount, account=None, partner=None, post=True, **values):
        """A journal entry that the customer owes ``amount`` by, negative in his favour."""
        move = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": cls.misc.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": (account or cls.receivable).id,
                            "partner_id": (partner or cls.customer).id,
                            "balance": amount,
                        }
                        | values
                    ),
                    Command.create(
                        {
                            "account_id": cls.company_data["default_account_revenue"].id,
                            "balance": -amount,
                        }
                    ),
                ],
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _create_currency(cls, code, rate, company=None, day=None):
        currency = cls.env.ref(f"base.{code}")
        currency.active = True
        currency.rate_ids.unlink()
        if rate:
            cls._set_rate(currency, rate, company, day)
        return currency

    @classmethod
    def _set_rate(cls, currency, rate, company=None, day=None):
        return cls.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": (company or cls.company).id,
                "name": day or fields.Date.today(),
                "rate": rate,
            }
        )

    def assertParts(self, receivable=0.0, orders=0.0, bills=0.0, account=None):
        """The parts to the cent, and the documents behind them adding up to them."""
        account = account or self.account
        exposure = self._get_exposure(account)
        self.assertEqual(
            (round(exposure.receivable, 2), round(exposure.orders, 2), round(exposure.bills, 2)),
            (receivable, orders, bills),
        )
        items = self._get_open_items(account)
        sums = dict.fromkeys(("1_receivable", "2_bill", "3_order"), 0.0)
        for item in items:
            sums[item.component] += item.amount
        self.assertEqual(
            [round(amount, 2) for amount in sums.values()], [receivable, bills, orders]
        )
        self.assertEqual(
            round(sum(items.order_id.mapped("credit_open_amount")), 2),
            orders,
            "orders by themselves",
        )

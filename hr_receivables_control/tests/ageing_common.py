from odoo import fields
from odoo.fields import Command

from .exposure_common import ExposureCommon

YEAR = 2023


class AgeingCommon(ExposureCommon):
    """Dated invoices and payments in a year that is over; days are written "03-15"."""

    @staticmethod
    def _day(day):
        return fields.Date.to_date(day if len(day) > 5 else f"{YEAR}-{day}")

    @classmethod
    def _bill(cls, amount, day, due=None, partner=None, post=True, **values):
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or cls.customer).id,
                "invoice_date": cls._day(day),
                "date": cls._day(day),
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": amount, "tax_ids": [Command.clear()]}
                    )
                ],
            }
            | ({"invoice_date_due": cls._day(due)} if due else {})
            | values
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _pay_on(cls, day, invoice, amount=None, **values):
        return cls._pay(invoice, amount, payment_date=cls._day(day), **values)

    @classmethod
    def _entry_on(cls, day, amount, post=True, **values):
        move = cls._entry(amount, post=False, **values)
        move.date = cls._day(day)
        if post:
            move.action_post()
        return move

    @classmethod
    def _create_falling_euro(cls):
        """Two euros for one of ours in January, two and a half from February on."""
        euro = cls._create_currency("EUR", 2.0, day=cls._day("01-01"))
        cls._set_rate(euro, 2.5, day=cls._day("02-01"))
        return euro

    @classmethod
    def _items(cls, *moves):
        moves = cls.env["account.move"].union(
            *(move.move_id if move._name == "account.payment" else move for move in moves)
        )
        return moves.line_ids.filtered(lambda line: line.account_id == cls.receivable)

    @classmethod
    def _match(cls, *moves):
        cls._items(*moves).reconcile()

    def _get_open(self, day, company=None):
        """``{line: (residual, residual in its currency)}`` as of a day."""
        query = self.env["credit.ageing"]._sql((company or self.company).ids, self._day(day))
        return {
            self.env["account.move.line"].browse(row["line_id"]): (
                float(row["residual"]),
                float(row["residual_currency"]),
            )
            for row in self.env.execute_query_dict(query)
        }

    def assertOpen(self, day, amounts, company=None):
        """The amounts open on a day, and the ledger agreeing with their sum."""
        company = company or self.company
        rows = self._get_open(day, company)
        self.assertEqual(sorted(residual for residual, _currency in rows.values()), sorted(amounts))
        check = self.env["credit.ageing"]._get_check(company.ids, self._day(day))[company.id]
        self.assertEqual(round(check.open, 2), round(sum(amounts), 2))
        self.assertEqual(check.difference, 0.0)
        return check

from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL


class Settlement(NamedTuple):
    """How one instalment of a customer's invoice was paid, in company currency.

    ``amount`` is what was billed, ``credited`` the part that a credit note took away, ``open`` what
    is left. ``settled_on`` is the accounting date that left nothing, None while something is owed;
    ``days_late`` counts to that date, else to the day of the question, and is never below zero.
    """

    line_id: int
    move_id: int
    company_id: int
    partner_id: int
    account_id: int
    date: object
    due: object
    amount: float
    credited: float
    open: float
    settled_on: object
    days_late: int


class CreditSettlement(models.AbstractModel):
    """The one home of "when was it paid": dated reconciliations, nothing stored, one query."""

    _name = "credit.settlement"
    _description = "Settlement of Customer Invoices"

    @api.model
    def _get_lines(self, company, partners=None, since=None, until=None, at=None):
        """How the instalments due from ``since`` to ``until``, both included, were paid.

        :param company: whose credit accounts count; branches that share them are included
        :return: list of :class:`Settlement`, by due date
        """
        query = SQL(
            "SELECT %s FROM (%s) s ORDER BY due, line_id",
            SQL(", ").join(map(SQL.identifier, Settlement._fields)),
            self._sql_lines(company, partners, since, until, at),
        )
        return [Settlement(*row) for row in self.env.execute_query(query)]

    @api.model
    def _sql_lines(self, companies, partners=None, since=None, until=None, at=None):
        """One row per receivable line of posted invoices and receipts, columns of :class:`Settlement`.

        ``at`` takes the books as of that day, by default each company's today: what was billed or
        reconciled later is unknown. A line counts as settled when nothing is left in its own
        currency; an exchange difference booked later makes nobody late.
        """
        self._flush()
        return SQL(
            """
            SELECT l.id AS line_id, l.move_id, day.company_id, p.commercial_partner_id AS partner_id,
                   a.id AS account_id, l.date, due.due, l.balance::float8 AS amount,
                   COALESCE(paid.credited, 0)::float8 AS credited,
                   ROUND(l.balance - COALESCE(paid.amount, 0), cc.decimal_places)::float8 AS open,
                   paid.settled_on,
                   GREATEST(COALESCE(paid.settled_on, day.today) - due.due, 0) AS days_late
              FROM (%(days)s) day
              JOIN res_company c ON c.credit_company_id = day.company_id
              JOIN res_currency cc ON cc.id = c.currency_id
              JOIN account_move_line l ON l.company_id = c.id
              JOIN account_account k ON k.id = l.account_id
              JOIN account_move m ON m.id = l.move_id
              JOIN res_currency lc ON lc.id = l.currency_id
              JOIN res_partner p ON p.id = l.partner_id
         LEFT JOIN credit_account a ON a.partner_id = p.commercial_partner_id
                                   AND a.company_id = day.company_id
        CROSS JOIN LATERAL (SELECT COALESCE(l.date_maturity, l.date) AS due) due
        CROSS JOIN LATERAL (
                    SELECT SUM(r.amount) AS amount,
                           SUM(r.amount) FILTER (WHERE other.move_type = 'out_refund') AS credited,
                           CASE WHEN ROUND(l.amount_currency - SUM(r.debit_amount_currency), lc.decimal_places) <= 0
                                THEN MAX(r.max_date) FILTER (WHERE r.debit_amount_currency <> 0)
                           END AS settled_on
                      FROM account_partial_reconcile r
                      JOIN account_move_line o ON o.id = r.credit_move_id
                      JOIN account_move other ON other.id = o.move_id
                     WHERE r.debit_move_id = l.id AND r.max_date <= day.today
                   ) paid
             WHERE k.account_type = 'asset_receivable' AND k.non_trade IS NOT TRUE
               AND m.move_type IN ('out_invoice', 'out_receipt')
               AND l.parent_state = 'posted' AND l.balance > 0 AND l.date <= day.today
               %(partners)s %(since)s %(until)s
            """,
            days=self._sql_days(companies, at),
            partners=SQL(
                "AND p.commercial_partner_id = ANY(%s)", partners.sudo().commercial_partner_id.ids
            )
            if partners is not None
            else SQL(),
            since=SQL("AND due.due >= %s", since) if since else SQL(),
            until=SQL("AND due.due <= %s", until) if until else SQL(),
        )

    def _sql_days(self, companies, at):
        if not at:
            return self.env["credit.exposure"]._sql_today(companies)
        return SQL(
            "SELECT id AS company_id, %s::date AS today FROM res_company WHERE id = ANY(%s)",
            at,
            companies.ids,
        )

    def _flush(self):
        """Write pending changes of the tables that the query reads."""
        for model_name, field_names in self._get_flush_fields().items():
            self.env[model_name].flush_model(field_names)

    def _get_flush_fields(self):
        return {
            "account.account": ["account_type", "non_trade"],
            "account.move": ["move_type"],
            "account.move.line": [
                "account_id",
                "amount_currency",
                "balance",
                "company_id",
                "currency_id",
                "date",
                "date_maturity",
                "move_id",
                "parent_state",
                "partner_id",
            ],
            "account.partial.reconcile": [
                "amount",
                "credit_move_id",
                "debit_amount_currency",
                "debit_move_id",
                "max_date",
            ],
            "credit.account": ["company_id", "partner_id"],
            "res.company": ["credit_company_id", "currency_id"],
            "res.partner": ["commercial_partner_id"],
        }

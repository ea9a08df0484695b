from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

# The order of the keys is that of the columns of a pivot; "d031" begins 31 days after the due date
# and ends where the next begins.
AGEING_BUCKETS = [
    ("credit", "Unapplied Credits"),
    ("d000", "Not Due"),
    ("d001", "1-30 Days"),
    ("d031", "31-60 Days"),
    ("d061", "61-90 Days"),
    ("d091", "91-180 Days"),
    ("d181", "Over 180 Days"),
    ("exchange", "Exchange Differences"),
]


class AgeingCheck(NamedTuple):
    """What the ledger says on a day, and what the ageing shows of it, in company currency.

    ``ledger`` is the balance of all receivable accounts, ``non_trade`` the part on accounts that are
    not trade, ``unposted`` what is reconciled with entries that are not posted, ``open`` the ageing.
    """

    ledger: float
    non_trade: float
    unposted: float
    open: float

    @property
    def difference(self):
        """What has no name; zero as long as the books are whole."""
        return round(self.open - (self.ledger - self.non_trade + self.unposted), 6)


class CreditAgeing(models.AbstractModel):
    """The one home of "what was open on that day", by receivable line.

    The open items of now, with what was reconciled after the day taken back: a reconciliation counts
    from the later date of its two lines (``max_date``). One that was undone since counts no more, as
    in the ledger.
    """

    _name = "credit.ageing"
    _description = "Open Receivables as of a Date"

    @api.model
    def _sql(self, company_ids, at):
        """One row per line of a trade receivable account with something left on ``at``.

        Columns: ``line_id``, the line's own ``move_id, company_id, partner_id, currency_id,
        company_currency_id, date, due``, and ``residual`` in company currency and ``residual_currency`` in
        the line's, negative for credits. Summed up, it is the balance of these accounts on that day;
        what stands between the two is named by :meth:`_get_check`.
        """
        self._flush()
        return SQL(
            """
            SELECT part.id AS line_id, part.move_id, part.company_id, part.partner_id, part.currency_id,
                   part.company_currency_id, part.date, COALESCE(part.date_maturity, part.date) AS due,
                   ROUND(SUM(part.amount), cc.decimal_places) AS residual,
                   ROUND(SUM(part.amount_currency), lc.decimal_places) AS residual_currency
              FROM (
                    SELECT %(columns)s, l.amount_residual AS amount, l.amount_residual_currency AS amount_currency
                      FROM account_account k
                     CROSS JOIN LATERAL (
                           SELECT *
                             FROM account_move_line
                            WHERE account_id = k.id AND reconciled IS NOT TRUE
                           OFFSET 0
                           ) l
                     WHERE %(wanted)s
                 UNION ALL
                    SELECT %(columns)s, r.amount, r.amount_currency
                      FROM (
                            SELECT debit_move_id AS line_id, amount, debit_amount_currency AS amount_currency
                              FROM account_partial_reconcile WHERE max_date > %(at)s
                         UNION ALL
                            SELECT credit_move_id, -amount, -credit_amount_currency
                              FROM account_partial_reconcile WHERE max_date > %(at)s
                           ) r
                      JOIN account_move_line l ON l.id = r.line_id
                      JOIN account_account k ON k.id = l.account_id
                     WHERE %(wanted)s
                   ) part
              JOIN res_currency lc ON lc.id = part.currency_id
              JOIN res_currency cc ON cc.id = part.company_currency_id
          GROUP BY %(groups)s, cc.id, lc.id
            HAVING ROUND(SUM(part.amount), cc.decimal_places) <> 0
                OR ROUND(SUM(part.amount_currency), lc.decimal_places) <> 0
            """,
            at=at,
            columns=self._sql_line_columns("l"),
            groups=self._sql_line_columns("part"),
            wanted=SQL(
                """
                k.account_type = 'asset_receivable' AND k.non_trade IS NOT TRUE
                AND l.parent_state = 'posted' AND l.date <= %s AND l.company_id = ANY(%s)
                """,
                at,
                list(company_ids),
            ),
        )

    def _sql_line_columns(self, alias):
        names = (
            "id",
            "move_id",
            "company_id",
            "partner_id",
            "currency_id",
            "company_currency_id",
            "date",
            "date_maturity",
        )
        return SQL(", ").join(SQL.identifier(alias, name) for name in names)

    @api.model
    def _get_check(self, company_ids, at):
        """The report's total beside the ledger's, with a name for what stands between them.

        :return: ``{company id: AgeingCheck}`` with an entry for every company
        """
        self._flush()
        query = SQL(
            """
            SELECT c.id, COALESCE(ledger.total, 0)::float8, COALESCE(ledger.non_trade, 0)::float8,
                   COALESCE(unposted.total, 0)::float8, COALESCE(open.total, 0)::float8
              FROM res_company c
         LEFT JOIN (
                    SELECT l.company_id, SUM(l.balance) AS total,
                           SUM(l.balance) FILTER (WHERE k.non_trade) AS non_trade
                      FROM account_move_line l
                      JOIN account_account k ON k.id = l.account_id AND k.account_type = 'asset_receivable'
                     WHERE l.parent_state = 'posted' AND l.date <= %(at)s
                  GROUP BY l.company_id
                   ) ledger ON ledger.company_id = c.id
         LEFT JOIN (
                    SELECT l.company_id,
                           SUM(CASE WHEN l.id = r.credit_move_id THEN r.amount ELSE -r.amount END) AS total
                      FROM account_move_line draft
                      JOIN account_partial_reconcile r ON draft.id IN (r.debit_move_id, r.credit_move_id)
                      JOIN account_move_line l ON l.id IN (r.debit_move_id, r.credit_move_id)
                      JOIN account_account k ON k.id = l.account_id
                     WHERE draft.parent_state <> 'posted' AND draft.matching_number IS NOT NULL
                       AND l.parent_state = 'posted' AND r.max_date <= %(at)s
                       AND k.account_type = 'asset_receivable' AND k.non_trade IS NOT TRUE
                  GROUP BY l.company_id
                   ) unposted ON unposted.company_id = c.id
         LEFT JOIN (
                    SELECT company_id, SUM(residual) AS total FROM (%(open)s) o GROUP BY company_id
                   ) open ON open.company_id = c.id
             WHERE c.id = ANY(%(companies)s)
            """,
            at=at,
            companies=list(company_ids),
            open=self._sql(company_ids, at),
        )
        return {company_id: AgeingCheck(*row) for company_id, *row in self.env.execute_query(query)}

    def _flush(self):
        """Write pending changes of the tables that the queries read."""
        for model_name, field_names in self._get_flush_fields().items():
            self.env[model_name].flush_model(field_names)

    def _get_flush_fields(self):
        return {
            "account.account": ["account_type", "non_trade"],
            "account.move.line": [
                "account_id",
                "amount_residual",
                "amount_residual_currency",
                "balance",
                "company_id",
                "currency_id",
                "date",
                "date_maturity",
                "matching_number",
                "move_id",
                "parent_state",
                "partner_id",
                "reconciled",
            ],
            "account.partial.reconcile": [
                "amount",
                "credit_amount_currency",
                "credit_move_id",
                "debit_amount_currency",
                "debit_move_id",
                "max_date",
            ],
        }

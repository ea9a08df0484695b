from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL


class Overdue(NamedTuple):
    """What a customer has overdue, in the currency of his account.

    ``paused`` is the part of ``amount`` that a promise or a dispute pauses; ``days`` and
    ``tier_id`` are those of the oldest item of the rest.
    """

    amount: float = 0.0
    paused: float = 0.0
    days: int = 0
    tier_id: int | bool = False


class CreditOverdue(models.AbstractModel):
    """The one home of "what is overdue now": per receivable line, live, nothing stored.

    A line is overdue from the day after its own due date (that of the instalment, never of the whole
    invoice) in the time zone of the company, and counts once the days of grace are over too. Credits
    that nobody has applied yet are taken off at once, from what is not paused first, the oldest
    first: who pays is free in that second. What is left is overdue when all of it together is more
    than the company tolerates; its age is that of the line with which it exceeds the tolerance, so
    that a cent left over from last year stops nobody.
    """

    _name = "credit.overdue"
    _description = "Overdue Receivables"

    @api.model
    def _get(self, accounts):
        """:return: ``{account id: Overdue}`` with an entry for every account, by one query"""
        result = dict.fromkeys(accounts.ids, Overdue())
        for account_id, *values in self._execute(
            accounts,
            lambda: SQL(
                """
                SELECT account_id, SUM(overdue)::float8, COALESCE(SUM(overdue) FILTER (WHERE is_paused), 0)::float8,
                       COALESCE(MAX(days) FILTER (WHERE counts), 0),
                       (array_agg(tier_id ORDER BY days DESC) FILTER (WHERE counts))[1]
                  FROM (%s) line
              GROUP BY account_id
                """,
                self._sql_lines(accounts),
            ),
        ):
            result[account_id] = Overdue(*values)
        return result

    @api.model
    def _get_lines(self, accounts):
        """Overdue items of these accounts, the oldest first, by one query.

        :return: dicts with the columns of :meth:`_sql_lines`
        """
        names = self._get_line_columns()
        rows = self._execute(
            accounts,
            lambda: SQL(
                "SELECT %s FROM (%s) line ORDER BY account_id, due, line_id",
                SQL(", ").join(SQL.identifier("line", name) for name in names),
                self._sql_lines(accounts),
            ),
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    @api.model
    def _execute(self, accounts, get_query):
        if not accounts:
            return []
        self._flush_sources()
        return self.env.execute_query(get_query())

    @api.model
    def _flush_sources(self):
        self.env["credit.exposure"]._flush()
        self.env["credit.overdue.tier"].flush_model(["active", "company_id", "days"])
        self.env["res.partner"].flush_model(["user_id"])

    @api.model
    def _get_line_columns(self):
        return [
            "line_id",
            "account_id",
            "company_id",
            "partner_id",
            "move_id",
            "user_id",
            "due",
            "days",
            "amount",
            "overdue",
            "currency_id",
            "amount_currency",
            "is_paused",
            "counts",
            "tier_id",
        ]

    @api.model
    def _sql_lines(self, accounts):
        """Overdue items with what is shown and told of them.

        ``amount`` is what the line itself has open, ``overdue`` what unapplied credits leave of it;
        ``amount_currency`` is the former in the currency of the document. ``user_id`` is the
        salesperson of the document, else of the customer. ``tier_id`` is empty while a line is paused
        or within the tolerance.
        """
        return SQL(
            """
            SELECT item.line_id, item.account_id, a.company_id, a.partner_id, item.move_id,
                   COALESCE(m.invoice_user_id, p.user_id) AS user_id,
                   item.due, item.days, item.amount::float8 AS amount, item.overdue::float8 AS overdue,
                   l.currency_id, l.amount_residual_currency::float8 AS amount_currency,
                   item.is_paused, item.counts, tier.id AS tier_id
              FROM (%(items)s) item
              JOIN credit_account a ON a.id = item.account_id
              JOIN res_partner p ON p.id = a.partner_id
         LEFT JOIN account_move_line l ON l.id = item.line_id
         LEFT JOIN account_move m ON m.id = item.move_id
         LEFT JOIN LATERAL (
                    SELECT id
                      FROM credit_overdue_tier
                     WHERE company_id = a.company_id AND active AND days <= item.days AND item.counts
                  ORDER BY days DESC
                     LIMIT 1
                   ) tier ON TRUE
             WHERE item.overdue > 0
            """,
            items=self._sql_items(accounts),
        )

    @api.model
    def _sql_items(self, accounts, moves=()):
        """Every open item of the ledger with what of it is ``overdue``, for how many ``days``, and whether it
        ``counts`` for a tier.

        ``reached`` runs over the items of an account: the credits first, then what is late. Where it is
        below zero, credits still cover it. OFFSET keeps the planner from computing what is late anew for
        every use of it.
        """
        return SQL(
            """
            SELECT account_id, line_id, move_id, kind, amount, due, is_paused,
                   today - due AS days,
                   CASE WHEN is_late AND MAX(reached) OVER (PARTITION BY account_id) > tolerance
                        THEN GREATEST(LEAST(amount, reached), 0)
                        ELSE 0
                   END AS overdue,
                   is_late AND NOT is_paused AND reached > tolerance AS counts
              FROM (
                    SELECT *,
                           SUM(CASE WHEN is_late OR (nets AND amount < 0) THEN amount ELSE 0 END) OVER (
                               PARTITION BY account_id
                               ORDER BY amount >= 0, is_paused, due, line_id, move_id
                               ROWS UNBOUNDED PRECEDING
                           ) AS reached
                      FROM (
                            SELECT open.*,
                                   (open.is_late AND (open.due <= pause.due OR open.move_id = ANY(pause.move_ids)))
                                       IS TRUE AS is_paused
                              FROM (%(open)s OFFSET 0) open
                         LEFT JOIN (%(pauses)s) pause ON pause.account_id = open.account_id
                            OFFSET 0
                           ) marked
                   ) run
            """,
            pauses=self._sql_pauses(accounts),
            open=self._sql_open_items(accounts, moves),
        )

    @api.model
    def _sql_pauses(self, accounts):
        """What is paused now, one row per account: these invoices, and all that was due up to that day."""
        return SQL(
            """
            SELECT p.account_id, array_agg(p.move_id) AS move_ids,
                   MAX(p.date_from) FILTER (WHERE p.move_id IS NULL) AS due
              FROM credit_overdue_pause p
              JOIN (%s) d ON d.company_id = p.company_id
             WHERE p.state = 'active' AND p.account_id = ANY(%s) AND d.today BETWEEN p.date_from AND p.date_to
          GROUP BY p.account_id
            """,
            self.env["credit.exposure"]._sql_today(accounts.sudo().company_id),
            accounts.ids,
        )

    @api.model
    def _sql_open_items(self, accounts, moves=()):
        """Open items as they stand in the ledger; bridges add what is owed and not in the ledger yet.

        :param moves: invoices whose items are not late, whatever their date
        """
        return SQL(
            """
            SELECT a.id AS account_id, l.id AS line_id, l.move_id,
                   CASE WHEN k.credit_is_bill THEN 'bill' ELSE 'receivable' END AS kind,
                   l.amount_residual AS amount, COALESCE(l.date_maturity, l.date) AS due, d.today,
                   COALESCE(own.credit_overdue_tolerance, 0) AS tolerance,
                   k.credit_is_bill IS NOT TRUE AND own.credit_overdue_nets IS NOT FALSE AS nets,
                   k.credit_is_bill IS NOT TRUE AND l.amount_residual > 0 AND l.move_id <> ALL(%(moves)s)
                   AND COALESCE(l.date_maturity, l.date) < d.today - own.credit_overdue_grace_days AS is_late
            %(open_items)s
            """,
            moves=[move.id for move in moves],
            open_items=self.env["credit.exposure"]._sql_ledger_from(accounts),
        )

from odoo import api, fields, models
from odoo.tools import SQL

from .credit_watch import Finding

WINDOW_DAYS = 90


class CreditWatch(models.AbstractModel):
    """Findings read from the ledger: what is owed, when it is paid, what comes back."""

    _inherit = "credit.watch"

    @api.model
    def _sql_billed(self, company, since, until):
        """Posted customer invoices and credit notes by accounting date, both days included.

        Columns: ``move_id, account_id, user_id, amount`` in company currency, signed, tax included.
        """
        return SQL(
            """
            SELECT m.id AS move_id, m.move_type, m.invoice_user_id AS user_id, a.id AS account_id,
                   m.amount_total_signed AS amount
              FROM account_move m
              JOIN res_company c ON c.id = m.company_id AND c.credit_company_id = %(company)s
              JOIN credit_account a ON a.partner_id = m.commercial_partner_id AND a.company_id = %(company)s
             WHERE m.move_type IN ('out_invoice', 'out_refund', 'out_receipt') AND m.state = 'posted'
               AND m.date BETWEEN %(since)s AND %(until)s
            """,
            company=company.id,
            since=since,
            until=until,
        )

    @api.model
    def _find_credit_growth(self, rule, company):
        """Once a quarter: who has no sales to compare with has not grown ahead of them, but is new."""
        today = company._company_today()
        then = fields.Date.subtract(today, days=WINDOW_DAYS)
        before = fields.Date.subtract(then, days=WINDOW_DAYS)
        branches = company.credit_branch_ids.ids
        Ageing = self.env["credit.ageing"]
        rows = self.env.execute_query(
            SQL(
                """
                WITH owed AS (
                    SELECT a.id AS account_id, SUM(o.residual) FILTER (WHERE o.later) AS now,
                           SUM(o.residual) FILTER (WHERE NOT o.later) AS before
                      FROM (
                            SELECT line_id, residual, TRUE AS later FROM (%(now)s) n
                         UNION ALL
                            SELECT line_id, residual, FALSE FROM (%(then)s) t
                           ) o
                      JOIN account_move_line l ON l.id = o.line_id
                      JOIN res_partner p ON p.id = l.partner_id
                      JOIN credit_account a ON a.partner_id = p.commercial_partner_id AND a.company_id = %(company)s
                  GROUP BY a.id
                ), sold AS (
                    SELECT account_id, SUM(amount) FILTER (WHERE later) AS now,
                           SUM(amount) FILTER (WHERE NOT later) AS before
                      FROM (
                            SELECT account_id, amount, TRUE AS later FROM (%(sold_now)s) n
                         UNION ALL
                            SELECT account_id, amount, FALSE FROM (%(sold_before)s) b
                           ) s
                  GROUP BY account_id
                )
                SELECT owed.account_id, owed.before::float8, owed.now::float8, sold.before::float8,
                       COALESCE(sold.now, 0)::float8
                  FROM owed
                  JOIN sold ON sold.account_id = owed.account_id
                 WHERE owed.before > 0 AND sold.before > 0 AND owed.now - owed.before >= %(amount)s
                   AND (owed.now / owed.before - COALESCE(sold.now, 0) / sold.before) * 100 >= %(points)s
                """,
                now=Ageing._sql(branches, today),
                then=Ageing._sql(branches, then),
                sold_now=self._sql_billed(company, fields.Date.add(then, days=1), today),
                sold_before=self._sql_billed(company, fields.Date.add(before, days=1), then),
                company=company.id,
                amount=rule.amount,
                points=rule.points,
            )
        )
        return [
            Finding(
                key=f"account:{account_id}:{today.year}-Q{(today.month + 2) // 3}",
                figures={
                    "owed_before": owed_before,
                    "owed": owed,
                    "owed_growth": round((owed / owed_before - 1) * 100, 1),
                    "sold_before": sold_before,
                    "sold": sold,
                    "sold_growth": round((sold / sold_before - 1) * 100, 1),
                    "days": WINDOW_DAYS,
                },
                documents=("credit.account", [account_id]),
                account_id=account_id,
            )
            for account_id, owed_before, owed, sold_before, sold in rows
        ]

    @api.model
    def _find_payment_rhythm(self, rule, company):
        today = company._company_today()
        since = fields.Date.subtract(today, days=WINDOW_DAYS)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account_id, late.recent::float8, late.past::float8, late.recent_moves
                  FROM (
                        SELECT account_id,
                               SUM(s.amount * s.days_late) FILTER (WHERE later) / SUM(s.amount) FILTER (WHERE later)
                                   AS recent,
                               SUM(s.amount * s.days_late) FILTER (WHERE NOT later)
                                   / SUM(s.amount) FILTER (WHERE NOT later) AS past,
                               COUNT(*) FILTER (WHERE later) AS recent_count,
                               COUNT(*) FILTER (WHERE NOT later) AS past_count,
                               array_agg(DISTINCT s.move_id) FILTER (WHERE later) AS recent_moves
                          FROM (
                                SELECT *, settled_on > %(since)s AS later
                                  FROM (%(lines)s) lines
                                 WHERE settled_on > %(begin)s AND account_id IS NOT NULL AND amount > credited
                               ) s
                      GROUP BY account_id
                       ) late
                 WHERE recent_count >= %(count)s AND past_count >= %(count)s AND recent - past >= %(days)s
                """,
                begin=fields.Date.subtract(since, months=9),
                since=since,
                lines=self.env["credit.settlement"]._sql_lines(company),
                count=rule.count,
                days=rule.days,
            )
        )
        return [
            Finding(
                key=f"account:{account_id}:{today.year}-Q{(today.month + 2) // 3}",
                figures={
                    "late": round(recent, 1),
                    "late_before": round(past, 1),
                    "days": WINDOW_DAYS,
                },
                documents=("account.move", move_ids),
                account_id=account_id,
            )
            for account_id, recent, past, move_ids in rows
        ]

    @api.model
    def _find_returns_after_close(self, rule, company):
        """The first days of this month against the sales of the last."""
        today = company._company_today()
        first = today.replace(day=1)
        last_first = fields.Date.subtract(first, months=1)
        until = fields.Date.add(first, days=rule.days - 1)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT returned.account_id, returned.amount::float8, sold.amount::float8, returned.moves,
                       returned.user_id
                  FROM (
                        SELECT account_id, -SUM(amount) AS amount, array_agg(move_id ORDER BY move_id) AS moves,
                               MIN(user_id) AS user_id
                          FROM (%(returned)s) r
                         WHERE move_type = 'out_refund'
                      GROUP BY account_id
                       ) returned
                  JOIN (
                        SELECT account_id, SUM(amount) AS amount
                          FROM (%(sold)s) s
                         WHERE move_type <> 'out_refund'
                      GROUP BY account_id
                       ) sold ON sold.account_id = returned.account_id
                 WHERE returned.amount >= %(amount)s AND returned.amount * 100 >= %(points)s * sold.amount
                """,
                returned=self._sql_billed(company, first, until),
                sold=self._sql_billed(company, last_first, fields.Date.subtract(first, days=1)),
                amount=rule.amount,
                points=rule.points,
            )
        )
        return [
            Finding(
                key=f"account:{account_id}:{first:%Y-%m}",
                figures={
                    "returned": returned,
                    "sold": sold,
                    "share": round(100 * returned / sold, 1),
                    "days": rule.days,
                },
                documents=("account.move", move_ids),
                account_id=account_id,
                user_id=user_id,
            )
            for account_id, returned, sold, move_ids, user_id in rows
        ]

from odoo import api, fields, models
from odoo.tools import SQL

INPUTS = (
    "on_time",
    "days_late",
    "overdue_ratio",
    "years",
    "trend",
    "completeness",
    "manual",
    "months",
    "average",
)


class CreditScoreInput(models.AbstractModel):
    """The one home of what a score is made of: one query for any number of customers of a company."""

    _name = "credit.score.input"
    _description = "Inputs of a Credit Score"

    @api.model
    def _get(self, accounts):
        """Inputs of customers of one company as of today; None where there is nothing to judge by.

        Payments: instalments due in the last twelve months, weighted by what was billed less what a
        credit note took away; what is still open counts with the days it is late today. Sales: posted
        invoices less credit notes by full month, tax included. Months without sales are not averaged.
        :return: ``{account id: {input: float or None}}``
        """
        company = accounts.company_id.sudo()
        company.ensure_one()
        today = company._company_today()
        month = today.replace(day=1)
        self.env["credit.account"].flush_model(
            ["admission_state", "admission_pct", "manual_score", "manual_score_reason"]
        )
        self.env["account.move"].flush_model(
            [
                "commercial_partner_id",
                "company_id",
                "state",
                "move_type",
                "invoice_date",
                "amount_total_signed",
            ]
        )
        Exposure = self.env["credit.exposure"]
        Exposure._flush()
        rows = self.env.execute_query(
            SQL(
                """
                WITH paid AS (
                    SELECT account_id,
                           100 * SUM(net) FILTER (WHERE days_late <= %(grace)s) / SUM(net) AS on_time,
                           SUM(net * days_late) / SUM(net) AS days_late
                      FROM (SELECT account_id, amount - credited AS net, days_late FROM (%(lines)s) s) s
                     WHERE net > 0
                  GROUP BY account_id
                ), months AS (
                    SELECT a.id AS account_id, date_trunc('month', m.invoice_date)::date AS month,
                           SUM(m.amount_total_signed) AS amount
                      FROM credit_account a
                      JOIN res_company c ON c.credit_company_id = a.company_id
                      JOIN account_move m ON m.commercial_partner_id = a.partner_id AND m.company_id = c.id
                     WHERE a.id = ANY(%(accounts)s) AND m.state = 'posted'
                       AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                  GROUP BY a.id, 2
                ), sales AS (
                    SELECT account_id, MIN(month) AS first,
                           COUNT(*) FILTER (WHERE month >= %(year)s AND month < %(month)s AND amount > 0) AS months,
                           AVG(amount) FILTER (WHERE month >= %(year)s AND month < %(month)s AND amount > 0) AS average,
                           SUM(amount) FILTER (WHERE month >= %(half)s AND month < %(month)s) AS recent,
                           SUM(amount) FILTER (WHERE month >= %(year)s AND month < %(half)s) AS past
                      FROM months
                  GROUP BY account_id
                ), ledger AS (%(ledger)s)
                SELECT a.id, COALESCE(paid.on_time, CASE WHEN paid.days_late IS NOT NULL THEN 0 END), paid.days_late,
                       CASE WHEN ledger.receivable > 0
                            THEN 100 * LEAST(ledger.overdue / ledger.receivable, 1) END AS overdue_ratio,
                       (%(today)s::date - sales.first) / 365.25 AS years,
                       CASE WHEN sales.past > 0 THEN 100 * (COALESCE(sales.recent, 0) / sales.past - 1) END AS trend,
                       CASE WHEN a.admission_state IS NOT NULL AND a.admission_state <> 'exempt'
                            THEN COALESCE(a.admission_pct, 0) END AS completeness,
                       CASE WHEN a.manual_score_reason > '' THEN a.manual_score END AS manual,
                       COALESCE(sales.months, 0), COALESCE(sales.average, 0)
                  FROM credit_account a
             LEFT JOIN paid ON paid.account_id = a.id
             LEFT JOIN sales ON sales.account_id = a.id
             LEFT JOIN ledger ON ledger.id = a.id
                 WHERE a.id = ANY(%(accounts)s)
                """,
                lines=self.env["credit.settlement"]._sql_lines(
                    company,
                    accounts.partner_id,
                    since=fields.Date.subtract(today, months=12),
                    until=fields.Date.subtract(today, days=1),
                ),
                ledger=Exposure._sql_ledger(accounts),
                accounts=accounts.ids,
                grace=company.credit_score_grace,
                today=today,
                month=month,
                half=fields.Date.subtract(month, months=6),
                year=fields.Date.subtract(month, months=12),
            )
        )
        return {
            account_id: {
                name: None if value is None else float(value)
                for name, value in zip(INPUTS, values, strict=True)
            }
            for account_id, *values in rows
        }

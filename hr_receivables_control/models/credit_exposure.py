from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL


class Exposure(NamedTuple):
    """What a customer owes or has ordered, in the currency of the credit account's company.

    Signed: a customer who has paid in advance has a negative ``receivable`` and so extra room.
    ``overdue`` is net of credits not yet applied, never below zero. ``uplift`` is what temporary
    grants add to the limit at this moment, ``emergency`` the part of it that was given in an
    emergency. ``rate_missing`` is set when an open order's currency
    has no rate up to today.
    """

    receivable: float = 0.0
    overdue: float = 0.0
    bills: float = 0.0
    uplift: float = 0.0
    emergency: float = 0.0
    orders: float = 0.0
    rate_missing: bool = False

    @property
    def total(self):
        return self.receivable + self.bills + self.orders


class CreditExposure(models.AbstractModel):
    """The one home of the exposure formula: one query for any number of customers, nothing stored.

    Raw SQL over base tables, without record rules and whichever company is active, because the
    figure must be the same for the salesperson, the accountant and the scheduled job.
    """

    _name = "credit.exposure"
    _description = "Customer Credit Exposure"

    @api.model
    def _get(self, accounts, orders=None):
        """Exposure of credit accounts, without ``orders`` when some are given.

        :param orders: orders about to be confirmed, or confirmed just now
        :return: ``{account id: Exposure}`` with an entry for every account, and
            ``{order id: (amount it holds once confirmed, rate missing)}`` for the orders given
        """
        if not accounts:
            return {}, {}
        self._flush()
        accounts = accounts.sudo()
        orders = (orders if orders is not None else self.env["sale.order"]).sudo()
        ledger, totals, amounts = {}, {}, {}
        query = SQL(
            """
            SELECT id, NULL::int, ARRAY[receivable, overdue, bills, uplift, emergency]::float8[],
                   NULL::float8, NULL::bool
              FROM (%s) ledger
         UNION ALL
            SELECT account_id, order_id, NULL, amount, rate_missing FROM (%s) orders
            """,
            self._sql_ledger(accounts),
            self._sql_order_totals(accounts, orders),
        )
        for account_id, order_id, components, amount, rate_missing in self.env.execute_query(query):
            if components:
                ledger[account_id] = components
            elif order_id:
                amounts[order_id] = (amount, rate_missing)
            else:
                totals[account_id] = (amount, rate_missing)
        exposures = {
            account_id: Exposure(*ledger[account_id], *totals.get(account_id, (0.0, False)))
            for account_id in accounts.ids
        }
        return exposures, amounts

    @api.model
    def _get_order_amounts(self, orders):
        """What each confirmed order still holds, in the currency of its credit company.

        :return: ``{order id: amount}``, orders that hold nothing left out
        """
        if not orders:
            return {}
        self._flush()
        companies = orders.sudo().company_id.credit_company_id
        query = SQL(
            "SELECT id, amount::float8 FROM (%s) o WHERE amount <> 0",
            self._sql_orders(self._sql_candidates_given(orders), companies),
        )
        return dict(self.env.execute_query(query))

    @api.model
    def _get_open_order_ids(self, accounts):
        """Orders that make up the ``orders`` component, for the drill-down."""
        if not accounts:
            return []
        self._flush()
        query = SQL(
            "SELECT id FROM (%s) o WHERE amount <> 0 ORDER BY id",
            self._sql_orders(self._sql_candidates_open(accounts), accounts.sudo().company_id),
        )
        return [row[0] for row in self.env.execute_query(query)]

    @api.model
    def _get_ledger_line_ids(self, accounts):
        """Journal items that make up ``receivable`` and ``bills``, for the drill-down."""
        if not accounts:
            return []
        self._flush()
        query = SQL("SELECT l.id %s ORDER BY l.date, l.id", self._sql_ledger_from(accounts))
        return [row[0] for row in self.env.execute_query(query)]

    def _flush(self):
        """Write pending changes of every table the queries read."""
        for model_name, field_names in self._get_flush_fields().items():
            self.env[model_name].flush_model(field_names)

    def _get_flush_fields(self):
        """Tables and fields the queries depend on; bridges add theirs."""
        return {
            "account.account": ["account_type", "non_trade", "credit_is_bill"],
            "account.partial.reconcile": ["credit_move_id", "debit_move_id"],
            "account.tax": ["amount", "amount_type", "company_id", "price_include_override"],
            "account.move": [
                "commercial_partner_id",
                "invoice_user_id",
                "state",
                "move_type",
                "payment_state",
                "reversed_entry_id",
                "invoice_currency_rate",
            ],
            "account.move.line": [
                "account_id",
                "amount_residual",
                "company_id",
                "currency_id",
                "date",
                "date_maturity",
                "move_id",
                "parent_state",
                "partner_id",
                "price_total",
                "product_uom_id",
                "quantity",
                "reconciled",
                "sale_line_ids",
            ],
            "credit.account": ["company_id", "partner_id"],
            "credit.grant": ["account_id", "amount", "kind", "state", "valid_from", "valid_to"],
            "res.company": [
                "account_price_include",
                "credit_company_id",
                "currency_id",
                "parent_path",
            ],
            "res.currency": ["rounding"],
            "res.currency.rate": ["company_id", "currency_id", "name", "rate"],
            "res.partner": ["commercial_partner_id"],
            "sale.order": [
                "amount_total",
                "company_id",
                "credit_short_closed",
                "currency_id",
                "currency_rate",
                "invoice_status",
                "partner_invoice_id",
                "state",
                "user_id",
            ],
            "sale.order.line": [
                "discount",
                "display_type",
                "is_downpayment",
                "order_id",
                "price_total",
                "price_unit",
                "product_uom_id",
                "product_uom_qty",
                "qty_delivered",
                "tax_ids",
            ],
            "uom.uom": ["factor"],
        }

    # Ledger -------------------------------------------------------------------------------------

    def _sql_ledger(self, accounts):
        """One row per account: ``id, receivable, overdue, bills, uplift, emergency``.

        Credits not yet applied count against what is overdue, whatever their date: a customer who
        pays is free in that second, before anybody has matched the payment.
        """
        return SQL(
            """
            SELECT a.id, COALESCE(open.receivable, 0) AS receivable,
                   GREATEST(COALESCE(open.overdue, 0), 0) AS overdue, COALESCE(open.bills, 0) AS bills,
                   COALESCE(given.uplift, 0) AS uplift, COALESCE(given.emergency, 0) AS emergency
              FROM credit_account a
         LEFT JOIN (
                    SELECT a.id,
                           SUM(l.amount_residual) FILTER (WHERE NOT k.credit_is_bill) AS receivable,
                           SUM(l.amount_residual) FILTER (
                               WHERE NOT k.credit_is_bill
                                 AND (l.amount_residual < 0 OR COALESCE(l.date_maturity, l.date) < d.today)
                           ) AS overdue,
                           SUM(l.amount_residual) FILTER (WHERE k.credit_is_bill) AS bills
                    %(open_items)s
                  GROUP BY a.id
                   ) open ON open.id = a.id
         LEFT JOIN LATERAL (
                    SELECT SUM(g.amount) AS uplift,
                           SUM(g.amount) FILTER (WHERE g.kind = 'emergency') AS emergency
                      FROM credit_grant g
                     WHERE g.account_id = a.id AND g.kind IN ('limit', 'emergency') AND g.state = 'active'
                       AND g.valid_from <= %(now)s AND g.valid_to > %(now)s
                   ) given ON TRUE
             WHERE a.id = ANY(%(accounts)s)
            """,
            now=fields.Datetime.now(),
            open_items=self._sql_ledger_from(accounts),
            accounts=accounts.ids,
        )

    def _sql_ledger_from(self, accounts):
        """Open items on trade receivable accounts and on bill accounts, child contacts included.

        A bill counts until its item is reconciled or, where the item carries a maturity later than
        its own date, until that day has passed. The credit that clears it counts by reconciling
        it: counted alone, it would lower the exposure a second time once the bill has matured.
        """
        return SQL(
            """
            FROM credit_account a
            JOIN (%(today)s) d ON d.company_id = a.company_id
            JOIN res_company c ON c.credit_company_id = a.company_id
            JOIN res_partner p ON p.commercial_partner_id = a.partner_id
            JOIN account_move_line l ON l.partner_id = p.id AND l.company_id = c.id
            JOIN (
                SELECT id, COALESCE(credit_is_bill, FALSE) AS credit_is_bill
                  FROM account_account
                 WHERE (account_type = 'asset_receivable' AND non_trade IS NOT TRUE) OR credit_is_bill
            ) k ON k.id = l.account_id
           WHERE a.id = ANY(%(accounts)s)
             AND l.reconciled IS NOT TRUE
             AND l.parent_state = 'posted'
             AND (NOT k.credit_is_bill OR (
                  l.amount_residual > 0
                  AND (l.date_maturity IS NULL OR l.date_maturity = l.date OR l.date_maturity >= d.today)
             ))
            """,
            accounts=accounts.ids,
            today=self._sql_today(accounts.sudo().company_id),
        )

    def _sql_today(self, companies):
        """Today of each credit company, in its own time zone."""
        companies = companies.sudo()
        return SQL(
            "SELECT * FROM unnest(%s::int[], %s::date[]) AS day(company_id, today)",
            companies.ids,
            [company._company_today() for company in companies],
        )

    # Orders -------------------------------------------------------------------------------------

    def _sql_order_totals(self, accounts, orders):
        """Totals per account, and a row for each of ``orders``, which the totals leave out."""
        return SQL(
            """
            SELECT account_id, CASE WHEN account_id IS NULL THEN id END AS order_id,
                   SUM(amount)::float8 AS amount, bool_or(rate_missing) AS rate_missing
              FROM (%s) o
          GROUP BY 1, 2
            """,
            self._sql_orders(
                SQL(
                    "%s UNION ALL %s",
                    self._sql_candidates_given(orders),
                    self._sql_candidates_open(accounts, orders),
                ),
                accounts.company_id | orders.company_id.credit_company_id,
            ),
        )

    def _sql_candidates_open(self, accounts, without=()):
        """Confirmed orders billed to these customers that may still hold something.

        Orders on a draft invoice are added, because Odoo counts a draft as invoiced; orders that
        are invoiced to the end stay in state ``sale`` for ever and are never looked at.
        """
        columns = SQL(
            "so.id, so.company_id, so.currency_id, so.currency_rate, so.amount_total, a.id AS account_id"
        )
        scope = SQL(
            """
            JOIN res_company c ON c.id = so.company_id
            JOIN res_partner p ON p.id = so.partner_invoice_id
            JOIN credit_account a ON a.partner_id = p.commercial_partner_id AND a.company_id = c.credit_company_id
           WHERE a.id = ANY(%s) AND so.id <> ALL(%s) AND so.state = 'sale' AND so.credit_short_closed IS NOT TRUE
            """,
            accounts.ids,
            without.ids if without else [],
        )
        return SQL(
            """(
            SELECT %(columns)s
              FROM sale_order so %(scope)s AND so.invoice_status IS DISTINCT FROM 'invoiced'
             UNION
            SELECT %(columns)s
              FROM account_move m
              JOIN account_move_line l ON l.move_id = m.id
              JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = l.id
              JOIN sale_order_line sol ON sol.id = rel.order_line_id
              JOIN sale_order so ON so.id = sol.order_id
                   %(scope)s
               AND m.state = 'draft' AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            )""",
            columns=columns,
            scope=scope,
        )

    def _sql_candidates_given(self, orders):
        return SQL(
            """
            SELECT so.id, so.company_id, so.currency_id, so.currency_rate, so.amount_total,
                   NULL::int AS account_id
              FROM sale_order so
             WHERE so.id = ANY(%s) AND so.credit_short_closed IS NOT TRUE
            """,
            orders.ids,
        )

    def _sql_committed_qty(self):
        """Quantity of an order line (alias ``sol``) the customer will owe for; ``_stock`` refines it."""
        return SQL("GREATEST(sol.product_uom_qty, COALESCE(sol.qty_delivered, 0))")

    def _sql_orders(self, candidates, companies):
        """One row per order: ``id, account_id, amount, rate_missing``.

        amount = sum over lines of unit price with tax x quantity not yet on posted invoices,
        less down payments posted and not yet deducted, never below zero, at today's rate and
        rounded per order, so that the orders of a list add up to the total to the cent.
        The lines of an order need not add up to its total (tax rounded globally, early payment
        discount): the difference is spread over them, so that a whole order holds its total.
        :param companies: the credit companies of all candidates
        """
        return SQL(
            """
            WITH candidate AS MATERIALIZED (%(candidates)s),
            posted AS (
                SELECT rel.order_line_id,
                       SUM(%(signed_qty)s) AS qty,
                       SUM(CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END
                           * CASE WHEN l.currency_id = so.currency_id THEN l.price_total
                                  ELSE l.price_total / NULLIF(m.invoice_currency_rate, 0) * so.currency_rate
                             END) AS amount
                  FROM candidate so
                  JOIN sale_order_line sol ON sol.order_id = so.id
                  JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sol.id
                  JOIN account_move_line l ON l.id = rel.invoice_line_id
                  JOIN account_move m ON m.id = l.move_id
             LEFT JOIN account_move origin ON origin.id = m.reversed_entry_id
             LEFT JOIN uom_uom su ON su.id = sol.product_uom_id
             LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
                 WHERE m.state = 'posted' OR m.payment_state = 'invoicing_legacy'
              GROUP BY rel.order_line_id
            ),
            line AS (
                SELECT so.id AS order_id,
                       sol.is_downpayment IS TRUE AS is_downpayment,
                       sol.price_total,
                       CASE WHEN sol.product_uom_qty < 0
                            THEN LEAST(sol.product_uom_qty - COALESCE(posted.qty, 0), 0)
                            ELSE GREATEST(%(committed)s - COALESCE(posted.qty, 0), 0)
                       END
                       * CASE WHEN sol.product_uom_qty <> 0 THEN sol.price_total / sol.product_uom_qty
                              WHEN COALESCE(sol.qty_delivered, 0) <> 0 THEN %(unit_price)s
                              ELSE 0
                         END AS open_amount,
                       posted.amount AS posted_amount
                  FROM candidate so
                  JOIN sale_order_line sol ON sol.order_id = so.id AND sol.display_type IS NULL
             LEFT JOIN posted ON posted.order_line_id = sol.id
            ),
            open_order AS (
                SELECT so.id,
                       SUM(line.open_amount) FILTER (WHERE NOT line.is_downpayment)
                       + COALESCE(
                             (so.amount_total - SUM(line.price_total))
                             * SUM(ABS(line.open_amount)) FILTER (WHERE NOT line.is_downpayment)
                             / NULLIF(SUM(ABS(line.price_total)), 0),
                             0
                         )
                       - COALESCE(SUM(line.posted_amount) FILTER (WHERE line.is_downpayment), 0) AS amount
                  FROM candidate so
                  JOIN line ON line.order_id = so.id
              GROUP BY so.id, so.amount_total
            ),
            rate AS (
                SELECT k.currency_id, k.company_id,
                       company.rounding::numeric AS rounding,
                       k.currency_id <> company.id AND %(rate)s IS NULL AS missing,
                       COALESCE(%(company_rate)s, 1.0) / COALESCE(NULLIF(%(rate)s, 0), NULLIF(%(first_rate)s, 0), 1.0)
                           AS factor
                  FROM (SELECT DISTINCT currency_id, company_id FROM candidate) k
                  JOIN res_company c ON c.id = k.company_id
                  JOIN res_company credit ON credit.id = c.credit_company_id
                  JOIN res_currency company ON company.id = credit.currency_id
                  JOIN (%(today)s) d ON d.company_id = credit.id
            )
            SELECT so.id, so.account_id, value.amount, rate.missing AND value.amount > 0 AS rate_missing
              FROM candidate so
         LEFT JOIN open_order ON open_order.id = so.id
              JOIN rate ON rate.currency_id = so.currency_id AND rate.company_id = so.company_id
        CROSS JOIN LATERAL (
                    SELECT ROUND(GREATEST(COALESCE(open_order.amount, 0), 0) * rate.factor / rate.rounding)
                           * rate.rounding AS amount
                   ) value
            """,
            candidates=candidates,
            signed_qty=self._sql_signed_qty(),
            committed=self._sql_committed_qty(),
            unit_price=self._sql_unit_price_without_order(),
            rate=self._sql_rate(SQL("k.currency_id"), SQL("AND r.name <= d.today"), SQL("DESC")),
            first_rate=self._sql_rate(SQL("k.currency_id"), SQL(), SQL("ASC")),
            company_rate=self._sql_rate(
                SQL("company.id"), SQL("AND r.name <= d.today"), SQL("DESC")
            ),
            today=self._sql_today(companies),
        )

    def _sql_signed_qty(self):
        """Quantity of an invoice line (``l``) in the order line's unit, credit notes negative.

        Two kinds of credit note do not open the order again: goodwill, on an invoice settled
        without it, and a concession, at a lower price than was invoiced. Any other takes goods
        back that wait to be invoiced anew (or the order to be changed, cancelled or short-closed).
        How the invoice is paid after the credit note makes no difference: the note stays matched
        with it.
        """
        return SQL(
            """
            CASE WHEN m.move_type <> 'out_refund' THEN 1
                 WHEN origin.payment_state IN ('paid', 'in_payment', 'reversed') AND NOT EXISTS (
                      SELECT FROM account_move_line d
                        JOIN account_partial_reconcile r ON r.debit_move_id = d.id
                        JOIN account_move_line n ON n.id = r.credit_move_id
                       WHERE d.move_id = origin.id AND n.move_id = m.id
                 ) THEN 0
                 WHEN l.quantity <> 0
                      AND ABS(l.price_total / l.quantity / lu.factor) < 0.995 * ABS(%s) THEN 0
                 ELSE -1
            END * CASE WHEN l.product_uom_id = sol.product_uom_id THEN l.quantity
                       ELSE COALESCE(l.quantity * lu.factor / NULLIF(su.factor, 0), l.quantity)
                  END
            """,
            self._sql_credited_price(),
        )

    def _sql_credited_price(self):
        """Price with tax, per reference unit and in the credit note's currency, of what it takes back.

        That of the invoice it reverses, else that of the order, else NULL.
        """
        return SQL(
            """
            COALESCE((
                SELECT SUM(ol.price_total) / NULLIF(SUM(ol.quantity * ou.factor), 0)
                  FROM account_move_line ol
                  JOIN sale_order_line_invoice_rel orel ON orel.invoice_line_id = ol.id
                  JOIN uom_uom ou ON ou.id = ol.product_uom_id
                 WHERE ol.move_id = origin.id AND orel.order_line_id = sol.id AND ol.currency_id = l.currency_id
            ), CASE WHEN l.currency_id = so.currency_id
                    THEN sol.price_total / NULLIF(sol.product_uom_qty * su.factor, 0)
               END)
            """
        )

    def _sql_unit_price_without_order(self):
        """Unit price with tax of a line delivered but never ordered, whose total is still zero.

        Covers percentages and fixed amounts, alone or in a group; taxes on taxes are not.
        """
        return SQL(
            """
            (
                SELECT sol.price_unit * (1 - COALESCE(sol.discount, 0) / 100)
                       * (1 + COALESCE(SUM(t.amount) FILTER (WHERE t.amount_type = 'percent'), 0) / 100)
                       + COALESCE(SUM(t.amount) FILTER (WHERE t.amount_type = 'fixed'), 0)
                  FROM account_tax_sale_order_line_rel tr
             LEFT JOIN account_tax_filiation_rel child ON child.parent_tax = tr.account_tax_id
                  JOIN account_tax t ON t.id = COALESCE(child.child_tax, tr.account_tax_id)
                  JOIN res_company tc ON tc.id = t.company_id
                 WHERE tr.sale_order_line_id = sol.id
                   AND COALESCE(t.price_include_override, tc.account_price_include, 'tax_excluded') <> 'tax_included'
            )
            """
        )

    def _sql_rate(self, currency, until, direction):
        """Rate of a currency as ``res.currency._get_rates`` finds it, or NULL."""
        return SQL(
            """(
                SELECT r.rate FROM res_currency_rate r
                 WHERE r.currency_id = %s %s
                   AND (r.company_id IS NULL OR r.company_id = split_part(c.parent_path, '/', 1)::int)
              ORDER BY r.company_id, r.name %s
                 LIMIT 1
            )""",
            currency,
            until,
            direction,
        )

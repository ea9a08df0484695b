from odoo import models
from odoo.tools import SQL


class CreditExposure(models.AbstractModel):
    """What confirmed orders hold: the second half of the exposure query."""

    _inherit = "credit.exposure"

    def _sql_order_totals(self, accounts, orders):
        """Totals per account, and a row for each of ``orders``, which the totals leave out."""
        candidates = self._sql_candidates_open(accounts, orders)
        if orders:
            candidates = SQL("%s UNION ALL %s", self._sql_candidates_given(orders), candidates)
        return SQL(
            """
            SELECT account_id, CASE WHEN account_id IS NULL THEN id END AS order_id,
                   SUM(amount)::float8 AS amount, bool_or(rate_missing) AS rate_missing
              FROM (%s) o
          GROUP BY 1, 2
            """,
            self._sql_orders(candidates, accounts.company_id | orders.company_id.credit_company_id),
        )

    def _sql_open_orders(self, accounts):
        """Rows of :meth:`_sql_orders` for what these customers have open now."""
        return self._sql_orders(self._sql_candidates_open(accounts), accounts.sudo().company_id)

    def _sql_candidates_open(self, accounts, without=()):
        """Confirmed orders billed to these customers that may still hold something."""
        return self._sql_candidates_of(
            SQL("billed.account_id"),
            SQL(
                """
                JOIN (%s OFFSET 0) billed
                  ON billed.partner_id = so.partner_invoice_id AND billed.company_id = so.company_id
               WHERE TRUE
                """,
                self._sql_billed(accounts),
            ),
            without,
        )

    def _sql_billed(self, accounts):
        """Whom an order may be billed to, and by which company, to count for these accounts."""
        return SQL(
            """
            SELECT a.id AS account_id, p.id AS partner_id, c.id AS company_id
              FROM credit_account a
              JOIN res_partner p ON p.commercial_partner_id = a.partner_id
              JOIN res_company c ON c.credit_company_id = a.company_id
             WHERE a.id = ANY(%s)
            """,
            accounts.ids,
        )

    def _sql_candidates_of(self, account, scope, without=()):
        """Confirmed orders ``so`` within ``scope`` (joins and WHERE) that may still hold something.

        Orders on a draft invoice are added, because Odoo counts a draft as invoiced; orders that
        are invoiced to the end stay in state ``sale`` for ever and are never looked at.
        """
        return SQL(
            """
            SELECT %(columns)s, %(account)s AS account_id
              FROM sale_order so %(scope)s AND so.invoice_status IS DISTINCT FROM 'invoiced'
         UNION ALL
            SELECT %(columns)s, %(account)s AS account_id
              FROM (
                    SELECT DISTINCT sol.order_id
                      FROM (
                            SELECT id
                              FROM account_move_line
                             WHERE parent_state = 'draft' AND display_type = 'product'
                            OFFSET 0
                           ) l
                      JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = l.id
                      JOIN sale_order_line sol ON sol.id = rel.order_line_id
                   ) drafted
        CROSS JOIN LATERAL (SELECT * FROM sale_order WHERE id = drafted.order_id OFFSET 0) so
                   %(scope)s AND so.invoice_status = 'invoiced'
            """,
            columns=self._sql_candidate_columns(),
            account=account,
            scope=SQL(
                "%s AND so.id <> ALL(%s) AND so.state = 'sale' AND so.credit_short_closed IS NOT TRUE",
                scope,
                without.ids if without else [],
            ),
        )

    def _sql_candidates_given(self, orders, checked=False):
        return SQL(
            """
            SELECT %s, NULL::int AS account_id
              FROM sale_order so
             WHERE so.id = ANY(%s) AND so.credit_short_closed IS NOT TRUE
            """,
            self._sql_candidate_columns(checked),
            orders.ids,
        )

    def _sql_candidate_columns(self, checked=False):
        """:param checked: see :meth:`_get_order_amounts`"""
        return SQL(
            "so.id, so.company_id, so.currency_id, so.currency_rate, so.amount_total, %s AS commitment_date",
            SQL("CASE WHEN so.credit_later THEN 'infinity' ELSE so.commitment_date END")
            if checked
            else SQL("so.commitment_date"),
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
            rate AS MATERIALIZED (
                SELECT k.currency_id, k.company_id, k.horizon,
                       k.rounding::numeric AS rounding,
                       k.currency_id <> k.company_currency_id AND foreign_rate.is_known IS NOT TRUE AS missing,
                       COALESCE(NULLIF(company_rate.rate, 0), 1.0) / COALESCE(NULLIF(foreign_rate.rate, 0), 1.0)
                           AS factor
                  FROM (
                        SELECT k.currency_id, k.company_id, split_part(c.parent_path, '/', 1)::int AS root_id,
                               company.id AS company_currency_id, company.rounding, d.today, d.horizon
                          FROM (SELECT DISTINCT currency_id, company_id FROM candidate) k
                          JOIN res_company c ON c.id = k.company_id
                          JOIN res_company credit ON credit.id = c.credit_company_id
                          JOIN res_currency company ON company.id = credit.currency_id
                          JOIN (%(today)s) d ON d.company_id = credit.id
                        OFFSET 0
                       ) k
             LEFT JOIN LATERAL (%(foreign_rate)s) foreign_rate ON TRUE
             LEFT JOIN LATERAL (%(company_rate)s) company_rate ON TRUE
            )
            SELECT so.id, so.account_id, value.amount, rate.missing AND value.amount > 0 AS rate_missing
              FROM candidate so
              JOIN rate ON rate.currency_id = so.currency_id AND rate.company_id = so.company_id
        CROSS JOIN LATERAL (
                    SELECT COALESCE(SUM(line.amount) FILTER (WHERE NOT line.is_downpayment), 0)
                           + CASE WHEN SUM(line.price_total) = so.amount_total THEN 0
                                  ELSE COALESCE(
                                      (so.amount_total - SUM(line.price_total))
                                      * SUM(ABS(line.amount)) FILTER (WHERE NOT line.is_downpayment)
                                      / NULLIF(SUM(ABS(line.price_total)), 0),
                                      0
                                  )
                             END
                           - COALESCE(SUM(line.down_payment), 0) AS amount
                      FROM (%(lines)s) line
                   ) open
        CROSS JOIN LATERAL (
                    SELECT ROUND(GREATEST(open.amount, 0) * rate.factor / rate.rounding) * rate.rounding AS amount
                   ) value
            """,
            candidates=candidates,
            lines=self._sql_order_lines(),
            foreign_rate=self._sql_rate(SQL("k.currency_id")),
            company_rate=self._sql_rate(SQL("k.company_currency_id")),
            today=self._sql_today(companies),
        )

    def _sql_order_lines(self):
        """Lines of the order ``so``: ``is_downpayment, price_total, amount`` still open, ``down_payment``.

        A down payment counts as far as it is posted and not yet deducted. Deducted before it is
        posted, it still counts for the order while its own invoice is a draft; deducted and then
        credited, it was given away. Of an order to be delivered beyond the company's horizon only what
        was delivered counts. Reads ``rate``, see :meth:`_sql_orders`.
        Everything hangs on the candidate by index, so that the plan does not depend on how many
        orders the planner expects. OFFSET keeps it from writing out each column anew for every sum.
        """
        return SQL(
            """
            SELECT %(is_downpayment)s AS is_downpayment, sol.price_total,
                   CASE WHEN open.qty = sol.product_uom_qty THEN sol.price_total
                        WHEN sol.product_uom_qty <> 0 THEN sol.price_total * open.qty / sol.product_uom_qty
                        WHEN open.qty <> 0 THEN %(unit_price)s * open.qty
                        ELSE 0
                   END AS amount,
                   CASE WHEN sol.is_downpayment
                        THEN GREATEST(COALESCE(posted.amount, 0), -GREATEST(posted.draft_amount, 0))
                   END AS down_payment
              FROM sale_order_line sol
        CROSS JOIN LATERAL (
                    SELECT COALESCE(SUM(%(signed_qty)s), 0) AS qty,
                           SUM(%(signed_amount)s) FILTER (WHERE sol.is_downpayment AND m.state <> 'draft') AS amount,
                           SUM(%(signed_amount)s) FILTER (WHERE m.state = 'draft') AS draft_amount
                      FROM sale_order_line_invoice_rel rel
                      JOIN account_move_line l ON l.id = rel.invoice_line_id
                      JOIN account_move m ON m.id = l.move_id
                     WHERE rel.order_line_id = sol.id
                       AND (m.state = 'posted' OR m.payment_state = 'invoicing_legacy'
                            OR (m.state = 'draft' AND sol.is_downpayment))
                   ) posted
        CROSS JOIN LATERAL (
                    SELECT CASE WHEN sol.product_uom_qty < 0
                                THEN LEAST(
                                    CASE WHEN %(later)s THEN COALESCE(sol.qty_delivered, 0) ELSE sol.product_uom_qty END
                                    - posted.qty,
                                    0
                                )
                                ELSE GREATEST(
                                    CASE WHEN %(later)s THEN COALESCE(sol.qty_delivered, 0) ELSE %(committed)s END
                                    - posted.qty,
                                    0
                                )
                           END AS qty
                    OFFSET 0
                   ) open
             WHERE sol.order_id = so.id AND sol.display_type IS NULL
            OFFSET 0
            """,
            unit_price=self._sql_unit_price_without_order(),
            signed_amount=SQL(
                """
                CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END
                * CASE WHEN l.currency_id = so.currency_id THEN l.price_total
                       ELSE l.price_total / NULLIF(m.invoice_currency_rate, 0) * so.currency_rate
                  END
                """
            ),
            signed_qty=self._sql_signed_qty(),
            later=SQL("so.commitment_date >= rate.horizon"),
            committed=self._sql_committed_qty(),
            # a real one orders nothing; the mark alone can be set by whoever may edit the order
            is_downpayment=SQL("(sol.is_downpayment IS TRUE AND sol.product_uom_qty = 0)"),
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
                 WHEN EXISTS (%(goodwill)s) THEN 0
                 WHEN ABS(l.price_total) < 0.995 * ABS(l.quantity * %(unit)s * %(price)s) THEN 0
                 ELSE -1
            END * l.quantity * %(unit)s
            """,
            goodwill=self._sql_goodwill(),
            unit=self._sql_in_order_unit(SQL("l")),
            price=self._sql_credited_price(),
        )

    def _sql_in_order_unit(self, line):
        """Factor that turns the quantity of a journal item into the unit of the order line ``sol``."""
        return SQL(
            """
            CASE WHEN %(line)s.product_uom_id = sol.product_uom_id THEN 1
                 ELSE COALESCE((
                      SELECT invoiced.factor / NULLIF(ordered.factor, 0)
                        FROM uom_uom invoiced, uom_uom ordered
                       WHERE invoiced.id = %(line)s.product_uom_id AND ordered.id = sol.product_uom_id
                 ), 1)
            END
            """,
            line=line,
        )

    def _sql_goodwill(self):
        """The invoice that the credit note ``m`` reverses, when it is settled by something else."""
        return SQL(
            """
            SELECT FROM account_move origin
             WHERE origin.id = m.reversed_entry_id
               AND origin.payment_state IN ('paid', 'in_payment', 'reversed')
               AND NOT EXISTS (
                    SELECT FROM account_move_line debit
                      JOIN account_partial_reconcile partial ON partial.debit_move_id = debit.id
                      JOIN account_move_line credit ON credit.id = partial.credit_move_id
                     WHERE debit.move_id = origin.id AND credit.move_id = m.id
                   )
            """
        )

    def _sql_credited_price(self):
        """Price with tax per unit of the order line, in the credit note's currency, of what it takes back.

        That of the invoice it reverses, else that of the order, else NULL.
        """
        return SQL(
            """
            COALESCE((
                SELECT SUM(ol.price_total) / NULLIF(SUM(ol.quantity * %s), 0)
                  FROM sale_order_line_invoice_rel orel
                  JOIN account_move_line ol ON ol.id = orel.invoice_line_id
                 WHERE orel.order_line_id = sol.id AND ol.move_id = m.reversed_entry_id
                   AND ol.currency_id = l.currency_id
            ), CASE WHEN l.currency_id = so.currency_id
                    THEN sol.price_total / NULLIF(sol.product_uom_qty, 0)
               END)
            """,
            self._sql_in_order_unit(SQL("ol")),
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

    def _sql_rate(self, currency):
        """Rate of a currency as ``res.currency._get_rates`` finds it: the last up to today, else the first after it."""
        return SQL(
            """
            SELECT r.rate, r.name <= k.today AS is_known
              FROM res_currency_rate r
             WHERE r.currency_id = %s AND (r.company_id IS NULL OR r.company_id = k.root_id)
          ORDER BY r.name > k.today, r.company_id, ABS(r.name - k.today)
             LIMIT 1
            """,
            currency,
        )

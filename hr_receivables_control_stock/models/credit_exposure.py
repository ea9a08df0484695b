from odoo import api, models
from odoo.tools import SQL

# Moves by which goods of an order may drop out: cancelled, done with less than was asked, returned.
GIVEN_UP = (
    "(sale_line_id IS NOT NULL AND (state = 'cancel' OR state = 'done' AND ("
    "quantity < product_uom_qty OR to_refund AND origin_returned_move_id IS NOT NULL)))"
)


class CreditExposure(models.AbstractModel):
    """Goods invoiced by delivery: what has left, and what is still on its way."""

    _inherit = "credit.exposure"

    def _get_flush_fields(self):
        # EXTENDS hr_receivables_control
        found = super()._get_flush_fields()
        for model_name, field_names in {
            "account.payment.term.line": ["days_next_month", "delay_type", "nb_days", "payment_id"],
            "product.product": ["product_tmpl_id"],
            "product.template": ["invoice_policy"],
            "sale.order": ["payment_term_id"],
            "sale.order.line": ["product_id", "qty_delivered_method", "state"],
            "stock.location": ["company_id", "usage"],
            "stock.move": [
                "date",
                "location_dest_id",
                "location_final_id",
                "move_dest_ids",
                "origin_returned_move_id",
                "product_id",
                "product_uom",
                "product_uom_qty",
                "quantity",
                "sale_line_id",
                "state",
                "to_refund",
            ],
        }.items():
            found[model_name] = [*found.get(model_name, []), *field_names]
        return found

    def _sql_committed_qty(self):
        """Goods invoiced by delivery: less what dropped out, never more than ordered or delivered.

        They hold what was delivered, what moves still bring, and what no move was ever made for (bought
        for the customer and not yet on its way, sold before Inventory came). Lines where nothing was
        given up or returned hold what was ordered, and cost one look into a small index.
        """
        ordered = super()._sql_committed_qty()
        return SQL(
            """
            CASE WHEN sol.state = 'sale' AND sol.qty_delivered_method = 'stock_move' AND EXISTS (
                      SELECT FROM stock_move given_up
                       WHERE given_up.sale_line_id = sol.id AND %(given_up)s
                 ) AND %(by_delivery)s
                 THEN LEAST(%(ordered)s, (%(moved)s))
                 ELSE %(ordered)s
            END
            """,
            given_up=SQL(GIVEN_UP),
            by_delivery=self._sql_invoiced_by_delivery(),
            moved=self._sql_moved_qty(),
            ordered=ordered,
        )

    def _sql_invoiced_by_delivery(self):
        return SQL(
            """
            EXISTS (
                SELECT FROM product_product p
                  JOIN product_template t ON t.id = p.product_tmpl_id
                 WHERE p.id = sol.product_id AND t.invoice_policy = 'delivery'
            )
            """
        )

    def _sql_moved_qty(self):
        """Quantity that has reached the customer of ``sol`` or will, by index on its moves."""
        return SQL(
            """
            SELECT COALESCE(sol.qty_delivered, 0)
                   + COALESCE(SUM(m.demand) FILTER (WHERE m.is_pending), 0)
                   + GREATEST(
                         sol.product_uom_qty
                         - COALESCE(SUM(m.demand) FILTER (WHERE m.is_pending OR m.is_dropped), 0)
                         - GREATEST(
                               COALESCE(SUM(m.demand) FILTER (WHERE m.is_delivered), 0),
                               COALESCE(sol.qty_delivered, 0)
                           ),
                         0
                     )
              FROM (%s) m
            """,
            self._sql_outgoing_moves(),
        )

    def _sql_outgoing_moves(self):
        """Moves of ``sol`` that end at the customer, each one of pending, dropped, delivered or none.

        ``demand`` is in the unit of the line. A move on the way (picked, packed, received for him) is
        pending while none after it is; done, it dropped what it did not bring. Moves of an earlier life
        of the order, ended since, say nothing about the present one. OFFSET keeps the planner from writing
        all of it out anew for every use of a column.
        """
        return SQL(
            """
            SELECT CASE WHEN move.product_uom = sol.product_uom_id THEN move.demand
                        ELSE ROUND(
                            COALESCE((
                                SELECT move.demand * moved.factor / NULLIF(sold.factor, 0)
                                  FROM uom_uom moved, uom_uom sold
                                 WHERE moved.id = move.product_uom AND sold.id = sol.product_uom_id
                            ), move.demand)::numeric,
                            %(digits)s
                        )
                   END AS demand,
                   move.is_open AND (move.arrives OR NOT EXISTS (
                       SELECT FROM stock_move_move_rel rel
                         JOIN stock_move next ON next.id = rel.move_dest_id
                        WHERE rel.move_orig_id = move.id AND next.sale_line_id = sol.id
                          AND next.state NOT IN ('done', 'cancel')
                   )) AS is_pending,
                   move.is_counted AND NOT move.is_open AND NOT (move.is_done AND move.arrives) AS is_dropped,
                   move.is_counted AND move.is_done AND move.arrives AS is_delivered
              FROM (
                    SELECT id, product_uom,
                           product_uom_qty - CASE WHEN state = 'done' AND NOT arrives THEN quantity ELSE 0 END
                               AS demand,
                           state NOT IN ('done', 'cancel') AS is_open,
                           state = 'done' AS is_done,
                           arrives,
                           id > COALESCE(sol.credit_moves_until, 0) AS is_counted
                      FROM (
                            SELECT id, product_uom, product_uom_qty, state, quantity, location_final_id,
                                   %(arrives)s AS arrives
                              FROM stock_move
                             WHERE sale_line_id = sol.id AND product_id = sol.product_id
                               AND (origin_returned_move_id IS NULL OR to_refund)
                            OFFSET 0
                           ) mine
                     WHERE arrives OR %(leads)s
                    OFFSET 0
                   ) move
            OFFSET 0
            """,
            digits=self.env["decimal.precision"].precision_get("Product Unit"),
            arrives=self._sql_is_customer(SQL("location_dest_id")),
            leads=self._sql_is_customer(SQL("location_final_id")),
        )

    def _sql_is_customer(self, location):
        """Whether goods have left the company there: at customers, or on the way to a sister company."""
        return SQL(
            """
            %s IN (
                SELECT id FROM stock_location
                 WHERE usage = 'customer' OR (usage = 'transit' AND company_id IS NULL)
            )
            """,
            location,
        )

    @api.model
    def _get_delivered(self, accounts):
        """The part of ``orders`` that was delivered and is not on posted invoices.

        :return: ``{account id: amount}``, accounts without any left out
        """
        if not accounts:
            return {}
        self._flush()
        query = SQL(
            "SELECT account_id, SUM(amount)::float8 FROM (%s) so GROUP BY account_id",
            self._sql_delivered_orders(accounts),
        )
        return dict(self.env.execute_query(query))

    def _sql_delivered_orders(self, accounts):
        """One row per open order of which goods have left: ``id, account_id, amount``."""
        Delivered = self.env["credit.exposure.delivered"]
        return SQL(
            """
            SELECT id, account_id, LEAST(held, delivered) AS amount
              FROM (
                    SELECT id, account_id, MAX(held) AS held, MAX(delivered) AS delivered
                      FROM (
                            SELECT id, account_id, amount AS held, 0 AS delivered FROM (%s) held
                         UNION ALL
                            SELECT id, account_id, 0, amount FROM (%s) delivered
                           ) side
                  GROUP BY id, account_id
                   ) so
             WHERE delivered > 0
            """,
            self._sql_open_orders(accounts),
            Delivered._sql_open_orders(accounts),
        )


class CreditExposureDelivered(models.AbstractModel):
    """The same formula, with what was delivered in the place of what is committed."""

    _name = "credit.exposure.delivered"
    _inherit = "credit.exposure"
    _description = "Delivered and Not Invoiced"

    def _sql_committed_qty(self):
        return SQL("GREATEST(COALESCE(sol.qty_delivered, 0), 0)")

from odoo import api, models
from odoo.tools import SQL


class CreditExposure(models.AbstractModel):
    """Goods invoiced by delivery: what has left, and what is still on its way."""

    _inherit = "credit.exposure"

    def _get_flush_fields(self):
        # EXTENDS hr_receivables_control
        found = super()._get_flush_fields()
        for model_name, field_names in {
            "product.product": ["product_tmpl_id"],
            "product.template": ["invoice_policy"],
            "sale.order.line": ["product_id", "qty_delivered_method", "state"],
            "stock.location": ["company_id", "usage"],
            "stock.move": [
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
        """Goods invoiced by delivery: delivered, plus what moves still bring, plus what none brings yet.

        A cancelled backorder, or one that was never made, drops out by that. What no move was ever
        made for (bought for the customer and not yet ordered, sold before Inventory came) counts
        as ordered. All other lines, and orders not confirmed yet: as ordered, or more if delivered.
        """
        ordered = super()._sql_committed_qty()
        return SQL(
            """
            CASE WHEN sol.state = 'sale' AND sol.qty_delivered_method = 'stock_move'
                 THEN (
                      SELECT CASE WHEN moved.qty = %(ordered)s THEN %(ordered)s
                                  WHEN %(by_delivery)s THEN moved.qty
                                  ELSE %(ordered)s
                             END
                        FROM (%(moved)s) moved
                 )
                 ELSE %(ordered)s
            END
            """,
            ordered=ordered,
            by_delivery=self._sql_invoiced_by_delivery(),
            moved=self._sql_moved_qty(),
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
                         - COALESCE(SUM(m.demand) FILTER (WHERE m.state <> 'done' AND m.is_counted), 0)
                         - GREATEST(
                               COALESCE(SUM(m.demand) FILTER (WHERE m.state = 'done' AND m.is_counted), 0),
                               COALESCE(sol.qty_delivered, 0)
                           ),
                         0
                     ) AS qty
              FROM (%s) m
            """,
            self._sql_outgoing_moves(),
        )

    def _sql_outgoing_moves(self):
        """Moves of ``sol`` that end at the customer: ``state, demand`` in its unit, ``is_pending, is_counted``.

        A move on the way (picked, packed, received for him) is pending while none after it is. Moves
        of an earlier life of the order, cancelled since, say nothing about the present one.
        """
        return SQL(
            """
            SELECT move.state,
                   CASE WHEN move.product_uom = sol.product_uom_id THEN move.product_uom_qty
                        ELSE ROUND(
                            COALESCE((
                                SELECT move.product_uom_qty * moved.factor / NULLIF(sold.factor, 0)
                                  FROM uom_uom moved, uom_uom sold
                                 WHERE moved.id = move.product_uom AND sold.id = sol.product_uom_id
                            ), move.product_uom_qty)::numeric,
                            %(digits)s
                        )
                   END AS demand,
                   move.state NOT IN ('done', 'cancel') AND (%(arrives)s OR NOT EXISTS (
                       SELECT FROM stock_move_move_rel rel
                         JOIN stock_move next ON next.id = rel.move_dest_id
                        WHERE rel.move_orig_id = move.id AND next.sale_line_id = move.sale_line_id
                          AND next.state NOT IN ('done', 'cancel')
                   )) AS is_pending,
                   move.id > COALESCE(sol.credit_moves_until, 0) AS is_counted
              FROM stock_move move
              JOIN stock_location dest ON dest.id = move.location_dest_id
         LEFT JOIN stock_location final ON final.id = move.location_final_id
             WHERE move.sale_line_id = sol.id AND move.product_id = sol.product_id
               AND (move.origin_returned_move_id IS NULL OR move.to_refund)
               AND (%(arrives)s OR (move.state <> 'done' AND %(leads)s))
            """,
            digits=self.env["decimal.precision"].precision_get("Product Unit"),
            arrives=self._sql_is_customer(SQL("dest")),
            leads=self._sql_is_customer(SQL("final")),
        )

    def _sql_is_customer(self, location):
        """Whether goods have left the company there: at customers, or on the way to a sister company."""
        return SQL(
            "(%(location)s.usage = 'customer' OR (%(location)s.usage = 'transit' AND %(location)s.company_id IS NULL))",
            location=location,
        )

    @api.model
    def _get_delivered(self, accounts):
        """The part of ``orders`` that was delivered and is not on posted invoices.

        :return: ``{account id: amount}``, accounts without any left out
        """
        if not accounts:
            return {}
        self._flush()
        Delivered = self.env["credit.exposure.delivered"]
        companies = accounts.sudo().company_id
        query = SQL(
            """
            SELECT held.account_id, SUM(LEAST(held.amount, delivered.amount))::float8
              FROM (%s) held
              JOIN (%s) delivered ON delivered.id = held.id
             WHERE delivered.amount > 0
          GROUP BY held.account_id
            """,
            self._sql_orders(self._sql_candidates_open(accounts), companies),
            Delivered._sql_orders(Delivered._sql_candidates_open(accounts), companies),
        )
        return dict(self.env.execute_query(query))


class CreditExposureDelivered(models.AbstractModel):
    """The same formula, with what was delivered in the place of what is committed."""

    _name = "credit.exposure.delivered"
    _inherit = "credit.exposure"
    _description = "Delivered and Not Invoiced"

    def _sql_committed_qty(self):
        return SQL(
            "LEAST(%s, GREATEST(COALESCE(sol.qty_delivered, 0), 0))", super()._sql_committed_qty()
        )

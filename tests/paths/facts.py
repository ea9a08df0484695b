"""What is committed about a customer, worked out apart from the add-ons' own formula."""

from typing import NamedTuple


class Facts(NamedTuple):
    owed: float  # receivable and confirmed orders
    confirmed: int  # confirmed orders
    mode: str
    limit: float
    in_force: int  # releases and uplifts

    @property
    def allowed(self):
        return float("inf") if self.mode == "unlimited" else float(self.limit)


# By debit and credit, price, quantity and moves: not by what Odoo computes and stores.
FACTS = """
    SELECT partner.id, receivable.amount + orders.amount, orders.number, account.mode, account.base_limit,
           (SELECT COUNT(*) FROM credit_grant g WHERE g.account_id = account.id AND g.state = 'active')
      FROM res_partner partner
      JOIN credit_account account ON account.partner_id = partner.id AND account.company_id = %(company)s
CROSS JOIN LATERAL (
           SELECT COALESCE(SUM(l.debit - l.credit), 0)::float8 AS amount
             FROM account_move_line l
             JOIN account_account k ON k.id = l.account_id AND k.account_type = 'asset_receivable'
             JOIN res_partner p ON p.id = l.partner_id AND p.commercial_partner_id = partner.id
             JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
           ) receivable
CROSS JOIN LATERAL (
           SELECT COUNT(*) AS number,
                  COALESCE(SUM(GREATEST(ordered.amount - invoiced.amount, 0)), 0)::float8 AS amount
             FROM sale_order so
             JOIN res_partner p ON p.id = so.partner_invoice_id AND p.commercial_partner_id = partner.id
       CROSS JOIN LATERAL (
                  SELECT COALESCE(SUM(
                             sol.price_unit * (1 - COALESCE(sol.discount, 0) / 100) * (1 + tax.rate / 100)
                             * CASE WHEN sol.product_uom_qty < 0 THEN sol.product_uom_qty
                                    WHEN template.invoice_policy = 'delivery' AND moved.quantity IS NOT NULL
                                    THEN moved.quantity
                                    WHEN sol.qty_delivered_method = 'stock_move'
                                    THEN GREATEST(sol.product_uom_qty, moved.quantity)
                                    ELSE GREATEST(sol.product_uom_qty, sol.qty_delivered)
                               END / COALESCE(NULLIF(so.currency_rate, 0), 1)
                         ), 0) AS amount
                    FROM sale_order_line sol
                    JOIN product_product product ON product.id = sol.product_id
                    JOIN product_template template ON template.id = product.product_tmpl_id
              CROSS JOIN LATERAL (
                         SELECT COALESCE(SUM(t.amount), 0) AS rate
                           FROM account_tax_sale_order_line_rel r
                           JOIN account_tax t ON t.id = r.account_tax_id
                          WHERE r.sale_order_line_id = sol.id
                         ) tax
              CROSS JOIN LATERAL (
                         SELECT SUM(CASE WHEN t.usage = 'customer' THEN m.quantity ELSE -m.quantity END) AS quantity
                           FROM stock_move m
                           JOIN stock_location f ON f.id = m.location_id
                           JOIN stock_location t ON t.id = m.location_dest_id
                          WHERE m.sale_line_id = sol.id AND m.state = 'done' AND 'customer' IN (f.usage, t.usage)
                         ) moved
                   WHERE sol.order_id = so.id AND sol.display_type IS NULL
                  ) ordered
       CROSS JOIN LATERAL (
                  SELECT COALESCE(SUM(l.quantity * l.price_unit), 0) AS amount
                    FROM sale_order_line sol
                    JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sol.id
                    JOIN account_move_line l ON l.id = rel.invoice_line_id AND l.partner_id = p.id
                    JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
                   WHERE sol.order_id = so.id
                  ) invoiced
            WHERE so.state = 'sale' AND so.company_id = %(company)s AND so.credit_short_closed IS NOT TRUE
           ) orders
     WHERE partner.id = ANY(%(partners)s)
"""

# What the people of a case did; what was set up meanwhile is the administrator's of the scene.
EVENTS = """
    SELECT e.code, e.payload::jsonb -> 'data'
      FROM hr_control_event e
      JOIN hr_control_dossier d ON d.id = e.dossier_id
     WHERE e.id > %(last)s AND e.actor_uid <> %(setter)s AND e.code <> 'credit.near'
       AND (d.subject_model = 'res.company'
            OR (d.subject_model = 'res.partner' AND d.subject_id = ANY(%(partners)s)))
  ORDER BY e.id
"""

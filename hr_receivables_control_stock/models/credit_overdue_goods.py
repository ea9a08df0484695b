from odoo import api, fields, models
from odoo.tools import SQL


class CreditOverdue(models.AbstractModel):
    """Goods delivered and not invoiced: owed since they left, though no ledger line says so.

    Their shadow due date is that of an invoice of the day of the delivery, its last instalment.
    """

    _inherit = "credit.overdue"

    @api.model
    def _sql_open_items(self, accounts, moves=()):
        # EXTENDS hr_receivables_control: only where a company wants it, as it costs every check a look
        items = super()._sql_open_items(accounts, moves)
        companies = accounts.sudo().company_id.filtered("credit_shadow_due")
        if not companies:
            return items
        shadowed = accounts.sudo().filtered(lambda account: account.company_id in companies)
        return SQL(
            """
            %(items)s
         UNION ALL
            SELECT g.account_id, NULL, NULL, 'goods', g.amount, g.due, d.today,
                   COALESCE(own.credit_overdue_tolerance, 0), FALSE,
                   g.due < d.today - own.credit_overdue_grace_days
              FROM (%(goods)s) g
              JOIN credit_account a ON a.id = g.account_id
              JOIN res_company own ON own.id = a.company_id
              JOIN (%(today)s) d ON d.company_id = a.company_id
            """,
            items=items,
            goods=self._sql_goods(shadowed),
            today=self.env["credit.exposure"]._sql_today(companies),
        )

    @api.model
    def _sql_goods(self, accounts):
        """What was delivered and not invoiced, by order and day of the delivery, with its shadow due date.

        Invoices bill what left first, so what is not billed are the last deliveries of a line. The
        amounts of an order add up to what the exposure holds for it; what has no move (services,
        delivered by hand) takes its share and has no day.
        """
        return SQL(
            """
            SELECT part.account_id, part.order_id, part.day, part.due, part.amount
              FROM (
                    SELECT held.account_id, so.id AS order_id, piece.day, due.due,
                           held.amount * piece.worth / NULLIF(SUM(piece.worth) OVER (PARTITION BY so.id), 0) AS amount
                      FROM (%(delivered)s) held
                      JOIN sale_order so ON so.id = held.id
                      JOIN res_company sc ON sc.id = so.company_id
                      JOIN res_company own ON own.id = sc.credit_company_id
                CROSS JOIN LATERAL (
                            SELECT day, SUM(worth) AS worth FROM (%(pieces)s) line_piece GROUP BY day
                           ) piece
                CROSS JOIN LATERAL (SELECT COALESCE((%(due)s), piece.day) AS due) due
                     WHERE piece.worth > 0
                   ) part
             WHERE part.day IS NOT NULL AND part.amount > 0
            """,
            delivered=self.env["credit.exposure"]._sql_delivered_orders(accounts),
            pieces=self._sql_goods_pieces(),
            due=self._sql_shadow_due(),
        )

    @api.model
    def _sql_goods_pieces(self):
        """Deliveries of the lines of ``so`` as far as they are not invoiced: ``day, worth``."""
        Exposure = self.env["credit.exposure"]
        return SQL(
            """
            SELECT piece.day, piece.qty * %(price)s AS worth
              FROM sale_order_line sol
        CROSS JOIN LATERAL (
                    SELECT sol.qty_delivered - COALESCE(SUM(%(signed_qty)s), 0) AS qty
                      FROM sale_order_line_invoice_rel rel
                      JOIN account_move_line l ON l.id = rel.invoice_line_id
                      JOIN account_move m ON m.id = l.move_id
                     WHERE rel.order_line_id = sol.id
                       AND (m.state = 'posted' OR m.payment_state = 'invoicing_legacy')
                   ) open
        CROSS JOIN LATERAL (
                    SELECT moved.day, GREATEST(LEAST(moved.qty, open.qty - moved.newer), 0) AS qty
                      FROM (%(moves)s) moved
                 UNION ALL
                    SELECT NULL, GREATEST(open.qty - COALESCE((SELECT SUM(qty) FROM (%(moves)s) moved), 0), 0)
                   ) piece
             WHERE sol.order_id = so.id AND sol.display_type IS NULL AND open.qty > 0
            """,
            price=SQL(
                "CASE WHEN sol.product_uom_qty <> 0 THEN sol.price_total / sol.product_uom_qty ELSE %s END",
                Exposure._sql_unit_price_without_order(),
            ),
            signed_qty=Exposure._sql_signed_qty(),
            moves=self._sql_done_moves(),
        )

    @api.model
    def _sql_done_moves(self):
        """What left for the customer of ``sol``: ``day`` where the company is, ``qty`` and what is ``newer``."""
        return SQL(
            """
            SELECT (date AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(own.control_tz, 'UTC'))::date AS day, qty,
                   SUM(qty) OVER (ORDER BY date DESC, id DESC ROWS UNBOUNDED PRECEDING) - qty AS newer
              FROM (
                    SELECT id, date,
                           CASE WHEN product_uom = sol.product_uom_id THEN quantity
                                ELSE quantity * (SELECT factor FROM uom_uom WHERE id = product_uom)
                                     / NULLIF((SELECT factor FROM uom_uom WHERE id = sol.product_uom_id), 0)
                           END AS qty
                      FROM stock_move
                     WHERE sale_line_id = sol.id AND product_id = sol.product_id AND state = 'done'
                       AND (origin_returned_move_id IS NULL OR to_refund)
                       AND %s
                   ) done
            """,
            self.env["credit.exposure"]._sql_is_customer(SQL("location_dest_id")),
        )

    @api.model
    def _sql_shadow_due(self):
        """Last instalment of the term of ``so`` for ``piece.day``, as Odoo counts it; NULL without a term."""
        return SQL(
            """
            SELECT MAX(
                       CASE t.delay_type
                            WHEN 'days_after_end_of_month'
                            THEN (date_trunc('month', piece.day) + interval '1 month - 1 day')::date + t.nb_days
                            WHEN 'days_after_end_of_next_month'
                            THEN (date_trunc('month', piece.day) + interval '2 months - 1 day')::date + t.nb_days
                            WHEN 'days_end_of_month_on_the'
                            THEN LEAST(next_month.first + next_month.day - 1, next_month.last)
                            ELSE piece.day + t.nb_days
                       END
                   )
              FROM account_payment_term_line t
        CROSS JOIN LATERAL (
                    SELECT (date_trunc('month', piece.day + t.nb_days) + interval '1 month')::date AS first,
                           (date_trunc('month', piece.day + t.nb_days) + interval '2 months - 1 day')::date AS last,
                           CASE WHEN t.days_next_month ~ '^[0-9]+$' THEN t.days_next_month::int ELSE 1 END AS day
                   ) next_month
             WHERE t.payment_id = so.payment_term_id
            """
        )


class CreditOverdueGoods(models.Model):
    """Goods delivered and not invoiced as a list: how long they have been waiting for their invoice."""

    _name = "credit.overdue.goods"
    _description = "Delivered and Not Invoiced"
    _auto = False
    _order = "due, id"
    _rec_name = "order_id"

    account_id = fields.Many2one("credit.account", string="Credit Account", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    order_id = fields.Many2one("sale.order", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    day = fields.Date(string="Delivered", readonly=True)
    due = fields.Date(
        string="Would Be Due",
        readonly=True,
        help="Last instalment, had they been invoiced on the day they left.",
    )
    days = fields.Integer(
        string="Days Past It", readonly=True, aggregator="max", help="Below zero: not yet due."
    )
    amount = fields.Monetary(readonly=True, help="With tax, at the rate of today.")

    @property
    def _table_query(self):
        Overdue = self.env["credit.overdue"]
        Overdue._flush_sources()
        accounts = self.env["credit.account"].sudo().search(fields.Domain.TRUE, order="id")
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY g.order_id, g.day) AS id, g.account_id, a.partner_id, a.company_id,
                   g.order_id, so.user_id, g.day, g.due, d.today - g.due AS days, g.amount
              FROM (%s) g
              JOIN credit_account a ON a.id = g.account_id
              JOIN sale_order so ON so.id = g.order_id
              JOIN (%s) d ON d.company_id = a.company_id
            """,
            Overdue._sql_goods(accounts),
            self.env["credit.exposure"]._sql_today(accounts.company_id),
        )

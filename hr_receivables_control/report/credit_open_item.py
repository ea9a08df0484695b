from odoo import fields, models
from odoo.tools import SQL


class CreditOpenItem(models.Model):
    """What makes up the exposure: one row per open journal item and per open order, live, adding up to the cent.

    Whoever may read a credit account sees its rows, accounting rights or not: reference, day and
    amount. The document itself opens for those who may read it.
    """

    _name = "credit.open.item"
    _description = "Open Item of a Customer"
    _auto = False
    _order = "component, due_date, id"
    _rec_name = "document_name"

    account_id = fields.Many2one("credit.account", string="Credit Account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    component = fields.Selection(
        [("1_receivable", "Receivable"), ("2_bill", "Bills at Risk"), ("3_order", "Open Orders")],
        string="Part",
        readonly=True,
    )
    document_name = fields.Char(string="Document", readonly=True)
    date = fields.Date(readonly=True)
    due_date = fields.Date(string="Due", readonly=True)
    amount = fields.Monetary(string="Open", readonly=True)
    move_id = fields.Many2one("account.move", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)

    @property
    def _table_query(self):
        """Of the accounts that the user may read; the accounts of the context only narrow them."""
        ids = self.env.context.get("credit_account_ids")
        domain = fields.Domain("id", "in", ids) if ids else fields.Domain.TRUE
        accounts = self.env["credit.account"].search(domain).sudo()
        self.env["credit.exposure"]._flush()
        return self._sql_query(accounts)

    def _sql_query(self, accounts):
        """Bridges add what they know of the rows."""
        return SQL("%s UNION ALL %s", self._sql_ledger(accounts), self._sql_orders(accounts))

    def _sql_ledger(self, accounts):
        return SQL(
            """
            SELECT l.id * 2 AS id, a.id AS account_id, l.company_id, c.currency_id,
                   CASE WHEN k.credit_is_bill THEN '2_bill' ELSE '1_receivable' END AS component,
                   COALESCE(move.name, l.name) AS document_name, l.date,
                   COALESCE(l.date_maturity, l.date) AS due_date, l.amount_residual AS amount,
                   l.move_id, NULL::int AS order_id
            %(open_items)s
            """,
            open_items=self.env["credit.exposure"]._sql_ledger_from(
                accounts, SQL("JOIN account_move move ON move.id = l.move_id")
            ),
        )

    def _sql_orders(self, accounts):
        return SQL(
            """
            SELECT held.id * 2 + 1, held.account_id, so.company_id, credit.currency_id, '3_order',
                   so.name, so.date_order::date, NULL::date, held.amount, NULL::int, so.id
              FROM (%(held)s) held
              JOIN sale_order so ON so.id = held.id
              JOIN credit_account a ON a.id = held.account_id
              JOIN res_company credit ON credit.id = a.company_id
             WHERE held.amount <> 0
            """,
            held=self.env["credit.exposure"]._sql_open_orders(accounts),
        )

    def action_open_document(self):
        """Open the entry or the order; their own rights decide."""
        self.ensure_one()
        document = self.order_id or self.move_id
        document.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "view_mode": "form",
        }

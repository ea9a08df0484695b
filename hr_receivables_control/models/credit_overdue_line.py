from odoo import api, fields, models
from odoo.tools import SQL


class CreditOverdueLine(models.Model):
    """The overdue items of this moment as a list: live, by the query that the checks use."""

    _name = "credit.overdue.line"
    _description = "Overdue Item"
    _auto = False
    _order = "days desc, id"
    _rec_name = "move_id"

    account_id = fields.Many2one("credit.account", string="Credit Account", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    move_id = fields.Many2one("account.move", string="Document", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    due = fields.Date(string="Due Date", readonly=True)
    days = fields.Integer(string="Days Overdue", readonly=True, aggregator="max")
    amount = fields.Monetary(string="Open", readonly=True)
    overdue = fields.Monetary(
        readonly=True, help="What is open, less credits that are not applied yet."
    )
    document_currency_id = fields.Many2one("res.currency", readonly=True)
    amount_currency = fields.Monetary(
        string="Open in Currency",
        currency_field="document_currency_id",
        readonly=True,
        aggregator=None,
        help="What is open in the currency of the document.",
    )
    is_paused = fields.Boolean(
        string="Paused", readonly=True, help="Promised or disputed; it stops nothing."
    )
    tier_id = fields.Many2one(
        "credit.overdue.tier",
        readonly=True,
        help="Empty while the item is paused, within the tolerance or below the lowest tier.",
    )

    @api.depends("move_id")
    def _compute_display_name(self):
        # controllers and auditors see the item, if not the journal entry
        for line in self:
            line.display_name = line.sudo().move_id.display_name

    @property
    def _table_query(self):
        # it reads many tables that no field of ours names
        self.env["credit.overdue"]._flush_sources()
        accounts = self.env["credit.account"].sudo().search(fields.Domain.TRUE, order="id")
        return SQL(
            """
            SELECT line_id AS id, account_id, partner_id, company_id, move_id, user_id, due, days, amount, overdue,
                   currency_id AS document_currency_id, amount_currency, is_paused, tier_id
              FROM (%s) line
             WHERE line_id IS NOT NULL
            """,
            self.env["credit.overdue"]._sql_lines(accounts),
        )

    def action_open_move(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

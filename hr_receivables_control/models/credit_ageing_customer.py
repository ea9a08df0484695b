from odoo import api, fields, models
from odoo.tools import SQL, format_date

from .credit_ageing import AGEING_BUCKETS

AMOUNTS = ["residual", "amount_overdue", *(f"amount_{key}" for key, _name in AGEING_BUCKETS)]


class CreditAgeingCustomer(models.Model):
    """The ageing with one row per customer and company: what the reader may see of its items, summed up."""

    _name = "credit.ageing.customer"
    _description = "Receivables Ageing by Customer"
    _auto = False
    _rec_name = "partner_id"
    _order = "amount_overdue desc, residual desc, id"

    at = fields.Date(string="As Of")
    partner_id = fields.Many2one("res.partner", string="Customer")
    credit_account_id = fields.Many2one("credit.account")
    company_id = fields.Many2one("res.company")
    grade_id = fields.Many2one("credit.grade")
    item_count = fields.Integer(string="Items")
    days_overdue = fields.Integer(aggregator="max", help="Of the oldest item.")
    company_currency_id = fields.Many2one("res.currency")
    residual = fields.Monetary(string="Open", currency_field="company_currency_id")
    amount_overdue = fields.Monetary(
        string="Overdue",
        currency_field="company_currency_id",
        help="Past the due date, credits not deducted.",
    )
    amount_credit = fields.Monetary(
        string="Unapplied Credits", currency_field="company_currency_id"
    )
    amount_d000 = fields.Monetary(string="Not Due", currency_field="company_currency_id")
    amount_d001 = fields.Monetary(string="1-30 Days", currency_field="company_currency_id")
    amount_d031 = fields.Monetary(string="31-60 Days", currency_field="company_currency_id")
    amount_d061 = fields.Monetary(string="61-90 Days", currency_field="company_currency_id")
    amount_d091 = fields.Monetary(string="91-180 Days", currency_field="company_currency_id")
    amount_d181 = fields.Monetary(string="Over 180 Days", currency_field="company_currency_id")
    amount_exchange = fields.Monetary(
        string="Exchange Differences", currency_field="company_currency_id"
    )

    @api.depends("partner_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.sudo().partner_id.display_name or self.env._("No Customer")

    @property
    def _table_query(self):
        # the rules of the items decide what is summed up, so that both say the same to everybody; in
        # sudo too, as Odoo looks there whether somebody may read a row
        items = self.env["credit.ageing.line"].sudo(False)._search([])
        names = ["at", "partner_id", "credit_account_id", "company_id", "grade_id"]
        keys = [*names, "company_currency_id"]
        return SQL(
            """
            SELECT MIN(id) AS id, %(keys)s, COUNT(*) AS item_count, MAX(days_overdue) AS days_overdue, %(sums)s
              FROM (%(items)s) item
          GROUP BY %(keys)s
            """,
            items=items.select(
                *(
                    SQL("%s AS %s", SQL.identifier(items.table, name), SQL.identifier(name))
                    for name in ["id", "days_overdue", *keys, *AMOUNTS]
                )
            ),
            keys=SQL(", ").join(map(SQL.identifier, keys)),
            sums=SQL(", ").join(
                SQL("SUM(%s) AS %s", SQL.identifier(name), SQL.identifier(name)) for name in AMOUNTS
            ),
        )

    def action_open_items(self):
        """The items of the customer, as of the same day."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "hr_receivables_control.credit_ageing_line_action"
        )
        name = self.env._(
            "Ageing of %(customer)s as of %(day)s",
            customer=self.display_name,
            day=format_date(self.env, self.at),
        )
        return action | {
            "name": name,
            "display_name": name,
            "views": [(False, "list"), (False, "kanban"), (False, "pivot"), (False, "graph")],
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            "context": {"ageing_date": str(self.at)},
            "path": False,
        }

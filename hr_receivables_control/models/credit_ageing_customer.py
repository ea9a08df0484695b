from odoo import api, fields, models
from odoo.tools import SQL, format_date

from .credit_ageing_mixin import AMOUNTS


class CreditAgeingCustomer(models.Model):
    """The ageing with one row per customer and company: what the reader may see of its items, summed up."""

    _name = "credit.ageing.customer"
    _inherit = "credit.ageing.mixin"
    _description = "Receivables Ageing by Customer"
    _auto = False
    _rec_name = "partner_id"
    _order = "amount_overdue desc, residual desc, id"

    item_count = fields.Integer(string="Items")
    days_overdue = fields.Integer(help="Of the oldest item.")

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

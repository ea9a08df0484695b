from odoo import fields, models
from odoo.tools import SQL


class CreditOpenItem(models.Model):
    """What of an open order the customer has received."""

    _inherit = "credit.open.item"

    delivered_amount = fields.Monetary(string="Delivered, Not Invoiced", readonly=True)

    def _sql_query(self, accounts):
        # EXTENDS hr_receivables_control
        return SQL(
            """
            SELECT item.*, delivered.amount AS delivered_amount
              FROM (%s) item
         LEFT JOIN (%s) delivered ON delivered.id = item.order_id AND delivered.account_id = item.account_id
            """,
            super()._sql_query(accounts),
            self.env["credit.exposure"]._sql_delivered_orders(accounts),
        )

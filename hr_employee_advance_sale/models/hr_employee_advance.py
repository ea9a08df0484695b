from datetime import timedelta

from odoo import models
from odoo.tools import SQL

ONE_DAY = timedelta(days=1)


class HrEmployeeAdvance(models.Model):
    _inherit = "hr.employee.advance"

    def _get_recent_business(self):
        # EXTENDS: confirmed orders of the employee in the company, by the company's days
        self.env["sale.order"].flush_model(
            ["company_id", "user_id", "state", "date_order", "amount_total", "currency_rate"]
        )
        self.env["hr.employee"].flush_model(["user_id"])
        self.env["res.company"].flush_model(["advance_recent_days", "control_tz"])
        self.flush_model(["employee_id", "company_id", "date_request"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id, COUNT(o.id),
                       COALESCE(SUM(o.amount_total / COALESCE(NULLIF(o.currency_rate, 0), 1)), 0)::float8
                  FROM hr_employee_advance a
                  JOIN hr_employee e ON e.id = a.employee_id
                  JOIN res_company c ON c.id = a.company_id
             LEFT JOIN sale_order o
                    ON o.user_id = e.user_id AND o.company_id = a.company_id AND o.state = 'sale'
                   AND (o.date_order AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(c.control_tz, 'UTC'))::date
                       BETWEEN a.date_request - c.advance_recent_days AND a.date_request
                 WHERE a.id = ANY(%s)
              GROUP BY a.id
                """,
                list(self.ids),
            )
        )
        return super()._get_recent_business() | {
            advance_id: (orders, amount) for advance_id, orders, amount in rows
        }

    def _get_effect_orders(self):
        """Confirmed orders of the named customers since the day the money was paid, in sudo.

        Taken by the employee himself; an order that the advance was asked for counts in any case.
        """
        self.ensure_one()
        Order = self.env["sale.order"].sudo()
        named = (
            self.document_ref
            if self.document_ref and self.document_ref._name == Order._name
            else None
        )
        orders = named.sudo().filtered(lambda order: order.state == "sale") if named else Order
        customers = self.partner_ids.sudo().commercial_partner_id
        if not self.date_paid or not customers:
            return orders
        company = self.company_id
        since = company._company_day_end(self.date_paid - ONE_DAY)
        return orders | Order.search(
            [
                ("company_id", "=", company.id),
                ("user_id", "=", self.employee_id.sudo().user_id.id),
                ("partner_id.commercial_partner_id", "in", customers.ids),
                ("state", "=", "sale"),
                ("date_order", ">=", since),
            ]
        )

    def _get_effect_leads(self):
        """Leads of the named customers made since the payment, in sudo; none without CRM."""
        self.ensure_one()
        if "crm.lead" not in self.env or not self.date_paid or not self.partner_ids:
            return None
        customers = self.partner_ids.sudo().commercial_partner_id
        return (
            self.env["crm.lead"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("company_id", "in", [self.company_id.id, False]),
                    ("user_id", "=", self.employee_id.sudo().user_id.id),
                    ("partner_id.commercial_partner_id", "in", customers.ids),
                    (
                        "create_date",
                        ">=",
                        self.company_id._company_day_end(self.date_paid - ONE_DAY),
                    ),
                ]
            )
        )

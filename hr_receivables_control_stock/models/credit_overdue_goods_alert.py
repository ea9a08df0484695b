from odoo import api, models
from odoo.tools import format_amount, format_date

KEY = "credit.goods:"


class CreditOverdueGoods(models.Model):
    """Goods that would be due by now had they been invoiced: the salesperson is told once per order."""

    _inherit = "credit.overdue.goods"

    @api.model
    def _cron_tell(self):
        """Each night; told again only when the order was invoiced in between."""
        companies = self.env["res.company"].sudo().search([("credit_shadow_due", "=", True)])
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies))
        for company in companies:
            self._tell(company)
            if not progress(1):
                break

    @api.model
    def _tell(self, company):
        """Raise and clear the alerts of one company; constant in queries."""
        Alert = self.env["hr.control.alert"].sudo()
        waiting = {
            order: (amount, day, due)
            for order, amount, day, due in self.sudo()._read_group(
                [("company_id", "=", company.id), ("days", ">", company.credit_overdue_grace_days)],
                ["order_id"],
                ["amount:sum", "day:min", "due:min"],
            )
        }
        keys = {f"{KEY}{order.id}": order for order in waiting}
        told = Alert.search(
            [
                ("company_id", "=", company.id),
                ("key", "=like", f"{KEY}%"),
                ("cleared_at", "=", False),
            ]
        )
        if gone := [key for key in told.mapped("key") if key not in keys]:
            Alert._clear(company, gone)
        Alert._raise(
            [
                self._prepare_alert_vals(company, key, order, *waiting[order])
                for key, order in keys.items()
                if key not in set(told.mapped("key"))
            ]
        )

    @api.model
    def _prepare_alert_vals(self, company, key, order, amount, day, due):
        users = order.user_id.filtered("active") or self.env["credit.route"]._get_controllers(
            company
        )
        env = self.with_context(lang=users[:1].lang or company.partner_id.lang).env
        return {
            "key": key,
            "company": company,
            "users": users,
            "record": order,
            "level": "warning",
            "summary": env._("%(order)s: delivered, not invoiced, past due", order=order.name),
            "note": env._(
                "Goods of %(order)s worth %(amount)s left on %(day)s. Had they been invoiced that day, %(customer)s "
                "would have had to pay by %(due)s. Invoice them, or ask for their return.",
                order=order.name,
                amount=format_amount(env, amount, company.currency_id),
                day=format_date(env, day),
                customer=order.partner_invoice_id.commercial_partner_id.display_name,
                due=format_date(env, due),
            ),
            "mail": False,
        }

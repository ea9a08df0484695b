from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        # EXTENDS hr_receivables_control
        if vals.get("state", "sale") != "sale":
            self.filtered(lambda order: order.state == "sale")._check_credit_take_back()
        res = super().write(vals)
        if vals.get("state") in ("draft", "sent", "cancel"):
            self._close_credit_moves()
        return res

    def _check_credit_take_back(self):
        """Goods that were delivered and not invoiced are owed; an order taken back gives that up like a short close.

        :raises AccessError: the user may not short-close; the attempt is on record
        """
        amounts = self.env["credit.exposure.delivered"]._get_order_amounts(self)
        orders = self.filtered(lambda order: order.id in amounts)
        if not orders:
            return
        if self.env.uid != SUPERUSER_ID and not orders._may_short_close():
            enforced = orders.sudo().filtered(lambda order: order._get_credit_policy() == "enforce")
            if enforced:
                accounts = self.env["credit.checkpoint"]._get_order_accounts(enforced)
                self.env["credit.account"].union(*accounts.values())._log_denied("take_back")
                raise AccessError(
                    self.env._(
                        "Goods of %(order)s are delivered and not invoiced. Invoice them, or take them back by a "
                        "return, or ask a sales administrator or a credit controller.",
                        order=enforced[0].name,
                    )
                )
        orders._log_credit_event(
            "credit.short_close",
            {order: {"amount": amounts[order.id]} for order in orders},
            self.env._("Taken back with goods delivered and not invoiced."),
        )

    def _close_credit_moves(self):
        """Confirmed again, the order starts anew: moves cancelled with it do not say that goods dropped out."""
        if not self:
            return
        self.env["stock.move"].flush_model(["sale_line_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE sale_order_line sol
                   SET credit_moves_until = last.id
                  FROM sale_order_line own
            CROSS JOIN LATERAL (SELECT MAX(id) AS id FROM stock_move WHERE sale_line_id = own.id) last
                 WHERE own.id = sol.id AND own.order_id = ANY(%s)
                   AND last.id IS DISTINCT FROM sol.credit_moves_until
                """,
                self.ids,
            )
        )
        self.order_line.invalidate_recordset(["credit_moves_until"], flush=False)


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "hr.control.guarded.mixin"]
    _control_guarded_fields = frozenset({"credit_moves_until"})

    credit_moves_until = fields.Integer(
        string="Last Move of an Earlier Confirmation", copy=False, readonly=True
    )

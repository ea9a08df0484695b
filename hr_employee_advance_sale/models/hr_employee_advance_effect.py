from odoo import models
from odoo.fields import Command


class HrEmployeeAdvanceEffect(models.Model):
    _inherit = "hr.employee.advance.effect"

    def action_take_orders(self):
        """Fill the figures from what was really sold to the named customers since the payment.

        Figures typed before are replaced; links to orders and leads are made anew, others stay.
        """
        self.check_access("write")
        self._check_writable()
        for effect in self:
            effect.sudo().write(effect._prepare_order_figures())
        return True

    def _prepare_order_figures(self):
        self.ensure_one()
        advance_sudo = self.advance_id.sudo()
        orders, leads = advance_sudo._get_effect_orders(), advance_sudo._get_effect_leads()
        models_ = {"sale.order", "crm.lead"}
        old = self.sudo().link_ids.filtered(
            lambda link: link.record and link.record._name in models_
        )
        amounts = {order: self._get_order_amount(order) for order in orders}
        links = [
            Command.create({"record": f"sale.order,{order.id}", "amount": amount})
            for order, amount in amounts.items()
        ] + [Command.create({"record": f"crm.lead,{lead.id}"}) for lead in leads or ()]
        return {
            "order_count": len(orders),
            "order_amount": sum(amounts.values()),
            "lead_count": len(leads or ()),
            "link_ids": [Command.delete(link.id) for link in old] + links,
        }

    def _get_order_amount(self, order):
        """In company currency, at the rate of the order."""
        return self.company_id.currency_id.round(order.amount_total / (order.currency_rate or 1.0))

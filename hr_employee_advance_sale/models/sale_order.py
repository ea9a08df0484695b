from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    advance_count = fields.Integer(compute="_compute_advance_count", string="Advances")

    def _compute_advance_count(self):
        # not sudo: whoever may not read an advance does not learn that there is one
        references = {f"{order._name},{order.id}": order.id for order in self}
        counts = {
            references[reference]: count
            for reference, count in self.env["hr.employee.advance"]._read_group(
                [("document_ref", "in", list(references))], ["document_ref"], ["__count"]
            )
        }
        for order in self:
            order.advance_count = counts.get(order.id, 0)

    def action_open_advances(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Advances for %(order)s", order=self.name),
            "res_model": "hr.employee.advance",
            "views": [(False, "list"), (False, "form")],
            "domain": [("document_ref", "=", f"{self._name},{self.id}")],
        }

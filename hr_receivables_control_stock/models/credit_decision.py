from odoo import fields, models


class CreditDecision(models.Model):
    _inherit = "credit.decision"

    checkpoint = fields.Selection(
        selection_add=[("delivery", "Delivery")], ondelete={"delivery": "cascade"}
    )
    picking_id = fields.Many2one(
        "stock.picking", string="Transfer", index="btree_not_null", ondelete="set null"
    )

    def _get_document(self):
        # EXTENDS hr_receivables_control
        if self.checkpoint == "delivery":
            return self.picking_id or self.order_id
        return super()._get_document()

    def _get_refusal_title(self):
        # EXTENDS hr_receivables_control
        if self.checkpoint != "delivery":
            return super()._get_refusal_title()
        if not self.order_id or self.order_id.name == self.document_name:
            return self.env._("%(delivery)s cannot be delivered.", delivery=self.document_name)
        return self.env._(
            "%(delivery)s of %(order)s cannot be delivered.",
            delivery=self.document_name,
            order=self.order_id.name,
        )

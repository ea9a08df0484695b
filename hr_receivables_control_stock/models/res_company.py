from odoo import api, fields, models

DELIVERY_POLICIES = [
    ("observe", "Observe: record, refuse nothing"),
    ("warn", "Warn: record and show, refuse nothing"),
    ("enforce", "Enforce: refuse"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_delivery_policy = fields.Selection(
        DELIVERY_POLICIES,
        string="Delivery",
        default="observe",
        required=True,
        help="What happens to a delivery that its customer's credit does not allow.",
    )

    credit_shadow_due = fields.Boolean(
        string="Goods Not Invoiced Fall Due Too",
        help="Goods that were delivered and not invoiced count as overdue from the day on which they would, had they "
        "been invoiced when they left: the day of the delivery and the payment term of the order.",
    )

    @api.model
    def _get_credit_policy_fields(self):
        # EXTENDS hr_receivables_control
        return super()._get_credit_policy_fields() | {"credit_delivery_policy": "delivery"}

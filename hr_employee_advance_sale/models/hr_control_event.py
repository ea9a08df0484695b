from odoo import api, models


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        return super()._get_sentences() | {
            "clearance.handed_over": (
                self.env._("Handed over"),
                self.env._(
                    "%(actor)s handed %(count)s documents of %(employee)s to %(successor)s: %(kinds_customer)s "
                    "customers, %(kinds_quotation)s quotations, %(kinds_order)s open orders, %(kinds_receivable)s "
                    "unpaid invoices, %(kinds_activity)s follow-ups."
                ),
            ),
        }

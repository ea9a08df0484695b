from odoo import api, models


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        return super()._get_sentences() | {
            "clearance.credit_stopped": (
                self.env._("Credit authority stopped"),
                self.env._(
                    "%(employee)s leaves: the credit authority is suspended, %(grant_count)s requests and releases are "
                    "void, %(delegation_count)s delegations ended."
                ),
            ),
        }

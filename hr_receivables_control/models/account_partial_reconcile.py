from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    # the ageing of a day takes back what was reconciled since
    _credit_max_date_idx = models.Index("(max_date)")

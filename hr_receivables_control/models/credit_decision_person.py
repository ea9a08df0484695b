from odoo import fields, models


class CreditDecision(models.Model):
    """What the salesperson had of his own when the decision was made, and by which rule."""

    _inherit = "credit.decision"

    authority_id = fields.Many2one(
        "credit.authority",
        string="Salesperson's Rule",
        ondelete="set null",
        index="btree_not_null",
        help="Authority rule that applied to the salesperson on that day.",
    )
    own_limit = fields.Monetary(
        string="Salesperson's Total", help="What he might have open on his own documents."
    )
    own_exposure_after = fields.Monetary(string="Open on Own Documents", help="With this document.")

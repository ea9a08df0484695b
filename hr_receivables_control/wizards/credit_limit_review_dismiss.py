from odoo import fields, models


class CreditLimitReviewDismiss(models.TransientModel):
    _name = "credit.limit.review.dismiss"
    _description = "Dismiss Proposals"

    review_ids = fields.Many2many("credit.limit.review")
    authority_review_ids = fields.Many2many("credit.authority.review")
    reason = fields.Text(required=True)

    def action_dismiss(self):
        self.ensure_one()
        for reviews in (self.review_ids, self.authority_review_ids):
            if reviews:
                reviews.action_dismiss(self.reason)
        return {"type": "ir.actions.act_window_close"}

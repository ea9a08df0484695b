from odoo import api, models


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        # EXTENDS
        _ = self.env._
        return super()._get_sentences() | {
            "credit.grade": (
                _("Grade Changed"),
                _(
                    "%(subject)s: grade %(grade_after)s with a score of %(score)s (before: %(grade_before)s)."
                ),
            ),
            "credit.review.proposed": (
                _("Limit Proposed"),
                _(
                    "A limit of %(limit_after)s was proposed for %(subject)s (now: %(limit_before)s)."
                ),
            ),
            "credit.review.applied": (
                _("Proposed Limit Applied"),
                _(
                    "The limit of %(subject)s went to %(limit_after)s as proposed (before: %(limit_before)s)."
                ),
            ),
            "credit.review.dismissed": (
                _("Proposed Limit Dismissed"),
                _(
                    "%(actor)s dismissed the limit of %(limit_after)s proposed for %(subject)s. Reason: %(reason)s"
                ),
            ),
            "credit.authority_review.applied": (
                _("Authority Adjusted"),
                _("%(actor)s adjusted the credit authority of %(subject)s as proposed. %(reason)s"),
            ),
            "credit.authority_review.dismissed": (
                _("Adjustment Dismissed"),
                _(
                    "%(actor)s dismissed the adjustment proposed for %(subject)s. Reason: %(reason)s"
                ),
            ),
        }

    @api.model
    def _get_words(self):
        # EXTENDS
        return super()._get_words() | {
            "grade_before.": self.env._("none"),
            "grade_after.": self.env._("none"),
        }

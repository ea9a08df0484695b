from odoo import api, models


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        # EXTENDS
        _ = self.env._
        return super()._get_sentences() | {
            "credit.watch.found": (
                _("Abnormal"),
                _("Found abnormal for %(subject)s: %(rule)s."),
            ),
            "credit.watch.explained": (
                _("Explained"),
                _("%(actor)s explained what was found for %(subject)s (%(rule)s): %(reason)s"),
            ),
            "credit.watch.confirmed": (
                _("Confirmed"),
                _("%(actor)s confirmed what was found for %(subject)s (%(rule)s): %(reason)s"),
            ),
        }

    @api.model
    def _get_words(self):
        # EXTENDS
        codes = self.env["credit.watch.rule"]._fields["code"]._description_selection(self.env)
        return super()._get_words() | {f"rule.{code}": label for code, label in codes}

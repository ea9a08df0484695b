from odoo import api, models


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        # EXTENDS
        _ = self.env._
        return super()._get_sentences() | {
            "credit.blacklist.proposed": (
                _("Proposed for the Blacklist"),
                _("%(actor)s proposed %(subject)s for the blacklist. Reason: %(reason)s"),
            ),
            "credit.blacklist.rule": (
                _("Proposed by a Rule"),
                _("A rule proposed %(subject)s for the blacklist. %(reason)s"),
            ),
            "credit.blacklist.listed": (
                _("Put on the Blacklist"),
                _("%(actor)s put %(subject)s on the blacklist. Reason: %(reason)s"),
            ),
            "credit.blacklist.lifted": (
                _("Taken Off the Blacklist"),
                _("%(actor)s took %(subject)s off the blacklist. Reason: %(reason)s"),
            ),
            "credit.blacklist.matched": (
                _("Look-Alike Found"),
                _("%(customer)s resembles %(subject)s, who is on the blacklist. Same: %(kind)s."),
            ),
            "credit.blacklist.cleared": (
                _("Look-Alike Cleared"),
                _("%(actor)s decided that %(customer)s is not %(subject)s. Reason: %(reason)s"),
            ),
            "credit.blacklist.confirmed": (
                _("Look-Alike Confirmed"),
                _("%(actor)s decided that %(customer)s is %(subject)s. Reason: %(reason)s"),
            ),
        }

    @api.model
    def _get_words(self):
        # EXTENDS
        match = self.env["credit.blacklist.match"]
        kinds = match._fields["kind"]._description_selection(self.env)
        return super()._get_words() | {f"kind.{code}": label for code, label in kinds}

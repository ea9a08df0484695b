from odoo import api, models

from .res_company_overdue import RULES


class HrControlEvent(models.Model):
    """What is overdue, what was promised, who changed the rules: as sentences of the record."""

    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        # EXTENDS hr_control_base
        _ = self.env._
        return super()._get_sentences() | {
            "credit.overdue": (
                _("Overdue"),
                _(
                    "%(subject)s is at overdue tier %(tier)s: %(amount)s, the oldest item for %(days)s days."
                ),
            ),
            "credit.overdue_over": (
                _("No Longer Overdue"),
                _("%(subject)s is at no overdue tier any more."),
            ),
            "credit.due": (
                _("Due Date Put Off"),
                _(
                    "%(actor)s put the due date of %(document)s of %(subject)s off from %(before)s to %(after)s "
                    "(%(amount)s open)."
                ),
            ),
            "credit.overdue_tier": (
                _("Overdue Tier Changed"),
                _("%(actor)s set %(tier)s (%(changed)s)."),
            ),
            "credit.overdue_rule": (
                _("Overdue Rule Changed"),
                _("%(actor)s set %(rule)s from %(before)s to %(after)s."),
            ),
            "credit.pause": (
                _("Overdue Paused"),
                _(
                    "%(kind)s until %(until)s, %(amount)s of %(subject)s is paused. Reason: %(reason)s"
                ),
            ),
            "credit.pause_ended": (
                _("Pause Ended"),
                _("%(actor)s ended the pause of %(amount)s of %(subject)s before %(until)s."),
            ),
            "credit.pause_kept": (
                _("Promise Kept"),
                _("%(subject)s paid what was promised until %(until)s (%(amount)s)."),
            ),
            "credit.pause_broken": (
                _("Promise Broken"),
                _("%(subject)s did not pay by %(until)s what was promised (%(amount)s)."),
            ),
            "credit.pause_over": (
                _("Dispute Over"),
                _("The dispute of %(amount)s with %(subject)s, paused until %(until)s, is over."),
            ),
        }

    @api.model
    def _get_words(self):
        # EXTENDS hr_control_base
        words = super()._get_words()
        kinds = self.env["credit.overdue.pause"]._fields["kind"]._description_selection(self.env)
        words |= {f"kind.{code}": label for code, label in kinds}
        company = self.env["res.company"]._fields
        words |= {f"rule.{name}": company[name]._description_string(self.env) for name in RULES}
        tier = self.env["credit.overdue.tier"]._fields
        for name, field in tier.items():
            words.setdefault(f"changed.{name}", field._description_string(self.env))
        return words

from odoo import api, models


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        # EXTENDS
        _ = self.env._
        return super()._get_sentences() | {
            "advance.flagged": (
                _("Unusual Advance"),
                _("Advance %(document)s of %(subject)s was found unusual: %(flag)s."),
            ),
            "advance.risk.applied": (
                _("Position Restricted"),
                _(
                    "%(actor)s lowered the quota of %(position)s from %(quota_before)s to %(quota_proposed)s and asked "
                    "one more approval: %(overdue)s of %(open)s open advances were overdue."
                ),
            ),
            "advance.risk.dismissed": (
                _("Position Left as It Is"),
                _("%(actor)s left the rules of %(position)s as they are: %(reason)s"),
            ),
        }

    @api.model
    def _get_words(self):
        # EXTENDS
        codes = (
            self.env["hr.employee.advance.flag"]._fields["code"]._description_selection(self.env)
        )
        return super()._get_words() | {f"flag.{code}": label for code, label in codes}

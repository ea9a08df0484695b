from odoo import api, models


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        _ = self.env._
        return super()._get_sentences() | {
            "clearance.opened": (
                _("Clearance begun"),
                _(
                    "%(actor)s began the clearance of %(employee)s (%(origin)s), last day %(last_day)s, %(lines)s "
                    "lines. Reason: %(reason)s"
                ),
            ),
            "clearance.reassigned": (
                _("Clearance line reassigned"),
                _("%(actor)s lets %(people)s sign “%(line)s” for %(employee)s."),
            ),
            "clearance.signed": (
                _("Clearance line signed"),
                _("%(actor)s signed “%(line)s” for %(employee)s. %(note)s"),
            ),
            "clearance.sign_refused": (
                _("Signature refused"),
                _(
                    "%(actor)s could not sign “%(line)s” for %(employee)s, %(open)s open. First: %(sentence)s"
                ),
            ),
            "clearance.invalidated": (
                _("Signature became invalid"),
                _(
                    "The signature of %(signer)s under “%(line)s” for %(employee)s became invalid: %(reason)s."
                ),
            ),
            "clearance.completed": (
                _("Clearance completed"),
                _("%(actor)s completed the clearance of %(employee)s: the books are clear."),
            ),
            "clearance.released": (
                _("Released by law"),
                _("%(actor)s agreed that %(employee)s leaves with a debt. Reason: %(reason)s"),
            ),
            "clearance.cancelled": (
                _("Clearance cancelled"),
                _("%(actor)s cancelled the clearance of %(employee)s. Reason: %(reason)s"),
            ),
            "clearance.evidence": (
                _("Evidence Kept"),
                _(
                    "The case of %(employee)s is kept as a package; SHA-256 of the file: %(sha256)s, of its "
                    "manifest: %(manifest)s."
                ),
            ),
            "clearance.no_evidence": (
                _("No Evidence"),
                _("No package of the case of %(employee)s could be made: %(sentence)s"),
            ),
            "clearance.left": (_("Left"), _("%(employee)s has left the company.")),
            "clearance.rehired": (
                _("Came back"),
                _("%(employee)s works here again; the earlier clearance counts no more."),
            ),
            "clearance.departure_refused": (
                _("Departure refused"),
                _("%(actor)s tried to let %(employee)s go, %(open)s open. First: %(sentence)s"),
            ),
            "advance.left_open": (
                _("Left with debt"),
                _("%(employee)s leaves with %(amount)s owed; it stays on the books."),
            ),
            "advance.back": (
                _("Debt in view again"),
                _("%(employee)s is asked again for %(amount)s."),
            ),
        }

    @api.model
    def _get_words(self):
        origin = self.env["hr.employee.clearance"]._fields["origin"]
        return super()._get_words() | {
            f"origin.{code}": label.lower()
            for code, label in origin._description_selection(self.env)
        }

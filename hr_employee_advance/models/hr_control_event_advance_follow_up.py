from odoo import api, models


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        # EXTENDS
        _ = self.env._
        return super()._get_sentences() | {
            "advance.voucher.handed_in": (
                _("Paper Handed In"),
                _("%(actor)s handed in %(paper)s for %(document)s (SHA-256 %(checksum)s)."),
            ),
            "advance.voucher.withdrawn": (
                _("Paper Taken Back"),
                _("%(actor)s took %(paper)s of %(document)s back (SHA-256 %(checksum)s)."),
            ),
            "advance.voucher.valid": (
                _("Paper Valid"),
                _("%(actor)s accepted %(paper)s of %(document)s (SHA-256 %(checksum)s)."),
            ),
            "advance.voucher.missing": (
                _("Paper Missing"),
                _("%(actor)s asks for %(paper)s of %(document)s: %(reason)s"),
            ),
            "advance.voucher.refused": (
                _("Paper Refused"),
                _("%(actor)s refused %(paper)s of %(document)s: %(reason)s (SHA-256 %(checksum)s)"),
            ),
            "advance.papers.acknowledged": (
                _("Papers Acknowledged"),
                _("%(actor)s confirmed to %(subject)s which papers of %(document)s were received."),
            ),
            "advance.effect.reported": (
                _("Effect Reported"),
                _(
                    "%(actor)s reported what came of %(document)s: %(orders)s orders of %(order_amount)s, "
                    "%(leads)s leads. %(report)s"
                ),
            ),
            "advance.effect.handed_back": (
                _("Effect Report Handed Back"),
                _("%(actor)s handed the effect report of %(document)s back."),
            ),
            "advance.reminder.sent": (
                _("Reminded"),
                _("%(step)s: %(amount)s of %(document)s, %(days)s days late. Told: %(told)s"),
            ),
            "advance.confirmation.asked": (
                _("Balance Confirmation Asked"),
                _("%(actor)s asked %(subject)s to confirm the balance of %(date)s, %(amount)s."),
            ),
            "advance.confirmation.confirmed": (
                _("Balance Confirmed"),
                _("%(actor)s confirmed the balance of %(date)s, %(amount)s."),
            ),
            "advance.confirmation.disputed": (
                _("Balance Disputed"),
                _("%(actor)s disputes the balance of %(date)s, %(amount)s: %(reason)s"),
            ),
        }

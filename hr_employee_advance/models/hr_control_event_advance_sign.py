from odoo import api, models


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        # EXTENDS
        _ = self.env._
        return super()._get_sentences() | {
            "advance.acknowledgement.asked": (
                _("Receipt Given"),
                _("%(actor)s gave %(subject)s a receipt: %(document)s, %(date)s."),
            ),
            "advance.acknowledgement.confirmed": (
                _("Receipt Confirmed"),
                _("%(actor)s confirmed to have the receipt: %(document)s."),
            ),
            "advance.acknowledgement.disputed": (
                _("Receipt Disputed"),
                _("%(actor)s disputes the receipt %(document)s: %(reason)s"),
            ),
            "advance.acknowledgement.void": (
                _("Receipt Void"),
                _("The receipt %(document)s holds no more; nobody had answered it."),
            ),
            "advance.terms_accepted": (
                _("Rules Accepted"),
                _(
                    "%(actor)s accepted version %(version)s of the rules on advances with %(document)s, SHA-256 "
                    "%(sha256)s."
                ),
            ),
            "advance.paper.link_sent": (
                _("Link Sent"),
                _("%(actor)s had the link to sign %(document)s mailed to %(address)s."),
            ),
            "advance.paper.signed": (
                _("Signed"),
                _(
                    "%(document)s was signed %(via)s. SHA-256 of the signature: %(sha256)s; of what was signed: "
                    "%(content)s."
                ),
            ),
            "advance.paper.filed": (
                _("Signed Paper Filed"),
                _(
                    "%(actor)s filed %(document)s, signed on paper. SHA-256 of the scan: %(sha256)s; of what was "
                    "signed: %(content)s."
                ),
            ),
        }

    @api.model
    def _get_words(self):
        return super()._get_words() | {
            "via.portal": self.env._("on its page"),
            "via.link": self.env._("by the link sent"),
        }

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_list

from .credit_screening import STRONG_KINDS


class CreditAdmission(models.Model):
    """The first look at a new customer: one we know already, or one nobody should sell to."""

    _inherit = "credit.admission"

    def _get_duplicates(self):
        """Other customers with the same tax number or telephone, however they are spelt; in sudo."""
        self.ensure_one()
        partner = self.sudo().partner_id
        identities = self.env["credit.screening"]._get_identities(partner).get(partner.id, ())
        strong = {(kind, plain) for kind, plain in identities if kind in STRONG_KINDS}
        found = self.env["credit.blacklist.match"]._find_resembling(strong, partner)
        return partner.browse().union(*(other for other, _kind in found))

    def _get_look_alikes(self):
        """Matches with the blacklist that nobody has looked at yet, in sudo."""
        self.ensure_one()
        matches = self.env["credit.blacklist.match"].sudo()
        return matches.search([("partner_id", "=", self.partner_id.id), ("state", "=", "open")])

    def _is_blacklisted(self):
        self.ensure_one()
        return self.account_id.sudo().mode == "blacklisted"

    def _screen(self):
        """What the first look finds, as codes for the record; who decides reads it in the figures."""
        self.ensure_one()
        findings = {
            "duplicate": self.duplicate_ids,
            "look_alike": self._get_look_alikes(),
            "blacklisted": self._is_blacklisted(),
        }
        return [code for code, found in findings.items() if found]

    def _get_screening_figures(self):
        """The same for those who decide: ``[(label, text)]``."""
        _ = self.env._
        figures = []
        if self.duplicate_ids:
            names = format_list(self.env, self.duplicate_ids.mapped("display_name"))
            figures.append((_("Perhaps the same customer"), names))
        figures += [(_("Blacklist"), match._get_sentence()) for match in self._get_look_alikes()]
        if self._is_blacklisted():
            figures.append((_("Blacklist"), _("on the blacklist")))
        return figures

    def _check_screening(self):
        """:raises UserError: he is on the blacklist, or resembles somebody who is and nobody has decided that yet"""
        self.ensure_one()
        if self._is_blacklisted():
            raise UserError(
                self.env._(
                    "%(customer)s is on the blacklist and cannot be admitted. Have the entry lifted first.",
                    customer=self.display_name,
                )
            )
        if matches := self._get_look_alikes():
            raise UserError(
                self.env._(
                    "%(sentence)s Decide that look-alike before the file.",
                    sentence=matches[0]._get_sentence(),
                )
            )

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.identity import plain_name, plain_phone, plain_tax_number

KINDS = [
    ("tax_number", "Tax number"),
    ("phone", "Telephone"),
    ("legal_representative", "Legal representative"),
]
PLAIN = {
    "tax_number": plain_tax_number,
    "phone": plain_phone,
    "legal_representative": plain_name,
}
# Many people share a name: alone it tells somebody to look, it stops nobody.
STRONG_KINDS = {"tax_number", "phone"}


class Match(NamedTuple):
    """A customer who resembles a blacklisted one: which entry, and by what."""

    entry: models.BaseModel
    kind: str


class CreditScreening(models.AbstractModel):
    """Who is perhaps the same person or company as a blacklisted one."""

    _name = "credit.screening"
    _description = "Credit Screening"

    @api.model
    def _get_identity_fields(self):
        """Fields of a customer that say who he is, with the kind of each; extended by localisations."""
        return {
            "vat": "tax_number",
            "phone": "phone",
            "credit_legal_representative": "legal_representative",
        }

    @api.model
    def _get_identities(self, partners):
        """What identifies customers, comparable, their contacts included.

        :return: ``{commercial partner id: {(kind, plain value)}}``
        """
        owners = partners.sudo().commercial_partner_id
        family = owners.with_context(active_test=False).search([("id", "child_of", owners.ids)])
        identities = {owner.id: set() for owner in owners}
        for partner in family:
            found = identities.get(partner.commercial_partner_id.id)
            for name, kind in self._get_identity_fields().items():
                if found is not None and (plain := PLAIN[kind](partner[name])):
                    found.add((kind, plain))
        return identities

    @api.model
    def _match(self, partners):
        """Entries in force that these customers resemble without being the one listed; one query for all.

        :return: ``{commercial partner: [Match]}``, those without any left out
        """
        identities = self._get_identities(partners)
        asked = [(owner, *identity) for owner, found in identities.items() for identity in found]
        if not asked:
            return {}
        self.env["credit.blacklist"].flush_model(["state", "partner_id"])
        self.env["credit.blacklist.key"].flush_model(["entry_id", "kind", "plain"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT asked.partner_id, k.entry_id, k.kind
                  FROM unnest(%s::int[], %s::text[], %s::text[]) AS asked(partner_id, kind, plain)
                  JOIN credit_blacklist_key k ON k.kind = asked.kind AND k.plain = asked.plain
                  JOIN credit_blacklist e ON e.id = k.entry_id AND e.state = 'active'
                 WHERE e.partner_id <> asked.partner_id
              ORDER BY asked.partner_id, k.entry_id, k.kind
                """,
                *map(list, zip(*asked, strict=True)),
            )
        )
        Entry = self.env["credit.blacklist"].sudo()
        matches = {}
        for owner, entry_id, kind in rows:
            partner = partners.sudo().browse(owner)
            matches.setdefault(partner, []).append(Match(Entry.browse(entry_id), kind))
        return matches


class CreditBlacklistKey(models.Model):
    _name = "credit.blacklist.key"
    _description = "What Identifies a Blacklisted Customer"
    _order = "entry_id, kind, id"
    _rec_name = "value"

    entry_id = fields.Many2one("credit.blacklist", required=True, ondelete="cascade", index=True)
    kind = fields.Selection(KINDS, required=True)
    value = fields.Char(required=True)
    plain = fields.Char(compute="_compute_plain", store=True, readonly=True)

    _kind_plain_idx = models.Index("(kind, plain)")

    @api.depends("kind", "value")
    def _compute_plain(self):
        for key in self:
            key.plain = PLAIN[key.kind](key.value) if key.kind else False

    def write(self, vals):
        self.check_access("write")
        self._check_not_in_force()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self._check_not_in_force()

    def _check_not_in_force(self):
        """Two people put him on the list: one alone does not blind it. More to recognise him by can be added.

        :raises UserError: the entry is in force
        """
        if kept := self.sudo().filtered(lambda key: key.entry_id.state == "active"):
            raise UserError(
                self.env._(
                    "%(customer)s is recognised by %(value)s as long as he is on the blacklist. Ask to have the entry "
                    "lifted.",
                    customer=kept[0].entry_id.display_name,
                    value=kept[0].value,
                )
            )

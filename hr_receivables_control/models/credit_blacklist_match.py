from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_list

from odoo.addons.hr_control_base.tools.reasons import stated

from .credit_screening import KINDS, STRONG_KINDS, Match


class CreditBlacklistMatch(models.Model):
    """A customer who resembles a blacklisted one, and what a person made of it."""

    _name = "credit.blacklist.match"
    _description = "Look-Alike of a Blacklisted Customer"
    _inherit = ["mail.thread", "mail.activity.mixin", "hr.control.guarded.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"
    _control_guarded_fields = frozenset(
        {
            "entry_id",
            "partner_id",
            "kind",
            "company_id",
            "state",
            "mode_before",
            "decided_by_id",
            "decided_on",
            "decision_reason",
        }
    )

    entry_id = fields.Many2one(
        "credit.blacklist", required=True, readonly=True, ondelete="cascade", index=True
    )
    listed_partner_id = fields.Many2one(related="entry_id.partner_id", string="Blacklisted")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    kind = fields.Selection(KINDS, string="Same", required=True, readonly=True)
    mode_before = fields.Char(readonly=True, help="Mode of the account before it was suspended.")
    state = fields.Selection(
        [
            ("open", "To look at"),
            ("cleared", "Somebody else"),
            ("confirmed", "The same"),
            ("void", "No longer"),
        ],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
        index=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    decision_reason = fields.Text(readonly=True)

    _match_uniq = models.UniqueIndex("(entry_id, partner_id, kind)")

    # Finding ------------------------------------------------------------------------------------

    @api.model
    def _search_all(self, entry):
        """Look for those who resemble a customer just listed among all that are there; two queries."""
        identities = {(key.kind, key.plain) for key in entry.sudo().key_ids}
        found = [
            (partner, Match(entry, kind))
            for partner, kind in self._find_resembling(identities, entry.partner_id)
        ]
        self._note(found)

    @api.model
    def _find_resembling(self, identities, listed):
        """Commercial partners that share any of these.

        The database narrows down by how what was typed ends, blanks and signs aside; the comparison
        itself is done in one place.
        """
        if not identities:
            return []
        Screening = self.env["credit.screening"]
        names = Screening._get_identity_fields()
        self.env["res.partner"].flush_model([*names, "commercial_partner_id", "active"])
        conditions = [
            SQL(
                "lower(regexp_replace(normalize(%s, NFKC), '[[:space:][:punct:]·]', '', 'g')) LIKE ANY(%s)",
                SQL.identifier(name),
                [f"%{plain.lower()}" for kind, plain in identities if kind == of_kind],
            )
            for name, of_kind in names.items()
            if any(kind == of_kind for kind, _plain in identities)
        ]
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT commercial_partner_id FROM res_partner WHERE active AND (%s)",
                SQL(" OR ").join(conditions),
            )
        )
        owners = self.env["res.partner"].sudo().browse(row[0] for row in rows) - listed
        return [
            (owners.browse(owner), kind)
            for owner, found in Screening._get_identities(owners).items()
            for kind in sorted({kind for kind, plain in found if (kind, plain) in identities})
        ]

    @api.model
    def _screen(self, partners):
        """Compare new or changed customers with the blacklist; what nobody has seen yet is told."""
        self._note(
            [
                (partner, match)
                for partner, matches in self.env["credit.screening"]._match(partners).items()
                for match in matches
            ]
        )

    @api.model
    def _note(self, found):
        """:param found: ``[(commercial partner, Match)]``"""
        matches = self.sudo()
        known = {
            (match.entry_id.id, match.partner_id.id, match.kind)
            for match in matches.search(
                [("partner_id", "in", [partner.id for partner, _match in found])]
            )
        }
        new = [
            (partner, match)
            for partner, match in found
            if (match.entry.id, partner.id, match.kind) not in known
        ]
        if not new:
            return
        created = matches.create(
            [
                {
                    "entry_id": match.entry.id,
                    "company_id": match.entry.company_id.id,
                    "partner_id": partner.id,
                    "kind": match.kind,
                }
                for partner, match in new
            ]
        )
        created._suspend()
        created._tell()

    def _suspend(self):
        """Where the company says so, nothing on credit until somebody has looked. A shared name alone stops nobody."""
        for match in self.filtered(lambda match: match.kind in STRONG_KINDS):
            accounts = match._get_accounts().filtered(
                lambda account: (
                    account.company_id.credit_match_policy == "suspend"
                    and account.mode in ("limited", "unlimited", "cash_only")
                )
            )
            for account in accounts:
                match.mode_before = account.mode
                account.write({"mode": "suspended", "change_reason": match._get_sentence()})

    @api.model
    def _find_suspending(self, partners, company):
        """Matches nobody has looked at yet that suspend the credit of these partners in ``company``."""
        if company.sudo().credit_match_policy != "suspend":
            return self.browse()
        return self.search(
            [
                ("partner_id", "in", partners.ids),
                ("state", "=", "open"),
                ("kind", "in", tuple(STRONG_KINDS)),
                ("entry_id.state", "=", "active"),
                "|",
                ("entry_id.scope", "=", "group"),
                ("company_id.credit_company_id", "=", company.id),
            ]
        )

    def _get_accounts(self):
        """The customer's accounts in the companies of the entry."""
        self.ensure_one()
        accounts = (
            self.env["credit.account"].sudo().search([("partner_id", "=", self.partner_id.id)])
        )
        if self.entry_id.scope == "group":
            return accounts
        return accounts.filtered(
            lambda account: account.company_id == self.company_id.credit_company_id
        )

    def _get_sentence(self):
        self.ensure_one()
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return self.env._(
            "%(customer)s resembles %(listed)s, who is on the blacklist. Same: %(kind)s.",
            customer=self.partner_id.display_name,
            listed=self.listed_partner_id.display_name,
            kind=labels[self.kind],
        )

    def _tell(self):
        """Those who answer for credit and the customer's salesperson, once; and the dossier of the listed one."""
        Route = self.env["credit.route"]
        self.env["hr.control.event"]._append(
            [
                {
                    "dossier": match.entry_id._get_approval_dossier(),
                    "code": "credit.blacklist.matched",
                    "document": match,
                    "data": {"kind": match.kind, "partner": match.partner_id.id},
                    "names": {"subject": match.listed_partner_id, "customer": match.partner_id},
                }
                for match in self
            ]
        )
        Alert = self.env["hr.control.alert"]
        vals_list = []
        for match in self:
            company = match.company_id
            users = (
                Route._get_controllers(company)
                | Route._get_managers(company)
                | match.partner_id.user_id
            )
            vals_list.append(
                {
                    "key": f"credit.blacklist.match:{match.id}",
                    "company": company,
                    "users": users,
                    "summary": Alert._in_language_of(users, company, match)._get_sentence(),
                    "record": match,
                }
            )
        Alert._raise(vals_list)

    # Deciding -----------------------------------------------------------------------------------

    def action_clear(self, reason=None):
        """It is somebody else: what was suspended for it is free again. :param reason: why, required"""
        self._decide("cleared", reason)
        for match in self.sudo():
            match._free_accounts()
        return True

    def action_confirm(self, reason=None):
        """It is the same one: he is proposed for the blacklist. :param reason: why, required"""
        reason = self._decide("confirmed", reason)
        for match in self:
            self.env["credit.blacklist"].create(
                {
                    "partner_id": match.partner_id.id,
                    "company_id": match.company_id.id,
                    "scope": match.entry_id.scope,
                    "category": match.entry_id.category,
                    "reason": reason,
                    "evidence": match._get_sentence(),
                }
            )
        return True

    def action_open_decide(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("The Same or Somebody Else"),
            "res_model": "credit.blacklist.decide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_match_id": self.id},
        }

    def _decide(self, state, reason):
        """:return: the reason, as it is kept
        :raises AccessError: the user does not answer for credit, or is the customer's salesperson
        """
        self.check_access("read")
        user = self.env.user
        if not self.env.su and not user.has_group("hr_receivables_control.group_credit_controller"):
            raise AccessError(
                self.env._("Only credit controllers decide who resembles a blacklisted customer.")
            )
        if not (reason := stated(reason)):
            raise UserError(self.env._("Say how you know."))
        if own := self.filtered(lambda match: match.partner_id.sudo().user_id == user):
            raise AccessError(
                self.env._(
                    "You sell to %(customer)s. Somebody else has to decide this.",
                    customer=own[0].display_name,
                )
            )
        if done := self.filtered(lambda match: match.state != "open"):
            raise UserError(
                self.env._(
                    "%(customers)s: this was decided already.",
                    customers=format_list(self.env, done.mapped("display_name")),
                )
            )
        matches = self.sudo()
        matches.write(
            {
                "state": state,
                "decided_by_id": user.id,
                "decided_on": fields.Datetime.now(),
                "decision_reason": reason,
            }
        )
        matches._close_alerts()
        self.env["hr.control.event"]._append(
            [
                {
                    "dossier": match.entry_id._get_approval_dossier(),
                    "code": f"credit.blacklist.{state}",
                    "document": match,
                    "data": {"kind": match.kind, "partner": match.partner_id.id},
                    "names": {
                        "subject": match.listed_partner_id,
                        "customer": match.partner_id,
                        "reason": reason,
                    },
                }
                for match in matches
            ]
        )
        return reason

    def _void(self):
        """The entry is no longer in force: nothing is left to decide."""
        matches = self.filtered(lambda match: match.state == "open")
        matches.write({"state": "void"})
        matches._close_alerts()
        for match in matches:
            match._free_accounts()

    def _close_alerts(self):
        for company, matches in self.grouped("company_id").items():
            keys = [f"credit.blacklist.match:{match.id}" for match in matches]
            self.env["hr.control.alert"]._clear(company, keys)

    def _free_accounts(self):
        """Give back the mode that the look-alike had, unless another match or entry holds him."""
        self.ensure_one()
        others = self.search_count(
            [("partner_id", "=", self.partner_id.id), ("state", "=", "open")], limit=1
        )
        if others or not self.mode_before:
            return
        # given back, not granted: nobody's ceiling is asked
        accounts = self._get_accounts().filtered(lambda account: account.mode == "suspended")
        accounts.with_user(api.SUPERUSER_ID).write(
            {
                "mode": self.mode_before,
                "change_reason": self.decision_reason or self._get_sentence(),
            }
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS base
        partners = super().create(vals_list)
        partners._screen_for_blacklist(set().union(*vals_list))
        return partners

    def write(self, vals):
        # EXTENDS base
        res = super().write(vals)
        self._screen_for_blacklist(vals.keys())
        return res

    def _screen_for_blacklist(self, names):
        """Nobody is refused here: a customer of the web shop or of an import is saved, and looked at."""
        Screening = self.env["credit.screening"]
        if names & {*Screening._get_identity_fields(), "parent_id"}:
            self.env["credit.blacklist.match"]._screen(self)

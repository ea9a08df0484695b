from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from odoo.addons.hr_control_base.tools.reasons import stated

# ground of a proposal by rule; the others are about paying late
RULE_GROUNDS = {"promises_broken": "bad_faith"}
TRANSITIONS = {
    ("proposed", "active"),
    ("proposed", "rejected"),
    ("proposed", "withdrawn"),
    ("active", "lifted"),
}


class CreditBlacklist(models.Model):
    """Why a customer is on the blacklist, who put him there and who took him off: never the same person.

    The effect is the mode of his credit accounts; this is the record behind it.
    """

    _name = "credit.blacklist"
    _description = "Blacklist Entry"
    _inherit = ["mail.thread", "mail.activity.mixin", "hr.control.approval.mixin"]
    _order = "id desc"
    _rec_names_search = ["partner_id"]
    _check_company_auto = True

    _control_guarded_fields = frozenset(
        {
            "state",
            "origin",
            "proposed_by_id",
            "listed_by_id",
            "listed_on",
            "lift_reason",
            "lifted_by_id",
            "lifted_on",
        }
    )

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("parent_id", "=", False)],
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    scope = fields.Selection(
        [("company", "This company"), ("group", "All companies")],
        required=True,
        default="company",
        help="All companies: also those where he is not a customer yet.",
    )
    category = fields.Selection(
        [
            ("late", "Pays late again and again"),
            ("unpaid", "Does not pay"),
            ("false_papers", "False papers or identity"),
            ("bad_faith", "Bad faith: promises broken, goods resold, assets moved"),
            ("insolvent", "Insolvent or not to be found"),
            ("other", "Other"),
        ],
        string="Ground",
        required=True,
        default="unpaid",
    )
    reason = fields.Text(required=True)
    evidence = fields.Text(
        help="What proves it: documents, days and amounts. Asked of whoever proposes by hand."
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Papers")
    origin = fields.Selection(
        [("manual", "By hand"), ("rule", "By rule")],
        required=True,
        default="manual",
        readonly=True,
    )
    key_ids = fields.One2many(
        "credit.blacklist.key",
        "entry_id",
        string="Recognised By",
        groups="hr_receivables_control.group_credit_controller,hr_control_base.group_control_auditor",
        help="New and changed customers are compared with these. What the customer's card shows is added when the "
        "entry comes into force.",
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("active", "In force"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn"),
            ("lifted", "Taken off"),
        ],
        required=True,
        default="proposed",
        readonly=True,
        tracking=True,
        index=True,
    )
    proposed_by_id = fields.Many2one(
        "res.users", readonly=True, required=True, default=lambda self: self.env.user
    )
    listed_by_id = fields.Many2one("res.users", string="Put on the List By", readonly=True)
    listed_on = fields.Datetime(readonly=True)
    lift_reason = fields.Text(string="Why It Is Lifted", readonly=True)
    lifted_by_id = fields.Many2one("res.users", readonly=True)
    lifted_on = fields.Datetime(readonly=True)
    match_ids = fields.One2many(
        "credit.blacklist.match",
        "entry_id",
        string="Look-Alikes",
        groups="sales_team.group_sale_salesman,hr_receivables_control.group_credit_controller,"
        "hr_control_base.group_control_auditor",
    )

    _company_state_idx = models.Index("(partner_id) WHERE state IN ('proposed', 'active')")

    @api.depends("partner_id")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = entry.sudo().partner_id.display_name

    # Proposing ----------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        for entry in entries:
            entry._check_proposal()
            entry._note_evidence()
            entry._log("credit.blacklist.proposed", reason=entry.reason)
            entry._submit_approval(entry.reason)
        return entries

    def _check_proposal(self):
        """:raises UserError: it is a contact, has no evidence, or an entry for the customer is open"""
        self.ensure_one()
        partner = self.partner_id.sudo()
        if partner != partner.commercial_partner_id:
            raise UserError(
                self.env._(
                    "%(contact)s is a contact of %(customer)s. Propose %(customer)s.",
                    contact=partner.display_name,
                    customer=partner.commercial_partner_id.display_name,
                )
            )
        if self.origin == "manual" and not (self.evidence or "").strip():
            raise UserError(
                self.env._(
                    "Say what proves it: name the documents, days and amounts in the field Evidence."
                )
            )
        self._get_approval_dossier()._take_guard()
        open_entries = self.sudo()._find_open(partner) - self.sudo()
        if same := open_entries.filtered(
            lambda entry: entry.company_id == self.company_id and entry.scope == self.scope
        ):
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "There is an entry for %(customer)s already: %(state)s.",
                    customer=partner.display_name,
                    state=labels[same[0].state],
                )
            )

    @api.model
    def _find_open(self, partners):
        """Entries proposed or in force, of any company; call it in sudo."""
        return self.search(
            [("partner_id", "in", partners.ids), ("state", "in", ("proposed", "active"))]
        )

    def _note_evidence(self):
        """The papers belong to the entry from now on: who reads the one may read the other.

        :raises AccessError: a paper is not the proposer's to give
        """
        for entry in self:
            entry.attachment_ids.check_access("write")
            entry.sudo().attachment_ids.write({"res_model": self._name, "res_id": entry.id})

    @api.model
    def _propose(self, accounts, rule, reason, figures=None):
        """Propose customers by a rule; whoever has an open entry, or was rejected lately, is left alone.

        :param rule: code of the rule, kept with the event
        :param reason: ``{account id: sentence}``, or one sentence for all
        :param figures: ``{account id: {name: value}}`` behind it, for the record
        :return: the entries made, in sudo
        """
        entries = self.sudo().browse()
        recent = fields.Datetime.subtract(fields.Datetime.now(), days=90)
        known = self.sudo().search(
            [
                ("partner_id", "in", accounts.partner_id.ids),
                "|",
                ("state", "in", ("proposed", "active")),
                "&",
                ("state", "=", "rejected"),
                ("write_date", ">=", recent),
            ]
        )
        for account in accounts.sudo():
            if account.mode == "blacklisted" or any(
                entry.partner_id == account.partner_id
                and (entry.scope == "group" or entry.company_id == account.company_id)
                for entry in known
            ):
                continue
            sentence = reason if isinstance(reason, str) else reason[account.id]
            entry = self.sudo().create(
                {
                    "partner_id": account.partner_id.id,
                    "company_id": account.company_id.id,
                    "category": RULE_GROUNDS.get(rule, "late"),
                    "reason": sentence,
                    "origin": "rule",
                }
            )
            entry._log(
                "credit.blacklist.rule",
                data={"rule": rule} | (figures or {}).get(account.id, {}),
                reason=sentence,
            )
            entries += entry
        return entries

    def write(self, vals):
        self.check_access("write")
        if "state" in vals:
            for entry in self:
                if entry.state != vals["state"] and (entry.state, vals["state"]) not in TRANSITIONS:
                    raise UserError(
                        self.env._(
                            "The entry of %(customer)s cannot be changed from here.",
                            customer=entry.display_name,
                        )
                    )
        fixed = {"partner_id", "company_id", "scope", "category", "reason", "evidence"}
        if (
            fixed & vals.keys()
            and not self.env.su
            and any(entry.state != "proposed" or entry.approval_id for entry in self)
        ):
            raise UserError(
                self.env._(
                    "What was proposed stays as it was. Withdraw the proposal and make a new one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._("Entries of the blacklist are kept. Ask to have this one lifted.")
        )

    def action_withdraw(self):
        """Take back what one has proposed oneself, or one's request to lift it."""
        self.ensure_one()
        self.check_access("read")
        return self.approval_id.action_withdraw()

    # Effect -------------------------------------------------------------------------------------

    def _get_account(self):
        """The customer's account in the company of the entry."""
        self.ensure_one()
        return self.env["credit.account"]._ensure(self.partner_id, self.company_id)

    def _get_scope_accounts(self):
        """Accounts that the entry shuts; one is made later for each new company of the group."""
        accounts = self.env["credit.account"].sudo()
        for entry in self.sudo():
            accounts |= entry._get_account()
            if entry.scope == "group":
                accounts |= accounts.search([("partner_id", "=", entry.partner_id.id)])
        return accounts

    def _list(self, user):
        """In force: nothing is sold to him any more, and who resembles him is looked for."""
        self.ensure_one()
        self.write({"state": "active", "listed_by_id": user.id, "listed_on": fields.Datetime.now()})
        self._add_keys()
        self._get_scope_accounts().filtered(lambda account: account.mode != "blacklisted").write(
            {"mode": "blacklisted", "change_reason": self.reason}
        )
        self._log(
            "credit.blacklist.listed",
            data={
                "scope": self.scope,
                "category": self.category,
                "evidence": self.attachment_ids.mapped("checksum"),
            },
            reason=self.reason,
        )
        self.env["credit.blacklist.match"]._search_all(self)

    def _add_keys(self):
        """What the customer's card shows now; later changes of it do not free him."""
        known = {(key.kind, key.plain) for key in self.key_ids}
        identities = self.env["credit.screening"]._get_identities(self.partner_id)
        self.key_ids = [
            Command.create({"kind": kind, "value": plain})
            for kind, plain in sorted(identities[self.partner_id.id] - known)
        ]

    def action_open_lift(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take Off the Blacklist"),
            "res_model": "credit.blacklist.lift",
            "view_mode": "form",
            "target": "new",
            "context": {"default_entry_id": self.id},
        }

    def action_ask_lift(self, reason):
        """Ask somebody who did not put the customer on the list to take him off.

        :raises AccessError: the user does not answer for credit
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "hr_receivables_control.group_credit_controller"
        ):
            raise AccessError(
                self.env._("Only credit controllers ask to have an entry of the blacklist lifted.")
            )
        if self.state != "active":
            raise UserError(
                self.env._("The entry of %(customer)s is not in force.", customer=self.display_name)
            )
        if not (reason := stated(reason)):
            raise UserError(self.env._("Say why the customer is taken off the blacklist."))
        self._submit_approval(reason)
        self.sudo().write({"lift_reason": reason})
        return True

    def _lift(self, user):
        """He buys for cash from now on: a limit is given anew, by whoever may give it."""
        self.ensure_one()
        self.write({"state": "lifted", "lifted_by_id": user.id, "lifted_on": fields.Datetime.now()})
        accounts = self._get_scope_accounts().filtered(
            lambda account: account.mode == "blacklisted"
        )
        covered = self._find_covered(accounts)
        (accounts - covered).write({"mode": "cash_only", "change_reason": self.lift_reason})
        self.match_ids._void()
        self._log("credit.blacklist.lifted", reason=self.lift_reason)

    @api.model
    def _find_covered(self, accounts):
        """Accounts among these that an entry in force shuts; one query."""
        entries = (
            self.sudo()
            .search([("partner_id", "in", accounts.partner_id.ids), ("state", "=", "active")])
            .grouped("partner_id")
        )
        return accounts.filtered(
            lambda account: any(
                entry.scope == "group" or entry.company_id.credit_company_id == account.company_id
                for entry in entries.get(account.partner_id, ())
            )
        )

    def _log(self, code, data=None, reason=""):
        self.env["hr.control.event"]._append(
            [
                {
                    "dossier": entry._get_approval_dossier(),
                    "code": code,
                    "document": entry,
                    "data": data or {},
                    "names": {"subject": entry.partner_id.sudo(), "reason": reason},
                }
                for entry in self
            ]
        )

    def action_open_account(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "credit.account",
            "res_id": self._get_account().id,
            "views": [(False, "form")],
        }

import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

from .credit_admission import CONTROLLER
from .credit_admission_requirement import PARTNER_KINDS

DATA = {"number", "expires_on", "no_expiry", "scan", "scan_name", "note"}
MASK = "*"


class CreditAdmissionItem(models.Model):
    """One paper or piece of data in a customer file.

    What somebody has verified is never written over: a renewal is a row of its own, and the old
    one counts until the new one is verified.
    """

    _name = "credit.admission.item"
    _description = "Customer File Item"
    _inherit = ["hr.control.guarded.mixin"]
    _order = "admission_id, sequence, id"
    _rec_name = "requirement_id"

    _control_guarded_fields = frozenset(
        {
            "active",
            "admission_id",
            "company_id",
            "entered_at",
            "entered_by_id",
            "number_plain",
            "renews_id",
            "requirement_id",
            "scan_checksum",
            "sequence",
            "verified_at",
            "verified_by_id",
        }
    )

    admission_id = fields.Many2one(
        "credit.admission", string="File", required=True, index=True, ondelete="cascade"
    )
    requirement_id = fields.Many2one(
        "credit.admission.requirement",
        string="Item",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    company_id = fields.Many2one(related="admission_id.company_id", store=True, index=True)
    sequence = fields.Integer(related="requirement_id.sequence", store=True)
    active = fields.Boolean(default=True, readonly=True, help="Not ticked: replaced or not asked.")
    name = fields.Char(related="requirement_id.name")
    kind = fields.Selection(related="requirement_id.kind")
    weight = fields.Integer(related="requirement_id.weight")
    is_required = fields.Boolean(related="requirement_id.is_required")
    needs_number = fields.Boolean(related="requirement_id.needs_number")
    needs_scan = fields.Boolean(related="requirement_id.needs_scan")
    needs_expiry = fields.Boolean(related="requirement_id.needs_expiry")
    by_salesperson = fields.Boolean(related="requirement_id.by_salesperson")
    is_on_customer = fields.Boolean(compute="_compute_is_on_customer")

    number = fields.Char(
        compute="_compute_number",
        inverse="_inverse_number",
        help="Numbers of identity cards are shown in full to those who verify them only.",
    )
    number_plain = fields.Char(
        string="Number in Full",
        groups="hr_receivables_control.group_credit_controller",
        copy=False,
    )
    expires_on = fields.Date(string="Valid Until", help="Last day on which the paper is valid.")
    no_expiry = fields.Boolean(string="No End")
    scan = fields.Binary(attachment=True, copy=False, string="Scan or Photo")
    scan_name = fields.Char()
    scan_checksum = fields.Char(readonly=True, copy=False)
    scan_is_image = fields.Boolean(compute="_compute_scan_is_image")
    note = fields.Char()

    entered_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    entered_at = fields.Datetime(readonly=True)
    verified_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    verified_at = fields.Datetime(readonly=True)
    renews_id = fields.Many2one(
        "credit.admission.item", string="Renewal of", readonly=True, ondelete="set null"
    )
    gap = fields.Char(compute="_compute_gap", string="Missing", compute_sudo=True)
    status = fields.Selection(
        [
            ("missing", "Missing"),
            ("entered", "To verify"),
            ("verified", "Verified"),
            ("expired", "Expired"),
        ],
        compute="_compute_status",
    )
    is_locked = fields.Boolean(compute="_compute_is_locked")

    # the check of expiring papers looks at few of them
    _expiry_idx = models.Index("(expires_on) WHERE verified_at IS NOT NULL AND active")

    @api.depends("kind")
    def _compute_is_on_customer(self):
        for item in self:
            item.is_on_customer = item.kind in PARTNER_KINDS

    @api.depends("number_plain", "kind")
    @api.depends_context("uid")
    def _compute_number(self):
        full = self.env.user.has_group(CONTROLLER)
        for item in self:
            number = item.sudo().number_plain
            hidden = number and item.kind == "legal_id" and not full
            item.number = self._mask(number) if hidden else number

    @api.model
    def _mask(self, number):
        """First digit and last two: enough to tell two cards apart, not to use one."""
        return f"{number[:1]}{MASK * (len(number) - 3)}{number[-2:]}"

    def _inverse_number(self):
        for item in self:
            # a masked number that comes back from a form is no new number
            if MASK not in (item.number or ""):
                item.sudo().number_plain = item.number

    @api.depends("scan_name", "scan_checksum")
    def _compute_scan_is_image(self):
        for item in self:
            name = (item.scan_name or "").lower()
            item.scan_is_image = bool(item.scan_checksum) and not name.endswith(".pdf")

    @api.depends(
        "number_plain",
        "expires_on",
        "no_expiry",
        "note",
        "scan_checksum",
        "requirement_id",
        "admission_id.partner_id.vat",
        "admission_id.partner_id.credit_legal_representative",
        "admission_id.partner_id.phone",
        "admission_id.partner_id.bank_ids",
        "admission_id.partner_id.child_ids",
    )
    @api.depends_context("lang")
    def _compute_gap(self):
        for item in self:
            item.gap = format_list(self.env, item._get_gaps(), style="unit")

    @api.depends("gap", "verified_at", "expires_on")
    def _compute_status(self):
        for item in self:
            if item.verified_at:
                good = item._is_good(item.company_id.sudo()._company_today())
                item.status = "verified" if good else "expired"
            else:
                item.status = "missing" if item.gap else "entered"

    @api.depends("verified_at", "active")
    @api.depends_context("uid")
    def _compute_is_locked(self):
        controller = self.env.user.has_group(CONTROLLER)
        for item in self:
            item.is_locked = not item.active or bool(item.verified_at and not controller)

    # What is there ------------------------------------------------------------------------------

    def _get_gaps(self):
        """What this item still lacks, in words."""
        self.ensure_one()
        _, requirement = self.env._, self.requirement_id
        gaps = self._get_partner_gaps()
        if requirement.needs_number and not self.number_plain:
            gaps.append(_("number"))
        elif requirement._is_number_wrong(self.number_plain):
            gaps.append(_("the number is wrong by its check digit"))
        if requirement.needs_scan and not self.scan_checksum:
            gaps.append(_("scan or photo"))
        if requirement.needs_expiry and not self.no_expiry:
            if not self.expires_on:
                gaps.append(_("last day of validity"))
            elif self.expires_on < self.company_id._company_today():
                gaps.append(_("expired"))
        # a paper of which nothing in particular is asked is there when somebody noted it
        if (
            not self.is_on_customer
            and not (requirement.needs_number or requirement.needs_scan or requirement.needs_expiry)
            and not self._has_data()
        ):
            gaps.append(_("not entered"))
        return gaps

    def _get_partner_gaps(self):
        """What the customer himself lacks for it, in words."""
        self.ensure_one()
        partner = self.admission_id.sudo().partner_id
        return partner._get_credit_file_gaps(self.kind, self.company_id)

    def _get_gap_text(self):
        self.ensure_one()
        return self.env._("%(item)s (%(gap)s)", item=self.name, gap=self.gap)

    def _has_data(self):
        self.ensure_one()
        item = self.sudo()
        return bool(item.number_plain or item.expires_on or item.scan_checksum or item.note)

    def _is_good(self, today):
        """Verified, and not past its last day."""
        self.ensure_one()
        return bool(self.verified_at) and (not self.expires_on or self.expires_on >= today)

    # Entering -----------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items.admission_id._refresh_standing()
        return items

    def write(self, vals):
        touched = DATA & vals.keys()
        if not touched:
            return super().write(vals)
        self._check_entry()
        verified = self.filtered("verified_at")
        before = {item: item.scan_checksum for item in verified}
        res = super().write(vals)
        self.sudo().write(self._prepare_entry_vals(vals))
        # who has just typed it sees it masked from now on too
        self.invalidate_recordset(["number"])
        for item in verified:
            item._log(
                "credit.admission.changed",
                {
                    "changed": sorted(touched),
                    "scan_before": before[item] or "",
                    "scan_after": item.scan_checksum or "",
                },
            )
        self.admission_id._refresh_standing()
        return res

    def _prepare_entry_vals(self, vals):
        """Who entered it, and what identifies the file; nobody vouches for his own entry."""
        stamps = {
            "entered_by_id": self.env.uid,
            "entered_at": fields.Datetime.now(),
            "verified_by_id": False,
            "verified_at": False,
        }
        if "scan" in vals:
            content = base64.b64decode(vals["scan"] or b"")
            stamps["scan_checksum"] = hashlib.sha256(content).hexdigest() if content else False
        return stamps

    def _check_entry(self):
        """:raises AccessError: it was verified, or put away; the sentence says what to do instead"""
        if self.env.uid == api.SUPERUSER_ID or self.env.user.has_group(CONTROLLER):
            return
        for item in self:
            if not item.active:
                raise AccessError(
                    self.env._(
                        "%(item)s of %(customer)s was replaced and is kept as it was.",
                        item=item.name,
                        customer=item.admission_id.display_name,
                    )
                )
            if item.verified_at:
                raise AccessError(
                    self.env._(
                        "%(item)s of %(customer)s has been verified. Press Renew to enter a new one beside it.",
                        item=item.name,
                        customer=item.admission_id.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        if kept := self.filtered(lambda item: item.verified_at or item.admission_id.admitted_on):
            raise UserError(
                self.env._(
                    "%(item)s of %(customer)s is kept: it was part of what was decided.",
                    item=kept[0].name,
                    customer=kept[0].admission_id.display_name,
                )
            )

    def action_renew(self):
        """Enter a new paper beside the verified one, which counts until the new one is verified."""
        self.ensure_one()
        self.check_access("write")
        if not self.verified_at or not self.active:
            raise UserError(
                self.env._("%(item)s is not verified: simply enter it.", item=self.name)
            )
        renewals = self.sudo().search([("renews_id", "=", self.id)], limit=1)
        if not renewals:
            renewals = self.sudo().create(
                {
                    "admission_id": self.admission_id.id,
                    "requirement_id": self.requirement_id.id,
                    "renews_id": self.id,
                }
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": renewals.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _log(self, code, data):
        """An event in the dossier of the account; which item and what, never its number."""
        self.ensure_one()
        self.admission_id._log(
            code, {"item": self.kind, "item_id": self.id} | data, item=self.name or ""
        )

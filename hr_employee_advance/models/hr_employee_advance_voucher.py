import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from .ir_attachment import FilePass

STAGES = [("request", "For the request"), ("settlement", "For the settlement")]
DATA = {"name", "stage", "kind_id", "file", "file_name", "note", "amount", "date"}


class HrEmployeeAdvanceVoucher(models.Model):
    """One paper of an advance: a photo from a phone or a file, and what finance says of it.

    Its bytes are identified by their SHA-256, which is recorded when the paper is handed in and again
    with the verdict. After the verdict the paper stays as it is; a better one is a row of its own.
    """

    _name = "hr.employee.advance.voucher"
    _description = "Voucher of an Advance"
    _inherit = ["hr.employee.advance.named.mixin", "hr.control.guarded.mixin"]
    _order = "advance_id desc, stage, id"

    _control_guarded_fields = frozenset(
        {
            "state",
            "reason",
            "checksum",
            "verdict_by_id",
            "verdict_at",
            "entered_by_id",
            "entered_at",
            "from_request",
            "company_id",
            "employee_id",
        }
    )

    advance_id = fields.Many2one(
        "hr.employee.advance", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="advance_id.company_id", store=True, precompute=True, index=True
    )
    employee_id = fields.Many2one(
        related="advance_id.employee_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="advance_id.currency_id")
    stage = fields.Selection(
        STAGES,
        string="Belongs",
        compute="_compute_stage",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    purpose_id = fields.Many2one(related="advance_id.purpose_id")
    kind_id = fields.Many2one(
        "hr.employee.advance.paper.kind",
        string="Kind of Paper",
        compute="_compute_kind_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('purpose_id', '=', purpose_id), ('stage', '=', stage)]",
    )
    name = fields.Char(
        string="Paper",
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    file = fields.Binary(attachment=True, copy=False, string="Photo or File")
    file_name = fields.Char()
    is_image = fields.Boolean(compute="_compute_is_image")
    checksum = fields.Char(
        string="SHA-256",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Identifies the bytes of the file.",
    )
    date = fields.Date(string="Date of the Paper")
    amount = fields.Monetary(help="Sum the paper shows, where it shows one.")
    note = fields.Char()
    state = fields.Selection(
        [
            ("pending", "To check"),
            ("valid", "Valid"),
            ("missing", "Missing"),
            ("refused", "Refused"),
        ],
        string="Verdict",
        required=True,
        default="pending",
        readonly=True,
        copy=False,
        index=True,
    )
    reason = fields.Char(readonly=True, copy=False, help="What finance says of it.")
    entered_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    entered_at = fields.Datetime(readonly=True, copy=False)
    verdict_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    verdict_at = fields.Datetime(readonly=True, copy=False)
    from_request = fields.Boolean(
        readonly=True, copy=False, help="Made from the papers of the request."
    )
    is_locked = fields.Boolean(compute="_compute_is_locked")
    twin_sentence = fields.Char(
        string="Same File", compute="_compute_twin_sentence", compute_sudo=True
    )

    _amount_not_negative = models.Constraint(
        "CHECK(amount >= 0)", "The amount of a voucher cannot be below zero."
    )

    @api.depends("advance_id")
    def _compute_stage(self):
        for voucher in self:
            draft = voucher.advance_id.request_state == "draft"
            voucher.stage = "request" if draft else "settlement"

    @api.depends("advance_id", "stage")
    def _compute_kind_id(self):
        """The first kind of which papers are still wanted."""
        for voucher in self:
            advance = voucher.advance_id._origin or voucher.advance_id
            kinds = voucher.advance_id.purpose_id.paper_ids.filtered(
                lambda kind, voucher=voucher: kind.stage == voucher.stage
            )
            wanted = kinds.filtered(
                lambda kind, advance=advance: len(advance._get_good_vouchers(kind)) < kind.minimum
            )
            if voucher.kind_id not in kinds:
                voucher.kind_id = wanted[:1]

    @api.depends("kind_id")
    def _compute_name(self):
        for voucher in self:
            voucher.name = voucher.kind_id.name or voucher.name or self.env._("Voucher")

    @api.depends("file_name", "checksum")
    def _compute_is_image(self):
        for voucher in self:
            name = (voucher.file_name or "").lower()
            voucher.is_image = bool(voucher.checksum) and not name.endswith(
                (".pdf", ".ofd", ".xml", ".zip", ".xlsx", ".docx")
            )

    @api.depends("state")
    def _compute_is_locked(self):
        for voucher in self:
            voucher.is_locked = voucher.state in ("valid", "refused")

    @api.depends("checksum")
    @api.depends_context("lang")
    def _compute_twin_sentence(self):
        """The same bytes handed in for another advance of the company: a receipt that is claimed twice."""
        found = self.search(
            [
                ("checksum", "in", [c for c in self.mapped("checksum") if c]),
                ("company_id", "in", self.company_id.ids),
                ("advance_id.request_state", "!=", "draft"),
            ]
        )
        twins = found.grouped(lambda voucher: (voucher.company_id, voucher.checksum))
        for voucher in self:
            others = twins.get((voucher.company_id, voucher.checksum), self.browse())
            others = others.advance_id - voucher.advance_id
            voucher.twin_sentence = bool(others) and self.env._(
                "The same file was handed in for %(advances)s.",
                advances=format_list(self.env, others.mapped("name")),
            )

    # Handing in ---------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vouchers = super().create(vals_list)
        if not self.env.su:
            vouchers._check_open()
        vouchers.sudo()._stamp()
        vouchers._log_handed_in()
        return vouchers

    def write(self, vals):
        if not self.env.su and vals.keys() & (DATA | {"advance_id"}):
            self._check_entry(vals)
        filed = "file" in vals
        before = {voucher: voucher.checksum for voucher in self} if filed else {}
        if filed:
            self._keep_file(self.env._("replaced"))
            self = self.with_context(
                advance_file_pass=FilePass(self.filtered(lambda voucher: not voucher.is_locked))
            )
        res = super().write(vals)
        if filed:
            self.sudo()._stamp()
            # a paper that was missing is there now
            found = self.filtered(lambda voucher: voucher.checksum and voucher.state == "missing")
            found.sudo().write({"state": "pending", "reason": False})
            found._clear_told()
            self.filtered(lambda voucher: voucher.checksum != before[voucher])._log_handed_in()
        return res

    def unlink(self):
        # the files of a deleted row go with it
        return super(
            HrEmployeeAdvanceVoucher,
            self.with_context(
                advance_file_pass=FilePass(self.filtered(lambda voucher: not voucher.is_locked))
            ),
        ).unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_handed_in(self):
        if not self.env.su:
            self._check_entry({})
            self._check_mine()
        self._keep_file(self.env._("taken back"))
        handed_in = self.filtered(lambda voucher: voucher.advance_id.request_state != "draft")
        handed_in._log("advance.voucher.withdrawn")

    def _keep_file(self, why):
        """What was handed in once stays with the advance, also when a better paper takes its place."""
        handed_in = self.sudo().filtered(
            lambda voucher: voucher.checksum and voucher.advance_id.request_state != "draft"
        )
        self.env["ir.attachment"].sudo().create(
            [
                {
                    "name": f"{voucher.file_name or voucher.name} ({why})",
                    "raw": base64.b64decode(voucher.with_context(bin_size=False).file),
                    "res_model": voucher.advance_id._name,
                    "res_id": voucher.advance_id.id,
                    "description": voucher.checksum,
                }
                for voucher in handed_in
            ]
        )

    def _stamp(self):
        """Who entered it, and what identifies its bytes."""
        for voucher in self:
            voucher.write(
                {
                    "checksum": voucher._get_checksum(),
                    "entered_by_id": self.env.uid,
                    "entered_at": fields.Datetime.now(),
                }
            )

    def _get_checksum(self):
        """SHA-256 of the bytes that are stored now, False without any."""
        self.ensure_one()
        return self._get_digest(base64.b64decode(self.with_context(bin_size=False).file or b""))

    @api.model
    def _get_digest(self, content):
        return hashlib.sha256(content).hexdigest() if content else False

    def _check_open(self):
        """:raises UserError: the request was turned down or taken back, nothing is added to it"""
        for voucher in self:
            if voucher.advance_id.request_state in ("rejected", "auto_rejected", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(advance)s is closed; no papers are added to it.",
                        advance=voucher.advance_id.name,
                    )
                )

    def _check_entry(self, vals):
        """:raises UserError: finance has judged it, or it would move to another advance"""
        if vals.get("advance_id") and any(v.advance_id.id != vals["advance_id"] for v in self):
            raise UserError(self.env._("A paper stays with the advance it was handed in for."))
        self._check_open()
        for voucher in self.filtered("is_locked"):
            raise UserError(
                self.env._(
                    "%(user)s has judged %(paper)s of %(advance)s, it is kept as it is. Add another paper.",
                    user=voucher.sudo().verdict_by_id.name,
                    paper=voucher.name,
                    advance=voucher.advance_id.name,
                )
            )

    def _check_mine(self):
        """:raises UserError: finance asks for this paper, or a colleague handed it in"""
        for voucher in self:
            if voucher.state != "pending" or voucher.entered_by_id != self.env.user:
                raise UserError(
                    self.env._("Only who handed %(paper)s in may take it back.", paper=voucher.name)
                )

    # Record -------------------------------------------------------------------------------------

    def _log_handed_in(self):
        """On record from the moment the request is submitted; a draft's papers are, when it is."""
        found = self.filtered(lambda v: v.checksum and v.advance_id.request_state != "draft")
        found._log("advance.voucher.handed_in")

    def _log(self, code):
        dossiers = self.employee_id._ensure_advance_dossiers()
        event = self.env["hr.control.event"]
        event._append(
            [
                {
                    "dossier": dossiers[voucher.employee_id.id],
                    "code": code,
                    "document": voucher.advance_id,
                    "data": {
                        "voucher": voucher.id,
                        "stage": voucher.stage,
                        "checksum": voucher.checksum or "",
                        "amount": event._money(voucher.amount, voucher.currency_id),
                    },
                    "names": {"paper": voucher.name, "reason": voucher.reason or ""},
                }
                for voucher in self
            ]
        )

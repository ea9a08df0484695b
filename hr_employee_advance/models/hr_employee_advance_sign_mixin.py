from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import NO_ACCESS, Domain

from odoo.addons.hr_control_base.tools import evidence
from odoo.addons.hr_control_base.tools.reasons import stated

ANSWERS = [
    ("asked", "To answer"),
    ("confirmed", "Confirmed"),
    ("disputed", "Disputed"),
    ("void", "Void"),
]


class HrEmployeeAdvanceSignMixin(models.AbstractModel):
    """What an employee confirms or disputes: in Odoo, signed on its page, or on paper that is filed as a scan.

    He signs as the user of his employee record. Whoever has no user, or has left, gets a link by mail; of its
    token only the digest is kept, so that nobody in the company can sign in his place. It ends with the answer.
    """

    _name = "hr.employee.advance.sign.mixin"
    _description = "Paper That the Employee Answers"
    _inherit = ["hr.control.guarded.mixin", "mail.thread", "mail.activity.mixin"]
    _control_own_words = True

    _control_guarded_fields = frozenset(
        {
            "employee_id",
            "company_id",
            "state",
            "asked_by_id",
            "answered_at",
            "answered_by_id",
            "answered_via",
            "signer_name",
            "signature",
            "signature_sha256",
            "scan",
            "scan_name",
            "scan_sha256",
            "scan_by_id",
            "content_sha256",
            "token_digest",
            "link_sent_at",
        }
    )

    employee_id = fields.Many2one(
        "hr.employee", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    state = fields.Selection(
        ANSWERS,
        required=True,
        default="asked",
        readonly=True,
        copy=False,
        index=True,
    )
    reason = fields.Text(copy=False, help="What the employee's own books say, when he disagrees.")
    asked_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    answered_at = fields.Datetime(readonly=True, copy=False)
    answered_via = fields.Selection(
        [
            ("odoo", "In Odoo"),
            ("portal", "Signed on its page"),
            ("link", "Signed by the link sent"),
            ("paper", "Signed on paper"),
        ],
        string="How",
        readonly=True,
        copy=False,
    )
    signer_name = fields.Char(string="Signed as", readonly=True, copy=False)
    signature = fields.Binary(readonly=True, copy=False, attachment=True)
    signature_sha256 = fields.Char(string="SHA-256 of the Signature", readonly=True, copy=False)
    scan = fields.Binary(string="Signed Paper", readonly=True, copy=False, attachment=True)
    scan_name = fields.Char(readonly=True, copy=False)
    scan_sha256 = fields.Char(string="SHA-256 of the Scan", readonly=True, copy=False)
    scan_by_id = fields.Many2one(
        "res.users", string="Filed by", readonly=True, copy=False, ondelete="restrict"
    )
    content_sha256 = fields.Char(
        string="SHA-256 of What Was Signed",
        readonly=True,
        copy=False,
        help="Identifies the figures the employee saw when he answered.",
    )
    token_digest = fields.Char(readonly=True, copy=False, groups=NO_ACCESS)
    link_sent_at = fields.Datetime(readonly=True, copy=False)
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")

    @api.depends_context("uid")
    @api.depends("employee_id")
    def _compute_is_mine(self):
        for paper in self:
            paper.is_mine = paper.sudo().employee_id.user_id == self.env.user

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = Domain("employee_id.user_id", "=", self.env.uid)
        return mine if True in value else ~mine

    # To be said by each kind of paper -------------------------------------------------------------

    def _get_sign_code(self):
        """First part of its events' codes; ``asked``, ``confirmed`` and ``disputed`` follow."""
        raise NotImplementedError

    def _get_sign_content(self):
        """What the employee answers for, as plain data: its digest is recorded with the signature."""
        raise NotImplementedError

    def _get_sign_data(self):
        """What an event says of it."""
        raise NotImplementedError

    def _get_asked_summary(self):
        """What the employee is asked, in one line."""
        raise NotImplementedError

    def _get_content_html(self):
        """What the employee reads before he signs."""
        raise NotImplementedError

    def _get_dispute_hint(self):
        return self.env._("Say what is wrong: what do your own papers say?")

    # Answering ------------------------------------------------------------------------------------

    def write(self, vals):
        if not self.env.su and "reason" in vals:
            self._check_answerer()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("What employees were asked is kept, with their answers."))

    def action_confirm(self):
        """The employee agrees."""
        self._answer("confirmed")
        return True

    def action_dispute(self):
        """The employee disagrees, and says why."""
        for paper in self:
            if not stated(paper.reason):
                raise UserError(paper._get_dispute_hint())
        self._answer("disputed")
        return True

    def action_open_page(self):
        """The page on which the employee draws his signature."""
        self.ensure_one()
        self._check_answerer()
        return {"type": "ir.actions.act_url", "url": self._get_page_url(), "target": "self"}

    def _check_answerer(self):
        """:raises AccessError: not the employee himself; nobody signs for another, whatever his rights"""
        for paper in self:
            if not paper.is_mine:
                raise AccessError(
                    self.env._(
                        "Only %(employee)s confirms or disputes this.",
                        employee=paper.sudo().employee_id.name,
                    )
                )
            paper._check_asked()

    def _check_asked(self):
        self.ensure_one()
        if self.state != "asked":
            raise UserError(
                self.env._("%(document)s was answered already.", document=self.display_name)
            )

    def _answer(self, state):
        self.check_access("read")
        self._take_sign_guard()
        self._check_answerer()
        self._close(state, {"answered_via": "odoo"})

    def _take_sign_guard(self):
        dossiers = self.sudo().employee_id._ensure_advance_dossiers()
        self.env["hr.control.dossier"].sudo().union(*dossiers.values())._take_guard()
        self.invalidate_recordset(["state", "token_digest"])

    def _close(self, state, vals, **names):
        """Keep the answer with what proves it; the link ends. The guard is held, the answerer checked."""
        for paper in self.sudo():
            paper.write(
                {
                    "state": state,
                    "answered_by_id": vals.get("answered_via") in ("odoo", "portal")
                    and self.env.uid,
                    "answered_at": fields.Datetime.now(),
                    "content_sha256": evidence.digest(
                        evidence.canonical(
                            self.env["hr.control.event"]._normalize(paper._get_sign_content())
                        )
                    ),
                    "token_digest": False,
                }
                | vals
            )
        self._log_answer(state, **names)
        self._clear_asked()
        if state == "disputed":
            self._tell_dispute()

    def _clear_asked(self):
        for company, papers in self.sudo().grouped("company_id").items():
            self.env["hr.control.alert"]._clear(
                company, [paper._get_asked_key() for paper in papers]
            )

    def _tell_dispute(self):
        """Finance hears that the employee disagrees; a paper that has a sentence for it tells them."""

    # Record ---------------------------------------------------------------------------------------

    def _log_answer(self, state, **names):
        self._log(f"{self._get_sign_code()}.{state}", names)

    def _log_proof(self, code, way, digest, **names):
        self._log(code, names, {"via": way, "sha256": digest, "content": self.content_sha256})

    def _log(self, code, names=None, data=None):
        """:param names: of all these papers, or a dict of each"""
        names = names or {}
        self_sudo = self.sudo()
        dossiers = self_sudo.employee_id._ensure_advance_dossiers()
        self.env["hr.control.event"]._append(
            [
                {
                    "dossier": dossiers[paper.employee_id.id],
                    "code": code,
                    "document": paper,
                    "data": paper._get_sign_data() if data is None else data,
                    "names": {"reason": paper.reason or ""} | names.get(paper, names),
                }
                for paper in self_sudo
            ]
        )

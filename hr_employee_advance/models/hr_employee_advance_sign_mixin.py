import base64
import binascii
import hashlib
import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import consteq
from odoo.tools.mail import email_normalize_all

from odoo.addons.hr_control_base.tools import evidence

FINANCE = "hr_employee_advance.group_advance_finance"
FILERS = (FINANCE, "hr.group_hr_user")
PNG = b"\x89PNG\r\n\x1a\n"
SIGNATURE_MAX = 1024 * 1024
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
            if not (paper.reason or "").strip():
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

    # Signing on the page --------------------------------------------------------------------------

    def _get_page_url(self, token=None):
        self.ensure_one()
        url = f"/my/advance-papers/{self._get_sign_code().split('.')[-1]}/{self.id}"
        return f"{url}?access_token={token}" if token else url

    def _get_signing_way(self, token=None):
        """``portal`` for the employee's own user, ``link`` for who has the token mailed to him.

        :raises AccessError: it is somebody else's
        """
        self.ensure_one()
        paper_sudo = self.sudo()
        if not self.env.user._is_public() and paper_sudo.employee_id.user_id == self.env.user:
            return "portal"
        token = token if isinstance(token, str) else ""
        digest = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
        if token and paper_sudo.token_digest and consteq(paper_sudo.token_digest, digest):
            return "link"
        raise AccessError(self.env._("This page is for somebody else, or its link has ended."))

    def _sign(self, state, token=None, name=None, signature=None, reason=None):
        """Answer on the page, with a drawn signature, or a reason where it is disputed.

        :param signature: the drawing as a PNG in base64
        """
        self.ensure_one()
        # before the guard too: a stranger holds up nobody's account
        self._get_signing_way(token)
        self._take_sign_guard()
        way = self._get_signing_way(token)
        paper_sudo = self.sudo()
        paper_sudo._check_asked()
        name, reason = (str(text or "").strip() for text in (name, reason))
        name = name[:100]
        vals = {"answered_via": way, "signer_name": name or paper_sudo.employee_id.name}
        if state == "confirmed":
            if not name:
                raise UserError(self.env._("Write your name beside the signature."))
            content = self._get_drawing(signature)
            vals |= {
                "signature": base64.b64encode(content),
                "signature_sha256": hashlib.sha256(content).hexdigest(),
            }
        elif not reason:
            raise UserError(self._get_dispute_hint())
        else:
            vals["reason"] = reason
        # the record names whom it was asked of; what he calls himself stands beside the signature
        paper_sudo._close(state, vals, actor=paper_sudo.employee_id.name)
        if state == "confirmed":
            paper_sudo._log_proof(
                "advance.paper.signed", way, vals["signature_sha256"], signer=vals["signer_name"]
            )

    @api.model
    def _get_drawing(self, signature):
        try:
            content = base64.b64decode(signature or "", validate=True)
        except (binascii.Error, TypeError, ValueError):
            content = b""
        if not content.startswith(PNG) or len(content) > SIGNATURE_MAX:
            raise UserError(self.env._("Draw your signature first."))
        return content

    # Signing on paper -----------------------------------------------------------------------------

    def action_open_scan(self):
        """The screen that takes the scan of the signed paper."""
        self.ensure_one()
        self._check_filer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("File the Signed Paper"),
            "res_model": "hr.employee.advance.scan",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }

    def _check_filer(self):
        """:raises AccessError: neither finance nor HR, or it is one's own: he signs himself"""
        self.check_access("read")
        if not any(self.env.user.has_group(group) for group in FILERS):
            raise AccessError(self.env._("A signed paper is filed by finance or HR."))
        for paper in self:
            if self.env.user in paper.sudo().employee_id._get_person_users():
                raise AccessError(
                    self.env._("This is your own: sign it yourself, or let a colleague file it.")
                )
            paper._check_asked()

    def _file_scan(self, state, content, file_name, reason=None):
        """What the employee signed on paper, in the name of who files it."""
        self.ensure_one()
        self._check_filer()
        self._take_sign_guard()
        self.sudo()._check_asked()
        if not content:
            raise UserError(self.env._("Add the scan of the signed paper."))
        reason = (reason or "").strip()
        if state == "disputed" and not reason:
            raise UserError(self.env._("Write down what the employee says on the paper."))
        paper_sudo = self.sudo()
        digest = hashlib.sha256(content).hexdigest()
        name = paper_sudo.employee_id.name
        paper_sudo._close(
            state,
            {
                "answered_via": "paper",
                "signer_name": name,
                "scan": base64.b64encode(content),
                "scan_name": file_name,
                "scan_sha256": digest,
                "scan_by_id": self.env.uid,
            }
            | ({"reason": reason} if state == "disputed" else {}),
            actor=name,
        )
        paper_sudo._log_proof("advance.paper.filed", "paper", digest)

    # Telling --------------------------------------------------------------------------------------

    def _get_asked_key(self):
        self.ensure_one()
        return f"{self._get_sign_code()}:{self.id}"

    def _tell_asked(self):
        """An activity for who has a user; the link by mail for who has none, or none any more."""
        causes = []
        for paper in self.sudo():
            employee = paper.employee_id
            users, _addresses = employee._get_advance_contact()
            env = paper.with_context(lang=employee._get_advance_lang()).env
            causes.append(
                {
                    "key": paper._get_asked_key(),
                    "company": paper.company_id,
                    "users": users,
                    "level": "info",
                    "record": paper,
                    "summary": paper.with_env(env)._get_asked_summary(),
                    "note": paper.with_env(env)._get_content_html(),
                }
            )
        self.env["hr.control.alert"]._raise(causes)
        own = self._get_own_addresses()
        self.sudo().filtered(
            lambda paper: (
                not paper.employee_id._get_advance_contact()[0]
                and (address := paper.employee_id._get_sign_address())
                and not own.intersection(email_normalize_all(address))
            )
        )._send_links()

    def action_send_link(self):
        """Mail a new link to the employee; the one before ends.

        Finance only: who may change an address does not choose where the link goes.
        """
        if not self.env.user.has_group(FINANCE):
            raise AccessError(self.env._("The link to sign is mailed by finance."))
        self._check_filer()
        own = self._get_own_addresses()
        for paper in self.sudo():
            if paper.employee_id._get_advance_contact()[0]:
                raise UserError(
                    self.env._(
                        "%(employee)s signs as his own user.", employee=paper.employee_id.name
                    )
                )
            if own.intersection(email_normalize_all(paper.employee_id._get_sign_address() or "")):
                raise AccessError(self.env._("The link would go to your own address."))
            if not paper.employee_id._get_sign_address():
                raise UserError(
                    self.env._(
                        "%(employee)s has no mail address. Print it and file the signed paper.",
                        employee=paper.employee_id.name,
                    )
                )
        self.sudo()._send_links()
        return True

    def _get_own_addresses(self):
        """Where mail reaches the current user, whichever of his records it stands on."""
        user_sudo = self.env.user.sudo()
        people = user_sudo.with_context(active_test=False).employee_ids
        addresses = [
            user_sudo.email,
            user_sudo.login,
            user_sudo.partner_id.email,
            *people.mapped("work_email"),
            *people.mapped("private_email"),
        ]
        return {found for address in addresses for found in email_normalize_all(address or "")}

    def _send_links(self):
        """A new link for each of these papers, mailed together; the ones before end."""
        mails, told = [], {}
        for paper in self:
            token = secrets.token_urlsafe(32)
            paper.write(
                {
                    "token_digest": hashlib.sha256(token.encode()).hexdigest(),
                    "link_sent_at": fields.Datetime.now(),
                }
            )
            told[paper] = {"address": paper.employee_id._get_sign_address()}
            mails.append(paper._prepare_link_mail(token, **told[paper]))
        self.env["mail.mail"].sudo().create(mails)
        self._log("advance.paper.link_sent", told)

    def _prepare_link_mail(self, token, address):
        self.ensure_one()
        paper = self.with_context(lang=self.employee_id._get_advance_lang())
        return {
            "subject": paper._get_asked_summary(),
            "email_to": address,
            "email_from": self.company_id.email_formatted or self.env.user.email_formatted,
            "body_html": self.env["ir.qweb"]
            .with_context(lang=paper.env.lang)
            ._render(
                "hr_employee_advance.sign_link_mail",
                {"paper": paper, "url": self.get_base_url() + self._get_page_url(token)},
            ),
            # no copy of the token stays: the mail goes once it is sent
            "auto_delete": True,
        }

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


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def _get_sign_address(self):
        """Where a link reaches the person: at home once he has left, else at work."""
        self.ensure_one()
        employee_sudo = self.sudo()
        work, home = employee_sudo.work_email, employee_sudo.private_email
        return (work or home) if employee_sudo.active else (home or work)

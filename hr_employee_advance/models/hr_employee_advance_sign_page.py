import base64
import binascii
import hashlib

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import consteq

from odoo.addons.hr_control_base.tools.reasons import stated

FILERS = ("hr_employee_advance.group_advance_finance", "hr.group_hr_user")
PNG = b"\x89PNG\r\n\x1a\n"
SIGNATURE_MAX = 1024 * 1024


class HrEmployeeAdvanceSignMixin(models.AbstractModel):
    """Signing: drawn on the page of the paper, or on paper that somebody files as a scan."""

    _inherit = "hr.employee.advance.sign.mixin"

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
        reason = stated(reason)
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

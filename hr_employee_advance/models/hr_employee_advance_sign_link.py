import hashlib
import secrets

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.mail import email_normalize_all

FINANCE = "hr_employee_advance.group_advance_finance"


class HrEmployeeAdvanceSignMixin(models.AbstractModel):
    """Asking: an activity for who has a user; for who has none, or none any more, a link by mail."""

    _inherit = "hr.employee.advance.sign.mixin"

    def _get_asked_key(self):
        self.ensure_one()
        return f"{self._get_sign_code()}:{self.id}"

    def _tell_asked(self):
        """An activity for who has a user; the link by mail for who has none, or none any more."""
        causes, alone = [], self.sudo().browse()
        for paper in self.sudo():
            employee = paper.employee_id
            users, _addresses = employee._get_advance_contact()
            if not users:
                alone += paper
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
        alone.filtered(
            lambda paper: (
                (address := paper.employee_id._get_sign_address())
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


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def _get_sign_address(self):
        """Where a link reaches the person: at home once he has left, else at work."""
        self.ensure_one()
        employee_sudo = self.sudo()
        work, home = employee_sudo.work_email, employee_sudo.private_email
        return (work or home) if employee_sudo.active else (home or work)

from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.hr_control_base.tools.reasons import stated

FINANCE = "hr_employee_advance.group_advance_finance"


class HrEmployeeAdvanceVoucher(models.Model):
    """What finance says of a paper, and that the employee hears of it."""

    _inherit = "hr.employee.advance.voucher"

    def action_mark_valid(self):
        """Finance accepts the papers as they are."""
        self._mark("valid", "")
        return True

    def action_open_mark(self):
        """Ask for the reason of another verdict."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Missing or Refused"),
            "res_model": "hr.employee.advance.voucher.mark",
            "view_mode": "form",
            "target": "new",
            "context": {"default_voucher_ids": self.ids},
        }

    def _mark(self, verdict, reason):
        """:raises AccessError: not finance, or concerned oneself"""
        self.check_access("read")
        reason = stated(reason)
        self._check_judge()
        self.advance_id._take_advance_guard()
        vouchers_sudo = self.sudo()
        for voucher in vouchers_sudo:
            voucher._check_verdict(verdict, reason)
        vouchers_sudo.write(
            {
                "state": verdict,
                "reason": reason,
                "verdict_by_id": self.env.uid,
                "verdict_at": fields.Datetime.now(),
            }
        )
        self._log(f"advance.voucher.{verdict}")
        self._clear_told()
        if verdict != "valid":
            self._tell_verdict()

    def _check_judge(self):
        user = self.env.user
        if not user.has_group(FINANCE):
            raise AccessError(self.env._("Papers are judged by finance."))
        for voucher in self.sudo():
            own = voucher.employee_id._get_person_users() | voucher.advance_id.submitted_by_id
            if user in own:
                raise AccessError(
                    self.env._(
                        "%(advance)s is your own: another member of finance judges its papers.",
                        advance=voucher.advance_id.name,
                    )
                )
            if voucher.checksum and user == voucher.entered_by_id:
                raise AccessError(
                    self.env._(
                        "You handed %(paper)s in: another member of finance judges it.",
                        paper=voucher.name,
                    )
                )

    def _check_verdict(self, verdict, reason):
        self.ensure_one()
        _ = self.env._
        names = {"paper": self.name, "advance": self.advance_id.name}
        if self.advance_id.request_state == "draft":
            raise UserError(_("%(advance)s is a draft: its papers are not handed in yet.", **names))
        if verdict not in ("valid", "missing", "refused"):
            raise ValidationError(_("There is no such verdict."))
        if verdict != "valid" and not reason:
            raise UserError(
                _("Say what is wrong with %(paper)s, so that it can be mended.", **names)
            )
        if verdict == "valid" and not self.checksum:
            raise UserError(
                _("%(paper)s has no file: it cannot be valid. Mark it missing.", **names)
            )
        if verdict == "missing" and self.checksum:
            raise UserError(_("%(paper)s is there. Refuse it if it is not good.", **names))
        if self._get_checksum() != self.checksum:
            raise UserError(
                _(
                    "The file of %(paper)s is not the one that was handed in for %(advance)s. Ask for it again.",
                    **names,
                )
            )

    def _get_told_key(self):
        self.ensure_one()
        return f"advance.voucher:{self.id}"

    def _clear_told(self):
        for company, vouchers in self.sudo().grouped("company_id").items():
            self.env["hr.control.alert"]._clear(
                company, [voucher._get_told_key() for voucher in vouchers]
            )

    def _tell_verdict(self):
        causes = []
        for voucher in self.sudo():
            users, addresses = voucher.employee_id._get_advance_contact()
            env = voucher.with_context(lang=voucher.employee_id._get_advance_lang()).env
            values = {
                "paper": voucher.name,
                "advance": voucher.advance_id.name,
                "reason": voucher.reason,
            }
            causes.append(
                {
                    "key": voucher._get_told_key(),
                    "company": voucher.company_id,
                    "users": users,
                    "addresses": addresses,
                    "record": voucher.advance_id,
                    "summary": env._(
                        "%(advance)s: finance asks for %(paper)s. %(reason)s", **values
                    )
                    if voucher.state == "missing"
                    else env._("%(advance)s: %(paper)s was refused. %(reason)s", **values),
                }
            )
        self.env["hr.control.alert"]._raise(causes)

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .credit_admission import CONTROLLER


class CreditAdmission(models.Model):
    _inherit = "credit.admission"

    may_verify = fields.Boolean(compute="_compute_may_verify")

    @api.depends("item_ids.may_verify")
    @api.depends_context("uid")
    def _compute_may_verify(self):
        for admission in self:
            admission.may_verify = any(admission.item_ids.mapped("may_verify"))

    def action_verify_all(self):
        """Vouch for everything that is there and that this user may vouch for."""
        self.ensure_one()
        self.check_access("read")
        if not (items := self.item_ids.filtered("may_verify")):
            raise UserError(
                self.env._(
                    "There is nothing in the file of %(customer)s that you can verify.",
                    customer=self.display_name,
                )
            )
        return items.action_verify()


class CreditAdmissionItem(models.Model):
    """Vouching for what somebody else entered."""

    _inherit = "credit.admission.item"

    may_verify = fields.Boolean(compute="_compute_may_verify")

    @api.depends("status", "entered_by_id", "admission_id.state")
    @api.depends_context("uid")
    def _compute_may_verify(self):
        for item in self:
            item.may_verify = item.status == "entered" and not item._get_verify_blocker()

    def action_verify(self):
        """Vouch for items somebody else entered.

        :raises AccessError: not a reviewer, or his own entry
        :raises UserError: something is missing
        """
        self.check_access("read")
        self.admission_id.sudo().account_id._take_guard()
        for item in self:
            if blocker := item._get_verify_blocker():
                raise AccessError(blocker)
            if item.gap:
                raise UserError(
                    self.env._(
                        "%(item)s of %(customer)s cannot be verified yet: %(gap)s.",
                        item=item.name,
                        customer=item.admission_id.display_name,
                        gap=item.gap,
                    )
                )
        fresh = self.sudo().filtered(lambda item: not item.verified_at)
        fresh.write({"verified_at": fields.Datetime.now(), "verified_by_id": self.env.uid})
        for item in fresh:
            item._log(
                "credit.admission.verified",
                {"expires": str(item.expires_on or ""), "scan": item.scan_checksum or ""},
            )
        replaced = fresh.renews_id
        replaced.write({"active": False})
        replaced._clear_alerts()
        admissions = fresh.admission_id
        admissions.filtered(lambda file: file.state == "submitted").write({"state": "reviewing"})
        admissions._refresh_standing()
        return True

    def action_unverify(self):
        """Take the verification back; only those who answer for credit."""
        self.check_access("write")
        if not self.env.user.has_group(CONTROLLER):
            raise AccessError(self.env._("Only a credit controller takes a verification back."))
        verified = self.sudo().filtered("verified_at")
        verified._take_back("credit.admission.unverified")
        return True

    def _take_back(self, code):
        self.write({"verified_at": False, "verified_by_id": False})
        for item in self:
            item._log(code, {})
        self.admission_id._refresh_standing()

    def _get_verify_blocker(self):
        """Why this user may not verify the item; the one place where it is told."""
        self.ensure_one()
        user, file = self.env.user, self.admission_id.sudo()
        if file.state == "draft" or file.state == "rejected":
            return self.env._(
                "The file of %(customer)s has to be submitted first.", customer=file.display_name
            )
        if not (user.has_group(CONTROLLER) or file.approval_id.with_user(user).my_turn):
            return self.env._(
                "The file of %(customer)s is verified by those who decide on it.",
                customer=file.display_name,
            )
        if user in self.sudo().entered_by_id | file._get_concerned_users():
            return self.env._(
                "%(item)s of %(customer)s has to be verified by somebody who had no part in it.",
                item=self.name,
                customer=file.display_name,
            )
        return False

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .credit_admission import CONTROLLER


class CreditAdmission(models.Model):
    """Submitting, deciding and looking again; four eyes on every file."""

    _inherit = "credit.admission"

    duplicate_ids = fields.Many2many(
        "res.partner",
        compute="_compute_duplicate_ids",
        string="Perhaps the Same Customer",
        help="Other customers with the same tax number or telephone.",
    )

    @api.depends("partner_id.vat", "partner_id.phone", "state")
    def _compute_duplicate_ids(self):
        for admission in self:
            # settled with the approval: a form opened later need not look through all customers again
            known = admission.state in ("approved", "expired")
            admission.duplicate_ids = False if known else admission._get_duplicates()

    def action_submit(self):
        """Hand the file in for review.

        :raises UserError: something that the salesperson enters is missing, or nobody can decide
        """
        self.ensure_one()
        self.check_access("write")
        self.sudo().account_id._take_guard()
        missing = self._get_missing_items().filtered("by_salesperson")
        if missing or not self.class_id:
            raise UserError(
                self.env._(
                    "The file of %(customer)s cannot be submitted. %(missing)s",
                    customer=self.display_name,
                    missing=self._get_missing_sentence(),
                )
            )
        self._check_transition("submitted")
        self._submit_approval(self.env._("Customer file handed in for review."))
        self.sudo().write({"state": "submitted"})
        self._log("credit.admission.screened", {"findings": self._screen()})
        self.sudo()._refresh_standing()
        self.sudo().activity_unlink([self._get_todo_type()])
        return True

    def action_withdraw(self):
        """Take the file back to complete it; only who handed it in may."""
        self.ensure_one()
        self.check_access("read")
        return self.approval_id.action_withdraw()

    def action_confirm_review(self):
        """Somebody who had no part in the file looked at it again and vouches for it."""
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group(CONTROLLER) or self.env.user in self._get_concerned_users():
            raise AccessError(
                self.env._(
                    "The file of %(customer)s is reviewed by a credit controller who had no part in it.",
                    customer=self.display_name,
                )
            )
        if self.state != "approved":
            raise UserError(
                self.env._(
                    "The file of %(customer)s is not approved: submit it for review.",
                    customer=self.display_name,
                )
            )
        self.sudo().write({"reviewed_on": self.company_id.sudo()._company_today()})
        self._log("credit.admission.reviewed", {"until": str(self.review_due or "")})
        self.sudo()._clear_alerts()
        return True

    # Approval -----------------------------------------------------------------------------------

    def _get_concerned_users(self):
        """The salesperson of the customer and who handed the file in: they neither verify nor decide."""
        self.ensure_one()
        file = self.sudo()
        return file.partner_id.user_id | file.approval_id.requester_id

    def _get_approval_title(self):
        # EXTENDS hr_control_base
        return self.env._("Admit %(customer)s", customer=self.partner_id.display_name)

    def _get_approval_dossier(self):
        # EXTENDS hr_control_base
        return self.account_id.dossier_id

    def _get_approval_excluded_users(self):
        # EXTENDS hr_control_base: nobody decides on what he entered
        return self.partner_id.user_id | self.item_ids.entered_by_id

    def _get_approval_levels(self):
        # EXTENDS hr_control_base
        return [
            {"code": code, "label": label, "users": users}
            for code, label, users in self.env["credit.route"]._get_people(
                self.partner_id.user_id or self.env.user, self.company_id
            )
        ]

    def _get_approval_figures(self):
        # EXTENDS hr_control_base
        _ = self.env._
        pct, until = self._get_standing()
        figures = [
            (_("Customer"), self.partner_id.display_name),
            (_("Class"), self.class_id.name or ""),
            (_("Completeness"), f"{pct:.0f} %"),
            (_("Missing"), self.missing_names or _("nothing")),
            (_("To verify"), str(len(self._get_items_to_verify()))),
        ]
        if until:
            figures.append((_("Carries until"), str(until)))
        return figures + self._get_screening_figures()

    def _check_approval(self, user):
        # EXTENDS hr_control_base
        res = super()._check_approval(user)
        if self.env.user in self._get_approval_excluded_users():
            raise UserError(
                self.env._(
                    "%(user)s has entered something in the file of %(customer)s. Somebody else has to decide.",
                    user=self.env.user.name,
                    customer=self.display_name,
                )
            )
        if not self._is_complete():
            pct, _until = self._get_standing()
            raise UserError(
                self.env._(
                    "The file of %(customer)s is complete by %(pct)s %%, %(threshold)s %% are needed. %(missing)s",
                    customer=self.display_name,
                    pct=f"{pct:.0f}",
                    threshold=f"{self.company_id.credit_admission_threshold:.0f}",
                    missing=self._get_missing_sentence() or "",
                )
            )
        self._check_screening()
        return res

    def _after_approved(self, approval):
        res = super()._after_approved(approval)
        for admission in self.sudo():
            today = admission.company_id._company_today()
            admission.write({"state": "approved", "admitted_on": today, "reviewed_on": today})
            admission._refresh_standing()
            account = admission.account_id
            admission._log(
                "credit.admission.admitted",
                {
                    "completeness": round(account.admission_pct, 2),
                    "until": str(account.admitted_until or ""),
                },
            )
        return res

    def _after_refused(self, approval, reason):
        res = super()._after_refused(approval, reason)
        for admission in self.sudo():
            admission.write({"state": "rejected"})
            admission._refresh_standing()
            admission.message_post(body=reason)
        return res

    def _after_withdrawn(self, approval):
        res = super()._after_withdrawn(approval)
        for admission in self.sudo():
            admission.write({"state": "draft"})
            admission._refresh_standing()
        return res

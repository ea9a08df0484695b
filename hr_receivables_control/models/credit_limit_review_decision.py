import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.hr_control_base.models.hr_control_dossier import CONTENTION
from odoo.addons.hr_control_base.tools.reasons import stated

_logger = logging.getLogger(__name__)
CONTROLLER = "hr_receivables_control.group_credit_controller"


class CreditLimitReview(models.Model):
    """What becomes of a proposed limit: asked for, applied or dismissed."""

    _inherit = "credit.limit.review"

    def _check_controller(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(CONTROLLER):
            raise AccessError(self.env._("Only credit controllers decide on proposed limits."))

    def _begin(self):
        """Take the guards and look again. :raises UserError: the limit was changed meanwhile, or it is decided"""
        reviews = self.sudo()
        reviews.account_id._take_guard()
        reviews.invalidate_recordset()
        reviews.account_id.invalidate_recordset()
        for review in reviews:
            account = review.account_id
            current = account.base_limit if account.mode == "limited" else 0.0
            if review.state != "proposed" or account.currency_id.compare_amounts(
                current, review.limit_before
            ):
                raise UserError(
                    self.env._(
                        "The proposal for %(customer)s is out of date. Rate the customer again.",
                        customer=review.display_name,
                    )
                )
        return reviews

    def action_accept(self):
        """Ask for increases and trial limits, apply decreases; all of those chosen or none.

        :raises AccessError: not a credit controller
        """
        self._check_controller()
        for review in self._begin():
            if review.kind == "decrease":
                review._apply_decrease()
            else:
                review._ask()
        return True

    def _ask(self):
        """In the name of the user; somebody with a ceiling high enough decides."""
        self.ensure_one()
        grant = (
            self.env["credit.grant"]
            .with_user(self.env.uid)
            ._ask_higher_limit(
                self.account_id.with_user(self.env.uid),
                "base",
                self.limit_proposed,
                1,
                self._get_explanation(),
            )
        )
        self.write({"state": "asked", "grant_id": grant.id, "decided_by_id": self.env.uid})

    def _apply_decrease(self):
        self.ensure_one()
        self.account_id.write(
            {
                "mode": "limited",
                "base_limit": self.limit_proposed,
                "change_reason": self._get_explanation(),
            }
        )
        self.write({"state": "applied", "decided_by_id": self.env.uid})
        self._log("credit.review.applied")

    def action_open_dismiss(self):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dismiss"),
            "res_model": "credit.limit.review.dismiss",
            "view_mode": "form",
            "target": "new",
            "context": {"default_review_ids": self.ids},
        }

    def action_dismiss(self, reason=None):
        """Leave the limit as it is. :param reason: why, required"""
        self._check_controller()
        if not (reason := stated(reason)):
            raise UserError(self.env._("Say why the limit stays as it is."))
        reviews = self._begin()
        reviews.write(
            {
                "state": "dismissed",
                "decided_by_id": self.env.uid,
                "decision_reason": reason,
            }
        )
        reviews._log("credit.review.dismissed", reason)
        return True

    @api.model
    def _cron_apply_decreases(self):
        """Where the company says so; each customer in a transaction of its own, the guard first."""
        reviews = self.sudo().search(
            [
                ("state", "=", "proposed"),
                ("kind", "=", "decrease"),
                ("company_id.credit_decrease_policy", "=", "apply"),
            ],
            order="id",
        )
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(reviews))
        for review in reviews:
            try:
                review._begin()._apply_decrease()
            except (UserError, *CONTENTION) as error:
                self.env.cr.rollback()
                _logger.info("The decrease %s is left for the next run: %s", review.id, error)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("The decrease %s was not applied.", review.id)
            if not progress(1):
                break


class CreditGrant(models.Model):
    _inherit = "credit.grant"

    review_ids = fields.One2many(
        "credit.limit.review",
        "grant_id",
        string="Proposals",
        groups="hr_receivables_control.group_credit_controller,hr_control_base.group_control_auditor",
    )

    def _after_approved(self, approval):
        # EXTENDS: a proposed limit brings its last day with it, or none
        res = super()._after_approved(approval)
        for review in self.sudo().review_ids:
            # the limit itself was granted above, by somebody whose ceiling was checked
            review.account_id.with_user(api.SUPERUSER_ID).write(
                {"valid_to": review.valid_to, "change_reason": review._get_explanation()}
            )
            review.write({"state": "applied"})
            review._log("credit.review.applied")
        return res

    def _after_refused(self, approval, reason):
        res = super()._after_refused(approval, reason)
        self.sudo().review_ids.write({"state": "dismissed", "decision_reason": reason})
        return res

    def _after_withdrawn(self, approval):
        res = super()._after_withdrawn(approval)
        self.sudo().review_ids.write({"state": "obsolete"})
        return res

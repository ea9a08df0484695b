from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from .credit_admission import STATES


class CreditAccount(models.Model):
    """Whether the customer has been let in; read live by every check, without a query of its own."""

    _inherit = "credit.account"

    _control_guarded_fields = frozenset({"admission_state", "admission_pct", "admitted_until"})

    admission_state = fields.Selection(
        [*STATES, ("exempt", "Not asked")],
        string="Admission",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Empty: a customer from before files were kept. Not asked: own companies and employees.",
    )
    admission_pct = fields.Float(string="File Complete (%)", readonly=True, copy=False)
    admitted_until = fields.Date(readonly=True, copy=False)
    admission_ids = fields.One2many("credit.admission", "account_id", string="Customer File")

    @api.model
    def _get_check_fields(self):
        # EXTENDS
        return [*super()._get_check_fields(), "admission_state", "admitted_until"]

    @api.depends("admission_state", "admitted_until")
    def _compute_exposure(self):
        # EXTENDS
        return super()._compute_exposure()

    def _is_admitted(self):
        """Whether the customer may buy on credit today, as far as his file is concerned."""
        self.ensure_one()
        company = self.company_id.sudo()
        if self.admission_state == "approved":
            return not self.admitted_until or self.admitted_until >= company._company_today()
        if not self.admission_state:
            since = company.credit_admission_existing_from
            return not since or company._company_today() < since
        return self.admission_state == "exempt"

    def _is_shut_out(self):
        """Not admitted where the company enforces it: cash only, whatever the limit says."""
        self.ensure_one()
        policy = self.company_id.sudo().credit_admission_policy
        return policy == "enforce" and not self._is_admitted()

    def _get_effective_limit(self, exposure):
        # EXTENDS: uplifts are nothing either to somebody who was not let in
        return 0.0 if self._is_shut_out() else super()._get_effective_limit(exposure)

    def write(self, vals):
        # EXTENDS: who is let in has room again
        res = super().write(vals)
        if {"admission_state", "admitted_until"} & vals.keys():
            self._trigger_reevaluation(self.partner_id)
        return res

    def action_open_admission(self):
        """Open the customer's file; customers of before get one when somebody starts it."""
        self.ensure_one()
        self.check_access("read")
        self._open_admissions()
        return {
            "type": "ir.actions.act_window",
            "res_model": "credit.admission",
            "res_id": self.sudo().admission_ids.id,
            "views": [(False, "form")],
        }


class CreditCheckpoint(models.AbstractModel):
    _inherit = "credit.checkpoint"

    @api.model
    def _judge(self, account, exposure, before, amount, rate_missing, order):
        # EXTENDS: where admission only observes or warns, it is noted and holds nothing
        verdict = super()._judge(account, exposure, before, amount, rate_missing, order)
        after = before + amount
        if verdict.reasons or amount <= 0 or account.currency_id.compare_amounts(after, 0.0) <= 0:
            return verdict
        policy = account.company_id.sudo().credit_admission_policy
        if policy not in ("observe", "warn") or account._is_admitted():
            return verdict
        note = self._get_not_admitted_reason(account, before, amount) | {"policy": policy}
        return verdict._replace(notes=(*verdict.notes, note))

    @api.model
    def _get_over_limit_reason(self, account, before, amount, limit):
        # EXTENDS: the limit is nothing because the customer was not let in
        if account.mode in ("limited", "unlimited") and account._is_shut_out():
            return self._get_not_admitted_reason(account, before, amount)
        return super()._get_over_limit_reason(account, before, amount, limit)

    @api.model
    def _get_not_admitted_reason(self, account, before, amount):
        lapsed = account.admission_state == "approved"
        return {
            "code": "not_admitted",
            "state": "expired" if lapsed else account.admission_state or "draft",
            "until": str(account.admitted_until or "") if lapsed else "",
            "before": before,
            "amount": amount,
            "after": before + amount,
            "limit": 0.0,
            "excess": before + amount,
        }

    @api.model
    def _get_reason_words(self):
        # EXTENDS
        return super()._get_reason_words() | {"not_admitted": self.env._("not admitted")}

    @api.model
    def _get_reason_sentence(self, reason, currency, partner):
        # EXTENDS
        if reason["code"] != "not_admitted":
            return super()._get_reason_sentence(reason, currency, partner)
        sentences = self._get_admission_sentences()
        return sentences["lapsed" if reason["until"] else reason["state"]] % {
            "customer": partner.sudo().display_name,
            "date": format_date(self.env, reason["until"]),
            "excess": format_amount(self.env, reason["excess"], currency),
        }

    @api.model
    def _get_admission_sentences(self):
        _ = self.env._
        return {
            "lapsed": _(
                "The papers of %(customer)s were good until %(date)s. Renew them in the customer file; until then "
                "%(excess)s more has to be paid in advance."
            ),
            "draft": _(
                "The customer file of %(customer)s is not complete, so he buys for cash only. Complete and submit it, "
                "or have %(excess)s more paid in advance."
            ),
            "submitted": _(
                "The customer file of %(customer)s waits for review. Until then %(excess)s more has to be paid in "
                "advance."
            ),
            "reviewing": _(
                "The customer file of %(customer)s is in review. Until it is approved %(excess)s more has to be paid "
                "in advance."
            ),
            "rejected": _(
                "The customer file of %(customer)s was rejected, so he buys for cash only: %(excess)s more has to be "
                "paid in advance."
            ),
            "expired": _(
                "The customer file of %(customer)s has expired. Renew what ran out; until then %(excess)s more has to "
                "be paid in advance."
            ),
        }

from odoo import api, fields, models
from odoo.tools import format_amount


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_prepaid_withheld = fields.Boolean(
        string="Prepayments Give No Room beyond the Limit",
        help="An order is either paid in advance in full, or given on credit within the limit: what a customer has "
        "paid in advance and the limit do not add up.",
    )

    @api.model
    def _get_credit_recorded_fields(self):
        # EXTENDS
        return super()._get_credit_recorded_fields() | {"credit_prepaid_withheld": "prepaid"}

    def _get_credit_recorded_value(self, name, value):
        # EXTENDS
        if name == "credit_prepaid_withheld":
            return "yes" if value else "no"
        return super()._get_credit_recorded_value(name, value)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_prepaid_withheld = fields.Boolean(
        related="company_id.credit_prepaid_withheld", readonly=False
    )


class CreditAccount(models.Model):
    _inherit = "credit.account"

    def _withholds_prepaid(self, exposure, total):
        """Whether the customer has paid in advance, and it adds nothing to his limit.

        Without a limit there is nothing that it could be added to: he buys for what he has paid.
        """
        self.ensure_one()
        return (
            self.company_id.sudo().credit_prepaid_withheld
            and self.currency_id.compare_amounts(total, 0.0) < 0
            and bool(self._get_effective_limit(exposure))
        )

    def _get_exposure_figures(self, exposure):
        # EXTENDS: the exposure stays what it is, the room ends at the limit
        figures = super()._get_exposure_figures(exposure)
        if self._withholds_prepaid(exposure, figures["exposure_total"]):
            figures["available_amount"] = figures["effective_limit"]
        return figures


class CreditCheckpoint(models.AbstractModel):
    _inherit = "credit.checkpoint"

    @api.model
    def _get_used(self, account, exposure, before, amount, document):
        """What is used of the limit before ``amount`` comes on top; below zero where a prepayment adds to it."""
        withheld = (
            amount > 0
            and account._withholds_prepaid(exposure, before)
            and not self._is_paid_in_advance(account, before + amount, document)
        )
        return 0.0 if withheld else before

    @api.model
    def _judge(self, account, exposure, before, amount, rate_missing, order):
        # EXTENDS
        used = self._get_used(account, exposure, before, amount, order)
        verdict = super()._judge(account, exposure, used, amount, rate_missing, order)
        if used == before:
            return verdict
        reasons = [
            reason | {"prepaid": -before} if reason["code"] == "over_limit" else reason
            for reason in verdict.reasons
        ]
        return verdict._replace(before=before, reasons=reasons)

    @api.model
    def _get_reason_sentence(self, reason, currency, partner):
        # EXTENDS
        sentence = super()._get_reason_sentence(reason, currency, partner)
        return sentence + self._get_prepaid_sentence(reason, currency)

    @api.model
    def _get_prepaid_sentence(self, reason, currency):
        """What is added to the sentence of a reason that a prepayment withheld brought about; else nothing."""
        if not reason.get("prepaid"):
            return ""
        return " " + self.env._(
            "The %(amount)s paid in advance would have to pay for all of it: they give no room beyond the limit.",
            amount=format_amount(self.env, reason["prepaid"], currency),
        )


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_words(self):
        # EXTENDS
        return super()._get_words() | {
            f"{when}.{code}": word
            for when in ("before", "after")
            for code, word in (("yes", self.env._("yes")), ("no", self.env._("no")))
        }

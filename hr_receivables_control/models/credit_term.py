from odoo import api, fields, models

# Longest wait that a month's end adds: an invoice of the first day of a month of 31 days.
DAYS_TO_MONTH_END = 30
DAYS_TO_NEXT_MONTH_END = 61


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    def _get_credit_days(self):
        """Days from the invoice to the last instalment, at the longest; 0 without a term.

        The end of a month counts with its longest wait, so that the answer does not hang on the day.
        """
        return max((line._get_credit_days() for line in self.sudo().line_ids), default=0)


class AccountPaymentTermLine(models.Model):
    _inherit = "account.payment.term.line"

    def _get_credit_days(self):
        self.ensure_one()
        if self.delay_type == "days_after_end_of_month":
            return self.nb_days + DAYS_TO_MONTH_END
        if self.delay_type == "days_after_end_of_next_month":
            return self.nb_days + DAYS_TO_NEXT_MONTH_END
        if self.delay_type == "days_end_of_month_on_the":
            days = self.days_next_month or ""
            return self.nb_days + DAYS_TO_MONTH_END + (int(days) if days.isnumeric() else 1)
        return self.nb_days


class CreditAccount(models.Model):
    _inherit = "credit.account"

    limit_term = fields.Boolean(
        string="Limit the Payment Term",
        tracking=True,
        help="Hold orders whose payment term is longer than the days given.",
    )
    max_term_days = fields.Integer(
        string="Longest Term (Days)",
        tracking=True,
        help="Days the customer may take to pay, the last instalment included. Zero means at once.",
    )

    _max_term_days_positive = models.Constraint(
        "CHECK(max_term_days >= 0)", "A payment term cannot be below zero days."
    )


class CreditCheckpoint(models.AbstractModel):
    _inherit = "credit.checkpoint"

    @api.model
    def _get_verdict(self, account, uplift, before, amount, rate_missing, order):
        # EXTENDS: a term longer than the customer's is a reason of its own, whatever room there is
        verdict = super()._get_verdict(account, uplift, before, amount, rate_missing, order)
        if verdict.limit is None or amount <= 0 or order._name != "sale.order":
            return verdict
        reasons = self._get_term_reasons(account, order)
        return (
            verdict._replace(reasons=verdict.reasons + reasons, near=False) if reasons else verdict
        )

    @api.model
    def _get_term_reasons(self, account, order):
        term = order.sudo().payment_term_id
        if not account.limit_term or account.mode == "unlimited":
            return []
        days = term._get_credit_days()
        if days <= account.max_term_days:
            return []
        return [{"code": "term_too_long", "days": days, "max_days": account.max_term_days}]

    @api.model
    def _get_reason_words(self):
        # EXTENDS
        return super()._get_reason_words() | {"term_too_long": self.env._("payment term too long")}

    @api.model
    def _get_reason_sentence(self, reason, currency, partner):
        # EXTENDS
        if reason["code"] != "term_too_long":
            return super()._get_reason_sentence(reason, currency, partner)
        return self.env._(
            "%(customer)s may take up to %(max_days)s days to pay; the payment term of this order allows %(days)s.",
            customer=partner.sudo().display_name,
            max_days=reason["max_days"],
            days=reason["days"],
        )

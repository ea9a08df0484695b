from odoo import api, fields, models
from odoo.exceptions import AccessError

# Longest wait that a month's end adds: an invoice of the first day of a month of 31 days.
DAYS_TO_MONTH_END = 30
DAYS_TO_NEXT_MONTH_END = 61
ANY_TERM = 36_500


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

    def write(self, vals):
        # EXTENDS: a longer term is more credit, so it takes somebody who may give it
        if not {"limit_term", "max_term_days"} & vals.keys():
            return super().write(vals)
        self._take_guard()
        before = {account: account._get_longest_term() for account in self}
        res = super().write(vals)
        changed = self.filtered(lambda account: account._get_longest_term() != before[account])
        changed._check_term_authority(before)
        changed._log_term_change(before)
        return res

    def _get_longest_term(self):
        self.ensure_one()
        return self.max_term_days if self.limit_term else ANY_TERM

    def _check_term_authority(self, before):
        """:raises AccessError: the person may not give so long a term"""
        if self.env.su:
            return
        user = self.env.user
        for company, accounts in self.grouped("company_id").items():
            ceiling = self.env["credit.authority"]._get_ceilings(user, company)[user.id]
            for account in accounts:
                if before[account] < account._get_longest_term() > ceiling.term_days:
                    raise AccessError(
                        self.env._(
                            "%(user)s may give payment terms of up to %(days)s days. Ask somebody with a higher "
                            "authority to change the term of %(customer)s.",
                            user=user.name,
                            days=ceiling.term_days,
                            customer=account.display_name,
                        )
                    )

    def _log_term_change(self, before):
        self.env["hr.control.event"]._append(
            [
                {
                    "dossier": account.sudo().dossier_id,
                    "code": "credit.term",
                    "document": account,
                    "data": {"before": before[account], "after": account._get_longest_term()},
                    "names": {"subject": account.partner_id.sudo().display_name},
                }
                for account in self
            ]
        )


class CreditAuthority(models.Model):
    _inherit = "credit.authority"

    max_term_days = fields.Integer(
        string="Longest Payment Term (Days)",
        help="The longest payment term this position may give a customer, or release for an order.",
    )

    @api.model
    def _get_ceiling(self, user, rule, currency):
        # EXTENDS
        ceiling = super()._get_ceiling(user, rule, currency)
        if rule:
            return ceiling._replace(term_days=rule.max_term_days)
        return ceiling._replace(term_days=ANY_TERM if ceiling.customer_unlimited else 0)


class CreditGrant(models.Model):
    _inherit = "credit.grant"

    def _covers(self, order, verdict):
        # EXTENDS: a release given for something else says nothing of the term
        released = {reason["code"] for reason in self.decision_id.reasons or []}
        needed = {reason["code"] for reason in verdict.reasons} & {"term_too_long"}
        return needed <= released and super()._covers(order, verdict)

    def _get_term_days_asked(self):
        """Days of the payment term that the release is for; 0 when it is not for a term."""
        self.ensure_one()
        reasons = self.decision_id.reasons or [] if self.kind == "order" else []
        return max((r["days"] for r in reasons if r["code"] == "term_too_long"), default=0)

    def _is_covered_by(self, ceiling):
        # EXTENDS
        return super()._is_covered_by(ceiling) and self._get_term_days_asked() <= ceiling.term_days

    def _get_ceiling_sentence(self, ceiling):
        # EXTENDS
        days = self._get_term_days_asked()
        if days <= ceiling.term_days:
            return super()._get_ceiling_sentence(ceiling)
        return self.env._(
            "may release payment terms of up to %(ceiling)s days, %(days)s are needed",
            ceiling=ceiling.term_days,
            days=days,
        )

    def _get_approval_figures(self):
        # EXTENDS
        figures = super()._get_approval_figures()
        days = self._get_term_days_asked()
        return [*figures, (self.env._("Payment term (days)"), str(days))] if days else figures


class CreditCheckpoint(models.AbstractModel):
    _inherit = "credit.checkpoint"

    @api.model
    def _judge(self, account, exposure, before, amount, rate_missing, order):
        # EXTENDS: a term longer than the customer's is a reason of its own, whatever room there is
        verdict = super()._judge(account, exposure, before, amount, rate_missing, order)
        if verdict.limit is None or amount <= 0 or order._name != "sale.order":
            return verdict
        reasons = self._get_term_reasons(account, order)
        return (
            verdict._replace(reasons=verdict.reasons + reasons, near=False) if reasons else verdict
        )

    @api.model
    def _get_term_reasons(self, account, order):
        if not account.limit_term or account.mode == "unlimited":
            return []
        days = order.sudo().payment_term_id._get_credit_days()
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

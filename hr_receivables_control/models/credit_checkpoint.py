import logging
from typing import NamedTuple

import psycopg2

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import format_amount, format_date

_logger = logging.getLogger(__name__)

# Reasons that a release may lift; the others are mended at their cause.
RELEASABLE = {"over_limit", "cash_only", "limit_expired", "suspended"}


class Verdict(NamedTuple):
    """What a check of one order found, in company currency; ``limit`` is None for an unlimited customer."""

    amount: float
    before: float
    limit: float | None
    reasons: list
    near: bool = False
    grant: models.BaseModel | None = None

    @property
    def after(self):
        return self.before + self.amount

    @property
    def excess(self):
        return max(self.after - (self.limit or 0.0), 0.0) if self.reasons else 0.0


class CreditCheckpoint(models.AbstractModel):
    """The check itself. A document comes in, a decision row comes out; holding or raising is the caller's."""

    _name = "credit.checkpoint"
    _description = "Credit Checkpoint"

    @api.model
    def _check_orders(self, orders):
        """Check orders together, each on top of those before it, and record every outcome.

        Takes the guards of all customers concerned first, so that no other transaction can use
        the same room. An error in the check holds the order: nothing passes unchecked.
        :return: ``{order: credit.decision}``
        """
        orders = orders.sudo().sorted("id")
        accounts = self._get_order_accounts(orders)
        self.env["credit.account"].union(*accounts.values())._take_guard()
        try:
            verdicts = self._get_verdicts(orders, accounts)
        except (psycopg2.Error, ConcurrencyError):
            raise  # the transaction is lost with it: replayed or refused, but never passed
        except Exception:
            _logger.exception("The credit check of orders %s failed; they are held.", orders.ids)
            verdicts = {
                order: Verdict(order.amount_total, 0.0, 0.0, [{"code": "check_failed"}])
                for order in orders
            }
        return self._record_orders(accounts, verdicts)

    @api.model
    def _get_order_accounts(self, orders):
        """Account that answers for each order: the bill-to's company, never the sold-to.

        :return: ``{order: credit.account}``
        """
        result = {}
        for company, batch in orders.grouped("company_id").items():
            accounts = self.env["credit.account"]._ensure(batch.partner_invoice_id, company)
            by_partner = {account.partner_id: account for account in accounts}
            for order in batch:
                result[order] = by_partner[order.partner_invoice_id.commercial_partner_id]
        return result

    @api.model
    def _get_verdicts(self, orders, accounts):
        """Judge the orders in id order; what passes takes room from what follows.

        :return: ``{order: Verdict}``
        """
        exposures, amounts = self.env["credit.exposure"]._get(
            self.env["credit.account"].union(*accounts.values()), orders
        )
        used = {account_id: exposure.total for account_id, exposure in exposures.items()}
        unbooked = None
        grants = None
        verdicts = {}
        for order in orders:
            account = accounts[order]
            verdict = self._get_verdict(order, account, exposures, used, amounts)
            if verdict.reasons and unbooked is None:
                # asked for only when it matters: a payment can but help
                unbooked = self._get_unbooked_payments(orders, accounts)
                for paid_order, paid in unbooked.items():
                    used[accounts[paid_order].id] -= paid
                verdict = self._get_verdict(order, account, exposures, used, amounts)
            if verdict.reasons:
                grants = (
                    self.env["credit.grant"].sudo()._get_active_releases(orders)
                    if grants is None
                    else grants
                )
                grant = grants.get(order.id)
                if grant and grant._covers(order, verdict):
                    verdict = verdict._replace(grant=grant)
            verdicts[order] = verdict
            if self._get_result(order, verdict) != "hold":
                used[account.id] += verdict.amount
        return verdicts

    @api.model
    def _get_unbooked_payments(self, orders, accounts):
        """Money received for these orders that the ledger does not show yet.

        :return: ``{order: amount in the currency of its account}``
        """
        paid = self.env["payment.transaction"].sudo()._get_credit_unbooked(orders)
        return {
            order: order.currency_id._convert(
                paid[order.id],
                accounts[order].currency_id,
                order.company_id,
                order.company_id._company_today(),
            )
            for order in orders
            if order.id in paid
        }

    @api.model
    def _get_verdict(self, order, account, exposures, used, amounts):
        """The order on top of what its account has ``used`` so far."""
        exposure = exposures[account.id]
        amount, rate_missing = amounts.get(order.id, (0.0, False))
        return self._judge(
            account,
            exposure.uplift,
            used[account.id],
            amount,
            rate_missing or exposure.rate_missing,
            order,
        )

    @api.model
    def _judge(self, account, uplift, before, amount, rate_missing, order):
        currency = account.currency_id
        limit = account._get_effective_limit(uplift)
        reasons = []
        if limit is None:
            return Verdict(amount, before, limit, reasons)
        if account.mode == "blacklisted":
            reasons.append({"code": "blacklisted"})
        elif amount > 0:
            if rate_missing:
                reasons.append({"code": "rate_missing", "currency": order.currency_id.name})
            if currency.compare_amounts(before + amount, limit) > 0:
                reasons.append(self._get_over_limit_reason(account, before, amount, limit))
                if account.mode == "limited" and limit < account.base_limit:
                    reasons.append({"code": "limit_expired", "valid_to": str(account.valid_to)})
        near = not reasons and account._get_credit_status(before + amount, limit) == "near"
        return Verdict(amount, before, limit, reasons, near)

    @api.model
    def _get_over_limit_reason(self, account, before, amount, limit):
        code = "over_limit" if account.mode == "limited" else account.mode
        return {
            "code": code,
            "before": before,
            "amount": amount,
            "after": before + amount,
            "limit": limit,
            "excess": before + amount - limit,
        }

    # Recording ----------------------------------------------------------------------------------

    @api.model
    def _record_orders(self, accounts, verdicts):
        """Write one decision per order in one batch; any result but ok goes into the dossier too."""
        contexts = self._get_salesperson_contexts(verdicts)
        vals_list = []
        for order, verdict in verdicts.items():
            context = contexts.get((order.company_id.id, order.user_id.id)) or {}
            vals_list.append(
                {
                    "checkpoint": "order",
                    "result": self._get_result(order, verdict),
                    "policy": order.company_id.credit_order_policy,
                    "company_id": order.company_id.id,
                    "currency_id": accounts[order].currency_id.id,
                    "account_id": accounts[order].id,
                    "order_id": order.id,
                    "document_name": order.name,
                    "grant_id": verdict.grant.id if verdict.grant else False,
                    "user_id": self.env.uid,
                    "salesperson_id": order.user_id.id,
                    "store_id": context.get("store_id") or False,
                    "region_id": context.get("region_id") or False,
                    "order_amount": verdict.amount,
                    "exposure_before": verdict.before,
                    "exposure_after": verdict.after,
                    "effective_limit": verdict.limit or 0.0,
                    "excess_amount": verdict.excess,
                    "fingerprint": order._get_credit_fingerprint(),
                    "reasons": verdict.reasons,
                }
            )
        decisions = self.env["credit.decision"].sudo().create(vals_list)
        noted = decisions.filtered(lambda decision: decision.result != "ok")
        if noted:
            self.env["hr.control.event"]._append(noted._get_event_vals())
            noted.account_id.dossier_id._link()
        return {decision.order_id: decision for decision in decisions}

    @api.model
    def _get_result(self, order, verdict):
        if not verdict.reasons:
            return "near" if verdict.near else "ok"
        if verdict.grant:
            return "released"
        return {"observe": "observed", "warn": "warn", "enforce": "hold"}[
            order.company_id.credit_order_policy
        ]

    @api.model
    def _get_salesperson_contexts(self, orders):
        """Store and region of each salesperson today, one query per company.

        :return: ``{(company id, user id): context}``
        """
        by_company = {}
        for order in orders:
            by_company.setdefault(order.company_id, self.env["res.users"])
            by_company[order.company_id] |= order.user_id
        return {
            (company.id, user_id): context
            for company, users in by_company.items()
            if users
            for user_id, context in self.env["hr.employee"]
            ._get_control_context(users, company)
            .items()
        }

    # Explaining ---------------------------------------------------------------------------------

    @api.model
    def _get_reason_words(self):
        """What each reason is called in a list."""
        return {
            "over_limit": self.env._("over the limit"),
            "cash_only": self.env._("cash only"),
            "suspended": self.env._("suspended"),
            "blacklisted": self.env._("blacklisted"),
            "limit_expired": self.env._("limit expired"),
            "rate_missing": self.env._("no exchange rate"),
            "check_failed": self.env._("check failed"),
        }

    @api.model
    def _get_reason_sentence(self, reason, currency, partner):
        """One reason as a sentence in the reader's language: rule, figures, next step."""
        _ = self.env._
        figures = {
            name: format_amount(self.env, reason[name], currency)
            for name in ("before", "amount", "after", "limit", "excess")
            if name in reason
        }
        customer = partner.sudo().display_name
        code = reason["code"]
        if code == "over_limit":
            return _(
                "%(customer)s already uses %(before)s of the limit of %(limit)s. With this order of %(amount)s "
                "it would be %(after)s, which is %(excess)s too much.",
                customer=customer,
                **figures,
            )
        if code == "cash_only":
            return _(
                "%(customer)s buys for cash only. This order of %(amount)s may be confirmed once %(excess)s more "
                "is paid in advance.",
                customer=customer,
                **figures,
            )
        if code == "suspended":
            return _(
                "The credit of %(customer)s is suspended. This order of %(amount)s may be confirmed once "
                "%(excess)s more is paid in advance.",
                customer=customer,
                **figures,
            )
        if code == "blacklisted":
            return _(
                "%(customer)s is on the blacklist: no order may be confirmed.", customer=customer
            )
        if code == "limit_expired":
            return _(
                "The credit limit of %(customer)s was valid until %(date)s. Renew it on the credit account.",
                customer=customer,
                date=format_date(self.env, reason["valid_to"]),
            )
        if code == "rate_missing":
            return _(
                "There is no exchange rate for %(currency)s, so the exposure cannot be told. Enter the rate and "
                "confirm again.",
                currency=reason["currency"],
            )
        return _(
            "The credit check could not be completed. Ask an administrator to look at the server log, then retry."
        )

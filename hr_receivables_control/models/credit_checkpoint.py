import logging
from typing import NamedTuple

import psycopg2

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import format_amount, format_date

from .credit_person import Person

_logger = logging.getLogger(__name__)

# Reasons that a release may lift; the others are mended at their cause.
OWN_REASONS = {"own_order", "own_customer", "own_pool", "person_suspended"}
RELEASABLE = {
    "over_limit",
    "overdue",
    "cash_only",
    "limit_expired",
    "not_admitted",
    "suspended",
    "term_too_long",
} | OWN_REASONS


class Verdict(NamedTuple):
    """What a check of one order found, in company currency; ``limit`` is None for an unlimited customer.

    ``own_before`` is what the salesperson had open on his own documents, ``own_amount`` what this
    one adds to it: nothing where the customer has paid in advance. ``emergency`` is the part of the
    limit that was given in an emergency. ``notes`` are reasons with a ``policy`` of their own that
    holds nothing; they are recorded where there is no other reason.
    """

    amount: float
    before: float
    limit: float | None
    reasons: list
    near: bool = False
    grant: models.BaseModel | None = None
    lenient: bool = False  # recorded and shown, but too late or too costly to refuse
    person: Person = Person()
    emergency: float = 0.0
    own_before: float = 0.0
    own_amount: float = 0.0
    notes: tuple = ()

    @property
    def after(self):
        return self.before + self.amount

    @property
    def excess(self):
        """How far the order goes beyond what it breaks most: the customer's limit, or one of the salesperson's own."""
        customer = any(reason["code"] not in OWN_REASONS for reason in self.reasons)
        return max(
            self.after - (self.limit or 0.0) if customer else 0.0,
            *(reason["excess"] for reason in self.reasons if "excess" in reason),
            0.0,
            0.0,
        )


class CreditCheckpoint(models.AbstractModel):
    """The check itself. A document comes in, a decision row comes out; holding or raising is the caller's."""

    _name = "credit.checkpoint"
    _description = "Credit Checkpoint"

    @api.model
    def _check_orders(self, orders, checkpoint="order"):
        """Check orders together, each on top of those before it, and record every outcome.

        Takes the guards of all customers concerned first, so that no other transaction can use
        the same room. An error in the check holds the order: nothing passes unchecked.
        :return: ``{order: credit.decision}``
        """
        orders = orders.sudo().sorted("id")
        if checkpoint == "order":
            orders._name_credit_salesperson()
        accounts = self._get_order_accounts(orders)
        people = self.env["credit.person"]._get_for_documents(orders)
        self._take_guards(accounts, people)
        try:
            verdicts = self._get_verdicts(orders, accounts, people)
        except (psycopg2.Error, ConcurrencyError):
            raise  # the transaction is lost with it: replayed or refused, but never passed
        except Exception:
            _logger.exception("The credit check of orders %s failed; they are held.", orders.ids)
            verdicts = {
                order: Verdict(order.amount_total, 0.0, 0.0, [{"code": "check_failed"}])
                for order in orders
            }
        return self._record(checkpoint, accounts, verdicts)

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
    def _get_verdicts(self, orders, accounts, people=None):
        """Judge the orders in id order; what passes takes room from what follows.

        :return: ``{order: Verdict}``
        """
        exposures, amounts = self.env["credit.exposure"]._get(
            self.env["credit.account"].union(*accounts.values()), orders
        )
        used = {account_id: exposure.total for account_id, exposure in exposures.items()}
        own = self._get_own_credit(orders, accounts, people, without=orders._origin)
        unbooked = grants = None
        verdicts = {}
        for order in orders:
            account = accounts[order]
            verdict = self._get_verdict(order, account, exposures, used, amounts, own)
            if unbooked is None and (verdict.reasons or verdict.near or verdict.notes):
                # asked for only when it matters: a payment can but help
                unbooked = self._get_unbooked_payments(orders, accounts)
                for paid_order, paid in unbooked.items():
                    used[accounts[paid_order].id] -= paid
                verdict = self._get_verdict(order, account, exposures, used, amounts, own)
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
                self._use_own_credit(own, account, verdict)
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
    def _get_verdict(self, order, account, exposures, used, amounts, own):
        """The order on top of what its account has ``used`` so far, and its salesperson of his ``own``."""
        exposure = exposures[account.id]
        amount, rate_missing = amounts.get(order.id, (0.0, False))
        verdict = self._judge(
            account,
            exposure,
            used[account.id],
            amount,
            rate_missing or exposure.rate_missing,
            order,
        )
        # a limit of nothing, whatever was added to it, uses no emergency
        verdict = verdict._replace(emergency=min(exposure.emergency, verdict.limit or 0.0))
        return self._add_own_verdict(own, order, account, verdict)

    @api.model
    def _judge(self, account, exposure, before, amount, rate_missing, order):
        """What speaks against ``amount`` on top of ``before``; ``order`` may be an invoice too."""
        currency = account.currency_id
        limit = account._get_effective_limit(exposure)
        reasons = []
        if limit is None:
            return Verdict(amount, before, limit, reasons)
        if account._is_banned():
            reasons.append({"code": "blacklisted"})
        elif amount > 0:
            if rate_missing:
                reasons.append({"code": "rate_missing", "currency": order.currency_id.name})
            if currency.compare_amounts(before + amount, limit) > 0:
                reasons.append(self._get_over_limit_reason(account, before, amount, limit))
                if account.mode == "limited" and account._is_limit_expired():
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
    def _record(self, checkpoint, accounts, verdicts):
        """Write one decision per document in one batch; any result but ok goes into the dossier too.

        A document is a record of any model that answers ``_get_credit_policy`` and
        ``_prepare_credit_decision_vals``.
        :param accounts: ``{document: credit.account}``
        :param verdicts: ``{document: Verdict}``
        :return: ``{document: credit.decision}``
        """
        vals_list = [
            document._prepare_credit_decision_vals()
            | self._prepare_decision_vals(checkpoint, document, accounts[document], verdict)
            for document, verdict in verdicts.items()
        ]
        self._add_salesperson_contexts(vals_list)
        decisions = self.env["credit.decision"].sudo().create(vals_list)
        noted = decisions.filtered(lambda decision: decision.result != "ok")
        if noted:
            self.env["hr.control.event"]._append(noted._get_event_vals())
            noted.account_id.dossier_id._link()
        result = dict(zip(verdicts, decisions, strict=True))
        self._after_record(accounts, verdicts, result)
        return result

    @api.model
    def _after_record(self, accounts, verdicts, decisions):
        """What follows from the outcome under the guard; extended by warnings and by what tracks use."""

    @api.model
    def _prepare_decision_vals(self, checkpoint, document, account, verdict):
        return {
            "checkpoint": checkpoint,
            "result": self._get_result(document, verdict),
            "policy": document._get_credit_policy(),
            "company_id": document.company_id.id,
            "currency_id": account.currency_id.id,
            "account_id": account.id,
            "grant_id": verdict.grant.id if verdict.grant else False,
            "user_id": self.env.uid,
            "order_amount": verdict.amount,
            "exposure_before": verdict.before,
            "exposure_after": verdict.after,
            "effective_limit": verdict.limit or 0.0,
            "excess_amount": verdict.excess,
            "reasons": verdict.reasons or list(verdict.notes),
        }

    @api.model
    def _get_result(self, document, verdict):
        if verdict.notes and not verdict.reasons:
            policies = {document._get_credit_policy(), *(note["policy"] for note in verdict.notes)}
            return "observed" if "observe" in policies else "warn"
        if not verdict.reasons:
            return "near" if verdict.near else "ok"
        if verdict.grant:
            return "released"
        result = {"observe": "observed", "warn": "warn", "enforce": "hold"}[
            document._get_credit_policy()
        ]
        return "warn" if result == "hold" and verdict.lenient else result

    @api.model
    def _add_salesperson_contexts(self, vals_list):
        """Store and region of each salesperson today, one query per company."""
        users = {}
        vals_list = [vals for vals in vals_list if "store_id" not in vals]
        for vals in vals_list:
            users.setdefault(vals["company_id"], set()).add(vals["salesperson_id"])
        for company_id, user_ids in users.items():
            contexts = {}
            if found := self.env["res.users"].browse(user_ids - {False}):
                company = self.env["res.company"].browse(company_id)
                contexts = self.env["hr.employee"]._get_control_context(found, company)
            for vals in vals_list:
                if vals["company_id"] == company_id:
                    context = contexts.get(vals["salesperson_id"]) or {}
                    vals["store_id"] = context.get("store_id") or False
                    vals["region_id"] = context.get("region_id") or False

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

from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.tools import format_amount

from .credit_checkpoint import OWN_REASONS
from .credit_person import Person


class OwnCredit(NamedTuple):
    """Salespeople of a batch and what they have open, growing with each order that passes.

    ``totals``: ``{(user id, credit company id): {commercial partner id or None: amount}}``
    """

    people: dict
    totals: dict

    def get_totals(self, person, account):
        """Open on the person's own documents: with this customer, and altogether."""
        totals = self.totals[person.user_id, account.company_id.id]
        return totals[account.partner_id.id], sum(totals.values())


class CreditCheckpoint(models.AbstractModel):
    """The salesperson's own limits: each order, each customer, and all his documents together."""

    _inherit = "credit.checkpoint"

    @api.model
    def _take_guards(self, accounts, people):
        """Guard the customers, and those salespeople who have a total, in one statement.

        People without a total are not guarded: they never wait for themselves.
        """
        pools = [person.dossier_id for person in people.values() if person.pool_limit is not None]
        dossiers = self.env["credit.account"].union(*accounts.values()).sudo().dossier_id
        (dossiers | dossiers.browse(pools))._take_guard()

    @api.model
    def _get_person(self, people, document):
        return people.get((document.company_id.id, document.user_id._origin.id)) or Person()

    @api.model
    def _get_own_credit(self, documents, accounts, people=None, without=()):
        """What the salespeople of these documents have open; one query, none without limits.

        :param without: orders left out of it
        """
        if people is None:
            people = self.env["credit.person"]._get_for_documents(documents)
        pairs = {
            (person.user_id, accounts[document].company_id.id)
            for document in documents
            if (person := self._get_person(people, document)).has_own_total
        }
        partners = self.env["credit.account"].union(*accounts.values()).partner_id
        totals = defaultdict(lambda: defaultdict(float))
        found = self.env["credit.person"]._get_totals(pairs, partners, without)
        for (user_id, company_id, partner_id), amount in found.items():
            totals[user_id, company_id][partner_id] = amount
        return OwnCredit(people, totals)

    @api.model
    def _add_own_verdict(self, own, document, account, verdict, ordered=0.0):
        """The verdict on the customer, with that on the salesperson added.

        Only what is given on credit counts: a customer who has paid in advance takes nothing of it.
        :param ordered: worth of the order that the amount of the verdict is added to
        """
        person = self._get_person(own.people, document)
        if not person.user_id:
            return verdict
        compare = account.currency_id.compare_amounts
        amount = max(min(verdict.amount, verdict.after), 0.0)
        with_customer, total = own.get_totals(person, account)
        reasons = []
        if compare(amount, 0.0) > 0:
            for code, before, limit in (
                ("person_suspended", 0.0, 0.0 if person.suspension_id else None),
                ("own_order", ordered, person.order_limit),
                ("own_customer", with_customer, person.customer_limit),
                ("own_pool", total, person.pool_limit),
            ):
                if limit is not None and compare(before + amount, limit) > 0:
                    reasons.append(
                        {
                            "code": code,
                            "user": person.user_id,
                            "before": before,
                            "amount": amount,
                            "after": before + amount,
                            "limit": limit,
                            "excess": before + amount - limit,
                        }
                    )
        near = verdict.near or (
            amount > 0 and self._is_near(person.pool_limit, person.near_pct, total + amount)
        )
        return verdict._replace(
            reasons=[*verdict.reasons, *reasons],
            near=bool(near and not reasons and not verdict.reasons),
            person=person,
            own_before=total,
            own_amount=amount,
        )

    @api.model
    def _is_near(self, limit, near_pct, amount):
        return bool(limit) and amount >= limit * near_pct / 100 - 1e-6

    @api.model
    def _use_own_credit(self, own, account, verdict):
        """An order that passed takes room from those that follow."""
        if verdict.person.user_id:
            totals = own.totals[verdict.person.user_id, account.company_id.id]
            totals[account.partner_id.id] += verdict.own_amount

    @api.model
    def _prepare_decision_vals(self, checkpoint, document, account, verdict):
        vals = super()._prepare_decision_vals(checkpoint, document, account, verdict)
        person = verdict.person
        if not person.user_id:
            return vals
        return vals | {
            "store_id": person.store_id or False,
            "region_id": person.region_id or False,
            "authority_id": person.rule_id or False,
            "own_limit": person.pool_limit or 0.0,
            "own_exposure_after": verdict.own_before + verdict.own_amount
            if person.has_own_total
            else 0.0,
        }

    # Explaining ---------------------------------------------------------------------------------

    @api.model
    def _get_reason_words(self):
        return super()._get_reason_words() | {
            "own_order": self.env._("over the salesperson's limit per order"),
            "own_customer": self.env._("over the salesperson's limit per customer"),
            "own_pool": self.env._("over the salesperson's total"),
            "person_suspended": self.env._("salesperson suspended"),
        }

    @api.model
    def _get_reason_sentence(self, reason, currency, partner):
        if reason["code"] not in OWN_REASONS:
            return super()._get_reason_sentence(reason, currency, partner)
        user = self.env["res.users"].sudo().browse(reason["user"]).exists()
        names = {
            "person": user.name or self.env._("The salesperson"),
            "customer": partner.sudo().display_name,
        } | {
            name: format_amount(self.env, reason[name], currency)
            for name in ("before", "amount", "after", "limit", "excess")
        }
        return self._get_own_sentences(reason)[reason["code"]] % names

    @api.model
    def _get_own_sentences(self, reason):
        """Sentence per code; checkpoints of other documents than orders have their own."""
        _ = self.env._
        return {
            "own_order": _(
                "%(person)s may confirm orders of up to %(limit)s on credit. This one is %(amount)s, "
                "%(excess)s too much."
            ),
            "own_customer": _(
                "%(person)s may give one customer up to %(limit)s and has %(before)s open with %(customer)s. "
                "With this order of %(amount)s it would be %(excess)s too much."
            ),
            "own_pool": _(
                "%(person)s may have %(limit)s open with all customers together and has %(before)s. "
                "With this order of %(amount)s it would be %(excess)s too much."
            ),
            "person_suspended": _(
                "The credit authority of %(person)s is suspended. This order of %(amount)s needs a release."
            ),
        }

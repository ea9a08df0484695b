from contextlib import contextmanager
from typing import NamedTuple

from odoo import api, fields, models

WATCH = "hr_receivables_control.amendment"
AMENDED = "hr_receivables_control.amended"


class Holding(NamedTuple):
    """What a confirmed order holds, of whom, and how long he may take to pay.

    ``checked`` is the part that a check has let pass: less than ``amount`` when the order was beyond
    the horizon then and its time has come since.
    """

    account: tuple
    amount: float
    checked: float
    term: models.BaseModel


class CreditAmendment(models.AbstractModel):
    """Watches changes of confirmed orders; only what makes a customer owe more, or longer, is checked.

    What an order holds is compared before and after the outermost change, so that an order form
    which raises one line and lowers another is judged by what comes out of it.
    """

    _name = "credit.amendment"
    _description = "Credit Check of Order Changes"

    @api.model
    @contextmanager
    def _watch(self, orders, checked=None):
        """Check confirmed ``orders`` after the change that is made inside.

        Nothing is read for orders that are not confirmed. A change inside a watched change, in an
        automation too, is judged together with it, by the same comparison.
        :param checked: function, called after the change, that returns orders checked elsewhere
        :raises UserError: the customer's credit does not allow the change
        """
        # not the context, which a client could send, nor cr.cache, which savepoints empty
        data = self.env.cr.postrollback.data
        watched = data.get(WATCH)
        if watched is not None:
            watched.update(self._get_holdings(orders.filtered(lambda o: o.id not in watched)))
            yield
            if checked:
                for order in checked():
                    watched.pop(order.id, None)
            return
        watched = data[WATCH] = self._get_holdings(orders)
        try:
            yield
            if watched:
                # what Odoo computes anew, and writes order by order, is part of this change
                self.env["sale.order.line"].flush_model(["price_total"])
        finally:
            data.pop(WATCH, None)
        if checked:
            for order in checked():
                watched.pop(order.id, None)
        if watched:
            self._check_raised(watched)

    @api.model
    def _check_computed(self, orders):
        """Check orders of which a figure was computed that is not in the database yet.

        :raises UserError: the customer's credit does not allow what they hold now
        """
        before = self._get_holdings(orders, flush=False)
        watched = self.env.cr.postrollback.data.get(WATCH)
        if watched is None:
            self._check_raised(before)
        else:
            watched.update({key: found for key, found in before.items() if key not in watched})

    @api.model
    def _get_holdings(self, orders, flush=True):
        """:return: ``{order id: Holding}`` of the confirmed ones among ``orders``

        :param flush: else as the database has them, without what is computed or written just now
        """
        confirmed = orders.sudo().filtered(lambda order: order.state == "sale" and order.id)
        if not confirmed:
            return {}
        if flush:
            # all lines at once: the totals of the orders would compute those of each order apart
            self.env["sale.order.line"].flush_model(["price_total"])
        Exposure = self.env["credit.exposure"]
        amounts = Exposure._get_order_amounts(confirmed, flush=flush)
        later = confirmed.filtered("credit_later")
        checked = amounts | dict.fromkeys(later.ids, 0.0)
        checked |= Exposure._get_order_amounts(later, flush=flush, checked=True)
        return {
            order.id: Holding(
                (
                    order.partner_invoice_id.commercial_partner_id.id,
                    order.company_id.credit_company_id.id,
                ),
                amounts.get(order.id, 0.0),
                checked.get(order.id, 0.0),
                order.payment_term_id,
            )
            for order in confirmed
        }

    @api.model
    def _check_raised(self, before):
        orders = self.env["sale.order"].browse(before).exists()
        after = self._get_holdings(orders)
        raised = orders.filtered(
            lambda order: (
                order.id in after and self._is_raised(order, before[order.id], after[order.id])
            )
        )
        longer = (orders - raised).filtered(
            lambda order: (
                order.id in after
                and after[order.id].amount
                and before[order.id].term != after[order.id].term
            )
        )
        data = self.env.cr.postrollback.data
        data[AMENDED] = set(raised.ids)
        try:
            raised._check_credit_or_raise("amendment")
        finally:
            data.pop(AMENDED, None)
        if longer:
            self._check_longer_terms(longer, before)
        self._after_change(before, after)

    @api.model
    def _is_raised(self, order, before, after):
        """Whether somebody's credit is used more than before; extended where more is limited."""
        if before.account != after.account:
            return after.amount > 0
        currency = order.sudo().company_id.credit_company_id.currency_id
        return (
            currency.compare_amounts(after.amount, before.amount) > 0
            or currency.compare_amounts(after.checked, before.checked) > 0
        )

    @api.model
    def _check_longer_terms(self, orders, before):
        """A longer term alone is checked only against the customer's longest term."""
        Checkpoint = self.env["credit.checkpoint"]
        accounts = Checkpoint._get_order_accounts(orders.sudo())
        too_long = orders.filtered(
            lambda order: (
                Checkpoint._get_term_reasons(accounts[order], order)
                and order.sudo().payment_term_id._get_credit_days()
                > before[order.id].term._get_credit_days()
            )
        )
        too_long._check_credit_or_raise("term")

    @api.model
    def _after_change(self, before, after):
        """What follows from a change that passed."""


class CreditGrant(models.Model):
    _inherit = "credit.grant"

    @api.model
    def _get_active_releases(self, orders):
        # EXTENDS: the release that an order was confirmed with bears its growth, by the deviation
        # that was given with it and for as long as it is valid
        grants = super()._get_active_releases(orders)
        amended = orders.filtered(
            lambda o: o.id in self.env.cr.postrollback.data.get(AMENDED, ()) and o.id not in grants
        )
        if not amended:
            return grants
        decisions = (
            self.env["credit.decision"]
            .sudo()
            .search(
                [("order_id", "in", amended.ids), ("checkpoint", "=", "order")], order="id desc"
            )
        )
        for order, found in decisions.grouped("order_id").items():
            grant = found[0].grant_id
            if grant.state == "used" and grant.valid_to > fields.Datetime.now():
                grants[order.id] = grant
        return grants

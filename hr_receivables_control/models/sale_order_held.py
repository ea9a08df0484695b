import logging

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .credit_reevaluation import TRIGGERED

_logger = logging.getLogger(__name__)


class SaleOrder(models.Model):
    """What follows from a hold that nobody sees happen, and from its end."""

    _inherit = "sale.order"

    @api.model
    def _has_field_access(self, field, operation):
        # a customer reads his own orders over RPC too; his credit is not for him to see
        if (
            field.name.startswith("credit_")
            and not self.env.su
            and not self.env.user._is_internal()
        ):
            return False
        return super()._has_field_access(field, operation)

    def _credit_hold(self):
        # EXTENDS: a customer who signs, pays or orders in the shop is told nothing of his credit
        res = super()._credit_hold()
        if self:
            # what makes room from now on in this transaction has an order to make it for
            self.env.cr.postrollback.data.pop(TRIGGERED, None)
            self._clear_credit_alerts("credit.lifted")
        if self and self._is_credit_unattended():
            self._alert_credit_hold()
        return res

    def write(self, vals):
        # EXTENDS sale
        if "credit_state" not in vals:
            return super().write(vals)
        held = self.sudo().filtered(lambda order: order.credit_state == "hold")
        res = super().write(vals)
        if vals["credit_state"] != "hold":
            held._clear_credit_alerts("credit.hold")
        return res

    def _is_credit_unattended(self):
        """Whether no employee sees the answer: customers, visitors, jobs and payment notices."""
        return self.env.uid == SUPERUSER_ID or not self.env.user._is_internal()

    def _is_credit_committed(self):
        """Whether the customer has done all that he is asked for, by signing or paying.

        Only then is his order confirmed by us; else somebody has to want it.
        """
        self.ensure_one()
        order = self.sudo()
        signed = bool(order.signature) and not order._has_to_be_paid()
        return signed or bool(order.amount_paid and order._is_confirmation_amount_reached())

    def _is_credit_received(self):
        """Whether the order waits for credit only: signed or paid for, or with a way of payment chosen."""
        self.ensure_one()
        order = self.sudo()
        paying = order.transaction_ids.filtered(
            lambda tx: tx.state in ("pending", "authorized", "done")
        )
        return bool(
            order.credit_state
            and order.state in ("draft", "sent")
            and (order.signature or order.amount_paid or paying)
        )

    # Telling the salesperson ----------------------------------------------------------------------

    def _alert_credit_hold(self):
        self._raise_credit_alert(
            "credit.hold",
            lambda order: self.env._(
                "%(order)s of %(customer)s waits: his credit does not allow it. He was not told so.",
                order=order.name,
                customer=order.partner_id.display_name,
            ),
        )

    def _raise_credit_alert(self, key, get_summary):
        """One activity per order for its salesperson, or for who watches over credit."""
        self.env["hr.control.alert"]._raise(
            [
                {
                    "key": f"{key}:{order.id}",
                    "company": order.company_id,
                    "users": order.user_id or self.env["credit.route"]._get_watchers(order),
                    "record": order,
                    "summary": get_summary(order),
                    "mail": False,
                }
                for order in self.sudo()
            ]
        )

    def _clear_credit_alerts(self, key):
        for company, orders in self.sudo().grouped("company_id").items():
            self.env["hr.control.alert"]._clear(company, [f"{key}:{order.id}" for order in orders])

    # Lifting --------------------------------------------------------------------------------------

    @api.model
    def _get_held_domain(self):
        return Domain("credit_state", "=", "hold") & Domain("state", "in", ("draft", "sent"))

    @api.model
    def _get_held_accounts(self):
        """Credit accounts with orders on hold; one query, and one for each company."""
        groups = self.sudo()._read_group(
            self._get_held_domain(), ["company_id"], ["partner_invoice_id:recordset"]
        )
        Account = self.env["credit.account"]
        return Account.union(*(Account._find(partners, company) for company, partners in groups))

    def _lift_credit_hold(self, verdicts):
        """Free orders that every reason is gone for; confirm what the customer has signed or paid."""
        committed = self.filtered(lambda order: order._is_credit_committed())
        free = (self - committed).sudo()
        # only orders on hold or released have requests; the confirmation relies on it
        free.credit_grant_ids._void(self.env._("There was room again."))
        free.write({"credit_state": False})
        for order in committed.sudo():
            try:
                with self.env.cr.savepoint():
                    # with the mail that the signature or the payment would have sent
                    order._validate_order()
            except UserError as error:
                _logger.info("%s stays on hold: %s", order.name, error)
        lifted = self.filtered(lambda order: order.credit_state != "hold")
        lifted._log_credit_event(
            "credit.lifted",
            {
                order: {
                    "amount": verdicts[order].amount,
                    "before": verdicts[order].before,
                    "after": verdicts[order].after,
                    "limit": verdicts[order].limit or 0.0,
                }
                for order in lifted
            },
            "",
        )
        (lifted & committed)._raise_credit_alert(
            "credit.lifted",
            lambda order: self.env._(
                "%(order)s is confirmed: there was room again.", order=order.name
            ),
        )
        (lifted - committed)._raise_credit_alert(
            "credit.lifted",
            lambda order: self.env._(
                "There is room again for %(order)s: confirm it.", order=order.name
            ),
        )

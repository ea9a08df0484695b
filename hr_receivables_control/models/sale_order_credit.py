from odoo import api, models
from odoo.exceptions import UserError, ValidationError

# Which credit state may follow which, whoever writes it.
CREDIT_TRANSITIONS = {
    (False, "hold"),
    ("hold", "released"),
    ("hold", False),
    ("released", "hold"),
    ("released", False),
}


# Ends the fingerprint of what was checked while it held nothing yet.
LATER = "|later"


class SaleOrder(models.Model):
    """The checkpoint at confirmation: hold in ``action_confirm``, raise in ``write`` and ``create``."""

    _name = "sale.order"
    _inherit = ["sale.order", "hr.control.guarded.mixin"]
    # the last ones are Odoo's, which computes them but takes them from whoever may edit the order
    _control_guarded_fields = frozenset(
        {
            "credit_state",
            "credit_short_closed",
            "amount_tax",
            "amount_total",
            "amount_untaxed",
            "currency_rate",
            "invoice_status",
            "transaction_ids",
        }
    )

    def _register_hook(self):
        """Put the gate around every other override of ``action_confirm``.

        Other add-ons take a plain return of ``super()`` for a confirmation: inside them a held
        order would still mail the customer or give loyalty points.
        """
        super()._register_hook()
        model_class = self.env.registry["sale.order"]
        confirm = model_class.action_confirm
        if getattr(confirm, "is_credit_gate", False):
            return

        def action_confirm(self):
            fit = self._credit_gate()
            return action_confirm.origin(fit) if fit or not self else True

        action_confirm.origin = confirm
        action_confirm.is_credit_gate = True
        model_class.action_confirm = action_confirm

    def _credit_gate(self):
        """Check the quotations among ``self`` and hold those that their customer's credit refuses.

        :return: the orders to hand on for confirmation; what is no quotation goes on too, so that
            Odoo itself answers for it
        """
        quotations = self.filtered(lambda order: order.state in ("draft", "sent"))
        if not quotations:
            return self
        quotations.check_access("write")
        decisions = self.env["credit.checkpoint"]._check_orders(quotations)
        held = quotations.filtered(lambda order: decisions[order.sudo()].result == "hold")
        held._credit_hold()
        return self - held

    def _credit_hold(self):
        """Put the orders on hold; bridges and later checkpoints extend what follows from it."""
        if self:
            self.sudo().write({"credit_state": "hold"})

    def _get_credit_fingerprint(self):
        """What a decision or a release is bound to; any change of it asks for a new one."""
        self.ensure_one()
        order = self.sudo()
        amount = f"{order.amount_total:.{order.currency_id.decimal_places}f}"
        bound = f"{amount} {order.currency_id.name}|{order.partner_invoice_id.id}|{order.payment_term_id.id or 0}"
        return bound + LATER if order._is_beyond_credit_horizon() else bound

    def _get_credit_policy(self):
        """What a refusal of the credit check means for this document."""
        self.ensure_one()
        return self.company_id.sudo().credit_order_policy

    def _prepare_credit_decision_vals(self):
        """What a decision keeps of the document itself."""
        self.ensure_one()
        return {
            "order_id": self.id,
            "document_name": self.name,
            "salesperson_id": self.user_id.id,
            "fingerprint": self._get_credit_fingerprint(),
        }

    # The floor ----------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS sale: an import or a call may create orders that are confirmed at once
        orders = super().create(vals_list)
        for company, batch in orders.grouped("company_id").items():
            self.env["credit.account"]._ensure(batch.partner_invoice_id, company)
        orders.filtered(lambda order: order.state == "sale")._check_credit_floor()
        return orders

    def write(self, vals):
        # EXTENDS sale
        if "credit_state" in vals:
            self._check_credit_transition(vals["credit_state"])
        entering = (
            self.filtered(lambda order: order.state != "sale")
            if vals.get("state") == "sale"
            else self.browse()
        )
        cancelled = self if vals.get("state") == "cancel" else self.browse()
        # confirmed anew, it is an order like any other and holds credit again
        reopened = (
            self.filtered("credit_short_closed")
            if vals.get("state", "sale") != "sale"
            else self.browse()
        )
        if reopened:
            reopened.sudo().write({"credit_short_closed": False})
        res = super().write(vals)
        entering._check_credit_floor()
        if entering:
            entering._after_credit_confirmation()
        if cancelled:
            cancelled._after_credit_cancellation()
        return res

    def _check_credit_transition(self, target):
        """:raises ValidationError: a way that does not exist, or a release that nobody gave"""
        for order in self.filtered(lambda order: order.credit_state != target):
            given = target != "released" or "active" in order.sudo().credit_grant_ids.mapped(
                "state"
            )
            if (order.credit_state, target) not in CREDIT_TRANSITIONS or not given:
                labels = dict(self._fields["credit_state"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "%(order)s cannot go from credit state %(before)s to %(after)s.",
                        order=order.name,
                        before=labels.get(order.credit_state, "-"),
                        after=labels.get(target, "-"),
                    )
                )

    def _check_credit_floor(self):
        """Refuse orders that became confirmed without a decision of this transaction on what they are now."""
        if not self:
            return
        passed = self.env["credit.decision"].sudo()._get_passed_fingerprints(self)
        unchecked = self.filtered(
            lambda order: passed.get(order.id) != order._get_credit_fingerprint()
        )
        if unchecked:
            unchecked._check_credit_or_raise()

    def _check_credit_or_raise(self, checkpoint="order"):
        """:raises UserError: with the reasons; the attempt is on record although it is rolled back"""
        decisions = self.env["credit.checkpoint"]._check_orders(self, checkpoint)
        refused = self.env["credit.decision"].union(*decisions.values())
        refused = refused.filtered(lambda decision: decision.result == "hold")
        if not refused:
            return
        refused._log_refused()
        raise UserError("\n".join(decision._get_refusal() for decision in refused.sorted("id")))

    def _after_credit_confirmation(self):
        """A release is used up by the confirmation it was given for; only held orders ever had one."""
        if held := self.filtered("credit_state"):
            held.credit_grant_ids.sudo()._use_up()
            held.sudo().write({"credit_state": False})

    def _after_credit_cancellation(self):
        """A cancelled order holds nothing and takes its releases with it; confirmed anew, it is checked anew."""
        self.env["credit.decision"].sudo()._forget_passes(self)
        self.credit_grant_ids.sudo()._void(self.env._("The order was cancelled."))
        if held := self.filtered("credit_state"):
            held.sudo().write({"credit_state": False})

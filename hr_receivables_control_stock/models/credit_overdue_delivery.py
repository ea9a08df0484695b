from odoo import api, models


class CreditCheckpoint(models.AbstractModel):
    """No goods for a customer whose tier stops deliveries, unless they are paid."""

    _inherit = "credit.checkpoint"

    @api.model
    def _get_delivery_verdict(self, account, order, goods, before, exposure, owed, expired):
        # EXTENDS
        verdict = super()._get_delivery_verdict(
            account, order, goods, before, exposure, owed, expired
        )
        tier = account._get_overdue_tier(exposure)
        if (
            not (tier and tier.stop_delivery)
            or verdict.limit is None
            or account._is_banned()
            or (order and order._is_credit_paid())
        ):
            return verdict
        reason = self._get_overdue_reason(exposure, tier) | {"document": "delivery"}
        return verdict._replace(reasons=[*verdict.reasons, reason], near=False)

    @api.model
    def _get_overdue_sentences(self):
        # EXTENDS hr_receivables_control
        return super()._get_overdue_sentences() | {
            "delivery": self.env._(
                "%(customer)s has %(overdue)s overdue, the oldest item for %(days)s days (tier %(tier)s): no goods "
                "leave until it is paid. What he has paid for may leave once the payment is matched with its "
                "invoice; else ask for a release on the transfer."
            )
        }


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _is_credit_paid(self):
        """Whether all of the order is paid: in advance, or by its invoices.

        Invoices of several orders pay for all of them or for none.
        """
        self.ensure_one()
        if self._is_credit_prepaid():
            return True
        order = self.sudo()
        invoices = order.invoice_ids.filtered(
            lambda move: move.state == "posted" and move.currency_id == order.currency_id
        )
        if not invoices:
            return False
        paid = sum(
            (move.amount_total - move.amount_residual)
            * (-1 if move.move_type == "out_refund" else 1)
            for move in invoices
        )
        orders = order | invoices.line_ids.sale_line_ids.order_id
        asked = sum(orders.mapped("amount_total"))
        return order.currency_id.compare_amounts(paid, asked) >= 0


class CreditGrant(models.Model):
    _inherit = "credit.grant"

    @api.model
    def _prepare_delivery_excess(self, verdict):
        # EXTENDS
        return super()._prepare_delivery_excess(verdict) | {
            "overdue_tier": self._get_overdue_tier(verdict.reasons)
        }

    def _covers_delivery(self, verdict):
        # EXTENDS: who has got later since needs another release
        late = self._get_overdue_tier(verdict.reasons)
        return late <= self.overdue_tier and super()._covers_delivery(verdict)

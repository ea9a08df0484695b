from odoo import models

from .credit_exposure import GIVEN_UP


class StockMove(models.Model):
    """Moves to a customer are what the delivery checkpoint judges: those of one transfer and order together."""

    _inherit = "stock.move"

    # Few of all moves: lines without any hold what was ordered.
    _credit_given_up_idx = models.Index(f"(sale_line_id) WHERE {GIVEN_UP}")

    def write(self, vals):
        # EXTENDS stock: goods taken back that are to be paid all the same make the order hold more again
        if "to_refund" not in vals:
            return super().write(vals)
        with self.env["credit.amendment"]._watch(self.sudo().sale_line_id.order_id):
            return super().write(vals)

    def _action_done(self, cancel_backorder=False):
        # EXTENDS stock: the one place that forms, batches, barcodes, wizards and jobs all pass
        asked = self.filtered(lambda move: move.state not in ("done", "cancel"))
        if not any(move._is_credit_delivery() for move in asked):
            done = super()._action_done(cancel_backorder=cancel_backorder)
            asked.exists().filtered("to_refund")._trigger_credit_reevaluation()
            return done
        orders = asked.sudo().sale_line_id.order_id
        # lines that a delivery adds to its order are judged here, by the policy for deliveries
        with self.env["credit.amendment"]._watch(orders.browse(), lambda: orders):
            done = super()._action_done(cancel_backorder=cancel_backorder)
            orders |= asked.exists().sudo().sale_line_id.order_id
            # computed in here: what is delivered is judged by the check of the delivery alone
            orders.order_line.mapped("qty_delivered")
        delivered = (asked.exists() | done).filtered(
            lambda move: move.state == "done" and move._is_credit_delivery()
        )
        self.env["credit.checkpoint"]._check_deliveries(delivered)
        if cancel_backorder:
            delivered._trigger_credit_reevaluation()
        return done

    def _action_cancel(self):
        # EXTENDS stock
        waiting = self.filtered(lambda move: move.state not in ("done", "cancel"))
        res = super()._action_cancel()
        waiting._trigger_credit_reevaluation()
        return res

    def _trigger_credit_reevaluation(self):
        """What is given up or comes back may make room for an order on hold."""
        orders = self.sudo().sale_line_id.order_id
        if partners := orders.filtered(lambda order: order.state == "sale").partner_invoice_id:
            self.env["credit.account"]._trigger_reevaluation(partners)

    def _is_credit_delivery(self):
        """Whether goods leave for a customer, from our stock or straight from a supplier's."""
        self.ensure_one()
        target, origin = self.location_dest_id, self.location_id
        return self._is_credit_outside(target) and not self._is_credit_outside(origin)

    def _is_credit_outside(self, location):
        return location.usage == "customer" or (
            location.usage == "transit" and not location.company_id
        )

    # A document of the checkpoint ----------------------------------------------------------------

    def _get_credit_policy(self):
        """What a refusal of the credit check means for this delivery."""
        return self.company_id.sudo().credit_delivery_policy

    def _prepare_credit_decision_vals(self):
        """What a decision keeps of the delivery itself."""
        picking = self.picking_id
        order = self._get_credit_order()
        name = picking.name or order.name or self[:1].reference or self[:1].display_name
        return {
            "picking_id": picking.id,
            "order_id": order.id,
            "document_name": name,
            "salesperson_id": order.user_id.id,
            "fingerprint": f"delivery {picking.id or self[:1].id}",
        }

    def _get_credit_order(self):
        """The order these moves deliver; empty for goods that leave without one."""
        return self.sale_line_id.order_id[:1] or self.picking_id.sale_id

    def _counts_for_credit(self):
        """Whether Odoo counts the move as delivered: a replacement for goods returned is not charged again."""
        self.ensure_one()
        line = self.sale_line_id
        return line.product_id == self.product_id and (
            not self.origin_returned_move_id or self.to_refund
        )

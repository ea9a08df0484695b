from odoo import api, models
from odoo.tools import SQL


class PaymentTransaction(models.Model):
    _name = "payment.transaction"
    _inherit = ["payment.transaction", "hr.control.guarded.mixin"]

    # what a provider has confirmed makes room for the order; nobody writes that he was paid
    _control_guarded_fields = frozenset({"amount", "payment_id", "sale_order_ids", "state"})

    def _check_amount_and_confirm_order(self):
        # EXTENDS sale: an order that was paid but held is told so, as one that was only paid in part
        orders = super()._check_amount_and_confirm_order()
        confirmed = orders.filtered(lambda order: order.state == "sale")
        # what is paid for is no cart any more that the shop would offer to go on with
        held = (orders - confirmed).filtered(lambda order: order.state == "draft")
        if held:
            held.with_context(tracking_disable=True).action_quotation_sent()
        return confirmed

    @api.model
    def _get_credit_unbooked(self, orders):
        """What was paid online for these orders and is not in the ledger yet, in their own currency.

        Odoo confirms the order first and books the payment afterwards, in the same transaction. An
        amount that is only authorised counts for its own order; what was captured of it in part has
        a transaction, and a payment, of its own.
        :return: ``{order id: amount}``, orders without any left out
        """
        self.flush_model(
            [
                "state",
                "amount",
                "operation",
                "payment_id",
                "sale_order_ids",
                "source_transaction_id",
            ]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT rel.sale_order_id, SUM(GREATEST(t.amount - COALESCE(captured.amount, 0), 0))::float8
                  FROM sale_order_transaction_rel rel
                  JOIN payment_transaction t ON t.id = rel.transaction_id
                  JOIN sale_order so ON so.id = rel.sale_order_id AND so.currency_id = t.currency_id
             LEFT JOIN LATERAL (
                        SELECT SUM(child.amount) AS amount
                          FROM payment_transaction child
                         WHERE child.source_transaction_id = t.id AND child.state IN ('done', 'cancel')
                       ) captured ON TRUE
                 WHERE rel.sale_order_id = ANY(%s) AND t.state IN ('authorized', 'done')
                   AND t.payment_id IS NULL AND t.operation <> 'validation'
              GROUP BY rel.sale_order_id
                """,
                orders.ids,
            )
        )
        return dict(rows)

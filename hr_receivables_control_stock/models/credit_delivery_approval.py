from odoo import api, fields, models
from odoo.tools import SQL


class CreditCheckpoint(models.AbstractModel):
    """Whether what once let an order pass is still in force when its goods leave."""

    _inherit = "credit.checkpoint"

    @api.model
    def _get_expired_approvals(self, orders):
        """Orders that passed by a release, or by a limit raised for a time, that is over or withdrawn.

        The last check that the order passed decides: one that passed anew by itself needs none.
        :return: ``{order id: until when it was valid}``
        """
        if not orders:
            return {}
        self.env["credit.decision"].flush_model()
        self.env["credit.grant"].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT passed.order_id, COALESCE(released.valid_to, raised.valid_to)
                      FROM (
                            SELECT DISTINCT ON (order_id) *
                              FROM credit_decision
                             WHERE order_id = ANY(%(orders)s) AND checkpoint IN ('order', 'amendment')
                               AND result <> 'hold'
                          ORDER BY order_id, id DESC
                           ) passed
                 LEFT JOIN credit_grant released
                        ON released.id = passed.grant_id AND passed.result = 'released'
                       AND (released.valid_to <= %(now)s OR released.state NOT IN ('active', 'used'))
                 LEFT JOIN LATERAL (
                            SELECT MAX(g.valid_to) AS valid_to, SUM(g.amount) AS amount
                              FROM credit_grant g
                             WHERE g.account_id = passed.account_id AND g.kind IN ('limit', 'emergency')
                               AND g.valid_from <= passed.date AND g.valid_to > passed.date
                               AND (g.valid_to <= %(now)s OR g.state <> 'active')
                           ) raised
                        ON passed.result IN ('ok', 'near')
                       AND passed.exposure_after > passed.effective_limit - raised.amount
                     WHERE released.id IS NOT NULL OR raised.amount IS NOT NULL
                    """,
                    orders=orders.ids,
                    now=fields.Datetime.now(),
                )
            )
        )

from odoo import api, models

from odoo.addons.hr_receivables_control.models.credit_checkpoint import OWN_REASONS


class CreditCheckpoint(models.AbstractModel):
    """The salesperson's own limits where a delivery goes beyond what his order was checked for."""

    _inherit = "credit.checkpoint"

    @api.model
    def _take_delivery_guards(self, rising, accounts, people):
        """Guard the customers, and those who sold to them.

        :param rising: ``{moves: sale.order}`` that go beyond
        """
        sellers = {(order.company_id.id, order.user_id.id) for order in rising.values()}
        self._take_guards(
            {document: accounts[document] for document in rising},
            {key: person for key, person in people.items() if key in sellers},
        )

    @api.model
    def _get_own_delivery_credit(self, beyond, accounts, people, goods):
        """What the salespeople of these orders have open, without what the deliveries add to it."""
        by_order = {order: accounts[document] for document, order in beyond.items()}
        own = self._get_own_credit(by_order, by_order, people)
        for document, order in beyond.items():
            account = accounts[document]
            totals = own.totals[order.user_id.id, account.company_id.id]
            totals[account.partner_id.id] -= goods[document].held
        return own

    @api.model
    def _add_own_delivery_verdict(self, own, order, account, verdict, goods):
        ordered = goods.worth - goods.beyond
        verdict = self._add_own_verdict(own, order, account, verdict, ordered)
        return verdict._replace(
            reasons=[
                reason | {"delivery": True, "later": order.credit_later}
                if reason["code"] in OWN_REASONS
                else reason
                for reason in verdict.reasons
            ]
        )

    @api.model
    def _get_own_sentences(self, reason):
        # EXTENDS hr_receivables_control
        if not reason.get("delivery"):
            return super()._get_own_sentences(reason)
        _ = self.env._
        sentences = {
            "own_order": _(
                "%(person)s may confirm orders of up to %(limit)s on credit. With what this delivery adds, the order "
                "would be %(after)s, %(excess)s too much."
            ),
            "own_customer": _(
                "%(person)s may give one customer up to %(limit)s and has %(before)s open with %(customer)s. This "
                "delivery adds %(amount)s, which is %(excess)s too much."
            ),
            "own_pool": _(
                "%(person)s may have %(limit)s open with all customers together and has %(before)s. This delivery "
                "adds %(amount)s, which is %(excess)s too much."
            ),
            "person_suspended": _(
                "The credit authority of %(person)s is suspended, and this delivery adds %(amount)s."
            ),
        }
        release = _("Ask for a release on the transfer.")
        advice = f" {self._get_beyond_sentence(reason)} {release}"
        return {code: sentence + advice for code, sentence in sentences.items()}

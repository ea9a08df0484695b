from markupsafe import Markup, escape

from odoo import api, models
from odoo.tools import format_amount


class CreditAccount(models.Model):
    _inherit = "credit.account"

    def _get_overdue_tier(self, exposure):
        """The tier that the customer has reached, None below the lowest."""
        self.ensure_one()
        if not exposure.overdue_days:
            return None
        Tier = self.env["credit.overdue.tier"]
        return Tier._get_reached(self.company_id.id, exposure.overdue_days)

    def _get_effective_limit(self, exposure):
        # EXTENDS: who is suspended for overdue money has his limit back in the second he pays
        limit = super()._get_effective_limit(exposure)
        if not limit:
            return limit
        tier = self._get_overdue_tier(exposure)
        return 0.0 if tier and tier.suspend else limit


class CreditCheckpoint(models.AbstractModel):
    """Overdue money as a reason of its own: no new credit, whatever room there is."""

    _inherit = "credit.checkpoint"

    @api.model
    def _judge(self, account, exposure, before, amount, rate_missing, order):
        # EXTENDS
        tier = account._get_overdue_tier(exposure)
        holds = bool(tier and tier.stops_orders and amount > 0)
        if holds and self._is_paid_in_advance(account, before + amount, order):
            exposure, holds = exposure._replace(overdue_days=0), False
        verdict = super()._judge(account, exposure, before, amount, rate_missing, order)
        if not holds or verdict.limit is None or account._is_banned():
            return verdict
        reasons = [
            reason | {"code": "suspended"}
            if reason["code"] == "over_limit" and tier.suspend
            else reason
            for reason in verdict.reasons
        ]
        reasons.append(self._get_overdue_reason(exposure, tier))
        return verdict._replace(reasons=reasons, near=False)

    @api.model
    def _is_paid_in_advance(self, account, after, order):
        """Whether nothing of this document is on credit: the customer owes nothing with it, or has paid for it."""
        if account.currency_id.compare_amounts(after, 0.0) <= 0:
            return True
        return order._name == "sale.order" and bool(order) and order._is_credit_prepaid()

    @api.model
    def _get_overdue_reason(self, exposure, tier):
        return {
            "code": "overdue",
            "overdue": exposure.overdue - exposure.overdue_paused,
            "days": exposure.overdue_days,
            "tier": tier.number,
        }

    @api.model
    def _get_reason_words(self):
        # EXTENDS
        return super()._get_reason_words() | {"overdue": self.env._("overdue")}

    @api.model
    def _get_reason_sentence(self, reason, currency, partner):
        # EXTENDS
        if reason["code"] != "overdue":
            return super()._get_reason_sentence(reason, currency, partner)
        kind = reason.get("document") or "order"
        return self._get_overdue_sentences()[kind] % self._get_overdue_figures(
            reason, currency, partner
        )

    @api.model
    def _get_overdue_figures(self, reason, currency, partner):
        return {
            "customer": partner.sudo().display_name,
            "overdue": format_amount(self.env, reason["overdue"], currency),
            "days": reason["days"],
            "tier": reason["tier"],
        }

    @api.model
    def _get_overdue_sentences(self):
        """What an overdue customer means for each kind of document."""
        _ = self.env._
        return {
            "order": _(
                "%(customer)s has %(overdue)s overdue, the oldest item for %(days)s days (tier %(tier)s): nothing more "
                "is sold on credit until it is paid. This order passes when it is paid in advance."
            ),
            "invoice": _(
                "%(customer)s has %(overdue)s overdue, the oldest item for %(days)s days (tier %(tier)s): nothing is "
                "invoiced that was not ordered before, until it is paid."
            ),
            "note": _(
                "%(customer)s has %(overdue)s overdue, the oldest item for %(days)s days (tier %(tier)s)."
            ),
        }


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _is_credit_prepaid(self):
        """Whether money received for this very order pays for all of it.

        A payment of several orders pays for all of them or for none.
        """
        self.ensure_one()
        order = self.sudo()._origin
        transactions = order.transaction_ids.filtered(
            lambda tx: (
                tx.state in ("authorized", "done")
                and tx.operation != "validation"
                and tx.currency_id == order.currency_id
            )
        )
        if not transactions:
            return False
        asked = sum((order | transactions.sale_order_ids).mapped("amount_total"))
        paid = sum(transactions.mapped("amount"))
        return order.currency_id.compare_amounts(paid, asked) >= 0

    def _set_credit_banner(self, account, exposure, own):
        # EXTENDS: who is late is named, also where nothing is held for it yet
        super()._set_credit_banner(account, exposure, own)
        tier = account._get_overdue_tier(exposure)
        if not tier or tier.stops_orders or not tier.tell_manager:
            return
        Checkpoint = self.env["credit.checkpoint"]
        reason = Checkpoint._get_overdue_reason(exposure, tier) | {"document": "note"}
        sentence = Checkpoint._get_reason_sentence(reason, account.currency_id, account.partner_id)
        shown = [self.credit_banner] if self.credit_banner else []
        self.credit_banner = Markup("<br/>").join([*shown, escape(sentence)])
        if self.credit_level != "danger":
            self.credit_level = "warning"


class CreditAmendment(models.AbstractModel):
    _inherit = "credit.amendment"

    @api.model
    def _check_longer_terms(self, orders, before):
        # EXTENDS: more time is more credit, which who is late does not get
        super()._check_longer_terms(orders, before)
        longer = orders.filtered(
            lambda order: (
                order.sudo().payment_term_id._get_credit_days()
                > before[order.id].term._get_credit_days()
            )
        )
        if not longer:
            return
        accounts = self.env["credit.checkpoint"]._get_order_accounts(longer.sudo())
        everybody = self.env["credit.account"].union(*accounts.values())
        exposures, _amounts = self.env["credit.exposure"]._get(everybody)
        late = everybody.filtered(
            lambda account: (
                (tier := account._get_overdue_tier(exposures[account.id])) and tier.stops_orders
            )
        )
        longer.filtered(lambda order: accounts[order.sudo()] in late)._check_credit_or_raise("term")

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.hr_control_base.tools.reasons import stated

from .credit_checkpoint import OWN_REASONS, RELEASABLE


class CreditGrant(models.Model):
    """The release of one held order."""

    _inherit = "credit.grant"

    @api.model
    def _ask_order_release(self, order, reason, days):
        """Ask for the release of a held order; the figures are those of this moment.

        :raises UserError: the order cannot be released, or nobody's ceiling is high enough
        """
        order.check_access("write")
        if order.credit_state != "hold":
            raise UserError(
                self.env._(
                    "%(order)s is not on credit hold: there is nothing to release.",
                    order=order.name,
                )
            )
        if not stated(reason):
            raise UserError(self.env._("Say why %(order)s should be released.", order=order.name))
        decision = self._get_current_decision(order.sudo())
        if decision.result != "hold":
            raise UserError(
                self.env._(
                    "There is room again for %(order)s: simply confirm it once more.",
                    order=order.name,
                )
            )
        self._check_releasable(order, decision.reasons)
        earlier = self.sudo().search(
            [("order_id", "=", order.id), ("state", "in", ("asked", "active"))]
        )
        if asked := earlier.filtered(lambda grant: grant.state == "asked"):
            raise UserError(asked._get_waiting_sentence())
        # expired, outgrown or given for what the order was before: it does not help any more
        earlier._void(self.env._("A new release was asked for."))
        earlier.flush_recordset(["state"])  # the unique index must see it
        grant = self.sudo().create(
            {
                "kind": "order",
                "account_id": decision.account_id.id,
                "company_id": order.company_id.id,
                "order_id": order.id,
                "decision_id": decision.id,
                "reason": reason,
                "days": days,
                "fingerprint": order._get_credit_fingerprint(),
                "requester_id": self.env.uid,
                **self._prepare_release_vals(decision.excess_amount, decision.reasons),
            }
        )
        grant._submit_approval(reason)
        return grant

    @api.model
    def _prepare_release_vals(self, excess, reasons):
        """What is released of what speaks against the document."""
        return {"amount": excess, "excesses": self._get_excesses(reasons)}

    @api.model
    def _get_current_decision(self, order):
        """The decision that stands for the order now: the last one while its figures hold, else a new one."""
        Checkpoint = self.env["credit.checkpoint"]
        accounts = Checkpoint._get_order_accounts(order)
        people = self.env["credit.person"]._get_for_documents(order)
        Checkpoint._take_guards(accounts, people)
        verdict = Checkpoint._get_verdicts(order, accounts, people)[order]
        last = (
            self.env["credit.decision"]
            .sudo()
            .search([("order_id", "=", order.id), ("checkpoint", "=", "order")], limit=1)
        )
        if last._stands_for(order, verdict):
            return last
        return Checkpoint._record("order", accounts, {order: verdict})[order]

    @api.model
    def _check_releasable(self, order, reasons):
        """:raises UserError: a reason has to be mended at its cause"""
        if {reason["code"] for reason in reasons} - RELEASABLE:
            Checkpoint = self.env["credit.checkpoint"]
            account = Checkpoint._get_order_accounts(order.sudo())[order.sudo()]
            raise UserError(
                self.env._(
                    "%(order)s cannot be released by an approval. %(reasons)s",
                    order=order.name,
                    reasons=" ".join(
                        Checkpoint._get_reason_sentence(
                            reason, account.currency_id, account.partner_id
                        )
                        for reason in reasons
                    ),
                )
            )

    @api.model
    def _get_active_releases(self, orders):
        """The releases that bear on a check of these orders: ``{order id: credit.grant}``."""
        return self._find_active_releases(orders, "order")

    @api.model
    def _find_active_releases(self, orders, kind):
        """The release of this kind in force now for each order.

        :return: ``{order id: credit.grant}``
        """
        grants = self.search(
            [
                ("order_id", "in", orders.ids),
                ("kind", "=", kind),
                ("state", "=", "active"),
                ("valid_to", ">", fields.Datetime.now()),
            ]
        )
        return {grant.order_id.id: grant for grant in grants}

    def _covers(self, order, verdict):
        """Whether this release lets ``order`` pass as it is now: same document, same excess or less."""
        self.ensure_one()
        return (
            {reason["code"] for reason in verdict.reasons} <= RELEASABLE
            and self._covers_document(order)
            and self._covers_excesses(self._get_excesses(verdict.reasons))
        )

    def _get_approval_guards(self):
        # EXTENDS hr_control_base: a release confirms what is signed or paid, so it takes from the salesperson's total
        orders = self.order_id
        pools = (
            self.env["credit.pool"]
            .sudo()
            .search(
                [
                    ("user_id", "in", orders.user_id.ids),
                    ("company_id", "in", orders.company_id.credit_company_id.ids),
                ]
            )
        )
        return super()._get_approval_guards() | pools.dossier_id

    # Approval -----------------------------------------------------------------------------------

    def _get_approval_excluded_users(self):
        # EXTENDS hr_control_base: nobody releases what he sells himself, whoever asked for it, unless the company
        # lets him; his own limits he never lifts
        excluded = super()._get_approval_excluded_users()
        own_limits = any(reason["code"] in OWN_REASONS for reason in self.decision_id.reasons or [])
        if self.company_id.sudo().credit_own_customer_approval and not own_limits:
            return excluded
        return excluded | self.order_id.user_id

    def _get_approval_title(self):
        # EXTENDS hr_control_base
        if self.kind != "order":
            return super()._get_approval_title()
        return self.env._(
            "Release %(order)s of %(customer)s",
            order=self.order_id.name,
            customer=self.partner_id.display_name,
        )

    def _get_approval_figures(self):
        # EXTENDS hr_control_base
        if self.kind != "order":
            return super()._get_approval_figures()
        _ = self.env._
        decision = self.decision_id
        return [
            (_("Customer"), self.partner_id.display_name),
            (_("This order"), self._format(decision.order_amount)),
            (_("Owed and ordered before"), self._format(decision.exposure_before)),
            (_("After this order"), self._format(decision.exposure_after)),
            (_("Limit"), self._format(decision.effective_limit)),
            (_("Above the limit"), self._format(self.amount)),
            (_("Overdue"), self._format(self.account_id.overdue_amount)),
        ]

    def _is_release(self):
        """Whether the grant lets one document pass by its excess; bridges add their kinds."""
        self.ensure_one()
        return self.kind == "order"

    def _is_covered_by(self, ceiling):
        covered = super()._is_covered_by(ceiling)
        return covered and (not self._is_release() or self._is_excess_covered_by(ceiling))

    def _is_excess_covered_by(self, ceiling):
        return all(
            ceiling.covers_excess(excess, limit)
            for excess, limit in self._get_granted_excesses().values()
        )

    def _get_ceiling_sentence(self, ceiling):
        if not self._is_release() or self._is_excess_covered_by(ceiling):
            return super()._get_ceiling_sentence(ceiling)
        return self.env._(
            "may release up to %(ceiling)s, %(excess)s are needed",
            ceiling=self._format(ceiling.over_amount),
            excess=self._format(self.amount),
        )

    def _check_approval(self, user):
        """The order must be the one that was asked for, and the excess that of this moment."""
        if self.kind == "order":
            self._refresh_excess()
        return super()._check_approval(user)

    def _refresh_excess(self):
        """The exposure may have moved since the request; what is released is what is needed now."""
        order = self.order_id
        if order.state not in ("draft", "sent"):
            raise UserError(self.env._("%(order)s is no quotation any more.", order=order.name))
        if self.fingerprint != order._get_credit_fingerprint():
            raise UserError(
                self.env._(
                    "%(order)s was changed after the request. It has to be asked for anew.",
                    order=order.name,
                )
            )
        Checkpoint = self.env["credit.checkpoint"]
        verdict = Checkpoint._get_verdicts(order, {order: self.account_id})[order]
        self._check_releasable(order, verdict.reasons)
        self.sudo().write(self._prepare_release_vals(verdict.excess, verdict.reasons))

    def _after_approved(self, approval):
        """Lift the hold; confirm at once only what the customer has signed or paid."""
        res = super()._after_approved(approval)
        self.sudo().filtered(lambda grant: grant.kind == "order")._keep_deviation(approval)
        for order in self.sudo().filtered(lambda grant: grant.kind == "order").order_id:
            order.write({"credit_state": "released"})
            if order._is_credit_committed():
                # with the mail that the signature or the payment would have sent
                order._validate_order()
        return res

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.hr_control_base.tools.reasons import stated
from odoo.addons.hr_receivables_control.models.credit_checkpoint import OWN_REASONS

# Reasons that a release of a delivery may lift; the others are mended at their cause.
DELIVERY_RELEASABLE = {
    "suspended",
    "not_admitted",
    "over_delivery",
    "overdue",
    "approval_expired",
} | OWN_REASONS


class CreditGrant(models.Model):
    """The release of one delivery of a confirmed order, through the same approvals as that of an order."""

    _inherit = "credit.grant"

    kind = fields.Selection(
        selection_add=[("delivery", "Release of a delivery")], ondelete={"delivery": "cascade"}
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Transfer",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )

    @api.depends("picking_id.name")
    def _compute_name(self):
        # EXTENDS hr_receivables_control
        deliveries = self.filtered(lambda grant: grant.kind == "delivery" and grant.picking_id)
        for grant in deliveries:
            grant.name = grant.picking_id.name
        return super(CreditGrant, self - deliveries)._compute_name()

    @api.model
    def _ask_delivery_release(self, picking, reason, days):
        """Ask that a transfer may leave; the figures are those of this moment.

        :raises UserError: nothing speaks against it, it cannot be released, or nobody's ceiling is high enough
        """
        picking.check_access("write")
        if not stated(reason):
            raise UserError(self.env._("Say why %(name)s should be released.", name=picking.name))
        order = picking.sudo().sale_id
        account = self.env["credit.checkpoint"]._get_order_accounts(order).get(order)
        if account:
            account._take_guard()
        verdict = picking._get_credit_verdict()
        if not verdict or not verdict.reasons:
            raise UserError(
                self.env._("Nothing speaks against %(name)s: validate it.", name=picking.name)
            )
        self._check_delivery_releasable(picking, verdict)
        earlier = self.sudo().search(
            [("order_id", "=", order.id), ("state", "in", ("asked", "active"))]
        )
        if asked := earlier.filtered(lambda grant: grant.state == "asked"):
            raise UserError(asked._get_waiting_sentence())
        earlier._void(self.env._("A new release was asked for."))
        earlier.flush_recordset(["state"])  # the unique index must see it
        grant = self.sudo().create(
            {
                "kind": "delivery",
                "account_id": account.id,
                "company_id": picking.company_id.id,
                "order_id": order.id,
                "picking_id": picking.id,
                "reason": reason,
                "days": days,
                "requester_id": self.env.uid,
                **self._prepare_delivery_excess(verdict),
            }
        )
        grant._submit_approval(reason)
        return grant

    @api.model
    def _check_delivery_releasable(self, picking, verdict):
        """:raises UserError: a reason has to be mended at its cause"""
        if {reason["code"] for reason in verdict.reasons} - DELIVERY_RELEASABLE:
            raise UserError(
                self.env._(
                    "%(name)s cannot be released by an approval. %(reasons)s",
                    name=picking.name,
                    reasons=" ".join(picking._get_credit_sentences(verdict)),
                )
            )

    @api.model
    def _prepare_delivery_excess(self, verdict):
        excesses = self._get_delivery_excesses(verdict)
        return {
            "amount": max((excess for excess, _limit in excesses.values()), default=0.0),
            "excesses": excesses,
        }

    @api.model
    def _get_delivery_excesses(self, verdict):
        """:return: ``{reason code: [excess, limit]}``"""
        return {
            reason["code"]: [reason["excess"], reason["limit"]]
            for reason in verdict.reasons
            if "excess" in reason
        }

    def _covers_delivery(self, verdict):
        """Whether each reason is one that was released, with the same excess or less."""
        self.ensure_one()
        codes = {reason["code"] for reason in verdict.reasons}
        return codes <= DELIVERY_RELEASABLE and self._covers_excesses(
            self._get_delivery_excesses(verdict)
        )

    # Approval -----------------------------------------------------------------------------------

    def _get_approval_title(self):
        # EXTENDS hr_receivables_control
        if self.kind != "delivery":
            return super()._get_approval_title()
        return self.env._(
            "Release delivery %(name)s of %(order)s for %(customer)s",
            name=self.picking_id.name,
            order=self.order_id.name,
            customer=self.partner_id.display_name,
        )

    def _get_approval_figures(self):
        # EXTENDS hr_receivables_control
        if self.kind != "delivery":
            return super()._get_approval_figures()
        _ = self.env._
        account = self.account_id
        return [
            (_("Customer"), self.partner_id.display_name),
            (_("Owed and ordered"), self._format(account.exposure_total)),
            (_("Delivered, not invoiced"), self._format(account.exposure_delivered)),
            (_("Limit"), self._format(account.effective_limit)),
            (_("Too much"), self._format(self.amount)),
            (_("Overdue"), self._format(account.overdue_amount)),
        ]

    def _is_release(self):
        # EXTENDS hr_receivables_control
        return self.kind == "delivery" or super()._is_release()

    def _check_approval(self, user):
        # EXTENDS hr_receivables_control: what is released is what is needed at this moment
        for grant in self.filtered(lambda grant: grant.kind == "delivery"):
            picking = grant.picking_id.sudo()
            if picking.state in ("done", "cancel"):
                raise UserError(self.env._("%(name)s does not wait any more.", name=picking.name))
            verdict = picking._get_credit_verdict()
            if verdict and verdict.reasons:
                self._check_delivery_releasable(picking, verdict)
                grant.sudo().write(self._prepare_delivery_excess(verdict))
        return super()._check_approval(user)

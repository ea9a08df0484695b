from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list


class SaleOrder(models.Model):
    """What the list of held orders says and does in one line: why, how far over, whose turn it is."""

    _inherit = "sale.order"

    credit_hold_reason = fields.Char(
        string="Why", compute="_compute_credit_hold_reason", compute_sudo=True
    )
    credit_hold_excess = fields.Monetary(
        string="Excess",
        currency_field="company_currency_id",
        compute="_compute_credit_hold_reason",
        compute_sudo=True,
        help="How far the order went above the limit when it was checked last.",
    )
    credit_my_turn = fields.Boolean(compute="_compute_credit_my_turn", compute_sudo=True)

    @api.depends("credit_state", "credit_decision_ids")
    @api.depends_context("lang")
    def _compute_credit_hold_reason(self):
        words = self.env["credit.checkpoint"]._get_reason_words()
        for order in self:
            decision = order.credit_decision_ids[: 1 if order.credit_state else 0]
            reasons = [
                words.get(reason["code"], reason["code"]) for reason in decision.reasons or []
            ]
            order.credit_hold_reason = format_list(self.env, reasons) if reasons else False
            order.credit_hold_excess = decision.excess_amount

    @api.depends("credit_grant_ids.state", "credit_grant_ids.approval_id.candidate_ids")
    @api.depends_context("uid")
    def _compute_credit_my_turn(self):
        for order in self:
            order.credit_my_turn = any(order._get_credit_approvals().sudo().mapped("my_turn"))

    def _get_credit_approvals(self):
        """Requests for the release of these orders that wait for a decision."""
        asked = self.sudo().credit_grant_ids.filtered(lambda grant: grant.state == "asked")
        return asked.approval_id.sudo(False)

    def action_approve_credit_release(self):
        """Release in one click, for the person whose turn it is; the approval checks that."""
        self.ensure_one()
        approvals = self._get_credit_approvals()
        if not approvals:
            raise UserError(
                self.env._("Nobody has asked for the release of %(order)s.", order=self.name)
            )
        return approvals.action_approve()

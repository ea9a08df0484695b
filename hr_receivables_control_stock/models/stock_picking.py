from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    _inherit = "stock.picking"

    credit_decision_ids = fields.One2many(
        "credit.decision",
        "picking_id",
        string="Credit Decisions",
        readonly=True,
        groups="base.group_user",
    )
    credit_flagged = fields.Boolean(
        string="Passed Despite Credit",
        compute="_compute_credit_flagged",
        search="_search_credit_flagged",
        compute_sudo=True,
        groups="base.group_user",
        help="The goods left although the customer's credit did not allow it.",
    )
    credit_banner = fields.Html(
        compute="_compute_credit_banner",
        compute_sudo=True,
        sanitize=False,
        groups="base.group_user",
    )
    credit_request_open = fields.Boolean(
        compute="_compute_credit_banner", compute_sudo=True, groups="base.group_user"
    )

    @api.depends("credit_decision_ids.result")
    def _compute_credit_flagged(self):
        for picking in self:
            picking.credit_flagged = any(
                decision.result in ("warn", "observed") for decision in picking.credit_decision_ids
            )

    def _search_credit_flagged(self, operator, value):
        if operator != "in":
            return NotImplemented
        decisions = self.env["credit.decision"].sudo()
        query = decisions._search(
            [("picking_id", "!=", False), ("result", "in", ("warn", "observed"))]
        )
        return [("id", "in" if True in value else "not in", query.subselect("picking_id"))]

    @api.depends("move_ids.quantity", "move_ids.product_uom_qty", "state")
    @api.depends_context("lang")
    def _compute_credit_banner(self):
        """What validating would answer now, so that nobody loads a lorry in vain."""
        for picking in self:
            verdict = picking._origin._get_credit_verdict()
            blocked = verdict and verdict.reasons and not verdict.grant
            picking.credit_banner = (
                Markup("<br/>").join(picking._get_credit_sentences(verdict)) if blocked else False
            )
            picking.credit_request_open = any(
                grant.state == "asked" for grant in picking.sale_id.credit_grant_ids
            )

    def _get_credit_verdict(self):
        """The verdict on a transfer that waits to leave for a customer; None where there is nothing to judge."""
        moves = self.sudo().move_ids.filtered(
            lambda move: (
                move.state not in ("draft", "done", "cancel") and move._is_credit_delivery()
            )
        )
        if not moves or moves.company_id.credit_delivery_policy == "observe":
            return None
        Checkpoint = self.env["credit.checkpoint"]
        documents = Checkpoint._get_delivery_documents(moves)
        accounts = self._find_credit_accounts(documents)
        documents = {document: documents[document] for document in accounts}
        verdicts = Checkpoint._get_delivery_verdicts(documents, accounts, done=False)
        blocked = [verdict for verdict in verdicts.values() if verdict.reasons]
        return next(iter(blocked or verdicts.values()), None)

    def _find_credit_accounts(self, documents):
        """As the checkpoint does, without making any: this is a read."""
        result = {}
        for document, order in documents.items():
            partner = order.partner_invoice_id or document.picking_id.partner_id
            account = self.env["credit.account"]._find(partner, document.company_id)
            if account:
                result[document] = account
        return result

    def _get_credit_sentences(self, verdict):
        account = self.env["credit.account"]._find(
            self.sudo().sale_id.partner_invoice_id or self.sudo().partner_id, self.sudo().company_id
        )
        Checkpoint = self.env["credit.checkpoint"]
        return [
            Checkpoint._get_reason_sentence(reason, account.currency_id, account.partner_id)
            for reason in verdict.reasons
        ]

    def action_request_credit_release(self):
        """Open the request; whoever may validate the transfer may ask for its release."""
        self.ensure_one()
        self.check_access("write")
        if not self.sale_id or not self.credit_banner:
            raise UserError(
                self.env._("Nothing speaks against %(name)s: validate it.", name=self.name)
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Request Release"),
            "res_model": "credit.delivery.release.request",
            "view_mode": "form",
            "target": "new",
            "context": {"default_picking_id": self.id},
        }

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

PASSING = ("ok", "near", "warn", "observed", "released")


class CreditDecision(models.Model):
    """One row per document and check: what was asked, what the figures were, what was decided and why.

    Rows are made by the checkpoint only and never change. A result other than ok is also an event
    in the customer's dossier.
    """

    _name = "credit.decision"
    _description = "Credit Decision"
    _order = "id desc"
    _rec_name = "document_name"
    _log_access = True

    date = fields.Datetime(default=fields.Datetime.now, required=True, index=True)
    checkpoint = fields.Selection(
        [
            ("order", "Order confirmation"),
            ("amendment", "Order change"),
            ("handover", "Other salesperson"),
            ("term", "Payment term"),
            ("invoice", "Invoice"),
        ],
        required=True,
    )
    result = fields.Selection(
        [
            ("ok", "Passed"),
            ("near", "Passed, near the limit"),
            ("observed", "Would have been held"),
            ("warn", "Passed with a warning"),
            ("hold", "Held"),
            ("refused", "Attempt refused"),
            ("released", "Passed by a release"),
        ],
        required=True,
        index=True,
    )
    policy = fields.Selection(
        [("observe", "Observe"), ("warn", "Warn"), ("enforce", "Enforce")], required=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True)
    account_id = fields.Many2one(
        "credit.account", string="Credit Account", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        related="account_id.partner_id",
        store=True,
        precompute=True,
        index=True,
        string="Customer",
    )
    order_id = fields.Many2one("sale.order", index=True, ondelete="set null")
    document_name = fields.Char(string="Document", required=True)
    grant_id = fields.Many2one(
        "credit.grant", string="Release", index="btree_not_null", ondelete="set null"
    )
    # not required: a deleted user takes nothing away; the event keeps who it was
    user_id = fields.Many2one("res.users", string="Acted By", ondelete="set null")
    salesperson_id = fields.Many2one("res.users", index=True)
    store_id = fields.Many2one("hr.department", help="Store of the salesperson on that day.")
    region_id = fields.Many2one("hr.control.region", help="Region of the store on that day.")
    order_amount = fields.Monetary(string="This Order")
    exposure_before = fields.Monetary()
    exposure_after = fields.Monetary()
    effective_limit = fields.Monetary(string="Limit")
    excess_amount = fields.Monetary(
        string="Excess", help="How far the order would go above the limit."
    )
    fingerprint = fields.Char(
        help="Amount, currency, bill-to and payment term the decision is bound to."
    )
    reasons = fields.Json(help="Reason codes with their figures.")
    explanation = fields.Text(compute="_compute_explanation")

    _order_idx = models.Index("(order_id, id DESC)")

    def init(self):
        """The transaction a decision was made in, set by the database so that no caller can claim one."""
        self.env.cr.execute(
            "ALTER TABLE credit_decision ADD COLUMN IF NOT EXISTS txid bigint DEFAULT txid_current()"
        )

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for decision in self:
            decision.explanation = "\n".join(decision._get_sentences())

    def _get_sentences(self):
        """The reasons as sentences in the reader's language."""
        self.ensure_one()
        return [
            self.env["credit.checkpoint"]._get_reason_sentence(
                reason, self.currency_id, self.partner_id
            )
            for reason in self.reasons or []
        ]

    @api.model
    def _get_passed_fingerprints(self, orders):
        """Orders that a check let pass in this very transaction.

        :return: ``{order id: fingerprint of what was checked}``
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (order_id) order_id, fingerprint, result
                  FROM credit_decision
                 WHERE order_id = ANY(%s) AND txid = txid_current()
              ORDER BY order_id, id DESC
                """,
                orders.ids,
            )
        )
        return {
            order_id: fingerprint for order_id, fingerprint, result in rows if result in PASSING
        }

    @api.model
    def _forget_passes(self, orders):
        """A pass of this transaction serves one confirmation; the cancelled order has to be checked again."""
        self.env.cr.execute(
            SQL(
                "UPDATE credit_decision SET txid = NULL WHERE order_id = ANY(%s) AND txid = txid_current()",
                orders.ids,
            )
        )

    def write(self, vals):
        raise UserError(
            self.env._("A credit decision is a record of what happened and cannot be changed.")
        )

    def unlink(self):
        raise UserError(
            self.env._("A credit decision is a record of what happened and cannot be deleted.")
        )

    def _get_document(self):
        """The record that was checked; add-ons that check more kinds extend this."""
        self.ensure_one()
        return self.order_id

    def _get_refusal(self):
        """What the person is told whose attempt is refused."""
        self.ensure_one()
        return f"{self._get_refusal_title()} {' '.join(self._get_sentences())}"

    def _get_refusal_title(self):
        if self.checkpoint in ("amendment", "handover"):
            return self.env._("%(order)s cannot be changed like this.", order=self.document_name)
        if self.checkpoint == "term":
            return self.env._(
                "%(order)s cannot be given this payment term.", order=self.document_name
            )
        return self.env._("%(order)s cannot be confirmed.", order=self.document_name)

    def _log_refused(self):
        """The transaction is about to roll back and takes the decisions with it; the attempts stay on record."""
        Event = self.env["hr.control.event"]
        for decision in self:
            (vals,) = decision._get_event_vals()
            vals["data"].pop("decision")
            document = vals["document"]
            refused = {
                "dossier_id": vals["dossier"].id,
                "code": "credit.refused",
                "data": vals["data"],
                "document": (document._name, document.id),
                "names": vals["names"],
            }
            # by name: an import that made its orders all at once makes each of them anew, with another id
            key = (
                "credit.refused",
                decision.company_id.id,
                decision.document_name,
                decision.fingerprint,
            )
            Event._append_after_rollback([refused], key)

    def _stands_for(self, order, verdict):
        """Whether the figures are still those of this hold, so that nothing new is to be recorded."""
        return (
            self.result == "hold"
            and self.fingerprint == order._get_credit_fingerprint()
            and self.currency_id.compare_amounts(self.exposure_after, verdict.after) == 0
            and self.currency_id.compare_amounts(self.excess_amount, verdict.excess) == 0
            and self._round_reasons(self.reasons) == self._round_reasons(verdict.reasons)
        )

    def _round_reasons(self, reasons):
        return [
            {
                name: self.currency_id.round(value) if isinstance(value, float) else value
                for name, value in reason.items()
            }
            for reason in reasons
        ]

    def _get_event_vals(self):
        """The event of a decision that is more than a plain pass."""
        Event = self.env["hr.control.event"]
        return [
            {
                "dossier": decision.account_id.dossier_id,
                "code": f"credit.{decision.result}",
                "document": decision._get_document(),
                "data": {
                    "checkpoint": decision.checkpoint,
                    "policy": decision.policy,
                    "decision": decision.id,
                    "salesperson": decision.salesperson_id.id or 0,
                    "store": decision.store_id.id or 0,
                    "region": decision.region_id.id or 0,
                    "reasons": [reason["code"] for reason in decision.reasons or []],
                    "amount": Event._money(decision.order_amount, decision.currency_id),
                    "before": Event._money(decision.exposure_before, decision.currency_id),
                    "after": Event._money(decision.exposure_after, decision.currency_id),
                    "limit": Event._money(decision.effective_limit, decision.currency_id),
                    "excess": Event._money(decision.excess_amount, decision.currency_id),
                    "grant": decision.grant_id.id or 0,
                },
                "names": {
                    "subject": decision.partner_id,
                    "document": decision.document_name,
                    "salesperson": decision.salesperson_id,
                },
            }
            for decision in self
        ]

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

CHECKED_TYPES = ("out_invoice", "out_receipt")
# What of a posted document, and of its items, decides how much is owed, and by whom.
POSTED_FIELDS = {"currency_id", "invoice_line_ids", "line_ids", "partner_id"}
ITEM_FIELDS = {"account_id", "amount_currency", "balance", "credit", "debit", "partner_id"}


class AccountMove(models.Model):
    """The checkpoint of customer invoices: what makes a customer owe more than his orders hold already."""

    _name = "account.move"
    _inherit = ["account.move", "hr.control.guarded.mixin"]

    # Odoo computes or sets these, but takes them from whoever may edit the invoice: they would have
    # it count as settled, or as one that must not be refused
    _control_guarded_fields = frozenset({"payment_state", "pos_order_ids", "transaction_ids"})

    credit_decision_ids = fields.One2many(
        "credit.decision",
        "move_id",
        string="Credit Decisions",
        readonly=True,
        groups="base.group_user",
    )
    credit_flagged = fields.Boolean(
        string="Over the Credit Limit",
        compute="_compute_credit_flagged",
        search="_search_credit_flagged",
        compute_sudo=True,
        groups="base.group_user",
        help="Posted although the customer's credit did not allow it.",
    )

    credit_flag_reason = fields.Char(
        compute="_compute_credit_flag_reason", compute_sudo=True, groups="base.group_user"
    )

    def _compute_credit_flagged(self):
        flagged = self.search([("id", "in", self.ids), ("credit_flagged", "=", True)])
        for move in self:
            move.credit_flagged = move in flagged

    @api.depends("credit_decision_ids.reasons")
    @api.depends_context("lang")
    def _compute_credit_flag_reason(self):
        """Why the last check would have refused it: "over the limit (1,250.00 too much)"."""
        words = self.env["credit.checkpoint"]._get_reason_words()
        for move in self:
            decision = move.credit_decision_ids.sorted("id").filtered(
                lambda decision: decision.result in ("warn", "observed")
            )[-1:]
            reasons = [
                self.env._(
                    "%(reason)s (%(excess)s too much)",
                    reason=words.get(reason["code"], reason["code"]),
                    excess=decision.currency_id.format(reason["excess"]),
                )
                if "excess" in reason
                else words.get(reason["code"], reason["code"])
                for reason in decision.reasons or []
            ]
            move.credit_flag_reason = format_list(self.env, reasons) if reasons else False

    def _search_credit_flagged(self, operator, value):
        if operator != "in":
            return NotImplemented
        decisions = self.env["credit.decision"].sudo()
        query = decisions._search(
            [("move_id", "!=", False), ("result", "in", ("warn", "observed"))]
        )
        return [("id", "in" if True in value else "not in", query.subselect("move_id"))]

    def write(self, vals):
        # EXTENDS account: in ``write``, because not everything that posts comes by ``_post``
        if vals.get("state") != "posted":
            posted = self.browse()
            if POSTED_FIELDS & vals.keys():
                posted = self.filtered(
                    lambda move: move.state == "posted" and move.move_type in CHECKED_TYPES
                )
            if not posted:
                return super().write(vals)
            with self.env["credit.invoice"]._watch_posted(posted):
                return super().write(vals)
        posting = self.filtered(
            lambda move: move.state == "draft" and move.move_type in CHECKED_TYPES
        )
        if not posting:
            return super().write(vals)
        with self.env["credit.invoice"]._watch(posting):
            res = super().write(vals)
        unattended = posting.filtered(lambda move: move.auto_post != "no")
        for company, moves in unattended.grouped("company_id").items():
            keys = [f"credit.invoice:{move.id}" for move in moves]
            self.env["hr.control.alert"]._clear(company, keys)
        return res

    def action_toggle_block_payment(self):
        # EXTENDS account: the one button that writes the payment state itself
        self.check_access("write")
        return super(AccountMove, self.sudo()).action_toggle_block_payment()

    def _post(self, soft=True):
        # EXTENDS account: nobody is there to read an error, so what is refused stays a draft.
        # A client who sends the key only gets fewer documents posted.
        if not self.env.context.get("credit_unattended"):
            return super()._post(soft)
        try:
            with self.env.cr.savepoint():
                return super()._post(soft)
        except UserError as error:
            refused = self & getattr(error, "credit_documents", self.browse())
            if not refused:
                raise
        refused._alert_credit_refused()
        rest = self - refused
        return rest._post(soft) if rest else rest

    def _autopost_draft_entries(self, batch_size=100):
        # EXTENDS account
        unattended = self.with_context(credit_unattended=True)
        return super(AccountMove, unattended)._autopost_draft_entries(batch_size)

    def _alert_credit_refused(self):
        """One activity per document, however often the job tries it."""
        vals_list = []
        for move in self:
            name = move.name if move.name and move.name != "/" else move.partner_id.display_name
            vals_list.append(
                {
                    "key": f"credit.invoice:{move.id}",
                    "company": move.company_id,
                    "users": move.invoice_user_id or self.env["credit.route"]._get_watchers(move),
                    "record": move,
                    "summary": self.env._(
                        "Not posted by itself: the credit of %(customer)s does not allow %(invoice)s.",
                        customer=move.commercial_partner_id.display_name,
                        invoice=name,
                    ),
                    "mail": False,
                }
            )
        self.env["hr.control.alert"]._raise(vals_list)

    # As a document of the credit check ------------------------------------------------------------

    def _get_credit_policy(self):
        self.ensure_one()
        return self.company_id.sudo().credit_invoice_policy

    def _prepare_credit_decision_vals(self):
        self.ensure_one()
        amount = f"{self.amount_total:.{self.currency_id.decimal_places}f}"
        return {
            "move_id": self.id,
            "document_name": self.name if self.name and self.name != "/" else str(self.id),
            "salesperson_id": self.invoice_user_id.id,
            "fingerprint": f"{amount} {self.currency_id.name}|{self.partner_id.id}|{self.id}",
        }

    def _is_credit_lenient(self):
        """Whether refusing would do more harm than the debt.

        Goods of a till are gone and the till would stop; money that was paid online is there.
        """
        self.ensure_one()
        # point_of_sale is recognised without a dependency
        from_till = "pos_order_ids" in self._fields and bool(self.pos_order_ids)
        return from_till or bool(
            self.transaction_ids.filtered(lambda tx: tx.state in ("authorized", "done"))
        )


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "hr.control.guarded.mixin"]

    # computed by Odoo as well; the exposure is read from them
    _control_guarded_fields = frozenset(
        {"amount_residual", "amount_residual_currency", "parent_state", "price_total", "reconciled"}
    )

    def write(self, vals):
        # EXTENDS account: a posted line linked to another order would free that order's credit
        if "sale_line_ids" in vals and not self.env.su:
            posted = self.filtered(
                lambda line: line.parent_state == "posted" and line.move_id.is_sale_document(True)
            )
            if posted:
                raise UserError(
                    self.env._(
                        "%(invoice)s is posted: its lines stay linked to the orders they were made for.",
                        invoice=posted[0].move_id.name,
                    )
                )
        moves = self.env["account.move"]
        if ITEM_FIELDS & vals.keys():
            items = self.filtered(
                lambda line: (
                    line.parent_state == "posted" and line.account_type == "asset_receivable"
                )
            )
            moves = items.move_id.filtered(lambda move: move.move_type in CHECKED_TYPES)
        if not moves:
            return super().write(vals)
        with self.env["credit.invoice"]._watch_posted(moves):
            return super().write(vals)


class CreditDecision(models.Model):
    _inherit = "credit.decision"

    move_id = fields.Many2one(
        "account.move", string="Invoice", index="btree_not_null", ondelete="set null"
    )

    def _get_document(self):
        # EXTENDS
        return self.move_id or super()._get_document()

    def _get_refusal_title(self):
        # EXTENDS
        if self.checkpoint != "invoice":
            return super()._get_refusal_title()
        return self.env._("%(invoice)s cannot be posted.", invoice=self.document_name)


class CreditRoute(models.AbstractModel):
    _inherit = "credit.route"

    @api.model
    def _get_watchers(self, document):
        """Who is told where a document has no salesperson."""
        company = document.company_id
        return self._get_controllers(company) or self._get_managers(company)

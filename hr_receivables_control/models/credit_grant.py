from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_amount

from .credit_checkpoint import RELEASABLE

TRANSITIONS = {
    ("asked", "active"),
    ("asked", "refused"),
    ("asked", "withdrawn"),
    ("asked", "void"),
    ("active", "used"),
    ("active", "void"),
}


class CreditGrant(models.Model):
    """Request and grant in one: asked, decided, active, used up.

    An *order* grant lets one order go over the limit by up to ``amount``; a *limit* grant adds
    ``amount`` to the limit for a time. Expiry is read from the clock, no job has to run for it.
    """

    _name = "credit.grant"
    _description = "Credit Release"
    _inherit = ["hr.control.approval.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _control_guarded_fields = frozenset(
        {
            "state",
            "amount",
            "valid_from",
            "valid_to",
            "fingerprint",
            "requester_id",
            "decision_id",
            "approved_days",
        }
    )

    name = fields.Char(compute="_compute_name", store=True)
    kind = fields.Selection(
        [("order", "Release of an order"), ("limit", "Temporary uplift")],
        required=True,
        default="order",
    )
    account_id = fields.Many2one("credit.account", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="account_id.partner_id", store=True, string="Customer")
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="account_id.currency_id")
    order_id = fields.Many2one("sale.order", index="btree_not_null", ondelete="cascade")
    decision_id = fields.Many2one("credit.decision", string="Held By", ondelete="set null")
    requester_id = fields.Many2one(
        "res.users", required=True, readonly=True, default=lambda self: self.env.user
    )
    reason = fields.Text(required=True)
    amount = fields.Monetary(
        readonly=True,
        help="How far the order may go above the limit, or how much the limit is raised.",
    )
    days = fields.Integer(string="Valid for (days)", default=7, required=True)
    valid_from = fields.Datetime(readonly=True)
    valid_to = fields.Datetime(readonly=True)
    fingerprint = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("asked", "Asked"),
            ("active", "Active"),
            ("used", "Used"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
            ("void", "Void"),
        ],
        default="asked",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
    )
    is_expired = fields.Boolean(compute="_compute_is_expired")

    _days_positive = models.Constraint(
        "CHECK(days > 0)", "A release is valid for at least one day."
    )
    _order_open_uniq = models.UniqueIndex(
        "(order_id) WHERE state IN ('asked', 'active')",
        "There is already an open request or release for this order.",
    )
    _uplift_idx = models.Index("(account_id, valid_to) WHERE kind = 'limit' AND state = 'active'")

    @api.depends("kind", "order_id.name", "partner_id.name")
    def _compute_name(self):
        for grant in self:
            grant.name = grant.order_id.name or grant.partner_id.name

    @api.depends("valid_to", "state")
    def _compute_is_expired(self):
        now = fields.Datetime.now()
        for grant in self:
            grant.is_expired = (
                grant.state == "active" and bool(grant.valid_to) and grant.valid_to <= now
            )

    def write(self, vals):
        if "state" in vals:
            wrong = self.filtered(
                lambda grant: (
                    grant.state != vals["state"] and (grant.state, vals["state"]) not in TRANSITIONS
                )
            )
            if wrong:
                raise ValidationError(
                    self.env._(
                        "The release for %(name)s is %(state)s already.",
                        name=wrong[0].name,
                        state=wrong[0].state,
                    )
                )
            if vals["state"] == "active" and (
                unapproved := self.filtered(lambda grant: grant.approval_id.state != "approved")
            ):
                raise AccessError(
                    self.env._(
                        "The release for %(name)s has not been approved by anybody.",
                        name=unapproved[0].name,
                    )
                )
        return super().write(vals)

    # Checks -------------------------------------------------------------------------------------

    @api.model
    def _get_active_releases(self, orders):
        """The release in force now for each order.

        :return: ``{order id: credit.grant}``
        """
        grants = self.search(
            [
                ("order_id", "in", orders.ids),
                ("kind", "=", "order"),
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
            and self.fingerprint == order._get_credit_fingerprint()
            and self.currency_id.compare_amounts(verdict.excess, self.amount) <= 0
        )

    def _use_up(self):
        """The order was confirmed: an active release is used, a request still open has no object any more."""
        self.filtered(lambda grant: grant.state == "active").write({"state": "used"})
        self._void(self.env._("The order was confirmed without it."))

    def _void(self, reason):
        """The document is gone or changed: what was asked or granted for it is too."""
        self.filtered(lambda grant: grant.state == "asked")._void_approval(reason)
        self.filtered(lambda grant: grant.state == "active").write({"state": "void"})

    # Asking -------------------------------------------------------------------------------------

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
        if not (reason or "").strip():
            raise UserError(self.env._("Say why %(order)s should be released.", order=order.name))
        decision = self.env["credit.checkpoint"]._check_orders(order)[order.sudo()]
        if decision.result != "hold":
            raise UserError(
                self.env._(
                    "There is room again for %(order)s: simply confirm it once more.",
                    order=order.name,
                )
            )
        if {entry["code"] for entry in decision.reasons} - RELEASABLE:
            raise UserError(
                self.env._(
                    "%(order)s cannot be released by an approval. %(reasons)s",
                    order=order.name,
                    reasons=" ".join(decision._get_sentences()),
                )
            )
        grant = self.sudo().create(
            {
                "kind": "order",
                "account_id": decision.account_id.id,
                "company_id": order.company_id.id,
                "order_id": order.id,
                "decision_id": decision.id,
                "reason": reason,
                "days": days,
                "amount": decision.excess_amount,
                "fingerprint": order._get_credit_fingerprint(),
                "requester_id": self.env.uid,
            }
        )
        grant._submit_approval(reason)
        return grant

    # Approval -----------------------------------------------------------------------------------

    def _get_approval_title(self):
        return self.env._(
            "Release %(order)s of %(customer)s",
            order=self.order_id.name,
            customer=self.partner_id.display_name,
        )

    def _get_approval_company(self):
        return self.company_id

    def _get_approval_dossier(self):
        return self.account_id.dossier_id

    def _get_approval_figures(self):
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

    def _format(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    def _get_approval_levels(self):
        """Store manager, finance, owner; a level counts as able when somebody on it has the ceiling."""
        self.ensure_one()
        return self.env["credit.route"]._get_levels(self)

    def _check_approval(self, user):
        """The ceiling and the excess of this moment: the exposure may have moved since the request."""
        self.ensure_one()
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
        exposures, amounts = self.env["credit.exposure"]._get(self.account_id, order)
        exposure = exposures[self.account_id.id]
        amount, _rate_missing = amounts[order.id]
        limit = self.account_id._get_effective_limit(exposure.uplift)
        excess = max(exposure.total + amount - (limit or 0.0), 0.0) if limit is not None else 0.0
        ceiling = self.env["credit.authority"]._get_ceilings(user, self.company_id)[user.id]
        if not ceiling.covers_excess(excess, limit or 0.0):
            raise UserError(
                self.env._(
                    "%(order)s is now %(excess)s above the limit, which is more than %(user)s may release "
                    "(%(ceiling)s).",
                    order=order.name,
                    excess=self._format(excess),
                    user=user.name,
                    ceiling=self._format(ceiling.over_amount),
                )
            )
        self.sudo().write({"amount": excess})

    def _after_approved(self, approval):
        """Activate the release and lift the hold; confirm only what the customer has signed or paid."""
        now = fields.Datetime.now()
        for grant in self.sudo():
            grant.write(
                {"state": "active", "valid_from": now, "valid_to": now + timedelta(days=grant.days)}
            )
            grant.order_id.write({"credit_state": "released"})
            order = grant.order_id
            if order.signature or (order.amount_paid and order._is_confirmation_amount_reached()):
                order.action_confirm()

    def _after_refused(self, approval, reason):
        self.sudo().write({"state": "refused"})

    def _after_withdrawn(self, approval):
        self.sudo().write({"state": "withdrawn" if approval.state == "withdrawn" else "void"})

    def action_withdraw(self):
        """Take the request back; only who asked may."""
        self.ensure_one()
        self.check_access("read")
        return self.approval_id.action_withdraw()

    def _get_waiting_sentence(self):
        """Who is asked now, and who was passed over and why."""
        self.ensure_one()
        approval = self.approval_id.sudo()
        return self.env._(
            "%(name)s waits for %(people)s.",
            name=self.name,
            people=", ".join(approval.candidate_ids.mapped("name")),
        )

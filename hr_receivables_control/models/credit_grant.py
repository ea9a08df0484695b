from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_amount, format_list

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
            "hours",
            "excesses",
            "deviation_pct",
            "valid_from",
            "valid_to",
            "limit_valid_to",
            "fingerprint",
            "requester_id",
            "decision_id",
        }
    )

    name = fields.Char(compute="_compute_name", store=True)
    kind = fields.Selection(
        [("order", "Release of an order"), ("limit", "Temporary uplift"), ("base", "New limit")],
        required=True,
        default="order",
    )
    account_id = fields.Many2one(
        "credit.account", string="Credit Account", required=True, index=True, ondelete="cascade"
    )
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
    decided_by_id = fields.Many2one(related="approval_id.decided_by_id")
    decision_reason = fields.Text(related="approval_id.decision_reason")
    is_expired = fields.Boolean(compute="_compute_is_expired")

    _days_positive = models.Constraint(
        "CHECK(days > 0)", "A release is valid for at least one day."
    )
    _order_open_uniq = models.UniqueIndex(
        "(order_id) WHERE state IN ('asked', 'active')",
        "There is already an open request or release for this order.",
    )
    _uplift_idx = models.Index(
        "(account_id, valid_to) WHERE kind IN ('limit', 'emergency') AND state = 'active'"
    )

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
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "The release for %(name)s is %(state)s already.",
                        name=wrong[0].name,
                        state=labels[wrong[0].state].lower(),
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

    def _use_up(self):
        """The order was confirmed: an active release is used, a request still open has no object any more."""
        self.filtered(lambda grant: grant.state == "active").write({"state": "used"})
        self._void(self.env._("The order was confirmed without it."))

    def _void(self, reason):
        """The document is gone or changed: what was asked or granted for it is too."""
        self.filtered(lambda grant: grant.state == "asked")._void_approval(reason)
        self.filtered(lambda grant: grant.state == "active").write({"state": "void"})

    # Approval -----------------------------------------------------------------------------------

    def _get_approval_company(self):
        return self.company_id

    def _get_approval_dossier(self):
        return self.account_id.dossier_id

    def _get_approval_levels(self):
        """Store manager, finance, owner; a level is able when the ceiling of somebody on it covers the grant."""
        self.ensure_one()
        return self.env["credit.route"]._get_levels(self)

    def _get_route_person(self):
        """Whose manager is asked first."""
        self.ensure_one()
        return self.order_id.user_id or self.requester_id

    def _is_covered_by(self, ceiling):
        """Whether a person with this ceiling may decide the grant; each kind adds its own measure."""
        self.ensure_one()
        return self.days <= ceiling.grant_days

    def _get_ceiling_sentence(self, ceiling):
        """Why this ceiling does not cover the grant."""
        self.ensure_one()
        return self.env._(
            "may grant for %(ceiling)s days, %(days)s are asked",
            ceiling=ceiling.grant_days,
            days=self.days,
        )

    def _check_approval(self, user):
        """The ceiling of the person who decides, at this moment."""
        self.ensure_one()
        ceiling = self.env["credit.authority"]._get_ceilings(user, self.company_id)[user.id]
        if not self._is_covered_by(ceiling):
            raise UserError(
                self.env._(
                    "%(user)s cannot decide %(request)s any more: %(reason)s.",
                    user=user.name,
                    request=self._get_approval_title(),
                    reason=self._get_ceiling_sentence(ceiling),
                )
            )

    def _after_approved(self, approval):
        """In force from now on, for the days that were asked."""
        now = fields.Datetime.now()
        for grant in self.sudo():
            grant.write(
                {"state": "active", "valid_from": now, "valid_to": now + timedelta(days=grant.days)}
            )

    def _after_refused(self, approval, reason):
        for grant in self.sudo():
            grant.write({"state": "refused"})
            grant.message_post(body=reason)

    def _after_withdrawn(self, approval):
        self.sudo().write({"state": "withdrawn" if approval.state == "withdrawn" else "void"})

    def action_withdraw(self):
        """Take the request back; only who asked may."""
        self.ensure_one()
        self.check_access("read")
        return self.approval_id.action_withdraw()

    def _get_waiting_sentence(self):
        """Who is asked now."""
        self.ensure_one()
        people = self.approval_id.sudo().candidate_ids
        return self.env._(
            "%(name)s waits for %(people)s.",
            name=self.name,
            people=format_list(self.env, people.mapped("name")),
        )

    def _get_requested_notification(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("Request sent"),
                "message": self._get_waiting_sentence(),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _format(self, amount):
        return format_amount(self.env, amount, self.currency_id)

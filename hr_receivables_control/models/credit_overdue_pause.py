from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount, format_date

from odoo.addons.hr_control_base.tools.reasons import stated

CONTROLLER = "hr_receivables_control.group_credit_controller"
# A pause that was once in force; the days of those made on somebody's own word are added up.
GIVEN = ("active", "ended", "kept", "broken", "over")


class CreditOverduePause(models.Model):
    """A promise to pay, or a dispute: until its last day the overdue items it covers stop nobody.

    In force by the clock: nothing has to run for it to end. What is kept and what was broken is
    found out by the job. It is never changed or extended: whoever needs more makes another one.
    """

    _name = "credit.overdue.pause"
    _description = "Promise or Dispute"
    _inherit = ["hr.control.approval.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    _control_guarded_fields = frozenset(
        {
            "state",
            "partner_id",
            "company_id",
            "date_from",
            "amount",
            "tier_number",
            "requester_id",
            "ended_by_id",
            "ended_at",
        }
    )

    kind = fields.Selection(
        [("promise", "Promise to pay"), ("dispute", "Dispute")], required=True, default="promise"
    )
    account_id = fields.Many2one(
        "credit.account", string="Customer", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="account_id.partner_id", store=True, precompute=True, index=True, string="Partner"
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="account_id.currency_id")
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('move_type', '=', 'out_invoice'), ('state', '=', 'posted'), "
        "('commercial_partner_id', '=', partner_id)]",
        help="The invoice that is promised or disputed. Empty: all that is due on the first day of the pause.",
    )
    date_from = fields.Date(string="Paused Since", readonly=True)
    date_to = fields.Date(
        string="Until",
        required=True,
        help="Last day of the pause: the day by which he will have paid, or the dispute be settled.",
    )
    reason = fields.Text(required=True, help="What was promised, by whom; or what is disputed.")
    amount = fields.Monetary(
        string="Overdue Paused", readonly=True, help="What was overdue of it on the first day."
    )
    tier_number = fields.Integer(
        string="Tier", readonly=True, help="Tier of the customer on the first day."
    )
    requester_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        [
            ("asked", "Asked"),
            ("active", "In force"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
            ("ended", "Ended early"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("over", "Over"),
        ],
        required=True,
        readonly=True,
        default="asked",
        tracking=True,
        index=True,
    )
    ended_at = fields.Datetime(readonly=True)
    ended_by_id = fields.Many2one("res.users", readonly=True)

    # the exposure asks it for every late item
    _active_idx = models.Index("(account_id) WHERE state = 'active'")

    @api.depends("kind", "partner_id", "move_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for pause in self.sudo():
            subject = pause.move_id.name or pause.partner_id.display_name
            pause.display_name = ": ".join(filter(None, (kinds.get(pause.kind), subject)))

    # Making one ---------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        pauses = super().create(vals_list)
        for pause in pauses:
            pause._begin()
        return pauses

    def _begin(self):
        """In force at once within what the person may give on his own word, else asked for.

        :raises UserError: there is nothing to pause, or nobody could approve it
        """
        self.ensure_one()
        pause_sudo = self.sudo()
        pause_sudo.account_id._take_guard()
        pause_sudo._set_figures()
        pause_sudo._check_pausable()
        if pause_sudo._get_days() <= pause_sudo._get_days_on_own_word():
            pause_sudo._activate()
        else:
            self._submit_approval(self.reason)

    def _set_figures(self):
        """What is overdue of it today, and how far the customer is."""
        self.ensure_one()
        overdue = self.env["credit.overdue"]
        lines = overdue._get_lines(self.account_id)
        today = self._get_today()
        tier = self.env["credit.overdue.tier"].browse(
            overdue._get(self.account_id)[self.account_id.id].tier_id
        )
        self.write({"date_from": today, "tier_number": tier.number})
        self.amount = sum(line["overdue"] for line in lines if self._covers(line))

    def _check_pausable(self):
        self.ensure_one()
        if not stated(self.reason):
            raise UserError(self.env._("Say what was promised or what is disputed."))
        if self.date_to < self.date_from:
            raise UserError(
                self.env._(
                    "%(date)s is over. A pause ends today at the earliest.",
                    date=format_date(self.env, self.date_to),
                )
            )
        if self.move_id and self.move_id.commercial_partner_id != self.partner_id:
            raise UserError(
                self.env._(
                    "%(invoice)s is no invoice of %(customer)s.",
                    invoice=self.move_id.name,
                    customer=self.partner_id.display_name,
                )
            )
        if not self.move_id and not self.amount:
            raise UserError(
                self.env._(
                    "Nothing of %(customer)s is overdue: there is nothing to pause.",
                    customer=self.partner_id.display_name,
                )
            )

    def _get_today(self):
        self.ensure_one()
        return self.company_id.sudo()._company_today()

    def _get_days(self):
        self.ensure_one()
        return (self.date_to - self.date_from).days

    def _get_days_on_own_word(self):
        """For how many days the requester may pause it without anybody's approval.

        A salesperson what the company lets him, others what their position lets them. Days that were
        given on somebody's word since the oldest of it fell due are used up: one short pause after
        the other is a long one.
        """
        self.ensure_one()
        user, company = self.requester_id, self.company_id
        ceiling = self.env["credit.authority"]._get_ceilings(user, company)[user.id]
        if ceiling.suspended:
            return -1
        allowed = company.credit_pause_days
        if user not in self._get_salespeople() and self._is_tier_covered_by(ceiling):
            allowed = max(allowed, ceiling.pause_days)
        return allowed - self._get_days_given()

    def _get_days_given(self):
        self.ensure_one()
        lines = self.env["credit.overdue"]._get_lines(self.account_id)
        since = min((line["due"] for line in lines), default=self.date_from)
        earlier = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("id", "!=", self.id),
                ("approval_id", "=", False),
                ("state", "in", GIVEN),
                ("date_from", ">=", since),
            ]
        )
        # the day on which one began counts too: else a new one until the same day, every day, would be free
        begun = set(earlier.mapped("date_from")) - {self.date_from}
        return sum(pause._get_days() for pause in earlier) + len(begun)

    def _get_salespeople(self):
        """Salespeople of the customer and of what he has overdue: it is their money that is waited for."""
        self.ensure_one()
        lines = self.env["credit.overdue"]._get_lines(self.account_id)
        users = self.env["res.users"].browse({line["user_id"] for line in lines} - {None})
        return users | self.partner_id.user_id

    def _activate(self):
        for pause in self.sudo():
            pause.write({"state": "active", "date_from": pause._get_today()})
            pause._log("credit.pause")
            pause.env["credit.account"]._trigger_reevaluation(pause.partner_id)

    def _covers(self, line):
        """Whether it pauses this overdue item; the query of the exposure says the same."""
        self.ensure_one()
        if self.move_id:
            return line["move_id"] == self.move_id.id
        return line["due"] <= self.date_from

    # Ending it ----------------------------------------------------------------------------------

    def action_end(self):
        """End it today; whoever made it may, and who answers for credit."""
        self.check_access("read")
        for pause in self:
            if pause.requester_id != self.env.user and not self.env.user.has_group(CONTROLLER):
                raise AccessError(
                    self.env._(
                        "Only %(user)s or a credit controller may end it.",
                        user=pause.requester_id.name,
                    )
                )
            if pause.state != "active":
                raise UserError(self.env._("%(pause)s is not in force.", pause=pause.display_name))
        self.sudo()._close("ended")

    def action_withdraw(self):
        """Take the request back; only who asked may."""
        self.ensure_one()
        self.check_access("read")
        return self.approval_id.action_withdraw()

    def _close(self, state):
        self.write({"state": state, "ended_at": fields.Datetime.now(), "ended_by_id": self.env.uid})
        for pause in self:
            pause._log(f"credit.pause_{state}")

    def _log(self, code):
        self.ensure_one()
        Event = self.env["hr.control.event"]
        Event._append(
            [
                {
                    "dossier": self.account_id.dossier_id,
                    "code": code,
                    "document": self,
                    "data": {
                        "kind": self.kind,
                        "invoice": self.move_id.id or 0,
                        "until": self.date_to,
                        "tier": self.tier_number,
                        "amount": Event._money(self.amount, self.currency_id),
                    },
                    "names": {
                        "subject": self.partner_id.display_name,
                        "document": self.display_name,
                        "reason": self.reason,
                    },
                }
            ]
        )

    # Approval -----------------------------------------------------------------------------------

    def _get_approval_title(self):
        # EXTENDS hr_control_base
        self.ensure_one()
        return self.env._(
            "Pause what %(customer)s has overdue until %(date)s",
            customer=self.partner_id.display_name,
            date=format_date(self.env, self.date_to),
        )

    def _get_approval_figures(self):
        # EXTENDS hr_control_base
        _ = self.env._
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        account = self.account_id
        return [
            (_("Customer"), self.partner_id.display_name),
            (_("Kind"), kinds[self.kind]),
            (_("Invoice"), self.move_id.name or _("all that is due")),
            (_("Overdue Paused"), self._format(self.amount)),
            (_("Overdue"), self._format(account.overdue_amount)),
            (_("Oldest item (days)"), str(account.overdue_days)),
            (_("Tier"), str(self.tier_number or "-")),
            (_("Days"), str(self._get_days())),
        ]

    def _get_approval_dossier(self):
        return self.account_id.dossier_id

    def _get_approval_levels(self):
        # EXTENDS hr_control_base
        self.ensure_one()
        return self.env["credit.route"]._get_levels(self)

    def _get_route_person(self):
        return self.partner_id.user_id or self.requester_id

    def _get_approval_excluded_users(self):
        # EXTENDS hr_control_base: nobody waits for the money of his own customer on his own decision
        return self._get_salespeople()

    def _is_tier_covered_by(self, ceiling):
        return self.tier_number <= ceiling.release_tier

    def _is_covered_by(self, ceiling):
        """Whether a person with this ceiling may decide it."""
        self.ensure_one()
        return self._get_days() <= ceiling.pause_days and self._is_tier_covered_by(ceiling)

    def _get_ceiling_sentence(self, ceiling):
        """Why this ceiling does not cover it."""
        self.ensure_one()
        if not self._is_tier_covered_by(ceiling):
            return self.env._(
                "may let pass up to tier %(ceiling)s, the customer is at tier %(tier)s",
                ceiling=ceiling.release_tier,
                tier=self.tier_number,
            )
        return self.env._(
            "may pause for %(ceiling)s days, %(days)s are asked",
            ceiling=ceiling.pause_days,
            days=self._get_days(),
        )

    def _check_approval(self, user):
        # EXTENDS hr_control_base: the figures and the ceiling are those of this moment
        self.ensure_one()
        self.sudo()._set_figures()
        self.sudo()._check_pausable()
        title = self._get_approval_title()
        self.env["credit.suspension"]._check_decider(self.company_id, title)
        ceiling = self.env["credit.authority"]._get_ceilings(user, self.company_id)[user.id]
        if not self._is_covered_by(ceiling):
            raise UserError(
                self.env._(
                    "%(user)s cannot decide %(request)s any more: %(reason)s.",
                    user=user.name,
                    request=title,
                    reason=self._get_ceiling_sentence(ceiling),
                )
            )

    def _after_approved(self, approval):
        # EXTENDS hr_control_base
        self._activate()

    def _after_refused(self, approval, reason):
        # EXTENDS hr_control_base
        for pause in self.sudo():
            pause.write({"state": "refused"})
            pause.message_post(body=reason)

    def _after_withdrawn(self, approval):
        # EXTENDS hr_control_base
        self.sudo().write({"state": "withdrawn"})

    def _format(self, amount):
        return format_amount(self.env, amount, self.currency_id)

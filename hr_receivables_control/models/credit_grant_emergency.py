from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from odoo.addons.hr_control_base.tools.reasons import stated

REVIEW_HOURS = 24


class CreditGrant(models.Model):
    """An emergency authorisation: given at once within the giver's ceiling, reviewed afterwards.

    It adds to the limit like an uplift and ends by the clock. It is never extended: whoever needs
    more gives another one, with a review of its own. Somebody whose emergency has not been reviewed
    within 24 hours may give none until it has; nothing has to run for that.
    """

    _inherit = "credit.grant"

    kind = fields.Selection(
        selection_add=[("emergency", "Emergency authorisation")],
        ondelete={"emergency": "cascade"},
    )
    hours = fields.Integer(string="Valid for (hours)", readonly=True)
    use_ids = fields.One2many("credit.grant.use", "grant_id", string="Used By", readonly=True)
    used_amount = fields.Monetary(
        string="Used",
        compute="_compute_used_amount",
        compute_sudo=True,
        help="What orders confirmed meanwhile have taken of it.",
    )

    @api.depends("use_ids.amount")
    def _compute_used_amount(self):
        for grant in self:
            grant.used_amount = sum(grant.use_ids.mapped("amount"))

    # Giving -------------------------------------------------------------------------------------

    @api.model
    def _give_emergency(self, account, amount, hours, reason):
        """Raise the limit of ``account`` at once, in the name of the current user.

        :raises UserError: not his to give, or nobody could review it
        """
        account.check_access("read")
        account_sudo = account.sudo()
        account_sudo._take_guard()
        account_sudo.invalidate_recordset()
        self._check_emergency(account_sudo, amount, hours, reason)
        now = fields.Datetime.now()
        grant = self.sudo().create(
            {
                "kind": "emergency",
                "state": "active",
                "account_id": account.id,
                "company_id": account_sudo.company_id.id,
                "reason": stated(reason),
                "days": 1,
                "hours": hours,
                "amount": amount,
                "requester_id": self.env.uid,
                "valid_from": now,
                "valid_to": now + timedelta(hours=hours),
            }
        )
        grant._submit_approval(grant.reason)
        grant._log_emergency()
        return grant

    @api.model
    def _check_emergency(self, account, amount, hours, reason):
        _ = self.env._
        if not stated(reason):
            raise UserError(_("Say why the emergency authorisation is needed."))
        if account.mode != "limited":
            raise UserError(
                _("%(customer)s has no limit that could be raised.", customer=account.display_name)
            )
        if account.currency_id.compare_amounts(amount, 0.0) <= 0 or hours <= 0:
            raise UserError(_("Enter an amount and hours above zero."))
        user, company = self.env.user, account.company_id
        if unreviewed := self._get_unreviewed(user, company)[:1]:
            raise UserError(
                _(
                    "%(user)s may give no emergency authorisation: that of %(date)s for %(customer)s has not been "
                    "reviewed within %(hours)s hours. Ask %(people)s to review it.",
                    user=user.name,
                    date=fields.Datetime.context_timestamp(self, unreviewed.valid_from).strftime(
                        "%Y-%m-%d %H:%M"
                    ),
                    customer=unreviewed.partner_id.display_name,
                    hours=REVIEW_HOURS,
                    people=", ".join(unreviewed.approval_id.candidate_ids.mapped("name")) or "-",
                )
            )
        ceiling = self.env["credit.authority"]._get_ceilings(user, company)[user.id]
        given = sum(self._get_emergencies_in_force(user, account).mapped("amount"))
        if ceiling.covers_emergency(given + amount, hours):
            return
        if ceiling.suspended:
            raise UserError(_("The credit authority of %(user)s is suspended.", user=user.name))
        raise UserError(
            _(
                "%(user)s may authorise up to %(ceiling)s for %(ceiling_hours)s hours in an emergency. For "
                "%(customer)s %(given)s are in force already and %(amount)s for %(hours)s hours are asked.",
                user=user.name,
                ceiling=format_amount(self.env, ceiling.emergency_amount, account.currency_id),
                ceiling_hours=ceiling.emergency_hours,
                customer=account.display_name,
                given=format_amount(self.env, given, account.currency_id),
                amount=format_amount(self.env, amount, account.currency_id),
                hours=hours,
            )
        )

    @api.model
    def _get_emergencies_in_force(self, user, account):
        return self.sudo().search(
            [
                ("kind", "=", "emergency"),
                ("state", "=", "active"),
                ("account_id", "=", account.id),
                ("requester_id", "=", user.id),
                ("valid_to", ">", fields.Datetime.now()),
            ]
        )

    @api.model
    def _get_unreviewed(self, users, company):
        """Emergencies that nobody has reviewed in time, told by the clock, the oldest first.

        :param users: their givers; None: anybody's
        """
        deadline = fields.Datetime.now() - timedelta(hours=REVIEW_HOURS)
        return self.sudo().search(
            [
                ("kind", "=", "emergency"),
                *([("requester_id", "in", users.ids)] if users is not None else []),
                ("company_id", "=", company.credit_company_id.id),
                ("valid_from", "<=", deadline),
                ("approval_id.state", "not in", ("approved", "refused")),
            ],
            order="valid_from, id",
        )

    def _log_emergency(self):
        Event = self.env["hr.control.event"]
        Event._append(
            [
                {
                    "dossier": grant.account_id.dossier_id,
                    "code": "credit.emergency",
                    "document": grant,
                    "data": {
                        "amount": Event._money(grant.amount, grant.currency_id),
                        "hours": grant.hours,
                        "until": grant.valid_to,
                    },
                    "names": {"subject": grant.partner_id.display_name, "reason": grant.reason},
                }
                for grant in self
            ]
        )
        self.account_id.dossier_id._link()

    @api.model_create_multi
    def create(self, vals_list):
        grants = super().create(vals_list)
        if grants.filtered(lambda grant: grant.state != "asked" and grant.kind != "emergency"):
            raise UserError(self.env._("A release starts as a request."))
        return grants

    def _get_emergency_notification(self):
        self.ensure_one()
        message = self.env._(
            "The limit of %(customer)s is %(amount)s higher for %(hours)s hours. %(people)s will review it.",
            customer=self.partner_id.display_name,
            amount=self._format(self.amount),
            hours=self.hours,
            people=", ".join(self.approval_id.sudo().candidate_ids.mapped("name")),
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("Emergency authorisation given"),
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # Review -------------------------------------------------------------------------------------

    def _get_approval_title(self):
        # EXTENDS hr_control_base
        if self.kind != "emergency":
            return super()._get_approval_title()
        return self.env._(
            "Review of an emergency: %(amount)s for %(customer)s by %(user)s",
            amount=self._format(self.amount),
            customer=self.partner_id.display_name,
            user=self.requester_id.name,
        )

    def _get_approval_figures(self):
        # EXTENDS hr_control_base
        if self.kind != "emergency":
            return super()._get_approval_figures()
        _ = self.env._
        account = self.account_id
        used = [f"{use.order_id.name}: {self._format(use.amount)}" for use in self.use_ids]
        return [
            (_("Customer"), self.partner_id.display_name),
            (_("Given at once"), self._format(self.amount)),
            (_("Hours"), str(self.hours)),
            (_("Used so far"), self._format(self.used_amount)),
            (_("By orders"), ", ".join(used) or "-"),
            (_("Owed and ordered"), self._format(account.exposure_total)),
            (_("Limit with it"), self._format(account.effective_limit)),
            (_("Overdue"), self._format(account.overdue_amount)),
        ]

    def _get_approval_hours(self):
        # EXTENDS hr_control_base
        return REVIEW_HOURS if self.kind == "emergency" else super()._get_approval_hours()

    def _get_approval_levels(self):
        # EXTENDS hr_control_base
        if self.kind != "emergency":
            return super()._get_approval_levels()
        return self.env["credit.route"]._get_review_levels(self)

    def _is_covered_by(self, ceiling):
        # a review gives nothing, so it takes no ceiling
        return self.kind == "emergency" or super()._is_covered_by(ceiling)

    def _after_approved(self, approval):
        """A review that agrees changes nothing: neither the amount nor the end."""
        return super(
            CreditGrant, self.filtered(lambda grant: grant.kind != "emergency")
        )._after_approved(approval)

    def _after_refused(self, approval, reason):
        """A review that disagrees ends what is left at once; orders confirmed by then stay."""
        emergencies = self.filtered(lambda grant: grant.kind == "emergency")
        emergencies.sudo().filtered(lambda grant: grant.state == "active").write({"state": "void"})
        return super(CreditGrant, self - emergencies)._after_refused(approval, reason)

    def _after_withdrawn(self, approval):
        if self.filtered(lambda grant: grant.kind == "emergency"):
            raise UserError(
                self.env._("The review of an emergency authorisation cannot be withdrawn.")
            )
        return super()._after_withdrawn(approval)

    def write(self, vals):
        if {"amount", "hours", "valid_from", "valid_to", "account_id"} & vals.keys() and (
            self.filtered(lambda grant: grant.kind == "emergency")
        ):
            raise UserError(
                self.env._(
                    "An emergency authorisation is not changed or extended. Give another one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_emergency(self):
        if self.filtered(lambda grant: grant.kind == "emergency"):
            raise UserError(self.env._("Emergency authorisations are kept."))

    def action_end_emergency(self):
        """The giver, or whoever keeps the credit, ends it before its time."""
        self.check_access("read")
        for grant in self:
            entitled = grant.requester_id == self.env.user or self.env.user.has_group(
                "hr_receivables_control.group_credit_controller"
            )
            if grant.kind != "emergency" or grant.state != "active" or not entitled:
                raise UserError(
                    self.env._(
                        "%(name)s: there is no emergency authorisation that you could end.",
                        name=grant.name,
                    )
                )
        self.sudo().write({"state": "void"})
        return True

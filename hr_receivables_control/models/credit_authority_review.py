import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.hr_control_base.tools.reasons import stated

_logger = logging.getLogger(__name__)

LIMITS = {
    "order_limit": "limit_order",
    "customer_limit": "limit_customer",
    "pool_limit": "limit_pool",
}


class CreditAuthority(models.Model):
    _inherit = "credit.authority"

    adjusted_from_id = fields.Many2one(
        "credit.authority",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The rule of the position that this one was adjusted from, by the results of the person.",
    )


class CreditAuthorityReview(models.Model):
    """More or less authority for a salesperson, by what he collected; within bounds, decided by a person."""

    _name = "credit.authority.review"
    _description = "Proposed Adjustment of Authority"
    _inherit = ["hr.control.guarded.mixin"]
    _order = "id desc"
    _rec_name = "user_id"

    _control_guarded_fields = frozenset(
        {
            "user_id",
            "company_id",
            "rule_id",
            "date",
            "direction",
            "on_time_pct",
            "due_amount",
            "overdue_amount",
            "limits",
            "state",
            "decided_by_id",
            "decision_reason",
        }
    )

    user_id = fields.Many2one(
        "res.users", string="Salesperson", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    rule_id = fields.Many2one(
        "credit.authority", readonly=True, ondelete="cascade", string="Rule Now"
    )
    date = fields.Date(string="Proposed On", required=True, readonly=True)
    direction = fields.Selection([("up", "More"), ("down", "Less")], required=True, readonly=True)
    on_time_pct = fields.Float(string="Collected on Time (%)", readonly=True, aggregator="avg")
    due_amount = fields.Monetary(string="Fallen Due", readonly=True, help="Of twelve months.")
    overdue_amount = fields.Monetary(string="Open and Overdue", readonly=True)
    limits = fields.Json(readonly=True, help="Each limit before and after.")
    explanation = fields.Text(
        string="Figures Behind It", compute="_compute_explanation", compute_sudo=True
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("applied", "Applied"),
            ("dismissed", "Dismissed"),
            ("obsolete", "Replaced"),
        ],
        required=True,
        default="proposed",
        readonly=True,
        index=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decision_reason = fields.Char(readonly=True)

    _user_open_uniq = models.UniqueIndex("(company_id, user_id) WHERE state = 'proposed'")

    @api.depends("limits", "on_time_pct", "due_amount", "overdue_amount")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for review in self:
            review.explanation = review._get_explanation()

    def _get_explanation(self):
        self.ensure_one()
        currency = self.company_id.currency_id
        labels = {name: self.env["credit.authority"]._fields[name] for name in LIMITS}
        changes = ", ".join(
            f"{labels[name]._description_string(self.env)} {currency.format(before)} → {currency.format(after)}"
            for name, (before, after) in (self.limits or {}).items()
        )
        return self.env._(
            "Of %(due)s that fell due within twelve months %(pct)s %% came in on time; %(overdue)s is overdue now. "
            "%(changes)s.",
            due=currency.format(self.due_amount),
            pct=f"{self.on_time_pct:g}",
            overdue=currency.format(self.overdue_amount),
            changes=changes,
        )

    # Proposing ----------------------------------------------------------------------------------

    @api.model
    def _get_results(self, company):
        """What salespeople collected of what fell due on their invoices within twelve months; one query.

        :return: ``{user id: (amount due, per cent on time, amount overdue now)}``
        """
        today = company._company_today()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.invoice_user_id, SUM(s.net)::float8,
                       (100 * COALESCE(SUM(s.net) FILTER (WHERE s.days_late <= %(grace)s), 0) / SUM(s.net))::float8,
                       COALESCE(SUM(s.open) FILTER (WHERE s.open > 0), 0)::float8
                  FROM (SELECT *, amount - credited AS net FROM (%(lines)s) l) s
                  JOIN account_move m ON m.id = s.move_id
                 WHERE s.net > 0 AND m.invoice_user_id IS NOT NULL
              GROUP BY m.invoice_user_id
                """,
                lines=self.env["credit.settlement"]._sql_lines(
                    company,
                    since=fields.Date.subtract(today, months=12),
                    until=fields.Date.subtract(today, days=1),
                ),
                grace=company.credit_score_grace,
            )
        )
        return {user_id: tuple(values) for user_id, *values in rows}

    @api.model
    def _propose(self, company):
        """Propose adjustments for everybody whose results are good or bad enough; open ones are replaced.

        :return: the proposals made, in sudo
        """
        results = self._get_results(company)
        users = self.env["res.users"].browse(results).exists().filtered("active")
        rules = self.env["credit.authority"].sudo()._resolve(users, company)
        self.sudo().search([("company_id", "=", company.id), ("state", "=", "proposed")]).write(
            {"state": "obsolete"}
        )
        # before the new ones come: one is open per person
        self.flush_model(["state"])
        return self.sudo().create(
            [
                vals
                for user in users
                if (vals := self._prepare_proposal(user, company, rules[user.id], results[user.id]))
            ]
        )

    @api.model
    def _prepare_proposal(self, user, company, rule, result):
        """A step up or down within the bounds around the position's rule; nothing where there is no own limit."""
        due, on_time, overdue = result
        if on_time >= company.credit_authority_good:
            direction, step = "up", 1 + company.credit_authority_step / 100
        elif on_time < company.credit_authority_bad:
            direction, step = "down", 1 - company.credit_authority_step / 100
        else:
            return None
        base = rule.adjusted_from_id or rule
        limits = {}
        for name, switch in LIMITS.items():
            if not rule[switch]:
                continue
            floor = base[name] * company.credit_authority_floor / 100
            cap = base[name] * company.credit_authority_cap / 100
            # beyond its bounds already: never moved against the direction
            ends = (
                (rule[name], max(rule[name], cap))
                if direction == "up"
                else (min(rule[name], floor), rule[name])
            )
            after = company.currency_id.round(min(max(rule[name] * step, ends[0]), ends[1]))
            if company.currency_id.compare_amounts(after, rule[name]):
                limits[name] = [rule[name], after]
        if not limits:
            return None
        return {
            "user_id": user.id,
            "company_id": company.id,
            "rule_id": rule.id,
            "date": company._company_today(),
            "direction": direction,
            "on_time_pct": round(on_time, 2),
            "due_amount": company.currency_id.round(due),
            "overdue_amount": company.currency_id.round(overdue),
            "limits": limits,
        }

    @api.model
    def _cron_propose(self):
        """Monthly, each company for good."""
        companies = (
            self.env["res.company"]
            .sudo()
            .search([("credit_company_id", "!=", False)])
            .credit_company_id
        )
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies))
        for company in companies:
            try:
                self._propose(company)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("No authority was proposed in company %s.", company.id)
            if not progress(1):
                break

    # Deciding -----------------------------------------------------------------------------------

    def _check_manager(self):
        """:raises AccessError: somebody else, or the person himself"""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "hr_receivables_control.group_credit_manager"
        ):
            raise AccessError(self.env._("Only credit managers adjust the authority of others."))
        if self.env.user in self.user_id:
            raise AccessError(self.env._("Nobody adjusts his own authority."))

    def action_apply(self):
        """A rule for the person from today on, made from the position's; the one before ends yesterday."""
        self._check_manager()
        for review in self.sudo():
            if review.state != "proposed":
                raise UserError(
                    self.env._(
                        "The proposal for %(person)s was decided already.",
                        person=review.user_id.name,
                    )
                )
            review._apply()
        return True

    def _apply(self):
        self.ensure_one()
        company, today = self.company_id, self.company_id._company_today()
        rule = self.env["credit.authority"].sudo()._resolve(self.user_id, company)[self.user_id.id]
        if rule != self.rule_id or any(
            company.currency_id.compare_amounts(rule[name], before)
            for name, (before, _after) in self.limits.items()
        ):
            raise UserError(
                self.env._(
                    "The rule of %(person)s has changed since. Wait for the next proposal.",
                    person=self.user_id.name,
                )
            )
        values = {name: after for name, (_before, after) in self.limits.items()}
        if rule.employee_id and rule.date_from == today:
            rule.write(values)
        else:
            employee = (
                self.env["hr.employee"]
                .sudo()
                .search(
                    [("user_id", "=", self.user_id.id), ("company_id", "=", rule.company_id.id)],
                    limit=1,
                )
            )
            if not employee:
                raise UserError(
                    self.env._(
                        "%(person)s is no employee of %(company)s, so no rule can be made for him.",
                        person=self.user_id.name,
                        company=rule.company_id.name,
                    )
                )
            new = rule.copy(
                values
                | {
                    "employee_id": employee.id,
                    "job_id": False,
                    "level_id": False,
                    "department_id": False,
                    "date_from": today,
                    "date_to": rule.date_to if rule.employee_id else False,
                }
            )
            new.adjusted_from_id = rule.adjusted_from_id or rule
            if rule.employee_id:
                rule.date_to = fields.Date.subtract(today, days=1)
        self.write({"state": "applied", "decided_by_id": self.env.uid})
        self._log("credit.authority_review.applied", self._get_explanation())

    def action_dismiss(self, reason=None):
        """Leave the authority as it is. :param reason: why, required"""
        self._check_manager()
        if not (reason := stated(reason)):
            raise UserError(self.env._("Say why the authority stays as it is."))
        reviews = self.sudo().filtered(lambda review: review.state == "proposed")
        reviews.write(
            {
                "state": "dismissed",
                "decided_by_id": self.env.uid,
                "decision_reason": reason,
            }
        )
        reviews._log("credit.authority_review.dismissed", reason)
        return True

    def action_open_dismiss(self):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dismiss"),
            "res_model": "credit.limit.review.dismiss",
            "view_mode": "form",
            "target": "new",
            "context": {"default_authority_review_ids": self.ids},
        }

    def _log(self, code, reason):
        Event = self.env["hr.control.event"]
        for company, reviews in self.grouped("company_id").items():
            dossiers = self.env["credit.pool"].sudo()._ensure_dossiers(reviews.user_id, company)
            Event._append(
                [
                    {
                        "dossier": dossiers[review.user_id.id],
                        "code": code,
                        "document": review,
                        "data": {
                            "direction": review.direction,
                            "limits": {
                                name: [Event._money(amount, review.currency_id) for amount in pair]
                                for name, pair in review.limits.items()
                            },
                        },
                        "names": {"subject": review.user_id, "reason": reason},
                    }
                    for review in reviews
                ]
            )

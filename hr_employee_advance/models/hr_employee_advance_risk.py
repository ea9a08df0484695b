from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from odoo.addons.hr_control_base.tools.reasons import stated

DECIDER = "hr_employee_advance.group_advance_admin"
SIGNER = "hr_employee_advance.group_advance_write_off"


class HrEmployeeAdvanceRisk(models.Model):
    """A position of which too much is overdue: what is proposed for it, what was decided and what came of it."""

    _name = "hr.employee.advance.risk"
    _description = "Risky Position"
    _inherit = ["hr.control.guarded.mixin"]
    _order = "month desc, overdue_pct desc, id"
    _rec_name = "job_id"

    _control_guarded_fields = frozenset(
        {
            "report_id",
            "job_id",
            "open_count",
            "overdue_count",
            "overdue_pct",
            "open_amount",
            "overdue_amount",
            "threshold_pct",
            "is_small",
            "policy_id",
            "quota_before",
            "quota_proposed",
            "state",
            "decided_by_id",
            "decided_on",
            "decision_reason",
            "next_pct",
        }
    )

    report_id = fields.Many2one(
        "hr.employee.advance.risk.report",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="report_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(related="report_id.month", store=True)
    job_id = fields.Many2one(
        "hr.job",
        string="Job Position",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    open_count = fields.Integer(string="Open Advances", readonly=True)
    overdue_count = fields.Integer(string="Overdue", readonly=True)
    overdue_pct = fields.Float(
        string="Overdue (%)", readonly=True, digits=(16, 1), aggregator="avg", help="By number."
    )
    open_amount = fields.Monetary(readonly=True)
    overdue_amount = fields.Monetary(readonly=True)
    threshold_pct = fields.Float(
        string="Risky Above (%)", readonly=True, digits=(16, 1), aggregator=None
    )
    is_small = fields.Boolean(
        string="Small Sample", readonly=True, help="One advance more or less moves the rate far."
    )
    policy_id = fields.Many2one(
        "hr.employee.advance.policy", string="Quota Rule", readonly=True, ondelete="set null"
    )
    quota_before = fields.Monetary(string="Quota Now", readonly=True)
    quota_proposed = fields.Monetary(readonly=True)
    explanation = fields.Text(string="Why", compute="_compute_explanation", compute_sudo=True)
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
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    decided_on = fields.Datetime(readonly=True)
    decision_reason = fields.Char(string="Reason", readonly=True)
    next_pct = fields.Float(
        string="Overdue Next Month (%)", readonly=True, digits=(16, 1), aggregator=None
    )
    outcome = fields.Char(compute="_compute_outcome", string="What Came of It")

    _report_job_uniq = models.UniqueIndex("(report_id, job_id)")

    @api.depends("overdue_pct", "threshold_pct", "quota_before", "quota_proposed", "is_small")
    @api.depends_context("lang")
    def _compute_explanation(self):
        _ = self.env._
        for risk in self:
            currency = risk.company_id.currency_id
            risk.explanation = " ".join(
                part
                for part in (
                    _(
                        "%(overdue)s of %(open)s open advances of %(job)s are overdue: %(pct)s %%, above %(limit)s %%; "
                        "%(amount)s of %(total)s.",
                        overdue=risk.overdue_count,
                        open=risk.open_count,
                        job=risk.job_id.name,
                        pct=f"{risk.overdue_pct:.1f}",
                        limit=f"{risk.threshold_pct:g}",
                        amount=currency.format(risk.overdue_amount),
                        total=currency.format(risk.open_amount),
                    ),
                    risk.is_small and _("The sample is small."),
                    risk.quota_before
                    and _(
                        "Proposed: lower the quota from %(before)s to %(after)s and ask one more approval.",
                        before=currency.format(risk.quota_before),
                        after=currency.format(risk.quota_proposed),
                    ),
                    not risk.quota_before and _("Proposed: ask one more approval."),
                )
                if part
            )

    @api.depends("next_pct", "overdue_pct", "report_id.next_id")
    @api.depends_context("lang")
    def _compute_outcome(self):
        for risk in self:
            is_known = bool(risk.report_id.sudo().next_id)
            risk.outcome = is_known and self.env._(
                "%(before)s %% → %(after)s %% a month later",
                before=f"{risk.overdue_pct:.1f}",
                after=f"{risk.next_pct:.1f}",
            )

    # Deciding -----------------------------------------------------------------------------------

    def _begin(self):
        """:raises AccessError: somebody else than who sets the rules
        :raises UserError: decided already, or replaced by the proposal of a later month"""
        self.check_access("read")
        if not self.env.user.has_group(DECIDER):
            raise AccessError(
                self.env._("Quotas are changed by those who set the rules of advances.")
            )
        for risk in self.sudo():
            # one decision, whoever is faster: the second waits and reads what the first decided
            risk._get_dossier()._take_guard()
            risk.invalidate_recordset(["state"])
            if risk.state != "proposed":
                raise UserError(
                    self.env._(
                        "The proposal for %(job)s of %(month)s was decided or replaced already.",
                        job=risk.job_id.name,
                        month=fields.Date.to_string(risk.month)[:7],
                    )
                )

    def action_apply(self):
        """Lower the quota of the position from today on and ask one more approval for it."""
        self._begin()
        for risk in self.sudo():
            risk._lower_quota()
            risk._add_step()
            risk._decide("applied")
        return True

    def action_dismiss(self, reason=None):
        """Leave the rules as they are. :param reason: why, required"""
        self._begin()
        if not (reason := stated(reason)):
            raise UserError(self.env._("Say why the rules of the position stay as they are."))
        for risk in self.sudo():
            risk._decide("dismissed", reason)
        return True

    def action_open_dismiss(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dismiss"),
            "res_model": "hr.employee.advance.risk.dismiss",
            "view_mode": "form",
            "target": "new",
            "context": {"default_risk_id": self.id},
        }

    def action_open_advances(self):
        """The open advances that the rate is made of, as they stand now."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "hr_employee_advance.hr_employee_advance_report_action"
        )
        return action | {
            "name": self.display_name,
            "domain": [("company_id", "=", self.company_id.id), ("job_id", "=", self.job_id.id)],
            "context": {"search_default_open": 1},
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
        }

    def _lower_quota(self):
        """A rule for the position from today on; the one before ends yesterday. Rules for a person or level stay."""
        self.ensure_one()
        rule = self._get_policies(self.company_id, self.job_id)[self.job_id]
        if not self.quota_before:
            return
        same = rule and not self.currency_id.compare_amounts(rule.amount, self.quota_before)
        if rule != self.policy_id or not same:
            raise UserError(
                self.env._(
                    "The quota of %(job)s has changed since. Wait for the next report.",
                    job=self.job_id.name,
                )
            )
        today = self.company_id._company_today()
        if rule.job_id and rule.date_from == today:
            rule.amount = self.quota_proposed
            return
        rule.copy(
            {
                "company_id": self.company_id.id,
                "job_id": self.job_id.id,
                "department_id": False,
                "amount": self.quota_proposed,
                "date_from": today,
                "date_to": rule.date_to if rule.job_id else False,
            }
        )
        if rule.job_id:
            rule.date_to = fields.Date.subtract(today, days=1)

    def _add_step(self):
        """One more level for the position, unless it has one that is always asked."""
        self.ensure_one()
        Step = self.env["hr.employee.advance.step"].sudo()
        if Step.search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("job_ids", "in", self.job_id.ids),
                ("amount_from", "=", 0),
            ],
            limit=1,
        ):
            return
        group = self.env.ref(SIGNER).sudo()
        if not group.all_user_ids._get_control_deciders(self.company_id):
            raise UserError(
                self.env._(
                    "Nobody of %(company)s is in the group %(group)s, who would be asked in addition. Add somebody, or "
                    "set up a further approval for %(job)s yourself first.",
                    company=self.company_id.name,
                    group=group.display_name,
                    job=self.job_id.name,
                )
            )
        Step.create(
            {
                "name": self.env._("Risky position: %(job)s", job=self.job_id.name),
                "company_id": self.company_id.id,
                "job_ids": [Command.set(self.job_id.ids)],
                "group_id": group.id,
            }
        )

    def _decide(self, state, reason=""):
        self.ensure_one()
        self.write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
                "decision_reason": reason,
            }
        )
        Event, currency = self.env["hr.control.event"], self.currency_id
        Event._append(
            [
                {
                    "dossier": self._get_dossier(),
                    "code": f"advance.risk.{state}",
                    "document": self,
                    "data": {
                        "job": self.job_id.id,
                        "open": self.open_count,
                        "overdue": self.overdue_count,
                        "quota_before": Event._money(self.quota_before, currency),
                        "quota_proposed": Event._money(self.quota_proposed, currency),
                    },
                    "names": {"position": self.job_id, "reason": reason},
                }
            ]
        )

    def _get_dossier(self):
        """Rules of a company are recorded with the company."""
        company = self.company_id
        return (
            self.env["hr.control.dossier"]
            .sudo()
            ._ensure("res.company", company, company)[company.id]
        )

    @api.model
    def _get_policies(self, company, jobs):
        """The quota that holds for each position today, else the company's; rules for people and levels aside.

        :return: ``{job: policy}``, in one query
        """
        today = company._company_today()
        rules = (
            self.env["hr.employee.advance.policy"]
            .sudo()
            .search(
                Domain(
                    [
                        ("company_id", "=", company.id),
                        ("employee_id", "=", False),
                        ("level_id", "=", False),
                        ("department_id", "=", False),
                        ("job_id", "in", [*jobs.ids, False]),
                    ]
                )
                & (Domain("date_from", "=", False) | Domain("date_from", "<=", today))
                & (Domain("date_to", "=", False) | Domain("date_to", ">=", today)),
                order="date_from desc nulls last, id desc",
            )
        )
        by_job = rules.grouped("job_id")
        of_company = by_job.get(jobs.browse(), rules.browse())
        return {job: by_job.get(job, of_company)[:1] for job in jobs}

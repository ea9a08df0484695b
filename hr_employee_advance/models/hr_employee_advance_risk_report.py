from odoo import api, fields, models
from odoo.fields import Domain

COPIED = (
    "dimension",
    "value_id",
    "request_count",
    "request_times",
    "open_count",
    "overdue_count",
    "open_amount",
    "overdue_amount",
    "overdue_pct",
    "overdue_times",
    "judged_count",
    "deficient_pct",
    "settled_count",
    "in_order_pct",
    "is_small",
)
DIMENSIONS = ("company_id", "job_id", "purpose_id", "region_id", "employee_id")
OFTEN_TIMES = 2.0


class HrEmployeeAdvanceRiskReport(models.Model):
    """Which positions, purposes, regions and people were overdue when a month began; it stays as it was."""

    _name = "hr.employee.advance.risk.report"
    _description = "Monthly Risk Report"
    _order = "month desc, company_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    made_on = fields.Date(string="Figures Of", required=True, readonly=True)
    line_ids = fields.One2many("hr.employee.advance.risk.line", "report_id", readonly=True)
    risk_ids = fields.One2many(
        "hr.employee.advance.risk", "report_id", string="Proposals", readonly=True
    )
    previous_id = fields.Many2one(
        "hr.employee.advance.risk.report", readonly=True, ondelete="set null", string="Month Before"
    )
    next_id = fields.Many2one(
        "hr.employee.advance.risk.report", readonly=True, ondelete="set null", string="Month After"
    )
    previous_risk_ids = fields.One2many(
        related="previous_id.risk_ids", string="Proposed the Month Before"
    )
    open_count = fields.Integer(string="Open Advances", readonly=True)
    overdue_count = fields.Integer(string="Overdue", readonly=True)
    open_amount = fields.Monetary(readonly=True)
    overdue_amount = fields.Monetary(readonly=True)
    overdue_pct = fields.Float(
        string="Overdue (%)", readonly=True, digits=(16, 1), aggregator="avg"
    )

    _company_month_uniq = models.UniqueIndex("(company_id, month)")

    @api.depends("month", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._(
                "Risk Report %(month)s", month=fields.Date.to_string(report.month)[:7]
            )

    # Making -------------------------------------------------------------------------------------

    @api.model
    def _cron_make(self):
        """Each company for good: the report when a month begins, and every day what has become risky."""
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies))
        for company in companies:
            self._make(company)
            self._watch(company)
            if not progress(1):
                break

    @api.model
    def _get_rates(self, company, dimensions):
        """Rows of the comparison of one company, whoever asks and whatever company is active."""
        # a view: what was read before in this transaction may have moved
        self.env["hr.employee.advance.rate"].invalidate_model()
        return (
            self.env["hr.employee.advance.rate"]
            .sudo()
            .with_context(lang=company.partner_id.lang or self.env.lang)
            .search([("company_id", "=", company.id), ("dimension", "in", dimensions)])
        )

    @api.model
    def _make(self, company):
        """The report of this month; there once, it is left alone.

        :return: the report made now, in sudo, or none
        """
        today = company._company_today()
        month = today.replace(day=1)
        reports = self.sudo()
        if reports.search_count([("company_id", "=", company.id), ("month", "=", month)], limit=1):
            return reports.browse()
        rates = self._get_rates(company, DIMENSIONS)
        whole = rates.filtered(lambda rate: rate.dimension == "company_id")
        if not whole:
            return reports.browse()
        previous = reports.search(
            [("company_id", "=", company.id), ("month", "<", month)], limit=1, order="month desc"
        )
        report = reports.create(
            {
                "company_id": company.id,
                "month": month,
                "made_on": today,
                "previous_id": previous.id,
                "line_ids": [
                    fields.Command.create(self._prepare_line(rate))
                    for rate in rates
                    if self._is_reported(rate)
                ],
            }
            | {
                name: whole[name]
                for name in (
                    "open_count",
                    "overdue_count",
                    "open_amount",
                    "overdue_amount",
                    "overdue_pct",
                )
            }
        )
        previous.next_id = report
        report._follow_up(rates)
        report._propose(rates)
        return report

    @api.model
    def _prepare_line(self, rate):
        return {name: rate[name] for name in COPIED} | {"name": rate.name}

    @api.model
    def _is_reported(self, rate):
        """Of people only those who owe too long or borrow unusually often."""
        if rate.dimension == "company_id":
            return False
        if rate.dimension == "employee_id":
            return bool(rate.overdue_count) or rate.request_times >= OFTEN_TIMES
        return bool(rate.open_count or rate.request_count)

    @api.model
    def _get_risky(self, company, rates):
        """Positions of which strictly more is overdue than the company lets pass, by number."""
        return rates.filtered(
            lambda rate: (
                rate.dimension == "job_id"
                and rate.value_id
                # from the counts: 1 of 10 is 10 %, not a float near it
                and 100 * rate.overdue_count > company.advance_risk_pct * rate.open_count
            )
        )

    def _follow_up(self, rates):
        """What became of the positions proposed before; what nobody decided is replaced."""
        before = self.previous_id.risk_ids
        pct = {rate.value_id: rate.overdue_pct for rate in rates if rate.dimension == "job_id"}
        for risk in before:
            risk.next_pct = pct.get(risk.job_id.id, 0.0)
        before.filtered(lambda risk: risk.state == "proposed").state = "obsolete"

    def _propose(self, rates):
        company = self.company_id
        Risk = self.env["hr.employee.advance.risk"].sudo()
        currency = company.currency_id
        rows, risky = [], self._get_risky(company, rates)
        jobs = self.env["hr.job"].sudo().browse([rate.value_id for rate in risky])
        policies = Risk._get_policies(company, jobs)
        for rate, job in zip(risky, jobs, strict=True):
            policy = policies[job]
            rows.append(
                {
                    "report_id": self.id,
                    "job_id": rate.value_id,
                    "threshold_pct": company.advance_risk_pct,
                    "policy_id": policy.id,
                    "quota_before": policy.amount,
                    "quota_proposed": currency.round(
                        policy.amount * (1 - company.advance_risk_cut_pct / 100)
                    ),
                }
                | {
                    name: rate[name]
                    for name in (
                        "open_count",
                        "overdue_count",
                        "overdue_pct",
                        "open_amount",
                        "overdue_amount",
                        "is_small",
                    )
                }
            )
        Risk.create(rows)

    # Telling ------------------------------------------------------------------------------------

    @api.model
    def _watch(self, company):
        """Tell finance and those who set the rules of a position that became risky, once until it is not."""
        rates = self._get_rates(company, ("job_id",))
        risky = self._get_risky(company, rates)
        Alert = self.env["hr.control.alert"]
        told = Alert.sudo().search(
            [
                ("company_id", "=", company.id),
                ("key", "=like", "advance.risk:%"),
                ("cleared_at", "=", False),
            ]
        )
        keys = {rate: f"advance.risk:{rate.value_id}" for rate in risky}
        Alert._clear(company, set(told.mapped("key")) - set(keys.values()))
        return Alert._raise(
            [
                {
                    "key": key,
                    "company": company,
                    "users": self._get_told_users(company),
                    "summary": rate.env._(
                        "Advances of %(job)s: %(pct)s %% overdue",
                        job=rate.name,
                        pct=f"{rate.overdue_pct:.1f}",
                    ),
                    "note": self._get_alert_note(rate),
                }
                for rate, key in keys.items()
            ]
        )

    @api.model
    def _get_told_users(self, company):
        groups = ("group_advance_finance", "group_advance_admin")
        users = self.env["res.users"].sudo()
        for group in groups:
            users |= self.env.ref(f"hr_employee_advance.{group}").sudo().all_user_ids
        return users._get_control_deciders(company)

    @api.model
    def _get_alert_note(self, rate):
        currency, _ = rate.currency_id, rate.env._
        note = _(
            "%(overdue)s of %(open)s open advances are overdue, %(amount)s of %(total)s. The next risk report "
            "proposes what to change.",
            overdue=rate.overdue_count,
            open=rate.open_count,
            amount=currency.format(rate.overdue_amount),
            total=currency.format(rate.open_amount),
        )
        return f"{note} {_('The sample is small.')}" if rate.is_small else note

    # Papers -------------------------------------------------------------------------------------

    def _get_lines(self, dimension):
        """Lines of one list, the worst first."""
        self.ensure_one()
        return self.line_ids.filtered(lambda line: line.dimension == dimension)

    def _get_sections(self):
        """``[(dimension, label)]`` of the printed report, in the reader's language."""
        labels = dict(
            self.env["hr.employee.advance.risk.line"]
            ._fields["dimension"]
            ._description_selection(self.env)
        )
        return [(name, labels[name]) for name in DIMENSIONS if name != "company_id"]

    def action_download(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/hr_employee_advance/risk_report/{self.id}",
            "target": "download",
        }


class HrEmployeeAdvanceRiskLine(models.Model):
    _name = "hr.employee.advance.risk.line"
    _description = "Line of a Risk Report"
    _order = "report_id, dimension, overdue_pct desc, open_amount desc, id"

    report_id = fields.Many2one(
        "hr.employee.advance.risk.report",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="report_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    dimension = fields.Selection(
        selection=lambda self: (
            self.env["hr.employee.advance.rate"]
            ._fields["dimension"]
            ._description_selection(self.env)
        ),
        string="By",
        required=True,
        readonly=True,
    )
    value_id = fields.Integer(readonly=True, aggregator=None)
    name = fields.Char(string="Which", readonly=True, help="As it was called that day.")
    request_count = fields.Integer(string="Requests in 12 Months", readonly=True)
    request_times = fields.Float(
        string="Requests (× Average)", readonly=True, digits=(16, 1), aggregator=None
    )
    open_count = fields.Integer(string="Open Advances", readonly=True)
    overdue_count = fields.Integer(string="Overdue", readonly=True)
    open_amount = fields.Monetary(readonly=True)
    overdue_amount = fields.Monetary(readonly=True)
    overdue_pct = fields.Float(string="Overdue (%)", readonly=True, digits=(16, 1), aggregator=None)
    overdue_times = fields.Float(
        string="Overdue (× Average)", readonly=True, digits=(16, 1), aggregator=None
    )
    judged_count = fields.Integer(string="Judged", readonly=True)
    deficient_pct = fields.Float(
        string="Vouchers Deficient (%)", readonly=True, digits=(16, 1), aggregator=None
    )
    settled_count = fields.Integer(string="Settled", readonly=True)
    in_order_pct = fields.Float(
        string="Purpose in Order (%)", readonly=True, digits=(16, 1), aggregator=None
    )
    is_small = fields.Boolean(string="Small Sample", readonly=True)

    def action_open_advances(self):
        """The advances of this position, purpose, region or person, as they stand now."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "hr_employee_advance.hr_employee_advance_report_action"
        )
        return action | {
            "name": self.name,
            "domain": [
                ("company_id", "=", self.company_id.id),
                (self.dimension, "=", self.value_id or False),
            ],
            "context": {"search_default_open": 1},
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
        }

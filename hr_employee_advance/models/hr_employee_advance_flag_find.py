from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

LOOK_BACK_DAYS = 7  # a job that missed some days still sees every request
MIN_PEOPLE = 5  # fewer people in a position have no habit to compare with
UNASKED = ("draft", "cancelled")
REFUSED = ("auto_rejected", "rejected")


class HrEmployeeAdvance(models.Model):
    """What is unusual about a request, found at submission and once more by the daily job."""

    _inherit = "hr.employee.advance"

    flag_ids = fields.One2many(
        "hr.employee.advance.flag",
        "advance_id",
        string="Warnings",
        readonly=True,
        copy=False,
        domain=[("cleared_on", "=", False)],
    )
    flag_text = fields.Text(
        string="Unusual",
        compute="_compute_flag_text",
        help="For the manager and finance, not for the employee himself.",
    )

    @api.depends("flag_ids.sentence")
    @api.depends_context("uid", "lang")
    def _compute_flag_text(self):
        Flag = self.env["hr.employee.advance.flag"]
        # searched, not read: those whom the warnings are not for see none
        flags = Flag.search(
            [("advance_id", "in", self.ids), ("cleared_on", "=", False)], order="id"
        )
        by_advance = flags.grouped("advance_id")
        for advance in self:
            found = by_advance.get(advance) or Flag
            advance.flag_text = "\n".join(found.mapped("sentence")) or False

    def _after_submitted(self):
        # EXTENDS
        res = super()._after_submitted()
        self._refresh_flags()
        return res

    def _get_approval_remarks(self):
        # EXTENDS hr_control_base
        flags = self.sudo().flag_ids
        remarks = [(self.env._("Unusual"), flag.sentence) for flag in flags]
        return super()._get_approval_remarks() + remarks

    # Finding ------------------------------------------------------------------------------------

    def _refresh_flags(self):
        """Look for all that is unusual and tell what was not known; a second run finds nothing new.

        :return: the warnings made now, in sudo
        """
        advances = self.sudo().filtered(
            lambda advance: advance.request_state not in UNASKED + REFUSED
        )
        return advances._judge_flags(advances._get_flag_facts(), self._get_flag_finders())

    def _refresh_overdue_flags(self):
        """What comes with the days alone; nothing else of an old request is looked at again."""
        advances = self.sudo()
        return advances._judge_flags(advances._get_flag_history(), ["_find_overdue"])

    @api.model
    def _get_flag_finders(self):
        """Methods that take the facts of one request and answer ``(code, figures)``, or ``(None, {})``."""
        return [
            "_find_large_idle",
            "_find_frequent",
            "_find_near_quota",
            "_find_reborrow",
            "_find_overdue",
        ]

    def _judge_flags(self, facts, finders):
        business = self._get_recent_business() if self else {}
        found = {}
        for advance in self:
            figures = facts[advance.id] | advance._get_business_figures(business)
            shared = {name: figures[name] for name in self._get_shared_figures()}
            judged = [getattr(advance, finder)(figures) for finder in finders]
            if flags := {code: shared | own for code, own in judged if code}:
                found[advance] = flags
        return self.env["hr.employee.advance.flag"]._record(found)

    @api.model
    def _get_shared_figures(self):
        """Names of the figures that every sentence tells: borrowed before, how settled, what business."""
        return (
            "advances",
            "open_count",
            "open_amount",
            "overdue_count",
            "settled",
            "settle_days",
            "settled_late",
            "orders",
            "business",
            "recent_days",
        )

    def _find_large_idle(self, facts):
        """More than a share of the wage and no business. The wage is compared here and shown nowhere."""
        company, version = self.company_id, self.version_id
        if facts["orders"] or (company.advance_sales_only and not self.job_id.advance_is_sales):
            return None, {}
        figures = {"amount": self.amount_company, "wage_pct": company.advance_wage_ratio_pct}
        wage = self._get_monthly_wage(version)
        if not wage:
            return "wage_unknown", figures
        ceiling = wage * company.advance_wage_ratio_pct / 100
        if company.currency_id.compare_amounts(self.amount_company, ceiling) > 0:
            return "large_idle", figures
        return None, {}

    @api.model
    def _get_monthly_wage(self, version):
        """In company currency; 0 where none is known for a month: not entered, or paid by the hour."""
        by_hour = "wage_type" in version._fields and version.wage_type == "hourly"
        # without working hours Odoo takes the wage for that of an hour
        if by_hour or not version.resource_calendar_id:
            return 0.0
        return max(version._get_contract_wage(), 0.0)

    def _find_frequent(self, facts):
        """So many requests within so many days, or far more than people of the position make."""
        requests, average = facts["requests"], facts["average"]
        usual = average + 2 * facts["deviation"]
        is_outlier = facts["people"] >= MIN_PEOPLE and requests > max(usual, 1)
        if requests < self.company_id.advance_frequent_count and not is_outlier:
            return None, {}
        return "frequent", {
            "requests": requests,
            "frequent_days": self.company_id.advance_frequent_days,
            "average": round(average, 2),
        }

    def _find_near_quota(self, facts):
        if not facts["used_pct"] or facts["near_times"] < self.company_id.advance_near_quota_count:
            return None, {}
        if facts["used_pct"] < self.company_id.advance_near_quota_pct:
            return None, {}
        return "near_quota", {
            "quota": facts["quota"],
            "used_pct": round(facts["used_pct"], 1),
            "times": facts["near_times"],
        }

    def _find_reborrow(self, facts):
        gap = facts["gap_days"]
        if gap is None or gap > self.company_id.advance_reborrow_days:
            return None, {}
        return "reborrow", {"gap_days": gap}

    def _find_overdue(self, facts):
        if not self.is_overdue:
            return None, {}
        return "overdue", {
            "residual": self.amount_residual_company,
            "overdue_days": self.overdue_days,
        }

    # Figures ------------------------------------------------------------------------------------

    def _get_recent_business(self):
        """What the employee sold in the days before each request; extended by who knows of sales.

        :return: ``{advance id: (orders, amount in company currency)}``; nothing known: no key
        """
        return {}

    def _get_business_figures(self, business):
        self.ensure_one()
        orders, amount = business.get(self.id, (None, 0.0))
        return {
            "orders": orders,
            "business": amount,
            "recent_days": self.company_id.advance_recent_days,
        }

    def _get_flag_facts(self):
        """Loan history, claim rhythm and habits, each as of the request; one query for any number of advances.

        :return: ``{advance id: {name: figure}}``
        """
        return self._read_flag_facts(self._sql_flag_facts())

    def _get_flag_history(self):
        """Loan history and claim rhythm alone; as :meth:`_get_flag_facts`."""
        return self._read_flag_facts(
            SQL(
                """
                SELECT a.id, past.*
                  FROM hr_employee_advance a
            CROSS JOIN LATERAL (%s) past
                 WHERE a.id = ANY(%s)
                """,
                self._sql_past(),
                list(self.ids),
            )
        )

    @api.model
    def _read_flag_facts(self, query):
        self.env.flush_all()
        self.env.cr.execute(query)
        return {row.pop("id"): row for row in self.env.cr.dictfetchall()}

    def _sql_flag_facts(self):
        return SQL(
            """
            WITH %(position)s
            SELECT a.id, frequent.requests, COALESCE(people.count, 0)::int AS people,
                   COALESCE(habit.total / people.count, 0)::float8 AS average,
                   -- of all people of the position, also those who asked for nothing
                   COALESCE(
                       sqrt(greatest(habit.squares / people.count - (habit.total / people.count) ^ 2, 0)), 0
                   )::float8 AS deviation,
                   a.quota_amount::float8 AS quota, %(used)s AS used_pct, near.near_times, past.*
              FROM hr_employee_advance a
              JOIN res_company c ON c.id = a.company_id
         LEFT JOIN people ON people.company_id = a.company_id AND people.job_id = a.job_id
         LEFT JOIN habit ON habit.company_id = a.company_id AND habit.job_id = a.job_id
                        AND habit.date_request = a.date_request
        CROSS JOIN LATERAL (%(frequent)s) frequent
        CROSS JOIN LATERAL (%(near)s) near
        CROSS JOIN LATERAL (%(past)s) past
             WHERE a.id = ANY(%(ids)s)
            """,
            position=self._sql_position(),
            used=self._sql_quota_used("a"),
            frequent=self._sql_frequent(),
            near=self._sql_near(),
            past=self._sql_past(),
            ids=list(self.ids),
        )

    @api.model
    def _sql_quota_used(self, alias):
        """Per cent of the quota that was used with the request, as it was last checked."""
        return SQL(
            "(100 * (%(a)s.quota_requested + %(a)s.quota_residual + %(a)s.quota_pending)"
            " / NULLIF(%(a)s.quota_amount, 0))::float8",
            a=SQL.identifier(alias),
        )

    @api.model
    def _sql_frequent(self):
        return SQL(
            """
            SELECT COUNT(*) AS requests
              FROM hr_employee_advance o
             WHERE o.employee_id = a.employee_id AND o.company_id = a.company_id
               AND o.request_state NOT IN %(unasked)s
               AND o.date_request > a.date_request - c.advance_frequent_days
               AND (o.date_request, o.id) <= (a.date_request, a.id)
            """,
            unasked=UNASKED,
        )

    def _sql_position(self):
        """How many people are in each position now, and what they asked for in the days up to each request."""
        return SQL(
            """
            person AS MATERIALIZED (
                SELECT e.id, e.company_id, v.job_id
                  FROM hr_employee e
                  JOIN hr_version v ON v.id = e.current_version_id
                 WHERE e.active AND v.job_id IS NOT NULL
            ), people AS (
                SELECT company_id, job_id, COUNT(*)::numeric AS count FROM person GROUP BY company_id, job_id
            ), habit AS (
                SELECT company_id, job_id, date_request, SUM(requests) AS total, SUM(requests ^ 2) AS squares
                  FROM (
                        SELECT asked.company_id, asked.job_id, asked.date_request, COUNT(*)::numeric AS requests
                          FROM (
                                SELECT DISTINCT a.company_id, a.job_id, a.date_request, c.advance_frequent_days
                                  FROM hr_employee_advance a
                                  JOIN res_company c ON c.id = a.company_id
                                 WHERE a.id = ANY(%(ids)s) AND a.job_id IS NOT NULL
                               ) asked
                          JOIN hr_employee_advance o
                            ON o.company_id = asked.company_id
                           AND o.request_state NOT IN %(unasked)s
                           AND o.date_request > asked.date_request - asked.advance_frequent_days
                           AND o.date_request <= asked.date_request
                          JOIN person
                            ON person.id = o.employee_id AND person.company_id = asked.company_id
                           AND person.job_id = asked.job_id
                      GROUP BY asked.company_id, asked.job_id, asked.date_request, person.id
                       ) one
              GROUP BY company_id, job_id, date_request
            )
            """,
            ids=list(self.ids),
            unasked=UNASKED,
        )

    @api.model
    def _sql_near(self):
        return SQL(
            """
            SELECT COUNT(*) AS near_times
              FROM hr_employee_advance o
             WHERE o.employee_id = a.employee_id AND o.company_id = a.company_id
               AND o.request_state NOT IN %(unasked)s
               AND o.date_request > a.date_request - interval '6 months'
               AND (o.date_request, o.id) <= (a.date_request, a.id)
               AND %(used)s >= c.advance_near_quota_pct
            """,
            unasked=UNASKED,
            used=self._sql_quota_used("o"),
        )

    @api.model
    def _sql_past(self):
        """Other advances paid within a year before the request; open ones as they are now."""
        return SQL(
            """
            SELECT COUNT(*) AS advances,
                   COUNT(*) FILTER (WHERE o.amount_residual > 0) AS open_count,
                   COALESCE(SUM(o.amount_residual_company) FILTER (WHERE o.amount_residual > 0), 0)::float8
                       AS open_amount,
                   COUNT(*) FILTER (WHERE o.amount_residual > 0 AND o.date_due < a.date_request) AS overdue_count,
                   COUNT(*) FILTER (WHERE o.date_settled IS NOT NULL) AS settled,
                   AVG(o.date_settled - o.date_paid)::float8 AS settle_days,
                   COUNT(*) FILTER (WHERE o.date_settled > o.date_due) AS settled_late,
                   a.date_request - MAX(o.date_settled) FILTER (WHERE o.date_settled <= a.date_request) AS gap_days
              FROM hr_employee_advance o
             WHERE o.employee_id = a.employee_id AND o.company_id = a.company_id AND o.id <> a.id
               AND o.date_paid >= a.date_request - interval '1 year' AND o.date_paid <= a.date_request
            """
        )

    # Job ----------------------------------------------------------------------------------------

    @api.model
    def _cron_flags(self):
        """Once a day, each company for good: new requests, what has become overdue, what no longer is."""
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies))
        for company in companies:
            self._refresh_company_flags(company)
            if not progress(1):
                break

    @api.model
    def _refresh_company_flags(self, company):
        since = fields.Date.subtract(company._company_today(), days=LOOK_BACK_DAYS)
        own = [("company_id", "=", company.id)]
        gone = (
            self.env["hr.employee.advance.flag"]
            .sudo()
            .search([*own, ("code", "=", "overdue"), ("cleared_on", "=", False)])
        )
        gone.filtered(lambda flag: not flag.advance_id.is_overdue)._clear()
        advances = self.sudo()
        found = advances.search([*own, ("date_request", ">=", since)])._refresh_flags()
        overdue = advances.search([*own, ("is_overdue", "=", True)])
        return found | overdue._refresh_overdue_flags()

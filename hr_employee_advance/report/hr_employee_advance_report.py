from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

AGEING = [
    ("1_30", "0-30 days"),
    ("2_60", "31-60 days"),
    ("3_90", "61-90 days"),
    ("4_180", "91-180 days"),
    ("5_more", "More than 180 days"),
]


class HrEmployeeAdvanceReport(models.Model):
    """One row per advance that was asked for, with the position of that day and the figures of today.

    Rates are averages of 0 and 100, empty where an advance does not count: so they are right in every grouping.
    """

    _name = "hr.employee.advance.report"
    _description = "Analysis of Advances"
    _auto = False
    _order = "date_request desc, id desc"

    advance_id = fields.Many2one("hr.employee.advance", readonly=True)
    employee_id = fields.Many2one("hr.employee", readonly=True)
    job_id = fields.Many2one("hr.job", string="Job Position", readonly=True)
    level_id = fields.Many2one("hr.control.level", readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True)
    store_id = fields.Many2one("hr.department", readonly=True)
    region_id = fields.Many2one("hr.control.region", readonly=True)
    purpose_id = fields.Many2one("hr.employee.advance.purpose", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    state = fields.Selection(
        selection=lambda self: (
            self.env["hr.employee.advance"]._fields["state"]._description_selection(self.env)
        ),
        string="Status",
        readonly=True,
    )
    date_request = fields.Date(string="Requested on", readonly=True)
    date_paid = fields.Date(string="Paid on", readonly=True)
    date_due = fields.Date(string="Due", readonly=True)
    is_open = fields.Boolean(string="Still Open", readonly=True)
    is_overdue = fields.Boolean(string="Overdue", readonly=True)
    ageing = fields.Selection(AGEING, readonly=True, help="Of open advances, since the payment.")
    age_days = fields.Integer(string="Open Since (Days)", readonly=True, aggregator="avg")
    amount_asked = fields.Monetary(readonly=True)
    amount_paid = fields.Monetary(string="Paid", readonly=True)
    amount_open = fields.Monetary(string="Open Amount", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue Amount", readonly=True)
    open_count = fields.Integer(string="Open Advances", readonly=True)
    overdue_count = fields.Integer(string="Overdue Advances", readonly=True)
    refused_count = fields.Integer(string="Refused Requests", readonly=True)
    overdue_pct = fields.Float(
        string="Overdue (%)",
        readonly=True,
        aggregator="avg",
        help="Share of the open advances that is overdue, by number.",
    )
    deficient_pct = fields.Float(
        string="Vouchers Deficient (%)",
        readonly=True,
        aggregator="avg",
        help="Share of the advances with judged vouchers where one is missing or refused and not replaced.",
    )
    in_order_pct = fields.Float(
        string="Purpose in Order (%)",
        readonly=True,
        aggregator="avg",
        help="Share of the settled advances spent for their purpose: nothing written off, no voucher missing or "
        "refused, the effect reported where the purpose asks for it.",
    )

    @api.depends("advance_id")
    def _compute_display_name(self):
        # who sets the rules reads the figures, not each advance
        for line in self:
            line.display_name = line.sudo().advance_id.display_name

    @property
    def _table_query(self):
        self._flush()
        return self._sql_query()

    def _flush(self):
        """The rows are read by SQL from these."""
        for name in ("hr.employee.advance", "hr.employee.advance.voucher", "res.company"):
            self.env[name].flush_model()

    def _sql_query(self):
        """The rows of all companies; record rules narrow them."""
        return SQL("SELECT %s FROM %s WHERE %s", self._select(), self._from(), self._where())

    def _select(self):
        return SQL(
            """
            a.id, a.id AS advance_id, a.employee_id, a.job_id, a.level_id, a.department_id, a.store_id,
            a.region_id, a.purpose_id, a.company_id, company.currency_id, a.state, a.date_request, a.date_paid,
            a.date_due, run.is_open, run.is_overdue,
            CASE WHEN run.is_open THEN today.day - a.date_paid END AS age_days,
            CASE WHEN NOT run.is_open THEN NULL
                 WHEN today.day - a.date_paid <= 30 THEN '1_30'
                 WHEN today.day - a.date_paid <= 60 THEN '2_60'
                 WHEN today.day - a.date_paid <= 90 THEN '3_90'
                 WHEN today.day - a.date_paid <= 180 THEN '4_180'
                 ELSE '5_more' END AS ageing,
            a.amount_company AS amount_asked, COALESCE(a.amount_paid_company, 0) AS amount_paid,
            COALESCE(a.amount_residual_company, 0) AS amount_open,
            CASE WHEN run.is_overdue THEN a.amount_residual_company ELSE 0 END AS amount_overdue,
            run.is_open::int AS open_count, run.is_overdue::int AS overdue_count,
            (a.request_state IN ('auto_rejected', 'rejected'))::int AS refused_count,
            CASE WHEN run.is_open THEN 100.0 * run.is_overdue::int END AS overdue_pct,
            %(deficient)s AS deficient_pct, %(in_order)s AS in_order_pct
            """,
            deficient=self._sql_deficient_pct(),
            in_order=self._sql_in_order_pct(),
        )

    def _from(self):
        return SQL(
            """
            hr_employee_advance a
            JOIN res_company company ON company.id = a.company_id
            JOIN (%(today)s) today ON today.company_id = a.company_id
            CROSS JOIN LATERAL (
                SELECT COALESCE(a.amount_residual, 0) > 0 AS is_open,
                       COALESCE(a.amount_residual, 0) > 0 AND a.date_due < today.day AS is_overdue
            ) run
            LEFT JOIN (
                SELECT DISTINCT advance_id FROM hr_employee_advance_voucher WHERE state <> 'pending'
            ) voucher ON voucher.advance_id = a.id
            """,
            today=self._sql_today(),
        )

    def _where(self):
        return SQL("a.request_state NOT IN ('draft', 'cancelled')")

    def _sql_deficient_pct(self):
        """Of an advance that finance has judged papers of: 100 when one is missing or refused now, else 0.

        A refused one that a better one took the place of is in nobody's way; while that waits, nothing is said.
        """
        return SQL(
            "CASE WHEN voucher.advance_id IS NOT NULL AND a.paper_state <> 'waiting' "
            "THEN 100.0 * (a.paper_state = 'deficient')::int END"
        )

    def _sql_in_order_pct(self):
        """Of a settled one: 100 when nothing was written off, no paper failed and the effect is shown."""
        return SQL(
            """
            CASE WHEN a.state IN ('settled', 'written_off') THEN 100.0 * (
                COALESCE(a.amount_written_off, 0) = 0 AND a.paper_state IS DISTINCT FROM 'deficient'
                AND (a.effect_due IS NULL OR a.is_effect_reported IS TRUE))::int END
            """
        )

    def _sql_today(self):
        """The day of each company, in its own time zone: ``company_id, day``."""
        companies = (
            self.env["res.company"].sudo().with_context(active_test=False).search(Domain.TRUE)
        )
        return SQL(
            "SELECT * FROM unnest(%s::int[], %s::date[]) AS t(company_id, day)",
            companies.ids,
            [company._company_today() for company in companies],
        )

    def action_open_advance(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "hr.employee.advance",
            "res_id": self.advance_id.id,
            "views": [(False, "form")],
        }

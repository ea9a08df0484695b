from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL


class Open(NamedTuple):
    """What an employee has open, in company currency."""

    residual: float = 0.0
    approved_unpaid: float = 0.0
    pending: float = 0.0
    count: int = 0
    overdue_count: int = 0
    overdue_amount: float = 0.0
    month: float = 0.0

    @property
    def total(self):
        return self.residual + self.approved_unpaid + self.pending


class Verdict(NamedTuple):
    """Whether a request fits, and the figures that say so, in company currency."""

    code: str
    requested: float
    quota: float
    open: Open
    rule: models.BaseModel

    @property
    def left(self):
        return max(self.quota - self.open.total, 0.0)


class HrEmployeeAdvance(models.Model):
    """What an employee has open, what may be, and what is left: for whoever is about to ask or to decide."""

    _inherit = "hr.employee.advance"

    own_residual = fields.Monetary(
        string="Unsettled",
        currency_field="company_currency_id",
        compute="_compute_own_figures",
        help="What the employee has been paid and not yet settled, this advance left out.",
    )
    own_pending = fields.Monetary(
        string="Approved or Asked for",
        currency_field="company_currency_id",
        compute="_compute_own_figures",
        help="Other requests of the employee that are not paid yet.",
    )
    own_quota = fields.Monetary(
        string="Quota Now", currency_field="company_currency_id", compute="_compute_own_figures"
    )
    own_left = fields.Monetary(
        string="Left",
        currency_field="company_currency_id",
        compute="_compute_own_figures",
        help="What may still be asked for.",
    )

    @api.model
    def _get_open(self, employees, exclude=None):
        """What these employees have open, in company currency, in one query for any number of them.

        Paid and not settled from posted journal items, approved and not paid, asked for and not decided.
        Overdue: still open after its due date, by the company's today. ``month``: asked for in this month.
        :param exclude: advances left out
        :return: ``{employee id: Open}``, everybody a key
        """
        found = dict.fromkeys(employees.ids, Open())
        if not found:
            return found
        rows = self.env.execute_query(self._get_open_sql(employees, exclude or self.browse()))
        return found | {employee_id: Open(*figures) for employee_id, *figures in rows}

    @api.model
    def _get_open_sql(self, employees, exclude):
        self.flush_model(
            [
                "employee_id",
                "company_id",
                "request_state",
                "date_request",
                "amount",
                "amount_company",
                "amount_unpaid",
                "amount_residual_company",
                "date_due",
            ]
        )
        companies = employees.sudo().company_id
        days = [company._company_today() for company in companies]
        return SQL(
            """
            SELECT advance.employee_id,
                   COALESCE(SUM(advance.amount_residual_company), 0.0)::float8,
                   COALESCE(SUM(part.unpaid), 0.0)::float8,
                   COALESCE(SUM(advance.amount_company) FILTER (WHERE part.is_pending), 0.0)::float8,
                   COUNT(*) FILTER (
                       WHERE part.is_pending OR part.unpaid > 0 OR advance.amount_residual_company <> 0
                   ),
                   COUNT(*) FILTER (WHERE part.is_overdue),
                   COALESCE(SUM(advance.amount_residual_company) FILTER (WHERE part.is_overdue), 0.0)::float8,
                   COALESCE(SUM(advance.amount_company) FILTER (WHERE part.is_of_month), 0.0)::float8
              FROM hr_employee_advance advance
              JOIN unnest(%(company_ids)s, %(days)s::date[]) AS day(company_id, today)
                ON day.company_id = advance.company_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(advance.amount_unpaid, 0) * advance.amount_company / advance.amount AS unpaid,
                          advance.request_state IN ('submitted', 'manager_approved') AS is_pending,
                          COALESCE(advance.date_due < day.today AND advance.amount_residual_company > 0, FALSE)
                              AS is_overdue,
                          date_trunc('month', advance.date_request) = date_trunc('month', day.today)
                              AS is_of_month
                   ) part
             WHERE advance.employee_id = ANY(%(employee_ids)s)
               AND advance.id <> ALL(%(exclude_ids)s)
               AND advance.request_state NOT IN ('draft', 'auto_rejected', 'rejected', 'cancelled')
             GROUP BY advance.employee_id
            """,
            company_ids=companies.ids,
            days=days,
            employee_ids=list(employees.ids),
            exclude_ids=list(exclude._origin.ids),
        )

    @api.model
    def _get_visible_employees(self, employees):
        """Those whose debts the current user may know: his own, his people's, everybody's for some."""
        user = self.env.user
        if self.env.su or any(
            user.has_group(group)
            for group in (
                "hr_employee_advance.group_advance_finance",
                "hr_employee_advance.group_advance_cashier",
                "hr_control_base.group_control_auditor",
                "hr.group_hr_user",
            )
        ):
            return employees.filtered(
                lambda employee: employee.sudo().company_id in self.env.companies
            )
        return employees.filtered(
            lambda employee: user in employee.sudo().user_id | employee.sudo().parent_id.user_id
        )

    @api.depends("employee_id", "request_state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_own_figures(self):
        for advance, verdict in self._get_verdicts().items():
            advance.own_residual = verdict.open.residual
            advance.own_pending = verdict.open.approved_unpaid + verdict.open.pending
            advance.own_quota = verdict.quota
            advance.own_left = verdict.left

    def _get_verdicts(self):
        """``{advance: Verdict}`` as of now, for the figures on the screen; nothing of those one may not see.

        One query for what is open, one for the rules of each company. What a person asks for counts once: for
        all advances of the list that are not open themselves it is the same figure.
        """
        empty = self.env["hr.employee.advance.policy"].sudo()
        verdicts = {advance: Verdict("ok", 0.0, 0.0, Open(), empty) for advance in self}
        visible = self._get_visible_employees(self.employee_id._origin or self.employee_id)
        opened = self.sudo()._get_open(visible)
        for company, employees in visible.sudo().grouped("company_id").items():
            rules = empty._resolve(employees, company)
            for advance in self:
                employee_id = advance.employee_id._origin.id
                if employee_id in rules:
                    rule, open_ = rules[employee_id], advance._leave_out(opened[employee_id])
                    verdicts[advance] = advance._get_verdict(rule, open_)
        return verdicts

    def _leave_out(self, open_):
        """The figures of the employee without this advance."""
        self.ensure_one()
        advance = self.sudo()._origin
        if advance.request_state in ("submitted", "manager_approved"):
            return open_._replace(
                pending=open_.pending - advance.amount_company,
                count=open_.count - 1,
                month=open_.month - advance.amount_company,
            )
        return open_

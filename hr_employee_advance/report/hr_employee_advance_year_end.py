from odoo import api, fields, models
from odoo.tools import SQL


class HrEmployeeAdvanceYearEnd(models.Model):
    """What was open on 31 December of each year that has passed, from the journal items up to that day.

    Balances of shareholders and staff open on that day, and for over one year, may be taxed as wages or dividends.
    """

    _name = "hr.employee.advance.year.end"
    _description = "Advances Open at Year End"
    _auto = False
    _order = "year desc, amount_open desc, id"

    year = fields.Char(readonly=True)
    advance_id = fields.Many2one("hr.employee.advance", readonly=True)
    employee_id = fields.Many2one("hr.employee", readonly=True)
    job_id = fields.Many2one("hr.job", string="Job Position", readonly=True)
    purpose_id = fields.Many2one("hr.employee.advance.purpose", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date_paid = fields.Date(string="Paid on", readonly=True)
    open_days = fields.Integer(string="Open (Days)", readonly=True, aggregator="max")
    amount_open = fields.Monetary(string="Open on 31 December", readonly=True)
    amount_now = fields.Monetary(string="Open Now", readonly=True)
    is_shareholder = fields.Boolean(string="Shareholder", readonly=True)
    is_over_a_year = fields.Boolean(string="Over One Year", readonly=True)

    @api.depends("advance_id")
    def _compute_display_name(self):
        # who sets the rules reads the figures, not each advance
        for line in self:
            line.display_name = line.sudo().advance_id.display_name

    @property
    def _table_query(self):
        self.env["hr.employee.advance"].flush_model()
        self.env["hr.employee"].flush_model(["advance_shareholder"])
        self.env["account.move.line"].flush_model()
        return SQL(
            """
            SELECT a.id::bigint * 10000 + y.year AS id, y.year::text AS year, a.id AS advance_id, a.employee_id,
                   a.job_id, a.purpose_id, a.company_id, company.currency_id, a.date_paid,
                   make_date(y.year, 12, 31) - a.date_paid AS open_days, SUM(l.balance) AS amount_open,
                   a.amount_residual_company AS amount_now,
                   employee.advance_shareholder IS TRUE AS is_shareholder,
                   a.date_paid < make_date(y.year - 1, 12, 31) AS is_over_a_year
              FROM hr_employee_advance a
              JOIN hr_employee employee ON employee.id = a.employee_id
              JOIN res_company company ON company.id = a.company_id
              JOIN (%(today)s) today ON today.company_id = a.company_id
        CROSS JOIN LATERAL generate_series(
                       EXTRACT(year FROM a.date_paid)::int, EXTRACT(year FROM today.day)::int
                   ) AS y(year)
              JOIN account_move_line l
                ON l.employee_advance_id = a.id AND l.parent_state = 'posted' AND l.date <= make_date(y.year, 12, 31)
             WHERE make_date(y.year, 12, 31) <= today.day
          GROUP BY a.id, y.year, company.currency_id, employee.advance_shareholder
            HAVING SUM(l.amount_currency) > 0
            """,
            today=self.env["hr.employee.advance.report"]._sql_today(),
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

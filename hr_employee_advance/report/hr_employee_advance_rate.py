from odoo import api, fields, models
from odoo.tools import SQL

# what advances are compared by, in the order of the lists
DIMENSIONS = {
    "company_id": "Company",
    "job_id": "Job Position",
    "level_id": "Level",
    "department_id": "Department",
    "store_id": "Store",
    "region_id": "Region",
    "purpose_id": "Purpose",
    "employee_id": "Employee",
}


class HrEmployeeAdvanceRate(models.Model):
    """Each position, region, purpose and person beside the average of its company: "3.0 ×"."""

    _name = "hr.employee.advance.rate"
    _description = "Advances Beside the Average"
    _auto = False
    _order = "company_id, dimension, overdue_pct desc nulls last, open_amount desc, id"
    _rec_name = "name"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    dimension = fields.Selection(list(DIMENSIONS.items()), string="Compared by", readonly=True)
    value_id = fields.Many2oneReference(model_field="value_model", readonly=True)
    value_model = fields.Char(compute="_compute_name", compute_sudo=True)
    name = fields.Char(
        string="Position, Place or Person", compute="_compute_name", compute_sudo=True
    )
    request_count = fields.Integer(
        string="Requests in 12 Months",
        readonly=True,
        help="Asked for within the last twelve months.",
    )
    request_times = fields.Float(
        string="Requests (× Average)",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="Beside the average of the same list; people beside those of their position.",
    )
    open_count = fields.Integer(string="Open Advances", readonly=True)
    overdue_count = fields.Integer(string="Overdue", readonly=True)
    open_amount = fields.Monetary(readonly=True)
    overdue_amount = fields.Monetary(readonly=True)
    overdue_pct = fields.Float(
        string="Overdue (%)", readonly=True, digits=(16, 1), aggregator=None, help="By number."
    )
    overdue_amount_pct = fields.Float(
        string="Overdue (% of Amount)", readonly=True, digits=(16, 1), aggregator=None
    )
    overdue_times = fields.Float(
        string="Overdue (× Average)",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="Beside the rate of the whole company.",
    )
    judged_count = fields.Integer(
        string="Judged", readonly=True, help="Advances with papers that finance has judged."
    )
    settled_count = fields.Integer(string="Settled", readonly=True)
    deficient_pct = fields.Float(
        string="Vouchers Deficient (%)", readonly=True, digits=(16, 1), aggregator=None
    )
    deficient_times = fields.Float(
        string="Deficient (× Average)", readonly=True, digits=(16, 1), aggregator=None
    )
    in_order_pct = fields.Float(
        string="Purpose in Order (%)", readonly=True, digits=(16, 1), aggregator=None
    )
    in_order_times = fields.Float(
        string="In Order (× Average)", readonly=True, digits=(16, 1), aggregator=None
    )
    is_small = fields.Boolean(
        string="Small Sample",
        readonly=True,
        help="So few open advances that one more or less moves the rate far.",
    )

    @property
    def _table_query(self):
        self.env["hr.employee.advance.report"]._flush()
        return self._sql_query()

    def _sql_query(self):
        sets = [
            SQL("(company_id, currency_id, %s)", SQL.identifier(name))
            for name in DIMENSIONS
            if name != "company_id"
        ]
        dimensions = [name for name in DIMENSIONS if name != "company_id"]
        return SQL(
            """
            WITH advance AS (%(report)s),
            day AS (%(today)s),
            rate AS (
                SELECT company_id, currency_id, %(which)s AS dimension, %(value)s AS value_id,
                       COUNT(*) FILTER (WHERE date_request > day - interval '1 year') AS request_count,
                       CASE WHEN GROUPING(employee_id) = 0
                            THEN (array_agg(job_id ORDER BY date_request DESC, id DESC))[1] END AS person_job_id,
                       SUM(open_count) AS open_count, SUM(overdue_count) AS overdue_count,
                       SUM(amount_open) AS open_amount, SUM(amount_overdue) AS overdue_amount,
                       AVG(overdue_pct) AS overdue_pct,
                       100 * SUM(amount_overdue) / NULLIF(SUM(amount_open), 0) AS overdue_amount_pct,
                       COUNT(deficient_pct) AS judged_count, AVG(deficient_pct) AS deficient_pct,
                       COUNT(in_order_pct) AS settled_count, AVG(in_order_pct) AS in_order_pct
                  FROM advance JOIN day USING (company_id)
              GROUP BY GROUPING SETS ((company_id, currency_id), %(sets)s)
            )
            SELECT rate.company_id::bigint * 10000000000 + COALESCE(rate.value_id, 0)::bigint * 10
                       + array_position(%(names)s::text[], rate.dimension) AS id,
                   rate.company_id, rate.currency_id, rate.dimension, rate.value_id, rate.request_count,
                   rate.request_count / NULLIF(AVG(rate.request_count) OVER (
                       PARTITION BY rate.company_id, rate.dimension, rate.person_job_id), 0) AS request_times,
                   rate.open_count, rate.overdue_count, rate.open_amount, rate.overdue_amount,
                   rate.overdue_pct, rate.overdue_amount_pct,
                   rate.overdue_pct / NULLIF(whole.overdue_pct, 0) AS overdue_times,
                   rate.judged_count, rate.settled_count,
                   rate.deficient_pct, rate.deficient_pct / NULLIF(whole.deficient_pct, 0) AS deficient_times,
                   rate.in_order_pct, rate.in_order_pct / NULLIF(whole.in_order_pct, 0) AS in_order_times,
                   rate.open_count < company.advance_risk_min_count AS is_small
              FROM rate
              JOIN rate whole ON whole.company_id = rate.company_id AND whole.dimension = 'company_id'
              JOIN res_company company ON company.id = rate.company_id
            """,
            report=self.env["hr.employee.advance.report"]._sql_query(),
            today=self.env["hr.employee.advance.report"]._sql_today(),
            which=SQL(
                "CASE %s ELSE 'company_id' END",
                SQL(" ").join(
                    SQL("WHEN GROUPING(%s) = 0 THEN %s", SQL.identifier(name), name)
                    for name in dimensions
                ),
            ),
            value=SQL(
                "CASE %s ELSE company_id END",
                SQL(" ").join(
                    SQL("WHEN GROUPING(%s) = 0 THEN %s", SQL.identifier(name), SQL.identifier(name))
                    for name in dimensions
                ),
            ),
            sets=SQL(", ").join(sets),
            names=list(DIMENSIONS),
        )

    @api.depends("dimension", "value_id")
    @api.depends_context("lang")
    def _compute_name(self):
        Report = self.env["hr.employee.advance.report"]
        for dimension, rates in self.grouped("dimension").items():
            comodel = Report._fields[dimension].comodel_name
            # names only: who reads the figures may read of whom and what they are
            values = (
                self.env[comodel].sudo().browse([rate.value_id for rate in rates if rate.value_id])
            )
            names = {value.id: value.display_name for value in values}
            for rate in rates:
                rate.value_model = comodel
                rate.name = names.get(rate.value_id) or self.env._("None")

    # Drill-down ---------------------------------------------------------------------------------

    def _get_domain(self):
        """The advances that the figures are made of, among the rows of the analysis."""
        self.ensure_one()
        return [
            ("company_id", "=", self.company_id.id),
            (self.dimension, "=", self.value_id or False),
        ]

    def _open(self, domain):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "hr_employee_advance.hr_employee_advance_report_action"
        )
        return action | {
            "name": self.name,
            "domain": self._get_domain() + domain,
            "context": {},
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
        }

    def action_open_advances(self):
        return self._open([])

    def action_open_open(self):
        return self._open([("is_open", "=", True)])

    def action_open_overdue(self):
        return self._open([("is_overdue", "=", True)])

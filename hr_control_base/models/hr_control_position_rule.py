from odoo import api, fields, models
from odoo.tools import SQL


class HrControlPositionRule(models.AbstractModel):
    """A rule for one position: who may do how much, in which company, from when to when.

    Inherited by the rules of the add-ons. The rule nearest to the person wins: employee, job and
    level, job, level, department (nearest first), company, parent company.
    """

    _name = "hr.control.position.rule"
    _description = "Position Rule"
    _order = "company_id, date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Applies to", compute="_compute_name")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    date_from = fields.Date(string="From", help="First day of the rule; empty: always been so.")
    date_to = fields.Date(string="To", help="Last day of the rule; empty: until further notice.")
    employee_id = fields.Many2one(
        "hr.employee", index="btree_not_null", check_company=True, ondelete="cascade"
    )
    job_id = fields.Many2one(
        "hr.job",
        string="Job Position",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
    )
    level_id = fields.Many2one(
        "hr.control.level", index="btree_not_null", check_company=True, ondelete="restrict"
    )
    department_id = fields.Many2one(
        "hr.department", index="btree_not_null", check_company=True, ondelete="cascade"
    )

    _control_dates_ordered = models.Constraint(
        "CHECK(date_to >= date_from)", "The last day of a rule cannot lie before its first day."
    )
    # the ranks are a total order only when a rule belongs to exactly one of them
    _control_one_position = models.Constraint(
        """CHECK(
            (employee_id IS NOT NULL)::int
            + (job_id IS NOT NULL OR level_id IS NOT NULL)::int
            + (department_id IS NOT NULL)::int <= 1
        )""",
        "A rule is for an employee, or for a job and level, or for a department. Make two rules instead.",
    )

    @api.depends("employee_id", "job_id", "level_id", "department_id", "company_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for rule in self:
            # names only: whoever may read the rule may read whom it is for
            rule_sudo = rule.sudo()
            position = (
                rule_sudo.employee_id
                or rule_sudo.department_id
                or (not rule_sudo.job_id and not rule_sudo.level_id and rule_sudo.company_id)
            )
            parts = [position] if position else [rule_sudo.job_id, rule_sudo.level_id]
            rule.name = ", ".join(part.display_name for part in parts if part)

    @api.model
    def _resolve(self, people, company, day=None):
        """The rule that applies to each person for documents of ``company`` on ``day``.

        Read in one query, whatever the number of people and the active company. Employee of the
        user in that company, else in its nearest parent company; no employee: the company's rule.
        Within one rank the nearest company wins, then the latest first day, then the latest rule.
        :param people: users, or employees: those without a user too
        :param day: default today in the company's time zone
        :return: ``{id: rule}`` in this environment, an empty rule where none applies
        """
        found = dict.fromkeys(people.ids, False)
        if not found:
            return {}
        found.update(self.env.execute_query(self._get_resolve_sql(people, company, day)))
        prefetch_ids = [rule_id for rule_id in found.values() if rule_id]
        return {
            person_id: self.browse(rule_id).with_prefetch(prefetch_ids)
            if rule_id
            else self.browse()
            for person_id, rule_id in found.items()
        }

    @api.model
    def _get_resolve_sql(self, people, company, day=None):
        """Query of :meth:`_resolve`, to be joined: only people that a rule applies to.

        Columns: ``user_id, id``, or ``employee_id, id`` when asked for employees.
        """
        day = day or company.sudo()._company_today()
        self.flush_model(
            [
                "active",
                "company_id",
                "date_from",
                "date_to",
                "employee_id",
                "job_id",
                "level_id",
                "department_id",
            ]
        )
        return SQL(
            """
            WITH %(people)s,
            above AS (
                SELECT people.%(key)s, path.id::int AS department_id,
                       row_number() OVER (PARTITION BY people.%(key)s ORDER BY path.depth DESC) AS distance
                  FROM control_people people
                  JOIN hr_department own ON own.id = people.department_id
                 CROSS JOIN LATERAL unnest(string_to_array(trim('/' FROM own.parent_path), '/'))
                       WITH ORDINALITY AS path(id, depth)
            ), ranked AS (
                SELECT asked.%(key)s, rule.id, rule.date_from,
                       control_companies.distance AS company_distance,
                       COALESCE(above.distance, 0) AS department_distance,
                       CASE WHEN rule.employee_id IS NOT NULL THEN 1
                            WHEN rule.job_id IS NOT NULL AND rule.level_id IS NOT NULL THEN 2
                            WHEN rule.job_id IS NOT NULL THEN 3
                            WHEN rule.level_id IS NOT NULL THEN 4
                            WHEN rule.department_id IS NOT NULL THEN 5
                            ELSE 6 END AS rank
                  FROM %(table)s rule
                  JOIN control_companies ON control_companies.id = rule.company_id
                 CROSS JOIN unnest(%(ids)s) AS asked(%(key)s)
                  LEFT JOIN control_people people ON people.%(key)s = asked.%(key)s
                  LEFT JOIN above ON above.%(key)s = asked.%(key)s
                                 AND above.department_id = rule.department_id
                 WHERE rule.active
                   AND (rule.date_from IS NULL OR rule.date_from <= %(day)s)
                   AND (rule.date_to IS NULL OR rule.date_to >= %(day)s)
                   AND (rule.employee_id IS NULL OR rule.employee_id = people.employee_id)
                   AND (rule.job_id IS NULL OR rule.job_id = people.job_id)
                   AND (rule.level_id IS NULL OR rule.level_id = people.level_id)
                   AND (rule.department_id IS NULL OR above.distance IS NOT NULL)
            )
            SELECT DISTINCT ON (%(key)s) %(key)s, id
              FROM ranked
             ORDER BY %(key)s, rank, department_distance, company_distance, date_from DESC NULLS LAST, id DESC
            """,
            people=self.env["hr.employee"]._get_control_people_sql(people, company, day),
            key=self.env["hr.employee"]._get_control_people_key(people),
            table=SQL.identifier(self._table),
            ids=list(people.ids),
            day=day,
        )

from odoo import api, models
from odoo.tools import SQL


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    @api.model
    def _get_control_context(self, users, company, day=None):
        """Where each user stood in ``company`` on ``day`` (default: the company's today).

        The store is the nearest department marked as one, the region that of the nearest
        department that has one. Independent of the active company and of the reader's rights.
        :return: ``{user id: {"employee_id", "department_id", "store_id", "region_id", "job_id",
            "level_id"}}``, ids or False; every user is a key
        """
        keys = ("employee_id", "department_id", "store_id", "region_id", "job_id", "level_id")
        contexts = {user_id: dict.fromkeys(keys, False) for user_id in users.ids}
        if not contexts:
            return contexts
        rows = self.env.execute_query(self._get_control_context_sql(users, company, day))
        for user_id, *ids in rows:
            contexts[user_id] = {key: id_ or False for key, id_ in zip(keys, ids, strict=True)}
        return contexts

    @api.model
    def _get_control_context_sql(self, users, company, day=None):
        """Query of :meth:`_get_control_context`, to be joined; only users who are employees.

        :param users: None for all
        """
        return SQL(
            """
            WITH %(people)s
            SELECT people.user_id, people.employee_id, people.department_id,
                   place.store_id, place.region_id, people.job_id, people.level_id
              FROM control_people people
              LEFT JOIN LATERAL (
                   SELECT (array_agg(above.id ORDER BY path.depth DESC)
                              FILTER (WHERE above.control_is_store))[1] AS store_id,
                          (array_agg(above.control_region_id ORDER BY path.depth DESC)
                              FILTER (WHERE above.control_region_id IS NOT NULL))[1] AS region_id
                     FROM hr_department own
                    CROSS JOIN LATERAL unnest(string_to_array(trim('/' FROM own.parent_path), '/'))
                          WITH ORDINALITY AS path(id, depth)
                     JOIN hr_department above ON above.id = path.id::int
                    WHERE own.id = people.department_id
              ) place ON TRUE
            """,
            people=self._get_control_people_sql(users, company, day),
        )

    @api.model
    def _get_control_people_sql(self, users, company, day=None):
        """Common table expressions ``control_companies(id, distance)`` and ``control_people(user_id,
        employee_id, department_id, job_id, level_id)`` for a query about positions.

        One row per user who is an active employee of ``company``, else of its nearest parent
        company. As in Odoo, a day before the first version of an employee reads the first one.
        """
        day = day or company.sudo()._company_today()
        self.env["hr.employee"].flush_model(["user_id", "company_id", "active"])
        self.env["hr.version"].flush_model(
            ["employee_id", "active", "date_version", "department_id", "job_id", "control_level_id"]
        )
        self.env["hr.department"].flush_model(
            ["parent_path", "control_is_store", "control_region_id"]
        )
        self.env["res.company"].flush_model(["parent_path"])
        return SQL(
            """
            control_companies AS (
                SELECT path.id::int AS id, row_number() OVER (ORDER BY path.depth DESC) AS distance
                  FROM res_company
                 CROSS JOIN LATERAL unnest(string_to_array(trim('/' FROM parent_path), '/'))
                       WITH ORDINALITY AS path(id, depth)
                 WHERE res_company.id = %(company_id)s
            ), control_people AS (
                SELECT DISTINCT ON (employee.user_id)
                       employee.user_id, employee.id AS employee_id,
                       version.department_id, version.job_id, version.control_level_id AS level_id
                  FROM hr_employee employee
                  JOIN control_companies ON control_companies.id = employee.company_id
                  LEFT JOIN LATERAL (
                       SELECT department_id, job_id, control_level_id
                         FROM hr_version
                        WHERE employee_id = employee.id AND active
                        ORDER BY date_version <= %(day)s DESC,
                                 CASE WHEN date_version <= %(day)s THEN date_version END DESC NULLS LAST,
                                 date_version
                        LIMIT 1
                  ) version ON TRUE
                 WHERE %(asked)s AND employee.active
                 ORDER BY employee.user_id, control_companies.distance
            )
            """,
            company_id=company.id,
            day=day,
            asked=SQL("employee.user_id IS NOT NULL")
            if users is None
            else SQL("employee.user_id = ANY(%s)", list(users.ids)),
        )

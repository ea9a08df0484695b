from odoo import api, models
from odoo.tools import SQL


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    @api.model
    def _get_control_context(self, people, company, day=None):
        """Where each person stood in ``company`` on ``day`` (default: the company's today).

        The store is the nearest department marked as one, the region that of the nearest
        department that has one. Independent of the active company and of the reader's rights.
        :param people: users, or employees: those without a user too
        :return: ``{id: {"employee_id", "department_id", "store_id", "region_id", "job_id",
            "level_id"}}``, ids or False; everybody asked for is a key
        """
        keys = ("employee_id", "department_id", "store_id", "region_id", "job_id", "level_id")
        contexts = {person_id: dict.fromkeys(keys, False) for person_id in people.ids}
        if not contexts:
            return contexts
        rows = self.env.execute_query(self._get_control_context_sql(people, company, day))
        for person_id, *ids in rows:
            contexts[person_id] = {key: id_ or False for key, id_ in zip(keys, ids, strict=True)}
        return contexts

    @api.model
    def _get_control_context_sql(self, people, company, day=None):
        """Query of :meth:`_get_control_context`, to be joined; only users who are employees.

        :param people: None for all users
        """
        return SQL(
            """
            WITH %(people)s
            SELECT people.%(key)s, people.employee_id, people.department_id,
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
            people=self._get_control_people_sql(people, company, day),
            key=self._get_control_people_key(people),
        )

    @api.model
    def _get_control_people_key(self, people):
        """Column of ``control_people`` that holds the ids of ``people``."""
        return SQL.identifier(
            "employee_id" if people is not None and people._name == "hr.employee" else "user_id"
        )

    @api.model
    def _get_control_people_sql(self, people, company, day=None):
        """Common table expressions ``control_companies(id, distance)`` and ``control_people(user_id,
        employee_id, department_id, job_id, level_id)`` for a query about positions.

        One row per user who is an active employee of ``company``, else of its nearest parent
        company. Employees asked for by themselves, archived ones too, have one row each. As in
        Odoo, a day before the first version of an employee reads the first one.
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
                SELECT DISTINCT ON (%(distinct)s)
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
                 WHERE %(asked)s
                 ORDER BY %(distinct)s, control_companies.distance
            )
            """,
            company_id=company.id,
            day=day,
            **self._get_control_asked_sql(people),
        )

    @api.model
    def _get_control_asked_sql(self, people):
        if people is None:
            asked, distinct = "employee.user_id IS NOT NULL AND employee.active", "employee.user_id"
            return {"asked": SQL(asked), "distinct": SQL(distinct)}
        if people._name == self._name:
            return {
                "asked": SQL("employee.id = ANY(%s)", list(people.ids)),
                "distinct": SQL("employee.id"),
            }
        return {
            "asked": SQL("employee.user_id = ANY(%s) AND employee.active", list(people.ids)),
            "distinct": SQL("employee.user_id"),
        }

from odoo import api, models
from odoo.tools import SQL, format_date


class HrEmployeeAdvanceReminder(models.Model):
    """Effect reports that are late, reminded of by the same job."""

    _inherit = "hr.employee.advance.reminder"

    @api.model
    def _get_missing_effects(self, company):
        """Advances whose effect report is late and was not reminded of. :return: ``[(advance id,)]``; one query"""
        self.env["hr.employee.advance"].flush_model(
            ["effect_due", "is_effect_reported", "company_id"]
        )
        self.env["hr.control.alert"].flush_model(["company_id", "key", "cleared_at"])
        return self.env.execute_query(
            SQL(
                """
                SELECT a.id
                  FROM hr_employee_advance a
                 WHERE a.company_id = %(company)s AND a.effect_due < %(today)s
                   AND a.is_effect_reported IS NOT TRUE AND a.state != 'post_departure'
                   AND NOT EXISTS (
                       SELECT FROM hr_control_alert t
                        WHERE t.company_id = a.company_id AND t.key = 'advance.effect:' || a.id
                          AND t.cleared_at IS NULL
                   )
              ORDER BY a.id
                """,
                company=company.id,
                today=company._company_today(),
            )
        )

    @api.model
    def _remind_effects(self, rows):
        advances = self.env["hr.employee.advance"].sudo().browse([row[0] for row in rows])
        causes = []
        for advance in advances:
            users, addresses = advance.employee_id._get_advance_contact()
            env = advance.with_context(lang=advance.employee_id._get_advance_lang()).env
            causes.append(
                {
                    "key": advance._get_effect_key(),
                    "company": advance.company_id,
                    "users": users,
                    "addresses": addresses,
                    "record": advance,
                    "level": "info",
                    "summary": env._(
                        "%(advance)s: please report what came of it; the report was due on %(date)s",
                        advance=advance.name,
                        date=format_date(env, advance.effect_due),
                    ),
                }
            )
        self.env["hr.control.alert"]._raise(causes)

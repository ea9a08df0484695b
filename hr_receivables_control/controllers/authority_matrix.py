from io import BytesIO

import xlsxwriter
from werkzeug.exceptions import BadRequest, Forbidden

from odoo import fields
from odoo.exceptions import AccessError
from odoo.http import Controller, content_disposition, request, route

from ..models.credit_authority_overdue import OVERDUE_CEILINGS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AuthorityMatrix(Controller):
    @route(
        "/hr_receivables_control/authority_matrix",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download(self, company_id, day):
        """The authority matrix of a company as of a day, as a workbook."""
        env = request.env
        try:
            company = env["res.company"].browse(int(company_id))
            day = fields.Date.to_date(day)
        except ValueError as error:
            raise BadRequest() from error
        if not day:
            raise BadRequest()
        try:
            env["credit.authority"]._check_matrix_access(company)
        except AccessError as error:
            raise Forbidden() from error
        file = BytesIO()
        with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
            self._write(workbook, company.sudo(), day)
        name = env._("Authority matrix %(company)s %(day)s", company=company.sudo().name, day=day)
        return request.make_response(
            file.getvalue(),
            [("Content-Type", XLSX), ("Content-Disposition", content_disposition(f"{name}.xlsx"))],
        )

    def _write(self, workbook, company, day):
        env = request.env
        _ = env._
        sheet = workbook.add_worksheet()
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        money = workbook.add_format({"num_format": "#,##0.00"})
        columns = self._get_columns()
        sheet.write(0, 0, _("%(company)s as of %(day)s", company=company.name, day=day), bold)
        for column, (_name, label, width) in enumerate(columns):
            sheet.write(1, column, label, bold)
            sheet.set_column(column, column, width)
        sheet.freeze_panes(2, 1)
        for number, row in enumerate(env["credit.authority"]._get_matrix(company, day), 2):
            for column, (name, _label, _width) in enumerate(columns):
                value = self._get_cell(row, name)
                if isinstance(value, float):
                    sheet.write_number(number, column, value, money)
                elif isinstance(value, int):
                    sheet.write_number(number, column, value)
                else:
                    # as text: a name that begins with "=" is no formula
                    sheet.write_string(number, column, value)

    def _get_columns(self):
        """Name in the row, heading and width."""
        _ = request.env._
        # lists, as the export of texts would take the names in tuples for texts
        return [
            ["user_id", _("Person"), 24],
            ["department_id", _("Department"), 20],
            ["job_id", _("Job Position"), 20],
            ["level_id", _("Level"), 12],
            ["order_limit", _("Sells per Order"), 16],
            ["customer_limit", _("Sells per Customer"), 16],
            ["pool_limit", _("Sells in Total"), 16],
            ["over_amount", _("Releases Excess"), 16],
            ["grant_limit", _("Grants Limits"), 16],
            ["grant_days", _("Days of a Release"), 10],
            ["release_tier", _("Releases Overdue Tier"), 12],
            ["pause_days", _("Pauses Overdue (Days)"), 12],
            ["emergency_amount", _("In an Emergency"), 16],
            ["emergency_hours", _("Hours"), 8],
            ["authority_id", _("Rule"), 28],
            ["status", _("Status"), 20],
        ]

    def _get_cell(self, row, name):
        env = request.env
        _ = env._
        models = {
            "user_id": "res.users",
            "department_id": "hr.department",
            "job_id": "hr.job",
            "level_id": "hr.control.level",
            "authority_id": "credit.authority",
        }
        if name in models:
            return env[models[name]].sudo().browse(row[name] or []).display_name or ""
        if name == "status":
            if row["suspension_id"]:
                return _("Authority suspended")
            if row["is_paused"]:
                return _("Emergencies paused")
            return "" if row["authority_id"] else _("No rule")
        value = row[name]
        if name in OVERDUE_CEILINGS and value >= OVERDUE_CEILINGS[name]:
            return _("any")
        if value is None:
            limits = ("order_limit", "customer_limit", "pool_limit")
            return _("no limit") if name in limits else _("any")
        return value

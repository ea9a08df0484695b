from io import BytesIO

import xlsxwriter
from werkzeug.exceptions import Forbidden, NotFound

from odoo.exceptions import AccessError, MissingError
from odoo.http import Controller, content_disposition, request, route

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINE_COLUMNS = {
    "name": 28,
    "request_count": 12,
    "request_times": 12,
    "open_count": 10,
    "open_amount": 16,
    "overdue_count": 10,
    "overdue_amount": 16,
    "overdue_pct": 12,
    "overdue_times": 12,
    "judged_count": 10,
    "deficient_pct": 14,
    "settled_count": 10,
    "in_order_pct": 14,
    "is_small": 10,
}
RISK_COLUMNS = {
    "job_id": 24,
    "open_count": 10,
    "overdue_count": 10,
    "overdue_pct": 12,
    "quota_before": 16,
    "quota_proposed": 16,
    "state": 14,
    "decided_by_id": 18,
    "decision_reason": 40,
    "outcome": 32,
}


class RiskReport(Controller):
    @route(
        "/hr_employee_advance/risk_report/<int:report_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download(self, report_id):
        """A monthly risk report as a workbook, in the reader's language."""
        report = request.env["hr.employee.advance.risk.report"].browse(report_id)
        try:
            report.check_access("read")
            report = report.with_context(allowed_company_ids=report.company_id.ids)
            file = BytesIO()
            with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
                RiskWriter(report, workbook).write()
        except AccessError as error:
            raise Forbidden() from error
        except MissingError as error:
            raise NotFound() from error
        return request.make_response(
            file.getvalue(),
            [
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition(f"{report.display_name}.xlsx")),
            ],
        )


class RiskWriter:
    """A sheet per list and one of proposals; amounts are numbers, names are text even when they begin with "="."""

    def __init__(self, report, workbook):
        self.report = report
        self.env = report.env
        self.workbook = workbook
        self.bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.number = workbook.add_format({"num_format": "#,##0.00"})
        self.rate = workbook.add_format({"num_format": "0.0"})

    def write(self):
        _ = self.env._
        for dimension, label in self.report._get_sections():
            self._write_sheet(label, LINE_COLUMNS, self.report._get_lines(dimension))
        self._write_sheet(_("Proposals"), RISK_COLUMNS, self.report.risk_ids)
        self._write_sheet(
            _("Proposed the Month Before"), RISK_COLUMNS, self.report.previous_risk_ids
        )

    def _write_sheet(self, title, columns, records):
        sheet = self.workbook.add_worksheet(title[:31])
        sheet.write_string(
            0, 0, f"{self.report.company_id.name} · {self.report.display_name}", self.bold
        )
        for column, (name, width) in enumerate(columns.items()):
            label = records._fields[name]._description_string(self.env)
            sheet.write_string(1, column, label, self.bold)
            sheet.set_column(column, column, width)
        sheet.freeze_panes(2, 1)
        for row, record in enumerate(records, 2):
            for column, name in enumerate(columns):
                self._write_cell(sheet, row, column, record, name)

    def _write_cell(self, sheet, row, column, record, name):
        field, value = record._fields[name], record[name]
        match field.type:
            case "monetary":
                sheet.write_number(row, column, value, self.number)
            case "float":
                sheet.write_number(row, column, value, self.rate)
            case "integer":
                sheet.write_number(row, column, value)
            case "boolean":
                sheet.write_string(row, column, self.env._("yes") if value else "")
            case "selection":
                labels = dict(field._description_selection(self.env))
                sheet.write_string(row, column, labels.get(value, ""))
            case "many2one":
                # names only: who reads the report may read whom it names
                sheet.write_string(row, column, value.sudo().display_name or "")
            case _:
                sheet.write_string(row, column, value or "")

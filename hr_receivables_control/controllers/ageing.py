from io import BytesIO

import xlsxwriter
from werkzeug.exceptions import BadRequest, Forbidden

from odoo import fields
from odoo.exceptions import AccessError
from odoo.http import Controller, content_disposition, request, route
from odoo.tools import format_date

from ..models.credit_ageing import AGEING_BUCKETS
from .authority_matrix import XLSX

AMOUNTS = ["residual", "amount_overdue", *(f"amount_{key}" for key, _name in AGEING_BUCKETS)]
ITEM_COLUMNS = {
    "partner_id": 28,
    "move_id": 22,
    "date": 12,
    "date_due": 12,
    "days_overdue": 10,
    "bucket": 16,
    "residual": 14,
    "currency_id": 10,
    "residual_currency": 14,
    "user_id": 20,
    "team_id": 16,
    "store_id": 16,
    "grade_id": 8,
    "company_id": 24,
}


class Ageing(Controller):
    @route(
        "/hr_receivables_control/ageing",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download(self, day, grouping="partner_id", cids=None):
        """The ageing as of a day as a workbook: summed up and item by item, of what the reader may see.

        :param cids: ids of companies, joined by commas; default: the user's own
        """
        try:
            at = fields.Date.to_date(day)
            company_ids = [int(part) for part in (cids or "").split(",") if part]
        except ValueError as error:
            raise BadRequest() from error
        Line = request.env["credit.ageing.line"].with_context(
            ageing_date=str(at), allowed_company_ids=company_ids or request.env.company.ids
        )
        if not at or grouping not in dict(Line._get_groupings()):
            raise BadRequest()
        file = BytesIO()
        try:
            with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
                writer = AgeingWriter(Line, workbook)
                writer.write_totals(at, grouping)
                writer.write_items()
        except AccessError as error:
            raise Forbidden() from error
        name = Line.env._("Ageing %(day)s", day=at)
        return request.make_response(
            file.getvalue(),
            [("Content-Type", XLSX), ("Content-Disposition", content_disposition(f"{name}.xlsx"))],
        )


class AgeingWriter:
    """Two sheets; amounts are numbers, days are dates, names are text even when they begin with "="."""

    def __init__(self, Line, workbook):
        self.Line = Line
        self.env = Line.env
        self.workbook = workbook
        self.bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.money = workbook.add_format({"num_format": "#,##0.00"})
        self.total = workbook.add_format({"num_format": "#,##0.00", "bold": True, "top": 1})
        self.day = workbook.add_format({"num_format": "yyyy-mm-dd"})

    def _get_label(self, name):
        return self.Line._fields[name]._description_string(self.env)

    def write_totals(self, at, grouping):
        """Per company: a row per group, the total, and the ledger where the reader may see all of it."""
        _ = self.env._
        sheet = self.workbook.add_worksheet(_("Ageing"))
        sheet.write_string(
            0, 0, _("Ageing as of %(day)s", day=format_date(self.env, at)), self.bold
        )
        for column, name in enumerate(["company_id", grouping, *AMOUNTS]):
            sheet.write_string(1, column, self._get_label(name), self.bold)
        sheet.set_column(0, 1, 28)
        sheet.set_column(2, len(AMOUNTS) + 1, 14)
        sheet.freeze_panes(2, 2)
        groups = self.Line._read_group(
            [], ["company_id", grouping], [f"{name}:sum" for name in AMOUNTS]
        )
        row = 2
        Report = self.env["credit.ageing.report"]
        checks = {check["company_id"]: check for check in Report._get_checks(at)}
        for total in Report._get_totals(at):
            company = self.env["res.company"].browse(total["company_id"]).sudo()
            for group_company, group, *amounts in groups:
                if group_company != company:
                    continue
                sheet.write_string(row, 0, company.name)
                sheet.write_string(row, 1, group.sudo().display_name or _("None"))
                self._write_amounts(sheet, row, amounts, self.money)
                row += 1
            sheet.write_string(row, 0, company.name, self.bold)
            sheet.write_string(row, 1, _("Total"), self.bold)
            self._write_amounts(sheet, row, [total[name] for name in AMOUNTS], self.total)
            row = self._write_check(sheet, row + 2, checks.get(company.id, {}))

    def _write_amounts(self, sheet, row, amounts, style):
        for column, amount in enumerate(amounts, 2):
            sheet.write_number(row, column, amount, style)

    def _write_check(self, sheet, row, check):
        fields_ = self.env["credit.ageing.report.check"]._fields
        for name, value in check.items():
            if name != "company_id":
                sheet.write_string(row, 1, fields_[name]._description_string(self.env))
                sheet.write_number(row, 2, value, self.money)
                row += 1
        return row + 1

    def write_items(self):
        sheet = self.workbook.add_worksheet(self.env._("Items"))
        for column, (name, width) in enumerate(ITEM_COLUMNS.items()):
            sheet.write_string(0, column, self._get_label(name), self.bold)
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 1)
        buckets = dict(self.Line._fields["bucket"]._description_selection(self.env))
        # names only: who sees the item may read of whom and what it is
        lines_sudo = self.Line.search_fetch([], list(ITEM_COLUMNS)).sudo()
        for row, line in enumerate(lines_sudo, 1):
            for column, name in enumerate(ITEM_COLUMNS):
                value, kind = line[name], self.Line._fields[name].type
                if kind == "monetary":
                    sheet.write_number(row, column, value, self.money)
                elif kind == "integer":
                    sheet.write_number(row, column, value)
                elif kind == "date":
                    sheet.write_datetime(row, column, value, self.day)
                else:
                    text = buckets[value] if kind == "selection" else value.display_name
                    sheet.write_string(row, column, text or "")

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import date_utils, format_date

from ..models.credit_ageing_mixin import AMOUNTS

LEDGER_READERS = (
    "account.group_account_readonly,account.group_account_invoice,"
    "hr_receivables_control.group_credit_controller,hr_control_base.group_control_auditor"
)


class CreditAgeingReport(models.TransientModel):
    _name = "credit.ageing.report"
    _description = "Ageing as of a Date"

    period = fields.Selection(
        [
            ("today", "Today"),
            ("month", "End of last month"),
            ("quarter", "End of last quarter"),
            ("year", "End of last year"),
            ("other", "Another day"),
        ],
        default="today",
        required=True,
    )
    at = fields.Date(
        string="As Of",
        compute="_compute_at",
        precompute=True,
        store=True,
        readonly=False,
        required=True,
        help="What was billed, paid or credited after this day is left out.",
    )
    company_ids = fields.Many2many(
        "res.company", string="Companies", default=lambda self: self.env.companies, required=True
    )
    grouping = fields.Selection(
        lambda self: self.env["credit.ageing.line"]._get_groupings(),
        string="Group By",
        default="partner_id",
        required=True,
    )
    total_ids = fields.One2many(
        "credit.ageing.report.total",
        "report_id",
        compute="_compute_total_ids",
        store=True,
    )
    check_ids = fields.One2many(
        "credit.ageing.report.check",
        "report_id",
        compute="_compute_check_ids",
        store=True,
        groups=LEDGER_READERS,
    )

    @api.depends("period")
    def _compute_at(self):
        today = self.env.company.sudo()._company_today()
        for report in self:
            if report.period == "today":
                report.at = today
            elif report.period != "other":
                first = date_utils.start_of(today, report.period)
                report.at = first - timedelta(days=1)
            else:
                report.at = report.at or today

    @api.depends("at", "company_ids")
    def _compute_total_ids(self):
        for report in self:
            report.total_ids = self._get_commands(report._as_reader()._get_totals(report.at))

    @api.depends("at", "company_ids")
    def _compute_check_ids(self):
        for report in self:
            report.check_ids = self._get_commands(report._as_reader()._get_checks(report.at))

    def _as_reader(self):
        """The report with the rights of who asks and the companies chosen, whoever computes it and when."""
        reader = self.create_uid or self.env.user
        return self.with_user(reader).with_context(allowed_company_ids=self.company_ids._origin.ids)

    def _get_commands(self, rows):
        return [fields.Command.clear(), *map(fields.Command.create, rows)]

    @api.model
    def _get_totals(self, at):
        """Per company in use, what the reader may see of it."""
        groups = (
            self.env["credit.ageing.line"]
            .with_context(ageing_date=at)
            ._read_group([], ["company_id"], [f"{name}:sum" for name in AMOUNTS])
        )
        sums = {company.id: amounts for company, *amounts in groups}
        return [
            {"company_id": company.id}
            | dict(zip(AMOUNTS, sums.get(company.id) or [0.0] * len(AMOUNTS), strict=True))
            for company in self.env.companies
        ]

    @api.model
    def _get_checks(self, at):
        """Per company in use, all of its ageing beside the ledger; nothing for those who see a part only."""
        if not self.env.user.has_groups(LEDGER_READERS):
            return []
        checks = self.env["credit.ageing"]._get_check(self.env.companies.ids, at)
        return [
            {
                "company_id": company.id,
                "ledger": checks[company.id].ledger,
                "non_trade": -checks[company.id].non_trade,
                "unposted": checks[company.id].unposted,
                "residual": checks[company.id].open,
                "difference": checks[company.id].difference,
            }
            for company in self.env.companies
        ]

    def action_open(self):
        action = self._prepare_action("hr_receivables_control.credit_ageing_line_action")
        action["context"] |= {
            "pivot_row_groupby": [self.grouping],
            "graph_groupbys": [self.grouping, "bucket"],
        }
        return action

    def action_open_customers(self):
        """A row, or on a phone a card, for each customer."""
        return self._prepare_action("hr_receivables_control.credit_ageing_customer_action")

    def _prepare_action(self, xmlid):
        self.ensure_one()
        name = self.env._("Ageing as of %(day)s", day=format_date(self.env, self.at))
        return self.env["ir.actions.act_window"]._for_xml_id(xmlid) | {
            "name": name,
            "display_name": name,
            "domain": [("company_id", "in", self.company_ids.ids)],
            # a text: contexts travel as JSON
            "context": {"ageing_date": str(self.at)},
        }

    def action_download(self):
        self.ensure_one()
        companies = ",".join(map(str, self.company_ids.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/hr_receivables_control/ageing?day={self.at}&grouping={self.grouping}&cids={companies}",
            "target": "download",
        }


class CreditAgeingReportTotal(models.TransientModel):
    _name = "credit.ageing.report.total"
    _inherit = "credit.ageing.amounts.mixin"
    _description = "Ageing of a Company"

    report_id = fields.Many2one("credit.ageing.report")
    company_currency_id = fields.Many2one(related="company_id.currency_id")


class CreditAgeingReportCheck(models.TransientModel):
    _name = "credit.ageing.report.check"
    _description = "Ageing of a Company beside Its Ledger"

    report_id = fields.Many2one("credit.ageing.report")
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one(related="company_id.currency_id")
    ledger = fields.Monetary(
        string="Trial Balance", help="Balance of all receivable accounts on that day."
    )
    non_trade = fields.Monetary(
        string="Other Receivables", help="On accounts that are not trade: no customer's debt."
    )
    unposted = fields.Monetary(
        string="Matched with Drafts",
        help="Items matched with entries that are not posted: paid here, open in the ledger.",
    )
    residual = fields.Monetary(string="Ageing")
    difference = fields.Monetary(
        string="Unexplained",
        help="Zero as long as the books are whole. Otherwise the open amounts in the database do not agree with the "
        "items and their reconciliations: have them checked.",
    )

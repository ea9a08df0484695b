from odoo import api, fields, models
from odoo.tools import SQL, format_amount, format_date

from .credit_ageing import AGEING_BUCKETS


class CreditAgeingLine(models.Model):
    """Open receivables of the companies in use, as of the day in the context, by default today."""

    _name = "credit.ageing.line"
    _inherit = "credit.ageing.mixin"
    _description = "Receivables Ageing"
    _auto = False
    _rec_name = "partner_id"
    _order = "date_due, id"

    line_id = fields.Many2one("account.move.line", string="Journal Item")
    move_id = fields.Many2one("account.move", string="Document")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        help="Of the invoice; of the customer where the document has none.",
    )
    team_id = fields.Many2one("crm.team", string="Sales Team")
    store_id = fields.Many2one(
        "hr.department", help="Of the salesperson, on the day of the ageing."
    )
    date = fields.Date()
    date_due = fields.Date(string="Due Date")
    bucket = fields.Selection(
        AGEING_BUCKETS,
        string="Age",
        help="Days after the due date. Payments and credit notes that nobody has matched stand apart, and so do items "
        "paid in full in their own currency whose exchange difference is booked later.",
    )
    currency_id = fields.Many2one("res.currency")
    residual_currency = fields.Monetary(string="Open in Currency", aggregator=None)

    @api.depends("move_id")
    def _compute_display_name(self):
        # controllers and auditors see the item, if not the journal entry
        for line in self:
            line.display_name = line.sudo().move_id.display_name

    @api.model
    def _get_groupings(self):
        """Fields by which the ageing is summed up, with their headings; add-ons add theirs."""
        return [
            (name, self._fields[name]._description_string(self.env))
            for name in ("partner_id", "user_id", "team_id", "store_id", "grade_id", "company_id")
        ]

    @api.model
    def _get_at(self):
        at = fields.Date.to_date(self.env.context.get("ageing_date"))
        return at or self.env.company.sudo()._company_today()

    # The query ----------------------------------------------------------------------------------

    @property
    def _table_query(self):
        at = self._get_at()
        thresholds = [int(key[1:]) for key, _name in AGEING_BUCKETS if key[1:].isdigit()]
        return SQL(
            """
            SELECT item.*, %(amounts)s,
                   CASE WHEN days_overdue > 0 THEN residual ELSE 0 END AS amount_overdue
              FROM (
                    SELECT %(columns)s,
                           CASE WHEN o.residual_currency = 0 THEN 'exchange'
                                WHEN o.residual < 0 THEN 'credit'
                                ELSE 'd' || LPAD((%(thresholds)s::int[])[width_bucket(
                                     %(days)s, %(thresholds)s::int[])]::text, 3, '0')
                           END AS bucket
                      %(from_)s
                   ) item
            """,
            amounts=SQL(", ").join(
                SQL(
                    "CASE WHEN bucket = %s THEN residual ELSE 0 END AS %s",
                    key,
                    SQL.identifier(f"amount_{key}"),
                )
                for key, _name in AGEING_BUCKETS
            ),
            columns=SQL(", ").join(
                SQL("%s AS %s", column, SQL.identifier(name))
                for name, column in self._get_columns(at).items()
            ),
            thresholds=thresholds,
            days=self._sql_days(at),
            from_=self._sql_from(at),
        )

    def _get_columns(self, at):
        """SQL of each column; add-ons add theirs, and what they need to :meth:`_sql_from`."""
        return {
            "id": SQL("o.line_id"),
            "at": SQL("%s::date", at),
            "line_id": SQL("o.line_id"),
            "move_id": SQL("o.move_id"),
            "partner_id": SQL("p.id"),
            "credit_account_id": SQL("a.id"),
            "company_id": SQL("o.company_id"),
            "user_id": SQL("u.id"),
            "team_id": SQL("COALESCE(m.team_id, u.sale_team_id)"),
            "store_id": SQL("store.store_id"),
            "grade_id": SQL("score.grade_id"),
            "date": SQL("o.date"),
            "date_due": SQL("o.due"),
            "days_overdue": SQL(
                "CASE WHEN o.residual > 0 AND o.residual_currency <> 0 THEN %s ELSE 0 END",
                self._sql_days(at),
            ),
            "currency_id": SQL("o.currency_id"),
            "company_currency_id": SQL("o.company_currency_id"),
            "residual": SQL("o.residual"),
            "residual_currency": SQL("o.residual_currency"),
        }

    def _sql_days(self, at):
        """Days overdue; due today is not overdue yet."""
        return SQL("GREATEST(%s::date - o.due, 0)", at)

    def _sql_from(self, at):
        self.env["account.move"].flush_model(["invoice_user_id", "team_id"])
        self.env["credit.account"].flush_model(["company_id", "partner_id"])
        self.env["credit.score"].flush_model(["account_id", "date", "grade_id"])
        self.env["res.company"].flush_model(["credit_company_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id", "user_id"])
        self.env["res.users"].flush_model(["sale_team_id"])
        companies = self.env.companies
        return SQL(
            """
            FROM (%(open)s) o
            JOIN account_move m ON m.id = o.move_id
            JOIN res_company c ON c.id = o.company_id
       LEFT JOIN res_partner contact ON contact.id = o.partner_id
       LEFT JOIN res_partner p ON p.id = contact.commercial_partner_id
       LEFT JOIN credit_account a ON a.partner_id = p.id AND a.company_id = c.credit_company_id
       LEFT JOIN LATERAL (
                 SELECT grade_id FROM credit_score
                  WHERE account_id = a.id AND date <= %(at)s
                  ORDER BY date DESC LIMIT 1
                 ) score ON TRUE
       LEFT JOIN res_users u ON u.id = COALESCE(m.invoice_user_id, p.user_id)
       LEFT JOIN (%(stores)s) store ON store.user_id = u.id AND store.company_id = o.company_id
            """,
            at=at,
            open=self.env["credit.ageing"]._sql(companies.ids, at),
            stores=SQL(" UNION ALL ").join(
                SQL(
                    "SELECT %s AS company_id, user_id, store_id FROM (%s) place",
                    company.id,
                    self.env["hr.employee"]._get_control_context_sql(None, company, at),
                )
                for company in companies
            ),
        )

    # Beside the ledger ----------------------------------------------------------------------------

    @api.model
    @api.readonly
    def get_ledger_check(self):
        """What stands above the ageing for those who see all of it: it equals the ledger, or by what it does not.

        :return: per company in use ``{"company": name, "parts": [sentence, ...], "agrees": bool}``
        """
        self.check_access("read")
        Check, day = self.env["credit.ageing.report.check"], format_date(self.env, self._get_at())
        rows = []
        for check in self.env["credit.ageing.report"]._get_checks(self._get_at()):
            company = self.env["res.company"].browse(check["company_id"]).sudo()
            currency = company.currency_id
            agrees = currency.is_zero(check["difference"])
            parts = [
                f"{Check._fields[name]._description_string(self.env)} "
                f"{format_amount(self.env, check[name], currency)}"
                for name in ("ledger", "non_trade", "unposted", "residual", "difference")
                if name in ("ledger", "residual") or not currency.is_zero(check[name])
            ]
            parts.append(
                self.env._("The ageing of %(day)s equals the ledger.", day=day)
                if agrees
                else self.env._("Have the open amounts of %(day)s checked.", day=day)
            )
            rows.append({"company": company.name, "parts": parts, "agrees": agrees})
        return rows

    # Drill-down ---------------------------------------------------------------------------------

    def action_open_document(self):
        self.ensure_one()
        return self.move_id.get_formview_action()

    def action_open_items(self):
        """The journal items behind the chosen lines."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Items"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [("id", "in", self.line_id.ids)],
        }

from odoo import api, fields, models
from odoo.tools import format_date


class HrEmployeeAdvanceConfirmation(models.Model):
    """What an employee owes on a day by the books, and whether he agrees.

    The figures are those of the moment he was asked; they stay, whatever is booked later for that day.
    """

    _name = "hr.employee.advance.confirmation"
    _description = "Balance Confirmation"
    _inherit = ["hr.employee.advance.sign.mixin"]
    _order = "date desc, id desc"

    _control_guarded_fields = frozenset({"date", "amount", "lines"})

    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(string="Balance of", required=True, readonly=True, index=True)
    amount = fields.Monetary(
        string="Owed",
        readonly=True,
        help="In company currency, all advances of the employee together.",
    )
    lines = fields.Json(readonly=True)
    lines_html = fields.Html(string="Advances", compute="_compute_lines_html")
    _asked_once = models.UniqueIndex(
        "(employee_id, date) WHERE state != 'void'",
        "This employee was asked for the balance of that day already.",
    )

    @api.depends("employee_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for confirmation in self:
            confirmation.display_name = self.env._(
                "%(employee)s, balance of %(date)s",
                employee=confirmation.sudo().employee_id.name or "",
                date=format_date(self.env, confirmation.date),
            )

    @api.depends("lines")
    @api.depends_context("lang")
    def _compute_lines_html(self):
        for confirmation in self:
            confirmation.lines_html = self.env["ir.qweb"]._render(
                "hr_employee_advance.confirmation_lines",
                {"lines": confirmation._get_lines(), "confirmation": confirmation},
            )

    def _get_lines(self):
        """The advances of that day, for reading: dicts with currencies and days as such."""
        self.ensure_one()
        currencies = self.env["res.currency"].browse(
            {line["currency"] for line in self.lines or ()}
        )
        return [
            line
            | {
                "currency": currencies.browse(line["currency"]),
                "paid_on": fields.Date.to_date(line["paid_on"]),
            }
            for line in self.lines or ()
        ]

    # Answering ----------------------------------------------------------------------------------

    def _get_sign_code(self):
        return "advance.confirmation"

    def _get_sign_content(self):
        self.ensure_one()
        return self._get_sign_data() | {"employee": self.employee_id.id, "lines": self.lines or []}

    def _get_sign_data(self):
        self.ensure_one()
        money = self.env["hr.control.event"]._money
        return {
            "date": self.date,
            "amount": money(self.amount, self.currency_id),
            "advances": [
                {"id": line["advance"], "residual": line["residual"]} for line in self.lines or ()
            ],
        }

    def _get_asked_summary(self):
        self.ensure_one()
        return self.env._(
            "Please confirm your advances of %(date)s: %(amount)s",
            date=format_date(self.env, self.date),
            amount=self.currency_id.format(self.amount),
        )

    def _get_content_html(self):
        return self.lines_html

    def _get_dispute_hint(self):
        self.ensure_one()
        return self.env._(
            "Say what is wrong with the balance of %(date)s: what do your own papers say?",
            date=format_date(self.env, self.date),
        )

    def _tell_dispute(self):
        causes = []
        for confirmation in self.sudo():
            company = confirmation.company_id
            users = self.env["hr.employee.advance"]._get_finance_of(company)
            env = confirmation.with_context(
                lang=self.env["hr.employee.advance"]._pick_lang(company.partner_id.lang)
            ).env
            causes.append(
                {
                    "key": f"advance.confirmation.disputed:{confirmation.id}",
                    "company": company,
                    "users": users - confirmation.employee_id.user_id,
                    "record": confirmation,
                    "summary": env._(
                        "%(employee)s disputes the balance of %(date)s, %(amount)s",
                        employee=confirmation.employee_id.name,
                        date=format_date(env, confirmation.date),
                        amount=confirmation.currency_id.with_env(env).format(confirmation.amount),
                    ),
                    "note": confirmation.reason,
                }
            )
        self.env["hr.control.alert"]._raise(causes)

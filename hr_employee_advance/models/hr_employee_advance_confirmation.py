from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date


class HrEmployeeAdvanceConfirmation(models.Model):
    """What an employee owes on a day by the books, and whether he agrees.

    The figures are those of the moment he was asked; they stay, whatever is booked later for that day.
    """

    _name = "hr.employee.advance.confirmation"
    _description = "Balance Confirmation"
    _inherit = ["hr.control.guarded.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"

    _control_guarded_fields = frozenset(
        {
            "employee_id",
            "company_id",
            "date",
            "amount",
            "lines",
            "state",
            "answered_at",
            "answered_by_id",
            "asked_by_id",
        }
    )

    employee_id = fields.Many2one(
        "hr.employee", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(string="Balance of", required=True, readonly=True, index=True)
    amount = fields.Monetary(
        string="Owed",
        readonly=True,
        help="In company currency, all advances of the employee together.",
    )
    lines = fields.Json(readonly=True)
    lines_html = fields.Html(string="Advances", compute="_compute_lines_html")
    state = fields.Selection(
        [
            ("asked", "To answer"),
            ("confirmed", "Confirmed"),
            ("disputed", "Disputed"),
            ("void", "Void"),
        ],
        required=True,
        default="asked",
        readonly=True,
        copy=False,
        index=True,
    )
    reason = fields.Text(copy=False, help="What the employee's own books say, when he disagrees.")
    asked_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    answered_at = fields.Datetime(readonly=True, copy=False)
    is_mine = fields.Boolean(compute="_compute_is_mine")

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

    @api.depends_context("uid")
    @api.depends("employee_id")
    def _compute_is_mine(self):
        for confirmation in self:
            confirmation.is_mine = confirmation.sudo().employee_id.user_id == self.env.user

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

    def write(self, vals):
        if not self.env.su and "reason" in vals:
            self._check_answerer()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("Confirmations are kept as they were asked and answered."))

    def action_confirm(self):
        """The employee agrees with the balance."""
        self._answer("confirmed")
        return True

    def action_dispute(self):
        """The employee disagrees, and says why."""
        for confirmation in self:
            if not (confirmation.reason or "").strip():
                raise UserError(
                    self.env._(
                        "Say what is wrong with the balance of %(date)s: what do your own papers say?",
                        date=format_date(self.env, confirmation.date),
                    )
                )
        self._answer("disputed")
        self._tell_dispute()
        return True

    def _check_answerer(self):
        """:raises AccessError: not the employee himself; nobody signs for another, whatever his rights"""
        for confirmation in self:
            if not confirmation.is_mine:
                raise AccessError(
                    self.env._(
                        "Only %(employee)s confirms or disputes this balance.",
                        employee=confirmation.sudo().employee_id.name,
                    )
                )
            if confirmation.state != "asked":
                raise UserError(
                    self.env._(
                        "%(confirmation)s was answered already.",
                        confirmation=confirmation.display_name,
                    )
                )

    def _answer(self, state):
        self.check_access("read")
        dossiers = self.sudo().employee_id._ensure_advance_dossiers()
        self.env["hr.control.dossier"].sudo().union(*dossiers.values())._take_guard()
        self.invalidate_recordset(["state"])
        self._check_answerer()
        self.sudo().write(
            {
                "state": state,
                "answered_by_id": self.env.uid,
                "answered_at": fields.Datetime.now(),
            }
        )
        self._log(f"advance.confirmation.{state}")
        for company, confirmations in self.sudo().grouped("company_id").items():
            self.env["hr.control.alert"]._clear(
                company, [confirmation._get_asked_key() for confirmation in confirmations]
            )

    def _log(self, code):
        self_sudo = self.sudo()
        dossiers = self_sudo.employee_id._ensure_advance_dossiers()
        event = self.env["hr.control.event"]
        event._append(
            [
                {
                    "dossier": dossiers[confirmation.employee_id.id],
                    "code": code,
                    "document": confirmation,
                    "data": {
                        "date": confirmation.date,
                        "amount": event._money(confirmation.amount, confirmation.currency_id),
                        "advances": [
                            {"id": line["advance"], "residual": line["residual"]}
                            for line in confirmation.lines or ()
                        ],
                    },
                    "names": {"reason": confirmation.reason or ""},
                }
                for confirmation in self_sudo
            ]
        )

    def _get_asked_key(self):
        self.ensure_one()
        return f"advance.confirmation:{self.id}"

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

from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

READERS = (
    "hr_employee_advance.group_advance_finance",
    "hr_employee_advance.group_advance_admin",
    "hr_control_base.group_control_auditor",
)
REASONS = [
    ("amount", "Over the quota"),
    ("count", "Too many open"),
    ("month", "Over the quota of the month"),
    ("open", "An old one is not settled"),
    ("overdue", "An old one is overdue"),
]


class HrEmployeeAdvanceBacktest(models.TransientModel):
    """What a changed quota would have refused of the requests of a past period.

    Requests are replayed in the order they came. What a request met is read from the journal items up to its day;
    what the changed rule refuses is not paid, so it burdens no later request.
    """

    _name = "hr.employee.advance.backtest"
    _description = "Try a Quota on Past Requests"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.subtract(self.env.company._company_today(), years=1),
    )
    date_to = fields.Date(
        string="To", required=True, default=lambda self: self.env.company._company_today()
    )
    job_ids = fields.Many2many("hr.job", string="Job Positions", help="Empty: everybody.")
    amount = fields.Monetary(string="Quota", help="Zero: no quota by amount.")
    max_open_count = fields.Integer(string="Advances Open", help="Zero: any number.")
    monthly_amount = fields.Monetary(string="Quota per Month", help="Zero: no such limit.")
    block_if_open = fields.Boolean(string="One at a Time")
    block_if_overdue = fields.Boolean(string="None While Overdue")
    line_ids = fields.One2many("hr.employee.advance.backtest.line", "wizard_id", readonly=True)
    summary = fields.Text(readonly=True)

    def action_run(self):
        self.ensure_one()
        self._check_reader()
        lines = self._replay()
        # the result is ours: nobody writes rows of it
        self.sudo().line_ids = [Command.clear(), *(Command.create(line) for line in lines)]
        self.summary = self._get_summary()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _check_reader(self):
        """:raises AccessError: somebody who does not see all advances of the company"""
        user = self.env.user
        if self.company_id not in self.env.companies or not any(map(user.has_group, READERS)):
            raise AccessError(
                self.env._(
                    "Past requests of %(company)s are replayed by finance, auditors and those who set the rules.",
                    company=self.company_id.sudo().name,
                )
            )
        if self.date_to < self.date_from:
            raise UserError(self.env._("The period ends before it begins."))

    # Replaying ----------------------------------------------------------------------------------

    def _get_requests(self):
        """Requests that got past the rules of their day, oldest first, in sudo."""
        domain = Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("date_request", "<=", self.date_to),
                ("request_state", "not in", ("draft", "cancelled", "auto_rejected", "rejected")),
            ]
        )
        if self.job_ids:
            people = (
                self.env["hr.employee.advance"]
                .sudo()
                .search(domain & Domain("job_id", "in", self.job_ids.ids))
            )
            domain &= Domain("employee_id", "in", people.employee_id.ids)
        return self.env["hr.employee.advance"].sudo().search(domain, order="date_request, id")

    def _get_movements(self, requests):
        """``{advance id: [(day, change in company currency)]}`` from posted journal items."""
        rows = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                Domain("employee_advance_id", "in", requests.ids)
                & Domain("parent_state", "=", "posted"),
                ["employee_advance_id", "date:day"],
                ["balance:sum"],
            )
        )
        movements = defaultdict(list)
        for advance, day, balance in rows:
            movements[advance.id].append((day, balance))
        return movements

    def _replay(self):
        """:return: values of a line for each request of the period that the changed rule refuses"""
        requests = self._get_requests()
        movements = self._get_movements(requests)
        passed, lines = defaultdict(list), []
        for request in requests:
            day, others = request.date_request, passed[request.employee_id]
            if day < self.date_from or (self.job_ids and request.job_id not in self.job_ids):
                others.append(request)
                continue
            met = [(other, self._get_open(other, movements[other.id], day)) for other in others]
            if reason := self._get_reason(request, met):
                lines.append(
                    {
                        "advance_id": request.id,
                        "reason": reason,
                        "open_then": sum(amount for _other, amount in met),
                        "is_late": self._is_late(request),
                    }
                )
            else:
                others.append(request)
        return lines

    def _get_open(self, advance, movements, day):
        """What of an earlier request counted on a day: unsettled, or asked for and not yet paid."""
        if not advance.date_paid or advance.date_paid > day:
            return 0.0 if self._is_over(advance) else advance.amount_company
        return sum(balance for moved, balance in movements if moved <= day)

    def _is_over(self, advance):
        return not advance.date_paid and advance.unpaid_released

    def _is_late(self, advance):
        """Settled after its due date, or overdue now."""
        return advance.is_overdue or bool(
            advance.date_settled and advance.date_due and advance.date_settled > advance.date_due
        )

    def _get_reason(self, request, met):
        currency, day = self.currency_id, request.date_request
        open_ = [other for other, amount in met if currency.compare_amounts(amount, 0.0) > 0]
        total = sum(amount for _other, amount in met) + request.amount_company
        month = request.amount_company + sum(
            other.amount_company
            for other, _amount in met
            if other.date_request.replace(day=1) == day.replace(day=1)
        )
        if self.block_if_overdue and any(
            other.date_due and other.date_due < day and other.date_paid for other in open_
        ):
            return "overdue"
        if self.block_if_open and open_:
            return "open"
        if self.max_open_count and len(open_) >= self.max_open_count:
            return "count"
        if self.amount and currency.compare_amounts(total, self.amount) > 0:
            return "amount"
        if self.monthly_amount and currency.compare_amounts(month, self.monthly_amount) > 0:
            return "month"
        return None

    def _get_summary(self):
        late = self.line_ids.filtered("is_late")
        return self.env._(
            "%(refused)s of %(total)s requests would have been refused, %(amount)s in all; of them %(late)s were "
            "settled late or are overdue, %(late_amount)s.",
            refused=len(self.line_ids),
            total=len(self._get_requests().filtered(self._is_of_period)),
            amount=self.currency_id.format(sum(self.line_ids.mapped("amount_company"))),
            late=len(late),
            late_amount=self.currency_id.format(sum(late.mapped("amount_company"))),
        )

    def _is_of_period(self, request):
        return request.date_request >= self.date_from and (
            not self.job_ids or request.job_id in self.job_ids
        )

    def action_open_lines(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Would Have Been Refused"),
            "res_model": "hr.employee.advance.backtest.line",
            "views": [(False, "list"), (False, "pivot")],
            "domain": [("wizard_id", "=", self.id)],
        }


class HrEmployeeAdvanceBacktestLine(models.TransientModel):
    _name = "hr.employee.advance.backtest.line"
    _description = "Request That a Quota Would Have Refused"
    _order = "date_request, id"

    wizard_id = fields.Many2one(
        "hr.employee.advance.backtest", required=True, index=True, ondelete="cascade"
    )
    advance_id = fields.Many2one(
        "hr.employee.advance", required=True, readonly=True, ondelete="cascade"
    )
    employee_id = fields.Many2one(related="advance_id.employee_id", store=True)
    job_id = fields.Many2one(related="advance_id.job_id", store=True)
    date_request = fields.Date(related="advance_id.date_request", store=True)
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    amount_company = fields.Monetary(
        related="advance_id.amount_company", store=True, string="Amount Asked"
    )
    open_then = fields.Monetary(readonly=True, help="Unsettled, approved or asked for on that day.")
    reason = fields.Selection(REASONS, required=True, readonly=True)
    is_late = fields.Boolean(
        string="Late", readonly=True, help="Settled after its due date, or overdue now."
    )

    def action_open_advance(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "hr.employee.advance",
            "res_id": self.advance_id.id,
            "views": [(False, "form")],
        }

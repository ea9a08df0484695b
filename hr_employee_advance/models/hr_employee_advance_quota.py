from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

QUOTA_CODES = [
    ("ok", "Within the quota"),
    ("none", "No quota"),
    ("amount", "Over the quota"),
    ("count", "Too many open"),
    ("month", "Over the quota of the month"),
    ("open", "An old one is not settled"),
    ("overdue", "An old one is overdue"),
]


class Open(NamedTuple):
    """What an employee has open, in company currency."""

    residual: float = 0.0
    approved_unpaid: float = 0.0
    pending: float = 0.0
    count: int = 0
    overdue_count: int = 0
    overdue_amount: float = 0.0
    month: float = 0.0

    @property
    def total(self):
        return self.residual + self.approved_unpaid + self.pending


class Verdict(NamedTuple):
    """Whether a request fits, and the figures that say so, in company currency."""

    code: str
    requested: float
    quota: float
    open: Open
    rule: models.BaseModel

    @property
    def left(self):
        return max(self.quota - self.open.total, 0.0)


class HrEmployeeAdvance(models.Model):
    """What is open, what may be, and what is left."""

    _inherit = "hr.employee.advance"

    _control_guarded_fields = frozenset(
        {"quota_code", "quota_amount", "quota_residual", "quota_pending", "quota_requested"}
    )

    # as it stood when it was last checked: evidence, not a balance
    quota_code = fields.Selection(
        QUOTA_CODES, string="Quota Check", readonly=True, copy=False, index="btree_not_null"
    )
    quota_amount = fields.Monetary(
        string="Quota Then", currency_field="company_currency_id", readonly=True, copy=False
    )
    quota_residual = fields.Monetary(
        string="Unsettled Then", currency_field="company_currency_id", readonly=True, copy=False
    )
    quota_pending = fields.Monetary(
        string="Approved or Asked for Then",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
    )
    quota_requested = fields.Monetary(
        string="Asked for Then", currency_field="company_currency_id", readonly=True, copy=False
    )
    quota_sentence = fields.Char(compute="_compute_quota_sentence", string="Quota")

    # as it stands now, for whoever is about to ask or to decide
    own_residual = fields.Monetary(
        string="Unsettled",
        currency_field="company_currency_id",
        compute="_compute_own_figures",
        help="What the employee has been paid and not yet settled, this advance left out.",
    )
    own_pending = fields.Monetary(
        string="Approved or Asked for",
        currency_field="company_currency_id",
        compute="_compute_own_figures",
        help="Other requests of the employee that are not paid yet.",
    )
    own_quota = fields.Monetary(
        string="His Quota", currency_field="company_currency_id", compute="_compute_own_figures"
    )
    own_left = fields.Monetary(
        string="Left",
        currency_field="company_currency_id",
        compute="_compute_own_figures",
        help="What may still be asked for.",
    )

    # Open ---------------------------------------------------------------------------------------

    @api.model
    def _get_open(self, employees, exclude=None):
        """What these employees have open, in company currency, in one query for any number of them.

        Paid and not settled from posted journal items, approved and not paid, asked for and not decided.
        Overdue: still open after its due date, by the company's today. ``month``: asked for in this month.
        :param exclude: advances left out
        :return: ``{employee id: Open}``, everybody a key
        """
        found = dict.fromkeys(employees.ids, Open())
        if not found:
            return found
        rows = self.env.execute_query(self._get_open_sql(employees, exclude or self.browse()))
        return found | {employee_id: Open(*figures) for employee_id, *figures in rows}

    @api.model
    def _get_open_sql(self, employees, exclude):
        self.flush_model(
            [
                "employee_id",
                "company_id",
                "request_state",
                "date_request",
                "amount",
                "amount_company",
                "amount_unpaid",
                "amount_residual_company",
                "date_due",
            ]
        )
        companies = employees.sudo().company_id
        days = [company._company_today() for company in companies]
        return SQL(
            """
            SELECT advance.employee_id,
                   COALESCE(SUM(advance.amount_residual_company), 0.0)::float8,
                   COALESCE(SUM(part.unpaid), 0.0)::float8,
                   COALESCE(SUM(advance.amount_company) FILTER (WHERE part.is_pending), 0.0)::float8,
                   COUNT(*) FILTER (
                       WHERE part.is_pending OR part.unpaid > 0 OR advance.amount_residual_company <> 0
                   ),
                   COUNT(*) FILTER (WHERE part.is_overdue),
                   COALESCE(SUM(advance.amount_residual_company) FILTER (WHERE part.is_overdue), 0.0)::float8,
                   COALESCE(SUM(advance.amount_company) FILTER (WHERE part.is_of_month), 0.0)::float8
              FROM hr_employee_advance advance
              JOIN unnest(%(company_ids)s, %(days)s::date[]) AS day(company_id, today)
                ON day.company_id = advance.company_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(advance.amount_unpaid, 0) * advance.amount_company / advance.amount AS unpaid,
                          advance.request_state IN ('submitted', 'manager_approved') AS is_pending,
                          COALESCE(advance.date_due < day.today AND advance.amount_residual_company > 0, FALSE)
                              AS is_overdue,
                          date_trunc('month', advance.date_request) = date_trunc('month', day.today)
                              AS is_of_month
                   ) part
             WHERE advance.employee_id = ANY(%(employee_ids)s)
               AND advance.id <> ALL(%(exclude_ids)s)
               AND advance.request_state NOT IN ('draft', 'auto_rejected', 'rejected', 'cancelled')
             GROUP BY advance.employee_id
            """,
            company_ids=companies.ids,
            days=days,
            employee_ids=list(employees.ids),
            exclude_ids=list(exclude._origin.ids),
        )

    @api.model
    def _get_visible_employees(self, employees):
        """Those whose debts the current user may know: his own, his people's, everybody's for some."""
        user = self.env.user
        if self.env.su or any(
            user.has_group(group)
            for group in (
                "hr_employee_advance.group_advance_finance",
                "hr_employee_advance.group_advance_cashier",
                "hr_control_base.group_control_auditor",
                "hr.group_hr_user",
            )
        ):
            return employees.filtered(
                lambda employee: employee.sudo().company_id in self.env.companies
            )
        return employees.filtered(
            lambda employee: user in employee.sudo().user_id | employee.sudo().parent_id.user_id
        )

    @api.depends("employee_id", "request_state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_own_figures(self):
        for advance, verdict in self._get_verdicts().items():
            advance.own_residual = verdict.open.residual
            advance.own_pending = verdict.open.approved_unpaid + verdict.open.pending
            advance.own_quota = verdict.quota
            advance.own_left = verdict.left

    def _get_verdicts(self):
        """``{advance: Verdict}`` as of now, for the figures on the screen; nothing of those one may not see.

        One query for what is open, one for the rules of each company. What a person asks for counts once: for
        all advances of the list that are not open themselves it is the same figure.
        """
        empty = self.env["hr.employee.advance.policy"].sudo()
        verdicts = {advance: Verdict("ok", 0.0, 0.0, Open(), empty) for advance in self}
        visible = self._get_visible_employees(self.employee_id._origin or self.employee_id)
        opened = self.sudo()._get_open(visible)
        for company, employees in visible.sudo().grouped("company_id").items():
            rules = empty._resolve(employees, company)
            for advance in self:
                employee_id = advance.employee_id._origin.id
                if employee_id in rules:
                    rule, open_ = rules[employee_id], advance._leave_out(opened[employee_id])
                    verdicts[advance] = advance._get_verdict(rule, open_)
        return verdicts

    def _leave_out(self, open_):
        """The figures of the employee without this advance."""
        self.ensure_one()
        advance = self.sudo()._origin
        if advance.request_state in ("submitted", "manager_approved"):
            return open_._replace(
                pending=open_.pending - advance.amount_company,
                count=open_.count - 1,
                month=open_.month - advance.amount_company,
            )
        return open_

    def _get_verdict(self, rule, open_):
        """Judge this request by a rule and by what else is open."""
        self.ensure_one()
        company, currency = self.company_id or self.env.company, self.company_currency_id
        today = company.sudo()._company_today()
        requested = self.currency_id._convert(self.amount, currency, company, today)
        if not rule:
            allowed = company.sudo().advance_without_policy == "allow"
            return Verdict("ok" if allowed else "none", requested, 0.0, open_, rule)
        if rule.block_if_overdue and open_.overdue_count:
            code = "overdue"
        elif rule.block_if_open and open_.count:
            code = "open"
        elif rule.max_open_count and open_.count >= rule.max_open_count:
            code = "count"
        elif currency.compare_amounts(open_.total + requested, rule.amount) > 0:
            code = "amount"
        elif (
            rule.monthly_amount
            and currency.compare_amounts(open_.month + requested, rule.monthly_amount) > 0
            and (self.date_request or today).replace(day=1) == today.replace(day=1)
        ):
            code = "month"
        else:
            code = "ok"
        return Verdict(code, requested, rule.amount, open_, rule)

    # The check ----------------------------------------------------------------------------------

    def _check_quota(self, at):
        """Whether the advance fits; to be called under the guard of its employee.

        :param at: ``submit`` records the figures and answers; ``approval`` and ``payment`` raise
        :return: whether it may go on: it fits, or the company only observes
        :raises UserError: over the quota at approval or payment
        """
        self.ensure_one()
        advance = self.sudo()
        employee, company = advance.employee_id, advance.company_id
        rule = self.env["hr.employee.advance.policy"].sudo()._resolve(employee, company)
        open_ = advance._get_open(employee, exclude=advance)[employee.id]
        verdict = advance._get_verdict(rule[employee.id], open_)
        advance.write(advance._prepare_quota_vals(verdict))
        if verdict.code == "ok":
            return True
        if company.advance_quota_policy == "observe":
            advance._append_advance_event(
                "advance.quota_observed", advance._prepare_quota_data() | {"at": at}
            )
            return True
        if at == "submit":
            return False
        sentence = advance._get_refusal_sentence(verdict)
        event = advance._prepare_advance_event(
            "advance.quota_refused", advance._prepare_quota_data() | {"at": at}
        )
        self.env["hr.control.event"].sudo()._append_after_rollback(
            [event], ("advance.quota_refused", advance.id, at)
        )
        raise UserError(sentence)

    def _prepare_quota_vals(self, verdict):
        return {
            "quota_code": verdict.code,
            "quota_amount": verdict.quota,
            "quota_residual": verdict.open.residual,
            "quota_pending": verdict.open.approved_unpaid + verdict.open.pending,
            "quota_requested": verdict.requested,
            "settlement_days": verdict.rule.settlement_days,
        }

    def _prepare_quota_data(self):
        money = self.env["hr.control.event"]._money
        currency = self.company_currency_id
        return {
            "quota_code": self.quota_code,
            "quota": money(self.quota_amount, currency),
            "unsettled": money(self.quota_residual, currency),
            "pending": money(self.quota_pending, currency),
            "requested": money(self.quota_requested, currency),
            "left": money(
                max(self.quota_amount - self.quota_residual - self.quota_pending, 0.0), currency
            ),
        }

    def _auto_reject(self):
        """Refused at once: the employee is told what is left, nobody is asked."""
        self.ensure_one()
        self.request_state = "auto_rejected"
        self._append_advance_event("advance.auto_rejected", self._prepare_quota_data())
        for user in self.employee_id.user_id or self.submitted_by_id:
            advance = self.with_context(lang=user.lang)
            advance.message_post(
                body=advance.quota_sentence,
                partner_ids=(user | self.submitted_by_id - self.env.user).partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )

    # Sentences ----------------------------------------------------------------------------------

    @api.depends("quota_code", "request_state", "employee_id", "amount", "currency_id")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_quota_sentence(self):
        drafts = self.filtered(lambda advance: advance.request_state == "draft")
        live = drafts._get_verdicts()
        rules = self.env["hr.employee.advance.policy"]
        for advance in self:
            verdict = live.get(advance) or Verdict(
                advance.quota_code or "ok",
                advance.quota_requested,
                advance.quota_amount,
                Open(residual=advance.quota_residual, pending=advance.quota_pending),
                rules,
            )
            if advance not in drafts and advance.quota_code in (False, "ok"):
                advance.quota_sentence = False
            else:
                advance.quota_sentence = (
                    advance._get_room_sentence(verdict)
                    if verdict.code == "ok" or not advance.amount
                    else advance._get_refusal_sentence(verdict)
                )

    def _get_room_sentence(self, verdict):
        """What may be asked for, before anything is typed."""
        if not verdict.rule:
            return False
        open_ = verdict.open
        return self.env._(
            "%(left)s are left of the quota of %(quota)s: %(residual)s unsettled, %(pending)s approved or asked for.",
            left=self._format_company(verdict.left),
            quota=self._format_company(verdict.quota),
            residual=self._format_company(open_.residual),
            pending=self._format_company(open_.approved_unpaid + open_.pending),
        )

    def _get_refusal_sentence(self, verdict):
        """Rule, figures and the next step."""
        self.ensure_one()
        _, open_ = self.env._, verdict.open
        values = {
            "employee": self.employee_id.sudo().name,
            "requested": self._format_company(verdict.requested),
            "left": self._format_company(verdict.left),
            "quota": self._format_company(verdict.quota),
            "residual": self._format_company(open_.residual),
            "pending": self._format_company(open_.approved_unpaid + open_.pending),
        }
        sentences = {
            "none": _(
                "No quota is set for %(employee)s. Ask whoever keeps the rules of advances to set one.",
                **values,
            ),
            "amount": _(
                "%(requested)s are asked for, %(left)s are left of the quota of %(quota)s: %(residual)s unsettled, "
                "%(pending)s approved or asked for. Ask for less, or settle what is open.",
                **values,
            ),
            "count": _(
                "%(employee)s has as many advances open as the quota allows. Settle one before asking again.",
                **values,
            ),
            "month": _(
                "%(requested)s more would pass the quota of this month. Ask for less, or next month.",
                **values,
            ),
            "open": _(
                "%(employee)s has an advance that is not settled (%(residual)s unsettled, %(pending)s approved or "
                "asked for). Settle the old one before asking for a new one.",
                **values,
            ),
            "overdue": _(
                "%(employee)s has an overdue advance (%(residual)s unsettled). Settle it before asking for a new one.",
                **values,
            ),
        }
        return sentences[verdict.code]

    def _format_company(self, amount):
        return format_amount(self.env, amount, self.company_currency_id)

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from .hr_employee_advance_open import Open, Verdict

QUOTA_CODES = [
    ("ok", "Within the quota"),
    ("none", "No quota"),
    ("amount", "Over the quota"),
    ("count", "Too many open"),
    ("month", "Over the quota of the month"),
    ("open", "An old one is not settled"),
    ("overdue", "An old one is overdue"),
]


class HrEmployeeAdvance(models.Model):
    """Whether a request fits: the rule, the check at each stage, and the sentence that says why not."""

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

    # The check ----------------------------------------------------------------------------------

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
        self._tell_employee(lambda env: self.with_env(env).quota_sentence)

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

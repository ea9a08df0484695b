from odoo import models
from odoo.tools import format_amount, format_date


class HrEmployeeAdvance(models.Model):
    """What those who decide have to know, as of the moment they look."""

    _inherit = "hr.employee.advance"

    def _get_approval_figures(self):
        # EXTENDS hr_control_base
        self.ensure_one()
        _ = self.env._
        employee = self.employee_id
        rule = self.env["hr.employee.advance.policy"].sudo()._resolve(employee, self.company_id)
        open_ = self._get_open(employee, exclude=self)[employee.id]
        verdict = self._get_verdict(rule[employee.id], open_)
        afterwards = open_.total + verdict.requested
        return [
            *super()._get_approval_figures(),
            (_("Employee"), ", ".join(filter(None, (employee.name, self.job_id.name)))),
            (_("Purpose"), self.purpose_id.name),
            (_("What for"), self.description),
            (_("Asked for"), format_amount(self.env, self.amount, self.currency_id)),
            (_("To settle by"), format_date(self.env, self.date_expected)),
            (_("Unsettled"), self._format_company(open_.residual)),
            (_("Overdue"), self._get_overdue_text(open_)),
            (
                _("Approved or asked for besides"),
                self._format_company(open_.approved_unpaid + open_.pending),
            ),
            (_("Quota"), self._get_quota_text(verdict)),
            (_("Open afterwards"), self._format_company(afterwards)),
            (_("Asked for this month"), self._get_month_text(verdict)),
            (_("Settled before"), self._get_past_text()),
        ]

    def _get_overdue_text(self, open_):
        if not open_.overdue_count:
            return self._format_company(0.0)
        return self.env._(
            "%(amount)s in %(count)s advances",
            amount=self._format_company(open_.overdue_amount),
            count=open_.overdue_count,
        )

    def _get_quota_text(self, verdict):
        if not verdict.rule:
            return self.env._("none")
        return self.env._(
            "%(quota)s, %(left)s left",
            quota=self._format_company(verdict.quota),
            left=self._format_company(verdict.left),
        )

    def _get_month_text(self, verdict):
        """This request included, with the quota of the month where there is one."""
        asked = verdict.open.month + verdict.requested
        if not verdict.rule.monthly_amount:
            return self._format_company(asked)
        return self.env._(
            "%(asked)s of %(quota)s",
            asked=self._format_company(asked),
            quota=self._format_company(verdict.rule.monthly_amount),
        )

    def _get_past_text(self):
        counts = dict(
            self._read_group(
                [
                    ("employee_id", "=", self.employee_id.id),
                    ("state", "in", ("settled", "written_off")),
                ],
                ["state"],
                ["__count"],
            )
        )
        return self.env._(
            "%(settled)s settled, %(written_off)s written off",
            settled=counts.get("settled", 0),
            written_off=counts.get("written_off", 0),
        )

import logging
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from odoo.addons.hr_control_base.models.hr_control_dossier import CONTENTION

from .hr_employee_advance_ledger import PAID_KINDS

_logger = logging.getLogger(__name__)
BATCH = 100


class HrEmployeeAdvanceConfirmation(models.Model):
    """Asking employees for the balance of a day: by the job, or when finance wants it."""

    _inherit = "hr.employee.advance.confirmation"

    @api.model
    def _ask(self, employees, company, day):
        """Ask those who owe something on ``day`` and were not asked for it yet; told together.

        :return: the confirmations asked now, in sudo
        """
        asked = self.sudo().search(
            [
                ("employee_id", "in", employees.ids),
                ("company_id", "=", company.id),
                ("date", "=", day),
                ("state", "!=", "void"),
            ]
        )
        vals_list = [
            {
                "employee_id": employee_id,
                "company_id": company.id,
                "date": day,
                "amount": company.currency_id.round(
                    sum(line["residual_company"] for line in lines)
                ),
                "lines": lines,
                "asked_by_id": self.env.uid,
            }
            for employee_id, lines in self._get_balances(
                employees - asked.employee_id, company, day
            )
        ]
        confirmations = self.sudo().with_context(mail_create_nosubscribe=True).create(vals_list)
        confirmations._log("advance.confirmation.asked")
        confirmations._tell_asked()
        return confirmations

    @api.model
    def _get_balances(self, employees, company, day):
        """What these employees owed at the end of ``day``, by posted items up to it; one query.

        :return: ``[(employee id, [advance as kept in lines])]``, those who owe nothing left out
        """
        self.env["account.move.line"].flush_model(
            [
                "employee_advance_id",
                "employee_advance_kind",
                "balance",
                "amount_currency",
                "date",
                "parent_state",
            ]
        )
        advance = self.env["hr.employee.advance"]
        advance.flush_model(["employee_id", "company_id", "name", "date_paid", "currency_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.employee_id, a.id, a.name, a.date_paid, a.currency_id,
                       SUM(l.amount_currency) FILTER (WHERE l.employee_advance_kind IN %(paid)s),
                       SUM(l.amount_currency), SUM(l.balance)
                  FROM account_move_line l
                  JOIN hr_employee_advance a ON a.id = l.employee_advance_id
                 WHERE l.parent_state = 'posted' AND l.date <= %(day)s
                   AND a.employee_id = ANY(%(employees)s) AND a.company_id = %(company)s
              GROUP BY a.id
                HAVING SUM(l.amount_currency) != 0 OR SUM(l.balance) != 0
              ORDER BY a.employee_id, a.date_paid, a.id
                """,
                day=day,
                paid=PAID_KINDS,
                employees=employees.ids,
                company=company.id,
            )
        )
        balances = {}
        for (
            employee_id,
            advance_id,
            name,
            paid_on,
            currency,
            paid,
            residual,
            company_residual,
        ) in rows:
            balances.setdefault(employee_id, []).append(
                {
                    "advance": advance_id,
                    "name": name,
                    "paid_on": fields.Date.to_string(paid_on) or "",
                    "currency": currency,
                    "paid": float(paid or 0.0),
                    "residual": float(residual),
                    "residual_company": float(company_residual),
                }
            )
        return list(balances.items())

    @api.model
    def _cron_ask(self):
        """Ask for the balance of the month or quarter that ended, once; a missed day is made up for."""
        progress = self.env["ir.cron"]._commit_progress
        batches = []
        for company in (
            self.env["res.company"].sudo().search([("advance_confirmation_period", "!=", "none")])
        ):
            day = company._get_advance_confirmation_day()
            employee_ids = self._get_to_ask(company, day)
            batches += [(company, day, ids) for ids in split_every(BATCH, employee_ids, list)]
        progress(remaining=len(batches))
        for company, day, ids in batches:
            try:
                self._ask(self.env["hr.employee"].sudo().browse(ids), company, day)
            except (UserError, *CONTENTION) as error:
                self.env.cr.rollback()
                _logger.info("Balances of %s are asked for later: %s", company.id, error)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Balances of %s could not be asked for.", company.id)
            if not progress(1):
                break

    @api.model
    def _get_to_ask(self, company, day):
        """Ids of employees with items by that day who were not asked for it yet; one query."""
        asked = self.sudo()._search(
            Domain("company_id", "=", company.id)
            & Domain("date", "=", day)
            & Domain("state", "!=", "void")
        )
        employees = (
            self.env["hr.employee.advance"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", company.id),
                    ("date_paid", "<=", day),
                    ("employee_id.active", "=", True),
                    ("employee_id", "not in", asked.subselect("employee_id")),
                    "|",
                    ("amount_residual", "!=", 0),
                    ("line_ids.date", ">", day),
                ],
                ["employee_id"],
            )
        )
        return [employee.id for (employee,) in employees]


class ResCompany(models.Model):
    _inherit = "res.company"

    advance_confirmation_period = fields.Selection(
        [("none", "Never"), ("monthly", "Every month"), ("quarterly", "Every quarter")],
        string="Balance Confirmation",
        required=True,
        default="none",
        help="How often employees with advances are asked to confirm what they owe at its end.",
    )

    def _get_advance_confirmation_day(self):
        """Last day of the month or quarter that ended, where the company is."""
        self.ensure_one()
        first = self._company_today().replace(day=1)
        if self.advance_confirmation_period == "quarterly":
            first -= relativedelta(months=(first.month - 1) % 3)
        return first - timedelta(days=1)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    advance_confirmation_period = fields.Selection(
        related="company_id.advance_confirmation_period", readonly=False
    )

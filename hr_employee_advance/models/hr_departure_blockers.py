from collections import defaultdict
from typing import NamedTuple

from odoo import models
from odoo.fields import Domain
from odoo.tools import format_amount

# read in one query, however many there are: the cache alone would ask for a thousand at a time
EMPLOYEE_FIELDS = ["name", "company_id", "user_id", "work_contact_id"]
ADVANCE_FIELDS = [
    "name",
    "employee_id",
    "company_id",
    "currency_id",
    "amount",
    "amount_residual",
    "amount_residual_company",
    "amount_unpaid",
    "request_state",
]


class Blocker(NamedTuple):
    """One open thing of an employee that holds the clearance."""

    code: str
    sentence: str
    record: object  # the document to open
    # what a release by law may leave behind; everything else can and must be ended first
    can_stay: bool = False


class HrEmployee(models.Model):
    """What an employee still has, or is about to get, of the company's money."""

    _inherit = "hr.employee"

    def _get_clearance_blockers(self):
        """Everything that keeps finance from signing, read from books and requests of this moment.

        To be called under the guard where it decides. Extend it in an add-on that knows more.
        :return: ``{employee id: [Blocker]}``, everybody a key; the number of queries does not depend on theirs
        """
        blockers = {employee_id: [] for employee_id in self.ids}
        for part in self._get_clearance_parts():
            for employee_id, found in part().items():
                blockers[employee_id] += found
        return blockers

    def _get_clearance_parts(self):
        """Methods that look for open things, each ``{employee id: [Blocker]}``."""
        employees = self.sudo().with_context(active_test=False)
        employees.fetch(EMPLOYEE_FIELDS)
        return [
            employees._get_advance_blockers,
            employees._get_payment_blockers,
            employees._get_expense_blockers,
            employees._get_debit_blockers,
        ]

    def _get_advance_blockers(self):
        found = defaultdict(list)
        advances = (
            self.env["hr.employee.advance"]
            .sudo()
            .search_fetch(
                [
                    ("employee_id", "in", self.ids),
                    "|",
                    "|",
                    "|",
                    ("amount_residual", "!=", 0),
                    ("amount_residual_company", "!=", 0),
                    ("amount_unpaid", "!=", 0),
                    ("request_state", "in", ("submitted", "manager_approved")),
                ],
                ADVANCE_FIELDS,
                order="date_due, id",
            )
        )
        _ = self.env._
        for advance in advances:
            employee, blockers = advance.employee_id, found[advance.employee_id.id]
            if not (
                advance.currency_id.is_zero(advance.amount_residual)
                and advance.company_currency_id.is_zero(advance.amount_residual_company)
            ):
                sentence = _(
                    "%(employee)s owes %(amount)s of advance %(advance)s (%(company)s).",
                    employee=employee.name,
                    amount=format_amount(self.env, advance.amount_residual, advance.currency_id),
                    advance=advance.name,
                    company=advance.company_id.name,
                )
                blockers.append(Blocker("residual", sentence, advance, can_stay=True))
            if not advance.currency_id.is_zero(advance.amount_unpaid):
                sentence = _(
                    "%(amount)s of advance %(advance)s are approved for %(employee)s and not paid: release or cancel.",
                    employee=employee.name,
                    amount=format_amount(self.env, advance.amount_unpaid, advance.currency_id),
                    advance=advance.name,
                )
                blockers.append(Blocker("unpaid", sentence, advance))
            if advance.request_state in ("submitted", "manager_approved"):
                sentence = _(
                    "%(employee)s asked for %(amount)s (%(advance)s) and waits for a decision: recall or refuse it.",
                    employee=employee.name,
                    amount=format_amount(self.env, advance.amount, advance.currency_id),
                    advance=advance.name,
                )
                blockers.append(Blocker("request", sentence, advance))
        return found

    def _get_payment_blockers(self):
        """Payments of advances that are prepared: once posted they change what was signed.

        What is posted counts in the balance already, whether or not the bank has confirmed it.
        """
        found = defaultdict(list)
        payments = (
            self.env["account.payment"]
            .sudo()
            .search(
                Domain("employee_advance_id.employee_id", "in", self.ids)
                & (
                    Domain("state", "=", "draft")
                    | Domain("state", "=", "in_process") & Domain("move_id.state", "!=", "posted")
                )
            )
        )
        for payment in payments:
            employee = payment.employee_advance_id.employee_id
            sentence = self.env._(
                "Payment %(payment)s of %(amount)s for advance %(advance)s of %(employee)s is prepared and not posted.",
                payment=payment.name or payment.display_name,
                amount=format_amount(self.env, payment.amount, payment.currency_id),
                advance=payment.employee_advance_id.name,
                employee=employee.name,
            )
            found[employee.id].append(Blocker("payment", sentence, payment))
        return found

    def _get_expense_blockers(self):
        """Posted expenses that were not offset although an advance is in hand."""
        found = defaultdict(list)
        expenses = (
            self.env["hr.expense"]
            .sudo()
            .search(
                [
                    ("employee_id", "in", self.ids),
                    ("payment_mode", "=", "own_account"),
                    ("advance_exempt", "=", False),
                    ("account_move_id.state", "=", "posted"),
                    ("account_move_id.payment_state", "in", ("not_paid", "partial")),
                ],
                order="account_move_id, id",
            )
        )
        in_hand = {
            (employee.id, company.id)
            for employee, company in self.env["hr.employee.advance"]
            .sudo()
            ._read_group(
                [("employee_id", "in", expenses.employee_id.ids), ("amount_residual", ">", 0)],
                ["employee_id", "company_id"],
            )
        }
        for receipt, of_receipt in expenses.grouped("account_move_id").items():
            employee = of_receipt.employee_id[:1]
            if (employee.id, receipt.company_id.id) in in_hand:
                sentence = self.env._(
                    "Receipt %(receipt)s of %(employee)s is posted with %(amount)s and not offset with the advance.",
                    receipt=receipt.name,
                    employee=employee.name,
                    amount=format_amount(self.env, receipt.amount_residual, receipt.currency_id),
                )
                found[employee.id].append(Blocker("expense", sentence, receipt, can_stay=True))
        return found

    def _get_debit_blockers(self):
        """What stands against the person on other accounts of employees' debts, outside of any advance."""
        found = defaultdict(list)
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        accounts = companies.advance_account_id | companies.advance_clearance_account_ids
        employees = self.filtered("work_contact_id").grouped("work_contact_id")
        if not accounts or not employees:
            return found
        rows = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "in", accounts.ids),
                    ("partner_id", "in", self.work_contact_id.ids),
                    ("employee_advance_id", "=", False),
                    ("parent_state", "=", "posted"),
                ],
                ["partner_id", "account_id", "company_id"],
                ["balance:sum"],
            )
        )
        for partner, account, company, balance in rows:
            if company.currency_id.compare_amounts(balance, 0.0) <= 0:
                continue
            of_contact = employees[partner]
            employee = (
                of_contact.filtered(lambda e, company=company: e.company_id == company)[:1]
                or of_contact[:1]
            )
            sentence = self.env._(
                "%(employee)s owes %(amount)s on account %(account)s of %(company)s, outside of advances.",
                employee=employee.name,
                amount=format_amount(self.env, balance, company.currency_id),
                account=account.with_company(company).display_name,
                company=company.name,
            )
            found[employee.id].append(Blocker("debit", sentence, account, can_stay=True))
        return found

    def _get_clearance_figures(self):
        """What finance puts its name under: the balance of every advance, ready for the record."""
        Event = self.env["hr.control.event"]
        advances = (
            self.env["hr.employee.advance"]
            .sudo()
            .search([("employee_id", "in", self.ids), ("amount_paid", "!=", 0)], order="id")
        )
        return {
            "advances": [
                {
                    "id": advance.id,
                    "name": advance.name,
                    "paid": Event._money(advance.amount_paid, advance.currency_id),
                    "cleared": Event._money(advance.amount_cleared, advance.currency_id),
                    "returned": Event._money(advance.amount_returned, advance.currency_id),
                    "moved_on": Event._money(advance.amount_transferred, advance.currency_id),
                    "written_off": Event._money(advance.amount_written_off, advance.currency_id),
                    "residual": Event._money(advance.amount_residual, advance.currency_id),
                }
                for advance in advances
            ],
        }

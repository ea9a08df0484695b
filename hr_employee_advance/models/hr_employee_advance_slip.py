from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.chinese_amount import in_capitals

SLIP = "hr_employee_advance.advance_slip_report"
RECEIPT = "hr_employee_advance.return_receipt_report"
SHEET = "hr_employee_advance.offset_sheet_report"


class HrEmployeeAdvance(models.Model):
    """What the printed papers of an advance say beside its fields."""

    _inherit = "hr.employee.advance"

    def action_print_slip(self):
        """The slip to sign for the money; not of a request that nobody has granted.

        :raises UserError: it was not approved
        """
        self.ensure_one()
        self.check_access("read")
        if self.request_state not in ("finance_approved", "post_departure"):
            raise UserError(
                self.env._(
                    "%(advance)s is not approved: there is nothing to sign for.", advance=self.name
                )
            )
        return self.env.ref(SLIP).report_action(self)

    def action_settle(self):
        """A new expense that clears this advance first."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Expense for %(advance)s", advance=self.name),
            "res_model": "hr.expense",
            "view_mode": "form",
            "context": {
                "default_employee_id": self.employee_id.id,
                "default_company_id": self.company_id.id,
                "default_employee_advance_id": self.id,
                "default_payment_mode": "own_account",
            },
        }

    def _get_slip_lang(self):
        """Papers are in the language of who signs them."""
        self.ensure_one()
        return self.employee_id._get_advance_lang()

    def _get_slip_approvals(self):
        """Who approved, in order: sudo steps."""
        self.ensure_one()
        return self.sudo().approval_id.step_ids.filtered(lambda step: step.state == "approved")

    def _get_capitals(self, amount):
        """The amount in Chinese capital numerals, in the advance's currency."""
        self.ensure_one()
        currency = self.currency_id
        return in_capitals(currency.round(amount), currency.name)


class HrEmployeeAdvanceAllocation(models.Model):
    _inherit = "hr.employee.advance.allocation"

    def action_print(self):
        """The receipt of a return, or the sheet of an offset.

        :raises UserError: another clearing has no paper of its own, or it was undone
        """
        self.ensure_one()
        self.check_access("read")
        if self.undone:
            raise UserError(
                self.env._(
                    "%(clearing)s was undone: there is no paper of it.", clearing=self.display_name
                )
            )
        if self.kind == "return":
            return self.env.ref(RECEIPT).report_action(self)
        if self.kind in ("expense", "payroll"):
            return self.env.ref(SHEET).report_action(self)
        raise UserError(
            self.env._("%(clearing)s has no paper to sign.", clearing=self.display_name)
        )

    def _get_capitals_company(self, amount):
        """The amount in Chinese capital numerals, in company currency."""
        self.ensure_one()
        currency = self.company_currency_id
        return in_capitals(currency.round(amount), currency.name)

    def _get_together(self):
        """All that the same entry cleared, in the order of its items: one sheet."""
        self.ensure_one()
        return self.sudo().search([("move_id", "=", self.move_id.id)], order="line_id")

    def _get_balance_before(self):
        """What was owed on the advance before this clearing, by the posted items that stand before its own.

        Items of one day stand in the order they were entered in; in the advance's currency.
        """
        self.ensure_one()
        line = self.sudo().line_id
        before = Domain("date", "<", line.date) | (
            Domain("date", "=", line.date) & Domain("id", "<", line.id)
        )
        [(amount,)] = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                before
                & Domain("employee_advance_id", "=", self.advance_id.id)
                & Domain("parent_state", "=", "posted"),
                [],
                ["amount_currency:sum"],
            )
        )
        return self.currency_id.round(amount or 0.0)

    def _get_balance_after(self):
        self.ensure_one()
        return self.currency_id.round(self._get_balance_before() - self.amount)

    def _get_sheet_expenses(self):
        """The expenses that were offset: dicts with net, tax and gross in company currency."""
        self.ensure_one()
        return [
            {
                "date": expense.date,
                "name": expense.name,
                "category": expense.product_id.display_name,
                "untaxed": expense.untaxed_amount,
                "tax": expense.tax_amount,
                "total": expense.total_amount,
            }
            for expense in self.sudo().receipt_id.expense_ids.sorted(
                lambda found: (found.date, found.id)
            )
        ]

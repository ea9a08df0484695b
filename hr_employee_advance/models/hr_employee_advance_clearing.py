from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import clean_context, format_amount


class HrEmployeeAdvance(models.Model):
    """Clearings that are entries of their own: salary deductions and write-offs."""

    _inherit = "hr.employee.advance"

    def _check_clearable(self, amount):
        """Under the guard. :raises UserError: not above zero, or more than is outstanding"""
        self.ensure_one()
        if self.currency_id.compare_amounts(amount, 0.0) <= 0:
            raise UserError(
                self.env._("Enter an amount above zero for %(advance)s.", advance=self.name)
            )
        if self.currency_id.compare_amounts(amount, self.amount_residual) > 0:
            raise UserError(
                self.env._(
                    "%(amount)s is more than the %(residual)s outstanding on %(advance)s.",
                    amount=format_amount(self.env, amount, self.currency_id),
                    residual=format_amount(self.env, self.amount_residual, self.currency_id),
                    advance=self.name,
                )
            )

    def _get_book_value(self, amount):
        """What ``amount`` of the outstanding sum stands for in the books, in company currency."""
        self.ensure_one()
        if not self.currency_id.compare_amounts(amount, self.amount_residual):
            return self.amount_residual_company
        return self.company_currency_id.round(
            self.amount_residual_company * amount / self.amount_residual
        )

    def _book_clearing(self, kind, amount, account, day, label):
        """Enter debit ``account``, credit advance, and match it.

        :return: the allocation, in sudo
        """
        advance = self.sudo().with_context(clean_context(self.env.context))
        advance.ensure_one()
        advance._take_guard()
        advance._check_clearable(amount)
        company, home = advance.company_id, advance.company_currency_id
        if kind == "write_off":
            value = advance._get_book_value(amount)
        else:
            value = advance.currency_id._convert(amount, home, company, day)
        credit = advance._prepare_clearing_vals(kind, amount, value, label)
        debit = {
            "name": label,
            "account_id": account.id,
            "partner_id": credit["partner_id"],
            "currency_id": credit["currency_id"],
            "amount_currency": amount,
            "balance": value,
        }
        move = advance.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": company._get_advance_setting("advance_journal_id").id,
                "date": day,
                "ref": label,
                "line_ids": [Command.create(debit), Command.create(credit)],
            }
        )
        move._post(soft=False)
        return advance.allocation_ids.filtered(lambda row: row.move_id == move)

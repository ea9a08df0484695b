from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import clean_context

from .hr_employee_advance_write_off import WRITE_OFF


class HrEmployeeAdvance(models.Model):
    """What is left of one advance becomes part of the next one, without money changing hands.

    The other advance counts it as paid, up to what was approved for it: no debt arises that nobody granted.
    """

    _inherit = "hr.employee.advance"

    def _transfer(self, target, amount, day, reason):
        """Enter debit ``target``, credit this advance, at the value this one has in the books.

        :return: the allocation, in sudo
        :raises AccessError, UserError: not by this user, not to this advance, or more than either side has
        """
        self.ensure_one()
        source = self.sudo().with_context(clean_context(self.env.context))
        target = target.with_env(source.env)
        (source + target)._take_guard()
        self._check_transferrer(target)
        source._check_transfer_fits(target, day)
        source._check_clearable(amount)
        target._check_unpaid(amount)
        company = source.company_id
        label = self.env._(
            "%(advance)s to %(target)s: %(reason)s",
            advance=source.name,
            target=target.name,
            reason=reason,
        )
        credit = source._prepare_clearing_vals(
            "transfer", amount, source._get_book_value(amount), label
        )
        debit = credit | {
            "amount_currency": -credit["amount_currency"],
            "balance": -credit["balance"],
            "employee_advance_id": target.id,
            "employee_advance_kind": "transfer_in",
        }
        move = source.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": company._get_advance_setting("advance_journal_id").id,
                "date": day,
                "ref": label,
                "line_ids": [Command.create(debit), Command.create(credit)],
            }
        )
        move._post(soft=False)
        return source.allocation_ids.filtered(lambda row: row.move_id == move)

    def _check_transferrer(self, target):
        """Cashier or finance, who did not grant what it goes to; an overdue debt is made young by few.

        :raises AccessError: none of these, or it is the user's own advance
        """
        self._check_receiver()
        target._check_not_involved()
        if self.sudo().is_overdue:
            self._check_group(WRITE_OFF)

    def _check_transfer_fits(self, target, day):
        """:raises UserError: the other advance is of somebody else, another company or currency"""
        values = {"advance": self.name, "target": target.name}
        if target == self:
            raise UserError(self.env._("Choose another advance than %(advance)s.", **values))
        people = self.employee_id._get_clearance_people()[self.employee_id.id]
        if target.employee_id not in people:
            raise UserError(
                self.env._(
                    "%(target)s is an advance of somebody else: only the person who owes %(advance)s can go on "
                    "with the money.",
                    **values,
                )
            )
        if (target.company_id, target.currency_id) != (self.company_id, self.currency_id):
            raise UserError(
                self.env._(
                    "%(target)s is in %(currency)s of %(company)s, %(advance)s is not. Book a return of %(advance)s "
                    "there, then pay %(target)s.",
                    currency=target.currency_id.name,
                    company=target.company_id.name,
                    **values,
                )
            )
        if self.date_paid and day < self.date_paid:
            raise UserError(
                self.env._(
                    "%(advance)s was not paid before that day: enter a later one.",
                    **values,
                )
            )

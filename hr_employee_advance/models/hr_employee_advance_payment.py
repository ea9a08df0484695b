from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount, format_date

from .hr_employee_advance_allocation import CASHIER, FINANCE


class HrEmployeeAdvance(models.Model):
    """Who may pay how much of an advance, and who may take it back."""

    _inherit = "hr.employee.advance"

    payment_ids = fields.One2many(
        "account.payment",
        "employee_advance_id",
        string="Payments",
        readonly=True,
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    payment_count = fields.Integer(
        compute="_compute_payment_count",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    allocation_ids = fields.One2many(
        "hr.employee.advance.allocation", "advance_id", string="Clearings", readonly=True
    )

    def _compute_payment_count(self):
        counts = dict(
            self.env["account.payment"]._read_group(
                [("employee_advance_id", "in", self.ids)], ["employee_advance_id"], ["__count"]
            )
        )
        for advance in self:
            advance.payment_count = counts.get(advance, 0)

    def _take_guard(self):
        """Hold the dossiers of the employees; see :meth:`hr.control.dossier._take_guard`."""
        dossiers = self.employee_id._ensure_advance_dossiers()
        self.env["hr.control.dossier"].browse(
            [dossier.id for dossier in dossiers.values()]
        )._take_guard()

    # Rights ---------------------------------------------------------------------------------------

    def _get_concerned_users(self):
        """Users the advance is for, or who asked for it."""
        self_sudo = self.sudo()
        own = self_sudo.employee_id._get_person_users()
        return own | self_sudo.submitted_by_id | self_sudo.create_uid

    def _get_deciders(self):
        steps_sudo = self.sudo().approval_id.step_ids
        return steps_sudo.decided_by_id | steps_sudo.on_behalf_of_id

    def _check_finance(self):
        """:raises AccessError: not of finance, or it is the user's own advance"""
        self._check_group(FINANCE)

    def _check_receiver(self):
        """Who books money that comes back: the cashier or finance, never the employee himself."""
        self._check_group(CASHIER, FINANCE)

    def _check_group(self, *groups):
        user = self.env.user
        if not any(user.has_group(group) for group in groups):
            names = [self.env.ref(group).sudo().full_name for group in groups]
            raise AccessError(
                self.env._("This is done by %(groups)s. Ask one of them.", groups=", ".join(names))
            )
        self._check_not_own()

    def _check_not_own(self):
        """:raises AccessError: it is the user's own advance, whichever of his records it is on"""
        user = self.env.user
        if own := self.sudo().filtered(lambda a: user in a.employee_id._get_person_users()):
            raise AccessError(
                self.env._(
                    "%(advance)s is your own advance: somebody else has to do this.",
                    advance=own[0].name,
                )
            )

    def _check_payer(self):
        """:raises AccessError: whoever asked for it or approved it does not pay it, administrators included"""
        self._check_group(CASHIER)
        self._check_not_involved()

    def _check_not_involved(self):
        """:raises AccessError: the user asked for it or approved it"""
        user = self.env.user
        for advance in self:
            if user in advance._get_concerned_users():
                raise AccessError(
                    self.env._(
                        "You asked for %(advance)s: somebody else has to pay it.",
                        advance=advance.name,
                    )
                )
            if user in advance._get_deciders():
                raise AccessError(
                    self.env._(
                        "You approved %(advance)s: somebody else has to pay it.",
                        advance=advance.name,
                    )
                )

    # Checks under the guard -----------------------------------------------------------------------

    def _check_pay_date(self, date):
        """:raises UserError: money is paid today or was; a day to come would put off the day it is due"""
        for advance in self:
            if date and date > advance.company_id._company_today():
                raise UserError(
                    self.env._(
                        "%(advance)s cannot be paid on %(date)s, which is still to come: enter the day on which the "
                        "money leaves.",
                        advance=advance.name,
                        date=format_date(self.env, date),
                    )
                )

    def _check_payable(self, amount):
        """Before ``amount`` more of the advance is paid.

        :raises UserError: not approved, more than what is approved and unpaid, or over the quota
        """
        self.ensure_one()
        self._check_payer()
        self._check_unpaid(amount)
        self._check_quota("payment")

    def _check_unpaid(self, amount):
        """:raises UserError: not approved, or more than what is approved and unpaid"""
        self.ensure_one()
        if self.request_state != "finance_approved" or self.unpaid_released:
            raise UserError(
                self.env._(
                    "%(advance)s cannot be paid: it is %(state)s. Only what finance approved is paid.",
                    advance=self.name,
                    state=dict(self._fields["state"]._description_selection(self.env))[self.state],
                )
            )
        if self.currency_id.compare_amounts(amount, self.amount_unpaid) > 0:
            raise UserError(
                self.env._(
                    "%(amount)s cannot be paid for %(advance)s: of %(approved)s approved, %(unpaid)s are unpaid.",
                    amount=format_amount(self.env, amount, self.currency_id),
                    advance=self.name,
                    approved=format_amount(self.env, self.amount, self.currency_id),
                    unpaid=format_amount(self.env, self.amount_unpaid, self.currency_id),
                )
            )

    def _check_balance(self):
        """After entries of the advance changed. :raises UserError: more is cleared than was ever paid"""
        for advance in self:
            if advance.currency_id.compare_amounts(advance.amount_residual, 0.0) < 0:
                raise UserError(
                    self.env._(
                        "%(advance)s would be cleared by %(excess)s more than was paid. "
                        "Undo what clears it first.",
                        advance=advance.name,
                        excess=format_amount(
                            self.env, -advance.amount_residual, advance.currency_id
                        ),
                    )
                )

    # Actions --------------------------------------------------------------------------------------

    def action_release_unpaid(self):
        """What was approved and not paid is not needed any more: it no longer uses the quota."""
        for advance in self:
            advance.check_access("read")
            if self.env.user not in advance._get_concerned_users():
                advance._check_receiver()
        self_sudo = self.sudo()
        self_sudo._take_guard()
        events = self.env["hr.control.event"]
        for advance in self_sudo.filtered("amount_unpaid"):
            events._append(
                [
                    {
                        "dossier": advance._get_approval_dossier(),
                        "code": "advance.released",
                        "document": advance,
                        "data": {
                            "amount": events._money(advance.amount_unpaid, advance.currency_id)
                        },
                    }
                ]
            )
            advance.unpaid_released = True

    def action_open_payments(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payments of %(advance)s", advance=self.name),
            "res_model": "account.payment",
            "views": [(False, "list"), (False, "form")],
            "domain": [("employee_advance_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_open_items(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Items of %(advance)s", advance=self.name),
            "res_model": "account.move.line",
            "views": [(False, "list"), (False, "form")],
            "domain": [("employee_advance_id", "=", self.id)],
            "context": {"create": False, "search_default_posted": 1},
        }

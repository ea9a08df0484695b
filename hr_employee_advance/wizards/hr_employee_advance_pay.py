from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context


class HrEmployeeAdvanceMoneyMixin(models.AbstractModel):
    _name = "hr.employee.advance.money.mixin"
    _description = "Payment of an Advance"
    _inherit = ["hr.employee.advance.named.mixin"]
    _check_company_auto = True

    advance_id = fields.Many2one("hr.employee.advance", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="advance_id.company_id")
    currency_id = fields.Many2one(related="advance_id.currency_id")
    employee_id = fields.Many2one(related="advance_id.employee_id")
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, required=True, precompute=True
    )
    date = fields.Date(
        required=True, compute="_compute_date", store=True, readonly=False, precompute=True
    )
    journal_id = fields.Many2one(
        "account.journal",
        required=True,
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', company_id)]",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    memo = fields.Char(compute="_compute_memo", store=True, readonly=False, precompute=True)

    @api.depends("advance_id")
    def _compute_amount(self):
        """The most that can be paid, or returned."""
        raise NotImplementedError

    @api.depends("advance_id")
    def _compute_date(self):
        for wizard in self:
            wizard.date = wizard.company_id._company_today() if wizard.company_id else False

    @api.depends("advance_id")
    def _compute_journal_id(self):
        for wizard in self:
            journals = self.env["account.journal"].search(
                [
                    *self.env["account.journal"]._check_company_domain(wizard.company_id),
                    ("type", "in", ("bank", "cash")),
                    ("currency_id", "in", (False, wizard.currency_id.id)),
                ]
            )
            own = journals.filtered(lambda j, w=wizard: j.currency_id == w.currency_id)
            wizard.journal_id = (own or journals)[:1]

    @api.depends("advance_id")
    def _compute_memo(self):
        for wizard in self:
            wizard.memo = wizard.advance_id.name

    def _check_amount(self):
        self.ensure_one()
        self.advance_id.check_access("read")
        if self.currency_id.compare_amounts(self.amount, 0.0) <= 0:
            raise UserError(
                self.env._(
                    "Enter an amount above zero for %(advance)s.", advance=self.advance_id.name
                )
            )

    def _post_payment(self, payment_type):
        self.advance_id.sudo()._take_guard()
        payments = self.env["account.payment"].with_context(clean_context(self.env.context))
        payment = (
            payments.sudo().create(self._prepare_payment_vals(payment_type)).with_env(payments.env)
        )
        payment.action_post()
        return payment._get_records_action()

    def _prepare_payment_vals(self, payment_type):
        employee_sudo = self.advance_id.sudo().employee_id
        if not employee_sudo.work_contact_id:
            raise UserError(
                self.env._(
                    "%(employee)s has no work contact: nothing can be entered in his name. "
                    "Ask an HR officer to set one on the employee.",
                    employee=employee_sudo.name,
                )
            )
        return {
            "payment_type": payment_type,
            "partner_type": "supplier",
            "partner_id": employee_sudo.work_contact_id.id,
            "partner_bank_id": payment_type == "outbound"
            and employee_sudo.primary_bank_account_id.id,
            "company_id": self.company_id.id,
            "journal_id": self.journal_id.id,
            "currency_id": self.currency_id.id,
            "amount": self.amount,
            "date": self.date,
            "memo": self.memo,
            "employee_advance_id": self.advance_id.id,
        }


class HrEmployeeAdvancePay(models.TransientModel):
    """The cashier pays an approved advance, at once or in parts."""

    _name = "hr.employee.advance.pay"
    _description = "Pay an Advance"
    _inherit = ["hr.employee.advance.money.mixin"]

    def _compute_amount(self):
        # EXTENDS
        for wizard in self:
            wizard.amount = wizard.advance_id.amount_unpaid

    def action_pay(self):
        """:return: an action that opens the payment"""
        self._check_amount()
        self.advance_id._check_payer()
        return self._post_payment("outbound")


class HrEmployeeAdvanceReturn(models.TransientModel):
    """Money that was not spent comes back."""

    _name = "hr.employee.advance.return"
    _description = "Return of an Advance"
    _inherit = ["hr.employee.advance.money.mixin"]

    def _compute_amount(self):
        # EXTENDS
        for wizard in self:
            wizard.amount = wizard.advance_id.amount_residual

    def action_return(self):
        """:return: an action that opens the payment"""
        self._check_amount()
        self.advance_id._check_receiver()
        return self._post_payment("inbound")

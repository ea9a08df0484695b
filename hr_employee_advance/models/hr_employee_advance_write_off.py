from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from odoo.addons.hr_control_base.tools.reasons import stated

WRITE_OFF = "hr_employee_advance.group_advance_write_off"


class HrEmployeeAdvanceWriteOff(models.Model):
    """What an employee need not give back: asked by finance, decided by another person.

    Up to the tolerance of the company, added up per advance, finance does it alone. It is never changed or
    deleted: a wrong one is undone on the advance.
    """

    _name = "hr.employee.advance.write.off"
    _description = "Write-off of an Advance"
    _inherit = [
        "hr.employee.advance.named.mixin",
        "hr.control.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"

    _control_own_words = True
    _control_guards_computed = True
    _control_guarded_fields = frozenset({"state", "requester_id", "allocation_id"})

    advance_id = fields.Many2one(
        "hr.employee.advance",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("amount_residual", ">", 0)],
    )
    employee_id = fields.Many2one(related="advance_id.employee_id", store=True, index=True)
    company_id = fields.Many2one(related="advance_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="advance_id.currency_id")
    amount = fields.Monetary(
        required=True,
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
    )
    reason = fields.Text(required=True)
    requester_id = fields.Many2one(
        "res.users",
        string="Asked by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    state = fields.Selection(
        [
            ("asked", "Asked"),
            ("booked", "Written off"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default="asked",
        tracking=True,
        index=True,
    )
    allocation_id = fields.Many2one(
        "hr.employee.advance.allocation", string="Clearing", readonly=True, ondelete="restrict"
    )

    @api.depends("advance_id")
    def _compute_amount(self):
        for write_off in self:
            write_off.amount = write_off.advance_id.amount_residual

    @api.depends("advance_id", "amount")
    def _compute_display_name(self):
        for write_off in self:
            write_off.display_name = self.env._(
                "Write-off of %(amount)s of %(advance)s",
                amount=format_amount(self.env, write_off.amount, write_off.currency_id),
                advance=write_off.sudo().advance_id.name,
            )

    @api.model_create_multi
    def create(self, vals_list):
        write_offs = super().create(vals_list)
        for write_off in write_offs:
            write_off._begin()
        return write_offs

    def write(self, vals):
        self.check_access("write")
        if not self.env.su and {"advance_id", "amount", "reason"} & vals.keys():
            raise UserError(
                self.env._("What was asked for stays as it is. Withdraw it and ask again.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_any(self):
        raise UserError(self.env._("A write-off stays on record. Withdraw it instead."))

    def _begin(self):
        """At once within the tolerance, else asked of those who decide."""
        self.ensure_one()
        write_off_sudo = self.sudo()
        advance = write_off_sudo.advance_id
        advance.with_env(self.env)._check_finance()
        advance._take_guard()
        advance._check_clearable(self.amount)
        if not stated(self.reason):
            raise UserError(self.env._("Say why it is written off."))
        advance.company_id._get_advance_setting("advance_write_off_account_id")
        if write_off_sudo._is_within_tolerance():
            write_off_sudo._book()
        else:
            self._submit_approval(self.reason)

    def _is_within_tolerance(self):
        advance = self.advance_id
        total = advance.amount_written_off_company + advance._get_book_value(self.amount)
        tolerance = advance.company_id.advance_write_off_tolerance
        return advance.company_currency_id.compare_amounts(total, tolerance) <= 0

    def _book(self):
        self.ensure_one()
        advance = self.advance_id
        company = advance.company_id
        self.allocation_id = advance._book_clearing(
            "write_off",
            self.amount,
            company._get_advance_setting("advance_write_off_account_id"),
            company._company_today(),
            self.env._(
                "Write-off of %(advance)s: %(reason)s", advance=advance.name, reason=self.reason
            ),
        )
        self.state = "booked"

    # Approval -------------------------------------------------------------------------------------

    def _get_approval_dossier(self):
        return self.sudo().advance_id._get_approval_dossier()

    def _get_approval_figures(self):
        advance = self.advance_id
        return [
            (self.env._("Employee"), advance.employee_id.name),
            (self.env._("Advance"), advance.name),
            (self.env._("To Write Off"), format_amount(self.env, self.amount, self.currency_id)),
            (
                self.env._("Outstanding"),
                format_amount(self.env, advance.amount_residual, self.currency_id),
            ),
            (self.env._("Due on"), str(advance.date_due or "")),
        ]

    def _get_approval_excluded_users(self):
        return self.advance_id.employee_id._get_person_users()

    def _get_approval_levels(self):
        deciders = self.env.ref(WRITE_OFF).sudo().all_user_ids
        return [{"code": "write_off", "label": self.env._("Write-off"), "users": deciders}]

    def _check_approval(self, user):
        self.advance_id._check_clearable(self.amount)

    def _after_approved(self, approval):
        self._book()

    def _after_refused(self, approval, reason):
        self.state = "refused"

    def _after_withdrawn(self, approval):
        self.state = "withdrawn"

    def action_withdraw(self):
        self.approval_id.action_withdraw()

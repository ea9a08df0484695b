from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import clean_context, format_amount


class HrEmployeeAdvanceOpening(models.Model):
    """An advance that was paid before this add-on kept them, entered or imported by an accountant.

    Entering it makes the advance and its entry: debit advance, credit the account where it stood.
    """

    _name = "hr.employee.advance.opening"
    _description = "Opening Balance of an Advance"
    _inherit = ["hr.control.guarded.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _control_guarded_fields = frozenset({"state", "advance_id", "move_id"})

    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    purpose_id = fields.Many2one(
        "hr.employee.advance.purpose", required=True, check_company=True, ondelete="restrict"
    )
    description = fields.Text(string="What For", required=True)
    amount = fields.Monetary(
        string="Outstanding", required=True, help="What the employee still has to account for."
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    date_paid = fields.Date(string="Paid on", required=True)
    date_expected = fields.Date(string="To Settle by", required=True)
    date = fields.Date(
        string="Entry Date",
        required=True,
        default=lambda self: self.env.company._company_today(),
    )
    account_id = fields.Many2one(
        "account.account",
        string="Credited Account",
        required=True,
        check_company=True,
        help="Where it stood until now: the account that is credited.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("entered", "Entered"), ("undone", "Undone")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    advance_id = fields.Many2one(
        "hr.employee.advance",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    move_id = fields.Many2one(
        "account.move", string="Entry", readonly=True, copy=False, ondelete="restrict"
    )

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "The amount of an advance must be above zero."
    )

    @api.depends("employee_id", "amount")
    def _compute_display_name(self):
        for opening in self:
            amount = format_amount(self.env, opening.amount, opening.currency_id)
            opening.display_name = f"{opening.sudo().employee_id.name}: {amount}"

    @api.model
    def get_import_templates(self):
        # EXTENDS base_import
        language = "zh_CN" if (self.env.lang or "").startswith("zh") else "en"
        return [
            {
                "label": self.env._("Template for opening balances"),
                "template": f"/hr_employee_advance/static/xls/advance_opening_{language}.xlsx",
            }
        ]

    def write(self, vals):
        if not self.env.su and any(opening.state != "draft" for opening in self):
            raise UserError(
                self.env._("It is entered already. Undo it and enter another one instead.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(opening.state != "draft" for opening in self):
            raise UserError(self.env._("What was entered stays on record. Undo it instead."))

    def action_enter(self):
        """Make the advances and their entries.

        :raises UserError: one is entered already, or dates do not fit
        """
        self.check_access("write")
        self.env["hr.employee.advance"]._check_finance()
        self.employee_id._ensure_advance_dossiers()
        for opening in self.sudo().with_context(clean_context(self.env.context)):
            opening._check_enterable()
            opening._enter()

    def _check_enterable(self):
        self.ensure_one()
        if self.state != "draft":
            raise UserError(
                self.env._("%(opening)s is entered already.", opening=self.display_name)
            )
        if self.env.user in self.employee_id._get_person_users():
            raise UserError(self.env._("It is your own advance: somebody else has to enter it."))
        if self._is_money_account():
            raise UserError(
                self.env._(
                    "%(account)s is money: what is paid now is asked for as an advance, it is no opening balance.",
                    account=self.account_id.display_name,
                )
            )
        if self.date_paid > self.date:
            raise UserError(
                self.env._(
                    "%(opening)s was paid after the day of its entry.", opening=self.display_name
                )
            )

    def _is_money_account(self):
        """Whether money would leave by it: an accountant alone grants nobody an advance."""
        lines = self.env["account.payment.method.line"]
        return self.account_id.account_type == "asset_cash" or bool(
            lines.search_count([("payment_account_id", "=", self.account_id.id)], limit=1)
        )

    def _enter(self):
        advance = self.env[
            "hr.employee.advance"
        ].create(
            {
                "employee_id": self.employee_id.id,
                "company_id": self.company_id.id,
                "purpose_id": self.purpose_id.id,
                "description": self.description,
                "amount": self.amount,
                "currency_id": self.currency_id.id,
                "date_request": self.date_paid,
                "date_expected": self.date_expected,
                "paper_ids": [],  # nothing was asked for: what its request should bring was brought long ago
            }
        )
        advance._take_guard()
        advance._check_pay_date(self.date)
        advance.opening_id = self
        advance.write(
            {
                "name": self.env["ir.sequence"]
                .with_company(self.company_id)
                .next_by_code("hr.employee.advance"),
                "request_state": "finance_approved",
            }
        )
        move = self.env["account.move"].create(self._prepare_move_vals(advance))
        move._post(soft=False)
        self.write({"advance_id": advance.id, "move_id": move.id, "state": "entered"})
        advance._append_advance_event("advance.opened", {"move": move.id}, {"entry": move.name})

    def _prepare_move_vals(self, advance):
        label = self.env._("Opening balance of %(advance)s", advance=advance.name)
        balance = self.currency_id._convert(
            self.amount, self.company_id.currency_id, self.company_id, self.date
        )
        item = {
            "name": label,
            "partner_id": self.employee_id.work_contact_id.id,
            "currency_id": self.currency_id.id,
        }
        return {
            "move_type": "entry",
            "journal_id": self.company_id._get_advance_setting("advance_journal_id").id,
            "date": self.date,
            "ref": label,
            "line_ids": [
                Command.create(
                    item
                    | {
                        "account_id": self.company_id._get_advance_setting("advance_account_id").id,
                        "amount_currency": self.amount,
                        "balance": balance,
                        "date_maturity": self.date_paid,
                        "employee_advance_id": advance.id,
                        "employee_advance_kind": "opening",
                    }
                ),
                Command.create(
                    item
                    | {
                        "account_id": self.account_id.id,
                        "amount_currency": -self.amount,
                        "balance": -balance,
                    }
                ),
            ],
        }

    def action_undo(self):
        """Take an opening balance back that nothing was cleared of yet."""
        self.check_access("write")
        self.env["hr.employee.advance"]._check_finance()
        for opening in self.sudo().filtered(lambda opening: opening.state == "entered"):
            opening.advance_id.with_env(self.env)._check_finance()
            opening.advance_id._take_guard()
            opening.move_id._reverse_moves(
                [opening.move_id._prepare_advance_undo_vals(self.env._("Opening balance"))],
                cancel=True,
            )
            opening.advance_id.unpaid_released = True
            opening.state = "undone"
            opening.advance_id._append_advance_event(
                "advance.opening_undone",
                {"move": opening.move_id.id},
                {"entry": opening.move_id.name},
            )


class HrEmployeeAdvance(models.Model):
    _inherit = "hr.employee.advance"

    _control_guarded_fields = frozenset({"opening_id"})

    opening_id = fields.Many2one(
        "hr.employee.advance.opening",
        string="Opening Balance",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _is_opening(self):
        """Paid before these advances were kept: nobody is asked, an accountant answers for the entry."""
        return bool(self.opening_id)

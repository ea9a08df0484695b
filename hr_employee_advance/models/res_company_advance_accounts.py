from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

ACCOUNT_TYPES = ("asset_current", "asset_receivable")
CHINESE_CODE = "1221"


class ResCompany(models.Model):
    _inherit = "res.company"

    advance_account_id = fields.Many2one(
        "account.account",
        domain=[("account_type", "in", ACCOUNT_TYPES), ("reconcile", "=", True)],
        help="What employees owe for advances. It holds nothing else.",
    )
    advance_journal_id = fields.Many2one(
        "account.journal",
        domain=[("type", "=", "general")],
        help="Offsets, salary deductions, write-offs and opening balances are entered here.",
    )
    advance_payroll_account_id = fields.Many2one(
        "account.account",
        string="Salary Payable",
        help="Debited when an advance is deducted from salary.",
    )
    advance_write_off_account_id = fields.Many2one(
        "account.account",
        string="Advance Write-offs",
        help="Debited with what an employee need not give back.",
    )
    advance_write_off_tolerance = fields.Monetary(
        string="Write-off by Finance Alone",
        help="Up to this sum finance writes a remainder off at once; above it another person has to decide.",
    )
    advance_offset_policy = fields.Selection(
        [("observe", "Observe"), ("enforce", "Enforce")],
        string="Offset of Expenses",
        required=True,
        default="enforce",
        help="Observe: what would be offset or not be paid out is only recorded.",
    )
    advance_offset_order = fields.Selection(
        [("fifo", "Oldest first"), ("lifo", "Newest first")],
        string="Order of Offsets",
        required=True,
        default="fifo",
    )
    advance_rate_policy = fields.Selection(
        [("expense_date", "Rate of the expense's day"), ("advance_rate", "Rate of the advance")],
        string="Rate of Offsets",
        required=True,
        default="expense_date",
        help="At which rate an expense in company currency clears an advance in another one.",
    )
    advance_overdue_from = fields.Selection(
        [("paid", "Day of payment"), ("expected", "Expected settlement date")],
        string="Overdue Counts from",
        required=True,
        default="paid",
    )
    advance_overdue_days = fields.Integer(
        string="Days to Settle",
        default=30,
        help="Counted from the payment, where the employee's quota says nothing else.",
    )

    @api.constrains("advance_account_id")
    def _check_advance_account(self):
        for company in self:
            account = company.advance_account_id
            if account and (account.account_type not in ACCOUNT_TYPES or not account.reconcile):
                raise ValidationError(
                    self.env._(
                        "%(account)s cannot hold advances: it has to be a current asset or a receivable "
                        "that allows reconciliation.",
                        account=account.display_name,
                    )
                )

    def write(self, vals):
        if "advance_account_id" in vals:
            self._check_advance_account_free(vals["advance_account_id"])
        res = super().write(vals)
        if vals.get("advance_account_id"):
            # stays out of what customers owe
            accounts = self.advance_account_id.filtered(
                lambda account: account.account_type == "asset_receivable"
            )
            accounts.sudo().non_trade = True
        return res

    def _check_advance_account_free(self, account_id):
        """:raises UserError: advances are open on the account of today"""
        for company in self.filtered(lambda company: company.advance_account_id.id != account_id):
            open_count = (
                self.env["hr.employee.advance"]
                .sudo()
                .search_count([("company_id", "=", company.id), ("amount_residual", "!=", 0)])
            )
            if open_count:
                raise UserError(
                    self.env._(
                        "%(count)s advances of %(company)s are open on %(account)s. Another account can be set "
                        "when they are settled.",
                        count=open_count,
                        company=company.name,
                        account=company.advance_account_id.display_name,
                    )
                )

    # Making them ----------------------------------------------------------------------------------

    def _ensure_advance_accounts(self):
        """Account and journal of advances for companies that have a chart of accounts and no such account yet."""
        for company in self.sudo().filtered("chart_template").sorted("parent_path"):
            company = company.with_company(company)
            # a branch books on the accounts of its parent
            parent = company.parent_id
            if not company.advance_account_id:
                company.advance_account_id = (
                    parent.advance_account_id or company._create_advance_account()
                )
            if not company.advance_journal_id:
                company.advance_journal_id = (
                    parent.advance_journal_id or company._create_advance_journal()
                )
            if not company.advance_payroll_account_id:
                company.advance_payroll_account_id = company._find_payroll_account()

    def _create_advance_account(self):
        self.ensure_one()
        account = (
            self.env["account.account"]
            .with_context(lang="en_US")
            .create(
                {
                    "name": "Other Receivables: Employee Advances",
                    "code": self._get_advance_account_code(),
                    "account_type": "asset_current",
                    "reconcile": True,
                    "company_ids": [fields.Command.set(self.root_id.ids)],
                }
            )
        )
        self._translate_made(account, lambda env: env._("Other Receivables: Employee Advances"))
        return account

    def _get_advance_account_code(self):
        """The next free one beside the accounts of its kind: 1221xx in China, prepayments elsewhere."""
        accounts = self.env["account.account"]
        of_company = accounts._check_company_domain(self)
        if self.chart_template.startswith("cn"):
            near = accounts.search([*of_company, ("code", "=like", f"{CHINESE_CODE}%")])
            start = CHINESE_CODE.ljust(len(near[:1].code or "") or 6, "0")
        else:
            near = accounts.search([*of_company, ("account_type", "=", "asset_prepayments")])
            near = near or accounts.search([*of_company, ("account_type", "=", "asset_current")])
            start = near[-1:].code or "141000"
        return accounts.with_company(self.root_id)._search_new_account_code(start)

    def _create_advance_journal(self):
        journal = (
            self.env["account.journal"]
            .with_context(lang="en_US")
            .create(
                {
                    "name": "Employee Advances",
                    "type": "general",
                    "company_id": self.id,
                    "show_on_dashboard": False,
                }
            )
        )
        self._translate_made(journal, lambda env: env._("Employee Advances"))
        return journal

    def _translate_made(self, record, get_name):
        for code, _name in self.env["res.lang"].get_installed():
            if code != "en_US":
                record_lang = record.with_context(lang=code)
                record_lang.name = get_name(record_lang.env)

    def _find_payroll_account(self):
        accounts = self.env["account.account"]
        code = "2211%" if self.chart_template.startswith("cn") else "2300%"
        return accounts.search(
            [
                *accounts._check_company_domain(self),
                ("code", "=like", code),
                ("account_type", "=", "liability_current"),
            ],
            limit=1,
        )

    # Answers --------------------------------------------------------------------------------------

    def _get_advance_setting(self, name):
        """The account or journal set in field ``name``.

        :raises UserError: it is not set
        """
        self.ensure_one()
        if value := self.sudo()[name]:
            return value
        raise UserError(
            self.env._(
                "%(company)s has no %(setting)s. An administrator sets it in the settings, under Advances.",
                company=self.sudo().name,
                setting=self._fields[name]._description_string(self.env),
            )
        )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    advance_account_id = fields.Many2one(related="company_id.advance_account_id", readonly=False)
    advance_journal_id = fields.Many2one(related="company_id.advance_journal_id", readonly=False)
    advance_payroll_account_id = fields.Many2one(
        related="company_id.advance_payroll_account_id", readonly=False
    )
    advance_write_off_account_id = fields.Many2one(
        related="company_id.advance_write_off_account_id", readonly=False
    )
    advance_write_off_tolerance = fields.Monetary(
        related="company_id.advance_write_off_tolerance", readonly=False
    )
    advance_offset_policy = fields.Selection(
        related="company_id.advance_offset_policy", readonly=False
    )
    advance_offset_order = fields.Selection(
        related="company_id.advance_offset_order", readonly=False
    )
    advance_rate_policy = fields.Selection(related="company_id.advance_rate_policy", readonly=False)
    advance_overdue_from = fields.Selection(
        related="company_id.advance_overdue_from", readonly=False
    )
    advance_overdue_days = fields.Integer(related="company_id.advance_overdue_days", readonly=False)


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        # EXTENDS account
        res = super()._post_load_data(template_code, company, template_data)
        (company or self.env.company)._ensure_advance_accounts()
        return res


class HrControlCheck(models.AbstractModel):
    _inherit = "hr.control.check"

    @api.model
    def _get_checks(self):
        # EXTENDS hr_control_base
        return [*super()._get_checks(), *self._get_advance_account_checks()]

    @api.model
    def _get_advance_account_checks(self):
        return [
            self._prepare_check(
                "advance.account",
                self.env._("Advances"),
                "res.company",
                [
                    ("id", "in", self.env.companies.ids),
                    "|",
                    ("advance_account_id", "=", False),
                    ("advance_journal_id", "=", False),
                ],
                self.env._("Every company has an account and a journal for advances."),
                self.env._(
                    "%(count)s companies have no account or journal for advances: none can be paid there. "
                    "Set them in the settings."
                ),
                "problem",
            ),
            self._prepare_check(
                "advance.offset_policy",
                self.env._("Advances"),
                "res.company",
                [("id", "in", self.env.companies.ids), ("advance_offset_policy", "!=", "enforce")],
                self.env._("Every company offsets expenses against open advances."),
                self.env._(
                    "%(count)s companies only observe: expenses are paid out while advances are open. "
                    "Change it in the settings."
                ),
            ),
        ]

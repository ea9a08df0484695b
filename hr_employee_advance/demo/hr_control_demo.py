import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

WAGES = {
    "zhou": 20000.0,
    "wang": 12000.0,
    "zheng": 12000.0,
    "li": 6500.0,
    "zhang": 6000.0,
    "chen": 6000.0,
    "zhao": 7000.0,
    "sun": 11000.0,
    "liu": 8000.0,
    "he": 7000.0,
    "wu": 9000.0,
}
# (days ago, who, amount, purpose, what for, {days ago: spent}, {days ago: returned})
HISTORY = [
    (760, "wu", 1000.0, "other", "人事部备用金", {}, {}),
    (130, "zheng", 1500.0, "small_purchase", "样板间软装小件", {110: 1499.2}, {}),
    (100, "wang", 8000.0, "marketing", "春季小区团购推广，物料与场地", {70: 5600.0}, {20: 2400.0}),
    (70, "li", 3000.0, "customer_visit", "拜访浐灞锦绣，洽谈精装修用砖", {50: 3000.0}, {}),
    (45, "zhang", 5000.0, "travel", "赴佛山看样与参展", {38: 2000.0}, {}),
    (40, "chen", 2000.0, "travel", "宝鸡客户现场测量", {2: 2000.0}, {}),
    (25, "zhao", 5000.0, "travel", "汉中、安康经销商走访", {10: 3180.0}, {}),
    (20, "he", 800.0, "small_purchase", "仓库打包材料与标签", {}, {}),
    (12, "li", 2000.0, "customer_visit", "回访浐灞锦绣，确认二期清单", {}, {}),
]
REPORTED_DAYS_AGO = 30
# they know of the business behind a request
BRIDGES = ("hr_employee_advance_sale", "hr_employee_advance_receivables")
RELAXED = {
    "advance_wage_ratio_pct": 100000.0,
    "advance_frequent_count": 1000,
    "advance_near_quota_count": 1000,
}


class HrControlDemo(models.AbstractModel):
    """Advances in the demo company: open, overdue and settled ones, a month's risk report, and today's requests.

    Zhao Lei has 1,820.00 open: 5,000.00 paid, 3,180.00 spent with VAT. He is about to leave.
    """

    _inherit = "hr.control.demo"

    @api.model
    def _load_advances(self):
        company = self._get_demo_company()
        Advance = self.env["hr.employee.advance"]
        if Advance.search_count([("company_id", "=", company.id)], limit=1):
            return
        self._load_words("hr_employee_advance")
        company._ensure_advance_accounts()
        company.advance_write_off_account_id = self._get_bad_debt_account(company)
        company.advance_write_off_tolerance = 1.0
        self._set_demo_wages()
        # asked for in one go and dated back: what is unusual is found at the end, from the true days
        usual = {name: company[name] for name in RELAXED}
        company.write(RELAXED)
        self._make_advances()
        self._write_off_rest("zheng")
        self._make_opening("he", 500.0, "仓库零用备用金")
        company.write(usual)
        self._load_follow_up()

    def _get_bad_debt_account(self, company):
        """坏账损失 of the Chinese chart; any expense account of another."""
        accounts = self.env["account.account"].with_company(company)
        domain = [*accounts._check_company_domain(company), ("account_type", "=", "expense")]
        return accounts.search([*domain, ("code", "=", "571101")], limit=1) or accounts.search(
            domain, limit=1
        )

    def _set_demo_wages(self):
        for name, wage in WAGES.items():
            self.env.ref(f"hr_control_base.demo_employee_{name}").version_ids.write({"wage": wage})

    def _get_advance_employee(self, name):
        return self.env.ref(f"hr_control_base.demo_employee_{name}")

    def _get_advance_day(self, days_ago):
        return self._get_demo_company()._company_today() - timedelta(days=days_ago)

    # What happened ------------------------------------------------------------------------------

    def _make_advances(self):
        """In the order of the days, with the risk report of the month before in between."""
        steps = []
        for number, (days_ago, *_what, spent, returned) in enumerate(HISTORY):
            steps.append((days_ago, number, "lend", None))
            steps += [(day, number, "spend", amount) for day, amount in spent.items()]
            steps += [(day, number, "return", amount) for day, amount in returned.items()]
        advances, is_reported = {}, False
        for days_ago, number, kind, amount in sorted(steps, key=lambda step: (-step[0], step[1])):
            if days_ago < REPORTED_DAYS_AGO and not is_reported:
                self._make_last_risk_report()
                is_reported = True
            if kind == "lend":
                advances[number] = self._lend_advance(*HISTORY[number][:5])
            elif kind == "spend":
                self._spend_advance(HISTORY[number], amount, days_ago)
            else:
                self._return_advance(advances[number], amount, days_ago)
        self.env["hr.employee.advance.risk.report"]._make(self._get_demo_company())

    def _ask_advance(self, name, amount, purpose, text, submit=True):
        user = self._get_demo_user(name)
        advance = (
            self.env["hr.employee.advance"]
            .with_env(user.env)
            .create(
                {
                    "employee_id": self._get_advance_employee(name).id,
                    "purpose_id": self.env.ref(f"hr_employee_advance.purpose_{purpose}").id,
                    "description": text,
                    "amount": amount,
                    "partner_ids": [
                        Command.set(self.env.ref("hr_employee_advance.demo_customer").ids)
                    ]
                    if purpose == "customer_visit"
                    else [],
                }
            )
        )
        for paper in advance.paper_ids.filtered("minimum"):
            paper.attachment_ids = [
                Command.create(
                    {"name": "计划.txt", "datas": base64.b64encode(text.encode()), "type": "binary"}
                )
            ]
        if submit:
            advance.action_submit()
        return advance.with_env(self.env)

    def _approve_advance(self, advance, steps=None):
        """Everybody whose turn it is says yes, as many levels as asked for."""
        approval = advance.sudo().approval_id
        company = self._get_demo_company()
        while approval.state == "pending" and steps != 0:
            deciders = approval.step_id._get_able_candidates()
            decider = (deciders & self._get_demo_user("sun")) or deciders[:1]
            decided = advance.with_user(decider).with_context(
                lang=decider.lang, allowed_company_ids=company.ids
            )
            if approval.step_id.code == "manager":
                for answer in decided.answer_ids:
                    answer._answer("是，费用与预期业务相称")
            decided.approval_id.action_approve()
            approval.invalidate_recordset()
            steps = steps and steps - 1

    def _lend_advance(self, days_ago, name, amount, purpose, text):
        advance = self._ask_advance(name, amount, purpose, text)
        self._approve_advance(advance)
        self._date_advance_back(advance, days_ago)
        cashier = self._get_demo_user("liu")
        self.env["hr.employee.advance.pay"].with_env(cashier.env).create(
            {
                "advance_id": advance.id,
                "journal_id": self._get_advance_bank().id,
                "date": self._get_advance_day(days_ago),
            }
        ).action_pay()
        return advance

    def _get_advance_bank(self):
        return self.env["account.journal"].search(
            [("company_id", "=", self._get_demo_company().id), ("type", "=", "bank")], limit=1
        )

    def _date_advance_back(self, advance, days_ago):
        """Nobody can write the day of a request; the dossier keeps the true one."""
        self.env.flush_all()
        day = self._get_advance_day(days_ago)
        settle = timedelta(days=advance.purpose_id.settle_days)
        self.env.cr.execute(
            SQL(
                "UPDATE hr_employee_advance SET date_request = %s, date_expected = %s WHERE id = %s",
                day,
                day + settle,
                advance.id,
            )
        )
        self.env.invalidate_all()

    def _spend_advance(self, row, amount, days_ago):
        """An expense with 6 % VAT, approved and posted; what is open is offset by itself."""
        _days, name, _amount, _purpose, text = row[:5]
        accountant = self._get_demo_user("liu")
        expense = (
            self.env["hr.expense"]
            .with_env(accountant.env)
            .create(
                {
                    "name": text,
                    "employee_id": self._get_advance_employee(name).id,
                    "product_id": self.env.ref("hr_employee_advance.demo_product_travel").id,
                    "total_amount_currency": amount,
                    "payment_mode": "own_account",
                    "company_id": self._get_demo_company().id,
                    "date": self._get_advance_day(days_ago),
                    "tax_ids": [Command.set(self._get_advance_tax().ids)],
                }
            )
        )
        expense.action_submit()
        expense.sudo()._do_approve(check=False)
        self.env["hr.expense.post.wizard"].with_env(accountant.env).with_context(
            active_ids=expense.ids, company_paid_move_ids=[]
        ).create({"accounting_date": self._get_advance_day(days_ago)}).action_post_entry()

    def _get_advance_tax(self):
        """6 % input VAT, which is in the price; the generic chart has none."""
        company = self._get_demo_company()
        Tax = self.env["account.tax"]
        domain = [("company_id", "=", company.id), ("type_tax_use", "=", "purchase")]
        tax = Tax.search([*domain, ("amount", "=", 6.0)], limit=1)
        if not tax:
            tax = Tax.search([*domain, ("amount_type", "=", "percent")], limit=1).copy(
                {"name": "6%", "amount": 6.0, "invoice_label": "6%"}
            )
        return tax

    def _return_advance(self, advance, amount, days_ago):
        cashier = self._get_demo_user("liu")
        self.env["hr.employee.advance.return"].with_env(cashier.env).create(
            {
                "advance_id": advance.id,
                "journal_id": self._get_advance_bank().id,
                "amount": amount,
                "date": self._get_advance_day(days_ago),
            }
        ).action_return()

    def _write_off_rest(self, name):
        """Some cents that nobody asks back."""
        finance = self._get_demo_user("sun")
        Advance = self.env["hr.employee.advance"]
        advance = Advance.search([("employee_id", "=", self._get_advance_employee(name).id)])
        self.env["hr.employee.advance.write.off"].with_env(finance.env).create(
            {"advance_id": advance.id, "reason": "票据尾差，不再追收"}
        )

    def _make_opening(self, name, amount, text):
        """Lent before the add-on came, still to be entered: for whoever looks at this."""
        accountant = self._get_demo_user("sun")
        paid = self._get_advance_day(200)
        self.env["hr.employee.advance.opening"].with_env(accountant.env).create(
            {
                "employee_id": self._get_advance_employee(name).id,
                "purpose_id": self.env.ref("hr_employee_advance.purpose_small_purchase").id,
                "description": text,
                "amount": amount,
                "date_paid": paid,
                "date_expected": paid + timedelta(days=30),
                "account_id": self._get_other_receivables().id,
            }
        )

    def _get_other_receivables(self):
        """其他应收款 of the Chinese chart; any current asset of another."""
        accounts = self.env["account.account"].with_company(self._get_demo_company())
        domain = [
            *accounts._check_company_domain(self._get_demo_company()),
            ("account_type", "=", "asset_current"),
        ]
        return accounts.search([*domain, ("code", "=like", "1221%")], limit=1) or accounts.search(
            domain, limit=1
        )

    def _make_last_risk_report(self):
        """As it stood a month ago: the store managers' quota was lowered, the salespeople's left."""
        company = self._get_demo_company()
        report = self.env["hr.employee.advance.risk.report"]._make(company)
        month = fields.Date.subtract(report.month, months=1)
        report.write({"month": month, "made_on": month})
        managers = self.env.ref("hr_control_base.demo_job_store_manager")
        owner = self._get_demo_user("zhou")
        for risk in report.risk_ids.with_env(owner.env):
            if risk.job_id == managers:
                risk.action_apply()
            else:
                risk.action_dismiss("展会未结束，月底前核销")

    # Today --------------------------------------------------------------------------------------

    @api.model
    def _load_advances_today(self, addon="hr_employee_advance"):
        """Today's requests and what is unusual, with the business of those days: once all bridges are there.

        :param addon: whose demo data calls
        """
        domain = [
            ("name", "in", BRIDGES),
            ("name", "!=", addon),
            ("state", "=", "to install"),
        ]
        Advance = self.env["hr.employee.advance"]
        own = [("company_id", "=", self._get_demo_company().id)]
        if self.env["ir.module.module"].search_count(domain, limit=1):
            return
        if Advance.search_count(own) <= len(HISTORY):
            self._ask_advances_today()
        Advance.search(own)._refresh_flags()

    def _ask_advances_today(self):
        # right after the last one was settled: approved by the store manager, waits for finance
        self._approve_advance(self._ask_advance("chen", 4500.0, "travel", "榆林工地回访"), steps=1)
        # 2,000 open of 6,000: refused at once
        self._ask_advance("li", 4000.01, "marketing", "小区样板间推广")
        # waits for the owner
        self._ask_advance("he", 600.0, "small_purchase", "叉车配件")
        # within the quota, waits for the cashier
        self._approve_advance(self._ask_advance("wu", 3000.0, "other", "中秋员工活动"))
        # for whoever looks at this: sign in as li.sales and submit
        self._ask_advance("li", 500.0, "customer_visit", "拜访新客户", submit=False)

from odoo import api, fields, models

# what was said to customers who owe: (customer, kind, outcome, words)
CONTACTS = [
    ("lvyuan", "message", "checking", "微信对账，客户核对中"),
    ("hengtai", "call", "promised", "财务总监承诺本月底前付清"),
    ("xinda", "visit", "disputed", "上门对账，客户对三箱瓷砖的色差有异议"),
    ("jinding", "call", "not_reached", "电话无人接听，门店已关闭"),
]


class HrControlDemo(models.AbstractModel):
    """What the jobs of the first night make of the past year: grades, limits, findings, reminders, letters."""

    _inherit = "hr.control.demo"

    @api.model
    def _make_credit(self):
        res = super()._make_credit()
        company = self._get_demo_company()
        accounts = self.env["credit.account"].search([("company_id", "=", company.id)])
        rated = accounts.filtered(lambda account: account.mode != "blacklisted")
        self.env["credit.score"]._rate(rated)
        self.env["credit.limit.review"]._review(rated, company)
        self.env["credit.authority.review"]._propose(company)
        for rule in self.env["credit.watch.rule"]._get_for(company):
            self.env["credit.watch"]._watch(rule, company)
        reminders = self.env["credit.reminder"]
        for account_id, items in reminders._get_due_items(company).items():
            reminders._remind(self.env["credit.account"].browse(account_id), items)
        self._log_contacts()
        self._make_statement("lvyuan")
        return res

    def _make_statement(self, name):
        customer, company = self._get_customer(name), self._get_demo_company()
        letters = self._act(self.env["credit.letter"], self._get_name(customer.user_id))
        letters.create(
            {
                "account_id": self.env["credit.account"]._find(customer, company).id,
                "kind": "statement",
                "date": company._company_today(),
                "date_from": self._get_day(90),
            }
        )

    def _log_contacts(self):
        company = self._get_demo_company()
        for name, kind, outcome, note in CONTACTS:
            customer = self._get_customer(name)
            account = self.env["credit.account"]._find(customer, company)
            entries = self._act(
                self.env["credit.collection.entry"], self._get_name(customer.user_id)
            )
            entries.create(
                {
                    "account_id": account.id,
                    "kind": kind,
                    "outcome": outcome,
                    "note": note,
                    "next_step": "再次联系客户",
                    "next_date": fields.Date.add(company._company_today(), days=3),
                }
            )

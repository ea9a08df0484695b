import base64
from datetime import timedelta

from odoo import models

# who spent, what finance says of the papers: None is still to be looked at
PAPERS = {
    "wang": ("valid", ""),
    "li": ("valid", ""),
    "zhang": ("refused", "住宿发票缺公章，请补开后重新拍照"),
    "chen": (None, ""),
}


class HrControlDemo(models.AbstractModel):
    """What follows the money in the demo company: papers, an effect report, reminders and confirmed balances."""

    _inherit = "hr.control.demo"

    def _load_follow_up(self):
        company = self._get_demo_company()
        advances = self.env["hr.employee.advance"].search([("company_id", "=", company.id)])
        for name, (verdict, reason) in PAPERS.items():
            employee = self._get_advance_employee(name)
            for advance in advances.filtered(
                lambda advance, employee=employee: (
                    advance.employee_id == employee and advance.allocation_ids
                )
            ):
                self._hand_in_papers(advance, name, verdict, reason)
        self._report_effect(
            advances.filtered(
                lambda advance: advance.employee_id == self._get_advance_employee("wang")
            )[:1]
        )
        Reminder = self.env["hr.employee.advance.reminder"]
        Reminder._remind(Reminder._get_due(company))
        self._confirm_balances(company)

    def _hand_in_papers(self, advance, name, verdict, reason):
        """One for each kind that is wanted at the settlement."""
        employee_env = self._get_demo_user(name).env
        vouchers = self.env["hr.employee.advance.voucher"]
        for kind in advance.purpose_id.paper_ids.filtered(lambda kind: kind.stage == "settlement"):
            text = f"{kind.name}\n{advance.name}\n"
            vouchers += vouchers.with_env(employee_env).create(
                {
                    "advance_id": advance.id,
                    "stage": "settlement",
                    "kind_id": kind.id,
                    "file_name": f"{kind.name}.txt",
                    "file": base64.b64encode(text.encode()),
                }
            )
        if verdict:
            finance = vouchers.with_env(self._get_demo_user("sun").env)
            finance._mark(verdict, reason)

    def _report_effect(self, advance):
        effect = (
            self.env["hr.employee.advance.effect"]
            .with_env(self._get_demo_user("wang").env)
            .create(
                {
                    "advance_id": advance.id,
                    "summary": "两场小区团购，到场 86 组客户，签约 3 单，其余继续跟进",
                    "order_count": 3,
                    "order_amount": 46800.0,
                    "lead_count": 41,
                }
            )
        )
        effect.action_report()

    def _confirm_balances(self, company):
        """As of the last day of the month before: one agreed, one did not, the others were not heard of yet."""
        day = company._company_today().replace(day=1) - timedelta(days=1)
        employees = self.env["hr.employee"].search([("company_id", "=", company.id)])
        Confirmation = self.env["hr.employee.advance.confirmation"]
        asked = Confirmation.with_env(self._get_demo_user("sun").env)._ask(employees, company, day)
        for name, answer in (("wu", "action_confirm"), ("zhang", "action_dispute")):
            employee = self._get_advance_employee(name)
            paper = asked.filtered(lambda paper, employee=employee: paper.employee_id == employee)
            paper = paper.with_env(self._get_demo_user(name).env)
            if answer == "action_dispute":
                paper.reason = "已交回 200 元现金，尚未入账"
            getattr(paper, answer)()

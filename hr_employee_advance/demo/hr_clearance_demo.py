from datetime import timedelta

from odoo import api, models


class HrControlDemo(models.AbstractModel):
    """One leaver in the demo company: Zhao Lei resigned, his manager and HR have signed, 1,820.00 hold him."""

    _inherit = "hr.control.demo"

    @api.model
    def _load_clearance(self):
        company = self._get_demo_company()
        Clearance = self.env["hr.employee.clearance"]
        if Clearance.search_count([("company_id", "=", company.id)], limit=1):
            return
        wizard = (
            self.env["hr.employee.clearance.start"]
            .with_env(self._get_demo_user("zhao").env)
            .create(
                {
                    "employee_id": self._get_advance_employee("zhao").id,
                    "date_last": company._company_today() + timedelta(days=20),
                    "reason": "回宝鸡老家照顾父母",
                }
            )
        )
        clearance = Clearance.browse(wizard.action_start()["res_id"])
        for line in clearance.line_ids.filtered(lambda line: line.kind in ("manager", "hr")):
            signer = (line.responsible_ids & self._get_demo_user("wu")) or line.responsible_ids[:1]
            line.with_user(signer).with_context(
                lang=signer.lang, allowed_company_ids=company.ids
            ).action_sign()

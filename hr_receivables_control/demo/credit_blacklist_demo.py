from odoo import api, models


class HrControlDemo(models.AbstractModel):
    """A customer who does not pay: proposed by finance, put on the list by the owner."""

    _inherit = "hr.control.demo"

    @api.model
    def _change_credit(self):
        res = super()._change_credit()
        entries = self._act(self.env["credit.blacklist"], "sun")
        entry = entries.create(
            {
                "partner_id": self._get_customer("jinding").id,
                "company_id": self._get_demo_company().id,
                "category": "unpaid",
                "reason": "货款逾期七个月，多次催收无果",
                "evidence": "逾期发票对账单，催款函三份",
            }
        )
        self._act(entry.sudo().approval_id, "zhou").action_approve()
        # the same people under another name: found by their telephone
        self.env["res.partner"].create(
            {
                "name": "渭南金鼎建材经营部",
                "is_company": True,
                "company_id": self._get_demo_company().id,
                "user_id": self._get_demo_user("zhang").id,
                "country_id": self.env.ref("base.cn").id,
                "phone": "+86 913 215 5668",
            }
        )
        return res

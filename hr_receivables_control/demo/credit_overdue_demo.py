from odoo import api, models


class HrControlDemo(models.AbstractModel):
    """A promise approved, a dispute that waits, and the first run of the job."""

    _inherit = "hr.control.demo"

    @api.model
    def _make_credit(self):
        res = super()._make_credit()
        accounts = self.env["credit.account"].search(
            [("company_id", "=", self._get_demo_company().id)]
        )
        self.env["credit.overdue"]._escalate(accounts)
        return res

    def _make_history(self):
        # by the clock of today all of the past is overdue: it is judged without tiers
        self._switch_tiers(False)
        res = super()._make_history()
        self._switch_tiers(True)
        return res

    def _switch_tiers(self, active):
        """Nobody decided it, so nothing of it goes on record."""
        self.env["credit.overdue.tier"].flush_model()
        self.env.cr.execute(
            "UPDATE credit_overdue_tier SET active = %s WHERE company_id = %s",
            [active, self._get_demo_company().id],
        )
        self.env["credit.overdue.tier"].invalidate_model()
        self.env.registry.clear_cache()

    def _make_requests(self):
        promise = self._pause("hengtai", 10, "财务总监来电：本月底前付清全部逾期货款")
        self._get_asked(promise.sudo().approval_id, "zhou").action_approve()
        invoice = self._get_oldest_open_invoice("xinda")
        self._pause("xinda", 20, "客户称有三箱色差，待质检结果", kind="dispute", move_id=invoice.id)
        return super()._make_requests()

    def _pause(self, name, days, reason, **values):
        customer = self._get_customer(name)
        account = self.env["credit.account"]._find(customer, self._get_demo_company())
        pauses = self._act(self.env["credit.overdue.pause"], self._get_name(customer.user_id))
        return pauses.create(
            {"account_id": account.id, "date_to": self._get_day(-days), "reason": reason} | values
        )

    def _get_oldest_open_invoice(self, name):
        account = self.env["credit.account"]._find(
            self._get_customer(name), self._get_demo_company()
        )
        line = self.env["credit.overdue"]._get_lines(account)[0]
        return self.env["account.move"].browse(line["move_id"])

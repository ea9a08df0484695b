from odoo import models


class CreditAccount(models.Model):
    _inherit = "credit.account"

    def action_open_ageing(self):
        """Open items of the customer by age, as of today."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "hr_receivables_control.credit_ageing_line_action"
        )
        name = self.env._("Ageing of %(customer)s", customer=self.display_name)
        return action | {
            "name": name,
            "display_name": name,
            "view_mode": "list,pivot,graph",
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
            "domain": [("credit_account_id", "=", self.id)],
            "path": False,
        }

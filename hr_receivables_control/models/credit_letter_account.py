from odoo import fields, models
from odoo.exceptions import AccessError


class CreditAccount(models.Model):
    _inherit = "credit.account"

    collection_ids = fields.One2many(
        "credit.collection.entry", "account_id", string="Collection Log"
    )
    letter_ids = fields.One2many("credit.letter", "account_id", string="Letters")

    def action_log_contact(self):
        """An empty entry of the collection log."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Log a Contact"),
            "res_model": "credit.collection.entry",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    def action_open_collection(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Collection Log of %(customer)s", customer=self.display_name),
            "res_model": "credit.collection.entry",
            "view_mode": "list,form",
            "domain": [("account_id", "=", self.id)],
            "context": {"default_account_id": self.id},
        }

    def action_make_letter(self):
        """A statement or a reminder, the kind to be chosen."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_groups(
            "sales_team.group_sale_salesman,account.group_account_invoice,"
            "hr_receivables_control.group_credit_controller"
        ):
            raise AccessError(self.env._("Statements are made by sales and accounting."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Statement or Letter"),
            "res_model": "credit.letter",
            "view_mode": "form",
            "context": {
                "default_account_id": self.id,
                "default_lang": self.env["credit.letter"]._get_language(self),
            },
        }

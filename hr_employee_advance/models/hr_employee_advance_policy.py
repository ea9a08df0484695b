from odoo import api, fields, models


class HrEmployeeAdvancePolicy(models.Model):
    """How much a position may have borrowed at a time. The rule nearest to the employee applies."""

    _name = "hr.employee.advance.policy"
    _description = "Advance Quota"
    _inherit = ["hr.control.position.rule", "mail.thread"]

    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        string="Quota",
        required=True,
        tracking=True,
        help="The most that may be open: unsettled, approved and asked for together. Inclusive: with 10,000 and "
        "8,000 open, 2,000.00 passes and 2,000.01 does not.",
    )
    max_open_count = fields.Integer(
        string="Advances Open",
        tracking=True,
        help="How many advances may be open at a time, the new one included. Zero: any number.",
    )
    monthly_amount = fields.Monetary(
        string="Quota per Month",
        tracking=True,
        help="The most that may be asked for in one calendar month. Zero: no such limit.",
    )
    block_if_open = fields.Boolean(
        string="One at a Time",
        tracking=True,
        help="Old one not settled, no new one.",
    )
    block_if_overdue = fields.Boolean(
        string="None While Overdue",
        default=True,
        tracking=True,
        help="No new one while one is overdue.",
    )
    settlement_days = fields.Integer(
        default=30,
        required=True,
        tracking=True,
        help="Days from the payment until an advance is overdue.",
    )

    _amounts_positive = models.Constraint(
        "CHECK(amount >= 0 AND monthly_amount >= 0 AND max_open_count >= 0)",
        "A quota cannot be below zero.",
    )
    _settlement_days_positive = models.Constraint(
        "CHECK(settlement_days > 0)", "An advance is given for at least one day."
    )

    @api.model
    def get_import_templates(self):
        # EXTENDS base_import
        language = "zh_CN" if (self.env.lang or "").startswith("zh") else "en"
        return [
            {
                "label": self.env._("Template for quotas"),
                "template": f"/hr_employee_advance/static/xls/advance_quotas_{language}.xlsx",
            }
        ]

    @api.model
    def _load_records(self, data_list, update=False):
        # EXTENDS base: an empty cell of a spreadsheet leaves the usual days
        for data in data_list:
            if not data["values"].get("settlement_days", True):
                del data["values"]["settlement_days"]
        return super()._load_records(data_list, update)

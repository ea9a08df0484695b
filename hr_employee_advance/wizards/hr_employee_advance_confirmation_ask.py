from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class HrEmployeeAdvanceConfirmationAsk(models.TransientModel):
    """Ask employees to confirm what they owe on a day."""

    _name = "hr.employee.advance.confirmation.ask"
    _description = "Ask for Balance Confirmations"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        string="Balance of",
        required=True,
        default=lambda self: self.env.company._company_today(),
    )
    employee_ids = fields.Many2many(
        # finance need not be of HR
        "hr.employee.public",
        relation="hr_employee_advance_confirmation_ask_rel",
        string="Employees",
        domain="[('company_id', '=', company_id)]",
        help="Empty: all who owed something that day.",
    )

    def action_ask(self):
        self.ensure_one()
        if not self.env.user.has_group("hr_employee_advance.group_advance_finance"):
            raise AccessError(self.env._("Balances are asked for by finance."))
        company = self.env.company
        if self.date > company._company_today():
            raise UserError(self.env._("A balance is asked for a day that has come."))
        domain = [("company_id", "=", company.id)]
        if self.employee_ids:
            domain.append(("id", "in", self.employee_ids.ids))
        # whoever has left and still owes is asked too, by a link
        employees = self.env["hr.employee"].sudo().with_context(active_test=False).search(domain)
        asked = self.env["hr.employee.advance.confirmation"]._ask(employees, company, self.date)
        if not asked:
            raise UserError(
                self.env._(
                    "None of them owed anything that day, or they were asked for it already."
                )
            )
        return self.env["ir.actions.act_window"]._for_xml_id(
            "hr_employee_advance.hr_employee_advance_confirmation_action"
        )

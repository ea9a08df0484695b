from odoo import api, fields, models

ADVANCE_DOSSIER = "hr.employee.advance"


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    advance_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Advance Currency", groups="hr.group_hr_user"
    )
    advance_open = fields.Monetary(
        string="Advances Open",
        currency_field="advance_currency_id",
        compute="_compute_advance_open",
        groups="hr.group_hr_user",
        help="Paid and not settled, approved and asked for together.",
    )

    advance_shareholder = fields.Boolean(
        string="Shareholder",
        groups="hr.group_hr_user",
        tracking=True,
        help="What is open on the last day of a year may be taxed as a dividend, whatever its age: "
        "the list of the year's end names it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        employees = super().create(vals_list)
        employees._ensure_advance_dossiers()
        return employees

    def _ensure_advance_dossiers(self):
        """The dossiers that guard and record the advances of these employees, one per company record.

        :return: ``{employee id: dossier}``, in sudo
        """
        dossiers = {}
        for company, employees in self.sudo().grouped("company_id").items():
            dossiers |= self.env["hr.control.dossier"]._ensure(ADVANCE_DOSSIER, employees, company)
        return dossiers

    def _get_person_users(self):
        """Users of these persons, also of their other records, or where the record lost its user; in sudo."""
        people = self.browse().sudo().union(*self._get_clearance_people().values())
        return people.user_id | people.work_contact_id.with_context(active_test=False).user_ids

    def _compute_advance_open(self):
        opened = self.env["hr.employee.advance"].sudo()._get_open(self)
        for employee in self:
            employee.advance_open = opened[employee.id].total if employee.id in opened else 0.0

    def action_open_advances(self):
        """The advances of these employees, as far as the user may see them."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "hr_employee_advance.hr_employee_advance_action"
        )
        return action | {
            "domain": [("employee_id", "in", self.ids)],
            "context": {"default_employee_id": self.id if len(self) == 1 else False},
        }

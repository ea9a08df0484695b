from odoo import api, models

ADVANCE_DOSSIER = "hr.employee.advance"


class HrEmployee(models.Model):
    _inherit = "hr.employee"

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

from odoo import models

READERS = "hr_employee_advance.group_advance_finance,hr_control_base.group_control_auditor"


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        # EXTENDS base: warnings are about one's people; who has none would open an empty list
        res = super()._load_menus_blacklist()
        user = self.env.user
        menu = self.env.ref("hr_employee_advance.menu_advance_flag", raise_if_not_found=False)
        if menu and not user.has_groups(READERS):
            employees = self.env["hr.employee"].sudo()
            if not employees.search_count([("parent_id.user_id", "=", user.id)], limit=1):
                res.append(menu.id)
        return res

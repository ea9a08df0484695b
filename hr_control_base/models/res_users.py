from odoo import fields, models
from odoo.api import SUPERUSER_ID


class ResUsers(models.Model):
    _inherit = "res.users"

    # for the record rules of approvals: a delegate sees what he may have to decide
    control_delegation_ids = fields.One2many(
        "hr.control.delegation", "user_id", groups="base.group_erp_manager"
    )

    def _get_control_deciders(self, company):
        """Those of ``self`` who can decide anything in ``company``: active internal people who have access
        to it. OdooBot is nobody's approver."""
        return self.sudo().filtered(
            lambda user: (
                user.id != SUPERUSER_ID
                and user.active
                and not user.share
                and company in user.company_ids
            )
        )

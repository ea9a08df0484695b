from odoo import models

from .hr_control_alert import ACTIVITY as ALERT
from .hr_control_approval_notify import ACTIVITY as APPROVAL


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _check_access(self, operation):
        # EXTENDS mail: there whoever sets an activity off, or may talk on the document, takes it off the list of others
        result = super()._check_access(operation)
        if operation not in ("write", "unlink") or not self:
            return result
        find = self.env["ir.model.data"]._xmlid_to_res_id
        ours = {find(ALERT), find(APPROVAL)} - {False, None}
        others = self.sudo().filtered(
            lambda activity: (
                activity.automated
                and activity.activity_type_id.id in ours
                and activity.user_id.id != self.env.uid
            )
        )
        if not others:
            return result
        forbidden = (others.sudo(False) | result[0]) if result else others.sudo(False)
        return forbidden, lambda: forbidden._make_access_error(operation)

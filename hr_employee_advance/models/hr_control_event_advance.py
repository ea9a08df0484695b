from odoo import api, models


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        _ = self.env._
        return super()._get_sentences() | {
            "advance.submitted": (
                _("Advance asked for"),
                _(
                    "%(actor)s asked for %(amount)s for %(employee)s, %(purpose)s: %(unsettled)s unsettled, "
                    "%(pending)s approved or asked for, quota %(quota)s."
                ),
            ),
            "advance.auto_rejected": (
                _("Refused for the quota"),
                _(
                    "%(amount)s for %(employee)s was refused at once (%(quota_code)s): %(left)s left of %(quota)s."
                ),
            ),
            "advance.quota_observed": (
                _("Over the quota, observed"),
                _(
                    "%(amount)s for %(employee)s was over the quota (%(quota_code)s): %(left)s left of %(quota)s. "
                    "Quotas were only observed."
                ),
            ),
            "advance.quota_refused": (
                _("Refused for the quota later"),
                _(
                    "%(actor)s could not go on with %(amount)s for %(employee)s (%(quota_code)s): %(left)s left of "
                    "%(quota)s."
                ),
            ),
            "advance.manager_approved": (
                _("Approved by the manager"),
                _("%(actor)s approved the purpose of %(amount)s for %(employee)s."),
            ),
            "advance.finance_approved": (
                _("Approved for payment"),
                _("%(actor)s gave the last approval of %(amount)s for %(employee)s."),
            ),
            "advance.rejected": (
                _("Advance refused"),
                _("%(actor)s refused %(amount)s for %(employee)s. Reason: %(reason)s"),
            ),
            "advance.recalled": (
                _("Request taken back"),
                _("The request of %(amount)s for %(employee)s is a draft again."),
            ),
            "advance.cancelled": (
                _("Advance cancelled"),
                _("%(actor)s gave up %(amount)s for %(employee)s."),
            ),
        }

    @api.model
    def _get_words(self):
        field = self.env["hr.employee.advance"]._fields["quota_code"]
        return super()._get_words() | {
            f"quota_code.{code}": label.lower()
            for code, label in field._description_selection(self.env)
        }

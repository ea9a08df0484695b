from odoo import api, models


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        return super()._get_sentences() | {
            "approval.requested": (
                self.env._("Approval requested"),
                self.env._("%(requester)s asked for approval: %(request)s. Reason: %(reason)s"),
            ),
            "approval.level_approved": (
                self.env._("Level approved"),
                self.env._(
                    "%(actor)s approved %(request)s at level %(level)s; further levels follow."
                ),
            ),
            "approval.approved": (
                self.env._("Approved"),
                self.env._("%(actor)s approved %(request)s at level %(level)s."),
            ),
            "approval.refused": (
                self.env._("Refused"),
                self.env._("%(actor)s refused %(request)s at level %(level)s. Reason: %(reason)s"),
            ),
            "approval.attempt": (
                self.env._("Not his to decide"),
                self.env._("%(actor)s tried to decide %(request)s at level %(level)s."),
            ),
            "approval.withdrawn": (
                self.env._("Request withdrawn"),
                self.env._("%(actor)s took %(request)s back."),
            ),
            "approval.void": (
                self.env._("Request void"),
                self.env._("%(request)s became void. Reason: %(reason)s"),
            ),
            "approval.escalated": (
                self.env._("Passed on"),
                self.env._(
                    "%(request)s was not decided in time at level %(level)s; %(taker)s takes over."
                ),
            ),
            "approval.stranded": (
                self.env._("Nobody left to decide"),
                self.env._(
                    "%(request)s was not decided in time and no other level can take it over."
                ),
            ),
        }

from odoo import api, models


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        return super()._get_sentences() | {
            "advance.paid": (
                self.env._("Advance paid"),
                self.env._("%(actor)s paid %(amount)s of %(document)s by %(entry)s."),
            ),
            "advance.payment_back": (
                self.env._("Payment taken back"),
                self.env._(
                    "%(actor)s took back the payment of %(amount)s of %(document)s, %(entry)s."
                ),
            ),
            "advance.taken_over": (
                self.env._("Taken over from another advance"),
                self.env._(
                    "%(actor)s moved %(amount)s of another advance to %(document)s by %(entry)s."
                ),
            ),
            "advance.takeover_back": (
                self.env._("Taken over, taken back"),
                self.env._(
                    "%(actor)s took back %(amount)s of %(document)s that had been taken over, %(entry)s."
                ),
            ),
            "advance.released": (
                self.env._("Rest not needed"),
                self.env._("%(actor)s released %(amount)s of %(document)s that were not paid."),
            ),
            "advance.opened": (
                self.env._("Opening balance"),
                self.env._("%(actor)s entered %(amount)s open on %(document)s by %(entry)s."),
            ),
            "advance.opening_undone": (
                self.env._("Opening balance undone"),
                self.env._("%(actor)s took back the opening balance of %(document)s, %(entry)s."),
            ),
            "advance.cleared": (
                self.env._("Advance cleared"),
                self.env._("%(amount)s of %(document)s cleared by %(entry)s (%(kind)s)."),
            ),
            "advance.undone": (
                self.env._("Clearing undone"),
                self.env._(
                    "%(actor)s undid the clearing of %(amount)s of %(document)s by %(entry)s. Reason: %(reason)s"
                ),
            ),
            "advance.offset_observed": (
                self.env._("Offset only observed"),
                self.env._(
                    "%(receipt)s of %(amount)s was posted without offset: the company only observes."
                ),
            ),
            "advance.pay_observed": (
                self.env._("Payment beside an advance"),
                self.env._(
                    "%(actor)s paid %(amount)s of expenses while %(open)s of advances were open: "
                    "the company only observes."
                ),
            ),
            "advance.exempted": (
                self.env._("Exempt from offset"),
                self.env._(
                    "%(actor)s had %(expense)s of %(amount)s paid out beside open advances. Reason: %(reason)s"
                ),
            ),
            "advance.exemption_ended": (
                self.env._("Exemption ended"),
                self.env._("%(actor)s ended the exemption of %(expense)s of %(amount)s."),
            ),
        }

    @api.model
    def _get_words(self):
        return super()._get_words() | {
            "kind.expense": self.env._("by an expense"),
            "kind.payroll": self.env._("from salary"),
            "kind.return": self.env._("returned"),
            "kind.write_off": self.env._("written off"),
            "kind.transfer": self.env._("moved to another advance"),
        }

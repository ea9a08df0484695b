from odoo import api, models

from .credit_account import CREDIT_MODES
from .res_company import CREDIT_POLICIES


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        # EXTENDS hr_control_base
        _ = self.env._
        return super()._get_sentences() | {
            "credit.limit": (
                _("Credit Limit Changed"),
                _(
                    "%(subject)s: %(mode_after)s, limit %(limit_after)s (before: %(mode_before)s, %(limit_before)s). "
                    "Reason: %(reason)s"
                ),
            ),
            "credit.policy": (
                _("Policy Changed"),
                _("%(checkpoint)s went from %(before)s to %(after)s."),
            ),
            "credit.near": (
                _("Near the Limit"),
                _(
                    "%(document)s passed near the limit. "
                    "Before %(before)s, this order %(amount)s, after %(after)s, limit %(limit)s."
                ),
            ),
            "credit.observed": (
                _("Would Have Been Held"),
                _(
                    "%(document)s would have been held. "
                    "Before %(before)s, this order %(amount)s, after %(after)s, limit %(limit)s."
                ),
            ),
            "credit.warn": (
                _("Passed with a Warning"),
                _(
                    "%(document)s passed with a warning. "
                    "Before %(before)s, this order %(amount)s, after %(after)s, limit %(limit)s."
                ),
            ),
            "credit.hold": (
                _("Held"),
                _(
                    "%(document)s was held (%(reasons)s). "
                    "Before %(before)s, this order %(amount)s, after %(after)s, limit %(limit)s."
                ),
            ),
            "credit.refused": (
                _("Attempt Refused"),
                _(
                    "%(checkpoint)s of %(document)s was refused (%(reasons)s). "
                    "Before %(before)s, this order %(amount)s, after %(after)s, limit %(limit)s."
                ),
            ),
            "credit.denied": (
                _("Attempt Without Authority"),
                _("%(actor)s was refused at %(subject)s: %(attempt)s."),
            ),
            "credit.released": (
                _("Passed by a Release"),
                _(
                    "%(document)s passed by a release. "
                    "Before %(before)s, this order %(amount)s, after %(after)s, limit %(limit)s."
                ),
            ),
            "credit.lifted": (
                _("Hold Lifted"),
                _(
                    "There was room again for %(document)s. "
                    "Before %(before)s, this order %(amount)s, after %(after)s, limit %(limit)s."
                ),
            ),
            "credit.term": (
                _("Longest Payment Term Changed"),
                _("%(subject)s: %(before)s days before, %(after)s days now."),
            ),
            "credit.short_close": (
                _("Short-Closed"),
                _("%(document)s was short-closed; it still held %(amount)s. Reason: %(reason)s"),
            ),
            "credit.reopen": (
                _("Reopened"),
                _("%(document)s was reopened and holds %(amount)s again."),
            ),
            "credit.emergency": (
                _("Emergency Authorisation"),
                _(
                    "%(actor)s added %(amount)s to the limit of %(subject)s for %(hours)s hours. Reason: %(reason)s"
                ),
            ),
            "credit.suspended": (
                _("Authority suspended"),
                _("%(actor)s suspended the credit authority of %(subject)s. Reason: %(reason)s"),
            ),
            "credit.suspension_lifted": (
                _("Suspension Lifted"),
                _("%(actor)s gave the credit authority of %(subject)s back. Reason: %(reason)s"),
            ),
            "credit.authority": (
                _("Authority Rule Changed"),
                _("%(actor)s set the authority rule for %(rule)s (%(changed)s)."),
            ),
            "credit.authority_removed": (
                _("Authority Rule Removed"),
                _("%(actor)s removed the authority rule for %(rule)s."),
            ),
            "credit.moved": (
                _("Customer Moved"),
                _(
                    "%(moved)s belonged to %(source)s and belongs to %(target)s now; what it owes follows."
                ),
            ),
            "credit.merge": (
                _("Customers Merged"),
                _(
                    "%(merged)s was merged into %(subject)s; its limit of %(limit_dropped)s was dropped."
                ),
            ),
        }

    @api.model
    def _get_words(self):
        # EXTENDS hr_control_base
        words = super()._get_words()
        modes = dict(self.env["credit.account"]._fields["mode"]._description_selection(self.env))
        policies = dict(
            self.env["res.company"]._fields["credit_order_policy"]._description_selection(self.env)
        )
        for when in ("before", "after"):
            words |= {f"mode_{when}.{code}": modes[code] for code, _label in CREDIT_MODES}
            words |= {f"{when}.{code}": policies[code] for code, _label in CREDIT_POLICIES}
            words |= {f"{when}.{code}": modes[code] for code, _label in CREDIT_MODES}
            words |= {
                f"{when}.own": self.env._("limits of its own"),
                f"{when}.shared": self.env._("limits of the parent company"),
                f"{when}.allowed": self.env._("allowed"),
                f"{when}.not_allowed": self.env._("not allowed"),
            }
        words |= {
            f"changed.{name}": field._description_string(self.env)
            for name, field in self.env["credit.authority"]._fields.items()
        }
        checkpoints = self.env["credit.decision"]._fields["checkpoint"]
        words |= {
            f"checkpoint.{code}": label
            for code, label in checkpoints._description_selection(self.env)
        }
        company_fields = self.env["res.company"]._fields
        words |= {
            f"checkpoint.{code}": company_fields[name]._description_string(self.env)
            for name, code in self.env["res.company"]._get_credit_recorded_fields().items()
            if f"checkpoint.{code}" not in words
        }
        words["mode_before."] = self.env._("no account")
        words |= {
            "attempt.limit": self.env._("a limit above the own authority"),
            "attempt.move": self.env._("to make what is owed that of another customer"),
            "attempt.take_back": self.env._("to take back an order whose goods are delivered"),
        }
        Checkpoint = self.env["credit.checkpoint"]
        return words | {
            f"reasons.{code}": word for code, word in Checkpoint._get_reason_words().items()
        }

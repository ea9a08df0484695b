from odoo import api, models

from .credit_admission_requirement import KINDS
from .res_company import CREDIT_POLICIES


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        # EXTENDS
        _ = self.env._
        return super()._get_sentences() | {
            "credit.admission.class": (
                _("Customer Class Set"),
                _("%(actor)s set the class of %(subject)s to %(class)s."),
            ),
            "credit.admission.screened": (
                _("First Screening"),
                _("The file of %(subject)s was handed in. First look: %(findings)s."),
            ),
            "credit.admission.verified": (
                _("Item Verified"),
                _("%(actor)s verified %(item)s of %(subject)s."),
            ),
            "credit.admission.unverified": (
                _("Verification Taken Back"),
                _("%(item)s of %(subject)s has to be verified again."),
            ),
            "credit.admission.changed": (
                _("Verified Item Changed"),
                _("%(actor)s changed %(item)s of %(subject)s after it was verified (%(changed)s)."),
            ),
            "credit.admission.attachment": (
                _("Attachment Changed"),
                _("%(actor)s changed an attachment of the approved file of %(subject)s."),
            ),
            "credit.admission.admitted": (
                _("Customer Admitted"),
                _(
                    "%(subject)s was admitted as %(class)s; the file is complete by %(completeness)s %%."
                ),
            ),
            "credit.admission.expired": (
                _("Admission Expired"),
                _(
                    "The file of %(subject)s carries the admission no longer; it is complete by %(completeness)s %%."
                ),
            ),
            "credit.admission.restored": (
                _("Admission Restored"),
                _(
                    "The file of %(subject)s carries the admission again; it is complete by %(completeness)s %%."
                ),
            ),
            "credit.admission.identity": (
                _("Identity Changed"),
                _("%(actor)s changed the identity of %(subject)s (%(changed)s)."),
            ),
            "credit.admission.reopened": (
                _("Review Reopened"),
                _(
                    "%(actor)s changed the identity of %(subject)s (%(changed)s): the file has to be approved again."
                ),
            ),
            "credit.admission.reviewed": (
                _("Regular Review"),
                _("%(actor)s reviewed the file of %(subject)s."),
            ),
        }

    @api.model
    def _get_words(self):
        # EXTENDS
        _ = self.env._
        words = super()._get_words()
        company_field = self.env["res.company"]._fields["credit_admission_policy"]
        for when in ("before", "after"):
            labels = company_field._description_selection(self.env)
            words |= {
                f"{when}.{code}": label
                for code, label in labels
                if code not in dict(CREDIT_POLICIES)
            }
        requirement = self.env["credit.admission.requirement"]
        words |= {
            f"item.{code}": label
            for code, label in requirement._fields["kind"]._description_selection(self.env)
            if code in dict(KINDS)
        }
        partner = self.env["res.partner"]._fields
        item = self.env["credit.admission.item"]._fields
        for fields_, names in (
            (partner, ("name", "vat", "credit_legal_representative")),
            (item, ("number", "expires_on", "no_expiry", "scan", "scan_name", "note")),
        ):
            words |= {f"changed.{n}": fields_[n]._description_string(self.env) for n in names}
        return words | {
            "checkpoint.admission": _("Admission"),
            "findings.duplicate": _("perhaps a customer we know already"),
            "findings.look_alike": _("resembles somebody on the blacklist"),
            "findings.blacklisted": _("on the blacklist"),
        }

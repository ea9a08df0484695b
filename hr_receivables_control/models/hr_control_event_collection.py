from odoo import api, models


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _get_sentences(self):
        # EXTENDS
        _ = self.env._
        return super()._get_sentences() | {
            "credit.collection": (
                _("Contact about a Debt"),
                _("%(actor)s, %(kind)s with %(subject)s: %(outcome)s. %(reason)s"),
            ),
        }

    @api.model
    def _get_words(self):
        # EXTENDS
        fields = self.env["credit.collection.entry"]._fields
        return super()._get_words() | {
            f"{name}.{code}": label
            for name in ("kind", "outcome")
            for code, label in fields[name]._description_selection(self.env)
        }

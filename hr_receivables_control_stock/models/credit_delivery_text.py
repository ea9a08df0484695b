from odoo import api, models
from odoo.tools import format_amount, format_datetime

from .credit_grant import DELIVERY_RELEASABLE


class CreditCheckpoint(models.AbstractModel):
    _inherit = "credit.checkpoint"

    @api.model
    def _get_reason_words(self):
        # EXTENDS hr_receivables_control
        return super()._get_reason_words() | {
            "over_delivery": self.env._("more than the order holds"),
            "approval_expired": self.env._("approval over"),
            "short_closed": self.env._("short-closed"),
            "not_confirmed": self.env._("order not confirmed"),
        }

    @api.model
    def _get_reason_sentence(self, reason, currency, partner):
        # EXTENDS hr_receivables_control
        templates = self._get_delivery_sentences()
        code = reason["code"]
        if code not in templates or not (
            reason.get("delivery") or code in ("short_closed", "not_confirmed")
        ):
            return super()._get_reason_sentence(reason, currency, partner)
        values = {
            name: format_amount(self.env, reason[name], currency)
            for name in ("before", "amount", "after", "limit", "excess")
            if name in reason
        }
        values |= {"customer": partner.sudo().display_name, "order": reason.get("order") or ""}
        values["currency"] = reason.get("currency") or ""
        if "valid_to" in reason:
            values["date"] = format_datetime(self.env, reason["valid_to"])
        sentence = templates[code] % values + self._get_prepaid_sentence(reason, currency)
        if code == "over_delivery":
            sentence += " " + self._get_beyond_sentence(reason)
        if code in DELIVERY_RELEASABLE:
            sentence += " " + self.env._(
                "Ask for a release on the transfer, or for a higher limit."
            )
        return sentence

    @api.model
    def _get_beyond_sentence(self, reason):
        """What to do about a delivery beyond what was checked, or why all of it is."""
        if reason.get("later"):
            return self.env._(
                "The order was never checked as a whole: it was to be delivered beyond the horizon."
            )
        return self.env._("Deliver what was ordered.")

    @api.model
    def _get_delivery_sentences(self):
        _ = self.env._
        return {
            "blacklisted": _("%(customer)s is on the blacklist: nothing may be delivered."),
            "suspended": _(
                "The credit of %(customer)s is suspended, and with this delivery %(after)s would be owed for goods "
                "delivered. It may leave once %(excess)s is paid."
            ),
            "not_admitted": _(
                "%(customer)s is not admitted as a credit customer, or the papers ran out, and with this delivery "
                "%(after)s would be owed for goods delivered. It may leave once the customer file is in order or "
                "%(excess)s is paid."
            ),
            "over_delivery": _(
                "It delivers %(amount)s beyond what %(order)s was checked for. %(customer)s already uses %(before)s "
                "of the limit of %(limit)s; with it, it would be %(after)s, which is %(excess)s too much."
            ),
            "approval_expired": _(
                "%(order)s was confirmed by an approval that was valid until %(date)s. %(customer)s uses %(after)s "
                "of the limit of %(limit)s, %(excess)s too much."
            ),
            "short_closed": _(
                "%(order)s is short-closed: nothing more may be delivered. Reopen its credit on the order."
            ),
            "not_confirmed": _(
                "%(order)s is not confirmed, so its goods may not leave. Confirm the order first."
            ),
            "rate_missing": _(
                "There is no exchange rate for %(currency)s, so the exposure cannot be told. Enter the rate and "
                "validate again."
            ),
        }

from odoo import api, fields, models
from odoo.tools import format_amount

# A warning is given again once the use has fallen this many points below the share it was given at.
REARM_PCT = 5


class CreditNearMixin(models.AbstractModel):
    """Something with a limit, of whose nearness people are told once per crossing.

    ``near_told`` is written under the guard of the dossier, so that two checks never tell twice.
    """

    _name = "credit.near.mixin"
    _description = "Warned Near Its Limit"
    _inherit = ["hr.control.guarded.mixin"]

    _control_guarded_fields = frozenset({"near_told"})

    near_told = fields.Boolean(
        string="Warned", readonly=True, copy=False, help="People were warned and it is still near."
    )

    def _note_near(self, before, after, limit, near_pct, get_users, told=None):
        """Compare use with the limit: warn at ``near_pct``, arm again below that less five points.

        :param before: use before what happened just now; below the lower mark it arms the warning
        :param limit: None or zero: nothing to be near to
        :param get_users: called for the people to tell, only when there is something to tell
        :param told: ``near_told``, when it has been read already
        """
        self.ensure_one()
        record = self.sudo()
        upper, lower = self._get_near_marks(limit, near_pct)
        compare = self.currency_id.compare_amounts
        before_told = told = record.near_told if told is None else told
        if told and (not limit or compare(before, lower) < 0):
            self.env["hr.control.alert"]._clear(self.company_id, [self._get_near_key()])
            told = False
        if limit and not told and compare(after, upper) >= 0:
            self.env["hr.control.alert"]._raise(
                [self._prepare_near_alert(after, limit, get_users())]
            )
            told = True
        if told != before_told:
            record.write({"near_told": told})

    @api.model
    def _get_near_marks(self, limit, near_pct):
        """Use from which it is told, and below which it may be told again."""
        limit = limit or 0.0
        return limit * near_pct / 100, limit * (near_pct - REARM_PCT) / 100

    def _is_near_stale(self, used, limit, near_pct):
        """Whether the flag tells something else than the figures of now."""
        self.ensure_one()
        upper, lower = self._get_near_marks(limit, near_pct)
        compare = self.currency_id.compare_amounts
        if self.near_told:
            return not limit or compare(used, lower) < 0
        return bool(limit) and compare(used, upper) >= 0

    def _get_near_key(self):
        raise NotImplementedError

    def _get_near_sentence(self, figures):
        raise NotImplementedError

    def _prepare_near_alert(self, after, limit, users):
        translated = self.env["hr.control.alert"]._in_language_of(users, self.company_id, self)
        figures = {
            "name": self.sudo().display_name,
            "used": format_amount(translated.env, after, self.currency_id),
            "limit": format_amount(translated.env, limit, self.currency_id),
            "share": f"{100 * after / limit:.0f}",
        }
        return {
            "key": self._get_near_key(),
            "company": self.company_id,
            "users": users,
            "record": self,
            "level": "warning",
            "summary": translated._get_near_sentence(figures),
        }

import logging
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

_logger = logging.getLogger(__name__)

# days before a paper runs out on which people are told; straight to the nearest, never one after the other
LEVELS = (0, 7, 30)


class CreditAdmission(models.Model):
    """What runs out by the clock: papers, then the admission, and the yearly look at the file."""

    _inherit = "credit.admission"

    @api.model
    def _cron_watch(self):
        """Each file apart; who is busy or broken is logged, tried again the next night, and stops nobody else."""
        admissions = self.sudo()._get_watched()
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=len(admissions))
        for admission in admissions:
            try:
                admission._watch()
            except UserError as error:
                self.env.cr.rollback()
                _logger.info(
                    "The customer file %s is left for the next time: %s", admission.id, error
                )
            except Exception:
                self.env.cr.rollback()
                _logger.exception("The customer file %s could not be looked at.", admission.id)
            if not Cron._commit_progress(1):
                break

    def _get_watched(self):
        """Files admitted once in which a day is near or over."""
        domains = []
        companies = self.env["res.company"].search([("credit_company_id", "!=", False)])
        for company in companies.credit_company_id:
            today = company._company_today()
            soon = Domain(
                "item_ids",
                "any",
                [
                    ("verified_at", "!=", False),
                    ("expires_on", "<=", today + timedelta(days=max(LEVELS))),
                ],
            )
            due = Domain("account_id.admitted_until", "<", today)
            if months := company.credit_admission_review_months:
                # months are counted forward, from the day of the review: at a month's end that is up to three days less
                latest = today - relativedelta(months=months) + timedelta(days=3)
                due |= Domain("reviewed_on", "<=", latest)
            domains.append(
                Domain("company_id", "=", company.id)
                & Domain("state", "in", ("approved", "expired"))
                & (soon | due)
            )
        return self.search(Domain.OR(domains), order="id")

    def _watch(self):
        """Tell people of what ends, once per level, and put the state down when it has ended."""
        self.ensure_one()
        self._refresh_standing()
        today = self.company_id._company_today()
        for item in self._get_current_items().filtered(lambda item: item.verified_at):
            item._warn_of_expiry(today)
        self._warn_of_review(today)

    def _warn_of_review(self, today):
        if self.state != "approved" or not self.review_due or self.review_due > today:
            return
        self._raise_alert(
            self._get_review_key(),
            self.env["credit.route"]._get_controllers(self.company_id),
            lambda env: env._(
                "%(customer)s: the customer file is due for its regular review",
                customer=self.display_name,
            ),
        )

    def _get_review_key(self):
        return f"credit.admission.review:{self.id}:{self.reviewed_on}"

    def _clear_alerts(self):
        """The regular review was made."""
        Alert = self.env["hr.control.alert"]
        for company, admissions in self.grouped("company_id").items():
            open_alerts = Alert.sudo().search(
                [
                    ("company_id", "=", company.id),
                    ("cleared_at", "=", False),
                    ("res_model", "=", self._name),
                    ("res_id", "in", admissions.ids),
                    ("key", "=like", "credit.admission.review:%"),
                ]
            )
            Alert._clear(company, open_alerts.mapped("key"))

    def _raise_alert(self, key, users, get_sentence, level="warning"):
        """One activity and one mail for each of ``users``, in the language of those who read it."""
        Alert = self.env["hr.control.alert"]
        Alert._raise(
            [
                {
                    "key": key,
                    "company": self.company_id,
                    "users": users,
                    "record": self,
                    "level": level,
                    "summary": get_sentence(
                        Alert._in_language_of(users, self.company_id, self).env
                    ),
                }
            ]
        )


class CreditAdmissionItem(models.Model):
    _inherit = "credit.admission.item"

    def _warn_of_expiry(self, today):
        """The nearest level only; the levels before it are settled by it."""
        self.ensure_one()
        if not self.expires_on:
            return
        left = (self.expires_on - today).days
        level = next((days for days in LEVELS if left <= days), None)
        if level is None:
            return
        over = left < 0
        self._clear_alerts(keep="over" if over else level)
        admission = self.admission_id
        users = admission.partner_id.user_id
        if not users or level == 0:
            users |= self.env["credit.route"]._get_controllers(self.company_id)
        admission._raise_alert(
            self._get_expiry_key("over" if over else level),
            users,
            lambda env: self._get_expiry_sentence(env, over),
            "critical" if over else "warning",
        )

    def _get_expiry_sentence(self, env, over):
        figures = {
            "item": self.with_env(env).name,
            "customer": self.admission_id.display_name,
            "date": format_date(env, self.expires_on),
        }
        if over:
            return (
                env._(
                    "%(customer)s: %(item)s ran out on %(date)s, the credit is suspended until it is renewed",
                    **figures,
                )
                if not self.admission_id.account_id._is_admitted()
                else env._("%(customer)s: %(item)s ran out on %(date)s", **figures)
            )
        return env._("%(customer)s: %(item)s runs out on %(date)s", **figures)

    def _get_expiry_key(self, level):
        return f"credit.admission.expiry:{self.id}:{level}"

    def _clear_alerts(self, keep=None):
        """A renewed paper warns of nothing; of several levels only the last one stands."""
        for company, items in self.grouped("company_id").items():
            self.env["hr.control.alert"]._clear(
                company,
                [
                    item._get_expiry_key(level)
                    for item in items
                    for level in (*LEVELS, "over")
                    if level != keep
                ],
            )

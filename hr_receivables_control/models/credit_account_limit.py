from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount, format_list

from odoo.addons.hr_control_base.tools.reasons import stated

from .credit_account import LIMIT_FIELDS


class CreditAccount(models.Model):
    """Who may change a limit, and the record of it."""

    _inherit = "credit.account"

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        Dossier = self.env["hr.control.dossier"].sudo()
        # the subject may come as a default of the context too
        defaults = self.default_get(["partner_id", "company_id"])
        for vals in vals_list:
            subject = {**defaults, **vals}
            company = self.env["res.company"].browse(subject.get("company_id"))
            if partner := self.env["res.partner"].browse(subject.get("partner_id")):
                dossiers = Dossier._ensure("credit.account", partner, company)
                vals["dossier_id"] = dossiers[partner.id].id
        accounts = super().create(vals_list)
        accounts._check_limit_authority()
        accounts._log_limit_change({account: {} for account in accounts})
        return accounts

    def write(self, vals):
        if {"partner_id", "company_id", "dossier_id"} & vals.keys():
            raise UserError(
                self.env._("Customer and company of a credit account cannot be changed.")
            )
        touched = [name for name in LIMIT_FIELDS if name in vals]
        if not touched:
            return super().write(vals)
        self._take_guard()
        before = {account: {name: account[name] for name in LIMIT_FIELDS} for account in self}
        res = super().write(vals)
        changed = self.filtered(
            lambda account: any(account[name] != before[account][name] for name in LIMIT_FIELDS)
        )
        if changed and not self.env.su and not stated(vals.get("change_reason")):
            raise UserError(
                self.env._(
                    "Say why the credit of %(customers)s is changed: fill in the reason of the change.",
                    customers=format_list(self.env, changed.mapped("display_name")),
                )
            )
        changed.filtered(
            lambda account: account._is_raised(before[account])
        )._check_limit_authority()
        changed._log_limit_change(before)
        return res

    def _is_raised(self, before):
        """Whether the change gives more credit than before; a cut is always allowed."""
        self.ensure_one()
        return self._is_more(before, {name: self[name] for name in LIMIT_FIELDS})

    def _is_more(self, before, after):
        """:param before, after: mode, limit and last day as they are, or as they are to be"""
        rank = {"blacklisted": 0, "suspended": 1, "cash_only": 2, "limited": 3, "unlimited": 4}
        if rank[after["mode"]] != rank[before["mode"]]:
            return rank[after["mode"]] > rank[before["mode"]]
        if self.currency_id.compare_amounts(after["base_limit"], before["base_limit"]):
            return after["base_limit"] > before["base_limit"]
        return bool(before["valid_to"]) and (
            not after["valid_to"] or after["valid_to"] > before["valid_to"]
        )

    def _check_limit_authority(self):
        """A limit is granted only up to the ceiling of the person who grants it.

        :raises AccessError: naming customer, limit and ceiling
        """
        if self.env.su and self.env.uid == api.SUPERUSER_ID:
            return
        user = self.env.user
        asked = self.filtered(lambda account: not account._has_granted_limit())
        for company, accounts in asked.grouped("company_id").items():
            ceiling = self.env["credit.authority"]._get_ceilings(user, company)[user.id]
            for account in accounts:
                if account.mode == "unlimited" and not ceiling.customer_unlimited:
                    account._log_denied("limit")
                    raise AccessError(
                        self.env._(
                            "%(user)s may not give %(customer)s unlimited credit. Ask a credit manager.",
                            user=user.name,
                            customer=account.display_name,
                        )
                    )
                if account.mode == "limited" and not ceiling.covers_customer_limit(
                    account.base_limit
                ):
                    account._log_denied("limit")
                    raise AccessError(
                        self.env._(
                            "A limit of %(limit)s for %(customer)s is above what %(user)s may grant (%(ceiling)s). "
                            "Ask somebody with a higher authority.",
                            limit=format_amount(self.env, account.base_limit, account.currency_id),
                            customer=account.display_name,
                            user=user.name,
                            ceiling=format_amount(
                                self.env, ceiling.customer_limit, account.currency_id
                            ),
                        )
                    )

    def _has_granted_limit(self):
        """Whether this very limit has just been approved, by somebody whose ceiling was checked then."""
        self.ensure_one()
        return bool(
            self.env["credit.grant"]
            .sudo()
            .search_count(
                [
                    ("account_id", "=", self.id),
                    ("kind", "=", "base"),
                    ("state", "=", "active"),
                    ("amount", "=", self.base_limit),
                ],
                limit=1,
            )
        )

    def _log_limit_change(self, before):
        """One event per account: mode, limit and validity before and after, with the reason."""
        Event = self.env["hr.control.event"]
        events = []
        for account in self:
            old = before[account]
            events.append(
                {
                    "dossier": account.sudo().dossier_id,
                    "code": "credit.limit",
                    "document": account,
                    "data": {
                        "mode_before": old.get("mode") or "",
                        "mode_after": account.mode,
                        "limit_before": Event._money(
                            old.get("base_limit") or 0.0, account.currency_id
                        ),
                        "limit_after": Event._money(account.base_limit, account.currency_id),
                        "valid_to_before": str(old.get("valid_to") or ""),
                        "valid_to_after": str(account.valid_to or ""),
                    },
                    "names": {
                        "subject": account.partner_id.sudo().display_name,
                        "reason": account.change_reason or "",
                    },
                }
            )
        Event._append(events)

    def _log_denied(self, attempt):
        """Put on record what the user is about to be refused for want of authority.

        :param attempt: code; its words stand in ``hr.control.event``
        """
        Event = self.env["hr.control.event"]
        for account in self.sudo():
            denied = {
                "dossier": account.dossier_id,
                "code": "credit.denied",
                "document": ("credit.account", account.id),
                "data": {"attempt": attempt},
                "names": {
                    "subject": account.partner_id.display_name,
                    "document": account.partner_id.display_name,
                },
            }
            Event._append_after_rollback([denied], ("credit.denied", account.id, attempt))

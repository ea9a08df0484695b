import logging

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.hr_control_base.models.hr_control_dossier import CONTENTION

_logger = logging.getLogger(__name__)


class CreditAccount(models.Model):
    _name = "credit.account"
    _inherit = ["credit.account", "credit.near.mixin"]

    def _get_near_key(self):
        return f"credit.near:{self.id}"

    def _get_near_sentence(self, figures):
        return self.env._(
            "%(name)s uses %(used)s of the limit of %(limit)s (%(share)s %%)", **figures
        )

    def _get_near_users(self, salesperson):
        """The salesperson and his manager; without one, those who keep the credit of the company."""
        Route = self.env["credit.route"]
        salesperson = salesperson or self.partner_id.sudo().user_id
        if not salesperson:
            return Route._get_controllers(self.company_id)
        return salesperson | Route._get_person_managers(salesperson, self.company_id)

    @api.model
    def _cron_near(self):
        """What moved without a check: payments arm the warning again, invoices and limit cuts give it."""
        stale = []
        companies = self.env["res.company"].sudo().search([("credit_company_id", "!=", False)])
        for company in companies.credit_company_id:
            scope = [("company_id", "=", company.id)]
            limited = ["|", ("mode", "=", "limited"), ("near_told", "=", True)]
            stale += self.sudo().search(scope + limited)._get_stale_near()
            stale += self.env["credit.pool"].sudo().search(scope)._get_stale_near()
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(stale))
        for record in stale:
            try:
                record.dossier_id._take_guard()
                record._refresh_near()
            except (UserError, *CONTENTION):
                self.env.cr.rollback()  # being changed by somebody else, whose check sees to it
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Nobody was told how near %s %s is.", record._name, record.id)
            if not progress(1):
                break

    def _get_stale_near(self):
        """Accounts whose flag is out of date; two queries for all."""
        exposures, _amounts = self.env["credit.exposure"]._get(self)
        return [
            account
            for account in self
            if account._is_near_stale(
                exposures[account.id].total,
                account._get_effective_limit(exposures[account.id]),
                account.near_pct,
            )
        ]

    def _refresh_near(self):
        """Arm or give the warning by the figures of now; the guard is held."""
        for account in self:
            exposures, _amounts = self.env["credit.exposure"]._get(account)
            exposure = exposures[account.id]
            account._note_near(
                exposure.total,
                exposure.total,
                account._get_effective_limit(exposure),
                account.near_pct,
                lambda account=account: account._get_near_users(self.env["res.users"]),
            )


class CreditPool(models.Model):
    _inherit = "credit.pool"

    def _get_near_key(self):
        return f"credit.pool.near:{self.id}"

    def _get_near_sentence(self, figures):
        return self.env._(
            "%(name)s has %(used)s of %(limit)s open on own documents (%(share)s %%)", **figures
        )

    def _get_near_users(self, salesperson):
        return self.user_id | self.env["credit.route"]._get_person_managers(
            self.user_id, self._get_document_company()
        )

    def _get_stale_near(self):
        return [
            pool
            for pool in self
            if pool._is_near_stale(pool.used_amount, pool._get_limit(), pool._get_near_pct())
        ]

    def _refresh_near(self):
        for pool in self:
            pool.invalidate_recordset()
            pool._note_near(
                pool.used_amount,
                pool.used_amount,
                pool._get_limit(),
                pool._get_near_pct(),
                lambda pool=pool: pool._get_near_users(pool.user_id),
            )

    def _get_limit(self):
        return self.pool_limit if self.is_limited else None

    def _get_near_pct(self):
        return self.authority_id.near_pct or 100.0


class CreditCheckpoint(models.AbstractModel):
    _inherit = "credit.checkpoint"

    @api.model
    def _after_record(self, accounts, verdicts, decisions):
        """Warn of what comes near its limit by what passed, once per crossing."""
        res = super()._after_record(accounts, verdicts, decisions)
        for document, verdict in verdicts.items():
            if decisions[document].result == "hold":
                continue
            account, person = accounts[document], verdict.person
            account._note_near(
                verdict.before,
                verdict.after,
                verdict.limit,
                account.near_pct,
                lambda account=account, decision=decisions[document]: account._get_near_users(
                    decision.salesperson_id
                ),
            )
            if person.pool_id and (person.pool_limit is not None or person.near_told):
                pool = self.env["credit.pool"].sudo().browse(person.pool_id)
                pool._note_near(
                    verdict.own_before,
                    verdict.own_before + verdict.own_amount,
                    person.pool_limit,
                    person.near_pct or 100.0,
                    lambda pool=pool: pool._get_near_users(pool.user_id),
                    told=bool(person.near_told),
                )
        return res

import logging

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.hr_control_base.models.hr_control_dossier import CONTENTION

_logger = logging.getLogger(__name__)


class CreditLetter(models.Model):
    """The letters that tiers ask for, drafted each night."""

    _inherit = "credit.letter"

    @api.model
    def _cron_send(self):
        """Draft the letter of each customer's tier, and mail it where the company says so; each customer apart."""
        due, stale = self._get_due_letters()
        stale.write({"state": "void"})
        waiting = self._get_mailable()
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(due) + len(waiting))
        for account, number in due:
            self._attempt(
                account, lambda account=account, number=number: self._draft(account, number)
            )
            if not progress(1):
                return
        for letter in waiting | self._get_mailable():
            self._attempt(letter.account_id, letter.action_send)
            if not progress(1):
                return

    @api.model
    def _attempt(self, account, step):
        """A customer who fails is logged and stops nobody else."""
        try:
            step()
        except (UserError, *CONTENTION) as error:
            self.env.cr.rollback()
            _logger.info("The letter for account %s is left for later: %s", account.id, error)
        except Exception:
            self.env.cr.rollback()
            _logger.exception("The letter for account %s failed.", account.id)

    @api.model
    def _draft(self, account, number):
        return self.sudo().create(
            {
                "account_id": account.id,
                "kind": f"reminder{number}",
                "date": account.company_id._company_today(),
            }
        )

    @api.model
    def _get_mailable(self):
        return self.sudo().search(
            [
                ("state", "=", "draft"),
                ("kind", "!=", "statement"),
                ("company_id.credit_letter_policy", "=", "send"),
            ],
            order="id",
        )

    @api.model
    def _get_due_letters(self):
        """Letters that tiers ask for and nobody has made, and drafts that no tier asks for any more.

        A letter counts for all that is overdue since before it: none is made twice, nor a milder one
        afterwards. A constant number of queries per company.
        :return: ``([(account, number of the letter)], drafts)``
        """
        due, stale = [], self.sudo().browse()
        companies = self.env["res.company"].sudo().search([("credit_company_id", "!=", False)])
        for company in companies.credit_company_id:
            wanted = self._get_wanted_letters(company)
            made = self.sudo().search(
                [
                    ("company_id", "=", company.id),
                    ("kind", "!=", "statement"),
                    ("state", "in", ("draft", "sent")),
                ]
            )
            by_account = made.grouped("account_id")
            for account, (number, since) in wanted.items():
                done = by_account.get(account, self.browse())
                if not any(
                    int(letter.kind[-1]) >= number and letter.date >= since for letter in done
                ):
                    due.append((account, number))
            stale += made.filtered(
                lambda letter, wanted=wanted: (
                    letter.state == "draft"
                    and int(letter.kind[-1]) != wanted.get(letter.account_id, (0, None))[0]
                )
            )
        return due, stale

    @api.model
    def _get_wanted_letters(self, company):
        """:return: ``{account: (number of the letter of its tier, due date of its oldest item)}``"""
        if company.credit_letter_policy == "none":
            return {}
        Tier = self.env["credit.overdue.tier"]
        accounts = self.env["credit.account"].sudo().search([("company_id", "=", company.id)])
        wanted = {}
        # the oldest item of each customer comes first
        for line in self.env["credit.overdue"].sudo()._get_lines(accounts):
            account = accounts.browse(line["account_id"])
            tier = line["tier_id"] and Tier._get_reached(company.id, line["days"])
            if tier and tier.letter and account not in wanted:
                wanted[account] = (tier.letter, line["due"])
        return wanted

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date, format_list

from odoo.addons.hr_control_base.models.hr_control_dossier import CONTENTION

_logger = logging.getLogger(__name__)


class CreditAccount(models.Model):
    """An account is blacklisted when an entry says so, and for nothing else."""

    _inherit = "credit.account"

    blacklist_ids = fields.One2many(related="partner_id.credit_blacklist_ids")

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS
        accounts = super().create(vals_list)
        accounts.filtered(lambda account: account.mode == "blacklisted")._check_listed()
        return accounts

    def write(self, vals):
        # EXTENDS
        changed = self.browse()
        if "mode" in vals:
            changed = self.filtered(
                lambda account: (
                    account.mode != vals["mode"] and "blacklisted" in (account.mode, vals["mode"])
                )
            )
        res = super().write(vals)
        changed._check_listed()
        return res

    def _check_listed(self):
        """:raises UserError: the mode was set, or taken away, by hand"""
        if self.env.su or not self:
            return
        raise UserError(
            self.env._(
                "%(customers)s: nobody puts a customer on the blacklist, or takes him off, alone. Propose it with the "
                "button Blacklist; somebody else approves.",
                customers=format_list(self.env, self.mapped("display_name")),
            )
        )

    @api.model
    def _get_new_modes(self, partners, company, own):
        # EXTENDS: a blacklist of the group waits for him in each of its companies
        modes = super()._get_new_modes(partners, company, own)
        entries = self.env["credit.blacklist"].sudo()
        for entry in entries.search([("partner_id", "in", partners.ids), ("state", "=", "active")]):
            if entry.scope == "group" or entry.company_id.credit_company_id == company:
                modes[entry.partner_id.id] = "blacklisted"
        matches = self.env["credit.blacklist.match"].sudo()
        for match in matches._find_suspending(partners, company):
            if modes[match.partner_id.id] != "blacklisted":
                match.mode_before = match.mode_before or modes[match.partner_id.id]
                modes[match.partner_id.id] = "suspended"
        return modes

    def _inherit_blacklist(self, source):
        # EXTENDS: the entries come along
        res = super()._inherit_blacklist(source)
        entries = self.env["credit.blacklist"].sudo()._find_open(source.partner_id)
        entries.write({"partner_id": self.partner_id.id})
        return res

    def action_open_blacklist(self):
        """Entries of the customer, or a new proposal where there is none."""
        self.ensure_one()
        self.check_access("read")
        return self.partner_id.action_open_blacklist()

    # By rule ------------------------------------------------------------------------------------

    @api.model
    def _cron_propose_blacklist(self):
        """Each night: who paid late too often, or far too late, in the last twelve months."""
        found = [
            finding
            for company in self.env["res.company"]
            .sudo()
            .search([("credit_company_id", "!=", False)])
            .credit_company_id
            for finding in self._get_blacklist_findings(company)
        ]
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(found))
        for account, rule, reason, figures in found:
            try:
                self.env["credit.blacklist"]._propose(account, rule, reason, {account.id: figures})
            except (UserError, *CONTENTION) as error:
                self.env.cr.rollback()
                _logger.info("Account %s was not proposed for the blacklist: %s", account.id, error)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Account %s was not proposed for the blacklist.", account.id)
            if not progress(1):
                break

    @api.model
    def _get_blacklist_findings(self, company):
        """Customers whom a rule of the company proposes, one query per rule; an add-on adds its rule here.

        :return: ``[(account, rule code, sentence, figures)]``
        """
        return self._get_late_findings(company) + self._get_promise_findings(company)

    @api.model
    def _get_late_findings(self, company):
        """Who paid late too often, or far too late."""
        times, days = company.credit_blacklist_times, company.credit_blacklist_days
        if not times and not days:
            return []
        today = company._company_today()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id, COUNT(*) AS times, MAX(s.days_late) AS days
                  FROM (%(lines)s) s
                  JOIN credit_account a ON a.id = s.account_id
                 WHERE s.days_late > %(grace)s AND s.amount > s.credited AND a.mode <> 'blacklisted'
              GROUP BY a.id
                HAVING (%(times)s > 0 AND COUNT(*) >= %(times)s) OR (%(days)s > 0 AND MAX(s.days_late) >= %(days)s)
              ORDER BY a.id
                """,
                lines=self.env["credit.settlement"]._sql_lines(
                    company, since=fields.Date.subtract(today, months=12), until=today
                ),
                grace=company.credit_blacklist_grace,
                times=times,
                days=days,
            )
        )
        findings = []
        for account_id, found_times, found_days in rows:
            account = self.sudo().browse(account_id)
            figures = {"times": found_times, "days": found_days}
            rule = "times_late" if times and found_times >= times else "days_late"
            sentence = self._get_blacklist_sentence(company, account, rule, figures)
            findings.append((account, rule, sentence, figures))
        return findings

    @api.model
    def _get_promise_findings(self, company):
        """Who broke his word too often: promises that ended unpaid, by the day they ran out."""
        promises = company.credit_blacklist_promises
        if not promises:
            return []
        broken = self.env["credit.overdue.pause"]._read_group(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "promise"),
                ("state", "=", "broken"),
                ("date_to", ">=", fields.Date.subtract(company._company_today(), months=12)),
                ("account_id.mode", "!=", "blacklisted"),
            ],
            ["account_id"],
            ["__count", "date_to:max"],
            having=[("__count", ">=", promises)],
        )
        return [
            (
                account,
                "promises_broken",
                self._get_blacklist_sentence(
                    company, account, "promises_broken", {"times": times, "last": last}
                ),
                {"times": times, "last": str(last)},
            )
            for account, times, last in broken
        ]

    @api.model
    def _get_blacklist_sentence(self, company, account, rule, figures):
        if rule == "promises_broken":
            return self.env._(
                "%(customer)s broke %(times)s promises to pay in twelve months, the last one on %(last)s. From "
                "%(limit)s on a customer is proposed for the blacklist.",
                customer=account.display_name,
                times=figures["times"],
                last=format_date(self.env, figures["last"]),
                limit=company.credit_blacklist_promises,
            )
        if rule == "times_late":
            return self.env._(
                "%(customer)s paid late %(times)s times in twelve months, the latest by %(days)s days. "
                "From %(limit)s times on a customer is proposed for the blacklist.",
                customer=account.display_name,
                limit=company.credit_blacklist_times,
                **figures,
            )
        return self.env._(
            "%(customer)s was %(days)s days late within twelve months. From %(limit)s days on a customer is proposed "
            "for the blacklist.",
            customer=account.display_name,
            limit=company.credit_blacklist_days,
            days=figures["days"],
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    credit_blacklist_ids = fields.One2many(
        "credit.blacklist",
        "partner_id",
        groups="sales_team.group_sale_salesman,hr_receivables_control.group_credit_controller",
    )

    def action_open_blacklist(self):
        """Entries of the customer; an empty form where there is none."""
        self.ensure_one()
        customer = self.commercial_partner_id
        entries = self.env["credit.blacklist"].search([("partner_id", "=", customer.id)])
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Blacklist"),
            "res_model": "credit.blacklist",
            "context": {"default_partner_id": customer.id},
        }
        if not entries:
            return action | {"view_mode": "form"}
        return action | {"view_mode": "list,form", "domain": [("partner_id", "=", customer.id)]}


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_credit_accounts(self, src_partners, dst_partner):
        # EXTENDS: whoever remains is compared with the list under his new numbers
        res = super()._merge_credit_accounts(src_partners, dst_partner)
        self.env["credit.blacklist.match"]._screen(dst_partner)
        return res

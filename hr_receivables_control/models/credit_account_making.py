import logging

from odoo import api, models
from odoo.tools import SQL, split_every

_logger = logging.getLogger(__name__)

# Customers whose accounts are made together and committed together.
BATCH = 1000


class CreditAccount(models.Model):
    """How accounts come to be: with the first order, at the installation, by the nightly job, in a merge."""

    _inherit = "credit.account"

    @api.model
    def _ensure(self, partners, company, known=False):
        """Credit accounts of the partners' commercial entities in the credit company of ``company``.

        Missing ones are made with the company's policy for new customers, by one statement that
        two users may run at once. Called where a subject begins (order, invoice), never by a read.
        :param known: they were customers before anything of this was kept: no file is asked of them
        :return: the accounts, in sudo
        """
        accounts = self._find(partners, company)
        missing = partners.sudo().commercial_partner_id - accounts.partner_id
        if not missing:
            return accounts
        company = company.sudo().credit_company_id
        dossiers = self.env["hr.control.dossier"]._ensure("credit.account", missing, company)
        own = self._get_own_partners(missing)
        modes = self._get_new_modes(missing, company, own)
        admissions = self._get_new_admissions(missing, company, own, known)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO credit_account (partner_id, company_id, mode, base_limit, near_pct, dossier_id,
                                            admission_state, create_uid, create_date, write_uid, write_date)
                SELECT partner_id, %(company)s, mode, CASE WHEN mode = 'limited' THEN %(limit)s ELSE 0 END, 80,
                       dossier_id, admission, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM unnest(%(partners)s::int[], %(modes)s::text[], %(admissions)s::text[], %(dossiers)s::int[])
                       AS t(partner_id, mode, admission, dossier_id)
                ON CONFLICT DO NOTHING
                """,
                company=company.id,
                modes=[modes[partner.id] for partner in missing],
                admissions=[admissions[partner.id] for partner in missing],
                limit=company.credit_new_limit,
                uid=self.env.uid,
                partners=missing.ids,
                dossiers=[dossiers[partner.id].id for partner in missing],
            )
        )
        self.invalidate_model()
        accounts = self._find(partners, company)
        accounts.filtered(
            lambda account: account.partner_id in missing and account.admission_state == "draft"
        )._open_admissions()
        return accounts

    @api.model
    def _get_new_modes(self, partners, company, own):
        """Mode of new accounts: the company's policy, but unlimited for sister companies and employees.

        :return: ``{partner id: mode}``
        """
        return {
            partner.id: "unlimited" if partner in own else company.credit_new_mode
            for partner in partners.sudo()
        }

    @api.model
    def _get_own_partners(self, partners):
        """Sister companies and employees among ``partners``."""
        partners = partners.sudo()
        companies = self.env["res.company"].sudo().search([("partner_id", "in", partners.ids)])
        employees = self.env["hr.employee"].sudo().search([("work_contact_id", "in", partners.ids)])
        return companies.partner_id | employees.work_contact_id

    @api.model
    def _make_for_existing_customers(self, companies):
        """Accounts for everybody who was a customer before the installation, with Odoo's own limit.

        Above zero it becomes the limit; zero meant "not checked" there and becomes *unlimited*, so
        that the first day changes nothing for anybody.
        """
        for company in companies.credit_company_id:
            limits = self._get_native_limits(company)
            partners = self.env["res.partner"].browse(
                {*limits, *self._get_customer_ids_without_account(company)}
            )
            accounts = self._ensure(partners, company, known=True)
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE credit_account a
                       SET mode = CASE WHEN n.amount > 0 THEN 'limited' ELSE 'unlimited' END, base_limit = n.amount
                      FROM unnest(%s::int[], %s::float8[]) AS n(id, amount)
                     WHERE a.id = n.id
                    """,
                    accounts.ids,
                    [limits.get(account.partner_id.id, 0.0) for account in accounts],
                )
            )
            accounts.invalidate_recordset()
            limited = accounts.filtered(lambda account: account.mode == "limited")
            limited._log_limit_change({account: {} for account in limited})

    @api.model
    def _get_native_limits(self, company):
        """Limits above zero that Odoo itself holds, its default for the company included.

        :return: ``{commercial partner id: limit in company currency}``
        """
        default = (
            self.env["ir.default"]._get("res.partner", "credit_limit", company_id=company.id) or 0.0
        )
        self.env["res.partner"].flush_model(["credit_limit", "commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, COALESCE((credit_limit->>%s)::float8, %s) AS amount
                  FROM res_partner
                 WHERE id = commercial_partner_id AND (credit_limit ? %s OR id = ANY(%s))
                """,
                str(company.id),
                default,
                str(company.id),
                self._get_customer_ids_without_account(company) if default else [],
            )
        )
        return {partner_id: amount for partner_id, amount in rows if amount > 0}

    @api.model
    def _get_customer_ids_without_account(self, company):
        """Commercial partners with an order or a customer invoice in the companies that share these accounts."""
        self.env["sale.order"].flush_model(["partner_invoice_id", "company_id"])
        self.env["account.move"].flush_model(["commercial_partner_id", "company_id", "move_type"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.commercial_partner_id
                  FROM res_partner p
                 WHERE p.id IN (SELECT partner_invoice_id FROM sale_order WHERE company_id = ANY(%(companies)s))
                 UNION
                SELECT m.commercial_partner_id
                  FROM account_move m
                 WHERE m.company_id = ANY(%(companies)s) AND m.commercial_partner_id IS NOT NULL
                   AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                EXCEPT
                SELECT partner_id FROM credit_account WHERE company_id = %(company)s
                """,
                companies=self.env["res.company"]
                .sudo()
                .search([("credit_company_id", "=", company.id)])
                .ids,
                company=company.id,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _cron_make_missing(self):
        """Customers who came by an invoice alone; orders make their account themselves."""
        companies = self.env["res.company"].search([("credit_company_id", "!=", False)])
        work = [
            (company, batch)
            for company in companies.credit_company_id
            for batch in split_every(
                BATCH,
                self._get_customer_ids_without_account(company),
                self.env["res.partner"].browse,
            )
        ]
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=sum(len(batch) for _company, batch in work))
        for company, batch in work:
            try:
                self._ensure(batch, company)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Accounts are made one by one.")
                self._ensure_apart(batch, company)
            if not progress(len(batch)):
                break

    @api.model
    def _ensure_apart(self, partners, company):
        for partner in partners:
            try:
                self._ensure(partner, company)
                self.env["ir.cron"]._commit_progress()
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Customer %s has no account.", partner.id)

    def _copy_limit(self, source):
        """Take over mode and limit of an account that is about to go."""
        self.write(
            {
                "mode": source.mode,
                "base_limit": source.base_limit,
                "valid_to": source.valid_to,
                "change_reason": self.env._(
                    "Taken over from %(customer)s.", customer=source.display_name
                ),
            }
        )

    def _hand_over(self, target):
        """Give decisions and releases to ``target`` and go; the dossier stays as it was."""
        self.env.flush_all()
        for table in ("credit_decision", "credit_grant"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET account_id = %s, partner_id = %s WHERE account_id = ANY(%s)",
                    SQL.identifier(table),
                    target.id,
                    target.partner_id.id,
                    self.ids,
                )
            )
        self.env.cr.execute(SQL("DELETE FROM credit_account WHERE id = ANY(%s)", self.ids))
        self.env.invalidate_all(flush=False)

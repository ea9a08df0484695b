from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL


class Person(NamedTuple):
    """Where a salesperson stands today and what his position lets him sell on credit.

    Limits are in company currency; None: this one is not set.
    """

    user_id: int | bool = False
    rule_id: int | None = None
    order_limit: float | None = None
    customer_limit: float | None = None
    pool_limit: float | None = None
    near_pct: float | None = None
    employee_id: int | None = None
    store_id: int | None = None
    region_id: int | None = None
    pool_id: int | None = None
    dossier_id: int | None = None
    near_told: bool | None = None
    suspension_id: int | None = None

    @property
    def has_limits(self):
        return self.order_limit is not None or self.has_own_total or bool(self.suspension_id)

    @property
    def has_own_total(self):
        """Whether the documents he has open decide anything."""
        return self.customer_limit is not None or self.pool_limit is not None


class CreditPerson(models.AbstractModel):
    """Salespeople and what is open on their own documents: one query each, for any number of people.

    A document is a person's own when he is its salesperson: orders that hold credit, and posted
    invoices that are not paid. Payments that nobody has matched yet belong to the customer only.
    """

    _name = "credit.person"
    _description = "Salesperson's Credit"

    @api.model
    def _get(self, users, company, day=None):
        """Position, personal limits, pool and suspension of users for documents of ``company``.

        :return: ``{user id: Person}``
        """
        if not users:
            return {}
        Authority = self.env["credit.authority"].sudo()
        Suspension = self.env["credit.suspension"].sudo()
        Authority.flush_model()
        Suspension._flush_suspensions()
        self.env["credit.pool"].flush_model(["user_id", "company_id", "dossier_id", "near_told"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT place.user_id, rule.id,
                       CASE WHEN rule.limit_order THEN rule.order_limit END::float8,
                       CASE WHEN rule.limit_customer THEN rule.customer_limit END::float8,
                       CASE WHEN rule.limit_pool THEN rule.pool_limit END::float8,
                       rule.near_pct, place.employee_id, place.store_id, place.region_id,
                       pool.id, pool.dossier_id, pool.near_told, (%(suspension)s)
                  FROM (
                       SELECT asked.user_id, context.employee_id, context.department_id,
                              context.store_id, context.region_id
                         FROM unnest(%(users)s) AS asked(user_id)
                    LEFT JOIN (%(context)s) context ON context.user_id = asked.user_id
                       ) place
             LEFT JOIN (%(rules)s) chosen ON chosen.user_id = place.user_id
             LEFT JOIN credit_authority rule ON rule.id = chosen.id
             LEFT JOIN credit_pool pool ON pool.user_id = place.user_id AND pool.company_id = %(credit_company)s
                """,
                users=list(users.ids),
                context=self.env["hr.employee"]._get_control_context_sql(users, company, day),
                rules=Authority._get_resolve_sql(users, company, day),
                credit_company=company.sudo().credit_company_id.id,
                suspension=Suspension._sql_suspension(
                    company, Suspension._get_moment(company, day)
                ),
            )
        )
        return {row[0]: Person(*row) for row in rows}

    @api.model
    def _get_for_documents(self, documents, make=True):
        """The salespeople of orders or invoices, each with his pool made where a limit on it applies first.

        :param make: a read makes no pool
        :return: ``{(company id, user id): Person}``; nobody for documents without a salesperson
        """
        people = {}
        for company, batch in documents.sudo().grouped("company_id").items():
            found = self._get(batch.user_id, company)
            missing = [
                user_id
                for user_id, person in found.items()
                if make and person.pool_limit is not None and not person.pool_id
            ]
            if missing:
                self.env["credit.pool"]._ensure(self.env["res.users"].browse(missing), company)
                found = self._get(batch.user_id, company)
            people |= {(company.id, user_id): person for user_id, person in found.items()}
            people[company.id, False] = Person()
        return people

    # What is open on somebody's own documents ---------------------------------------------------

    @api.model
    def _get_totals(self, people, partners, without=None):
        """Open credit on people's own documents.

        :param people: pairs ``(user id, credit company id)``
        :param partners: commercial partners asked for by name; the others are added up
        :param without: orders left out
        :return: ``{(user id, credit company id, commercial partner id or None): amount}``, in company currency
        """
        if not people:
            return {}
        self.env["credit.exposure"]._flush()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT user_id, company_id, CASE WHEN partner_id = ANY(%s) THEN partner_id END, SUM(amount)::float8
                  FROM (%s) document
              GROUP BY 1, 2, 3
                """,
                list(partners.ids),
                self._sql_documents(people, without),
            )
        )
        return {
            (user_id, company_id, partner_id): amount
            for user_id, company_id, partner_id, amount in rows
        }

    @api.model
    def _get_document_ids(self, people):
        """The documents behind the totals, for the drill-down. :return: ``{model: [id]}``"""
        documents = {"sale.order": [], "account.move": []}
        if people:
            self.env["credit.exposure"]._flush()
            query = SQL(
                "SELECT DISTINCT model, id FROM (%s) document WHERE amount <> 0 ORDER BY id",
                self._sql_documents(people),
            )
            for model, document_id in self.env.execute_query(query):
                documents[model].append(document_id)
        return documents

    def _sql_documents(self, people, without=()):
        """One row per open document or item: ``user_id, company_id, partner_id, model, id, amount``."""
        Exposure = self.env["credit.exposure"]
        pairs = sorted(people)
        person = SQL(
            "SELECT * FROM unnest(%s::int[], %s::int[]) AS pair(user_id, company_id)",
            [user_id for user_id, _company_id in pairs],
            [company_id for _user_id, company_id in pairs],
        )
        companies = self.env["res.company"].sudo().browse({company for _user, company in pairs})
        return SQL(
            """
            SELECT p.user_id, p.company_id, m.commercial_partner_id AS partner_id,
                   'account.move' AS model, m.id, l.amount_residual AS amount
              FROM (%(person)s) p
              JOIN account_move m ON m.invoice_user_id = p.user_id
              JOIN res_company c ON c.id = m.company_id AND c.credit_company_id = p.company_id
              JOIN account_move_line l ON l.move_id = m.id AND l.reconciled IS NOT TRUE
              JOIN account_account k ON k.id = l.account_id
             WHERE m.state = 'posted'
               AND m.payment_state IN ('not_paid', 'partial', 'in_payment', 'blocked')
               AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND k.account_type = 'asset_receivable' AND k.non_trade IS NOT TRUE
         UNION ALL
            SELECT so.user_id, c.credit_company_id, partner.commercial_partner_id,
                   'sale.order', so.id, o.amount
              FROM (%(orders)s) o
              JOIN sale_order so ON so.id = o.id
              JOIN res_company c ON c.id = so.company_id
              JOIN res_partner partner ON partner.id = so.partner_invoice_id
            """,
            person=person,
            orders=Exposure._sql_orders(
                Exposure._sql_candidates_of(
                    SQL("NULL::int"),
                    SQL(
                        """
                        JOIN res_company c ON c.id = so.company_id
                        JOIN (%s) p ON p.user_id = so.user_id AND p.company_id = c.credit_company_id
                       WHERE TRUE
                        """,
                        person,
                    ),
                    without,
                ),
                companies,
            ),
        )

import logging
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.hr_control_base.models.hr_control_dossier import CONTENTION

_logger = logging.getLogger(__name__)

LOOK_BACK_DAYS = 7  # a job that missed some nights still sees every order


class Finding(NamedTuple):
    """Something abnormal. ``key`` names the cause: it is told once, whatever the figures become.

    ``figures`` hold amounts in company currency, counts and percentages; ``documents`` what they
    were read from: ``(model, ids)``.
    """

    key: str
    figures: dict
    documents: tuple = ()
    account_id: int | None = None
    user_id: int | None = None


class CreditWatch(models.AbstractModel):
    """Looks each night for what is abnormal. A finder takes a rule and a company and returns findings."""

    _name = "credit.watch"
    _description = "Watching Trade"

    @api.model
    def _get_finders(self):
        """The finder of each rule; who adds a code to the rules adds its finder here."""
        return {
            "large_order": self._find_large_orders,
            "split_orders": self._find_split_orders,
            "bill_to_changed": self._find_changed_bill_tos,
            "frequent_grants": self._find_frequent_grants,
            "released_overdue": self._find_released_overdue,
            "credit_growth": self._find_credit_growth,
            "payment_rhythm": self._find_payment_rhythm,
            "returns_after_close": self._find_returns_after_close,
        }

    @api.model
    def _cron_watch(self):
        """Each rule of each company apart; one that fails is logged and stops no other."""
        Rule = self.env["credit.watch.rule"]
        companies = (
            self.env["res.company"]
            .sudo()
            .search([("credit_company_id", "!=", False)])
            .credit_company_id
        )
        work = [(rule, company) for company in companies for rule in Rule._get_for(company)]
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(work))
        for rule, company in work:
            try:
                self._watch(rule, company)
            except (UserError, *CONTENTION) as error:
                self.env.cr.rollback()
                _logger.info(
                    "Rule %s was not watched in company %s: %s", rule.code, company.id, error
                )
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Rule %s was not watched in company %s.", rule.code, company.id)
            if not progress(1):
                break

    @api.model
    def _watch(self, rule, company):
        """:return: the findings made now"""
        self._flush()
        found = self._get_finders()[rule.code](rule, company)
        return self.env["credit.watch.finding"]._record(rule, company, found)

    @api.model
    def _flush(self):
        """Findings are read by SQL from orders, decisions and the ledger."""
        self.env.flush_all()

    # Orders -------------------------------------------------------------------------------------

    @api.model
    def _sql_orders(self, company, since, until=None):
        """Confirmed and held orders of the companies that share the accounts of ``company``.

        Columns: ``id, account_id, user_id, date, amount`` in company currency.
        """
        return SQL(
            """
            SELECT o.id, a.id AS account_id, o.user_id, o.date_order AS date,
                   o.amount_total / COALESCE(NULLIF(o.currency_rate, 0), 1) AS amount
              FROM sale_order o
              JOIN res_company c ON c.id = o.company_id AND c.credit_company_id = %(company)s
              JOIN res_partner p ON p.id = o.partner_invoice_id
              JOIN credit_account a ON a.partner_id = p.commercial_partner_id AND a.company_id = %(company)s
             WHERE (o.state = 'sale' OR (o.credit_state = 'hold' AND o.state IN ('draft', 'sent')))
               AND o.date_order >= %(since)s %(until)s
            """,
            company=company.id,
            since=since,
            until=SQL("AND o.date_order < %s", until) if until else SQL(),
        )

    @api.model
    def _ago(self, company, days=0, months=0):
        """The first moment, UTC, of a day so long ago in the company's time zone."""
        day = fields.Date.subtract(company._company_today(), days=days + 1, months=months)
        return company._company_day_end(day)

    @api.model
    def _find_large_orders(self, rule, company):
        rows = self.env.execute_query(
            SQL(
                """
                WITH recent AS (%(recent)s), past AS (%(past)s)
                SELECT o.id, o.account_id, o.user_id, o.amount::float8, habit.orders, habit.average::float8
                  FROM recent o
            CROSS JOIN LATERAL (
                       SELECT COUNT(*) AS orders, AVG(h.amount) AS average
                         FROM past h
                        WHERE h.account_id = o.account_id AND (h.date, h.id) < (o.date, o.id)
                       ) habit
                 WHERE habit.orders >= %(count)s AND o.amount >= %(amount)s
                   AND o.amount > %(factor)s * habit.average
              ORDER BY o.id
                """,
                recent=self._sql_orders(company, self._ago(company, LOOK_BACK_DAYS)),
                past=self._sql_orders(company, self._ago(company, months=12)),
                count=rule.count,
                amount=rule.amount,
                factor=rule.factor,
            )
        )
        return [
            Finding(
                key=f"order:{order_id}",
                figures={
                    "amount": amount,
                    "average": average,
                    "orders": orders,
                    "times": round(amount / average, 1) if average else 0.0,
                },
                documents=("sale.order", [order_id]),
                account_id=account_id,
                user_id=user_id,
            )
            for order_id, account_id, user_id, amount, orders, average in rows
        ]

    @api.model
    def _find_split_orders(self, rule, company):
        """Orders told of once belong to no second finding."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account_id, user_id, array_agg(id ORDER BY id), array_agg(amount::float8 ORDER BY id)
                  FROM (%s) o
                 WHERE user_id IS NOT NULL
              GROUP BY account_id, user_id
                HAVING COUNT(*) >= %s
                """,
                self._sql_orders(company, self._ago(company, rule.days - 1)),
                rule.count,
            )
        )
        users = self.env["res.users"].browse({row[1] for row in rows})
        people = self.env["credit.person"]._get(users, company) if users else {}
        known = self.env["credit.watch.finding"]._get_known_documents(rule, company)
        found = []
        for account_id, user_id, order_ids, amounts in rows:
            person = people.get(user_id)
            ceiling = (
                person.order_limit if person and person.order_limit is not None else rule.amount
            )
            orders = {
                order_id: amount
                for order_id, amount in zip(order_ids, amounts, strict=True)
                if amount <= ceiling and order_id not in known
            }
            total = sum(orders.values())
            if not ceiling or len(orders) < rule.count or total <= ceiling:
                continue
            found.append(
                Finding(
                    key=f"orders:{min(orders)}",
                    figures={
                        "orders": len(orders),
                        "total": total,
                        "ceiling": ceiling,
                        "days": rule.days,
                    },
                    documents=("sale.order", list(orders)),
                    account_id=account_id,
                    user_id=user_id,
                )
            )
        return found

    @api.model
    def _find_changed_bill_tos(self, rule, company):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (held.order_id)
                       held.order_id, held.account_id, passed.account_id, passed.salesperson_id,
                       passed.order_amount::float8
                  FROM credit_decision held
                  JOIN res_company c ON c.id = held.company_id AND c.credit_company_id = %(company)s
                  JOIN credit_decision passed
                    ON passed.order_id = held.order_id AND passed.id > held.id
                   AND passed.account_id <> held.account_id
                   AND passed.result IN ('ok', 'near', 'warn', 'released')
                   AND passed.date <= held.date + %(days)s * interval '1 day'
                 WHERE held.result = 'hold' AND passed.date >= %(since)s
              ORDER BY held.order_id, passed.id DESC
                """,
                company=company.id,
                days=rule.days,
                since=self._ago(company, LOOK_BACK_DAYS),
            )
        )
        Account = self.env["credit.account"].sudo()
        return [
            Finding(
                key=f"order:{order_id}:{passed_id}",
                figures={
                    "amount": amount,
                    "held_for": Account.browse(held_id).display_name,
                    "passed_for": Account.browse(passed_id).display_name,
                },
                documents=("sale.order", [order_id]),
                account_id=held_id,
                user_id=user_id,
            )
            for order_id, held_id, passed_id, user_id, amount in rows
        ]

    # People -------------------------------------------------------------------------------------

    @api.model
    def _sql_given(self, company, since):
        """Releases and emergencies in force since then, with who gave them: ``id, user_id, kind, order_id``."""
        return SQL(
            """
            SELECT g.id, g.kind, g.order_id,
                   CASE WHEN g.kind = 'emergency' THEN g.requester_id ELSE s.decided_by_id END AS user_id
              FROM credit_grant g
              JOIN res_company c ON c.id = g.company_id AND c.credit_company_id = %(company)s
         LEFT JOIN LATERAL (
                   SELECT s.decided_by_id
                     FROM hr_control_approval_step s
                    WHERE s.approval_id = g.approval_id AND s.state = 'approved'
                 ORDER BY s.sequence DESC, s.id DESC LIMIT 1
                   ) s ON TRUE
             WHERE g.state IN ('active', 'used', 'void') AND g.kind <> 'base' AND g.valid_from >= %(since)s
            """,
            company=company.id,
            since=since,
        )

    @api.model
    def _find_frequent_grants(self, rule, company):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT user_id, array_agg(id ORDER BY id), COUNT(*) FILTER (WHERE kind = 'emergency')
                  FROM (%s) given
                 WHERE user_id IS NOT NULL
              GROUP BY user_id
                HAVING COUNT(*) >= %s
                """,
                self._sql_given(company, self._ago(company, rule.days - 1)),
                rule.count,
            )
        )
        known = self.env["credit.watch.finding"]._get_known_documents(rule, company)
        return [
            Finding(
                key=f"user:{user_id}:{min(grant_ids)}",
                figures={
                    "grants": len(grant_ids),
                    "emergencies": emergencies,
                    "days": rule.days,
                },
                documents=("credit.grant", grant_ids),
                user_id=user_id,
            )
            for user_id, grant_ids, emergencies in rows
            if len(set(grant_ids) - known) >= rule.count
        ]

    @api.model
    def _find_released_overdue(self, rule, company):
        """An order is overdue when something of its invoices is; half a release counts whole."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT user_id, COUNT(*), array_agg(order_id ORDER BY order_id) FILTER (WHERE overdue)
                  FROM (
                        SELECT DISTINCT given.user_id, given.order_id,
                               EXISTS (
                                   SELECT FROM sale_order_line sl
                                     JOIN sale_order_line_invoice_rel r ON r.order_line_id = sl.id
                                     JOIN account_move_line il ON il.id = r.invoice_line_id
                                     JOIN account_move_line l ON l.move_id = il.move_id
                                     JOIN account_account k ON k.id = l.account_id
                                      AND k.account_type = 'asset_receivable'
                                    WHERE sl.order_id = given.order_id AND l.parent_state = 'posted'
                                      AND l.amount_residual > 0
                                      AND COALESCE(l.date_maturity, l.date) < %(today)s
                               ) AS overdue
                          FROM (%(given)s) given
                         WHERE given.user_id IS NOT NULL AND given.order_id IS NOT NULL
                       ) released
              GROUP BY user_id
                HAVING COUNT(*) FILTER (WHERE overdue) >= %(count)s
                   AND COUNT(*) FILTER (WHERE overdue) * 100.0 >= %(points)s * COUNT(*)
                """,
                today=company._company_today(),
                given=self._sql_given(company, self._ago(company, months=12)),
                count=rule.count,
                points=rule.points,
            )
        )
        return [
            Finding(
                key=f"user:{user_id}:{company._company_today():%Y-%m}",
                figures={
                    "released": released,
                    "overdue": len(order_ids),
                    "share": round(100 * len(order_ids) / released, 1),
                },
                documents=("sale.order", order_ids),
                user_id=user_id,
            )
            for user_id, released, order_ids in rows
        ]

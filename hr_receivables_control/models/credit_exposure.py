from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL


class Exposure(NamedTuple):
    """What a customer owes or has ordered, in the currency of the credit account's company.

    Signed: a customer who has paid in advance has a negative ``receivable`` and so extra room.
    ``overdue`` is net of credits not yet applied, never below zero; ``overdue_paused`` is the part of
    it that a promise or a dispute pauses, ``overdue_days`` the age of the oldest of the rest, 0 when
    there is none. ``uplift`` is what temporary grants add to the limit at this moment, ``emergency``
    the part of it that was given in an emergency. ``rate_missing`` is set when an open order's
    currency has no rate up to today.
    """

    receivable: float = 0.0
    overdue: float = 0.0
    overdue_paused: float = 0.0
    overdue_days: int = 0
    bills: float = 0.0
    uplift: float = 0.0
    emergency: float = 0.0
    orders: float = 0.0
    rate_missing: bool = False

    @property
    def total(self):
        return self.receivable + self.bills + self.orders


class CreditExposure(models.AbstractModel):
    """The one home of the exposure formula: one query for any number of customers, nothing stored.

    Raw SQL over base tables, without record rules and whichever company is active, because the
    figure must be the same for the salesperson, the accountant and the scheduled job.
    """

    _name = "credit.exposure"
    _description = "Customer Credit Exposure"

    @api.model
    def _get(self, accounts, orders=None, moves=()):
        """Exposure of credit accounts, without ``orders`` when some are given.

        :param orders: orders about to be confirmed, or confirmed just now
        :param moves: invoices just posted; what they bring counts, but not as overdue
        :return: ``{account id: Exposure}`` with an entry for every account, and
            ``{order id: (amount it holds once confirmed, rate missing)}`` for the orders given
        """
        if not accounts:
            return {}, {}
        self._flush()
        accounts = accounts.sudo()
        orders = (orders if orders is not None else self.env["sale.order"]).sudo()
        ledger, totals, amounts = {}, {}, {}
        query = SQL(
            """
            SELECT id, NULL::int,
                   ARRAY[receivable, overdue, overdue_paused, overdue_days, bills, uplift, emergency]::float8[],
                   NULL::float8, NULL::bool
              FROM (%s) ledger
         UNION ALL
            SELECT account_id, order_id, NULL, amount, rate_missing FROM (%s) orders
            """,
            self._sql_ledger(accounts, moves),
            self._sql_order_totals(accounts, orders),
        )
        for account_id, order_id, components, amount, rate_missing in self.env.execute_query(query):
            if components:
                # days are a number like the others on their way through the array
                ledger[account_id] = [*components[:3], int(components[3]), *components[4:]]
            elif order_id:
                amounts[order_id] = (amount, rate_missing)
            else:
                totals[account_id] = (amount, rate_missing)
        exposures = {
            account_id: Exposure(*ledger[account_id], *totals.get(account_id, (0.0, False)))
            for account_id in accounts.ids
        }
        return exposures, amounts

    @api.model
    def _get_order_amounts(self, orders, flush=True, checked=False):
        """What each confirmed order still holds, in the currency of its credit company.

        :param flush: else as the database has them, without what is computed or written just now
        :param checked: of orders that were beyond the horizon when they were checked, only what was delivered
        :return: ``{order id: amount}``, orders that hold nothing left out
        """
        if not orders:
            return {}
        if flush:
            self._flush()
        companies = orders.sudo().company_id.credit_company_id
        query = SQL(
            "SELECT id, amount::float8 FROM (%s) o WHERE amount <> 0",
            self._sql_orders(self._sql_candidates_given(orders, checked), companies),
        )
        return dict(self.env.execute_query(query))

    def _flush(self):
        """Write pending changes of every table the queries read."""
        for model_name, field_names in self._get_flush_fields().items():
            self.env[model_name].flush_model(field_names)

    def _get_flush_fields(self):
        """Tables and fields the queries depend on; bridges add theirs."""
        return {
            "account.account": ["account_type", "non_trade", "credit_is_bill"],
            "account.partial.reconcile": ["credit_move_id", "debit_move_id"],
            "account.tax": ["amount", "amount_type", "company_id", "price_include_override"],
            "account.move": [
                "commercial_partner_id",
                "invoice_user_id",
                "state",
                "move_type",
                "payment_state",
                "reversed_entry_id",
                "invoice_currency_rate",
            ],
            "account.move.line": [
                "account_id",
                "amount_residual",
                "company_id",
                "currency_id",
                "date",
                "date_maturity",
                "display_type",
                "move_id",
                # not read: posting changes both, and they are written in one go
                "move_name",
                "parent_state",
                "partner_id",
                "price_total",
                "product_uom_id",
                "quantity",
                "reconciled",
                "sale_line_ids",
            ],
            "credit.account": ["company_id", "partner_id"],
            "credit.overdue.pause": [
                "account_id",
                "company_id",
                "date_from",
                "date_to",
                "move_id",
                "state",
            ],
            "credit.grant": ["account_id", "amount", "kind", "state", "valid_from", "valid_to"],
            "res.company": [
                "account_price_include",
                "credit_company_id",
                "credit_overdue_grace_days",
                "credit_overdue_nets",
                "credit_overdue_tolerance",
                "currency_id",
                "parent_path",
            ],
            "res.currency": ["rounding"],
            "res.currency.rate": ["company_id", "currency_id", "name", "rate"],
            "res.partner": ["commercial_partner_id"],
            "sale.order": [
                "amount_total",
                "commitment_date",
                "company_id",
                "credit_later",
                "credit_short_closed",
                "currency_id",
                "currency_rate",
                "invoice_status",
                "partner_invoice_id",
                "state",
                "user_id",
            ],
            "sale.order.line": [
                "discount",
                "display_type",
                "is_downpayment",
                "order_id",
                "price_total",
                "price_unit",
                "product_uom_id",
                "product_uom_qty",
                "qty_delivered",
                "tax_ids",
            ],
            "uom.uom": ["factor"],
        }

    # Ledger -------------------------------------------------------------------------------------

    def _sql_ledger(self, accounts, moves=()):
        """One row per account: the parts of ``Exposure`` that are not orders, by the same names."""
        return SQL(
            """
            SELECT a.id, COALESCE(open.receivable, 0) AS receivable, COALESCE(open.overdue, 0) AS overdue,
                   COALESCE(open.overdue_paused, 0) AS overdue_paused,
                   COALESCE(open.overdue_days, 0) AS overdue_days, COALESCE(open.bills, 0) AS bills,
                   COALESCE(given.uplift, 0) AS uplift, COALESCE(given.emergency, 0) AS emergency
              FROM credit_account a
         LEFT JOIN (
                    SELECT account_id,
                           SUM(amount) FILTER (WHERE kind = 'receivable') AS receivable,
                           SUM(amount) FILTER (WHERE kind = 'bill') AS bills,
                           SUM(overdue) AS overdue,
                           SUM(overdue) FILTER (WHERE is_paused) AS overdue_paused,
                           MAX(days) FILTER (WHERE counts) AS overdue_days
                      FROM (%(items)s) item
                  GROUP BY account_id
                   ) open ON open.account_id = a.id
         LEFT JOIN LATERAL (
                    SELECT SUM(g.amount) AS uplift,
                           SUM(g.amount) FILTER (WHERE g.kind = 'emergency') AS emergency
                      FROM credit_grant g
                     WHERE g.account_id = a.id AND g.kind IN ('limit', 'emergency') AND g.state = 'active'
                       AND g.valid_from <= %(now)s AND g.valid_to > %(now)s
                   ) given ON TRUE
             WHERE a.id = ANY(%(accounts)s)
            """,
            now=fields.Datetime.now(),
            items=self.env["credit.overdue"]._sql_items(accounts, moves),
            accounts=accounts.ids,
        )

    def _sql_ledger_from(self, accounts, joins=None):
        """Open items on trade receivable accounts and on bill accounts, child contacts included.

        A bill counts until its item is reconciled or, where the item carries a maturity later than
        its own date, until that day has passed. The credit that clears it counts by reconciling
        it: counted alone, it would lower the exposure a second time once the bill has matured.
        OFFSET keeps the planner to the index of open items by account and partner: what a customer
        ever bought is much more than what is open.
        """
        return SQL(
            """
            FROM credit_account a
            JOIN (%(today)s) d ON d.company_id = a.company_id
            JOIN res_company own ON own.id = a.company_id
            JOIN res_company c ON c.credit_company_id = a.company_id
            JOIN res_partner p ON p.commercial_partner_id = a.partner_id
           CROSS JOIN account_account k
           CROSS JOIN LATERAL (
                SELECT *
                  FROM account_move_line
                 WHERE account_id = k.id AND partner_id = p.id AND company_id = c.id
                   AND reconciled IS NOT TRUE AND parent_state = 'posted'
                OFFSET 0
            ) l
           %(joins)s
           WHERE a.id = ANY(%(accounts)s)
             AND ((k.account_type = 'asset_receivable' AND k.non_trade IS NOT TRUE) OR k.credit_is_bill)
             AND (k.credit_is_bill IS NOT TRUE OR (
                  l.amount_residual > 0
                  AND (l.date_maturity IS NULL OR l.date_maturity = l.date OR l.date_maturity >= d.today)
             ))
            """,
            accounts=accounts.ids,
            joins=joins or SQL(),
            today=self._sql_today(accounts.sudo().company_id),
        )

    def _sql_today(self, companies):
        """Today of each credit company, in its own time zone, and from when on orders do not count yet."""
        companies = companies.sudo()
        return SQL(
            "SELECT * FROM unnest(%s::int[], %s::date[], %s::timestamp[]) AS day(company_id, today, horizon)",
            companies.ids,
            [company._company_today() for company in companies],
            [company._get_credit_horizon() or "infinity" for company in companies],
        )

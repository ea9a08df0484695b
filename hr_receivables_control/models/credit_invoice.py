import logging
from contextlib import contextmanager
from typing import NamedTuple

import psycopg2

from odoo import api, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class Rise(NamedTuple):
    """What an invoice adds to a customer's exposure; ``free`` is the part that no order justifies."""

    amount: float
    free: float
    partner_id: int


class CreditInvoice(models.AbstractModel):
    """Checks customer invoices by what they add to what the customer's orders hold already.

    An invoice of an order changes nothing in most cases and is not looked at further. Where it goes
    beyond the order, or the order was beyond the horizon when it was checked, it is refused for what
    no order justifies, and else only recorded and shown: what was ordered or delivered is owed, and
    refusing the invoice would hide the debt.
    """

    _name = "credit.invoice"
    _description = "Credit Check of Invoices"

    @api.model
    @contextmanager
    def _watch(self, moves):
        """Check ``moves``, which are posted inside; a constant number of queries for any number.

        :raises UserError: the customer's credit does not allow the invoice; the error names the
            documents in ``credit_documents``
        """
        moves = moves.sudo()
        billed = self._get_billed(moves)
        orders = self.env["sale.order"].sudo().browse({order for _m, order in billed if order})
        held = self.env["credit.exposure"]._get_order_amounts(orders, checked=True)
        yield
        moves = moves.filtered(lambda move: move.state == "posted")
        try:
            left = self.env["credit.exposure"]._get_order_amounts(orders, checked=True)
            given_up = {
                order: held.get(order.id, 0.0) - left.get(order.id, 0.0) for order in orders
            }
            rises = self._get_rises(moves, billed, given_up)
            refused = self._check(rises)
        except (psycopg2.Error, ConcurrencyError, UserError):
            raise
        except Exception:
            # what may not be refused is not refused for an error of ours either
            if not all(move._is_credit_lenient() for move in moves):
                raise
            _logger.exception("The credit check of invoices %s failed.", moves.ids)
            return
        self._refuse(refused)

    @api.model
    @contextmanager
    def _watch_posted(self, moves):
        """Check invoices that are posted already and changed inside, made dearer or out to somebody else.

        Odoo refuses that, but for a key of the context that a client can send.
        :raises UserError: as :meth:`_watch`
        """
        moves = moves.sudo()
        before = self._get_receivable(moves)
        yield
        rises = {}
        after = self._get_receivable(moves)
        for move in moves.sorted("id").filtered(lambda move: move.id in after):
            amount, partner_id = after[move.id]
            owed_before, partner_before = before.get(move.id, (0.0, 0))
            if partner_id == partner_before:
                amount -= owed_before
            if move.company_currency_id.compare_amounts(amount, 0.0) > 0:
                rises[move] = Rise(amount, amount, partner_id)
        self._refuse(self._check(rises))

    @api.model
    def _refuse(self, decisions):
        """:raises UserError: if there are any; each attempt is on record although it is rolled back"""
        if not decisions:
            return
        decisions._log_refused()
        error = UserError("\n".join(decision._get_refusal() for decision in decisions))
        error.credit_documents = decisions.move_id
        raise error

    # What an invoice adds -------------------------------------------------------------------------

    @api.model
    def _get_billed(self, moves):
        """What the lines of draft invoices bill of each order; 0 stands for no order.

        An order that no check ever let pass justifies nothing but its down payment.
        :return: ``{(move id, order id or 0): amount with tax, in the invoice's currency}``
        """
        self.env["account.move.line"].flush_model(
            ["display_type", "move_id", "price_total", "sale_line_ids"]
        )
        self.env["sale.order"].flush_model(["state"])
        self.env["sale.order.line"].flush_model(["is_downpayment", "order_id", "product_uom_qty"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.move_id, COALESCE(linked.order_id, 0), SUM(l.price_total)::float8
                  FROM account_move_line l
             LEFT JOIN LATERAL (
                        SELECT MIN(sol.order_id) AS order_id
                          FROM sale_order_line_invoice_rel rel
                          JOIN sale_order_line sol ON sol.id = rel.order_line_id
                          JOIN sale_order so ON so.id = sol.order_id
                         WHERE rel.invoice_line_id = l.id
                           AND (so.state = 'sale' OR (sol.is_downpayment AND sol.product_uom_qty = 0) OR EXISTS (
                                SELECT FROM credit_decision d
                                 WHERE d.order_id = so.id AND d.checkpoint = 'order' AND d.result <> 'hold'
                           ))
                       ) linked ON TRUE
                 WHERE l.move_id = ANY(%s) AND l.display_type = 'product'
              GROUP BY 1, 2
                """,
                moves.ids,
            )
        )
        return {(move_id, order_id): amount for move_id, order_id, amount in rows}

    @api.model
    def _get_receivable(self, moves):
        """What posted invoices put on trade receivable and bill accounts, and who owes it.

        By the lines, as the exposure is read; the fields of the invoice itself only say the same.
        :return: ``{move id: (amount in company currency, commercial partner id)}``
        """
        self.env["account.move.line"].flush_model(
            ["account_id", "balance", "move_id", "partner_id"]
        )
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["account.account"].flush_model(["account_type", "credit_is_bill", "non_trade"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.move_id, SUM(l.balance)::float8, MIN(p.commercial_partner_id)
                  FROM account_move_line l
                  JOIN account_account k ON k.id = l.account_id
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.move_id = ANY(%s)
                   AND ((k.account_type = 'asset_receivable' AND k.non_trade IS NOT TRUE) OR k.credit_is_bill)
              GROUP BY 1
                """,
                moves.ids,
            )
        )
        return {move_id: (amount, partner_id) for move_id, amount, partner_id in rows}

    @api.model
    def _get_rises(self, moves, billed, given_up):
        """What each invoice adds once the orders have given up what it bills.

        Several invoices of one order draw on what it gave up in id order. A cancelled or
        short-closed order held nothing, but still justifies the invoice of what it was for. What
        somebody else ordered justifies nothing.
        :return: ``{move: Rise}``, invoices that add nothing left out
        """
        receivable = self._get_receivable(moves)
        by_move = {}
        for (move_id, order_id), amount in billed.items():
            by_move.setdefault(move_id, []).append((order_id, amount))
        left = {order.id: amount for order, amount in given_up.items()}
        holding = {order.id: order.state == "sale" for order in given_up}
        owners = {
            order.id: (
                order.partner_invoice_id.commercial_partner_id.id,
                order.company_id.credit_company_id.id,
            )
            for order in given_up
        }
        rises = {}
        for move in moves.sorted("id"):
            currency = move.company_currency_id
            lines = by_move.get(move.id, [])
            owed, partner_id = receivable.get(move.id, (0.0, 0))
            owner = (partner_id, move.company_id.credit_company_id.id)
            covered = free = 0.0
            for order_id, amount in lines:
                # at today's rate, as the orders are: a rate that moved is nobody's new credit
                value = move.currency_id._convert(
                    amount, currency, move.company_id, move.company_id._company_today()
                )
                available = left.get(order_id, 0.0) if owners.get(order_id) == owner else 0.0
                drawn = min(max(value, 0.0), max(available, 0.0))
                left[order_id] = left.get(order_id, 0.0) - drawn
                covered += drawn if holding.get(order_id) else 0.0
                free += value - drawn
            # tax is rounded per document, so an order and its invoices may differ by a unit a line
            tolerance = currency.rounding * len(move.invoice_line_ids) if covered else 0.0
            amount = owed - covered
            if amount > tolerance and currency.compare_amounts(amount, 0.0) > 0:
                rises[move] = Rise(amount, free if free > tolerance else 0.0, partner_id)
        return rises

    # The check ------------------------------------------------------------------------------------

    @api.model
    def _check(self, rises):
        """Judge the invoices in id order, each on top of those before it, and record the outcome.

        :return: decisions of those to be refused
        """
        if not rises:
            return self.env["credit.decision"]
        Checkpoint = self.env["credit.checkpoint"]
        accounts = self._get_accounts(rises)
        moves = self.env["account.move"].sudo().union(*rises)
        people = self.env["credit.person"]._get_for_documents(moves)
        Checkpoint._take_guards(accounts, people)
        everybody = self.env["credit.account"].union(*accounts.values())
        exposures, _amounts = self.env["credit.exposure"]._get(everybody, moves=rises)
        used = {account_id: exposure.total for account_id, exposure in exposures.items()}
        own = Checkpoint._get_own_credit(moves, accounts, people)
        for move, rise in rises.items():
            account = accounts[move]
            used[account.id] -= rise.amount
            own.totals[move.user_id.id, account.company_id.id][account.partner_id.id] -= rise.amount
        verdicts = {}
        for move, rise in rises.items():
            account = accounts[move]
            exposure = exposures[account.id]
            verdict = Checkpoint._judge(
                account,
                exposure,
                used[account.id],
                rise.amount,
                exposure.rate_missing,
                move,
            )
            verdict = Checkpoint._add_own_verdict(own, move, account, verdict)
            if verdict.reasons:
                verdict = verdict._replace(
                    reasons=[reason | {"document": "invoice"} for reason in verdict.reasons],
                    lenient=not rise.free or move._is_credit_lenient(),
                )
            verdicts[move] = verdict
            if Checkpoint._get_result(move, verdict) != "hold":
                used[account.id] += rise.amount
                Checkpoint._use_own_credit(own, account, verdict)
        decisions = Checkpoint._record("invoice", accounts, verdicts)
        return (
            self.env["credit.decision"]
            .union(*decisions.values())
            .filtered(lambda decision: decision.result == "hold")
        )

    @api.model
    def _get_accounts(self, rises):
        """:return: ``{move: credit.account}``"""
        result = {}
        moves = self.env["account.move"].sudo().union(*rises)
        for company, batch in moves.grouped("company_id").items():
            partners = self.env["res.partner"].browse({rises[move].partner_id for move in batch})
            accounts = self.env["credit.account"]._ensure(partners, company)
            by_partner = {account.partner_id.id: account for account in accounts}
            result |= {move: by_partner[rises[move].partner_id] for move in batch}
        return result


class CreditCheckpoint(models.AbstractModel):
    _inherit = "credit.checkpoint"

    @api.model
    def _get_reason_sentence(self, reason, currency, partner):
        # EXTENDS: an invoice is neither confirmed nor released
        if reason.get("document") != "invoice":
            return super()._get_reason_sentence(reason, currency, partner)
        figures = self._format_reason_figures(reason, currency)
        customer = partner.sudo().display_name
        _ = self.env._
        match reason["code"]:
            case "over_limit":
                return _(
                    "%(customer)s already uses %(before)s of the limit of %(limit)s. This invoice adds %(amount)s, "
                    "which makes %(after)s and is %(excess)s too much. Ask for a higher limit, or invoice an order.",
                    customer=customer,
                    **figures,
                )
            case "cash_only":
                return _(
                    "%(customer)s buys for cash only. This invoice adds %(amount)s, of which %(excess)s "
                    "has to be paid first.",
                    customer=customer,
                    **figures,
                )
            case "suspended":
                return _(
                    "The credit of %(customer)s is suspended. This invoice adds %(amount)s, of which %(excess)s "
                    "has to be paid first.",
                    customer=customer,
                    **figures,
                )
            case "blacklisted":
                return _(
                    "%(customer)s is on the blacklist: nothing may be invoiced that was not ordered before.",
                    customer=customer,
                )
        return super()._get_reason_sentence(reason, currency, partner)

    @api.model
    def _get_own_sentences(self, reason):
        # EXTENDS
        if reason.get("document") != "invoice":
            return super()._get_own_sentences(reason)
        _ = self.env._
        return {
            "own_order": _(
                "%(person)s may give up to %(limit)s on credit at once. This invoice adds %(amount)s, "
                "%(excess)s too much. Invoice an order, which can be released."
            ),
            "own_customer": _(
                "%(person)s may give one customer up to %(limit)s and has %(before)s open with %(customer)s. "
                "This invoice of %(amount)s makes %(excess)s too much. Invoice an order, which can be released."
            ),
            "own_pool": _(
                "%(person)s may have %(limit)s open with all customers together and has %(before)s. "
                "This invoice of %(amount)s makes %(excess)s too much. Invoice an order, which can be released."
            ),
            "person_suspended": _(
                "The credit authority of %(person)s is suspended. Invoice an order, which can be released, "
                "instead of adding %(amount)s."
            ),
        }

    @api.model
    def _format_reason_figures(self, reason, currency):
        return {
            name: currency.format(reason[name])
            for name in ("before", "amount", "after", "limit", "excess")
            if name in reason
        }

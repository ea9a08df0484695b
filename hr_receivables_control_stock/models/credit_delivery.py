import logging
from typing import NamedTuple

import psycopg2
from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL

from odoo.addons.hr_receivables_control.models.credit_checkpoint import Verdict

_logger = logging.getLogger(__name__)


class Goods(NamedTuple):
    """Worth of what one delivery hands over, with tax, in the currency of its credit account.

    ``beyond`` is the part that the check of the order did not leave room for: more than was
    ordered, what had dropped out of the order and was added to a transfer again, or all of it when
    the order was beyond the horizon then; ``held`` the part of that which the exposure has already.
    ``worth`` is what the order comes to with it.
    """

    value: float = 0.0
    beyond: float = 0.0
    held: float = 0.0
    worth: float = 0.0


class CreditCheckpoint(models.AbstractModel):
    """The checkpoint at delivery. A document is the moves of one transfer for one order."""

    _inherit = "credit.checkpoint"

    @api.model
    def _check_deliveries(self, moves):
        """Check moves that have just been done towards customers; whoever delivers, and from where.

        Judged after Odoo has done them, by what they really were: the transaction takes them back
        when they are refused. A delivery of what was ordered adds nothing to the exposure and takes
        no guard; one that goes beyond takes those of its customers.
        :raises UserError: with every refused transfer; each attempt is on record once
        """
        documents = self._get_delivery_documents(moves.sudo())
        accounts = self._get_delivery_accounts(documents)
        documents = {document: documents[document] for document in accounts}
        if not documents:
            return
        till = self._get_till_pickings(moves.sudo().picking_id)
        try:
            verdicts = self._get_delivery_verdicts(documents, accounts, till)
        except (psycopg2.Error, ConcurrencyError):
            raise  # the transaction is lost with it: replayed or refused, but never passed
        except Exception:
            _logger.exception("The credit check of deliveries %s failed.", moves.picking_id.ids)
            failed = Verdict(0.0, 0.0, 0.0, [{"code": "check_failed"}])
            verdicts = dict.fromkeys(documents, failed)
        verdicts = {
            document: verdict._replace(lenient=document.picking_id in till)
            for document, verdict in verdicts.items()
        }
        decisions = self._record("delivery", accounts, verdicts)
        self._after_delivery_check(decisions)

    @api.model
    def _after_delivery_check(self, decisions):
        """Refuse, or say on the transfer what it should not have been; use up the releases that helped."""
        found = self.env["credit.decision"].union(*decisions.values())
        refused = found.filtered(lambda decision: decision.result == "hold")
        if refused:
            refused._log_refused()
            sentences = [decision._get_refusal() for decision in refused.sorted("id")]
            if len(found) > len(refused):
                sentences.append(
                    self.env._(
                        "The other transfers can be validated without %(names)s.",
                        names=", ".join(refused.mapped("document_name")),
                    )
                )
            raise UserError("\n".join(sentences))
        found.grant_id.sudo().filtered(lambda grant: grant.kind == "delivery")._use_up()
        if warned := found.filtered(
            lambda decision: decision.result == "warn" and decision.picking_id
        ):
            warned.picking_id._message_log_batch(
                {
                    picking.id: Markup("<br/>").join(
                        sentence
                        for decision in warned
                        if decision.picking_id == picking
                        for sentence in decision._get_sentences()
                    )
                    for picking in warned.picking_id
                }
            )

    # Documents ----------------------------------------------------------------------------------

    @api.model
    def _get_delivery_documents(self, moves):
        """:return: ``{moves of one transfer and order: order}``, in the order of the transfers"""
        groups = moves.grouped(
            lambda move: (move.picking_id, move._get_credit_order(), move.company_id)
        )
        return {
            document: order
            for (_picking, order, _company), document in sorted(
                groups.items(), key=lambda item: (item[0][0].id or 0, item[0][1].id or 0)
            )
        }

    @api.model
    def _get_delivery_accounts(self, documents):
        """Account that answers: of the order's bill-to, else of the commercial partner who gets the goods.

        Goods that leave without an order for somebody without an account (samples, repairs of
        others' goods) are nobody's credit.
        :return: ``{document: credit.account}``, documents without one left out
        """
        orders = self.env["sale.order"].union(*documents.values()).sudo()
        by_order = self._get_order_accounts(orders)
        result = {document: by_order[order] for document, order in documents.items() if order}
        without = self.env["stock.move"].union(*(d for d, order in documents.items() if not order))
        for company, batch in without.grouped("company_id").items():
            partners = batch.picking_id.partner_id | batch.partner_id
            accounts = self.env["credit.account"]._find(partners, company)
            by_partner = {account.partner_id: account for account in accounts}
            for document, order in documents.items():
                partner = (
                    document.picking_id.partner_id or document.partner_id[:1]
                ).commercial_partner_id
                if not order and document.company_id == company and partner in by_partner:
                    result[document] = by_partner[partner]
        return {document: result[document] for document in documents if document in result}

    @api.model
    def _get_till_pickings(self, pickings):
        """Transfers of the point of sale: the goods are gone, and raising there would lose them or stop the till.

        Recognised by their type as well, since their session is written only after they are done. What
        delivers an order is none of them, whatever is written on it: a till links its goods to no order.
        """
        if "pos.config" not in self.env or not pickings:
            return pickings.browse()
        types = pickings.picking_type_id
        configs = self.env["pos.config"].sudo().with_context(active_test=False)
        till_types = (
            types.warehouse_id.pos_type_id
            | configs.search([("picking_type_id", "in", types.ids)]).picking_type_id
        )
        return pickings.filtered(
            lambda picking: (
                not picking.move_ids.sale_line_id
                and (
                    picking.pos_session_id
                    or picking.pos_order_id
                    or picking.picking_type_id in till_types
                )
            )
        )

    # Judging ------------------------------------------------------------------------------------

    @api.model
    def _get_delivery_verdicts(self, documents, accounts, till=(), done=True):
        """Judge deliveries that were just done, or would be now.

        :param documents: ``{moves: sale.order}``
        :param till: transfers that pass in any case and so wait for nobody's guard
        :return: ``{document: Verdict}``; its amount is what goes beyond the order
        """
        goods = self._get_goods(documents, accounts, done)
        beyond = {
            document: order for document, order in documents.items() if goods[document].beyond
        }
        people = self.env["credit.person"]._get_for_documents(
            self.env["sale.order"].union(*beyond.values()), make=done
        )
        if done:
            rising = {
                document: order
                for document, order in beyond.items()
                if document.picking_id not in till
            }
            self._take_delivery_guards(rising, accounts, people)
        own = self._get_own_delivery_credit(beyond, accounts, people, goods)
        everybody = self.env["credit.account"].union(*accounts.values())
        orders = self.env["sale.order"].union(*documents.values())
        exposures, _amounts = self.env["credit.exposure"]._get(everybody)
        delivered = self.env["credit.exposure"]._get_delivered(
            everybody.filtered(lambda account: account._get_delivery_bar())
        )
        expired = self._get_expired_approvals(orders)
        used = {account.id: exposures[account.id].total for account in everybody}
        for document in documents:
            used[accounts[document].id] -= goods[document].held
        grants = None
        verdicts = {}
        for document, order in documents.items():
            account = accounts[document]
            exposure = exposures[account.id]
            owed = exposure.receivable + exposure.bills + delivered.get(account.id, 0.0)
            if not done:
                waiting = max(exposure.orders - delivered.get(account.id, 0.0), 0.0)
                new = goods[document].beyond - goods[document].held
                owed += min(goods[document].value - new, waiting) + new
            verdict = self._get_delivery_verdict(
                account,
                order,
                goods[document],
                used[account.id],
                exposure,
                owed,
                expired.get(order.id),
            )
            if document in beyond:
                verdict = self._add_own_delivery_verdict(
                    own, order, account, verdict, goods[document]
                )
            if verdict.reasons and order:
                if grants is None:
                    grants = (
                        self.env["credit.grant"].sudo()._find_active_releases(orders, "delivery")
                    )
                grant = grants.get(order.id)
                if grant and grant._covers_delivery(verdict):
                    verdict = verdict._replace(grant=grant)
            verdicts[document] = verdict
            used[account.id] += goods[document].beyond
            self._use_own_credit(own, account, verdict)
        return verdicts

    @api.model
    def _get_delivery_verdict(self, account, order, goods, before, exposure, owed, expired):
        """What speaks against one delivery.

        :param owed: what the customer owes for goods he has, this delivery included
        :param expired: until when the approval was valid that let the order pass, if it is not any more
        """
        limit = account._get_effective_limit(exposure)
        verdict = Verdict(goods.beyond, before, limit, [])
        if limit is None:
            return verdict
        used = self._get_used(account, exposure, before, goods.beyond, order)
        after = used + goods.beyond
        over = account.currency_id.compare_amounts(after, limit) > 0
        figures = {
            "delivery": True,
            "order": order.name or "",
            "later": order.credit_later,
            "before": used,
            "amount": goods.beyond,
            "after": after,
            "limit": limit,
            "excess": after - limit,
            "prepaid": used - before,
        }
        reasons = verdict.reasons
        if account._is_banned():
            reasons.append({"code": "blacklisted", "delivery": True})
        elif (bar := account._get_delivery_bar()) and (
            account.currency_id.compare_amounts(owed, 0.0) > 0
        ):
            reasons.append(
                {
                    "code": bar,
                    "delivery": True,
                    "after": owed,
                    "limit": 0.0,
                    "excess": owed,
                }
            )
        if order and order.state != "sale":
            reasons.append({"code": "not_confirmed", "order": order.name})
        elif order.credit_short_closed:
            reasons.append({"code": "short_closed", "order": order.name})
        elif goods.beyond and exposure.rate_missing:
            currency = order.currency_id.name
            reasons.append({"code": "rate_missing", "delivery": True, "currency": currency})
        elif goods.beyond and over:
            reasons.append(figures | {"code": "over_delivery"})
        if expired and over:
            reasons.append(figures | {"code": "approval_expired", "valid_to": str(expired)})
        near = goods.beyond and account._get_credit_status(verdict.after, limit) == "near"
        return verdict._replace(near=bool(near and not reasons))

    # What is handed over ------------------------------------------------------------------------

    @api.model
    def _get_goods(self, documents, accounts, done):
        """:return: ``{document: Goods}``"""
        # what others sold counts too, also for a storekeeper or salesperson who may not read their orders
        moves = self.env["stock.move"].sudo().union(*documents)
        counted = moves.filtered(lambda move: move.sale_line_id and move._counts_for_credit())
        quantities = {move: self._get_delivered_qty(move, done) for move in counted}
        lines = counted.sale_line_id
        # what went beyond the order earlier, on other lines too, is part of what it comes to
        lines |= lines.order_id.order_line.filtered(
            lambda line: line.qty_delivered > max(line.product_uom_qty, 0.0)
        )
        reached = {line: line.qty_delivered for line in lines}
        if done:
            for move, quantity in quantities.items():
                reached[move.sale_line_id] -= quantity
        figures = self._get_line_figures(lines)
        by_order = lines.grouped("order_id")
        result = {}
        for document, order in documents.items():
            value = beyond = held = 0.0
            counts = done or not (order.credit_later and order._is_beyond_credit_horizon())
            for line, batch in (document & counted).grouped("sale_line_id").items():
                price, again = figures[line.id]
                quantity = sum(quantities[move] for move in batch)
                before, after = reached[line], reached[line] + quantity
                over = min(max(after - max(line.product_uom_qty, before), again, 0.0), quantity)
                extra = quantity if order.credit_later else over
                reached[line] = after
                value += quantity * price
                beyond += extra * price
                if counts:
                    held += (extra if done else extra - over) * price
            worth = order.amount_total + sum(
                max(reached[line] - max(line.product_uom_qty, 0.0), 0.0) * figures[line.id][0]
                for line in by_order.get(order, ())
            )
            result[document] = Goods(
                *(
                    self._to_account(amount, order, accounts[document])
                    for amount in (value, beyond, held, worth)
                )
            )
        return result

    @api.model
    def _get_delivered_qty(self, move, done):
        """Quantity in the unit of the order line: done, or what validating would hand over."""
        quantity = move.quantity if done else move.quantity or move.product_uom_qty
        return move.product_uom._compute_quantity(
            quantity, move.sale_line_id.product_uom_id, rounding_method="HALF-UP"
        )

    @api.model
    def _get_line_figures(self, lines):
        """Price of a unit with tax, in the order's currency, and the quantity that moves brought back.

        What was cancelled gave its room away; moves of more than was ordered, all counted, take it
        again without the order having been checked for it.
        :return: ``{line id: (price, quantity)}``
        """
        if not lines:
            return {}
        Exposure = self.env["credit.exposure"]
        Exposure._flush()
        query = SQL(
            """
            SELECT sol.id,
                   COALESCE(
                       CASE WHEN sol.product_uom_qty <> 0 THEN sol.price_total / sol.product_uom_qty ELSE %(price)s END,
                       0
                   )::float8,
                   CASE WHEN %(by_delivery)s
                        THEN GREATEST(COALESCE(moved.demand, 0) - sol.product_uom_qty, 0)
                        ELSE 0
                   END::float8
              FROM sale_order_line sol
        CROSS JOIN LATERAL (
                    SELECT SUM(m.demand) FILTER (WHERE m.is_pending OR m.is_dropped OR m.is_delivered) AS demand
                      FROM (%(moves)s) m
                   ) moved
             WHERE sol.id = ANY(%(lines)s)
            """,
            price=Exposure._sql_unit_price_without_order(),
            by_delivery=Exposure._sql_invoiced_by_delivery(),
            moves=Exposure._sql_outgoing_moves(),
            lines=lines.ids,
        )
        return {line_id: (price, again) for line_id, price, again in self.env.execute_query(query)}

    @api.model
    def _to_account(self, amount, order, account):
        if not amount:
            return 0.0
        company = order.company_id
        return order.currency_id._convert(
            amount, account.currency_id, company, company._company_today()
        )

    # Recording ----------------------------------------------------------------------------------

    @api.model
    def _after_record(self, accounts, verdicts, decisions):
        """A delivery of what was ordered brings nobody nearer to a limit."""
        rising = {
            document: verdict
            for document, verdict in verdicts.items()
            if document._name != "stock.move" or verdict.amount
        }
        return super()._after_record(accounts, rising, decisions)

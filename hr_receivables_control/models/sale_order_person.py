from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from .credit_checkpoint import Verdict


class SaleOrder(models.Model):
    """Whose own limits an order is asked for; given to another salesperson, it counts on his documents from then on."""

    _inherit = "sale.order"

    def write(self, vals):
        # EXTENDS sale
        if "user_id" not in vals:
            return super().write(vals)
        if not vals["user_id"]:
            self._check_salesperson_kept()
            return super().write(vals)
        taken = self.filtered(
            lambda order: order.state == "sale" and order.user_id.id != vals["user_id"]
        )
        res = super().write(vals)
        taken.filtered(lambda order: order.state == "sale")._check_new_salesperson()
        return res

    def _name_credit_salesperson(self):
        """Give orders that are nobody's the salesperson that they get anyway, before his limits are asked.

        As Odoo does: the customer's own salesperson, else who confirms. The web shop does so while
        it confirms, and would come too late.
        """
        nameless = self.sudo().filtered(lambda order: not order.user_id)
        if self.env.uid == SUPERUSER_ID:
            # a job is nobody; website_sale, which never takes the user, is recognised without a dependency
            nameless = nameless.filtered(lambda order: "website_id" in order and order.website_id)
        if nameless:
            nameless.with_context(force_user_recomputation=True)._compute_user_id()

    def _check_salesperson_kept(self):
        """:raises UserError: a confirmed order would stop counting on the documents of somebody with limits"""
        orders = self.sudo().filtered(lambda order: order.state == "sale" and order.user_id)
        if not orders or self._may_hand_over_credit():
            return
        people = self.env["credit.person"]._get_for_documents(orders)
        if any(person.has_limits for person in people.values()):
            raise UserError(
                self.env._(
                    "%(orders)s: a confirmed order keeps a salesperson. Hand it over to somebody instead.",
                    orders=format_list(self.env, orders.mapped("name")),
                )
            )

    def _may_hand_over_credit(self):
        return self.env.su or self.env.user.has_groups(
            "sales_team.group_sale_manager,hr_receivables_control.group_credit_controller"
        )

    def _check_new_salesperson(self):
        """Nobody takes over more than his own limits allow; who manages sales may give it to him all the same.

        Otherwise an order could be confirmed under nobody's name and be taken back afterwards. The
        customer's limit is not asked: he owes no more than before. So it is a checkpoint of its own, which
        renews no release that ends.
        :raises UserError: with the reasons; the attempt is on record although it is rolled back
        """
        orders = self.sudo().sorted("id")
        if not orders:
            return
        Checkpoint = self.env["credit.checkpoint"]
        accounts = Checkpoint._get_order_accounts(orders)
        people = self.env["credit.person"]._get_for_documents(orders)
        if not any(person.has_limits for person in people.values()):
            return
        Checkpoint._take_guards(accounts, people)
        exposures, amounts = self.env["credit.exposure"]._get(
            self.env["credit.account"].union(*accounts.values()), orders
        )
        own = Checkpoint._get_own_credit(orders, accounts, people, without=orders)
        lenient = self._may_hand_over_credit()
        used = {account_id: exposure.total for account_id, exposure in exposures.items()}
        verdicts = {}
        for order in orders:
            account = accounts[order]
            amount = amounts.get(order.id, (0.0, False))[0]
            limit = account._get_effective_limit(exposures[account.id])
            verdict = Verdict(amount, used[account.id], limit, [], lenient=lenient)
            verdicts[order] = Checkpoint._add_own_verdict(own, order, account, verdict)
            used[account.id] += amount
            Checkpoint._use_own_credit(own, account, verdicts[order])
        decisions = Checkpoint._record("handover", accounts, verdicts)
        refused = self.env["credit.decision"].union(*decisions.values())
        refused = refused.filtered(lambda decision: decision.result == "hold")
        if refused:
            refused._log_refused()
            raise UserError("\n".join(decision._get_refusal() for decision in refused.sorted("id")))

import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.hr_control_base.models.hr_control_dossier import CONTENTION

_logger = logging.getLogger(__name__)

TRIGGERED = "hr_receivables_control.reevaluation"


class CreditAccount(models.Model):
    """Held orders are looked at again when their customer's exposure falls or his limit rises.

    By a job, in a transaction of its own per customer: a payment never waits for an order.
    """

    _inherit = "credit.account"

    def write(self, vals):
        # EXTENDS
        res = super().write(vals)
        if {"mode", "base_limit", "valid_to", "limit_term", "max_term_days"} & vals.keys():
            self._trigger_reevaluation(self.partner_id)
        return res

    @api.model
    def _trigger_reevaluation(self, partners):
        """Have the job look at the held orders of these customers, if there are any.

        Orders of salespeople who have a total are looked at too: it falls with any of their customers.
        """
        # once per transaction and customer; the queue's data goes with every commit and rollback
        seen = self.env.cr.postrollback.data.setdefault(TRIGGERED, set())
        new = partners.sudo().commercial_partner_id.filtered(lambda p: p.id not in seen)
        if not new:
            return
        seen.update(new.ids)
        pools = self.env["credit.pool"].sudo()._search([])
        self._wake_reevaluation(
            Domain("partner_invoice_id.commercial_partner_id", "in", new.ids)
            | Domain("user_id", "in", pools.subselect("user_id"))
        )

    @api.model
    def _wake_reevaluation(self, domain):
        """Have the job run if any held order is within ``domain``."""
        cron = self.env.ref("hr_receivables_control.credit_cron_reevaluate", False)
        Order = self.env["sale.order"].sudo()
        if cron and Order.search_count(Order._get_held_domain() & domain, limit=1):
            cron.sudo()._trigger()

    @api.model
    def _cron_reevaluate(self):
        """Each customer apart; who is busy or broken stays on hold and stops nobody else."""
        accounts = self.env["sale.order"]._get_held_accounts()
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=len(accounts))
        for account in accounts:
            try:
                account._reevaluate_held()
            except (UserError, *CONTENTION) as error:
                self.env.cr.rollback()
                _logger.info("The held orders of account %s stay on hold: %s", account.id, error)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("The held orders of account %s stay on hold.", account.id)
            Cron._commit_progress(1)

    def _reevaluate_held(self):
        """Lift the hold of the orders of one customer that fit now, in id order.

        All guards at once, those of the salespeople too: a confirmation takes them again.
        """
        self.ensure_one()
        orders = self._get_held_orders()
        Checkpoint = self.env["credit.checkpoint"]
        accounts = dict.fromkeys(orders, self)
        people = self.env["credit.person"]._get_for_documents(orders)
        Checkpoint._take_guards(accounts, people)
        verdicts = Checkpoint._get_verdicts(orders, accounts, people)
        fit = orders.filtered(lambda order: not verdicts[order].reasons)
        if fit:
            fit._lift_credit_hold(verdicts)
        return fit

    def _get_held_orders(self):
        self.ensure_one()
        return (
            self.env["sale.order"]
            .sudo()
            .search(
                self.env["sale.order"]._get_held_domain()
                & Domain("partner_invoice_id.commercial_partner_id", "=", self.partner_id.id)
                & Domain("company_id.credit_company_id", "=", self.company_id.id),
                order="id",
            )
        )


class CreditGrant(models.Model):
    _inherit = "credit.grant"

    def write(self, vals):
        # EXTENDS: an uplift is more room
        res = super().write(vals)
        if vals.get("state") == "active":
            self.env["credit.account"]._trigger_reevaluation(
                self.filtered(lambda grant: grant.kind != "order").sudo().partner_id
            )
        return res


class CreditSuspension(models.Model):
    _inherit = "credit.suspension"

    def action_lift(self, reason):
        # EXTENDS: what only the suspension held may go on
        res = super().action_lift(reason)
        for suspension in self.sudo():
            company = Domain("company_id", "child_of", suspension.company_id.id)
            # who works in a store today is for the check to say
            person = suspension.user_id
            people = Domain("user_id", "=", person.id) if person else Domain("user_id", "!=", False)
            self.env["credit.account"]._wake_reevaluation(company & people)
        return res


class CreditAuthority(models.Model):
    _inherit = "credit.authority"

    def _log_changes(self, before, gone=False):
        # EXTENDS: whatever changes a rule passes here; it may have been what held an order
        res = super()._log_changes(before, gone)
        companies = Domain("company_id", "child_of", self.sudo().company_id.ids)
        self.env["credit.account"]._wake_reevaluation(companies & Domain("user_id", "!=", False))
        return res


class CreditAmendment(models.AbstractModel):
    _inherit = "credit.amendment"

    @api.model
    def _after_change(self, before, after):
        # EXTENDS: what one order gives back may be enough for another
        res = super()._after_change(before, after)
        fallen = [
            holding.account[0]
            for order_id, holding in before.items()
            if order_id not in after
            or after[order_id].amount < holding.amount
            or after[order_id].account != holding.account
        ]
        if fallen:
            self.env["credit.account"]._trigger_reevaluation(
                self.env["res.partner"].browse(set(fallen))
            )
        return res


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_credit_short_close(self, reason):
        # EXTENDS
        res = super().action_credit_short_close(reason)
        self.env["credit.account"]._trigger_reevaluation(self.sudo().partner_invoice_id)
        return res

    def _after_credit_cancellation(self):
        # EXTENDS
        res = super()._after_credit_cancellation()
        self.env["credit.account"]._trigger_reevaluation(self.sudo().partner_invoice_id)
        return res


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        # EXTENDS account
        if "state" not in vals:
            return super().write(vals)
        # payments, credit notes and entries when posted; invoices when they are taken back
        types = ("out_refund", "entry") if vals["state"] == "posted" else ("out_invoice",)
        moves = self.filtered(lambda move: move.move_type in types and move.state != vals["state"])
        res = super().write(vals)
        if moves:
            moves = moves.sudo()
            self.env["credit.account"]._trigger_reevaluation(
                moves.partner_id | moves.line_ids.partner_id
            )
        return res


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account: a bill at risk is gone once it is cleared, and where unapplied credits do not
        # count, an item is no longer overdue once it is matched
        partials = super().create(vals_list)
        lines = partials.sudo().debit_move_id
        self.env["credit.account"]._trigger_reevaluation(
            lines.filtered(
                lambda line: (
                    line.account_id.credit_is_bill
                    or not line.company_id.credit_company_id.credit_overdue_nets
                )
            ).partner_id
        )
        return partials

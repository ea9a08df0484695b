from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount, format_list

from odoo.addons.hr_control_base.tools.reasons import stated


class SaleOrder(models.Model):
    """Fields of an order that show its customer's credit, and the release of a held order.

    The checkpoint itself is in ``sale_order_credit.py``.
    """

    _inherit = "sale.order"

    credit_state = fields.Selection(
        [("hold", "Credit Hold"), ("released", "Released")],
        copy=False,
        readonly=True,
        index="btree_not_null",
        tracking=True,
        help="Set by the credit check, lifted by a release. The order itself stays a quotation.",
    )
    credit_short_closed = fields.Boolean(
        string="Short-Closed",
        copy=False,
        readonly=True,
        help="Nothing more will be delivered or invoiced: the order holds no credit any longer.",
    )
    credit_decision_ids = fields.One2many(
        "credit.decision", "order_id", string="Credit Decisions", readonly=True
    )
    credit_grant_ids = fields.One2many("credit.grant", "order_id", string="Releases", readonly=True)
    credit_waits_for = fields.Char(compute="_compute_credit_waits_for", compute_sudo=True)
    credit_banner = fields.Html(compute="_compute_credit_banner", compute_sudo=True, sanitize=False)
    credit_level = fields.Selection(
        [
            ("info", "Within the limit"),
            ("warning", "Near the limit"),
            ("danger", "Held or over the limit"),
        ],
        compute="_compute_credit_banner",
        compute_sudo=True,
    )
    credit_open_amount = fields.Monetary(
        string="Open Amount",
        currency_field="company_currency_id",
        compute="_compute_credit_open_amount",
        compute_sudo=True,
        help="What this order still holds of its customer's credit: not yet on posted invoices, with tax.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )

    # Candidates of the exposure query: fully invoiced orders stay in state "sale" for ever and are left out.
    _credit_open_idx = models.Index(
        "(partner_invoice_id) WHERE state = 'sale' AND invoice_status IS DISTINCT FROM 'invoiced'"
    )
    _credit_user_idx = models.Index(
        "(user_id) WHERE state = 'sale' AND invoice_status IS DISTINCT FROM 'invoiced'"
    )

    @api.depends("credit_grant_ids.state", "credit_grant_ids.approval_id.candidate_ids")
    @api.depends_context("lang")
    def _compute_credit_waits_for(self):
        for order in self:
            asked = order.credit_grant_ids.filtered(lambda grant: grant.state == "asked")
            people = format_list(self.env, asked.approval_id.candidate_ids.mapped("name"))
            order.credit_waits_for = (
                self.env._("Its release waits for %(people)s.", people=people) if asked else False
            )

    @api.depends(
        "amount_total",
        "commitment_date",
        "currency_id",
        "state",
        "invoice_status",
        "credit_short_closed",
    )
    def _compute_credit_open_amount(self):
        amounts = self.env["credit.exposure"]._get_order_amounts(self._origin)
        for order in self:
            order.credit_open_amount = (
                amounts.get(order._origin.id, 0.0) if order.state == "sale" else 0.0
            )

    @api.depends(
        "partner_invoice_id",
        "company_id",
        "amount_total",
        "commitment_date",
        "currency_id",
        "state",
        "credit_state",
    )
    @api.depends_context("lang")
    def _compute_credit_banner(self):
        """What the salesperson needs to know before he promises anything, accounting rights or not."""
        self.credit_banner = False
        self.credit_level = False
        drafts = self.filtered(
            lambda order: order.state in ("draft", "sent") and order.partner_invoice_id
        )
        for company, orders in drafts.grouped("company_id").items():
            accounts = self.env["credit.account"]._find(orders.partner_invoice_id, company)
            exposures, _amounts = self.env["credit.exposure"]._get(accounts)
            by_partner = {account.partner_id: account for account in accounts}
            answering = {
                order: account
                for order in orders
                if (
                    account := by_partner.get(
                        order.partner_invoice_id.commercial_partner_id._origin
                    )
                )
            }
            own = orders._get_own_credit_shown(company, answering)
            for order, account in answering.items():
                order._set_credit_banner(account, exposures[account.id], own)

    def _get_own_credit_shown(self, company, accounts):
        """What the salespeople of these quotations have open; a read, so nobody gets a pool by it."""
        Checkpoint = self.env["credit.checkpoint"]
        people = self.env["credit.person"]._get(self.user_id._origin, company._origin)
        people = {(company.id, user_id): person for user_id, person in people.items()}
        return Checkpoint._get_own_credit(self.browse().union(*accounts), accounts, people)

    def _set_credit_banner(self, account, exposure, own):
        amount = self.currency_id._convert(
            self.amount_total,
            account.currency_id,
            self.company_id,
            self.company_id._company_today(),
        )
        if later := self._get_credit_horizon_sentence(account):
            amount = 0.0
        Checkpoint = self.env["credit.checkpoint"]
        verdict = Checkpoint._judge(
            account, exposure, exposure.total, amount, exposure.rate_missing, self
        )
        verdict = Checkpoint._add_own_verdict(own, self, account, verdict)
        found = [*verdict.reasons, *verdict.notes]
        if account.mode == "unlimited" and not found:
            return
        sentences = [
            Checkpoint._get_reason_sentence(reason, account.currency_id, account.partner_id)
            for reason in found
        ] or [self._get_credit_usage_sentence(account, verdict)]
        if self.credit_state == "hold" and not verdict.reasons:
            sentences.append(self.env._("There is room again: confirm the order once more."))
        if later:
            sentences.append(later)
        self.credit_banner = Markup("<br/>").join(sentences)
        warned = verdict.near or verdict.notes
        self.credit_level = "danger" if verdict.reasons else "warning" if warned else "info"

    def _get_credit_usage_sentence(self, account, verdict):
        return self.env._(
            "%(customer)s uses %(before)s of the limit of %(limit)s. "
            "With this order of %(amount)s it will be %(after)s.",
            customer=account.partner_id.display_name,
            **{
                name: format_amount(self.env, getattr(verdict, name) or 0.0, account.currency_id)
                for name in ("before", "limit", "amount", "after")
            },
        )

    def _compute_partner_credit_warning(self):
        # EXTENDS sale: two banners with two figures would contradict each other
        self.partner_credit_warning = ""

    # Buttons ------------------------------------------------------------------------------------

    def action_request_credit_release(self):
        """Open the request; whoever may edit the order, and sells, may ask for its release."""
        self.ensure_one()
        self.check_access("write")
        self.env["credit.release.request"].check_access("create")
        if self.credit_state != "hold":
            raise UserError(
                self.env._(
                    "%(order)s is not on credit hold: there is nothing to release.", order=self.name
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Request Release"),
            "res_model": "credit.release.request",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_view_credit_account(self):
        self.ensure_one()
        self.check_access("read")
        account = self.env["credit.account"]._find(self.partner_invoice_id, self.company_id)
        if not account:
            raise UserError(
                self.env._(
                    "%(customer)s has no credit account yet.",
                    customer=self.partner_invoice_id.display_name,
                )
            )
        account.sudo(False).check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "credit.account",
            "res_id": account.id,
            "view_mode": "form",
        }

    def action_credit_short_close(self, reason):
        """Give back what the order still holds. Only people who answer for credit or sales may.

        :raises AccessError: for anybody else
        """
        self._check_short_close_rights()
        if not stated(reason):
            raise UserError(self.env._("Say why the order is short-closed."))
        if wrong := self.filtered(lambda order: order.state != "sale"):
            raise UserError(
                self.env._(
                    "Only confirmed orders can be short-closed: %(orders)s.",
                    orders=format_list(self.env, wrong.mapped("name")),
                )
            )
        amounts = {order: order.credit_open_amount for order in self}
        self.sudo().write({"credit_short_closed": True})
        self._log_credit_event(
            "credit.short_close", {order: {"amount": amounts[order]} for order in self}, reason
        )

    def action_credit_reopen(self):
        """Undo a short close: the order holds credit again, so it is checked like a confirmation."""
        self._check_short_close_rights()
        orders = self.filtered("credit_short_closed")
        orders.sudo().write({"credit_short_closed": False})
        orders._check_credit_or_raise()
        orders._log_credit_event(
            "credit.reopen", {order: {"amount": order.credit_open_amount} for order in orders}, ""
        )

    def _check_short_close_rights(self):
        self.check_access("read")
        if not self._may_short_close():
            raise AccessError(
                self.env._(
                    "Only a credit controller or a sales administrator may short-close or reopen an order."
                )
            )

    def _may_short_close(self):
        return self.env.user.has_groups(
            "hr_receivables_control.group_credit_controller,sales_team.group_sale_manager"
        )

    def _log_credit_event(self, code, figures, reason):
        Event = self.env["hr.control.event"]
        events = []
        for company, orders in self.grouped("company_id").items():
            accounts = self.env["credit.account"]._ensure(orders.partner_invoice_id, company)
            by_partner = {account.partner_id: account for account in accounts}
            for order in orders:
                account = by_partner[order.sudo().partner_invoice_id.commercial_partner_id]
                data = {
                    name: Event._money(value, account.currency_id)
                    for name, value in figures[order].items()
                }
                events.append(
                    {
                        "dossier": account.dossier_id,
                        "code": code,
                        "document": order,
                        "data": data,
                        "names": {
                            "subject": account.partner_id.display_name,
                            "document": order.name,
                            "reason": reason,
                        },
                    }
                )
        Event._append(events)

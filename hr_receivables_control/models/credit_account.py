from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .credit_exposure import Exposure

CREDIT_MODES = [
    ("unlimited", "Unlimited"),
    ("limited", "Limited"),
    ("cash_only", "Cash only"),
    ("suspended", "Suspended"),
    ("blacklisted", "Blacklisted"),
]
LIMIT_FIELDS = ("mode", "base_limit", "valid_to")


class CreditAccount(models.Model):
    _name = "credit.account"
    _description = "Credit Account"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "company_id, partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        help="The company that is billed. Its contacts and addresses share this account.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    mode = fields.Selection(
        CREDIT_MODES,
        required=True,
        default="limited",
        tracking=True,
        index=True,
        help="Unlimited: recorded, never held. Limited: up to the limit. Cash only: only what is paid in advance. "
        "Suspended and blacklisted: nothing on credit.",
    )
    base_limit = fields.Monetary(
        string="Limit",
        tracking=True,
        help="Highest sum the customer may owe, with open orders and tax. Zero means no credit, not unlimited.",
    )
    valid_to = fields.Date(
        string="Limit Valid Until", tracking=True, help="Last day of the limit; empty: no end."
    )
    near_pct = fields.Float(
        string="Warn From (%)",
        default=80.0,
        required=True,
        help="Share of the limit from which a warning is shown.",
    )
    change_reason = fields.Char(
        string="Reason of the Change",
        tracking=True,
        help="Why mode, limit or validity were changed last.",
    )
    dossier_id = fields.Many2one(
        "hr.control.dossier", readonly=True, copy=False, ondelete="restrict", index=True
    )
    decision_ids = fields.One2many("credit.decision", "account_id", string="Decisions")

    exposure_receivable = fields.Monetary(
        string="Receivable", compute="_compute_exposure", compute_sudo=True
    )
    exposure_bills = fields.Monetary(
        string="Bills at Risk", compute="_compute_exposure", compute_sudo=True
    )
    exposure_orders = fields.Monetary(
        string="Open Orders", compute="_compute_exposure", compute_sudo=True
    )
    exposure_total = fields.Monetary(
        string="Exposure",
        compute="_compute_exposure",
        compute_sudo=True,
        help="Receivable, bills at risk and open orders, tax included. Negative when the customer has paid in advance.",
    )
    overdue_amount = fields.Monetary(
        string="Overdue",
        compute="_compute_exposure",
        compute_sudo=True,
        help="Past the due date and the days of grace, less credits that are not applied yet.",
    )
    overdue_paused = fields.Monetary(
        compute="_compute_exposure",
        compute_sudo=True,
        help="The part of it that a promise to pay or a dispute pauses.",
    )
    overdue_days = fields.Integer(
        string="Days Overdue",
        compute="_compute_exposure",
        compute_sudo=True,
        help="Age of the oldest overdue item that is not paused.",
    )
    overdue_tier_id = fields.Many2one(
        "credit.overdue.tier",
        compute="_compute_exposure",
        search="_search_overdue_tier_id",
        compute_sudo=True,
    )
    uplift_amount = fields.Monetary(
        string="Temporary Uplift", compute="_compute_exposure", compute_sudo=True
    )
    effective_limit = fields.Monetary(compute="_compute_exposure", compute_sudo=True)
    available_amount = fields.Monetary(
        string="Available", compute="_compute_exposure", compute_sudo=True
    )
    used_pct = fields.Float(string="Used (%)", compute="_compute_exposure", compute_sudo=True)
    credit_status = fields.Selection(
        [("free", "Within the limit"), ("near", "Near the limit"), ("over", "Over the limit")],
        compute="_compute_exposure",
        search="_search_credit_status",
        compute_sudo=True,
    )

    _partner_company_uniq = models.UniqueIndex(
        "(partner_id, company_id)", "This customer already has a credit account in this company."
    )
    _base_limit_positive = models.Constraint(
        "CHECK(base_limit >= 0)", "A limit cannot be below zero."
    )
    _near_pct_range = models.Constraint(
        "CHECK(near_pct > 0 AND near_pct <= 100)", "The warning share lies above 0 and up to 100 %."
    )

    @api.depends("partner_id", "company_id")
    def _compute_display_name(self):
        for account in self:
            account.display_name = account.partner_id.sudo().display_name

    @api.depends_context("uid")
    @api.depends("mode", "base_limit", "valid_to", "near_pct", "partner_id", "company_id")
    def _compute_exposure(self):
        exposures, _amounts = self.env["credit.exposure"]._get(self._origin)
        for account in self:
            exposure = exposures.get(account._origin.id, Exposure())
            # all at once: to assign ten figures one by one takes a list longer than to read them
            account._update_cache(account._get_exposure_figures(exposure), validate=False)

    def _get_exposure_figures(self, exposure):
        self.ensure_one()
        limit = self._get_effective_limit(exposure)
        tier = self._get_overdue_tier(exposure)
        digits = self.currency_id.decimal_places
        total = round(exposure.total, digits)
        return {
            "exposure_receivable": exposure.receivable,
            "exposure_bills": exposure.bills,
            "exposure_orders": exposure.orders,
            "exposure_total": total,
            "overdue_amount": exposure.overdue,
            "overdue_paused": exposure.overdue_paused,
            "overdue_days": exposure.overdue_days,
            "overdue_tier_id": tier.id if tier else False,
            "uplift_amount": exposure.uplift,
            "effective_limit": limit or 0.0,
            "available_amount": 0.0 if limit is None else round(limit - total, digits),
            "used_pct": 100 * total / limit if limit else 0.0,
            "credit_status": self._get_credit_status(total, limit),
        }

    def _search_credit_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        accounts = self.sudo().search([("mode", "!=", "unlimited")])
        found = accounts.filtered(lambda account: account.credit_status in value).ids
        domain = fields.Domain("id", "in", found)
        return domain | fields.Domain("mode", "=", "unlimited") if "free" in value else domain

    @api.constrains("partner_id")
    def _check_partner_is_billed(self):
        for account in self:
            commercial = account.partner_id.commercial_partner_id
            if account.partner_id != commercial:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(customer)s. Credit is given to %(customer)s.",
                        contact=account.partner_id.display_name,
                        customer=commercial.display_name,
                    )
                )

    @api.onchange(*LIMIT_FIELDS)
    def _onchange_limit(self):
        """Each change has a reason of its own: the last one does not stand for the next."""
        if self._origin:
            self.change_reason = False

    # The limit ----------------------------------------------------------------------------------

    def _get_effective_limit(self, exposure):
        """Limit at this moment in company currency, ``None`` when the customer is not limited.

        :param exposure: the ``Exposure`` of the account, for what adds to its limit or stops it
        """
        self.ensure_one()
        if self.mode == "unlimited":
            return None
        if self.mode != "limited":
            return 0.0
        return (0.0 if self._is_limit_expired() else self.base_limit) + exposure.uplift

    def _is_limit_expired(self):
        """Whether the last day of the limit is over."""
        self.ensure_one()
        return bool(self.valid_to) and self.valid_to < self.company_id.sudo()._company_today()

    def _is_banned(self):
        """Whether nothing at all is sold to the customer, not even what is paid in advance."""
        self.ensure_one()
        return self.mode == "blacklisted" and not self.company_id.sudo().credit_blacklist_cash

    def _get_credit_status(self, exposure_total, limit):
        """``over`` above the limit by at least a cent, ``near`` from ``near_pct`` of it on."""
        self.ensure_one()
        currency = self.currency_id
        if limit is None:
            return "free"
        if currency.compare_amounts(exposure_total, limit) > 0:
            return "over"
        near_from = limit * self.near_pct / 100
        return (
            "near" if limit and currency.compare_amounts(exposure_total, near_from) >= 0 else "free"
        )

    def _take_guard(self):
        """Serialise with every other operation that may raise the risk of these customers."""
        self.sudo().dossier_id._take_guard()

    @api.model
    def _find(self, partners, company):
        """Accounts that answer for these partners in ``company``; one query, in sudo, missing ones left out."""
        return self.sudo().search_fetch(
            [
                ("partner_id", "in", partners.sudo().commercial_partner_id.ids),
                ("company_id", "=", company.sudo().credit_company_id.id),
            ],
            self._get_check_fields(),
        )

    @api.model
    def _get_check_fields(self):
        """Columns that a check reads, fetched with the account itself; subjects add theirs."""
        return [
            "partner_id",
            "company_id",
            "mode",
            "base_limit",
            "valid_to",
            "near_pct",
            "near_told",
            "limit_term",
            "max_term_days",
            "dossier_id",
        ]

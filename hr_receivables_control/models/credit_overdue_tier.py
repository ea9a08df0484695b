from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import ormcache

# What an ordinary trader does: remind, tell the manager, stop credit, stop goods, give the case away.
DEFAULT_TIERS = (
    (1, {"tell_salesperson": True}),
    (15, {"tell_manager": True, "letter": 1}),
    (30, {"hold_orders": True, "letter": 2}),
    (60, {"stop_delivery": True, "suspend": True, "letter": 3}),
    (90, {"propose_blacklist": True, "legal": True}),
)
ACTIONS = (
    "tell_salesperson",
    "tell_manager",
    "hold_orders",
    "stop_delivery",
    "suspend",
    "propose_blacklist",
    "legal",
)


class Tier(NamedTuple):
    """A tier with all that is done from it on: its own actions and those of the tiers below it.

    ``number`` counts the tiers of the company from 1.
    """

    id: int
    number: int
    days: int
    letter: int = 0
    by_mail: bool = False
    tell_salesperson: bool = False
    tell_manager: bool = False
    hold_orders: bool = False
    stop_delivery: bool = False
    suspend: bool = False
    propose_blacklist: bool = False
    legal: bool = False

    @property
    def stops_orders(self):
        return self.hold_orders or self.suspend


class CreditOverdueTier(models.Model):
    """How many days overdue mean what. A customer is at the highest tier that his oldest item has reached.

    An action holds from its tier on; the tiers above it need not repeat it.
    """

    _name = "credit.overdue.tier"
    _description = "Overdue Tier"
    _order = "company_id, days"

    name = fields.Char(translate=True, help="Empty: called by its days.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company.credit_company_id,
    )
    days = fields.Integer(
        string="From (Days Overdue)",
        required=True,
        help="Days since the due date from which the tier applies. The day after the due date is day 1.",
    )
    number = fields.Integer(
        string="Tier", compute="_compute_number", help="Counted from the lowest one."
    )
    tell_salesperson = fields.Boolean(help="The salesperson gets an activity on the customer.")
    tell_manager = fields.Boolean(
        help="The manager of the salesperson's store or department gets one too."
    )
    by_mail = fields.Boolean(string="Also by Mail", help="Who is told gets a mail as well.")
    hold_orders = fields.Boolean(
        string="Hold New Orders",
        help="Orders on credit are held; an order that is paid in advance passes.",
    )
    stop_delivery = fields.Boolean(
        string="Stop Deliveries", help="Goods leave only for orders that are paid."
    )
    suspend = fields.Boolean(
        string="Suspend Credit", help="The customer has no limit as long as he is at this tier."
    )
    propose_blacklist = fields.Boolean(
        help="The customer is proposed for the blacklist; other people decide."
    )
    legal = fields.Boolean(
        string="Legal Action", help="Credit controllers are asked to hand the case over."
    )
    letter = fields.Integer(
        string="Reminder Letter", help="Which of the three letters goes to the customer; 0: none."
    )

    _days_positive = models.Constraint(
        "CHECK(days > 0)", "A tier begins one day after the due date at the earliest."
    )
    _letter_range = models.Constraint(
        "CHECK(letter BETWEEN 0 AND 3)", "There are three letters: 1 to 3, or 0 for none."
    )
    _company_days_uniq = models.UniqueIndex(
        "(company_id, days) WHERE active", "There is a tier of these days already."
    )

    @api.depends("name", "days")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for tier in self:
            tier.display_name = tier.name or self.env._(
                "Tier %(number)s: from %(days)s days", number=tier.number, days=tier.days
            )

    @api.depends("days", "active", "company_id")
    def _compute_number(self):
        for tier in self:
            ladder = self._get_ladder(tier.company_id.id)
            tier.number = next((rung.number for rung in ladder if rung.id == tier._origin.id), 0)

    # The ladder ---------------------------------------------------------------------------------

    @api.model
    @ormcache("company_id")
    def _get_ladder(self, company_id):
        """Tiers of a company, the lowest first, each with the actions of those below it."""
        ladder, actions = [], {}
        tiers = self.sudo().search([("company_id", "=", company_id)], order="days")
        for number, tier in enumerate(tiers, 1):
            actions |= {name: True for name in ("by_mail", *ACTIONS) if tier[name]}
            ladder.append(Tier(tier.id, number, tier.days, tier.letter, **actions))
        return tuple(ladder)

    @api.model
    def _get_reached(self, company_id, days):
        """The highest tier that ``days`` overdue reach, None below the lowest."""
        reached = [tier for tier in self._get_ladder(company_id) if tier.days <= days]
        return reached[-1] if reached else None

    @api.model
    def _make_for_companies(self, companies=None):
        """The usual tiers for companies that never had any; called at install and for new companies."""
        companies = (
            companies
            if companies is not None
            else self.env["res.company"].search(fields.Domain.TRUE)
        )
        companies = companies.sudo().credit_company_id
        tiers = self.sudo().with_context(active_test=False)
        having = tiers.search([("company_id", "in", companies.ids)]).company_id
        return tiers.create(
            [
                {"company_id": company.id, "days": days} | values
                for company in companies - having
                for days, values in DEFAULT_TIERS
            ]
        )

    # Changing them ------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super().create(vals_list)
        if not self.env.su:  # the usual tiers of a new company are nobody's decision
            tiers._log_changes({tier: {} for tier in tiers})
        tiers._after_change()
        return tiers

    def write(self, vals):
        before = {tier: tier._get_logged_values() for tier in self}
        res = super().write(vals)
        self._log_changes(before)
        self._after_change()
        return res

    def unlink(self):
        self._log_changes({tier: tier._get_logged_values() for tier in self}, gone=True)
        companies = self.company_id
        res = super().unlink()
        self._after_change(companies)
        return res

    def _after_change(self, companies=None):
        """Checks read the ladder from memory; orders that it held may be free."""
        self.env.registry.clear_cache()
        self.invalidate_model(["number", "display_name"])
        companies = companies or self.company_id
        accounts = (
            self.env["sale.order"]
            ._get_held_accounts()
            .filtered(lambda account: account.company_id in companies)
        )
        self.env["credit.account"]._trigger_reevaluation(accounts.partner_id)

    def _get_logged_values(self):
        """What the tier says, as plain data."""
        self.ensure_one()
        return {name: self[name] for name in ("active", "days", "by_mail", "letter", *ACTIONS)}

    def _log_changes(self, before, gone=False):
        Dossier = self.env["hr.control.dossier"].sudo()
        events = []
        for tier in self:
            old, new = before[tier], {} if gone else tier._get_logged_values()
            changed = {
                name: [old.get(name) or 0, new.get(name) or 0]
                for name in sorted(old.keys() | new.keys())
                if (old.get(name) or 0) != (new.get(name) or 0)
            }
            if changed:
                company = tier.sudo().company_id
                events.append(
                    {
                        "dossier": Dossier._ensure("res.company", company, company)[company.id],
                        "code": "credit.overdue_tier",
                        "document": tier,
                        "data": {
                            "days": tier.days,
                            "changed": sorted(changed),
                            "values": changed,
                        },
                        "names": {"subject": company, "tier": tier.display_name},
                    }
                )
        self.env["hr.control.event"]._append(events)

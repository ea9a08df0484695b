from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CreditOverdueEvent(models.Model):
    """A receivable line reached a tier: once per line, tier and cycle, however often the job runs.

    Made and closed by the job; what a tier does to orders and deliveries is read live and never from
    here. A line that leaves a tier and comes back begins a new cycle.
    """

    _name = "credit.overdue.event"
    _description = "Overdue Event"
    _order = "id desc"
    _rec_name = "move_id"
    _log_access = False

    line_id = fields.Many2one(
        "account.move.line", string="Item", required=True, readonly=True, ondelete="cascade"
    )
    move_id = fields.Many2one(
        "account.move",
        string="Document",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    tier_id = fields.Many2one(
        "credit.overdue.tier", required=True, readonly=True, index=True, ondelete="restrict"
    )
    cycle = fields.Integer(
        required=True, readonly=True, help="How many times the item has reached this tier."
    )
    account_id = fields.Many2one(
        "credit.account",
        string="Credit Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True, index=True)
    opened_at = fields.Datetime(string="Reached", required=True, readonly=True)
    due = fields.Date(string="Due Date", required=True, readonly=True)
    days = fields.Integer(
        string="Days Overdue", readonly=True, aggregator="max", help="When it reached the tier."
    )
    overdue = fields.Monetary(
        readonly=True, help="Open then, less credits that were not applied yet."
    )
    closed_at = fields.Datetime(string="Closed", readonly=True)
    outcome = fields.Selection(
        [
            ("settled", "Paid or credited"),
            ("paused", "Promised or disputed"),
            ("moved", "At another tier"),
        ],
        readonly=True,
        help="Why it is closed; empty while it is open.",
    )

    _line_tier_cycle_uniq = models.UniqueIndex("(line_id, tier_id, cycle)")
    _line_open_uniq = models.UniqueIndex("(line_id) WHERE closed_at IS NULL")
    _account_open_idx = models.Index("(account_id) WHERE closed_at IS NULL")

    @api.depends("move_id")
    def _compute_display_name(self):
        # controllers and auditors see the item, if not the journal entry
        for event in self:
            event.display_name = event.sudo().move_id.display_name

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Overdue events are recorded by the scheduled job."))

    def write(self, vals):
        raise UserError(self.env._("An overdue event is a record of what happened."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("An overdue event is a record of what happened."))

    @api.model
    def _get_open(self, accounts):
        """:return: ``{account id: {line id: tier id}}``, accounts without any left out"""
        result = {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account_id, line_id, tier_id FROM credit_overdue_event
                 WHERE account_id = ANY(%s) AND closed_at IS NULL
                """,
                accounts.ids,
            )
        )
        for account_id, line_id, tier_id in rows:
            result.setdefault(account_id, {})[line_id] = tier_id
        return result

    @api.model
    def _open(self, lines):
        """Record that these items (of ``credit.overdue``) are at their tier now, by one statement."""
        if not lines:
            return
        names = (
            "line_id",
            "move_id",
            "tier_id",
            "account_id",
            "partner_id",
            "company_id",
            "user_id",
            "due",
        )
        columns = [[line[name] for line in lines] for name in (*names, "days", "overdue")]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO credit_overdue_event (line_id, move_id, tier_id, account_id, partner_id, company_id,
                                                  user_id, due, days, overdue, opened_at, cycle)
                SELECT item.*, %s, 1 + (
                       SELECT COUNT(*) FROM credit_overdue_event past
                        WHERE past.line_id = item.line_id AND past.tier_id = item.tier_id
                       )
                  FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[],
                              %s::date[], %s::int[], %s::numeric[])
                       AS item(line_id, move_id, tier_id, account_id, partner_id, company_id, user_id, due, days,
                               overdue)
                    ON CONFLICT DO NOTHING
                """,
                fields.Datetime.now(),
                *columns,
            )
        )
        self.invalidate_model()

    @api.model
    def _close(self, outcomes):
        """Close the open events of these items. :param outcomes: ``{line id: outcome}``"""
        if not outcomes:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE credit_overdue_event e SET closed_at = %s, outcome = o.outcome
                  FROM unnest(%s::int[], %s::text[]) AS o(line_id, outcome)
                 WHERE e.line_id = o.line_id AND e.closed_at IS NULL
                """,
                fields.Datetime.now(),
                list(outcomes),
                list(outcomes.values()),
            )
        )
        self.invalidate_model()

    def action_open_move(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

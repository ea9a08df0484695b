from odoo import fields, models
from odoo.tools import SQL


class CreditAuthorityUse(models.Model):
    """Who used how much authority: one row per release, higher limit and emergency that was granted.

    Whose authority it was: of an emergency who gave it, else who decided last; by delegation who lent it.
    """

    _name = "credit.authority.use"
    _description = "Use of Credit Authority"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    grant_id = fields.Many2one("credit.grant", string="Release", readonly=True)
    date = fields.Datetime(string="Granted On", readonly=True)
    kind = fields.Selection(
        selection=lambda self: (
            self.env["credit.grant"]._fields["kind"]._description_selection(self.env)
        ),
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="By Authority Of", readonly=True)
    decided_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        help="Another person than the one whose authority it was, where that was delegated.",
    )
    requester_id = fields.Many2one("res.users", string="Asked By", readonly=True)
    store_id = fields.Many2one("hr.department", readonly=True, help="Store of who asked.")
    region_id = fields.Many2one("hr.control.region", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    granted_amount = fields.Monetary(string="Granted", readonly=True)
    used_amount = fields.Monetary(
        string="Used",
        readonly=True,
        help="What documents went above the limit by it. A higher limit counts in full.",
    )

    _depends = {
        "credit.decision": ["excess_amount", "grant_id", "result"],
        "credit.grant": ["amount", "approval_id", "kind", "requester_id", "state", "valid_from"],
        "credit.grant.use": ["amount", "grant_id"],
        "hr.control.approval": ["decided_by_id", "on_behalf_of_id", "region_id", "store_id"],
    }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT g.id, g.id AS grant_id, g.valid_from AS date, g.kind,
                   CASE WHEN g.kind = 'emergency' THEN g.requester_id
                        ELSE COALESCE(approval.on_behalf_of_id, approval.decided_by_id)
                   END AS user_id,
                   CASE WHEN g.kind = 'emergency' THEN g.requester_id ELSE approval.decided_by_id END
                       AS decided_by_id,
                   g.requester_id, approval.store_id, approval.region_id, g.partner_id, g.company_id,
                   company.currency_id, g.amount AS granted_amount,
                   CASE WHEN g.kind IN ('limit', 'base') THEN g.amount
                        WHEN g.kind = 'emergency' THEN COALESCE(used.amount, 0)
                        ELSE COALESCE(passed.amount, 0)
                   END AS used_amount
              FROM credit_grant g
              JOIN hr_control_approval approval ON approval.id = g.approval_id
              JOIN credit_account account ON account.id = g.account_id
              JOIN res_company company ON company.id = account.company_id
         LEFT JOIN LATERAL (SELECT SUM(amount) AS amount FROM credit_grant_use WHERE grant_id = g.id) used ON TRUE
         LEFT JOIN LATERAL (
                    SELECT MAX(excess_amount) AS amount
                      FROM credit_decision
                     WHERE grant_id = g.id AND result = 'released'
                   ) passed ON TRUE
             WHERE g.valid_from IS NOT NULL
            """
        )

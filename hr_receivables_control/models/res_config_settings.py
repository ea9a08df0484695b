from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_is_branch = fields.Boolean(compute="_compute_credit_is_branch")
    credit_own_accounts = fields.Boolean(related="company_id.credit_own_accounts", readonly=False)
    credit_order_policy = fields.Selection(
        related="company_id.credit_order_policy", readonly=False, required=True
    )
    credit_invoice_policy = fields.Selection(
        related="company_id.credit_invoice_policy", readonly=False, required=True
    )
    credit_new_mode = fields.Selection(
        related="company_id.credit_new_mode", readonly=False, required=True
    )
    credit_currency_id = fields.Many2one(related="company_id.currency_id", string="Credit Currency")
    credit_new_limit = fields.Monetary(
        related="company_id.credit_new_limit", readonly=False, currency_field="credit_currency_id"
    )
    credit_own_customer_approval = fields.Boolean(
        related="company_id.credit_own_customer_approval", readonly=False
    )
    credit_horizon_days = fields.Integer(related="company_id.credit_horizon_days", readonly=False)
    credit_observed_since = fields.Datetime(related="company_id.credit_observed_since")
    credit_observed_count = fields.Integer(compute="_compute_credit_observed_count")
    credit_observed_invoice_count = fields.Integer(compute="_compute_credit_observed_count")

    def _compute_credit_is_branch(self):
        for settings in self:
            settings.credit_is_branch = bool(settings.company_id.parent_id)

    def _compute_credit_observed_count(self):
        for settings in self:
            settings.credit_observed_count = settings._count_observed("order_id")
            settings.credit_observed_invoice_count = settings._count_observed("move_id")

    def _count_observed(self, document):
        """Documents that would have been held since observing began; one checked twice counts once."""
        self.ensure_one()
        groups = (
            self.env["credit.decision"]
            .sudo()
            ._read_group([*self._get_observed_domain(), (document, "!=", False)], [document])
        )
        return len(groups)

    def _get_observed_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("result", "in", ("observed", "warn")),
            ("date", ">=", self.company_id.credit_observed_since),
        ]

    def action_view_observed(self):
        self.ensure_one()
        name = self.env._("Would Have Been Held")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "credit.decision",
            "view_mode": "list,pivot,graph,form",
            "domain": self._get_observed_domain(),
        }

    def action_propose_limits(self):
        self.env["credit.limit.proposal"].check_access("create")
        return self.env["ir.actions.act_window"]._for_xml_id(
            "hr_receivables_control.credit_limit_proposal_action"
        )

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain


class HrControlDelegation(models.Model):
    """Who decides in whose place, from when to when. A delegate cannot pass it on."""

    _name = "hr.control.delegation"
    _description = "Approval Delegation"
    _order = "date_from desc, id desc"
    _rec_names_search = ["user_id", "delegate_id"]

    user_id = fields.Many2one(
        "res.users",
        string="Absent",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.user,
        help="Whose approvals are decided by somebody else. Everybody delegates only for himself.",
    )
    delegate_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
        help="Decides in the meantime, but never a request of his own.",
    )
    company_id = fields.Many2one("res.company", help="Empty: in all companies.")
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today)
    date_to = fields.Date(
        string="To", required=True, help="Last day, in the time zone of the request's company."
    )
    note = fields.Char(help="Why, for example a journey or leave.")
    state = fields.Selection(
        [("future", "Planned"), ("active", "Active"), ("past", "Ended")],
        compute="_compute_state",
        string="Status",
    )

    _dates_ordered = models.Constraint(
        "CHECK(date_to >= date_from)",
        "The last day of a delegation cannot lie before its first day.",
    )
    _not_to_oneself = models.Constraint(
        "CHECK(user_id <> delegate_id)", "Choose somebody else: you are the absent one."
    )
    _delegate_dates = models.Index("(delegate_id, date_to)")

    @api.depends("user_id", "delegate_id")
    def _compute_display_name(self):
        for delegation in self:
            people = (delegation.user_id.name, delegation.delegate_id.name)
            delegation.display_name = " → ".join(name for name in people if name)

    @api.depends("date_from", "date_to")
    def _compute_state(self):
        for delegation in self:
            today = (delegation.company_id or self.env.company)._company_today()
            if not delegation.date_from or not delegation.date_to or today < delegation.date_from:
                delegation.state = "future"
            else:
                delegation.state = "active" if today <= delegation.date_to else "past"

    @api.constrains("delegate_id")
    def _check_delegate_id(self):
        for delegation in self:
            if delegation.delegate_id.sudo().share:
                raise ValidationError(
                    self.env._(
                        "%(user)s is not an internal user and cannot decide for you.",
                        user=delegation.delegate_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        delegations = super().create(vals_list)
        delegations._check_own()
        return delegations

    def write(self, vals):
        if "user_id" in vals:
            raise AccessError(
                self.env._(
                    "A delegation stays with the person who made it. Make a new one instead."
                )
            )
        return super().write(vals)

    def _check_own(self):
        # asked of the result: a default in the context names somebody else as well as a value does
        if not self.env.su and self.user_id - self.env.user:
            raise AccessError(self.env._("Everybody delegates only for himself."))

    @api.model
    def _get_delegators(self, delegate, company):
        """Users in whose place ``delegate`` decides requests of ``company`` today.

        A delegation made in a parent company counts in its branches. Not followed further: those
        who delegated to them are not included.
        """
        return (
            self.sudo()
            .search(self._get_active_domain(company) & Domain("delegate_id", "=", delegate.id))
            .user_id
        )

    @api.model
    def _get_delegates(self, users, company):
        """Users who decide requests of ``company`` today in the place of ``users``."""
        return (
            self.sudo()
            .search(self._get_active_domain(company) & Domain("user_id", "in", users.ids))
            .delegate_id
        )

    @api.model
    def _get_active_domain(self, company):
        company_sudo = company.sudo()
        today = company_sudo._company_today()
        return (
            Domain("company_id", "in", [False, *company_sudo.parent_ids.ids])
            & Domain("date_from", "<=", today)
            & Domain("date_to", ">=", today)
        )

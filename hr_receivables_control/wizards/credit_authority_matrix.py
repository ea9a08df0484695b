from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..models.credit_authority_overdue import OVERDUE_CEILINGS


class CreditAuthorityMatrix(models.TransientModel):
    _name = "credit.authority.matrix"
    _description = "Authority Matrix"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    day = fields.Date(
        string="As Of",
        required=True,
        default=lambda self: self.env.company.sudo()._company_today(),
        help="Rules, positions and suspensions of that day.",
    )
    line_ids = fields.One2many("credit.authority.matrix.line", "matrix_id")

    def action_show(self):
        self.ensure_one()
        Authority = self.env["credit.authority"]
        Authority._check_matrix_access(self.company_id)
        self.line_ids.unlink()
        rows = Authority._get_matrix(self.company_id, self.day)
        self.line_ids = [
            fields.Command.create(self._prepare_line_vals(sequence, row))
            for sequence, row in enumerate(rows)
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Authority Matrix of %(company)s, %(day)s",
                company=self.company_id.name,
                day=format_date(self.env, self.day),
            ),
            "res_model": "credit.authority.matrix.line",
            "view_mode": "list",
            "domain": [("matrix_id", "=", self.id)],
        }

    def _prepare_line_vals(self, sequence, row):
        names = self.env["credit.authority.matrix.line"]._get_amount_names()
        return {name: value for name, value in row.items() if name not in names} | {
            "sequence": sequence,
            **{name: row[name] or 0.0 for name in names},
            **{f"{name}_open": row[name] is None for name in names},
        }

    def action_download(self):
        self.ensure_one()
        self.env["credit.authority"]._check_matrix_access(self.company_id)
        return {
            "type": "ir.actions.act_url",
            "url": f"/hr_receivables_control/authority_matrix?company_id={self.company_id.id}&day={self.day}",
            "target": "download",
        }


class CreditAuthorityMatrixLine(models.TransientModel):
    """What one person might do on the day of the matrix.

    An amount that is *open* has no ceiling (what he may grant) or no limit (what he may sell).
    """

    _name = "credit.authority.matrix.line"
    _description = "Authority of a Person"
    _order = "sequence, id"

    matrix_id = fields.Many2one("credit.authority.matrix", required=True, ondelete="cascade")
    sequence = fields.Integer()
    company_id = fields.Many2one(related="matrix_id.company_id")
    currency_id = fields.Many2one(related="matrix_id.company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Person")
    department_id = fields.Many2one("hr.department")
    job_id = fields.Many2one("hr.job", string="Job Position")
    level_id = fields.Many2one("hr.control.level")
    authority_id = fields.Many2one("credit.authority", string="Rule")
    order_limit = fields.Monetary()
    order_limit_open = fields.Boolean()
    customer_limit = fields.Monetary()
    customer_limit_open = fields.Boolean()
    pool_limit = fields.Monetary()
    pool_limit_open = fields.Boolean()
    over_amount = fields.Monetary()
    over_amount_open = fields.Boolean()
    grant_limit = fields.Monetary()
    grant_limit_open = fields.Boolean()
    emergency_amount = fields.Monetary()
    emergency_amount_open = fields.Boolean()
    grant_days = fields.Integer(string="Days of a Release")
    release_tier = fields.Integer()
    pause_days = fields.Integer()
    emergency_hours = fields.Integer()
    suspension_id = fields.Many2one("credit.suspension")
    is_paused = fields.Boolean(
        string="Emergencies Paused", help="An emergency authorisation was not reviewed in time."
    )
    order_limit_text = fields.Char(string="Sells per Order", compute="_compute_texts")
    customer_limit_text = fields.Char(string="Sells per Customer", compute="_compute_texts")
    pool_limit_text = fields.Char(string="Sells in Total", compute="_compute_texts")
    over_amount_text = fields.Char(string="Releases Excess", compute="_compute_texts")
    grant_limit_text = fields.Char(string="Grants Limits", compute="_compute_texts")
    emergency_amount_text = fields.Char(string="In an Emergency", compute="_compute_texts")
    release_tier_text = fields.Char(string="Releases Overdue Tier", compute="_compute_texts")
    pause_days_text = fields.Char(string="Pauses Overdue (Days)", compute="_compute_texts")
    status = fields.Char(compute="_compute_texts")

    @api.model
    def _get_amount_names(self):
        return (
            "order_limit",
            "customer_limit",
            "pool_limit",
            "over_amount",
            "grant_limit",
            "emergency_amount",
        )

    @api.depends("user_id")
    @api.depends_context("lang")
    def _compute_texts(self):
        _ = self.env._
        for line in self:
            for name in self._get_amount_names():
                is_limit = name in ("order_limit", "customer_limit", "pool_limit")
                if line.suspension_id:
                    text = "-"
                elif line[f"{name}_open"]:
                    text = _("no limit") if is_limit else _("any")
                else:
                    text = format_amount(self.env, line[name], line.currency_id)
                line[f"{name}_text"] = text
            for name, unlimited in OVERDUE_CEILINGS.items():
                text = _("any") if line[name] >= unlimited else str(line[name])
                line[f"{name}_text"] = "-" if line.suspension_id else text
            if line.suspension_id:
                line.status = _("Authority suspended")
            elif line.is_paused:
                line.status = _("Emergencies paused")
            else:
                line.status = "" if line.authority_id else _("No rule")

    def action_suspend(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Suspend %(name)s", name=self.user_id.name),
            "res_model": "credit.suspension",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_user_id": self.user_id.id,
                "default_company_id": self.company_id.id,
            },
        }

    def action_lift(self):
        self.ensure_one()
        return self.suspension_id.action_open_lift()

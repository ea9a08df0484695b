from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.hr_control_base.tools.reasons import stated


class CreditSuspension(models.Model):
    """A person, or a whole store, may neither give credit nor release any until it is lifted.

    Read live by every check and every ceiling; nothing has to be recomputed when it begins or ends.
    """

    _name = "credit.suspension"
    _description = "Suspension of Credit Authority"
    _inherit = ["hr.control.guarded.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _control_guarded_fields = frozenset(
        {"date_from", "date_to", "suspended_by_id", "lifted_by_id", "lift_reason"}
    )

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one("res.users", string="Person", index="btree_not_null")
    department_id = fields.Many2one(
        "hr.department",
        string="Store or Department",
        index="btree_not_null",
        check_company=True,
        help="Everybody who works there or in a part of it.",
    )
    reason = fields.Text(required=True)
    date_from = fields.Datetime(
        string="Since", required=True, readonly=True, default=fields.Datetime.now
    )
    date_to = fields.Datetime(string="Lifted On", readonly=True)
    suspended_by_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, default=lambda self: self.env.user
    )
    lifted_by_id = fields.Many2one("res.users", readonly=True)
    lift_reason = fields.Text(string="Why It Was Lifted", readonly=True)
    is_active = fields.Boolean(
        string="In Force", compute="_compute_is_active", search="_search_is_active"
    )

    _one_subject = models.Constraint(
        "CHECK((user_id IS NULL) <> (department_id IS NULL))",
        "Choose either a person or a store.",
    )
    _user_open_uniq = models.UniqueIndex(
        "(company_id, user_id) WHERE date_to IS NULL AND user_id IS NOT NULL",
        "This person is suspended already.",
    )
    _department_open_uniq = models.UniqueIndex(
        "(company_id, department_id) WHERE date_to IS NULL AND department_id IS NOT NULL",
        "This store is suspended already.",
    )

    @api.depends("user_id", "department_id")
    def _compute_display_name(self):
        for suspension in self:
            suspension.display_name = suspension._get_subject().sudo().display_name

    @api.depends("date_to")
    def _compute_is_active(self):
        for suspension in self:
            suspension.is_active = not suspension.date_to

    def _search_is_active(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("date_to", "=" if True in value else "!=", False)]

    @api.model_create_multi
    def create(self, vals_list):
        suspensions = super().create(vals_list)
        for suspension in suspensions:
            suspension._log_change("credit.suspended", suspension.reason)
        return suspensions

    def write(self, vals):
        if {"company_id", "user_id", "department_id", "reason"} & vals.keys():
            raise UserError(
                self.env._("A suspension stays as it was made. Lift it and make another one.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("Suspensions are kept. Lift it instead."))

    def _get_subject(self):
        self.ensure_one()
        return self.user_id or self.department_id

    def action_open_lift(self):
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lift the Suspension"),
            "res_model": "credit.suspension.lift",
            "view_mode": "form",
            "target": "new",
            "context": {"default_suspension_id": self.id},
        }

    def action_lift(self, reason):
        """End the suspension now. :raises AccessError: for the person it is about"""
        self.check_access("write")
        if not (reason := stated(reason)):
            raise UserError(self.env._("Say why the suspension is lifted."))
        for suspension in self:
            if suspension.date_to:
                raise UserError(
                    self.env._(
                        "The suspension of %(name)s was lifted already.",
                        name=suspension.display_name,
                    )
                )
            if suspension._concerns(self.env.user):
                raise AccessError(self.env._("Nobody lifts his own suspension. Ask somebody else."))
        self.sudo().write(
            {
                "date_to": fields.Datetime.now(),
                "lifted_by_id": self.env.uid,
                "lift_reason": reason,
            }
        )
        for suspension in self:
            suspension._log_change("credit.suspension_lifted", reason)

    def _concerns(self, user):
        """Whether ``user`` is the person, or works in the store."""
        self.ensure_one()
        if self.user_id:
            return self.user_id == user
        context = self.env["hr.employee"]._get_control_context(user, self.company_id)[user.id]
        department = self.env["hr.department"].sudo().browse(context["department_id"] or [])
        return str(self.department_id.id) in (department.parent_path or "").split("/")

    def _log_change(self, code, reason):
        """In the dossier of the person's credit authority, or of the store."""
        self.ensure_one()
        Pool = self.env["credit.pool"].sudo()
        if self.user_id:
            dossier = Pool._ensure_dossiers(self.user_id, self.company_id)[self.user_id.id]
        else:
            dossier = (
                self.env["hr.control.dossier"]
                .sudo()
                ._ensure(self._name, self.department_id, self.company_id)[self.department_id.id]
            )
        self.env["hr.control.event"]._append(
            [
                {
                    "dossier": dossier,
                    "code": code,
                    "document": self,
                    "data": {"user": self.user_id, "department": self.department_id},
                    "names": {"subject": self._get_subject().sudo(), "reason": reason},
                }
            ]
        )

    # Asked by every check ----------------------------------------------------------------------

    @api.model
    def _get_suspended(self, users, company, day=None):
        """Who of ``users`` is suspended for documents of ``company``, now or at the end of ``day``.

        :return: ``{user id: suspension id}``
        """
        if not users:
            return {}
        self._flush_suspensions()
        at = self._get_moment(company, day)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT place.user_id, found.id
                  FROM (
                       SELECT asked.user_id, context.department_id
                         FROM unnest(%(users)s) AS asked(user_id)
                    LEFT JOIN (%(context)s) context ON context.user_id = asked.user_id
                       ) place
            CROSS JOIN LATERAL (%(suspensions)s) found
                 WHERE found.id IS NOT NULL
                """,
                users=list(users.ids),
                context=self.env["hr.employee"]._get_control_context_sql(users, company, day),
                suspensions=self._sql_suspension(company, at),
            )
        )
        return dict(rows)

    @api.model
    def _check_decider(self, company, title):
        """:raises UserError: the user is suspended; whoever he stands in for, he decides nothing"""
        user = self.env.user
        if self.sudo()._get_suspended(user, company):
            raise UserError(
                self.env._(
                    "%(user)s cannot decide %(request)s: credit authority suspended.",
                    user=user.name,
                    request=title,
                )
            )

    @api.model
    def _flush_suspensions(self):
        self.flush_model(["company_id", "user_id", "department_id", "date_from", "date_to"])

    @api.model
    def _get_moment(self, company, day):
        """Now, or the last second of another day in the company's time zone, UTC."""
        today = company.sudo()._company_today()
        if not day or day == today:
            return fields.Datetime.now()
        return company.sudo()._company_day_end(day)

    @api.model
    def _sql_suspension(self, company, at):
        """Suspension that stops ``place.user_id`` of ``place.department_id``, or NULL."""
        return SQL(
            """
            SELECT MIN(s.id) AS id
              FROM credit_suspension s
              JOIN res_company sc ON sc.id = %(company)s
             WHERE s.company_id = ANY(string_to_array(trim('/' FROM sc.parent_path), '/')::int[])
               AND s.date_from <= %(at)s AND (s.date_to IS NULL OR s.date_to > %(at)s)
               AND (s.user_id = place.user_id OR s.department_id = ANY((
                    SELECT string_to_array(trim('/' FROM sd.parent_path), '/')::int[]
                      FROM hr_department sd WHERE sd.id = place.department_id
               )::int[]))
            """,
            company=company.id,
            at=at,
        )


class CreditGrant(models.Model):
    _inherit = "credit.grant"

    def _check_approval(self, user):
        # EXTENDS: the ceiling is that of whom he stands in for, who may not be suspended as he is
        title = self._get_approval_title()
        self.env["credit.suspension"]._check_decider(self.company_id, title)
        return super()._check_approval(user)

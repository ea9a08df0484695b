from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .credit_person import Person


class CreditPool(models.Model):
    """What a person has open on his own documents, in one company: the guard of his total, and its figures.

    Made when a rule with a total first applies to him. Nothing of the figures is stored.
    """

    _name = "credit.pool"
    _description = "Credit Pool"
    _inherit = ["mail.thread", "mail.activity.mixin", "credit.near.mixin"]
    _order = "company_id, user_id"

    _control_guarded_fields = frozenset({"user_id", "employee_id", "company_id", "dossier_id"})

    user_id = fields.Many2one(
        "res.users", string="Person", required=True, readonly=True, ondelete="restrict"
    )
    employee_id = fields.Many2one(
        "hr.employee", readonly=True, index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    dossier_id = fields.Many2one(
        "hr.control.dossier", required=True, readonly=True, ondelete="restrict", index=True
    )
    authority_id = fields.Many2one(
        "credit.authority", string="Rule", compute="_compute_figures", compute_sudo=True
    )
    pool_limit = fields.Monetary(
        string="Total Allowed", compute="_compute_figures", compute_sudo=True
    )
    used_amount = fields.Monetary(
        string="Open on Own Documents",
        compute="_compute_figures",
        compute_sudo=True,
        help="Orders that still hold credit and posted invoices not paid yet, of which the person is the salesperson.",
    )
    available_amount = fields.Monetary(string="Left", compute="_compute_figures", compute_sudo=True)
    used_pct = fields.Float(string="Used (%)", compute="_compute_figures", compute_sudo=True)
    is_limited = fields.Boolean(string="Limited", compute="_compute_figures", compute_sudo=True)
    is_suspended = fields.Boolean(
        string="Authority suspended", compute="_compute_figures", compute_sudo=True
    )

    _user_company_uniq = models.UniqueIndex("(user_id, company_id)")

    @api.depends("user_id")
    def _compute_display_name(self):
        for pool in self:
            pool.display_name = pool.user_id.sudo().name

    @api.depends("user_id", "company_id")
    def _compute_figures(self):
        Persons = self.env["credit.person"]
        stored = self._origin
        totals = Persons._get_totals(
            {(pool.user_id.id, pool.company_id.id) for pool in stored}, self.env["res.partner"]
        )
        people = {
            (company, user_id): person
            for company, pools in stored.grouped(CreditPool._get_document_company).items()
            for user_id, person in Persons._get(pools.user_id, company).items()
        }
        for pool in self:
            person = people.get((pool._get_document_company(), pool.user_id.id)) or Person()
            pool.authority_id = person.rule_id
            pool.is_limited = person.pool_limit is not None
            pool.is_suspended = bool(person.suspension_id)
            pool.pool_limit = person.pool_limit or 0.0
            pool.used_amount = totals.get((pool.user_id.id, pool.company_id.id, None), 0.0)
            pool.available_amount = pool.pool_limit - pool.used_amount if pool.is_limited else 0.0
            pool.used_pct = 100 * pool.used_amount / pool.pool_limit if pool.pool_limit else 0.0

    def _get_document_company(self):
        """Company whose documents he writes: a branch's employee is none of its parent."""
        self.ensure_one()
        pool = self.sudo()
        own = pool.employee_id.company_id
        return own if own.credit_company_id == pool.company_id else pool.company_id

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._("A credit pool is kept: its dossier tells what was done with it.")
        )

    @api.model
    def _ensure(self, users, company):
        """Pools of these people in the credit company of ``company``; one statement, two may run it at once.

        Resolved in ``company``, where the document is: an employee of a branch is none of its parent.
        :return: the pools, in sudo
        """
        credit_company = company.sudo().credit_company_id
        dossiers = self._ensure_dossiers(users, company)
        contexts = self.env["hr.employee"]._get_control_context(users, company)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO credit_pool (user_id, employee_id, company_id, dossier_id,
                                         create_uid, create_date, write_uid, write_date)
                SELECT user_id, NULLIF(employee_id, 0), %(company)s, dossier_id,
                       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM unnest(%(users)s::int[], %(employees)s::int[], %(dossiers)s::int[])
                       AS t(user_id, employee_id, dossier_id)
                ON CONFLICT DO NOTHING
                """,
                company=credit_company.id,
                uid=self.env.uid,
                users=users.ids,
                employees=[contexts[user.id]["employee_id"] or 0 for user in users],
                dossiers=[dossiers[user.id].id for user in users],
            )
        )
        self.invalidate_model()
        return self.sudo().search(
            [("user_id", "in", users.ids), ("company_id", "=", credit_company.id)]
        )

    @api.model
    def _ensure_dossiers(self, users, company):
        """Dossier of each person's credit authority; of the employee, or of the user who is none.

        :return: ``{user id: dossier}``
        """
        credit_company = company.sudo().credit_company_id
        contexts = self.env["hr.employee"]._get_control_context(users, company)
        Employee = self.env["hr.employee"].sudo()
        employees = Employee.browse(
            [contexts[user.id]["employee_id"] for user in users if contexts[user.id]["employee_id"]]
        )
        others = users.filtered(lambda user: not contexts[user.id]["employee_id"])
        Dossier = self.env["hr.control.dossier"].sudo()
        by_employee = Dossier._ensure(self._name, employees, credit_company) if employees else {}
        by_user = Dossier._ensure(self._name, others, credit_company) if others else {}
        return {
            user.id: by_employee.get(contexts[user.id]["employee_id"]) or by_user[user.id]
            for user in users
        }

    # Drill-down ---------------------------------------------------------------------------------

    def action_open_orders(self):
        return self._open_documents("sale.order", self.env._("Open Orders"))

    def action_open_invoices(self):
        return self._open_documents("account.move", self.env._("Open Invoices"))

    def _open_documents(self, model, title):
        self.ensure_one()
        self.check_access("read")
        pool_sudo = self.sudo()
        ids = self.env["credit.person"]._get_document_ids(
            {(pool_sudo.user_id.id, pool_sudo.company_id.id)}
        )
        return {
            "type": "ir.actions.act_window",
            "name": f"{title}: {self.display_name}",
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("id", "in", ids[model])],
        }

    def action_open_dossier(self):
        self.ensure_one()
        self.dossier_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "hr.control.dossier",
            "res_id": self.dossier_id.id,
            "view_mode": "form",
        }

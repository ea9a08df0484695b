from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date


class HrEmployeeAdvanceEffect(models.Model):
    """What came of the money: orders, leads, amounts, and the records that show it.

    Written by who got the money, read by manager and finance; once handed in it stays, until manager or
    finance hand it back.
    """

    _name = "hr.employee.advance.effect"
    _description = "Effect Report of an Advance"
    _inherit = ["hr.employee.advance.named.mixin", "hr.control.guarded.mixin", "mail.thread"]
    _control_own_words = True
    _order = "id desc"
    _rec_name = "advance_id"

    _control_guards_computed = True
    _control_guarded_fields = frozenset(
        {"state", "reported_on", "reported_by_id", "company_id", "employee_id"}
    )

    advance_id = fields.Many2one(
        "hr.employee.advance", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="advance_id.company_id", store=True, precompute=True, index=True
    )
    employee_id = fields.Many2one(
        related="advance_id.employee_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    purpose_id = fields.Many2one(related="advance_id.purpose_id", store=True, precompute=True)
    # not sudo: a form in the making names whichever advance it likes
    amount_company = fields.Monetary(
        related="advance_id.amount_company", string="Amount of the Advance", related_sudo=False
    )
    summary = fields.Text(string="What Came of It", help="In a few sentences.")
    order_count = fields.Integer(string="Orders")
    order_amount = fields.Monetary(string="Amount of the Orders")
    lead_count = fields.Integer(string="Leads")
    link_ids = fields.One2many("hr.employee.advance.effect.link", "effect_id", string="Records")
    state = fields.Selection(
        [("draft", "To report"), ("reported", "Reported")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    reported_on = fields.Date(readonly=True, copy=False)
    reported_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")

    _advance_uniq = models.UniqueIndex(
        "(advance_id)", "There is an effect report of this advance already."
    )
    _not_negative = models.Constraint(
        "CHECK(order_count >= 0 AND order_amount >= 0 AND lead_count >= 0)",
        "Orders, amounts and leads cannot be below zero.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        effects = super().create(vals_list)
        effects._check_writable()
        return effects

    def write(self, vals):
        if not self.env.su:
            if vals.get("advance_id"):
                raise UserError(self.env._("A report stays with its advance."))
            self._check_writable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reported(self):
        self._check_writable()

    def _check_writable(self):
        """:raises UserError: it was handed in, or there is no money to report of"""
        if self.env.su:
            return
        for effect in self:
            names = {"advance": effect.advance_id.name}
            if effect.state == "reported":
                raise UserError(
                    self.env._(
                        "The report of %(advance)s was handed in. Ask manager or finance to hand it back.",
                        **names,
                    )
                )
            if not effect.advance_id.date_paid:
                raise UserError(
                    self.env._("%(advance)s was not paid: there is nothing to report.", **names)
                )

    @api.model
    def name_create(self, name):
        # EXTENDS web: a line typed into a list is no record
        raise UserError(self.env._("Enter this on its own form: a name alone is not enough."))

    # Handing in ---------------------------------------------------------------------------------

    def action_report(self):
        """Hand the report in.

        :raises UserError: it says nothing
        """
        self.check_access("write")
        for effect in self:
            effect._check_writable()
            if blockers := effect._get_report_blockers():
                raise UserError("\n".join(blockers))
        by_company = self.sudo().grouped("company_id")
        for company, effects in by_company.items():
            effects.write(
                {
                    "state": "reported",
                    "reported_on": company._company_today(),
                    "reported_by_id": self.env.uid,
                }
            )
        self._log("advance.effect.reported")
        for company, effects in by_company.items():
            self.env["hr.control.alert"]._clear(
                company, [advance._get_effect_key() for advance in effects.advance_id]
            )
        return True

    def _get_report_blockers(self):
        """Why it cannot be handed in: list of sentences."""
        self.ensure_one()
        if not (self.summary or "").strip():
            return [
                self.env._(
                    "Say in a sentence what came of %(advance)s.", advance=self.advance_id.name
                )
            ]
        return []

    def action_hand_back(self):
        """Manager or finance want it better."""
        self.check_access("read")
        user = self.env.user
        for effect in self.sudo():
            employee = effect.employee_id
            superior = employee.parent_id.user_id == user or user.has_group(
                "hr_employee_advance.group_advance_finance"
            )
            if employee.user_id == user or not superior:
                raise AccessError(
                    self.env._(
                        "Reports are handed back by the manager of the employee or by finance."
                    )
                )
        self.sudo().write({"state": "draft", "reported_on": False, "reported_by_id": False})
        self._log("advance.effect.handed_back")
        return True

    def _log(self, code):
        dossiers = self.employee_id._ensure_advance_dossiers()
        event = self.env["hr.control.event"]
        event._append(
            [
                {
                    "dossier": dossiers[effect.employee_id.id],
                    "code": code,
                    "document": effect.advance_id,
                    "data": {
                        "orders": effect.order_count,
                        "order_amount": event._money(effect.order_amount, effect.currency_id),
                        "leads": effect.lead_count,
                        "records": [
                            f"{link.record._name},{link.record.id}" for link in effect.link_ids
                        ],
                    },
                    "names": {"report": effect.summary or ""},
                }
                for effect in self.sudo()
            ]
        )


class HrEmployeeAdvanceEffectLink(models.Model):
    """One record that shows what came of an advance."""

    _name = "hr.employee.advance.effect.link"
    _description = "Record behind an Effect Report"
    _inherit = ["hr.employee.advance.named.mixin", "hr.control.guarded.mixin"]
    _order = "effect_id, id"

    _named_fields = ("effect_id",)

    effect_id = fields.Many2one(
        "hr.employee.advance.effect", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="effect_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="effect_id.currency_id")
    record = fields.Reference(selection="_selection_record", required=True)
    amount = fields.Monetary(help="What of it came of the advance.")
    note = fields.Char()

    @api.depends("record")
    def _compute_display_name(self):
        # finance reads the report, not every lead that it names
        for link in self:
            link.display_name = link.sudo().record.display_name

    @api.model
    def name_create(self, name):
        # EXTENDS web: a line typed into a list is no record
        raise UserError(self.env._("Enter this on its own form: a name alone is not enough."))

    @api.model
    def _selection_record(self):
        return self.env["hr.employee.advance"]._selection_document_ref()

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        links._check_links()
        return links

    def write(self, vals):
        self._check_links()
        res = super().write(vals)
        self._check_links()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reported(self):
        self._check_links()

    def _check_links(self):
        """Nobody names what he may not read, nor changes a report that was handed in."""
        if self.env.su:
            return
        self.effect_id._check_writable()
        for link in self.filtered("record"):
            link.record.check_access("read")


class HrEmployeeAdvance(models.Model):
    _inherit = "hr.employee.advance"

    effect_ids = fields.One2many("hr.employee.advance.effect", "advance_id", string="Effect Report")
    effect_report = fields.Boolean(related="purpose_id.effect_report")
    effect_due = fields.Date(
        string="Effect Report by", compute="_compute_effect_due", store=True, index="btree_not_null"
    )
    is_effect_reported = fields.Boolean(
        string="Effect Reported", compute="_compute_is_effect_reported", store=True
    )
    is_effect_missing = fields.Boolean(
        string="Effect Report Missing",
        compute="_compute_is_effect_missing",
        search="_search_is_effect_missing",
    )

    @api.depends("date_paid", "purpose_id.effect_report", "purpose_id.effect_days")
    def _compute_effect_due(self):
        for advance in self:
            purpose = advance.purpose_id
            advance.effect_due = (
                fields.Date.add(advance.date_paid, days=purpose.effect_days)
                if advance.date_paid and purpose.effect_report
                else False
            )

    @api.depends("effect_ids.state")
    def _compute_is_effect_reported(self):
        for advance in self:
            advance.is_effect_reported = "reported" in advance.effect_ids.mapped("state")

    @api.depends("effect_due", "is_effect_reported")
    def _compute_is_effect_missing(self):
        todays = {company: company._company_today() for company in self.company_id}
        for advance in self:
            due = advance.effect_due
            advance.is_effect_missing = bool(
                due and not advance.is_effect_reported and due < todays[advance.company_id]
            )

    def _search_is_effect_missing(self, operator, value):
        if operator != "in":
            return NotImplemented
        missing = Domain.OR(
            [
                ("company_id", "=", company.id),
                ("effect_due", "<", company._company_today()),
                ("is_effect_reported", "=", False),
            ]
            for company in self.env["res.company"].sudo().search([])
        )
        return missing if True in value else ~missing

    def _get_effect_key(self):
        self.ensure_one()
        return f"advance.effect:{self.id}"

    def _get_submit_blockers(self):
        # EXTENDS: what came of the last one of this kind, before the next
        blockers = super()._get_submit_blockers()
        if self.company_id.sudo().advance_effect_hold and self.purpose_id.effect_report:
            missing = self.sudo().search(
                [
                    ("employee_id", "=", self.employee_id.id),
                    ("purpose_id", "=", self.purpose_id.id),
                    ("is_effect_missing", "=", True),
                ]
            )
            blockers += [
                self.env._(
                    "Report first what came of %(advance)s; the report was due on %(date)s.",
                    advance=advance.name,
                    date=format_date(self.env, advance.effect_due),
                )
                for advance in missing
            ]
        return blockers

    def action_report_effect(self):
        """The report of what came of it: the one that is there, else a new one."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Came of %(advance)s", advance=self.name),
            "res_model": "hr.employee.advance.effect",
            "res_id": self.effect_ids.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {"default_advance_id": self.id},
        }


class ResCompany(models.Model):
    _inherit = "res.company"

    advance_effect_hold = fields.Boolean(
        string="No Next Advance without Effect Report",
        help="Whoever has not reported what came of an advance cannot ask for another of that purpose.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    advance_effect_hold = fields.Boolean(related="company_id.advance_effect_hold", readonly=False)

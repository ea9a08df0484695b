from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount

KINDS = [
    ("customer", "Customer"),
    ("quotation", "Quotation"),
    ("order", "Open Order"),
    ("receivable", "Unpaid Invoice"),
    ("lead", "Lead or Opportunity"),
    ("activity", "Follow-up"),
]


class HrEmployeeHandover(models.Model):
    """One thing of a leaver that was handed to a successor: never changed, never deleted."""

    _name = "hr.employee.handover"
    _description = "Handover to a Successor"
    _order = "id desc"

    clearance_id = fields.Many2one(
        "hr.employee.clearance", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="clearance_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", readonly=True)
    name = fields.Char(
        string="What", required=True, readonly=True, help="As it was called that day."
    )
    amount = fields.Monetary(
        readonly=True, help="What was still open that day, in company currency."
    )
    from_user_id = fields.Many2one(
        "res.users", string="From", required=True, readonly=True, ondelete="restrict"
    )
    to_user_id = fields.Many2one(
        "res.users", string="To", required=True, readonly=True, index=True, ondelete="restrict"
    )
    handed_by_id = fields.Many2one(
        "res.users",
        string="Handed over by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)

    def action_open_document(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }


class HrEmployeeClearance(models.Model):
    """What of the sales work still belongs to the leaver."""

    _inherit = "hr.employee.clearance"

    handover_ids = fields.One2many("hr.employee.handover", "clearance_id", readonly=True)
    handover_count = fields.Integer(compute="_compute_handover_count")
    may_hand_over = fields.Boolean(compute="_compute_may_hand_over")

    def _compute_handover_count(self):
        counts = dict(
            self.env["hr.employee.handover"]._read_group(
                [("clearance_id", "in", self.ids)], ["clearance_id"], ["__count"]
            )
        )
        for clearance in self:
            clearance.handover_count = counts.get(clearance, 0)

    @api.depends("state", "line_ids.responsible_ids")
    @api.depends_context("uid")
    def _compute_may_hand_over(self):
        for clearance in self:
            is_open = clearance.state in ("open", "ready")
            clearance.may_hand_over = is_open and clearance._may_hand_over()

    def _may_hand_over(self):
        """HR, or who signs for sales or as manager; never the leaver."""
        clearances_sudo, user = self.sudo(), self.env.user
        if not self or any(user in clearance._get_leavers() for clearance in clearances_sudo):
            return False
        return user.has_group("hr.group_hr_user") or any(
            line._get_sign_principal(user)
            for line in clearances_sudo.line_ids
            if line.kind in ("sales", "manager")
        )

    def _get_handover_items(self):
        """What is to be handed over, in sudo: ``{kind: records}``."""
        users = self.sudo()._get_leavers()
        return self.env["hr.employee"]._get_handover_items(users, self.sudo().company_ids)

    def _get_sheet_parts(self):
        # EXTENDS: who got which customer, with how many documents and what is open on them
        parts = super()._get_sheet_parts()
        handed = self.sudo().handover_ids
        if not handed:
            return parts
        kinds = dict(handed._fields["kind"]._description_selection(self.env))
        rows = [
            (
                successor.name,
                kinds[kind],
                partner.name or "",
                str(len(own)),
                format_amount(self.env, sum(own.mapped("amount")), self.currency_id),
            )
            for (successor, kind, partner), own in handed.sorted(
                lambda one: (one.to_user_id.name, one.kind, one.partner_id.name or "", one.id)
            )
            .grouped(lambda one: (one.to_user_id, one.kind, one.partner_id))
            .items()
        ]
        titles = [
            self.env._("Successor"),
            self.env._("What"),
            self.env._("Customer"),
            self.env._("Number"),
            self.env._("Open"),
        ]
        return [*parts, (self.env._("Handed over"), titles, rows)]

    def action_open_handover(self):
        """The screen that names a successor for each customer."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over: %(employee)s", employee=self.employee_id.sudo().name),
            "res_model": "hr.employee.handover.wizard",
            "views": [(False, "form")],
            "target": "current",
            "context": {"default_clearance_id": self.id},
        }

    def action_open_handed(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Handed Over"),
            "res_model": "hr.employee.handover",
            "views": [(False, "list")],
            "domain": [("clearance_id", "=", self.id)],
        }


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def _get_handover_items(self, users, companies):
        """Sales work of these users in these companies, in sudo: ``{kind: records}``; one query per kind.

        Held orders are drafts, so they are among the quotations.
        """
        if not users:
            return {}
        of_company = Domain("company_id", "in", companies.ids)
        items = {}
        for kind, (model, domain) in self._get_handover_domains(users).items():
            records = self.env[model].sudo()
            if kind in ("customer", "lead"):
                domain &= Domain("company_id", "in", [*companies.ids, False])
            elif "company_id" in records._fields:
                domain &= of_company
            items[kind] = records.search(domain)
        return items

    def _get_handover_domains(self, users):
        """Where to look: ``{kind: (model, domain)}``. Extend it for further sales documents."""
        mine = Domain("user_id", "in", users.ids)
        domains = {
            "customer": ("res.partner", mine),
            "quotation": ("sale.order", mine & Domain("state", "in", ("draft", "sent"))),
            "order": (
                "sale.order",
                mine & Domain("state", "=", "sale") & Domain("invoice_status", "!=", "invoiced"),
            ),
            "receivable": (
                "account.move",
                Domain("invoice_user_id", "in", users.ids)
                & Domain("move_type", "=", "out_invoice")
                & Domain("state", "=", "posted")
                & Domain("payment_state", "in", ("not_paid", "partial")),
            ),
            "activity": ("mail.activity", mine & Domain("res_model", "!=", "hr.control.approval")),
        }
        if "crm.lead" in self.env:
            # those that are won or lost need nobody any more
            domains["lead"] = ("crm.lead", mine & Domain("won_status", "=", "pending"))
        return domains


class HrEmployeeClearanceTemplateLine(models.Model):
    _inherit = "hr.employee.clearance.template.line"

    def _is_needed(self, employee):
        # EXTENDS: only who sells, or follows something up, has sales work to hand over
        if self.kind != "sales":
            return super()._is_needed(employee)
        people = employee._get_clearance_people()[employee.id]
        items = employee._get_handover_items(people.user_id, people.company_id)
        return super()._is_needed(employee) and any(
            records for kind, records in items.items() if kind != "activity"
        )


class HrEmployeeClearanceLine(models.Model):
    _inherit = "hr.employee.clearance.line"

    def _get_sign_blockers(self):
        # EXTENDS: nothing may stay in the name of somebody who is gone
        found = super()._get_sign_blockers()
        kinds = dict(
            self.env["hr.employee.handover"]._fields["kind"]._description_selection(self.env)
        )
        for line in self.filtered(lambda line: line.kind == "sales" and line.state != "signed"):
            found[line.id] += [
                self.env._(
                    "%(kind)s: %(count)s still belong to %(employee)s. Hand them over.",
                    kind=kinds[kind],
                    count=len(records),
                    employee=line.employee_id.name,
                )
                for kind, records in line.clearance_id._get_handover_items().items()
                if records
            ]
        return found

    def _get_sign_figures(self):
        # EXTENDS
        if self.kind != "sales":
            return super()._get_sign_figures()
        Event = self.env["hr.control.event"]
        sums = defaultdict(lambda: [0, 0.0])
        for handover in self.clearance_id.handover_ids:
            entry = sums[handover.kind, handover.to_user_id.id]
            entry[0] += 1
            entry[1] += handover.amount
        return {
            "handed_over": [
                {
                    "kind": kind,
                    "to": user_id,
                    "count": count,
                    "open": Event._money(amount, self.company_id.currency_id),
                }
                for (kind, user_id), (count, amount) in sorted(sums.items())
            ]
        }

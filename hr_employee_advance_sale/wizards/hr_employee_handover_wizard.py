from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..models.hr_employee_handover import KINDS


class HrEmployeeHandoverWizard(models.TransientModel):
    """One screen for all of it: a successor for each customer, one for the rest."""

    _name = "hr.employee.handover.wizard"
    _description = "Hand Over to Successors"
    _inherit = ["hr.employee.advance.named.mixin"]

    _named_fields = ("clearance_id",)

    clearance_id = fields.Many2one("hr.employee.clearance", required=True, readonly=True)
    employee_id = fields.Many2one(related="clearance_id.employee_id")
    company_id = fields.Many2one(related="clearance_id.company_id")
    currency_id = fields.Many2one(related="clearance_id.currency_id")
    successor_id = fields.Many2one(
        "res.users",
        string="Successor for All without One",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    line_ids = fields.One2many(
        "hr.employee.handover.wizard.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("clearance_id")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._(
                "Hand over from %(employee)s", employee=wizard.employee_id.name
            )

    @api.depends("clearance_id")
    def _compute_line_ids(self):
        for wizard in self:
            clearance = wizard.clearance_id
            lines = []
            if clearance._may_hand_over():
                for partner, figures in wizard._get_figures().items():
                    lines.append(Command.create({"partner_id": partner.id} | figures))
            wizard.line_ids = [Command.clear(), *lines]

    # Rights ---------------------------------------------------------------------------------------

    def _check_allowed(self):
        self.clearance_id.check_access("read")
        if not self.clearance_id._may_hand_over():
            raise AccessError(
                self.env._("Sales work is handed over by whoever signs for it, or by HR.")
            )
        if self.clearance_id.state not in ("open", "ready"):
            raise UserError(
                self.env._("%(clearance)s is closed.", clearance=self.clearance_id.display_name)
            )

    # What there is --------------------------------------------------------------------------------

    def _get_items(self):
        """``{customer: {kind: records}}``, in sudo; what belongs to no customer stands under an empty one."""
        found = defaultdict(dict)
        items = self.clearance_id.sudo()._get_handover_items()
        for kind, records in items.items():
            for partner, of_partner in self._get_partners(kind, records).items():
                found[partner][kind] = of_partner
        return dict(sorted(found.items(), key=lambda item: (not item[0], item[0].name or "")))

    def _get_partners(self, kind, records):
        """The customers of these documents: ``{commercial partner: records}``."""
        if kind == "customer":
            return records.grouped("commercial_partner_id")
        if kind != "activity":
            return records.grouped(lambda record: record.partner_id.commercial_partner_id)
        partners = {}
        nobody = self.env["res.partner"].sudo()
        for model, activities in records.grouped("res_model").items():
            documents = self.env[model].sudo().browse(activities.mapped("res_id")).exists()
            by_id = {document.id: document for document in documents}
            for activity in activities:
                document = by_id.get(activity.res_id)
                partner = nobody
                if document is not None and model == "res.partner":
                    partner = document.commercial_partner_id
                elif document is not None and "partner_id" in document:
                    partner = document.partner_id.commercial_partner_id
                partners[partner] = partners.get(partner, records.browse()) | activity
        return partners

    def _get_figures(self):
        today = self.company_id._company_today()
        return {
            partner: {
                "customer_count": len(items.get("customer", ())),
                "quotation_count": len(items.get("quotation", ())),
                "order_count": len(items.get("order", ())),
                "lead_count": len(items.get("lead", ())),
                "activity_count": len(items.get("activity", ())),
                "amount_order": sum(
                    self._get_amount("order", order) for order in items.get("order", ())
                ),
                "amount_unpaid": sum(
                    self._get_amount("receivable", move) for move in items.get("receivable", ())
                ),
                "amount_overdue": sum(
                    self._get_amount("receivable", move)
                    for move in items.get("receivable", ())
                    if move.invoice_date_due and move.invoice_date_due < today
                ),
            }
            for partner, items in self._get_items().items()
        }

    def _get_amount(self, kind, record):
        """What is open of it, in the company currency of the clearance."""
        if kind == "receivable":
            amount, currency = record.amount_residual_signed, record.company_id.currency_id
        elif kind in ("order", "quotation"):
            amount, currency = (
                record.amount_total / (record.currency_rate or 1.0),
                record.company_id.currency_id,
            )
        elif kind == "lead":
            amount, currency = record.expected_revenue, record.company_currency
        else:
            return 0.0
        company = record.company_id or self.company_id.sudo()
        return currency._convert(amount, self.currency_id, company, company._company_today())

    # Handing over ---------------------------------------------------------------------------------

    def action_hand_over(self):
        """Give each customer, with all that belongs to him, to the successor named; record who got what.

        Documents are read anew: what came in the meantime goes with them.
        """
        self.ensure_one()
        self._check_allowed()
        successors = {
            line.partner_id: line.successor_id or self.successor_id for line in self.line_ids
        }
        self._check_successors(successors)
        self.clearance_id.sudo()._take_guard()
        rows = []
        for partner, items in self._get_items().items():
            successor = successors.get(partner.sudo(False), self.successor_id)
            if successor:
                for kind, records in items.items():
                    if "company_id" in records:
                        self._check_working(successor, records.company_id)
                    rows += self._prepare_rows(kind, partner, records, successor)
                    self._reassign(kind, records, successor)
        if not rows:
            raise UserError(self.env._("Name a successor for at least one customer."))
        self.env["hr.employee.handover"].sudo().create(rows)
        self._append_events(rows)
        return self.clearance_id.action_open_handed()

    def _check_successors(self, successors):
        leavers = self.clearance_id.sudo()._get_leavers()
        for user in set(successors.values()) | {self.successor_id}:
            if user in leavers:
                self._refuse_successor(user, self.company_id)
            elif user:
                self._check_working(user, self.company_id)

    def _check_working(self, user, companies):
        """:raises UserError: not an active colleague in one of these companies, whose documents he would get"""
        user_sudo = user.sudo()
        for company in companies.sudo():
            if user_sudo.share or not user_sudo.active or company not in user_sudo.company_ids:
                self._refuse_successor(user, company)

    def _refuse_successor(self, user, company):
        raise UserError(
            self.env._(
                "%(user)s cannot take it over: an active colleague of %(company)s is needed.",
                user=user.sudo().name,
                company=company.sudo().name,
            )
        )

    def _prepare_rows(self, kind, partner, records, successor):
        return [
            {
                "clearance_id": self.clearance_id.id,
                "kind": kind,
                "partner_id": partner.id,
                "res_model": record.res_model
                if kind == "activity" and record.res_model
                else record._name,
                "res_id": record.res_id if kind == "activity" and record.res_model else record.id,
                "name": (record.summary or record.activity_type_id.name or record.display_name)
                if kind == "activity"
                else record.display_name,
                "amount": self._get_amount(kind, record),
                "from_user_id": self._get_owner(kind, record).id,
                "to_user_id": successor.id,
                "handed_by_id": self.env.uid,
            }
            for record in records
        ]

    def _get_owner(self, kind, record):
        return record.invoice_user_id if kind == "receivable" else record.user_id

    def _reassign(self, kind, records, successor):
        """Who hands over may not write every document himself; that he may hand over was checked."""
        name = "invoice_user_id" if kind == "receivable" else "user_id"
        records.sudo().write({name: successor.id})

    def _append_events(self, rows):
        labels = dict(KINDS)
        for successor_id in {row["to_user_id"] for row in rows}:
            mine = [row for row in rows if row["to_user_id"] == successor_id]
            self.clearance_id.sudo()._append_event(
                "clearance.handed_over",
                {
                    "count": len(mine),
                    "items": [[row["kind"], row["res_model"], row["res_id"]] for row in mine],
                    "kinds": {kind: sum(row["kind"] == kind for row in mine) for kind in labels},
                },
                {"successor": self.env["res.users"].browse(successor_id)},
            )


class HrEmployeeHandoverWizardLine(models.TransientModel):
    _name = "hr.employee.handover.wizard.line"
    _description = "Customer to Hand Over"

    wizard_id = fields.Many2one("hr.employee.handover.wizard", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="wizard_id.company_id")
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    customer_count = fields.Integer(string="Contacts", readonly=True)
    quotation_count = fields.Integer(string="Quotations and Held Orders", readonly=True)
    order_count = fields.Integer(string="Open Orders", readonly=True)
    lead_count = fields.Integer(string="Leads", readonly=True)
    activity_count = fields.Integer(string="Follow-ups", readonly=True)
    amount_order = fields.Monetary(string="On Order", readonly=True)
    amount_unpaid = fields.Monetary(string="Unpaid", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True)
    successor_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Gets the customer with everything that belongs to him.",
    )

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

KINDS = [
    ("papers", "Papers Received"),
    ("return", "Money Returned"),
    ("slip", "Slip Handed Back"),
]


class HrEmployeeAdvanceAcknowledgement(models.Model):
    """What the company took over from an employee, or gave back, and his word that he has the receipt.

    A company that keeps the slip although the papers were handed in loses in court; so does an employee
    who cannot show what he handed in.
    """

    _name = "hr.employee.advance.acknowledgement"
    _description = "Receipt to the Employee"
    _inherit = ["hr.employee.advance.sign.mixin"]
    _order = "id desc"
    _rec_names_search = ["advance_id.name", "employee_id.name"]

    _control_guarded_fields = frozenset(
        {"advance_id", "allocation_id", "kind", "date", "amount", "lines"}
    )

    advance_id = fields.Many2one(
        "hr.employee.advance", required=True, readonly=True, index=True, ondelete="restrict"
    )
    allocation_id = fields.Many2one(
        "hr.employee.advance.allocation",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    currency_id = fields.Many2one(related="advance_id.currency_id")
    kind = fields.Selection(KINDS, string="What", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(readonly=True, help="Money returned, in the currency of the advance.")
    lines = fields.Json(readonly=True)
    lines_html = fields.Html(string="Content", compute="_compute_lines_html")

    _once = models.UniqueIndex("(allocation_id) WHERE allocation_id IS NOT NULL")

    @api.depends("kind", "advance_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for paper in self:
            paper.display_name = f"{kinds.get(paper.kind)}: {paper.sudo().advance_id.name}"

    @api.depends("lines", "kind")
    @api.depends_context("lang")
    def _compute_lines_html(self):
        for paper in self:
            paper.lines_html = self.env["ir.qweb"]._render(
                "hr_employee_advance.acknowledgement_lines", {"paper": paper.sudo()}
            )

    # Giving ---------------------------------------------------------------------------------------

    @api.model
    def _give(self, advances, kind, prepare):
        """Give each employee a receipt and ask him to confirm that he has it.

        :param prepare: values of the receipt of an advance
        """
        papers = (
            self.sudo()
            .with_context(mail_create_nosubscribe=True)
            .create(
                [
                    {
                        "advance_id": advance.id,
                        "employee_id": advance.employee_id.id,
                        "company_id": advance.company_id.id,
                        "kind": kind,
                        "date": advance.company_id._company_today(),
                        "asked_by_id": self.env.uid,
                    }
                    | prepare(advance)
                    for advance in advances.sudo()
                ]
            )
        )
        papers._log("advance.acknowledgement.asked")
        papers._tell_asked()
        return papers

    def _void(self):
        """What it says holds no more, and nobody has answered it."""
        waiting = self.sudo().filtered(lambda paper: paper.state == "asked")
        waiting.write({"state": "void", "token_digest": False})
        waiting._log("advance.acknowledgement.void")
        waiting._clear_asked()

    # What it says ---------------------------------------------------------------------------------

    def _get_sign_code(self):
        return "advance.acknowledgement"

    def _get_sign_content(self):
        self.ensure_one()
        return self._get_sign_data() | {"employee": self.employee_id.id, "lines": self.lines or []}

    def _get_sign_data(self):
        self.ensure_one()
        return {
            "kind": self.kind,
            "advance": self.advance_id.id,
            "date": self.date,
            "amount": self.env["hr.control.event"]._money(self.amount, self.currency_id),
            "papers": [line["sha256"] for line in self.lines or () if line.get("sha256")],
        }

    def _get_asked_summary(self):
        self.ensure_one()
        return self.env._("Your receipt: %(what)s", what=self.display_name)

    def _get_content_html(self):
        return self.lines_html

    def _get_dispute_hint(self):
        return self.env._("Say what is wrong with this receipt: what did you hand in?")

    def _tell_dispute(self):
        causes = []
        for paper in self.sudo():
            users = self.env["hr.employee.advance"]._get_finance_of(paper.company_id)
            env = paper.with_context(
                lang=self.env["hr.employee.advance"]._pick_lang(paper.company_id.partner_id.lang)
            ).env
            causes.append(
                {
                    "key": f"advance.acknowledgement.disputed:{paper.id}",
                    "company": paper.company_id,
                    "users": users - paper.employee_id.user_id,
                    "record": paper,
                    "summary": env._(
                        "%(employee)s disputes a receipt: %(what)s",
                        employee=paper.employee_id.name,
                        what=paper.with_env(env).display_name,
                    ),
                    "note": paper.reason,
                }
            )
        self.env["hr.control.alert"]._raise(causes)


class HrEmployeeAdvance(models.Model):
    _inherit = "hr.employee.advance"

    acknowledgement_ids = fields.One2many(
        "hr.employee.advance.acknowledgement", "advance_id", string="Receipts to the Employee"
    )
    is_slip_back = fields.Boolean(compute="_compute_is_slip_back", compute_sudo=True)

    @api.depends("acknowledgement_ids.kind", "acknowledgement_ids.state")
    def _compute_is_slip_back(self):
        for advance in self:
            advance.is_slip_back = any(
                paper.kind == "slip" and paper.state != "void"
                for paper in advance.acknowledgement_ids
            )

    def action_acknowledge_papers(self):
        # EXTENDS: the employee says that he has it
        res = super().action_acknowledge_papers()
        for advance in self.sudo():
            advance.acknowledgement_ids.filtered(lambda paper: paper.kind == "papers")._void()
        self.env["hr.employee.advance.acknowledgement"]._give(
            self,
            "papers",
            lambda advance: {
                "lines": [
                    {"name": voucher.name, "sha256": voucher.checksum, "state": voucher.state}
                    for voucher in advance.voucher_ids.filtered("checksum").sorted("id")
                ]
            },
        )
        return res

    def action_hand_back_slip(self):
        """Finance gives the slip back, once nothing is owed on it any more."""
        self.check_access("read")
        if not self.env.user.has_group("hr_employee_advance.group_advance_finance"):
            raise AccessError(self.env._("The slip is handed back by finance."))
        for advance in self:
            advance._take_guard()
            if self.env.user in advance._get_concerned_users():
                raise UserError(self.env._("This is your own slip: a colleague hands it back."))
            if advance.state not in ("settled", "written_off") or advance.is_slip_back:
                raise UserError(
                    self.env._(
                        "The slip of %(advance)s is handed back once, when nothing is owed any more: "
                        "%(amount)s are open.",
                        advance=advance.name,
                        amount=format_amount(
                            self.env, advance.amount_residual, advance.currency_id
                        ),
                    )
                )
        self.env["hr.employee.advance.acknowledgement"]._give(
            self,
            "slip",
            lambda advance: {
                "amount": advance.amount_paid,
                "lines": [
                    {
                        "paid": advance.amount_paid,
                        "cleared": advance.amount_cleared,
                        "returned": advance.amount_returned,
                        "written_off": advance.amount_written_off,
                    }
                ],
            },
        )
        return True


class HrEmployeeAdvanceAllocation(models.Model):
    _inherit = "hr.employee.advance.allocation"

    @api.model
    def _record(self, lines_sudo, **values):
        # EXTENDS: who brings money back gets a receipt
        recorded = super()._record(lines_sudo, **values)
        Acknowledgement = self.env["hr.employee.advance.acknowledgement"]
        known = Acknowledgement.sudo().search([("allocation_id", "in", recorded.ids)])
        for clearing in recorded.filtered(lambda found: found.kind == "return") - (
            known.allocation_id
        ):
            Acknowledgement._give(
                clearing.advance_id,
                "return",
                lambda _advance, clearing=clearing: {
                    "allocation_id": clearing.id,
                    "date": clearing.date,
                    "amount": clearing.amount,
                    "lines": [
                        {
                            "entry": clearing.move_id.name or "",
                            "before": clearing._get_balance_before(),
                            "after": clearing._get_balance_after(),
                        }
                    ],
                },
            )
        return recorded

    def write(self, vals):
        # EXTENDS: a receipt for what was taken back holds no more
        res = super().write(vals)
        if vals.get("undone"):
            self.env["hr.employee.advance.acknowledgement"].sudo().search(
                [("allocation_id", "in", self.ids)]
            )._void()
        return res

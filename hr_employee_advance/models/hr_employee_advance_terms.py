import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class HrEmployeeAdvanceTerms(models.Model):
    """One version of the company's rules on advances: whoever asks accepts the one in force that day."""

    _name = "hr.employee.advance.terms"
    _description = "Rules on Advances"
    _inherit = ["hr.control.guarded.mixin", "mail.thread"]
    _order = "company_id, version desc"

    _control_guarded_fields = frozenset(
        {"version", "state", "published_at", "published_by_id", "sha256"}
    )

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    version = fields.Integer(readonly=True, copy=False, aggregator=None)
    text = fields.Text(required=True, help="What whoever asks for an advance reads and accepts.")
    date_from = fields.Date(
        string="In Force from",
        required=True,
        default=lambda self: self.env.company._company_today(),
    )
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    published_at = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    sha256 = fields.Char(string="SHA-256", readonly=True, copy=False)

    _version_unique = models.UniqueIndex("(company_id, version) WHERE version > 0")

    @api.depends("version", "state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for terms in self:
            if terms.version:
                name = self.env._("Rules on advances, version %(version)s", version=terms.version)
            else:
                name = self.env._("Rules on advances, draft")
            terms.display_name = name

    def write(self, vals):
        if {"text", "date_from", "company_id"} & vals.keys():
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_draft()

    def _check_draft(self):
        """:raises UserError: people have accepted these words; whoever calls"""
        for terms in self.sudo().filtered(lambda found: found.state == "published"):
            raise UserError(
                self.env._(
                    "%(terms)s is published and stays as it is. Write a new version.",
                    terms=terms.display_name,
                )
            )

    def action_publish(self):
        """From its day on everybody who asks accepts this version."""
        self.check_access("write")
        for terms in self.sudo():
            terms._check_draft()
            last = self.sudo().search(
                [("company_id", "=", terms.company_id.id), ("version", ">", 0)], limit=1
            )
            terms.write(
                {
                    "state": "published",
                    "version": last.version + 1,
                    "published_at": fields.Datetime.now(),
                    "published_by_id": self.env.uid,
                    "sha256": hashlib.sha256(terms.text.encode()).hexdigest(),
                }
            )
        return True

    @api.model
    def _get_in_force(self, company):
        """The version that whoever asks today accepts, in sudo; empty when the company has none."""
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "published"),
                ("date_from", "<=", company._company_today()),
            ],
            order="version desc",
            limit=1,
        )


class HrEmployeeAdvance(models.Model):
    """Which version of the rules the employee accepted with this request."""

    _inherit = "hr.employee.advance"

    _control_guarded_fields = frozenset({"terms_id", "terms_accepted_at"})

    terms_accepted = fields.Boolean(string="I have read the rules and accept them", copy=False)
    terms_id = fields.Many2one(
        "hr.employee.advance.terms",
        string="Rules Accepted",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    terms_accepted_at = fields.Datetime(readonly=True, copy=False)
    terms_text = fields.Text(string="Rules", compute="_compute_terms_text", compute_sudo=True)

    @api.depends("terms_id", "company_id", "request_state")
    def _compute_terms_text(self):
        in_force = {
            company: self.env["hr.employee.advance.terms"]._get_in_force(company)
            for company in self.company_id
        }
        for advance in self:
            terms = advance.terms_id
            if advance.request_state == "draft" and advance.company_id:
                terms = in_force[advance.company_id]
            advance.terms_text = terms.text

    @api.model_create_multi
    def create(self, vals_list):
        advances = super().create(vals_list)
        advances.filtered("terms_accepted")._note_terms()
        return advances

    def write(self, vals):
        res = super().write(vals)
        if "terms_accepted" in vals:
            self._note_terms()
        elif "employee_id" in vals:
            # one's word is nobody else's
            super(HrEmployeeAdvance, self.sudo()).write(
                {"terms_accepted": False, "terms_id": False, "terms_accepted_at": False}
            )
        return res

    def _note_terms(self):
        """Keep which words were accepted, and when.

        :raises AccessError: somebody else accepts in the employee's name; UserError: it was asked for already
        """
        for advance_sudo in self.sudo():
            if advance_sudo.employee_id.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "Only %(employee)s accepts the rules.",
                        employee=advance_sudo.employee_id.name,
                    )
                )
            if advance_sudo.request_state != "draft":
                raise UserError(self.env._("%(advance)s was asked for.", advance=advance_sudo.name))
            accepted = advance_sudo.terms_accepted
            terms = self.env["hr.employee.advance.terms"]._get_in_force(advance_sudo.company_id)
            advance_sudo.write(
                {
                    "terms_id": accepted and terms.id,
                    "terms_accepted_at": accepted and terms and fields.Datetime.now(),
                }
            )

    def _get_submit_blockers(self):
        # EXTENDS: who asks for himself accepts the rules of that day; for others HR has a signed paper
        blockers = super()._get_submit_blockers()
        terms = self.env["hr.employee.advance.terms"]._get_in_force(self.company_id)
        if self.employee_id.user_id == self.env.user and terms and self.terms_id != terms:
            blockers.append(
                self.env._("Read and accept the %(terms)s first.", terms=terms.display_name)
            )
        return blockers

    def _after_submitted(self):
        # EXTENDS
        res = super()._after_submitted()
        for advance in self.filtered("terms_id"):
            advance._append_advance_event(
                "advance.terms_accepted",
                {
                    "terms": advance.terms_id.id,
                    "version": advance.terms_id.version,
                    "sha256": advance.terms_id.sha256,
                    "accepted_at": advance.terms_accepted_at,
                },
            )
        return res

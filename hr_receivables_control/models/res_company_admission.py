from odoo import api, fields, models
from odoo.tools import SQL

from .res_company import CREDIT_POLICIES

STANDING_FIELDS = {"credit_admission_threshold"}


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_admission_policy = fields.Selection(
        [("none", "Keep no customer files"), *CREDIT_POLICIES],
        string="Admission of Customers",
        default="observe",
        required=True,
        help="What happens to an order on credit of a customer whose file is not approved or has run out. New "
        "customers get a file unless none are kept.",
    )
    credit_admission_existing_from = fields.Date(
        string="Existing Customers Need a File From",
        help="Customers from before files were kept go on without one until this day; empty: for good.",
    )
    credit_admission_threshold = fields.Float(
        string="Complete From (%)",
        default=100.0,
        required=True,
        help="Share of the required items, by weight, that has to be verified and not expired.",
    )
    credit_admission_entry = fields.Selection(
        [("warn", "Warn: save, and show what is missing"), ("block", "Block: refuse to save")],
        string="Incomplete Entry by a Salesperson",
        default="warn",
        required=True,
        help="What happens when a salesperson saves a customer in a form without what salespeople enter. Quick "
        "creation, import, leads and the web are always saved.",
    )
    credit_admission_review_months = fields.Integer(
        string="Regular Review (Months)",
        default=12,
        required=True,
        help="After this time somebody is asked to look at an approved file again. Zero: never.",
    )

    _credit_admission_threshold_range = models.Constraint(
        "CHECK(credit_admission_threshold > 0 AND credit_admission_threshold <= 100)",
        "The completeness needed lies above 0 and up to 100 %.",
    )
    _credit_admission_review_positive = models.Constraint(
        "CHECK(credit_admission_review_months >= 0)", "Months cannot be below zero."
    )

    @api.model
    def _get_credit_policy_fields(self):
        # EXTENDS
        return super()._get_credit_policy_fields() | {"credit_admission_policy": "admission"}

    def write(self, vals):
        # EXTENDS
        res = super().write(vals)
        if vals.get("credit_admission_existing_from"):
            self._exempt_own_partners()
        if STANDING_FIELDS & vals.keys():
            domain = [("company_id", "in", self.ids), ("state", "in", ("approved", "expired"))]
            self.env["credit.admission"].sudo().search(domain)._refresh_standing()
        return res

    def _exempt_own_partners(self):
        """Sister companies and employees of before are not among the customers who need a file now."""
        self.env["credit.account"].flush_model(["admission_state"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE credit_account SET admission_state = 'exempt'
                 WHERE company_id = ANY(%s) AND admission_state IS NULL
                   AND (partner_id IN (SELECT partner_id FROM res_company)
                        OR partner_id IN (SELECT work_contact_id FROM hr_employee WHERE work_contact_id IS NOT NULL))
                """,
                self.ids,
            )
        )
        self.env["credit.account"].invalidate_model(["admission_state"])


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_admission_policy = fields.Selection(
        related="company_id.credit_admission_policy", readonly=False, required=True
    )
    credit_admission_existing_from = fields.Date(
        related="company_id.credit_admission_existing_from", readonly=False
    )
    credit_admission_threshold = fields.Float(
        related="company_id.credit_admission_threshold", readonly=False
    )
    credit_admission_entry = fields.Selection(
        related="company_id.credit_admission_entry", readonly=False, required=True
    )
    credit_admission_review_months = fields.Integer(
        related="company_id.credit_admission_review_months", readonly=False
    )

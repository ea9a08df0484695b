from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

from .credit_admission import CONTROLLER
from .credit_admission_requirement import PARTNER_KINDS

# who the customer is: a change of it is a new customer to look at
IDENTITY = {"name", "vat", "credit_legal_representative"}
IDENTITY_KINDS = {"licence", "uscc", "invoicing", "legal_id"}
# states in which somebody relies on what is in the file
DECIDED = {"submitted", "reviewing", "approved", "expired"}
# what items read from the customer
FILE_DATA = IDENTITY | {"phone", "email", "street", "city", "country_id", "bank_ids", "child_ids"}


class ResPartner(models.Model):
    """What the customer file reads from the customer himself, and what follows when that is changed."""

    _inherit = "res.partner"

    credit_legal_representative = fields.Char(
        string="Legal Representative", help="Name of the person who signs for the company."
    )
    credit_customer_class_id = fields.Many2one(
        "credit.customer.class",
        string="Customer Class",
        compute="_compute_credit_file",
        inverse="_inverse_credit_customer_class_id",
        compute_sudo=True,
        help="Of the customer file in this company: decides which papers and data are asked for.",
    )
    credit_admission_id = fields.Many2one(
        "credit.admission", compute="_compute_credit_file", compute_sudo=True
    )
    credit_admission_state = fields.Char(
        string="Customer File", compute="_compute_credit_file", compute_sudo=True
    )
    credit_file_missing = fields.Char(compute="_compute_credit_file", compute_sudo=True)

    @api.depends_context("company", "lang")
    def _compute_credit_file(self):
        admissions = self._get_credit_admissions(self.env.company)
        by_partner = {admission.partner_id.id: admission for admission in admissions}
        nothing = self.env["credit.admission"]
        labels = dict(nothing._fields["state"]._description_selection(self.env))
        for partner in self:
            file = by_partner.get(partner.commercial_partner_id._origin.id, nothing)
            partner.credit_admission_id = file
            partner.credit_customer_class_id = file.class_id
            partner.credit_admission_state = labels.get(file.state)
            open_states = ("draft", "rejected", "expired")
            partner.credit_file_missing = file.state in open_states and file.missing

    def _inverse_credit_customer_class_id(self):
        for partner in self.filtered("credit_customer_class_id"):
            owner = partner.commercial_partner_id
            chosen = partner.credit_customer_class_id
            owner._begin_credit_file(self.env.company)
            # with the rights of whoever writes: a class under review is not his to change
            admissions = owner._get_credit_admissions(self.env.company).with_env(self.env)
            admissions.filtered(lambda file, c=chosen: file.class_id != c).class_id = chosen

    def _get_credit_admissions(self, company):
        """Files of these customers in the credit company of ``company``, all companies without one; in sudo."""
        domain = [("partner_id", "in", self.commercial_partner_id._origin.ids)]
        if company:
            domain.append(("company_id", "=", company.sudo().credit_company_id.id))
        return self.env["credit.admission"].sudo().search(domain)

    def action_view_credit_admission(self):
        self.ensure_one()
        self.check_access("read")
        file = self.credit_admission_id.with_env(self.env)
        file.check_access("read")
        if not file:
            raise UserError(
                self.env._(
                    "%(customer)s has no customer file in %(company)s.",
                    customer=self.display_name,
                    company=self.env.company.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "credit.admission",
            "res_id": file.id,
            "views": [(False, "form")],
        }

    # What is there ------------------------------------------------------------------------------

    def _is_credit_abroad(self, company):
        self.ensure_one()
        home = company.sudo().country_id
        return bool(home and self.country_id and self.country_id != home)

    def _get_credit_file_gaps(self, kind, company):
        """What this customer lacks for a requirement of this kind, in words."""
        self.ensure_one()
        check = f"_get_credit_{kind}_gaps"
        return getattr(self, check)(company) if kind in (*PARTNER_KINDS, "legal_id") else []

    def _get_credit_uscc_gaps(self, company):
        if not self.vat:
            return [self.env._("tax number")]
        if self._is_credit_abroad(company):
            return []
        Requirement = self.env["credit.admission.requirement"]
        if Requirement._fails_check(self.vat, "uscc"):
            return [self.env._("the code is wrong by its check digit")]
        return []

    def _get_credit_legal_id_gaps(self, company):
        lacks = self.is_company and not self.credit_legal_representative
        return [self.env._("name of the legal representative")] if lacks else []

    def _get_credit_contacts_gaps(self, company):
        if not self.is_company:
            return [] if self.phone or self.email else [self.env._("telephone or e-mail")]
        reached = self.child_ids.filtered(lambda child: child.type == "contact").filtered(
            lambda child: child.phone or child.email
        )
        return [] if reached else [self.env._("a contact person with telephone or e-mail")]

    def _get_credit_invoicing_gaps(self, company):
        _ = self.env._
        bank = self.bank_ids[:1]
        parts = [
            (self.vat, _("tax number")),
            (self.street and self.city, _("address")),
            (self.phone, _("telephone")),
            (bank.bank_id, _("bank")),
            (bank, _("bank account")),
        ]
        return [label for value, label in parts if not value]

    # Saving in a form ---------------------------------------------------------------------------

    def web_save(self, vals, specification, next_id=None):
        """Refuse what a salesperson leaves out at the form, where he can still enter it.

        A help, not a rule that protects anything: who comes another way is saved as incomplete
        and buys for cash. An edit is refused only for taking something away.
        """
        before = self._get_salesperson_gaps()
        res = super().web_save(vals, specification, next_id=next_id)
        saved = self or self.browse([values["id"] for values in res])
        saved._check_salesperson_gaps(before)
        return res

    def _get_salesperson_gaps(self):
        """Items of these customers' files that a salesperson enters at the customer and that lack something."""
        items = self._get_credit_admissions(self.env.company).item_ids if self else []
        return [
            item
            for item in items
            if item.is_required and item.by_salesperson and item.is_on_customer and item.gap
        ]

    def _check_salesperson_gaps(self, before):
        user = self.env.user
        company = self.env.company.sudo().credit_company_id
        if (
            company.credit_admission_entry != "block"
            or not user.has_group("sales_team.group_sale_salesman")
            or user.has_group(CONTROLLER)
        ):
            return
        if gaps := [item for item in self._get_salesperson_gaps() if item not in before]:
            raise UserError(
                self.env._(
                    "%(customer)s cannot be saved like this. Enter what is missing: %(items)s.",
                    customer=self[:1].commercial_partner_id.display_name,
                    items=format_list(
                        self.env, [item._get_gap_text() for item in gaps], style="unit"
                    ),
                )
            )

    # Changes ------------------------------------------------------------------------------------

    def write(self, vals):
        # EXTENDS: what was verified at the customer is verified no more when it is another
        if not FILE_DATA & vals.keys():
            return super().write(vals)
        admissions = self._get_credit_admissions(None)
        before = {
            admission: admission.partner_id._get_credit_identity() for admission in admissions
        }
        res = super().write(vals)
        for admission, identity in before.items():
            now = admission.partner_id._get_credit_identity()
            changed = {name for name in IDENTITY if now[name] != identity[name]}
            admission._follow_partner(changed, IDENTITY_KINDS if changed else ())
        return res

    def _get_credit_identity(self):
        """Who the customer is, spelling of the number aside."""
        self.ensure_one()
        values = {name: (self[name] or "").strip() for name in IDENTITY}
        values["vat"] = "".join(filter(str.isalnum, values["vat"])).upper()
        return values

    @api.ondelete(at_uninstall=False)
    def _unlink_with_credit_files(self):
        admissions = self.env["credit.admission"].sudo().with_context(active_test=False)
        # those that were approved once refuse; the others go with their scans
        admissions.search([("partner_id", "in", self.ids)]).unlink()


class CreditAdmission(models.Model):
    _inherit = "credit.admission"

    def _follow_partner(self, changed, kinds):
        """The customer was changed: take back what does not hold any more, and look again at who he is.

        :param changed: names of the parts of his identity that are others now
        :param kinds: kinds of items that somebody vouched for as it was before

        Those who answer for credit change an identity as part of their work; it is on record. Anybody
        else, the customer on the portal included, has the file reviewed again.
        """
        self.ensure_one()
        user = self.env.user
        trusted = user.id == api.SUPERUSER_ID or user.has_group(CONTROLLER)
        verified = self.item_ids.filtered("verified_at")
        stale = verified.filtered(lambda item: item._get_partner_gaps())
        if not trusted:
            stale |= verified.filtered(lambda item: item.kind in kinds)
        if stale and not trusted:
            stale._take_back("credit.admission.unverified")
        if changed and self.state in DECIDED:
            data = {"changed": sorted(changed)}
            if trusted:
                self._log("credit.admission.identity", data)
            else:
                self._reopen(data)
        self._refresh_standing()

    def _reopen(self, data):
        """Back to the beginning; in review again at once where nothing that the salesperson enters is missing."""
        self.ensure_one()
        self._void_approval(self.env._("The customer's identity was changed."))
        if self.state != "draft":
            self.write({"state": "draft"})
        self._log("credit.admission.reopened", data)
        try:
            with self.env.cr.savepoint():
                self.with_user(self.env.user).action_submit()
        except (AccessError, UserError):
            # the customer himself, or something is missing: somebody has to complete it first
            self._schedule_completion()

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_list

STATES = [
    ("draft", "Being completed"),
    ("submitted", "Submitted"),
    ("reviewing", "In review"),
    ("approved", "Admitted"),
    ("rejected", "Rejected"),
    ("expired", "Expired"),
]
TRANSITIONS = {
    ("draft", "submitted"),
    ("rejected", "submitted"),
    ("expired", "submitted"),
    ("submitted", "reviewing"),
    ("submitted", "approved"),
    ("submitted", "rejected"),
    ("submitted", "draft"),
    ("reviewing", "approved"),
    ("reviewing", "rejected"),
    ("reviewing", "draft"),
    ("approved", "expired"),
    ("approved", "draft"),
    ("expired", "approved"),
    ("expired", "draft"),
}
CONTROLLER = "hr_receivables_control.group_credit_controller"


class CreditAdmission(models.Model):
    """The customer file: what a customer has to bring before he may buy on credit, and who let him in.

    One per credit account. Completeness and the day until which it lasts are kept on the account,
    where every check reads them.
    """

    _name = "credit.admission"
    _description = "Customer File"
    _inherit = ["hr.control.approval.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    _control_guarded_fields = frozenset(
        {"account_id", "partner_id", "company_id", "state", "active", "admitted_on", "reviewed_on"}
    )

    account_id = fields.Many2one(
        "credit.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="account_id.partner_id", store=True, index=True, string="Customer"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    salesperson_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    legal_representative = fields.Char(
        related="partner_id.credit_legal_representative", readonly=False
    )
    class_id = fields.Many2one(
        "credit.customer.class",
        string="Customer Class",
        tracking=True,
        index=True,
        check_company=True,
        help="Decides which papers and data are asked for.",
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, tracking=True, index=True
    )
    active = fields.Boolean(
        default=True, readonly=True, help="Not ticked: of a customer who was merged into this one."
    )
    item_ids = fields.One2many("credit.admission.item", "admission_id", string="Items")
    completeness_pct = fields.Float(
        related="account_id.admission_pct",
        string="Completeness (%)",
        help="Weight of the required items that are verified and not expired, as a share of all required items.",
    )
    admitted_on = fields.Date(readonly=True, copy=False)
    admitted_until = fields.Date(
        related="account_id.admitted_until",
        help="Last day on which the papers carry the admission; empty: no end.",
    )
    reviewed_on = fields.Date(
        string="Last Review", readonly=True, copy=False, help="When somebody last vouched for it."
    )
    review_due = fields.Date(compute="_compute_review_due", string="Next Review")
    next_expiry = fields.Date(
        compute="_compute_next_expiry", help="First day on which something in the file ends."
    )
    missing = fields.Char(compute="_compute_missing")
    missing_names = fields.Char(compute="_compute_missing", string="Missing Items")

    _account_uniq = models.UniqueIndex(
        "(account_id) WHERE active", "This customer already has a file in this company."
    )

    @api.depends("reviewed_on")
    def _compute_review_due(self):
        for admission in self:
            months = admission.company_id.sudo().credit_admission_review_months
            admission.review_due = (
                admission.reviewed_on + relativedelta(months=months)
                if admission.reviewed_on and months
                else False
            )

    @api.depends("item_ids.expires_on", "item_ids.verified_at")
    def _compute_next_expiry(self):
        for admission in self:
            dates = admission._get_current_items().filtered("verified_at").mapped("expires_on")
            admission.next_expiry = min(filter(None, dates), default=False)

    @api.depends("item_ids.gap", "item_ids.status", "class_id")
    @api.depends_context("lang")
    def _compute_missing(self):
        self.item_ids.mapped("status")  # of all files at once
        for admission in self:
            admission.missing = admission._get_missing_sentence()
            admission.missing_names = ", ".join(admission._get_missing_items().mapped("name"))

    # Completeness -------------------------------------------------------------------------------

    def _get_current_items(self):
        """The items that count: neither withdrawn from the class, nor renewals that nobody has verified yet."""
        return self.item_ids.filtered(
            lambda item: (
                item.requirement_id.active and (item.verified_at or not item.renews_id.active)
            )
        )

    def _get_standing(self):
        """How complete the file is today, and until when that is enough.

        :return: ``(percentage, last day or False)``; a file without a class is complete in nothing,
            a class that requires nothing is complete
        """
        self.ensure_one()
        if not self.class_id:
            return 0.0, False
        company = self.company_id.sudo()
        today, threshold = company._company_today(), company.credit_admission_threshold
        required = self._get_current_items().filtered("is_required")
        total = sum(required.mapped("weight"))
        if not total:
            return 100.0, False
        counted = required.filtered(lambda item: item._is_good(today))
        weight = sum(counted.mapped("weight"))
        pct = 100 * weight / total
        for item in counted.filtered("expires_on").sorted("expires_on"):
            weight -= item.weight
            if 100 * weight < threshold * total:
                return pct, item.expires_on
        return pct, False

    def _is_complete(self):
        self.ensure_one()
        pct, _until = self._get_standing()
        return pct >= self.company_id.sudo().credit_admission_threshold

    def _refresh_standing(self):
        """Bring account and state in line with the items as they are today; whatever changed them."""
        for admission in self.sudo().filtered("active"):
            pct, until = admission._get_standing()
            threshold = admission.company_id.credit_admission_threshold
            if admission.state == "approved" and pct < threshold:
                admission.write({"state": "expired"})
                admission._log("credit.admission.expired", {"completeness": round(pct, 2)})
            elif (
                admission.state == "expired"
                and pct >= threshold
                and admission.approval_id.state == "approved"
            ):
                admission.write({"state": "approved"})
                admission._log("credit.admission.restored", {"completeness": round(pct, 2)})
            admission._write_account(pct, until)

    def _write_account(self, pct, until):
        """What the credit check reads. A customer of before is cut off by a refusal, not by a file just begun."""
        self.ensure_one()
        account = self.account_id
        state = self.state
        if not account.admission_state and state in ("draft", "submitted", "reviewing"):
            state = account.admission_state
        vals = {
            "admission_state": state,
            "admission_pct": pct,
            "admitted_until": until if state == "approved" else False,
        }
        if any(account[name] != value for name, value in vals.items()):
            account.write(vals)

    def _get_missing_items(self):
        """Required items that are not there, or not as they have to be."""
        return self._get_current_items().filtered(lambda item: item.is_required and item.gap)

    def _get_missing_sentence(self):
        """What is still missing, named in one sentence; nothing when all of it is there."""
        self.ensure_one()
        if not self.class_id:
            return self.env._("Choose the customer class first.")
        if missing := self._get_missing_items():
            return self.env._(
                "Still missing: %(items)s.",
                items=format_list(
                    self.env, [item._get_gap_text() for item in missing], style="unit"
                ),
            )
        if waiting := self._get_items_to_verify():
            return self.env._(
                "Waits to be verified: %(items)s.",
                items=format_list(self.env, waiting.mapped("name")),
            )
        return False

    def _get_items_to_verify(self):
        """Required items that are there and that nobody has vouched for yet."""
        return self.item_ids.filtered(lambda item: item.is_required and item.status == "entered")

    # Items --------------------------------------------------------------------------------------

    def _add_items(self):
        """A row for each requirement of the class that has none yet; one statement for any number of files."""
        if not self:
            return
        self.env["credit.admission"].flush_model(["class_id"])
        self.env["credit.admission.requirement"].flush_model()
        self.env["credit.admission.item"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO credit_admission_item (admission_id, requirement_id, company_id, sequence, active,
                                                   create_uid, create_date, write_uid, write_date)
                SELECT a.id, r.id, a.company_id, r.sequence, TRUE,
                       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM credit_admission a
                  JOIN credit_admission_requirement r ON r.class_id = a.class_id AND r.active
                 WHERE a.id = ANY(%(ids)s)
                   AND NOT EXISTS (
                       SELECT 1 FROM credit_admission_item i WHERE i.admission_id = a.id AND i.requirement_id = r.id
                   )
              ORDER BY a.id, r.sequence, r.id
                """,
                ids=self.ids,
                uid=self.env.uid,
            )
        )
        self.invalidate_recordset(["item_ids"])

    def _follow_class(self):
        """Ask for what the new class asks; what was brought and is not asked any more is put away, not deleted."""
        for admission in self.sudo():
            stray = admission.item_ids.filtered(
                lambda item, cls=admission.class_id: item.requirement_id.class_id != cls
            )
            stray.filtered(lambda item: not item._has_data()).unlink()
            stray.exists().write({"active": False})
        self.sudo()._add_items()

    # States -------------------------------------------------------------------------------------

    def write(self, vals):
        if "state" in vals:
            self._check_transition(vals["state"])
        if "class_id" in vals:
            self._check_class_change()
        before = {admission: admission.class_id for admission in self}
        res = super().write(vals)
        if changed := self.filtered(lambda admission: admission.class_id != before[admission]):
            changed._follow_class()
            changed._log("credit.admission.class")
            changed._refresh_standing()
        return res

    def _check_transition(self, state):
        """:raises UserError: whoever calls, in sudo too"""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for admission in self:
            if admission.state != state and (admission.state, state) not in TRANSITIONS:
                raise UserError(
                    self.env._(
                        "The file of %(customer)s is %(state)s: it cannot become %(next)s.",
                        customer=admission.display_name,
                        state=labels[admission.state].lower(),
                        next=labels.get(state, str(state)).lower(),
                    )
                )
            if state == "approved" and admission.sudo().approval_id.state != "approved":
                raise AccessError(
                    self.env._(
                        "The file of %(customer)s has not been approved by anybody.",
                        customer=admission.display_name,
                    )
                )

    def _check_class_change(self):
        """The class says what is asked: as soon as somebody looks at the file, it is not the salesperson's any more."""
        if self.env.su or self.env.user.has_group(CONTROLLER):
            return
        if closed := self.filtered(lambda admission: admission.state not in ("draft", "rejected")):
            raise AccessError(
                self.env._(
                    "The class of %(customer)s was submitted for review. Ask a credit controller to change it.",
                    customer=closed[0].display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_admitted(self):
        if kept := self.filtered(lambda admission: admission.admitted_on or not admission.active):
            raise UserError(
                self.env._(
                    "The file of %(customer)s was approved once and is kept. Archive the customer instead.",
                    customer=kept[0].display_name,
                )
            )

    def unlink(self):
        # through the ORM, so that the scans go with it
        self._unlink_except_admitted()
        self.with_context(active_test=False).item_ids.unlink()
        return super().unlink()

    # Buttons ------------------------------------------------------------------------------------

    def action_open_customer(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    def action_open_account(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "credit.account",
            "res_id": self.account_id.id,
            "views": [(False, "form")],
        }

    def _log(self, code, data=None, **names):
        """An event of each file in the dossier of its account; codes and figures only."""
        self.env["hr.control.event"]._append(
            [
                {
                    "dossier": admission.sudo().account_id.dossier_id,
                    "code": code,
                    "document": admission,
                    "data": {"class": admission.class_id.id or 0} | (data or {}),
                    "names": {
                        "subject": admission.sudo().partner_id,
                        "class": admission.sudo().class_id.name or "",
                    }
                    | names,
                }
                for admission in self
            ]
        )

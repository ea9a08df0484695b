from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.hr_control_base.tools.reasons import stated

DECIDERS = "sales_team.group_sale_salesman_all_leads,hr_receivables_control.group_credit_controller"
STATES = [
    ("open", "To look at"),
    ("explained", "Explained"),
    ("confirmed", "Confirmed"),
]


class CreditWatchFinding(models.Model):
    """Something abnormal, with the figures of the day it was found and what people made of it."""

    _name = "credit.watch.finding"
    _description = "Watch Finding"
    _inherit = ["mail.thread", "mail.activity.mixin", "hr.control.guarded.mixin"]
    _order = "id desc"
    _rec_name = "rule_id"

    _control_guarded_fields = frozenset(
        {
            "rule_id",
            "key",
            "company_id",
            "account_id",
            "user_id",
            "found_on",
            "figures",
            "res_model",
            "res_ids",
            "state",
            "decided_by_id",
            "decided_on",
            "decision_reason",
        }
    )

    rule_id = fields.Many2one(
        "credit.watch.rule", required=True, readonly=True, ondelete="restrict", index=True
    )
    code = fields.Selection(related="rule_id.code", store=True, string="What")
    key = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    account_id = fields.Many2one(
        "credit.account", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    partner_id = fields.Many2one(related="account_id.partner_id", store=True, string="Customer")
    user_id = fields.Many2one("res.users", string="Person", readonly=True, ondelete="restrict")
    store_id = fields.Many2one(
        "hr.department", readonly=True, help="Store of the person on that day."
    )
    found_on = fields.Date(required=True, readonly=True)
    figures = fields.Json(readonly=True)
    res_model = fields.Char(readonly=True)
    res_ids = fields.Json(readonly=True)
    sentence = fields.Text(string="Finding", compute="_compute_sentence", compute_sudo=True)
    state = fields.Selection(
        STATES, required=True, default="open", readonly=True, tracking=True, index=True
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    decision_reason = fields.Text(string="What It Was", readonly=True)

    _cause_uniq = models.UniqueIndex("(company_id, code, key)")

    @api.depends("code", "figures")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for finding in self:
            finding.sentence = finding._get_sentence()

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for finding in self:
            subject = finding.sudo().partner_id or finding.sudo().user_id
            finding.display_name = f"{labels.get(finding.code)}: {subject.display_name}"

    def _get_money_figures(self):
        """Names of the figures that are amounts in company currency."""
        return {
            "amount",
            "average",
            "total",
            "ceiling",
            "owed",
            "owed_before",
            "sold",
            "sold_before",
            "returned",
        }

    def _get_sentence(self):
        """The finding in the reader's language, with the figures of the day it was found."""
        self.ensure_one()
        currency = self.company_id.currency_id
        money = self._get_money_figures()
        figures = {
            name: currency.format(value)
            if name in money
            else f"{value:g}"
            if isinstance(value, float)
            else value
            for name, value in (self.figures or {}).items()
        }
        template = self._get_sentences().get(self.code, "")
        names = {"customer": self.partner_id.display_name, "person": self.user_id.name or ""}
        return template % (names | figures) if template else ""

    def _get_sentences(self):
        """A sentence for each code; extended by those who add one."""
        _ = self.env._
        return {
            "large_order": _(
                "%(customer)s ordered for %(amount)s, %(times)s times the usual: the %(orders)s orders of the twelve "
                "months before came to %(average)s on average."
            ),
            "split_orders": _(
                "%(person)s made %(orders)s orders for %(customer)s within %(days)s days. None is above %(ceiling)s, "
                "together they come to %(total)s."
            ),
            "credit_growth": _(
                "%(customer)s owes %(owed)s, %(owed_growth)s %% more than %(days)s days ago (%(owed_before)s). Sales "
                "went from %(sold_before)s to %(sold)s (%(sold_growth)s %%) meanwhile."
            ),
            "payment_rhythm": _(
                "%(customer)s paid %(late)s days late on average in the last %(days)s days; it was %(late_before)s "
                "days in the nine months before."
            ),
            "frequent_grants": _(
                "%(person)s gave %(grants)s releases within %(days)s days, %(emergencies)s of them emergency "
                "authorisations."
            ),
            "released_overdue": _(
                "Of %(released)s orders that %(person)s released within a year, %(overdue)s are overdue (%(share)s %%)."
            ),
            "returns_after_close": _(
                "In the first %(days)s days of the month credit notes of %(returned)s were made for %(customer)s, "
                "%(share)s %% of the sales of the month before (%(sold)s)."
            ),
            "bill_to_changed": _(
                "An order of %(amount)s was held for %(held_for)s and passed for %(passed_for)s."
            ),
        }

    # Recording ----------------------------------------------------------------------------------

    @api.model
    def _get_known_documents(self, rule, company):
        """Ids of documents that a finding of this rule already names."""
        findings = self.sudo().search([("code", "=", rule.code), ("company_id", "=", company.id)])
        return {res_id for finding in findings for res_id in finding.res_ids or ()}

    @api.model
    def _record(self, rule, company, found):
        """Keep and tell what is not known yet.

        :param found: :class:`Finding` of this rule
        :return: the findings made, in sudo
        """
        # Odoo's note of the making is in the language of the job
        findings = self.sudo().with_context(mail_create_nolog=True)
        known = set(
            findings.search(
                [
                    ("code", "=", rule.code),
                    ("company_id", "=", company.id),
                    ("key", "in", [finding.key for finding in found]),
                ]
            ).mapped("key")
        )
        new = [finding for finding in found if finding.key not in known]
        if not new:
            return findings.browse()
        users = self.env["res.users"].browse({f.user_id for f in new if f.user_id})
        stores = self.env["hr.employee"]._get_control_context(users, company) if users else {}
        created = findings.create(
            [
                {
                    "rule_id": rule.id,
                    "key": finding.key,
                    "company_id": company.id,
                    "account_id": finding.account_id,
                    "user_id": finding.user_id,
                    "store_id": (stores.get(finding.user_id) or {}).get("store_id") or False,
                    "found_on": company._company_today(),
                    "figures": finding.figures,
                    "res_model": finding.documents[0] if finding.documents else False,
                    "res_ids": list(finding.documents[1]) if finding.documents else [],
                }
                for finding in new
            ]
        )
        created._log("credit.watch.found")
        created._tell()
        return created

    def _log(self, code, reason=""):
        """In the dossier of the customer, or of the person's authority."""
        Event = self.env["hr.control.event"]
        people = {}
        for company, batch in self.filtered("user_id").grouped("company_id").items():
            people[company] = (
                self.env["credit.pool"].sudo()._ensure_dossiers(batch.user_id, company)
            )
        Event._append(
            [
                {
                    "dossier": finding.account_id.dossier_id
                    or people[finding.company_id][finding.user_id.id],
                    "code": code,
                    "document": finding,
                    "data": {"rule": finding.code, "documents": finding.res_ids}
                    | finding._get_event_figures(),
                    "names": {
                        "subject": finding.partner_id or finding.user_id,
                        "reason": reason,
                    },
                }
                for finding in self
                if finding.account_id or finding.user_id
            ]
        )

    def _get_event_figures(self):
        """Figures for the record; names of customers stay out of it."""
        money = self._get_money_figures()
        Event, currency = self.env["hr.control.event"], self.company_id.currency_id
        return {
            name: Event._money(value, currency) if name in money else str(value)
            for name, value in (self.figures or {}).items()
            if not isinstance(value, str)
        }

    def _tell(self):
        """The person's manager and finance, once; never the person himself."""
        Alert, Route = self.env["hr.control.alert"], self.env["credit.route"]
        alerts = []
        for finding in self:
            company = finding.company_id
            person = finding.user_id or finding.partner_id.user_id
            users = Route._get_controllers(company) | Route._get_managers(company)
            if person:
                users |= Route._get_person_managers(person, company)
            users -= finding.user_id
            translated = Alert._in_language_of(users, company, finding)
            alerts.append(
                {
                    "key": f"credit.watch:{finding.id}",
                    "company": company,
                    "users": users,
                    "summary": translated.display_name,
                    "note": translated.sentence,
                    "record": finding,
                }
            )
        Alert._raise(alerts)

    # What it was --------------------------------------------------------------------------------

    def action_open_decide(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What It Was"),
            "res_model": "credit.watch.decide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_finding_id": self.id},
        }

    def action_explain(self, reason=None):
        """There is a good reason for it. :param reason: which one, required"""
        return self._decide("explained", reason)

    def action_confirm(self, reason=None):
        """It is what it looks like. :param reason: what was done, required"""
        return self._decide("confirmed", reason)

    def _decide(self, state, reason):
        """:raises AccessError: somebody it is about, or who answers neither for people nor for credit"""
        self.check_access("read")
        user = self.env.user
        if not self.env.su and not user.has_groups(DECIDERS):
            raise AccessError(
                self.env._("Managers of stores and credit controllers say what a finding was.")
            )
        if not (reason := stated(reason)):
            raise UserError(self.env._("Say what it was."))
        for finding in self.sudo():
            if finding.user_id == user or finding.partner_id.user_id == user:
                raise AccessError(
                    self.env._(
                        "%(finding)s concerns you. Somebody else has to look at it.",
                        finding=finding.display_name,
                    )
                )
            if finding.state != "open":
                raise UserError(
                    self.env._("%(finding)s was settled already.", finding=finding.display_name)
                )
        findings = self.sudo()
        findings.write(
            {
                "state": state,
                "decided_by_id": user.id,
                "decided_on": fields.Datetime.now(),
                "decision_reason": reason,
            }
        )
        for company, batch in findings.grouped("company_id").items():
            keys = [f"credit.watch:{finding.id}" for finding in batch]
            self.env["hr.control.alert"]._clear(company, keys)
        findings._log(f"credit.watch.{state}", reason)
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("Findings are kept. Say what it was instead."))

    def action_open_documents(self):
        """What the figures were read from, as far as the reader may see it."""
        self.ensure_one()
        self.check_access("read")
        action = {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self.res_model,
        }
        if len(self.res_ids) == 1:
            return action | {"view_mode": "form", "res_id": self.res_ids[0]}
        return action | {"view_mode": "list,form", "domain": [("id", "in", self.res_ids)]}

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from .credit_overdue import Overdue

KINDS = [
    ("call", "Call"),
    ("visit", "Visit"),
    ("message", "Message"),
    ("letter", "Letter"),
]


class CreditCollectionEntry(models.Model):
    """One contact with a customer about what he owes: kept as it was written, corrected by another one."""

    _name = "credit.collection.entry"
    _description = "Collection Log"
    _inherit = ["hr.control.guarded.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["partner_id", "note"]

    _control_guarded_fields = frozenset({"partner_id", "company_id", "pause_id"})

    account_id = fields.Many2one(
        "credit.account", string="Credit Account", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="account_id.partner_id", string="Customer", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="account_id.currency_id")
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, default=lambda self: self.env.user
    )
    kind = fields.Selection(KINDS, required=True, default="call")
    contact_id = fields.Many2one(
        "res.partner",
        string="Spoke With",
        domain="[('commercial_partner_id', '=', partner_id)]",
        ondelete="set null",
    )
    outcome = fields.Selection(
        [
            ("promised", "Promised to pay"),
            ("disputed", "Disputes it"),
            ("checking", "Will look into it"),
            ("not_reached", "Not reached"),
            ("refused", "Refuses to pay"),
            ("sent", "Sent"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    note = fields.Text()
    promise_date = fields.Date(
        string="Will Have Paid By",
        help="Makes a promise to pay: what is overdue is paused until that day.",
    )
    pause_id = fields.Many2one(
        "credit.overdue.pause", string="Promise", readonly=True, ondelete="set null"
    )
    next_step = fields.Char(help="What is done next; becomes an activity of yours on the account.")
    next_date = fields.Date(string="Next Step On", help="Day of the next step.")
    letter_id = fields.Many2one("credit.letter", readonly=True, ondelete="set null")
    overdue_amount = fields.Monetary(
        string="Overdue That Day", readonly=True, help="What was overdue when it was written."
    )

    @api.depends("partner_id", "date")
    def _compute_display_name(self):
        for entry in self:
            customer = entry.sudo().partner_id.display_name
            moment = format_datetime(self.env, entry.date, dt_format="short")
            entry.display_name = f"{customer}, {moment}" if customer else moment

    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(["account_id"])
        vals_list = [default | vals for vals in vals_list]
        accounts = self.env["credit.account"].browse(
            {vals["account_id"] for vals in vals_list if vals.get("account_id")}
        )
        overdue = self.env["credit.overdue"].sudo()._get(accounts)
        for vals in vals_list:
            # who, when and how much are of the moment, whatever a client sends
            vals |= {
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
                "overdue_amount": overdue.get(vals.get("account_id"), Overdue()).amount,
            }
        entries = super().create(vals_list)
        entries._make_promises()
        entries._schedule_next()
        entries._log()
        return entries

    def write(self, vals):
        if not self.env.su:
            raise UserError(
                self.env._("What was logged stays as it was. Log another contact to correct it.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._("What was logged stays as it was. Log another contact to correct it.")
        )

    def _make_promises(self):
        """A promise is made in the name of who logs it, within what he may pause on his own word."""
        for entry in self.filtered(
            lambda entry: entry.promise_date and entry.outcome == "promised"
        ):
            pause = self.env["credit.overdue.pause"].create(
                {
                    "kind": "promise",
                    "account_id": entry.account_id.id,
                    "date_to": entry.promise_date,
                    "reason": entry.note or self.env._("Promised to pay"),
                }
            )
            entry.sudo().pause_id = pause

    def _schedule_next(self):
        types = {
            kind.credit_collection_kind: kind
            for kind in self.env["mail.activity.type"]
            .sudo()
            .search([("credit_collection_kind", "!=", False)])
        }
        for entry in self.filtered("next_date"):
            kind = types.get(entry.kind) or self.env.ref("mail.mail_activity_data_todo")
            entry.account_id.sudo().activity_schedule(
                activity_type_id=kind.id,
                date_deadline=entry.next_date,
                summary=entry.next_step or False,
                user_id=entry.user_id.id,
            )

    def _log(self):
        Event = self.env["hr.control.event"]
        Event._append(
            [
                {
                    "dossier": entry.account_id.sudo().dossier_id,
                    "code": "credit.collection",
                    "document": entry,
                    "data": {
                        "kind": entry.kind,
                        "outcome": entry.outcome,
                        "amount": Event._money(entry.overdue_amount, entry.currency_id),
                    },
                    "names": {
                        "subject": entry.partner_id.sudo(),
                        "reason": entry.note or "–",
                    },
                }
                for entry in self
            ]
        )


class MailActivityType(models.Model):
    _inherit = "mail.activity.type"

    credit_collection_kind = fields.Selection(
        KINDS,
        string="Collection",
        help="An activity of this type on a credit account goes into the collection log when it is done.",
    )


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        # EXTENDS mail: what was done about a debt goes into the collection log
        entries = [
            {
                "account_id": activity.res_id,
                "kind": activity.activity_type_id.credit_collection_kind,
                "note": feedback or activity.summary or False,
            }
            for activity in self
            if activity.res_model == "credit.account"
            and activity.activity_type_id.credit_collection_kind
        ]
        res = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if entries:
            self.env["credit.collection.entry"].create(entries)
        return res

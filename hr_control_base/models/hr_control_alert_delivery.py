from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class HrControlAlertDelivery(models.Model):
    """What one person was sent of an alert, and whether it arrived."""

    _name = "hr.control.alert.delivery"
    _description = "Alert Delivery"
    _order = "alert_id desc, id"

    alert_id = fields.Many2one(
        "hr.control.alert", required=True, index=True, ondelete="cascade", readonly=True
    )
    user_id = fields.Many2one("res.users", ondelete="cascade", readonly=True)
    email = fields.Char(
        string="Address", readonly=True, help="Where it goes to somebody who has no user."
    )
    lang = fields.Char(readonly=True, help="Language of somebody who has no user.")
    activity_id = fields.Many2one("mail.activity", ondelete="set null", readonly=True)
    by_mail = fields.Boolean(readonly=True)
    mail_id = fields.Many2one(
        "mail.mail", ondelete="set null", readonly=True, groups="base.group_system"
    )
    message_ref = fields.Char(
        string="Message-ID",
        related="mail_id.message_id",
        help="By which a mail server knows the mail.",
    )
    state = fields.Selection(
        [
            ("activity", "Activity only"),
            ("queued", "In the outbox"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("no_address", "No mail address"),
        ],
        compute="_compute_state",
        compute_sudo=True,
    )
    failure = fields.Char(compute="_compute_state", compute_sudo=True)
    is_undelivered = fields.Boolean(compute="_compute_state", compute_sudo=True)

    _someone = models.Constraint(
        "CHECK(user_id IS NOT NULL OR email IS NOT NULL)", "A delivery is for somebody."
    )

    @api.depends("user_id", "email")
    def _compute_display_name(self):
        for delivery in self:
            delivery.display_name = delivery.user_id.display_name or delivery.email

    @api.depends("by_mail", "mail_id.state")
    def _compute_state(self):
        states = {
            "outgoing": "queued",
            "sent": "sent",
            "received": "sent",
            "exception": "failed",
            "cancel": "failed",
        }
        for delivery in self:
            mail = delivery.mail_id
            if not delivery.by_mail:
                delivery.state = "activity"
            else:
                delivery.state = states[mail.state] if mail else "no_address"
            delivery.failure = mail.failure_reason
            delivery.is_undelivered = delivery.state in ("failed", "no_address")

    @api.model
    def _get_undelivered_domain(self):
        """Same rule as ``is_undelivered``, for a search in sudo."""
        failed = Domain("mail_id", "=", False) | Domain(
            "mail_id", "any!", [("state", "in", ["exception", "cancel"])]
        )
        return Domain("by_mail", "=", True) & failed

    @api.model
    def _insert(self, rows):
        """By one statement, as a job tells hundreds of people.

        :param rows: dicts of ``alert_id``, ``by_mail`` and ``user_id`` with ``activity_id``, or ``email`` with ``lang``
        """
        if not rows:
            return self
        names = ("alert_id", "user_id", "activity_id", "by_mail", "email", "lang")
        found = self.env.execute_query(
            SQL(
                """
                INSERT INTO hr_control_alert_delivery (alert_id, user_id, activity_id, by_mail, email, lang,
                                                       create_uid, create_date, write_uid, write_date)
                SELECT row.*, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(alert_id)s::int[], %(user_id)s::int[], %(activity_id)s::int[], %(by_mail)s::bool[],
                              %(email)s::text[], %(lang)s::text[]) AS row
             RETURNING id
                """,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                **{name: [row.get(name) for row in rows] for name in names},
            )
        )
        self.env["hr.control.alert"].invalidate_model(["delivery_ids"])
        return self.browse([row[0] for row in found])

    def _send(self):
        """A mail to each who has an address, in his language; rendered and made together per language."""
        template = self.env.ref("hr_control_base.mail_template_alert", raise_if_not_found=False)
        if not template:
            return
        reached = self.sudo().filtered(lambda delivery: delivery.user_id.email or delivery.email)
        groups = reached.grouped(
            lambda delivery: (delivery.user_id.lang or delivery.lang, delivery.user_id.tz)
        )
        for (lang, tz), deliveries in groups.items():
            spoken = template.sudo().with_context(lang=lang or self.env.lang, tz=tz)
            mails = self.env["mail.mail"].sudo().create(deliveries._prepare_mails(spoken))
            for delivery, mail in zip(deliveries, mails, strict=True):
                delivery.write({"by_mail": True, "mail_id": mail.id})

    def _prepare_mails(self, template):
        """:return: values of the mails, one per delivery; kept as evidence, out of the chatter"""
        alerts = self.alert_id.with_env(template.env)
        rendered = template._generate_template(
            alerts.ids, ("subject", "body_html", "email_from", "model", "res_id")
        )
        label = template.env["ir.model"]._get(alerts._name).display_name
        for alert in alerts:
            values = rendered[alert.id]
            values["body"] = values["body_html"] = template._render_encapsulate(
                "mail.mail_notification_light",
                values["body_html"],
                add_context={"company": alert.company_id, "model_description": label},
                context_record=alert,
            )
            # else Odoo looks for the alias of each message apart
            values["reply_to"] = values["email_from"]
        names = ("subject", "email_from", "reply_to", "model", "res_id", "body_html", "body")
        return [
            {name: rendered[delivery.alert_id.id][name] for name in names}
            | {
                "recipient_ids": [
                    fields.Command.link(id_) for id_ in delivery.user_id.partner_id.ids
                ],
                "email_to": delivery.email,
                "auto_delete": False,
                "message_type": "user_notification",
            }
            for delivery in self
        ]

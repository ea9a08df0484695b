from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class HrControlAlertDelivery(models.Model):
    """What one person was sent of an alert, and whether it arrived."""

    _name = "hr.control.alert.delivery"
    _description = "Alert Delivery"
    _order = "alert_id desc, id"
    _rec_name = "user_id"

    alert_id = fields.Many2one(
        "hr.control.alert", required=True, index=True, ondelete="cascade", readonly=True
    )
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade", readonly=True)
    activity_id = fields.Many2one("mail.activity", ondelete="set null", readonly=True)
    by_mail = fields.Boolean(readonly=True)
    mail_id = fields.Many2one(
        "mail.mail", ondelete="set null", readonly=True, groups="base.group_system"
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
        """By one statement, as a job tells hundreds of people. :param rows: alert, user, activity, by mail"""
        if not rows:
            return self
        columns = [list(column) for column in zip(*rows, strict=True)]
        found = self.env.execute_query(
            SQL(
                """
                INSERT INTO hr_control_alert_delivery (alert_id, user_id, activity_id, by_mail,
                                                       create_uid, create_date, write_uid, write_date)
                SELECT row.*, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(alerts)s::int[], %(users)s::int[], %(activities)s::int[], %(mails)s::bool[]) AS row
             RETURNING id
                """,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                **dict(zip(("alerts", "users", "activities", "mails"), columns, strict=True)),
            )
        )
        self.env["hr.control.alert"].invalidate_model(["delivery_ids"])
        return self.browse([row[0] for row in found])

    def _send(self):
        template = self.env.ref("hr_control_base.mail_template_alert", raise_if_not_found=False)
        for delivery in self if template else ():
            user = delivery.user_id
            if user.email:
                mail_id = (
                    template.sudo()
                    .with_context(lang=user.lang, tz=user.tz)
                    .send_mail(
                        delivery.alert_id.id,
                        # kept as evidence of the delivery, out of the chatter
                        email_values={
                            "recipient_ids": [(4, user.partner_id.id)],
                            "auto_delete": False,
                            "message_type": "user_notification",
                        },
                        email_layout_xmlid="mail.mail_notification_light",
                    )
                )
                delivery.sudo().write({"by_mail": True, "mail_id": mail_id})

from psycopg2 import errors

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, clean_context

ACTIVITY = "hr_control_base.mail_activity_type_alert"


class HrControlAlert(models.Model):
    """Something people must be told once: one activity and one mail each, however often the job runs.

    ``key`` names the cause (subject and level); the alert stays until the cause is gone and is
    cleared; the next time is a new cycle. What was delivered to whom is kept.
    """

    _name = "hr.control.alert"
    _description = "Alert"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "summary"
    _mail_post_access = "read"

    key = fields.Char(
        required=True, readonly=True, help="Technical name of the cause; told once per cycle."
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    cycle = fields.Integer(
        required=True, readonly=True, default=1, help="How many times this cause has come up."
    )
    level = fields.Selection(
        [("info", "Information"), ("warning", "Warning"), ("critical", "Critical")],
        string="Severity",
        required=True,
        readonly=True,
        default="warning",
    )
    summary = fields.Char(string="Alert", required=True, readonly=True)
    note = fields.Html(readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", readonly=True)
    raised_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    cleared_at = fields.Datetime(readonly=True, help="When the cause was gone.")
    delivery_ids = fields.One2many(
        "hr.control.alert.delivery", "alert_id", string="Told", readonly=True
    )
    is_undelivered = fields.Boolean(
        compute="_compute_is_undelivered", search="_search_is_undelivered"
    )

    _open_uniq = models.UniqueIndex("(company_id, key) WHERE cleared_at IS NULL")
    _company_key = models.Index("(company_id, key, cycle)")

    @api.depends("delivery_ids.state")
    def _compute_is_undelivered(self):
        for alert in self:
            alert.is_undelivered = any(delivery.is_undelivered for delivery in alert.delivery_ids)

    def _search_is_undelivered(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain(
            "delivery_ids", "any", self.env["hr.control.alert.delivery"]._get_undelivered_domain()
        )
        return domain if True in value else ~domain

    # Raising and clearing -----------------------------------------------------------------------

    @api.model
    def _raise(self, vals_list):
        """Tell people once. Causes that are on record already are left alone.

        :param vals_list: dicts of ``key``, ``company``, ``users``, ``summary`` and, optionally, ``record``
            (gets the activity when its model has any, else the alert does), ``note`` (text or Markup),
            ``level`` and ``mail`` (default True)
        :return: the alerts raised now, in sudo
        """
        alerts = self.browse().sudo()
        for vals in vals_list:
            if alert := self._insert(vals):
                alerts += alert
                alert._deliver(vals["users"].sudo().filtered("active"), vals.get("mail", True))
        return alerts

    @api.model
    def _insert(self, vals):
        """The new alert in sudo; none when the cause is on record, also by a transaction we do not see yet."""
        record = vals.get("record")
        self.flush_model(["company_id", "key", "cleared_at", "cycle"])
        try:
            with self.env.cr.savepoint(flush=False):
                rows = self.env.execute_query(
                    SQL(
                        """
                        INSERT INTO hr_control_alert (company_id, key, cycle, level, summary, raised_at,
                                                      res_model, res_id, create_uid, create_date, write_uid, write_date)
                        SELECT %(company_id)s, %(key)s, COALESCE(MAX(cycle), 0) + 1, %(level)s, %(summary)s, %(now)s,
                               %(res_model)s, %(res_id)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                          FROM hr_control_alert WHERE company_id = %(company_id)s AND key = %(key)s
                        ON CONFLICT (company_id, key) WHERE cleared_at IS NULL DO NOTHING
                        RETURNING id
                        """,
                        company_id=vals["company"].id,
                        key=vals["key"],
                        level=vals.get("level") or "warning",
                        summary=vals["summary"],
                        now=fields.Datetime.now(),
                        res_model=record._name if record else None,
                        res_id=record.id if record else None,
                        uid=self.env.uid,
                    )
                )
        except errors.SerializationFailure:
            # somebody raised it while we were reading: it is told, which is all we want
            return self.browse()
        alert = (
            self.sudo()
            .with_context(clean_context(self.env.context))
            .browse([row[0] for row in rows])
        )
        if alert and vals.get("note"):
            alert.note = vals["note"]
        return alert

    @api.model
    def _clear(self, company, keys):
        """The causes are gone: activities are closed, and the next time they come up they are told again."""
        alerts = self.sudo().search(
            [("company_id", "=", company.id), ("key", "in", list(keys)), ("cleared_at", "=", False)]
        )
        if alerts:
            alerts.write({"cleared_at": fields.Datetime.now()})
            alerts.delivery_ids.activity_id.unlink()

    def _deliver(self, users, by_mail):
        self.ensure_one()
        record = self._get_activity_record()
        activities = (
            self.env["mail.activity"]
            .sudo()
            .with_context(mail_activity_quick_update=True, mail_activity_automation_skip=False)
            .create(
                [
                    {
                        "activity_type_id": self.env.ref(ACTIVITY).id,
                        "res_model_id": self.env["ir.model"]._get_id(record._name),
                        "res_id": record.id,
                        "user_id": user.id,
                        "summary": self.summary,
                        "note": self.note,
                        "date_deadline": self.company_id._company_today(),
                        "automated": True,
                    }
                    for user in users
                ]
            )
        )
        deliveries = self.env["hr.control.alert.delivery"].create(
            [
                {
                    "alert_id": self.id,
                    "user_id": user.id,
                    "activity_id": activity.id,
                    "by_mail": by_mail,
                }
                for user, activity in zip(users, activities, strict=True)
            ]
        )
        if by_mail:
            deliveries._send()

    def _get_activity_record(self):
        model = self.env.get(self.res_model)
        has_activities = model is not None and "activity_ids" in model
        record = has_activities and model.sudo().browse(self.res_id).exists()
        return record or self

    # Actions ------------------------------------------------------------------------------------

    def action_resend(self):
        """Mail again to those it did not reach."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("hr_control_base.group_control_manager"):
            raise AccessError(self.env._("Only control managers send alerts again."))
        # mails belong to the system; whom they go to was decided when the alert was raised
        self.sudo().delivery_ids.filtered("is_undelivered")._send()
        return True

    def action_open_document(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

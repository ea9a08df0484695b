from psycopg2 import errors

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, clean_context, html_sanitize

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
    _control_own_words = True

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
        """Tell people once, together: the number of queries does not grow with the number of causes.

        Causes that are on record already are left alone.
        :param vals_list: dicts of ``key``, ``company``, ``users``, ``summary`` and, optionally, ``record``
            (gets the activity when its model has any, else the alert does), ``note`` (text or Markup),
            ``level``, ``mail`` (default True) and ``addresses``: ``[(mail address, language)]`` of who has no user
        :return: the alerts raised now, in sudo
        """
        raised = self._insert(vals_list)
        self._deliver(raised)
        return self.sudo().union(*raised)

    @api.model
    def _in_language_of(self, users, company, records):
        """``records`` as ``users`` read them: in their language where they share one, else in the company's.

        For sentences that jobs write: the user of a job has a language of his own.
        """
        langs = set(users.sudo().mapped("lang"))
        lang = langs.pop() if len(langs) == 1 else company.sudo().partner_id.lang
        return records.with_context(lang=lang or self.env.lang)

    @api.model
    def _insert(self, vals_list):
        """Put new causes on record; those that are there, also by a transaction we do not see yet, are left out.

        :return: ``{new alert in sudo: its values}``
        """
        if not vals_list:
            return {}
        self.flush_model(["company_id", "key", "cleared_at", "cycle"])
        try:
            with self.env.cr.savepoint(flush=False):
                rows = self.env.execute_query(self._sql_insert(vals_list))
        except errors.SerializationFailure:
            if len(vals_list) == 1:
                # somebody raised it while we were reading: it is told, which is all we want
                return {}
            found = {}
            for vals in vals_list:
                found |= self._insert([vals])
            return found
        causes = {(vals["company"].id, vals["key"]): vals for vals in reversed(vals_list)}
        alerts = self.sudo().with_context(clean_context(self.env.context))
        return {
            alerts.browse(alert_id): causes[company_id, key] for alert_id, company_id, key in rows
        }

    @api.model
    def _sql_insert(self, vals_list):
        records = [vals.get("record") for vals in vals_list]
        return SQL(
            """
            INSERT INTO hr_control_alert (company_id, key, cycle, level, summary, note, raised_at,
                                          res_model, res_id, create_uid, create_date, write_uid, write_date)
            SELECT cause.company_id, cause.key, COALESCE(past.cycle, 0) + 1, cause.level, cause.summary, cause.note,
                   %(now)s,
                   cause.res_model, cause.res_id, %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM unnest(%(companies)s::int[], %(keys)s::text[], %(levels)s::text[], %(summaries)s::text[],
                          %(notes)s::text[], %(models)s::text[], %(ids)s::int[])
                   AS cause(company_id, key, level, summary, note, res_model, res_id)
         LEFT JOIN LATERAL (
                    SELECT MAX(cycle) AS cycle
                      FROM hr_control_alert
                     WHERE company_id = cause.company_id AND key = cause.key
                   ) past ON TRUE
                ON CONFLICT (company_id, key) WHERE cleared_at IS NULL DO NOTHING
         RETURNING id, company_id, key
            """,
            now=fields.Datetime.now(),
            uid=self.env.uid,
            companies=[vals["company"].id for vals in vals_list],
            keys=[vals["key"] for vals in vals_list],
            levels=[vals.get("level") or "warning" for vals in vals_list],
            summaries=[vals["summary"] for vals in vals_list],
            notes=[html_sanitize(vals.get("note") or "") or None for vals in vals_list],
            models=[record._name if record else None for record in records],
            ids=[record.id if record else None for record in records],
        )

    @api.model
    def _clear(self, company, keys):
        """The causes are gone: activities are closed, and the next time they come up they are told again."""
        alerts = self.sudo().search(
            [("company_id", "=", company.id), ("key", "in", list(keys)), ("cleared_at", "=", False)]
        )
        if alerts:
            alerts.write({"cleared_at": fields.Datetime.now()})
            alerts.delivery_ids.activity_id.unlink()

    @api.model
    def _deliver(self, raised):
        """One activity per alert and person, on the document where it takes any, and a mail where asked for.

        :param raised: ``{alert: its values}``
        """
        pairs = [
            (alert, user)
            for alert, vals in raised.items()
            for user in vals["users"].sudo().filtered("active")
        ]
        # read together; left to the activities it is one more statement per hundred of them
        people = self.env["res.users"].sudo().union(*(user for _alert, user in pairs))
        zones = {user.id: user.tz for user in people}
        records = self.sudo().union(*raised)._get_activity_records()
        type_id = self.env["ir.model.data"]._xmlid_to_res_id(ACTIVITY, raise_if_not_found=True)
        activities = (
            self.env["mail.activity"]
            .sudo()
            .with_context(
                mail_activity_quick_update=True,
                mail_activity_automation_skip=False,
                hr_control_alert_no_follow=True,
            )
            .create(
                [
                    {
                        "activity_type_id": type_id,
                        "res_model_id": self.env["ir.model"]._get_id(records[alert]._name),
                        "res_id": records[alert].id,
                        "res_name": records[alert].display_name,
                        "user_id": user.id,
                        "user_tz": zones[user.id],
                        "summary": alert.summary,
                        "note": alert.note,
                        "date_deadline": alert.company_id._company_today(),
                        "automated": True,
                    }
                    for alert, user in pairs
                ]
            )
        )
        rows = [
            {
                "alert_id": alert.id,
                "user_id": user.id,
                "activity_id": activity.id,
                "by_mail": raised[alert].get("mail", True),
            }
            for (alert, user), activity in zip(pairs, activities, strict=True)
        ]
        rows += [
            {"alert_id": alert.id, "by_mail": True, "email": address, "lang": lang}
            for alert, vals in raised.items()
            for address, lang in vals.get("addresses") or ()
        ]
        deliveries = self.env["hr.control.alert.delivery"].sudo()._insert(rows)
        if any(row["by_mail"] for row in rows):
            deliveries.filtered("by_mail")._send()

    def _get_activity_records(self):
        """:return: ``{alert: its document where that takes activities and is still there, else the alert}``"""
        records = {alert: alert for alert in self}
        for model_name, alerts in self.grouped("res_model").items():
            model = self.env.get(model_name)
            if model is not None and "activity_ids" in model:
                found = set(model.sudo().browse(alerts.mapped("res_id")).exists()._ids)
                records |= {
                    alert: model.sudo().browse(alert.res_id)
                    for alert in alerts
                    if alert.res_id in found
                }
        return records

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

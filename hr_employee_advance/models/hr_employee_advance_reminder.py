import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, split_every

from odoo.addons.hr_control_base.models.hr_control_dossier import CONTENTION

_logger = logging.getLogger(__name__)
BATCH = 100
UNREACHED = ("failed", "no_address")
# nothing is asked of these any more
CLOSED = ("settled", "written_off", "post_departure")


class HrEmployeeAdvanceReminder(models.Model):
    """One step of reminding of one advance: when, of how much, and through the alerts who was reached."""

    _name = "hr.employee.advance.reminder"
    _description = "Reminder of an Advance"
    _order = "id desc"
    _rec_name = "step_name"

    advance_id = fields.Many2one(
        "hr.employee.advance", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="advance_id.company_id", store=True, precompute=True, index=True
    )
    employee_id = fields.Many2one(
        related="advance_id.employee_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="advance_id.currency_id")
    step_id = fields.Many2one(
        "hr.employee.advance.reminder.step", readonly=True, ondelete="set null", index=True
    )
    step_name = fields.Char(string="Step Told", readonly=True, help="As it was called that day.")
    date = fields.Date(string="Told on", required=True, readonly=True, index=True)
    days = fields.Integer(
        string="Days Late", readonly=True, aggregator="max", help="Below zero: days still to go."
    )
    amount = fields.Monetary(string="Outstanding", readonly=True)
    closed_on = fields.Date(readonly=True, help="When nothing was to be settled any more.")
    alert_ids = fields.Many2many("hr.control.alert", readonly=True)
    delivery_ids = fields.Many2many(
        "hr.control.alert.delivery",
        string="Messages",
        compute="_compute_delivery_ids",
        compute_sudo=True,
    )
    told = fields.Char(
        compute="_compute_told",
        compute_sudo=True,
        help="Whoever reads the advance reads who was told; the message itself is between those two.",
    )

    # three runs a day, or two at once, remind once
    _step_once = models.UniqueIndex("(advance_id, step_id) WHERE closed_on IS NULL")

    @api.depends("alert_ids.delivery_ids")
    def _compute_delivery_ids(self):
        for reminder in self:
            reminder.delivery_ids = reminder.alert_ids.delivery_ids

    @api.depends("alert_ids.delivery_ids")
    def _compute_told(self):
        labels = dict(self.delivery_ids._fields["state"]._description_selection(self.env))
        for reminder in self:
            reminder.told = ", ".join(
                f"{delivery.display_name} ({labels[delivery.state]})"
                if delivery.state in UNREACHED
                else delivery.display_name
                for delivery in reminder.delivery_ids
            )

    # The job ------------------------------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Batches are committed apart; of one that fails each advance is tried alone, and stops nobody."""
        jobs = []
        for company in self.env["res.company"].sudo().search(Domain.TRUE):
            jobs += [
                (method, batch)
                for method, found in (
                    (self._close, self._get_ended(company)),
                    (self._remind, self._get_due(company)),
                    (self._remind_effects, self._get_missing_effects(company)),
                )
                for batch in split_every(BATCH, found, list)
            ]
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(jobs))
        for method, batch in jobs:
            if not self._attempt(method, batch):
                for row in batch:
                    if self._attempt(method, [row]):
                        progress()
            if not progress(1):
                break

    @api.model
    def _attempt(self, method, rows):
        """:return: whether it went well; else nothing of it has happened"""
        try:
            method(rows)
            self.env.flush_all()
        except (UserError, *CONTENTION) as error:
            self.env.cr.rollback()
            _logger.info("Reminders of advances %s are left for later: %s", rows, error)
        except Exception:
            self.env.cr.rollback()
            _logger.exception("Reminders of advances %s failed.", rows)
        else:
            return True
        return False

    @api.model
    def _get_due(self, company):
        """Advances that have come to a step they were not told of; one query for any number.

        Days are those of the company's calendar day. :return: ``[(advance id, step id, days late)]``
        """
        steps = self.env["hr.employee.advance.reminder.step"]._get_for(company)
        if not steps:
            return []
        self._flush_read()
        return self.env.execute_query(
            SQL(
                """
                SELECT a.id, step.id, %(today)s - step.target
                  FROM hr_employee_advance a
            CROSS JOIN LATERAL (
                        SELECT s.id, CASE s.clock WHEN 'expected' THEN a.date_expected ELSE a.date_due END AS target
                          FROM unnest(%(steps)s::int[]) WITH ORDINALITY AS wanted(id, place)
                          JOIN hr_employee_advance_reminder_step s ON s.id = wanted.id
                    CROSS JOIN LATERAL (
                                SELECT CASE s.clock WHEN 'paid' THEN a.date_paid
                                                    WHEN 'expected' THEN a.date_expected
                                                    ELSE a.date_due END AS base
                               ) clock
                         WHERE %(today)s - clock.base >= s.days + CASE WHEN s.days >= 0 THEN 1 ELSE 0 END
                      ORDER BY wanted.place DESC
                         LIMIT 1
                       ) step
                 WHERE a.company_id = %(company)s AND a.amount_residual > 0 AND a.date_paid IS NOT NULL
                   AND a.state != ALL(%(closed)s)
                   AND NOT EXISTS (
                       SELECT FROM hr_employee_advance_reminder r
                        WHERE r.advance_id = a.id AND r.step_id = step.id AND r.closed_on IS NULL
                   )
              ORDER BY a.id
                """,
                today=company._company_today(),
                steps=steps.ids,
                company=company.id,
                closed=list(CLOSED),
            )
        )

    @api.model
    def _get_ended(self, company):
        """Reminders of advances that nobody has to settle any more. :return: ``[(reminder id,)]``"""
        self._flush_read()
        return self.env.execute_query(
            SQL(
                """
                SELECT r.id
                  FROM hr_employee_advance_reminder r
                  JOIN hr_employee_advance a ON a.id = r.advance_id
                 WHERE r.company_id = %(company)s AND r.closed_on IS NULL
                   AND (a.amount_residual <= 0 OR a.state = ANY(%(closed)s))
              ORDER BY r.id
                """,
                company=company.id,
                closed=list(CLOSED),
            )
        )

    @api.model
    def _flush_read(self):
        self.flush_model(["advance_id", "step_id", "closed_on", "company_id"])
        self.env["hr.employee.advance"].flush_model(
            ["amount_residual", "date_due", "date_expected", "date_paid", "state", "company_id"]
        )
        self.env["hr.employee.advance.reminder.step"].flush_model(["clock", "days", "sequence"])

    @api.model
    def _close(self, rows):
        """Nothing to settle any more: activities go, and the next time is a new cycle."""
        reminders = self.sudo().browse([reminder_id for (reminder_id,) in rows])
        for company, found in reminders.grouped("company_id").items():
            found.closed_on = company._company_today()
            self.env["hr.control.alert"]._clear(company, found.alert_ids.mapped("key"))

    @api.model
    def _remind(self, rows):
        """Tell of these advances together. :param rows: as from :meth:`_get_due`"""
        advances = self.env["hr.employee.advance"].sudo().browse([row[0] for row in rows])
        steps = (
            self.env["hr.employee.advance.reminder.step"].sudo().browse([row[1] for row in rows])
        )
        reminders = self.sudo().create(
            [
                {
                    "advance_id": advance.id,
                    "step_id": step.id,
                    "step_name": step.name,
                    "date": advance.company_id._company_today(),
                    "days": days,
                    "amount": advance.amount_residual,
                }
                for advance, step, (_advance, _step, days) in zip(
                    advances, steps, rows, strict=True
                )
            ]
        )
        # one open activity per advance: the new step takes the place of the earlier ones
        for company, found in reminders.grouped("company_id").items():
            earlier = found.advance_id.reminder_ids - found
            self.env["hr.control.alert"]._clear(company, earlier.alert_ids.mapped("key"))
        finance = {company: advances._get_finance_of(company) for company in reminders.company_id}
        causes = [
            cause
            for reminder in reminders
            for cause in reminder._get_causes(finance[reminder.company_id])
        ]
        alerts = self.env["hr.control.alert"]._raise(causes)
        reminders._link(alerts)
        reminders._log()
        return reminders

    def _link(self, alerts):
        """Note through which alerts each was told; by one statement for all."""
        by_key = {(alert.company_id, alert.key): alert for alert in alerts}
        pairs = [
            (reminder.id, alert.id)
            for reminder in self
            for key in reminder._get_keys().values()
            if (alert := by_key.get((reminder.company_id, key)))
        ]
        field = self._fields["alert_ids"]
        if pairs:
            self.env.execute_query(
                SQL(
                    "INSERT INTO %s (%s, %s) SELECT * FROM unnest(%s::int[], %s::int[]) RETURNING 1",
                    SQL.identifier(field.relation),
                    SQL.identifier(field.column1),
                    SQL.identifier(field.column2),
                    *map(list, zip(*pairs, strict=True)),
                )
            )
            self.invalidate_recordset(["alert_ids"])

    def _get_keys(self):
        """:return: ``{audience: key of its alert}``"""
        self.ensure_one()
        return {
            audience: f"advance.reminder:{self.advance_id.id}:{self.step_id.id}:{audience}"
            for audience in ("employee", "manager", "finance")
        }

    def _get_causes(self, finance):
        """What to raise, each audience in its own words and language.

        :param finance: who hears of it where the step says so, or somebody else cannot be reached
        """
        self.ensure_one()
        advance, step, keys = self.advance_id, self.step_id, self._get_keys()
        employee, company = advance.employee_id, advance.company_id
        common = {"company": company, "level": step.severity}
        causes = []
        users, addresses = employee._get_advance_contact()
        if step.to_employee and (users or addresses):
            causes.append(
                common
                | {
                    "key": keys["employee"],
                    "users": users,
                    "addresses": addresses,
                    "record": advance,
                }
                | self._get_own_words(employee._get_advance_lang())
            )
        superior = advance._get_told_superior() if step.to_manager else self.env["res.users"]
        if superior:
            # a manager's manager is told, though he does not read the advance
            record = advance if superior == employee.parent_id.user_id else None
            causes.append(
                common
                | {"key": keys["manager"], "users": superior, "record": record}
                | self._get_words(superior.lang)
            )
        lost = (step.to_employee and not (users or addresses)) or (step.to_manager and not superior)
        if step.to_finance or lost:
            causes.append(
                common
                | {"key": keys["finance"], "users": finance - employee.user_id, "record": advance}
                | self._get_words(company.partner_id.lang)
            )
        return causes

    def _get_own_words(self, lang):
        """Summary and note for the employee himself."""
        env, values = self._get_values(lang)
        if self.days > 0:
            summary = env._(
                "%(advance)s: %(amount)s were to be settled by %(date)s, %(days)s days ago",
                **values,
            )
        else:
            summary = env._("%(advance)s: %(amount)s are to be settled by %(date)s", **values)
        note = env._(
            "Paid to you on %(paid_on)s for: %(purpose)s. Please hand in your receipts or give back what is left. "
            "If something stands in the way, tell your manager now.",
            **values,
        )
        return {"summary": summary, "note": note}

    def _get_words(self, lang):
        """Summary and note for manager and finance."""
        env, values = self._get_values(lang)
        if self.days > 0:
            summary = env._(
                "%(employee)s has not settled %(advance)s: %(amount)s, %(days)s days late", **values
            )
        else:
            summary = env._(
                "%(employee)s has %(advance)s to settle by %(date)s: %(amount)s", **values
            )
        note = env._(
            "Paid on %(paid_on)s for: %(purpose)s, to be settled by %(date)s. Please see to it that receipts are "
            "handed in or the money is given back.",
            **values,
        )
        return {"summary": summary, "note": note}

    def _get_values(self, lang):
        advance = self.advance_id
        env = self.with_context(lang=advance._pick_lang(lang)).env
        by_date = advance.date_expected if self.step_id.clock == "expected" else advance.date_due
        return env, {
            "advance": advance.name,
            "employee": advance.employee_id.name,
            "amount": advance.currency_id.with_env(env).format(advance.amount_residual),
            "date": format_date(env, by_date),
            "days": self.days,
            "paid_on": format_date(env, advance.date_paid),
            "purpose": advance.purpose_id.with_env(env).name,
        }

    def _log(self):
        dossiers = self.employee_id._ensure_advance_dossiers()
        event = self.env["hr.control.event"]
        event._append(
            [
                {
                    "dossier": dossiers[reminder.employee_id.id],
                    "code": "advance.reminder.sent",
                    "document": reminder.advance_id,
                    "data": {
                        "step": reminder.step_id.id,
                        "days": reminder.days,
                        "amount": event._money(reminder.amount, reminder.currency_id),
                        "alerts": reminder.alert_ids,
                    },
                    "names": {
                        "step": reminder.step_name,
                        "told": ", ".join(reminder.delivery_ids.mapped("display_name")),
                    },
                }
                for reminder in self
            ]
        )


class HrEmployeeAdvance(models.Model):
    _inherit = "hr.employee.advance"

    reminder_ids = fields.One2many(
        "hr.employee.advance.reminder", "advance_id", string="Reminders", readonly=True
    )
    reminder_count = fields.Integer(compute="_compute_reminder_count")

    @api.depends("reminder_ids")
    def _compute_reminder_count(self):
        counts = dict(
            self.env["hr.employee.advance.reminder"]
            .sudo()
            ._read_group([("advance_id", "in", self.ids)], ["advance_id"], ["__count"])
        )
        for advance in self:
            advance.reminder_count = counts.get(advance._origin.sudo(), 0)

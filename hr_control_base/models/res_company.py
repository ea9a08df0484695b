from datetime import datetime, timedelta

import pytz

from odoo import api, fields, models

# Etc/... last, as Odoo orders them for users
TIME_ZONES = [
    (zone, zone)
    for zone in sorted(pytz.all_timezones, key=lambda zone: (zone.startswith("Etc/"), zone))
]
COUNTRY_TIME_ZONES = {"CN": "Asia/Shanghai"}


class ResCompany(models.Model):
    _inherit = "res.company"

    control_tz = fields.Selection(
        # a function: a list would put six hundred names into the translations
        lambda self: TIME_ZONES,
        string="Company Time Zone",
        compute="_compute_control_tz",
        store=True,
        readonly=False,
        help="Decides which day it is for due dates, limits and deadlines of this company, whoever is looking.",
    )
    control_approval_hours = fields.Integer(
        string="Approval Deadline (Hours)",
        default=24,
        help="A request nobody decided within this time goes to the next level.",
    )

    _control_approval_hours_positive = models.Constraint(
        "CHECK(control_approval_hours > 0)", "The approval deadline is at least one hour."
    )

    @api.depends("partner_id.tz", "partner_id.country_id")
    def _compute_control_tz(self):
        for company in self:
            company.control_tz = (
                company.partner_id.tz
                or COUNTRY_TIME_ZONES.get(company.partner_id.country_id.code)
                or company.resource_calendar_id.tz
                or "UTC"
            )

    def _company_today(self):
        """Today's date where the company is. Nothing else reads a time zone for a company."""
        self.ensure_one()
        zone = pytz.timezone(self.sudo().control_tz or "UTC")
        return pytz.utc.localize(fields.Datetime.now()).astimezone(zone).date()

    def _company_day_end(self, day):
        """The first moment after ``day`` where the company is, as a naive UTC datetime."""
        self.ensure_one()
        zone = pytz.timezone(self.sudo().control_tz or "UTC")
        midnight = datetime.combine(day + timedelta(days=1), datetime.min.time())
        return zone.localize(midnight).astimezone(pytz.utc).replace(tzinfo=None)

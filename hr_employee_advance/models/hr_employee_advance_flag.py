from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

CODES = [
    ("large_idle", "Large, without recent business"),
    ("wage_unknown", "Wage unknown"),
    ("overdue", "Overdue"),
    ("frequent", "Unusually frequent"),
    ("near_quota", "Repeatedly near the quota"),
    ("reborrow", "New advance right after the old one"),
]
MONEY = {"amount", "open_amount", "overdue_amount", "business", "residual", "quota"}


class HrEmployeeAdvanceFlag(models.Model):
    """Something unusual about an advance, with the figures of the day it was found.

    The sentence is made when it is read, in the reader's language. The wage is in no figure.
    """

    _name = "hr.employee.advance.flag"
    _description = "Warning on an Advance"
    _order = "id desc"
    _rec_name = "code"

    advance_id = fields.Many2one(
        "hr.employee.advance", required=True, readonly=True, index=True, ondelete="cascade"
    )
    employee_id = fields.Many2one(related="advance_id.employee_id", store=True, index=True)
    company_id = fields.Many2one(related="advance_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_company = fields.Monetary(related="advance_id.amount_company", string="Amount Asked")
    code = fields.Selection(CODES, string="What", required=True, readonly=True, index=True)
    figures = fields.Json(readonly=True)
    found_on = fields.Date(required=True, readonly=True)
    cleared_on = fields.Date(readonly=True, help="When the cause was gone.")
    sentence = fields.Text(string="Warning", compute="_compute_sentence", compute_sudo=True)

    _advance_code_uniq = models.UniqueIndex("(advance_id, code)")

    @api.depends("code", "figures")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for flag in self:
            flag.sentence = flag._get_sentence()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        if not self.env.su:
            raise UserError(self.env._("Warnings are kept with their advance."))

    # Sentences ----------------------------------------------------------------------------------

    def _get_sentence(self):
        """One sentence: what is unusual, what was borrowed before, how it was settled, what business there is."""
        self.ensure_one()
        figures = self._get_texts()
        parts = [
            self._get_reasons().get(self.code),
            self._get_history(),
            self._get_rhythm(),
            self._get_business(),
        ]
        said = [part % figures for part in parts if part]
        while said[1:]:
            said[:2] = [self.env._("%(said)s; %(more)s", said=said[0], more=said[1])]
        return self.env._("%(what)s.", what=said[0][:1].upper() + said[0][1:])

    def _get_texts(self):
        """The figures as text: amounts with their currency, no needless decimals."""
        currency = self.company_id.currency_id
        return {
            name: currency.format(value or 0.0)
            if name in MONEY
            else f"{value:g}"
            if isinstance(value, float)
            else value
            for name, value in (self.figures or {}).items()
        }

    def _get_reasons(self):
        """What is unusual, for each code; extended by those who add one."""
        _ = self.env._
        return {
            "large_idle": _(
                "%(amount)s is more than %(wage_pct)s %% of a month's wage, and no recent business stands behind it"
            ),
            "wage_unknown": _(
                "%(amount)s cannot be compared with the wage, which is not known as a monthly sum"
            ),
            "overdue": _("%(residual)s is %(overdue_days)s days overdue"),
            "frequent": _(
                "this is request number %(requests)s within %(frequent_days)s days; people in this position make "
                "%(average)s on average"
            ),
            "near_quota": _(
                "%(used_pct)s %% of the quota of %(quota)s would be used; %(times)s requests within half a year came "
                "so near it"
            ),
            "reborrow": _(
                "asked for %(gap_days)s days after the last advance was settled, as if the new one paid the old one"
            ),
        }

    def _get_history(self):
        figures, _ = self.figures or {}, self.env._
        if not figures.get("advances"):
            return _("no other advance within a year")
        if not figures.get("open_count"):
            return _("other advances within a year: %(advances)s, none of them open")
        return _(
            "other advances within a year: %(advances)s, open: %(open_count)s with %(open_amount)s, "
            "overdue: %(overdue_count)s"
        )

    def _get_rhythm(self):
        figures, _ = self.figures or {}, self.env._
        if not figures.get("settled"):
            return _("none settled yet, so no claim rhythm is known")
        return _(
            "settled: %(settled)s, after %(settle_days)s days on average, late: %(settled_late)s"
        )

    def _get_business(self):
        figures, _ = self.figures or {}, self.env._
        if figures.get("orders") is None:
            return _("no business results are known here")
        if not figures["orders"]:
            return _("no order confirmed in the %(recent_days)s days before")
        return _("orders confirmed in the %(recent_days)s days before: %(orders)s of %(business)s")

    # Recording ----------------------------------------------------------------------------------

    @api.model
    def _record(self, found):
        """Keep and tell what is not known yet; what is known gets the figures of today.

        :param found: ``{advance: {code: figures}}``
        :return: the warnings made or come up again now, in sudo
        """
        advances = self.env["hr.employee.advance"].sudo().union(*found)
        flags = self.sudo()
        known = {
            (flag.advance_id.id, flag.code): flag
            for flag in flags.search([("advance_id", "in", advances.ids)])
        }
        new, again = [], []
        for advance, codes in found.items():
            today = advance.company_id._company_today()
            for code, figures in codes.items():
                flag = known.get((advance.id, code))
                if not flag:
                    new.append(
                        {
                            "advance_id": advance.id,
                            "code": code,
                            "figures": figures,
                            "found_on": today,
                        }
                    )
                elif flag.cleared_on:
                    again.append(flag.id)
                    flag.write({"figures": figures, "found_on": today, "cleared_on": False})
                elif flag.figures != figures:
                    flag.figures = figures
        told = flags.create(new) | flags.browse(again)
        told._log()
        told._tell()
        return told

    def _log(self):
        self.env["hr.control.event"]._append(
            [
                {
                    "dossier": dossiers[flag.employee_id.id],
                    "code": "advance.flagged",
                    "document": flag.advance_id,
                    "data": {"flag": flag.code, "figures": flag._get_event_figures()},
                    "names": {"subject": flag.employee_id},
                }
                for flags, dossiers in [(self, self.employee_id._ensure_advance_dossiers())]
                for flag in flags
            ]
        )

    def _get_event_figures(self):
        Event, currency = self.env["hr.control.event"], self.company_id.currency_id
        return {
            name: Event._money(value or 0.0, currency) if name in MONEY else value
            for name, value in (self.figures or {}).items()
        }

    def _tell(self):
        """The manager and finance, once for all that was found together; never the employee concerned.

        Of an overdue advance reminders tell the manager; here only finance hears of it.
        """
        alerts = []
        for (advance, is_overdue), flags in self.grouped(
            lambda flag: (flag.advance_id, flag.code == "overdue")
        ).items():
            company, employee = advance.company_id, advance.employee_id
            users = advance._get_finance_of(company)
            if not is_overdue:
                users |= advance._get_told_superior()
            flags = flags.with_context(lang=company.partner_id.lang or self.env.lang)
            alerts.append(
                {
                    "key": flags._get_alert_key(),
                    "company": company,
                    "users": users - employee.user_id,
                    "summary": flags.env._(
                        "Unusual advance %(advance)s of %(employee)s",
                        advance=advance.name,
                        employee=employee.name,
                    ),
                    "note": Markup("<br/>").join(flags.mapped("sentence")),
                    "record": advance,
                }
            )
        self.env["hr.control.alert"]._raise(alerts)

    def _get_alert_key(self):
        """Of warnings on one advance that are told together."""
        return f"advance.flag:{self.advance_id.id}:{','.join(sorted(self.mapped('code')))}"

    def _clear(self):
        """The cause is gone; should it come back, it is told again."""
        for company, flags in self.sudo().grouped("company_id").items():
            flags.cleared_on = company._company_today()
            self.env["hr.control.alert"]._clear(company, [flag._get_alert_key() for flag in flags])

    def action_open_advance(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "hr.employee.advance",
            "res_id": self.advance_id.id,
            "views": [(False, "form")],
        }

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date

from odoo.addons.hr_control_base.models.hr_control_dossier import CONTENTION

_logger = logging.getLogger(__name__)
TEMPLATE = "hr_receivables_control.credit_reminder_mail_template"


def parse_days(text):
    """Days before the due date, the most first: ``"0, 7,3"`` is ``[7, 3, 0]``.

    :raises ValueError: something is no number of days
    """
    days = {int(part) for part in (text or "").replace("，", ",").split(",") if part.strip()}
    if any(day < 0 for day in days):
        raise ValueError(text)
    return sorted(days, reverse=True)


class CreditReminder(models.Model):
    """What falls due soon, told to the salesperson, and to the customer where the company says so.

    Each item is told of once at each of the company's days; a night that was missed is made up for.
    """

    _name = "credit.reminder"
    _description = "Reminder before Due"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    account_id = fields.Many2one(
        "credit.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="account_id.partner_id", string="Customer", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="account_id.currency_id")
    date = fields.Date(string="Told On", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True, index=True)
    item_ids = fields.One2many("credit.reminder.item", "reminder_id", readonly=True)
    amount = fields.Monetary(readonly=True, help="Open that day, in the currency of the account.")
    due = fields.Date(string="First Due", readonly=True)
    wechat_text = fields.Text(string="Text for WeChat", compute="_compute_wechat_text")
    mailed = fields.Boolean(string="Mailed to the Customer", readonly=True)

    @api.depends("item_ids")
    def _compute_wechat_text(self):
        for reminder in self:
            reminder.wechat_text = reminder._get_wechat_text()

    def _get_wechat_text(self):
        """In the customer's language, to be copied into a message."""
        self.ensure_one()
        env = self.with_context(lang=self.env["credit.letter"]._get_language(self.account_id)).env
        currency = self.currency_id.with_env(env)
        items = "\n".join(
            env._(
                "%(invoice)s, due %(due)s: %(amount)s",
                invoice=item.sudo().line_id.move_id.name or "",
                due=format_date(env, item.due),
                amount=currency.format(item.amount),
            )
            for item in self.item_ids
        )
        return env._(
            "Dear %(customer)s, a friendly reminder that these items fall due soon, %(amount)s together:\n%(items)s\n"
            "If you have paid meanwhile, please disregard this message. Thank you! %(company)s",
            customer=self.partner_id.sudo().name or "",
            amount=currency.format(self.amount),
            items=items,
            company=self.company_id.sudo().name or "",
        )

    # The job ------------------------------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Each customer apart; one that fails is logged and stops nobody else."""
        found = []
        for company in (
            self.env["res.company"]
            .sudo()
            .search([("credit_company_id", "!=", False)])
            .credit_company_id
        ):
            found += self._get_due_items(company).items()
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(found))
        for account_id, items in found:
            try:
                self._remind(self.env["credit.account"].sudo().browse(account_id), items)
            except (UserError, *CONTENTION) as error:
                self.env.cr.rollback()
                _logger.info("No reminder for account %s: %s", account_id, error)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("No reminder for account %s.", account_id)
            if not progress(1):
                break

    @api.model
    def _get_due_items(self, company):
        """Items that come to one of the company's days and were not told of at it; one query.

        Left out: who owes nothing when his credits are taken off, and invoices in dispute.
        :return: ``{account id: [(line id, due, amount, stage, salesperson id)]}``
        """
        stages = parse_days(company.credit_reminder_days)
        if not stages:
            return {}
        accounts = self.env["credit.account"].sudo().search([("company_id", "=", company.id)])
        self.env["credit.exposure"]._flush()
        self.flush_model()
        self.env["credit.reminder.item"].flush_model()
        self.env["credit.overdue.pause"].flush_model(["state", "date_from", "date_to", "move_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT open.account_id, open.line_id, open.due, open.amount, stage.days, m.invoice_user_id
                  FROM (
                        SELECT a.id AS account_id, l.id AS line_id, COALESCE(l.date_maturity, l.date) AS due,
                               l.amount_residual::float8 AS amount, l.move_id, d.today,
                               SUM(l.amount_residual) OVER (PARTITION BY a.id) AS owed
                        %(items)s AND k.credit_is_bill IS NOT TRUE
                       ) open
                  JOIN account_move m ON m.id = open.move_id
            CROSS JOIN LATERAL (
                        SELECT MIN(days) AS days FROM unnest(%(stages)s::int[]) AS days
                         WHERE days >= open.due - open.today
                       ) stage
                 WHERE open.amount > 0 AND open.due >= open.today AND open.owed > 0 AND stage.days IS NOT NULL
                   AND NOT EXISTS (
                       SELECT FROM credit_reminder_item i
                        WHERE i.line_id = open.line_id AND i.stage = stage.days AND i.due = open.due
                   )
                   AND NOT EXISTS (
                       SELECT FROM credit_overdue_pause q
                        WHERE q.account_id = open.account_id AND q.state = 'active' AND q.move_id = open.move_id
                          AND open.today BETWEEN q.date_from AND q.date_to
                   )
              ORDER BY account_id, due, line_id
                """,
                items=self.env["credit.exposure"]._sql_ledger_from(accounts),
                stages=stages,
            )
        )
        result = {}
        for account_id, *item in rows:
            result.setdefault(account_id, []).append(tuple(item))
        return result

    @api.model
    def _remind(self, account, items):
        """One reminder for all items of a customer; the salesperson of the first, else of the customer, is told."""
        company = account.company_id
        user_id = next((item[4] for item in items if item[4]), account.partner_id.user_id.id)
        reminder = self.sudo().create(
            {
                "account_id": account.id,
                "date": company._company_today(),
                "user_id": user_id,
                "amount": company.currency_id.round(sum(item[2] for item in items)),
                "due": items[0][1],
                "item_ids": [
                    fields.Command.create(
                        {"line_id": line_id, "due": due, "amount": amount, "stage": stage}
                    )
                    for line_id, due, amount, stage, _user in items
                ],
            }
        )
        reminder._tell()
        if company.credit_reminder_customer:
            reminder._mail()
        return reminder

    def _tell(self):
        self.ensure_one()
        users = self.user_id.filtered("active") or self.env["credit.route"]._get_controllers(
            self.company_id
        )
        Alert = self.env["hr.control.alert"]
        env = Alert._in_language_of(users, self.company_id, self).env
        Alert._raise(
            [
                {
                    "key": f"credit.reminder:{self.id}",
                    "company": self.company_id,
                    "users": users,
                    "level": "info",
                    "mail": False,
                    "record": self,
                    "summary": env._(
                        "%(customer)s: %(amount)s fall due, the first on %(date)s",
                        customer=self.partner_id.display_name,
                        amount=self.currency_id.with_env(env).format(self.amount),
                        date=format_date(env, self.due),
                    ),
                    "note": self.wechat_text,
                }
            ]
        )

    def _mail(self):
        """To whoever gets the customer's invoices, if he has an address; never twice."""
        self.ensure_one()
        contact = self.env["res.partner"].browse(
            self.partner_id.address_get(["invoice"])["invoice"]
        )
        if contact.email and not self.mailed:
            lang = self.env["credit.letter"]._get_language(self.account_id)
            self.env.ref(TEMPLATE).with_context(lang=lang).send_mail(
                self.id, email_values={"recipient_ids": [fields.Command.link(contact.id)]}
            )
            self.mailed = True


class CreditReminderItem(models.Model):
    _name = "credit.reminder.item"
    _description = "Item of a Reminder"
    _order = "due, id"
    _rec_name = "line_id"

    reminder_id = fields.Many2one(
        "credit.reminder", required=True, readonly=True, index=True, ondelete="cascade"
    )
    line_id = fields.Many2one(
        "account.move.line", required=True, readonly=True, ondelete="cascade", string="Journal Item"
    )
    document_name = fields.Char(related="line_id.move_id.name", related_sudo=True, string="Invoice")
    due = fields.Date(required=True, readonly=True)
    stage = fields.Integer(string="Days Before", required=True, readonly=True)
    currency_id = fields.Many2one(related="reminder_id.currency_id")
    amount = fields.Monetary(readonly=True)

    _line_stage_uniq = models.UniqueIndex("(line_id, stage, due)")

    @api.depends("line_id")
    def _compute_display_name(self):
        # controllers and auditors see the reminder, if not the journal item
        for item in self:
            item.display_name = item.sudo().line_id.display_name


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_reminder_days = fields.Char(
        string="Remind Before Due (Days)",
        default="7,3,0",
        help="Days before the due date on which salespeople are reminded, separated by commas; 0 is the due date "
        "itself. Empty: never.",
    )
    credit_reminder_customer = fields.Boolean(
        string="Mail the Customer, Too", help="The customer gets the same reminder by mail."
    )
    credit_letter_policy = fields.Selection(
        [
            ("none", "No letters"),
            ("prepare", "Draft them, somebody sends them"),
            ("send", "Mail them at once"),
        ],
        string="Reminder Letters",
        default="prepare",
        required=True,
        help="What happens with the letter of a tier when a customer comes to it.",
    )

    @api.constrains("credit_reminder_days")
    def _check_credit_reminder_days(self):
        for company in self:
            try:
                parse_days(company.credit_reminder_days)
            except ValueError:
                raise ValidationError(
                    self.env._(
                        "%(days)s: write days separated by commas, such as 7,3,0.",
                        days=company.credit_reminder_days,
                    )
                ) from None


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_reminder_days = fields.Char(related="company_id.credit_reminder_days", readonly=False)
    credit_reminder_customer = fields.Boolean(
        related="company_id.credit_reminder_customer", readonly=False
    )
    credit_letter_policy = fields.Selection(
        related="company_id.credit_letter_policy", readonly=False, required=True
    )

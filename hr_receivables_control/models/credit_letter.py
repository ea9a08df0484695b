from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

TEMPLATE = "hr_receivables_control.credit_letter_mail_template"
REPORT = "hr_receivables_control.credit_letter_report"


class CreditLetter(models.Model):
    """A statement of account, or one of three reminder letters, with the figures of the day it was made.

    Printed or mailed again it says the same. Money is in the currency of the account.
    """

    _name = "credit.letter"
    _description = "Statement or Reminder Letter"
    _inherit = ["mail.thread", "mail.activity.mixin", "hr.control.guarded.mixin"]
    _order = "date desc, id desc"

    _control_guarded_fields = frozenset(
        {"partner_id", "company_id", "lines", "state", "sent_at", "sent_by_id", "amount"}
    )

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
    kind = fields.Selection(
        [
            ("statement", "Statement of account"),
            ("reminder1", "First reminder"),
            ("reminder2", "Second reminder"),
            ("reminder3", "Last reminder"),
        ],
        required=True,
        default="statement",
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._company_today())
    date_from = fields.Date(
        string="From", help="First day of a statement; what was open before is its opening balance."
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(), string="Language", required=True
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Addressee",
        compute="_compute_contact_id",
        help="Who gets the customer's invoices.",
    )
    lines = fields.Json(readonly=True)
    amount = fields.Monetary(
        readonly=True, help="Balance of a statement, overdue total of a reminder."
    )
    wechat_text = fields.Text(string="Text for WeChat", compute="_compute_wechat_text")
    state = fields.Selection(
        [("draft", "To send"), ("sent", "Sent"), ("void", "No longer due")],
        required=True,
        default="draft",
        readonly=True,
        index=True,
    )
    sent_at = fields.Datetime(readonly=True)
    sent_by_id = fields.Many2one("res.users", readonly=True)

    @api.depends("kind", "partner_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for letter in self:
            letter.display_name = " ".join(
                (
                    labels.get(letter.kind, ""),
                    letter.partner_id.sudo().display_name or "",
                    str(letter.date or ""),
                )
            )

    @api.depends("partner_id")
    def _compute_contact_id(self):
        for letter in self:
            partner = letter.partner_id.sudo()
            letter.contact_id = partner.address_get(["invoice"])["invoice"] if partner else False

    @api.depends("lines", "lang", "kind")
    def _compute_wechat_text(self):
        for letter in self:
            letter.wechat_text = letter._get_wechat_text() if letter.account_id else False

    @api.onchange("account_id")
    def _onchange_account_id(self):
        self.lang = self._get_language(self.account_id)

    @api.model
    def _get_language(self, account):
        installed = dict(self.env["res.lang"].get_installed())
        lang = account.partner_id.sudo().lang
        return lang if lang in installed else self.env.lang or "en_US"

    # Making one ---------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        Account = self.env["credit.account"]
        for vals in vals_list:
            vals.setdefault("lang", self._get_language(Account.browse(vals.get("account_id"))))
        letters = super().create(vals_list)
        for letter in letters:
            letter._fill()
        return letters

    def write(self, vals):
        # EXTENDS
        fixed = {"account_id", "kind", "date", "date_from"} & vals.keys()
        if fixed and any(letter.state != "draft" for letter in self):
            raise UserError(
                self.env._("What was sent stays as it was. Make another statement or letter.")
            )
        res = super().write(vals)
        if fixed:
            for letter in self:
                letter._fill()
        return res

    def _fill(self):
        """Read the figures. :raises UserError: nothing is overdue that a reminder could name"""
        self.ensure_one()
        self.account_id.check_access("read")
        if self.kind == "statement":
            lines, amount = self._get_statement_lines()
        else:
            lines = self._get_reminder_lines()
            amount = self.currency_id.round(sum(line["open"] for line in lines))
            if not lines:
                raise UserError(
                    self.env._(
                        "Nothing of %(customer)s is overdue, apart from what he promised or disputes.",
                        customer=self.partner_id.sudo().display_name,
                    )
                )
        self.sudo().write({"lines": lines, "amount": amount})

    def _get_reminder_lines(self):
        """Overdue items, the oldest first, those promised or disputed left out."""
        self.ensure_one()
        found = self.env["credit.overdue"].sudo()._get_lines(self.account_id)
        moves = self.env["account.move"].sudo().browse(line["move_id"] for line in found)
        names = dict(zip(moves, moves.mapped("name"), strict=False)) if moves else {}
        return [
            {
                "name": names.get(self.env["account.move"].sudo().browse(line["move_id"])) or "",
                "due": str(line["due"]),
                "days": line["days"],
                "open": self.currency_id.round(line["overdue"]),
            }
            for line in found
            if not line["is_paused"]
        ]

    def _get_statement_lines(self):
        """Opening balance, each posted receivable item of the time with the balance after it, closing balance."""
        self.ensure_one()
        since = self.date_from or self.date.replace(day=1)
        self.env["account.move.line"].flush_model(
            ["account_id", "balance", "company_id", "date", "parent_state", "partner_id", "move_id"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.date, m.name, m.ref, l.date_maturity, l.balance::float8
                  FROM credit_account a
                  JOIN res_company c ON c.credit_company_id = a.company_id
                  JOIN res_partner p ON p.commercial_partner_id = a.partner_id
                  JOIN account_move_line l ON l.partner_id = p.id AND l.company_id = c.id
                  JOIN account_account k ON k.id = l.account_id
                   AND k.account_type = 'asset_receivable' AND k.non_trade IS NOT TRUE
                  JOIN account_move m ON m.id = l.move_id
                 WHERE a.id = %s AND l.parent_state = 'posted' AND l.date <= %s
              ORDER BY l.date, l.id
                """,
                self.account_id.id,
                self.date,
            )
        )
        currency = self.currency_id
        balance = sum(row[4] for row in rows if row[0] < since)
        lines = [{"kind": "opening", "date": str(since), "balance": currency.round(balance)}]
        for date, name, ref, due, amount in rows:
            if date < since:
                continue
            balance += amount
            lines.append(
                {
                    "kind": "item",
                    "date": str(date),
                    "name": name or "",
                    "ref": ref or "",
                    "due": str(due or ""),
                    "debit": currency.round(max(amount, 0.0)),
                    "credit": currency.round(max(-amount, 0.0)),
                    "balance": currency.round(balance),
                }
            )
        return lines, currency.round(balance)

    # Sending ------------------------------------------------------------------------------------

    def action_print(self):
        """The letter as PDF, in its language."""
        self.check_access("read")
        return self.env.ref(REPORT).report_action(self)

    def action_send(self):
        """Mail it with its PDF; kept in the collection log.

        :raises UserError: the customer has no mail address, or it was sent already
        """
        self.check_access("write")
        for letter in self:
            if letter.state != "draft":
                raise UserError(
                    self.env._("%(letter)s was sent already.", letter=letter.display_name)
                )
            if not letter.contact_id.email:
                raise UserError(
                    self.env._(
                        "%(customer)s has no mail address. Enter one on the customer, or print the letter.",
                        customer=letter.partner_id.sudo().display_name,
                    )
                )
            self.env.ref(TEMPLATE).with_context(lang=letter.lang).sudo().send_mail(letter.id)
            letter._note_sent()
        return True

    def action_mark_sent(self):
        """It was printed and posted, or its text was sent in another way."""
        self.check_access("write")
        if done := self.filtered(lambda letter: letter.state != "draft"):
            raise UserError(self.env._("%(letter)s was sent already.", letter=done[0].display_name))
        for letter in self:
            letter._note_sent()
        return True

    def _note_sent(self):
        self.ensure_one()
        self.sudo().write(
            {"state": "sent", "sent_at": fields.Datetime.now(), "sent_by_id": self.env.uid}
        )
        self.env["credit.collection.entry"].create(
            {
                "account_id": self.account_id.id,
                "kind": "letter",
                "outcome": "sent",
                "contact_id": self.contact_id.id,
                "note": self.display_name,
                "letter_id": self.id,
            }
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(letter.state == "sent" for letter in self):
            raise UserError(self.env._("Letters that were sent are kept."))

    # Words --------------------------------------------------------------------------------------

    def _get_salutation(self):
        self.ensure_one()
        return self.env._("Dear %(customer)s,", customer=self.partner_id.sudo().name or "")

    def _get_wechat_text(self):
        """The letter in a few lines, in its language, to be copied into a message."""
        self.ensure_one()
        env = self.with_context(lang=self.lang).env
        customer, company = self.partner_id.sudo().name or "", self.company_id.sudo().name or ""
        if self.kind == "statement":
            return env._(
                "Dear %(customer)s, your balance with %(company)s on %(date)s is %(amount)s. Please tell us if your "
                "books say otherwise.",
                customer=customer,
                company=company,
                date=format_date(env, self.date),
                amount=self.currency_id.with_env(env).format(self.amount),
            )
        items = "\n".join(
            env._(
                "%(invoice)s, due %(due)s, %(days)s days overdue: %(amount)s",
                invoice=line["name"],
                due=format_date(env, line["due"]),
                days=line["days"],
                amount=self.currency_id.with_env(env).format(line["open"]),
            )
            for line in self.lines or ()
        )
        return env._(
            "Dear %(customer)s, these items are overdue, %(amount)s together:\n%(items)s\nPlease arrange the "
            "payment. If you have paid meanwhile, please disregard this message. %(company)s",
            customer=customer,
            amount=self.currency_id.with_env(env).format(self.amount),
            items=items,
            company=company,
        )

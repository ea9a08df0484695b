import json
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, split_every

from ..tools.score import get_score

_logger = logging.getLogger(__name__)

# Customers that are rated together and committed together; one that fails is tried apart.
BATCH = 1000


class CreditScore(models.Model):
    """What a customer was rated on a day, with every input, so that it can be told years later."""

    _name = "credit.score"
    _description = "Credit Score"
    _order = "date desc, id desc"
    _rec_name = "date"

    account_id = fields.Many2one(
        "credit.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="account_id.partner_id", string="Customer", store=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    valid_to = fields.Date(required=True, readonly=True, help="Last day on which it counts.")
    score = fields.Float(readonly=True, help="From 0 to 100.", aggregator="avg")
    coverage_pct = fields.Float(
        string="Known (%)", readonly=True, help="Weight of the rules for which there was an input."
    )
    grade_id = fields.Many2one("credit.grade", readonly=True, ondelete="restrict", index=True)
    months = fields.Integer(
        string="Months with Sales", readonly=True, help="Of the twelve full months before."
    )
    average_amount = fields.Monetary(
        string="Monthly Average", readonly=True, help="Of the months with sales, tax included."
    )
    line_ids = fields.One2many("credit.score.line", "score_id", string="Inputs", readonly=True)

    _account_day_uniq = models.UniqueIndex("(account_id, date)")

    @api.model
    def _rate(self, accounts):
        """Rate customers as of today; run again on the same day it gives the same row.

        A constant number of queries for any number of customers. Without an input for half of the
        weight there is no grade: who is new is neither good nor bad.
        :return: the scores, in sudo
        """
        scores = self.sudo().browse()
        for company, batch in accounts.sudo().grouped("company_id").items():
            inputs = self.env["credit.score.input"]._get(batch)
            rows = self._prepare_rows(company, batch, inputs)
            scores |= self._store(company, rows)
        return scores

    @api.model
    def _prepare_rows(self, company, accounts, inputs):
        rules = self.env["credit.score.rule"]._get_for(company)
        grades = self.env["credit.grade"]._get_for(company)
        rows = []
        for account in accounts:
            values = inputs[account.id]
            lines = [
                {
                    "rule_id": rule.id,
                    "version": rule.version,
                    "weight": rule.weight,
                    "worst": rule.worst,
                    "best": rule.best,
                    "value": values[rule.code],
                    "points": rule._get_points(values[rule.code]),
                }
                for rule in rules
            ]
            result = get_score([(line["points"], line["weight"]) for line in lines])
            if result is None:
                continue
            score, coverage = result
            grade = grades._get_grade(score) if coverage >= 50 else grades.browse()
            rows.append(
                {
                    "account_id": account.id,
                    "partner_id": account.partner_id.id,
                    "score": score,
                    "coverage_pct": coverage,
                    "grade_id": grade.id or None,
                    "months": int(values["months"]),
                    "average_amount": company.currency_id.round(values["average"]),
                    "lines": lines,
                }
            )
        return rows

    @api.model
    def _store(self, company, rows):
        """Write scores, inputs and the accounts' grades, in four statements."""
        if not rows:
            return self.sudo().browse()
        today = company._company_today()
        valid_to = fields.Date.add(today, days=company.credit_score_days)
        cr = self.env.cr
        self.env["credit.account"].flush_model(["grade_id", "score", "score_valid_to"])
        self._log_grades(rows)
        found = self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_score (account_id, partner_id, company_id, date, valid_to, score, coverage_pct,
                                          grade_id, months, average_amount, create_uid, create_date, write_uid,
                                          write_date)
                SELECT r.account_id, r.partner_id, %(company)s, %(today)s, %(valid_to)s, r.score, r.coverage_pct,
                       r.grade_id, r.months, r.average_amount, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(
                       account_id int, partner_id int, score float8, coverage_pct float8, grade_id int, months int,
                       average_amount numeric)
           ON CONFLICT (account_id, date) DO UPDATE
                   SET valid_to = EXCLUDED.valid_to, score = EXCLUDED.score, coverage_pct = EXCLUDED.coverage_pct,
                       grade_id = EXCLUDED.grade_id, months = EXCLUDED.months,
                       average_amount = EXCLUDED.average_amount, write_uid = EXCLUDED.write_uid,
                       write_date = EXCLUDED.write_date
             RETURNING account_id, id
                """,
                company=company.id,
                today=today,
                valid_to=valid_to,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                rows=json.dumps(rows),
            )
        )
        scores = dict(found)
        lines = [
            line | {"score_id": scores[row["account_id"]], "sequence": sequence}
            for row in rows
            for sequence, line in enumerate(row["lines"])
        ]
        cr.execute(
            SQL("DELETE FROM credit_score_line WHERE score_id = ANY(%s)", list(scores.values()))
        )
        cr.execute(
            SQL(
                """
                INSERT INTO credit_score_line (score_id, rule_id, sequence, version, weight, worst, best, value,
                                               has_value, points)
                SELECT score_id, rule_id, sequence, version, weight, worst, best, value, value IS NOT NULL, points
                  FROM jsonb_to_recordset(%s::jsonb) AS l(
                       score_id int, rule_id int, sequence int, version int, weight float8, worst float8, best float8,
                       value float8, points float8)
                """,
                json.dumps(lines),
            )
        )
        cr.execute(
            SQL(
                """
                UPDATE credit_account a
                   SET grade_id = s.grade_id, score = s.score, score_valid_to = s.valid_to
                  FROM credit_score s
                 WHERE s.id = ANY(%s) AND a.id = s.account_id
                """,
                list(scores.values()),
            )
        )
        self.env["credit.account"].invalidate_model(["grade_id", "score", "score_valid_to"])
        self.invalidate_model()
        self.env["credit.score.line"].invalidate_model()
        return self.sudo().browse(scores.values())

    @api.model
    def _log_grades(self, rows):
        """A changed grade is an event; the same grade again is none."""
        accounts = self.env["credit.account"].sudo().browse(row["account_id"] for row in rows)
        grades = self.env["credit.grade"].sudo()
        self.env["hr.control.event"]._append(
            [
                {
                    "dossier": account.dossier_id,
                    "code": "credit.grade",
                    "document": account,
                    "data": {
                        "score": f"{row['score']:.2f}",
                        "grade_before": account.grade_id.name or "",
                        "grade_after": grades.browse(row["grade_id"]).name or "",
                    },
                    "names": {"subject": account.partner_id},
                }
                for account, row in zip(accounts, rows, strict=True)
                if account.grade_id.id != (row["grade_id"] or False)
            ]
        )

    @api.model
    def _cron_rate(self):
        """Rate whoever has no score that counts, a thousand at a time, each thousand for good."""
        progress = self.env["ir.cron"]._commit_progress
        due = self._get_due_accounts()
        progress(remaining=len(due))
        for batch in split_every(BATCH, due.ids, due.browse):
            try:
                self._rate_and_review(batch)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Customers are rated one by one.")
                self._rate_apart(batch)
            if not progress(len(batch)):
                break

    @api.model
    def _rate_and_review(self, accounts):
        for company, batch in accounts.grouped("company_id").items():
            self._rate(batch)
            self.env["credit.limit.review"]._review(batch, company)

    @api.model
    def _rate_apart(self, accounts):
        for account in accounts:
            try:
                self._rate_and_review(account)
                self.env["ir.cron"]._commit_progress()
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Account %s was not rated.", account.id)

    @api.model
    def _get_due_accounts(self):
        """Customers whose score ends today, has ended or was never made, and who may buy on credit at all."""
        accounts = self.env["credit.account"].sudo()
        for company in (
            self.env["res.company"]
            .sudo()
            .search([("credit_company_id", "!=", False)])
            .credit_company_id
        ):
            today = company._company_today()
            accounts |= accounts.search(
                [
                    ("company_id", "=", company.id),
                    ("mode", "!=", "blacklisted"),
                    ("partner_id.active", "=", True),
                    "|",
                    ("score_valid_to", "=", False),
                    ("score_valid_to", "<=", today),
                ],
                order="id",
            )
        return accounts


class CreditScoreLine(models.Model):
    _name = "credit.score.line"
    _description = "Input of a Credit Score"
    _order = "score_id, sequence, id"
    _rec_name = "code"
    _log_access = False

    score_id = fields.Many2one(
        "credit.score", required=True, readonly=True, index=True, ondelete="cascade"
    )
    rule_id = fields.Many2one(
        "credit.score.rule", required=True, readonly=True, ondelete="restrict"
    )
    code = fields.Selection(related="rule_id.code", string="Input")
    sequence = fields.Integer(readonly=True)
    version = fields.Integer(readonly=True, help="Version of the rule that was used.")
    weight = fields.Float(readonly=True)
    worst = fields.Float(string="0 Points At", readonly=True)
    best = fields.Float(string="100 Points At", readonly=True)
    has_value = fields.Boolean(string="Known", readonly=True)
    value = fields.Float(readonly=True)
    points = fields.Float(readonly=True)


class CreditAccount(models.Model):
    _inherit = "credit.account"

    _control_guarded_fields = frozenset({"grade_id", "score", "score_valid_to"})

    grade_id = fields.Many2one("credit.grade", readonly=True, copy=False, index="btree_not_null")
    score = fields.Float(readonly=True, copy=False, aggregator="avg")
    score_valid_to = fields.Date(
        string="Score Valid Until",
        readonly=True,
        copy=False,
        help="Last day on which the score counts.",
    )
    manual_score = fields.Float(
        string="Own Judgement",
        copy=False,
        tracking=True,
        help="From 0 to 100; what the figures do not know. Counts while the reason is filled in.",
    )
    manual_score_reason = fields.Char(string="Why This Judgement", copy=False, tracking=True)
    score_ids = fields.One2many(
        "credit.score",
        "account_id",
        string="Scores",
        groups="hr_receivables_control.group_credit_controller,hr_control_base.group_control_auditor",
    )

    _manual_score_range = models.Constraint(
        "CHECK(manual_score >= 0 AND manual_score <= 100)", "A judgement lies between 0 and 100."
    )

    def action_rate(self):
        """Rate these customers now, and propose limits. :raises AccessError: not a credit controller"""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "hr_receivables_control.group_credit_controller"
        ):
            raise AccessError(self.env._("Only credit controllers rate customers."))
        self.env["credit.score"]._rate(self)
        for company, accounts in self.sudo().grouped("company_id").items():
            self.env["credit.limit.review"]._review(accounts, company)
        return True

    def action_open_scores(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Scores of %(customer)s", customer=self.display_name),
            "res_model": "credit.score",
            "view_mode": "list,graph,form",
            "domain": [("account_id", "=", self.id)],
        }

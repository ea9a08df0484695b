import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.score import get_capped, round_down

DAYS_OF_A_MONTH = 30


class CreditLimitReview(models.Model):
    """A limit that follows from a customer's figures: an increase is asked for, a decrease applied.

    One is open per customer; the next rating replaces it, so that nobody decides on old figures.
    """

    _name = "credit.limit.review"
    _description = "Proposed Limit"
    _inherit = ["hr.control.guarded.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"

    _control_guarded_fields = frozenset(
        {
            "account_id",
            "company_id",
            "kind",
            "score_id",
            "date",
            "limit_before",
            "limit_proposed",
            "valid_to",
            "figures",
            "state",
            "grant_id",
            "decided_by_id",
            "decision_reason",
        }
    )

    account_id = fields.Many2one(
        "credit.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="account_id.partner_id", string="Customer", store=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("increase", "Increase"), ("decrease", "Decrease"), ("trial", "Trial limit")],
        required=True,
        readonly=True,
        index=True,
    )
    score_id = fields.Many2one("credit.score", readonly=True, ondelete="set null")
    grade_id = fields.Many2one(related="score_id.grade_id")
    date = fields.Date(string="Proposed On", required=True, readonly=True)
    limit_before = fields.Monetary(string="Limit Now", readonly=True)
    limit_proposed = fields.Monetary(string="Proposed Limit", readonly=True)
    valid_to = fields.Date(string="Until", readonly=True, help="Last day of a trial limit.")
    figures = fields.Json(readonly=True)
    explanation = fields.Text(string="How", compute="_compute_explanation", compute_sudo=True)
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("asked", "Waits for approval"),
            ("applied", "Applied"),
            ("dismissed", "Dismissed"),
            ("obsolete", "Replaced"),
        ],
        required=True,
        default="proposed",
        readonly=True,
        index=True,
    )
    grant_id = fields.Many2one("credit.grant", string="Request", readonly=True, ondelete="set null")
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decision_reason = fields.Char(readonly=True)

    _account_open_uniq = models.UniqueIndex("(account_id) WHERE state IN ('proposed', 'asked')")

    @api.depends("kind", "figures", "limit_proposed")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for review in self:
            review.explanation = review._get_explanation()

    def _get_explanation(self):
        """The formula with its figures, so that it can be done again by hand."""
        self.ensure_one()
        if self.kind == "trial":
            return self._get_trial_explanation()
        figures, currency = self.figures or {}, self.company_id.currency_id
        text = self.env._(
            "%(average)s on average in %(months)s months with sales, times %(term)s months of payment term, times "
            "%(factor)s for grade %(grade)s: %(full)s.",
            average=currency.format(figures.get("average", 0.0)),
            months=figures.get("months", 0),
            term=f"{figures.get('term_months', 0):g}",
            factor=f"{figures.get('factor', 0):g}",
            grade=figures.get("grade", ""),
            full=currency.format(figures.get("full", 0.0)),
        )
        if figures.get("capped"):
            text += " " + self.env._(
                "One step changes a limit by at most %(up)s %% up or %(down)s %% down.",
                up=f"{figures['step_up']:g}",
                down=f"{figures['step_down']:g}",
            )
        return text

    # Proposing ----------------------------------------------------------------------------------

    @api.model
    def _review(self, accounts, company):
        """Propose limits for rated customers of one company; a constant number of queries.

        Left alone: unlimited, suspended and blacklisted customers, and changes below the rounding.
        :return: the open proposals of these customers, in sudo
        """
        accounts = accounts.sudo().filtered(
            lambda account: account.mode in ("limited", "cash_only")
        )
        scores = {
            score.account_id: score
            for score in self.env["credit.score"]
            .sudo()
            .search(
                [
                    ("account_id", "in", accounts.ids),
                    ("date", "=", company._company_today()),
                ]
            )
        }
        rows = [
            row
            for account in accounts
            if (row := self._prepare_review(account, scores.get(account), company))
        ]
        rows += self._prepare_trials(accounts, {row["account_id"] for row in rows}, scores, company)
        return self._replace(accounts, rows, company)

    @api.model
    def _prepare_review(self, account, score, company):
        """The proposal that follows from a score; nothing without a grade, history or a real change."""
        if not score or not score.grade_id or score.months < company.credit_review_min_months:
            return None
        days = account.partner_id.with_company(company).property_payment_term_id._get_credit_days()
        term_months = max(days, DAYS_OF_A_MONTH) / DAYS_OF_A_MONTH
        full = score.average_amount * term_months * score.grade_id.limit_factor
        current = account.base_limit if account.mode == "limited" else 0.0
        capped = get_capped(
            full, current, company.credit_review_step_up, company.credit_review_step_down
        )
        proposed = round_down(capped, company.credit_review_round)
        change = proposed - current
        if abs(change) < company.credit_review_round:
            return None
        return {
            "account_id": account.id,
            "partner_id": account.partner_id.id,
            "score_id": score.id,
            "kind": "increase" if change > 0 else "decrease",
            "limit_before": current,
            "limit_proposed": proposed,
            "valid_to": None,
            "figures": {
                "average": score.average_amount,
                "months": score.months,
                "term_months": round(term_months, 2),
                "factor": score.grade_id.limit_factor,
                "grade": score.grade_id.name,
                "full": company.currency_id.round(full),
                "capped": capped != full,
                "step_up": company.credit_review_step_up,
                "step_down": company.credit_review_step_down,
            },
        }

    @api.model
    def _prepare_trials(self, accounts, reviewed, scores, company):
        """Proposals for those without a history; extended by the customer file."""
        return []

    @api.model
    def _replace(self, accounts, rows, company):
        """New proposals take the place of open ones that say something else; what was asked stays asked."""
        self.flush_model()
        kept = self._get_kept(accounts, rows)
        new = [row for row in rows if row["account_id"] not in kept]
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                UPDATE credit_limit_review SET state = 'obsolete', write_uid = %s, write_date = %s
                 WHERE account_id = ANY(%s) AND state = 'proposed'
                """,
                self.env.uid,
                now,
                [account_id for account_id in accounts.ids if account_id not in kept],
            )
        )
        if new:
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO credit_limit_review (account_id, partner_id, company_id, score_id, date, kind,
                                                     limit_before, limit_proposed, valid_to, figures, state,
                                                     create_uid, create_date, write_uid, write_date)
                    SELECT account_id, partner_id, %(company)s, score_id, %(today)s, kind, limit_before, limit_proposed,
                           valid_to, figures, 'proposed', %(uid)s, %(now)s, %(uid)s, %(now)s
                      FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(
                           account_id int, partner_id int, score_id int, kind text, limit_before numeric,
                           limit_proposed numeric, valid_to date, figures jsonb)
                    """,
                    company=company.id,
                    today=company._company_today(),
                    uid=self.env.uid,
                    now=now,
                    rows=json.dumps(new),
                )
            )
        self.invalidate_model()
        reviews = self.sudo().search(
            [("account_id", "in", accounts.ids), ("state", "in", ("proposed", "asked"))]
        )
        made = {row["account_id"] for row in new}
        reviews.filtered(lambda review: review.account_id.id in made)._log("credit.review.proposed")
        return reviews

    @api.model
    def _get_kept(self, accounts, rows):
        """Accounts whose open proposal stays: it waits for approval, or says the same."""
        proposed = {row["account_id"]: row for row in rows}
        kept = set()
        for review in self.sudo().search(
            [("account_id", "in", accounts.ids), ("state", "in", ("proposed", "asked"))]
        ):
            row = proposed.get(review.account_id.id)
            currency = review.company_id.currency_id
            same = (
                row
                and review.kind == row["kind"]
                and not currency.compare_amounts(review.limit_before, row["limit_before"])
                and not currency.compare_amounts(review.limit_proposed, row["limit_proposed"])
            )
            if review.state == "asked" or same:
                kept.add(review.account_id.id)
        return kept

    def _log(self, code, reason=""):
        Event = self.env["hr.control.event"]
        Event._append(
            [
                {
                    "dossier": review.account_id.dossier_id,
                    "code": code,
                    "document": review,
                    "data": {
                        "kind": review.kind,
                        "limit_before": Event._money(review.limit_before, review.currency_id),
                        "limit_after": Event._money(review.limit_proposed, review.currency_id),
                    },
                    "names": {"subject": review.partner_id, "reason": reason},
                }
                for review in self
            ]
        )

    def action_open_account(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "credit.account",
            "res_id": self.account_id.id,
            "views": [(False, "form")],
        }

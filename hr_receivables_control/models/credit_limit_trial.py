from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.score import get_trial_limit, round_down

DAYS_OF_A_YEAR = 365.25
QUALIFICATION = {"registered_capital", "founded_on", "guarantee_amount", "deposit_amount"}


class CreditCustomerClass(models.Model):
    _inherit = "credit.customer.class"

    trial_limit = fields.Float(
        help="Limit proposed to an admitted customer of this class without a history, in company currency. Zero: none."
    )
    trial_days = fields.Integer(default=90, help="How long it is valid.")
    trial_min_years = fields.Float(
        string="Years in Business",
        default=2.0,
        help="A younger company, or one whose age is unknown, gets half.",
    )
    trial_capital_pct = fields.Float(
        string="At Most (% of Capital)",
        default=5.0,
        help="Of the registered capital, where it is known. Zero: not looked at.",
    )

    _trial_positive = models.Constraint(
        "CHECK(trial_limit >= 0 AND trial_days > 0 AND trial_min_years >= 0 AND trial_capital_pct >= 0)",
        "A trial lasts at least one day; its amounts are not below zero.",
    )


class CreditAdmission(models.Model):
    """What qualifies a customer who has no history yet."""

    _inherit = "credit.admission"

    currency_id = fields.Many2one(related="company_id.currency_id")
    registered_capital = fields.Monetary(
        help="In company currency, as the business licence shows it."
    )
    founded_on = fields.Date(help="Day of foundation on the business licence.")
    guarantee_amount = fields.Monetary(
        string="Guarantee", help="What somebody else answers for, by the papers in the file."
    )
    deposit_amount = fields.Monetary(
        string="Deposit", help="Money the customer has left with us as security."
    )

    _qualification_positive = models.Constraint(
        "CHECK(registered_capital >= 0 AND guarantee_amount >= 0 AND deposit_amount >= 0)",
        "Capital, guarantee and deposit are not below zero.",
    )

    def write(self, vals):
        # EXTENDS
        if QUALIFICATION & vals.keys():
            self._check_qualification_entry()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS
        if any(QUALIFICATION & vals.keys() for vals in vals_list):
            self._check_qualification_entry()
        return super().create(vals_list)

    @api.model
    def _check_qualification_entry(self):
        """:raises AccessError: a limit hangs on it, so it is entered from the papers by those who answer for credit"""
        if not self.env.su and not self.env.user.has_group(
            "hr_receivables_control.group_credit_controller"
        ):
            raise AccessError(
                self.env._(
                    "Capital, foundation, guarantee and deposit are entered by credit controllers, from the papers."
                )
            )


class CreditLimitReview(models.Model):
    _inherit = "credit.limit.review"

    @api.model
    def _prepare_trials(self, accounts, reviewed, scores, company):
        """A limit with an end for admitted cash customers of a class that grants one; once per customer."""
        rows = super()._prepare_trials(accounts, reviewed, scores, company)
        candidates = accounts.filtered(
            lambda account: (
                account.mode == "cash_only"
                and account.id not in reviewed
                and account.admission_state == "approved"
                and account._is_admitted()
                and (
                    not scores.get(account)
                    or scores[account].months < company.credit_review_min_months
                )
            )
        )
        had = self.sudo().search(
            [
                ("account_id", "in", candidates.ids),
                ("kind", "=", "trial"),
                ("state", "in", ("applied", "dismissed")),
            ]
        )
        files = (
            self.env["credit.admission"]
            .sudo()
            .search([("account_id", "in", (candidates - had.account_id).ids)])
        )
        rows += [
            row for admission in files if (row := self._prepare_trial(admission, scores, company))
        ]
        return rows

    @api.model
    def _prepare_trial(self, admission, scores, company):
        terms = admission.class_id
        if not terms.trial_limit:
            return None
        today = company._company_today()
        founded = admission.founded_on
        years = (today - founded).days / DAYS_OF_A_YEAR if founded else None
        secured = admission.guarantee_amount + admission.deposit_amount
        full = get_trial_limit(
            terms.trial_limit,
            admission.registered_capital,
            terms.trial_capital_pct,
            years,
            terms.trial_min_years,
            secured,
        )
        proposed = round_down(full, company.credit_review_round)
        if not proposed:
            return None
        account = admission.account_id
        return {
            "account_id": account.id,
            "partner_id": account.partner_id.id,
            "score_id": scores[account].id if account in scores else None,
            "kind": "trial",
            "limit_before": 0.0,
            "limit_proposed": proposed,
            "valid_to": str(fields.Date.add(today, days=terms.trial_days)),
            "figures": {
                "class": terms.name,
                "base": terms.trial_limit,
                "years": None if years is None else round(years, 1),
                "min_years": terms.trial_min_years,
                "capital": admission.registered_capital,
                "capital_pct": terms.trial_capital_pct,
                "secured": secured,
                "days": terms.trial_days,
            },
        }

    def _get_trial_explanation(self):
        figures, currency = self.figures or {}, self.company_id.currency_id
        _ = self.env._
        parts = [
            _(
                "Trial limit of class %(class)s: %(base)s for %(days)s days.",
                **{
                    "class": figures.get("class", ""),
                    "base": currency.format(figures.get("base", 0.0)),
                    "days": figures.get("days", 0),
                },
            )
        ]
        years = figures.get("years")
        if years is None:
            parts.append(_("The age of the company is unknown: half of it."))
        elif years < figures.get("min_years", 0.0):
            parts.append(_("The company is %(years)s years old: half of it.", years=f"{years:g}"))
        if figures.get("capital") and figures.get("capital_pct"):
            parts.append(
                _(
                    "At most %(pct)s %% of the registered capital of %(capital)s.",
                    pct=f"{figures['capital_pct']:g}",
                    capital=currency.format(figures["capital"]),
                )
            )
        if figures.get("secured"):
            parts.append(
                _(
                    "On top guarantee and deposit of %(secured)s.",
                    secured=currency.format(figures["secured"]),
                )
            )
        return " ".join(parts)

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _check_advance_rate(self, company, day):
        """:raises UserError: no rate of this currency is known on that day"""
        if sentence := self._get_missing_rate_sentence(company, day):
            raise UserError(sentence)

    def _get_missing_rate_sentence(self, company, day):
        """Odoo takes a currency without a rate for the company's own, one to one: said before money moves.

        :return: a sentence, or False where the rate is known
        """
        self.ensure_one()
        home = company.currency_id
        if self == home:
            return False
        known = (
            self.env["res.currency.rate"]
            .sudo()
            .search_count(
                [
                    ("currency_id", "=", self.id),
                    ("company_id", "in", (False, company.sudo().root_id.id)),
                    ("name", "<=", day),
                ],
                limit=1,
            )
        )
        # the currency that all others are told in has none, then the company's own has one
        if known or home._get_rates(company, day)[home.id] != 1.0:
            return False
        return self.env._(
            "%(company)s has no rate of %(currency)s on %(day)s. Have an accountant enter one first.",
            company=company.name,
            currency=self.name,
            day=format_date(self.env, day),
        )

from datetime import timedelta

from odoo.tests import freeze_time

from .money_common import MoneyCommon


class AnalysisCommon(MoneyCommon):
    """A wage of 8,000.00 and advances of other days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.employee | cls.colleague_employee
        cls.people.version_ids.write(
            {"wage": 8000.0, "resource_calendar_id": cls.company.resource_calendar_id.id}
        )
        cls.today = cls.company._company_today()

    def _ago(self, days):
        return self.today - timedelta(days=days)

    def _ask(self, amount, days_ago=0, **values):
        """Asked for so many days ago, and nothing more."""
        with freeze_time(f"{self._ago(days_ago)} 06:00:00"):
            values.setdefault("date_expected", self.today + timedelta(days=10))
            return self._submit(self._make_advance(amount, **values))

    def _lend(self, amount, days_ago, **values):
        """Asked for, approved and paid so many days ago."""
        advance = self._ask(amount, days_ago, **values)
        with freeze_time(f"{self._ago(days_ago)} 06:00:00"):
            self._approve(advance)
            self._pay(advance, date=self._ago(days_ago))
        return advance

    def _settle(self, advance, days_ago):
        """Spent to the last cent so many days ago."""
        day = self._ago(days_ago)
        with freeze_time(f"{day} 06:00:00"):
            self._post(
                self._create_expense(
                    advance.amount_residual, employee=advance.employee_id, date=day
                ),
                date=day,
            )
        self.assertEqual(advance.state, "settled")

    def _get_flags(self, advance):
        return advance.sudo().flag_ids.grouped("code")

from odoo.tests import HttpCase, tagged

from .ageing_common import AgeingCommon


@tagged("post_install", "-at_install")
class TestAgeingTour(AgeingCommon, HttpCase):
    """From the menu to the invoice, as an accountant goes."""

    def test_ageing(self):
        invoice = self._bill(1000.0, "01-10", "02-09")
        self._pay_on("08-01", invoice)
        account = self.receivable.copy({"code": "1220X", "non_trade": True})
        self._entry_on("01-15", 70.0, account=account)
        self._create_user("credit_accountant", "account.group_account_invoice")
        self.start_tour("/odoo/credit-accounts", "credit_ageing", login="credit_accountant")

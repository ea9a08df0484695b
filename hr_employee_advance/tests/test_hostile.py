from odoo.exceptions import UserError
from odoo.tests import tagged

from .money_common import MoneyCommon


@tagged("post_install", "-at_install")
class TestHostile(MoneyCommon):
    """What people with ordinary rights try over RPC."""

    def test_posted_items_are_not_deleted(self):
        advance = self._approved(100.0)
        items = self._pay(advance).move_id.line_ids
        for user in (self.cashier, self.finance, self.accountant):
            with self.subTest(user.login), self.assertRefused(UserError, "is not deleted"):
                items.with_user(user).with_context(force_delete=True).unlink()
        self.assertFigures(advance, paid=100.0)

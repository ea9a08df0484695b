from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_person import PersonCommon


@tagged("post_install", "-at_install")
class TestPersonHandover(PersonCommon):
    """Whose own limits an order takes from, and how it comes to be somebody else's."""

    def test_no_salesperson_no_personal_limit(self):
        self._create_rule(0.0, limit_order=True, order_limit=1.0)
        self.assertReasons(self._confirm(2.0), "own_order")
        order = self._create_order(2.0)
        order.sudo().user_id = False
        order.with_user(SUPERUSER_ID).action_confirm()
        self.assertEqual((order.state, order.user_id.id), ("sale", False))

    def test_who_confirms_what_is_nobodys_is_its_salesperson(self):
        self._limit(order=100.0)
        held = self._create_order(100.01)
        held.sudo().user_id = False
        held.action_confirm()
        self.assertEqual((held.credit_state, held.user_id), ("hold", self.salesman))
        order = self._create_order(100.01)
        order.sudo().user_id = False
        with self.assertRaises(UserError):
            order.write({"state": "sale"})

    def test_the_customers_own_salesperson_comes_first(self):
        """Also where the web shop or a customer confirms."""
        self._limit(order=100.0)
        self.customer.user_id = self.salesman
        public = self.env.ref("base.public_user")
        for user in (self.colleague, public):
            order = self._create_order(100.01, user=self.colleague)
            order.sudo().user_id = False
            order.with_user(user).sudo()._validate_order()
            self.assertEqual((order.credit_state, order.user_id), ("hold", self.salesman))

    def test_nobody_takes_his_name_off_a_confirmed_order(self):
        rule = self._limit(order=100.0)
        order = self._confirm(100.0)
        with self.assertRaisesRegex(UserError, "Hand it over"):
            order.write({"user_id": False})
        self._create_order(1.0).write({"user_id": False})
        order.with_user(self.store_manager).sudo().write({"user_id": False})
        rule.unlink()
        self._confirm(1.0).write({"user_id": False})

    def test_nobody_takes_over_more_than_his_limits(self):
        self._limit(order=100.0, pool=150.0)
        order = self._create_order(200.0)
        order.sudo().user_id = False
        order.with_user(SUPERUSER_ID).action_confirm()
        self.assertEqual((order.state, order.user_id.id), ("sale", False))
        with self.assertRaises(UserError):
            order.write({"user_id": self.salesman.id})
        order = self._confirm(100.0, user=self.colleague)
        order.with_user(self.colleague).write({"user_id": self.salesman.id})
        self.assertEqual(self._pool().used_amount, 100.0)
        other = self._confirm(50.01, user=self.colleague)
        with self.assertRaisesRegex(UserError, "50.01"):
            other.with_user(self.colleague).write({"user_id": self.salesman.id})

    def test_a_sales_manager_hands_over_whatever_the_limits(self):
        self._limit(pool=100.0)
        self.store_manager.group_ids += self.env.ref("sales_team.group_sale_manager")
        order = self._confirm(200.0, user=self.colleague)
        order.with_user(self.store_manager).write({"user_id": self.salesman.id})
        decision = order.sudo().credit_decision_ids.sorted("id")[-1]
        self.assertRecordValues(decision, [{"checkpoint": "handover", "result": "warn"}])
        self.assertReasons(self._confirm(0.01), "own_pool")

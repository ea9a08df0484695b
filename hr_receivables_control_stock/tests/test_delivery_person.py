from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.hr_receivables_control.tests.test_person import PersonCommon

from .common import StockCreditCommon


@tagged("post_install", "-at_install")
class TestDeliveryPerson(StockCreditCommon, PersonCommon):
    """More than was ordered is asked of the salesperson's own limits as well; what was ordered is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_goods_order((cls.product, 10, 90.0))
        cls.picking = cls._get_open_picking(cls.order)

    def assertRefused(self, pattern, quantity=11, picking=None):
        picking = picking or self.picking
        with self.assertRaisesRegex(UserError, pattern), self.cr.savepoint():
            self._deliver(picking, quantity)
        self.env.invalidate_all()
        self.assertNotEqual(picking.state, "done")

    def _get_decision(self):
        return self.picking.credit_decision_ids.sorted("id")[-1:]

    def test_what_was_ordered_leaves_whatever_the_limit_is_now(self):
        self._limit(order=1.0, customer=1.0, pool=1.0)
        self._deliver(self.picking)
        self.assertEqual(self.picking.state, "done")

    def test_total_to_the_cent(self):
        self._limit(pool=989.99)
        self.assertRefused(r"989\.99 open with all customers together and has .*900\.00.*0\.01")
        self.env["credit.authority"].search([]).write({"pool_limit": 990.0})
        self._deliver(self.picking, 11)
        decision = self._get_decision()
        self.assertEqual((decision.result, round(decision.own_exposure_after, 2)), ("near", 990.0))
        self.assertEqual(round(self._pool().used_amount, 2), 990.0)

    def test_per_customer_to_the_cent(self):
        self._limit(customer=989.99)
        self.assertRefused("one customer up to")
        self.env["credit.authority"].search([]).write({"customer_limit": 990.0})
        self._deliver(self.picking, 11)

    def test_per_order_counts_the_order_too(self):
        self._limit(order=989.99)
        self.assertRefused(r"the order would be .*990\.00")
        self.env["credit.authority"].search([]).write({"order_limit": 990.0})
        self._deliver(self.picking, 11)

    def test_per_order_counts_what_went_beyond_it_before(self):
        self._limit(order=1000.0)
        self._deliver(self.picking, 11)
        self.assertRefused(r"the order would be .*1,080\.00", 1, self._ship_more(1))

    def _ship_more(self, quantity):
        return self._ship_by_hand(self.order, self.product, quantity)

    def test_an_order_beyond_the_horizon_is_counted_once(self):
        self.company.credit_horizon_days = 30
        self._create_account(self.customer, 5000.0)
        self._limit(order=900.0, customer=1800.0, pool=1800.0)
        order = self._create_goods_order(
            (self.product, 10, 90.0), commitment_date=fields.Datetime.now() + timedelta(days=40)
        )
        picking = self._get_open_picking(order)
        picking.move_ids.quantity = 10
        self.assertFalse(picking.with_user(self.storeman).credit_banner)
        with freeze_time(fields.Datetime.now() + timedelta(days=20)):
            self.env.invalidate_all()
            self.assertFalse(picking.with_user(self.storeman).credit_banner)
            self.assertEqual(self._deliver(picking).state, "done")

    def test_a_look_makes_no_pool(self):
        self._limit(pool=900.0)
        self.picking.move_ids.quantity = 11
        self.assertIn("all customers together", self.picking.with_user(self.storeman).credit_banner)
        self.assertFalse(self._pool())

    def test_a_suspended_salesperson_adds_nothing(self):
        self.env["credit.suspension"].create(
            {"company_id": self.company.id, "user_id": self.salesman.id, "reason": "Checked"}
        )
        self.env.flush_all()
        self.assertRefused("is suspended")
        self._deliver(self.picking)

    def test_transfers_of_one_batch_share_the_total(self):
        other = self._get_open_picking(self._create_goods_order((self.product, 10, 90.0)))
        self._limit(pool=1980.0 - 0.01)
        both = self.picking | other
        both.move_ids.quantity = 11
        both.move_ids.picked = True
        with self.assertRaisesRegex(UserError, other.name) as refused, self.cr.savepoint():
            both.move_ids._action_done()
        self.assertNotIn(f"{self.picking.name} ", str(refused.exception).split("\n")[0])
        self.env.invalidate_all()
        self.env["credit.authority"].search([]).write({"pool_limit": 1980.0})
        both.move_ids._action_done()
        self.assertEqual(set(both.mapped("state")), {"done"})

    def test_another_salespersons_total_is_not_asked(self):
        self._limit(pool=0.0, employee=self._create_employee(self.colleague))
        self._deliver(self.picking, 11)
        self.assertEqual(self.picking.state, "done")

    def test_it_is_said_beforehand_and_can_be_released(self):
        self._create_rule(1000.0, employee_id=self.manager_employee.id, max_grant_days=30)
        self._limit(pool=900.0)
        self.picking.move_ids.quantity = 11
        self.assertIn("all customers together", self.picking.with_user(self.storeman).credit_banner)
        action = self.picking.with_user(self.storeman).action_request_credit_release()
        wizard = Form(
            self.env["credit.delivery.release.request"]
            .with_user(self.storeman)
            .with_context(**action["context"])
        )
        wizard.reason = "One more box"
        wizard.save().action_request()
        grant = self.env["credit.grant"].search([("picking_id", "=", self.picking.id)])
        self.assertEqual((grant.state, round(grant.amount, 2)), ("asked", 90.0))
        grant.sudo().approval_id.with_user(self.store_manager).action_approve()
        self.assertRefused("all customers together", 12)
        self._deliver(self.picking, 11)
        self.assertEqual((self._get_decision().result, grant.state), ("released", "used"))

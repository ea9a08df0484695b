from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import StockCreditCommon


@tagged("post_install", "-at_install")
class TestDeliveryHorizon(StockCreditCommon):
    """An order that held nothing when it passed is checked when its goods leave, whenever that is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_horizon_days = 30
        cls.later = fields.Datetime.now() + timedelta(days=40)
        cls.order = cls._create_goods_order((cls.product, 20, 90.0), commitment_date=cls.later)
        cls.picking = cls._get_open_picking(cls.order)

    def assertRefused(self, quantity, picking=None):
        with self.assertRaisesRegex(UserError, "beyond what"), self.cr.savepoint():
            self._deliver(picking or self.picking, quantity)
        self.env.invalidate_all()

    def test_before_its_time(self):
        self.assertExposure(0.0)
        self.assertRefused(12)
        self._deliver(self.picking, 11)
        self.assertExposure(990.0)
        self.assertParts(0.0, 990.0, 0.0)
        self.assertRefused(1, self._get_open_picking(self.order))

    def test_when_its_time_has_come(self):
        with freeze_time(self.later - timedelta(days=5)):
            self.assertExposure(1800.0)
            self.assertRefused(1)
            self._create_account(self.customer, 1800.0)
            self._deliver(self.picking)
        self.assertEqual(self.picking.state, "done")

    def test_checked_when_it_was_brought_forward(self):
        self._create_account(self.customer, 1800.0)
        self.order.with_user(self.salesman).commitment_date = fields.Datetime.now()
        self._create_account(self.customer, 1.0)
        self._deliver(self.picking)
        self.assertEqual(self.picking.state, "done")

    def test_put_off_it_has_lost_its_room(self):
        self.order.with_context(disable_cancel_warning=True).action_cancel()
        order = self._create_goods_order((self.product, 10, 100.0))
        order.with_user(self.salesman).commitment_date = self.later
        self.assertEqual(self._create_goods_order((self.product, 10, 100.0)).state, "sale")
        picking = self._get_open_picking(order)
        self.assertRefused(1, picking)
        with freeze_time(self.later - timedelta(days=5)):
            self.assertRefused(1, picking)

    def test_beforehand_its_room_is_not_asked_twice(self):
        self._create_account(self.customer, 1800.0)
        with freeze_time(self.later - timedelta(days=5)):
            self.env.invalidate_all()
            self.assertFalse(self.picking.with_user(self.storeman).credit_banner)
            self.assertEqual(self._deliver(self.picking).state, "done")

    def test_it_is_said_beforehand(self):
        self.picking.move_ids.quantity = 12
        self.assertIn("beyond what", self.picking.with_user(self.storeman).credit_banner)

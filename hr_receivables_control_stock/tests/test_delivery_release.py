from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import StockCreditCommon


@tagged("post_install", "-at_install")
class TestDeliveryRelease(StockCreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_rule(1000.0, employee_id=cls.manager_employee.id, max_grant_days=30)
        cls.order = cls._create_goods_order((cls.product, 10, 90.0))
        cls.picking = cls._get_open_picking(cls.order)
        cls._create_account(cls.customer, 0.0, mode="suspended")

    def _ask(self, picking=None, user=None, reason="The transfer is on its way"):
        picking = (picking or self.picking).with_user(user or self.storeman)
        action = picking.action_request_credit_release()
        wizard = Form(
            self.env["credit.delivery.release.request"]
            .with_user(user or self.storeman)
            .with_context(**action["context"])
        )
        wizard.reason = reason
        wizard.save().action_request()
        return self.env["credit.grant"].search([("picking_id", "=", picking.id)], limit=1)

    def _approve(self, grant, user=None):
        grant.sudo().approval_id.with_user(user or self.store_manager).action_approve()

    def test_released_by_the_store_manager_and_used_up(self):
        grant = self._ask()
        self.assertEqual((grant.kind, grant.state, grant.amount), ("delivery", "asked", 900.0))
        with self.assertRaisesRegex(UserError, "is suspended"), self.cr.savepoint():
            self._deliver(self.picking)
        self.env.invalidate_all()
        self._approve(grant)
        self.assertEqual(grant.state, "active")
        self.assertFalse(self.picking.credit_banner)
        self._deliver(self.picking, 6)
        self.assertEqual(grant.state, "used")
        decision = self.picking.credit_decision_ids[0]
        self.assertEqual((decision.result, decision.grant_id), ("released", grant))
        with self.assertRaisesRegex(UserError, "is suspended"), self.cr.savepoint():
            self._deliver(self._get_open_picking(self.order))

    def test_not_more_than_was_released(self):
        self._approve(self._ask())
        with self.assertRaisesRegex(UserError, "beyond what"), self.cr.savepoint():
            self._deliver(self.picking, 11)
        self.env.invalidate_all()
        self._deliver(self.picking)

    def test_nobody_approves_his_own(self):
        self.store_manager.group_ids += self.env.ref("stock.group_stock_user")
        with self.assertRaises(UserError):
            self._approve(self._ask(user=self.store_manager))

    def test_a_cent_above_the_ceiling_goes_to_the_next(self):
        self.env["credit.authority"].search([]).write({"max_over_amount": 899.99})
        grant = self._ask()
        self.assertEqual(grant.approval_id.candidate_ids, self.owner)

    def test_beyond_everybodys_ceiling(self):
        self.owner.group_ids -= self.env.ref("hr_receivables_control.group_credit_manager")
        self.env["credit.authority"].search([]).write({"max_over_amount": 899.99})
        with self.assertRaisesRegex(UserError, "899.99"):
            self._ask()

    def test_the_blacklist_is_not_released(self):
        self._create_account(self.customer, 0.0, mode="blacklisted")
        with self.assertRaisesRegex(UserError, "cannot be released"):
            self._ask()

    def test_nothing_to_release(self):
        self._create_account(self.customer, 1000.0)
        with self.assertRaisesRegex(UserError, "Nothing speaks against"):
            self._ask()

    def test_asked_twice(self):
        self._ask()
        with self.assertRaisesRegex(UserError, "waits for"):
            self._ask()

    def test_delivered_meanwhile(self):
        grant = self._ask()
        self._create_account(self.customer, 1000.0)
        self._deliver(self.picking)
        with self.assertRaisesRegex(UserError, "does not wait any more"):
            self._approve(grant)

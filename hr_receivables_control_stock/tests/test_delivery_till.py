from odoo.tests import tagged

from .common import StockCreditCommon


@tagged("post_install", "-at_install")
class TestDeliveryTill(StockCreditCommon):
    def test_the_till_is_never_stopped(self):
        if "pos.config" not in self.env:
            self.skipTest("Point of Sale is not installed")
        till = self.warehouse.pos_type_id
        self._create_account(self.customer, 0.0, mode="blacklisted")
        picking = self._ship_by_hand(self.env["sale.order"], self.product, 2)
        picking.picking_type_id = till
        self._deliver(picking)
        self.assertEqual(picking.state, "done")
        decision = picking.credit_decision_ids
        self.assertEqual((decision.result, decision.policy), ("warn", "enforce"))
        self.assertTrue(picking.credit_flagged)
        event = self.env["hr.control.event"].search(
            [("dossier_id", "=", self.account.dossier_id.id)], order="id desc", limit=1
        )
        self.assertEqual(event.code, "credit.warn")

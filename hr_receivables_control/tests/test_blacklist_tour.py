from odoo.tests import HttpCase, tagged

from .test_blacklist import BlacklistCommon


@tagged("post_install", "-at_install")
class TestBlacklistTour(BlacklistCommon, HttpCase):
    """Two people put a customer on the blacklist, in the browser."""

    def test_one_proposes_another_confirms(self):
        self.start_tour(
            f"/odoo/credit-accounts/{self.account.id}",
            "credit_blacklist_proposed",
            login="credit_controller",
        )
        entry = self.env["credit.blacklist"].search([("partner_id", "=", self.customer.id)])
        self.assertRecordValues(
            entry, [{"state": "proposed", "proposed_by_id": self.controller.id}]
        )
        self.assertEqual(self.account.mode, "limited")

        self.start_tour(
            "/odoo/my-approvals", "credit_blacklist_confirmed", login="credit_controller_2"
        )
        self.env.invalidate_all()
        self.assertEqual((entry.state, self.account.mode), ("active", "blacklisted"))
        self.assertEqual(entry.listed_by_id, self.second_controller)

from odoo.tests import tagged

from .exposure_common import ExposureCommon


@tagged("post_install", "-at_install")
class TestPrepaid(ExposureCommon):
    """Paid in advance: room of its own, or, where a company says so, none beyond the limit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_order_policy = "enforce"
        cls._create_account(cls.customer, 1000.0)
        cls._pay_on_account(600.0, partner=cls.customer)

    def _confirm(self, amount):
        order = self._create_order(amount)
        order.action_confirm()
        return order.sudo()

    def test_off_it_adds_to_the_limit(self):
        self.assertEqual(self.account.available_amount, 1600.0)
        self.assertEqual(self._confirm(1600.0).state, "sale")
        self.assertEqual(self._confirm(0.01).credit_state, "hold")

    def test_on_it_pays_for_an_order_or_gives_no_room(self):
        self.company.credit_prepaid_withheld = True
        self.account.invalidate_recordset()
        self.assertEqual(
            (self.account.exposure_total, self.account.available_amount), (-600.0, 1000.0)
        )
        held = self._confirm(1000.01)
        self.assertEqual(held.credit_state, "hold")
        # what an approver is asked for is what is too much, not what is left of it beside the prepayment
        self.assertEqual(round(held.credit_decision_ids.excess_amount, 2), 0.01)
        sentence = held.credit_decision_ids.explanation
        self.assertIn("0.01", sentence)
        self.assertIn("600.00", sentence)
        self.assertIn("would have to pay for all of it", held.credit_banner)
        self.assertEqual(self._confirm(1000.0).state, "sale")
        self.assertExposure(400.0)
        self.assertEqual(self._confirm(600.0).state, "sale")
        self.assertEqual(self._confirm(0.01).credit_state, "hold")

    def test_what_is_paid_in_full_passes_above_the_limit(self):
        self.company.credit_prepaid_withheld = True
        self._pay_on_account(1400.0, partner=self.customer)
        self.assertEqual(self._confirm(2000.0).state, "sale")
        self.assertExposure(0.0)

    def test_who_has_no_limit_buys_for_what_he_paid(self):
        self.company.credit_prepaid_withheld = True
        self._create_account(self.customer, 0.0, mode="cash_only")
        self.assertEqual(self._confirm(600.0).state, "sale")
        self.assertEqual(self._confirm(0.01).credit_state, "hold")

    def test_the_setting_is_on_record(self):
        self.company.credit_prepaid_withheld = True
        dossier = self.env["hr.control.dossier"]._ensure("res.company", self.company, self.company)
        event = dossier[self.company.id].event_ids.sorted("id")[-1:]
        self.assertEqual(event.code, "credit.policy")
        self.assertIn("went from no to yes", event.summary)

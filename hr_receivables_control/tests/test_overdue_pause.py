from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .overdue_common import OverdueCommon


@tagged("post_install", "-at_install")
class TestOverduePause(OverdueCommon):
    """Promises to pay and disputes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._bill(650.35, "2026-05-16")
        cls.company.credit_pause_days = 3

    def _pause(self, until, user=None, **values):
        return (
            self.env["credit.overdue.pause"]
            .with_user(user or self.salesman)
            .create(
                {"account_id": self.account.id, "date_to": until, "reason": "He said so"} | values
            )
        )

    def _confirm(self):
        order = self._create_order(100.0)
        order.action_confirm()
        return order.credit_state or order.state

    def test_a_promise_pauses_until_its_last_day(self):
        self.assertEqual(self._confirm(), "hold")
        pause = self._pause("2026-06-18")
        self.assertEqual((pause.state, pause.amount, pause.tier_number), ("active", 650.35, 3))
        self.assertOverdue(650.35, 0)
        self.assertEqual(self._get_overdue().paused, 650.35)
        self.assertEqual(self._confirm(), "sale")
        with freeze_time("2026-06-18 15:59:59"):
            self.assertEqual(self._confirm(), "sale")
        with freeze_time("2026-06-18 16:00:00"):
            self.assertOverdue(650.35, 34)
            self.assertEqual(self._confirm(), "hold")

    def test_it_frees_what_was_held(self):
        order = self._create_order(100.0)
        order.action_confirm()
        self._pause("2026-06-18")
        with self.enter_registry_test_mode():
            self.env.ref("hr_receivables_control.credit_cron_reevaluate").method_direct_trigger()
        order.invalidate_recordset()
        self.assertFalse(order.credit_state)

    def test_a_dispute_pauses_its_invoice_only(self):
        self._bill(100.0, "2026-05-26")
        self._pause("2026-06-18", kind="dispute", move_id=self.invoice.id)
        self.assertOverdue(750.35, 20)
        self.assertEqual(self._get_tier_number(), 2)
        # money of today is for what is not disputed
        self._pay_on_account(100.0)
        self.assertOverdue(650.35, 0)

    def test_a_promise_does_not_cover_what_falls_due_later(self):
        self._pause("2026-06-18")
        self._bill(100.0, "2026-06-16")
        with freeze_time("2026-06-17 04:00:00"):
            self.assertOverdue(750.35, 1)

    def test_a_day_more_than_the_company_lets_him_is_asked_for(self):
        pause = self._pause("2026-06-19")
        self.assertEqual(pause.state, "asked")
        self.assertEqual(self._confirm(), "hold")
        self.assertEqual(pause.sudo().approval_id.candidate_ids, self.owner)
        pause.sudo().approval_id.with_user(self.owner).action_approve()
        self.assertEqual(pause.state, "active")
        self.assertEqual(self._confirm(), "sale")
        self.assertIn("credit.pause", self.account.dossier_id.event_ids.mapped("code"))

    def test_refused(self):
        pause = self._pause("2026-07-15")
        pause.sudo().approval_id.with_user(self.owner).action_refuse("Let him pay")
        self.assertEqual(pause.state, "refused")
        self.assertEqual(self._confirm(), "hold")

    def test_one_short_pause_after_the_other_is_a_long_one(self):
        self._pause("2026-06-17").action_end()
        self.assertEqual(self._pause("2026-06-16").state, "active")
        self.assertEqual(self._pause("2026-06-16").state, "asked")

    def test_pauses_until_the_same_day_are_not_free(self):
        days = []
        for day in range(15, 21):
            with freeze_time(f"2026-06-{day} 04:00:00"):
                days.append(self._pause(f"2026-06-{day}").state)
        self.assertEqual(days, ["active"] * 4 + ["asked"] * 2)

    def test_whose_promise_it_is_cannot_be_forged(self):
        partner = self.customer.copy({"name": "Theirs", "user_id": self.store_manager.id})
        theirs = self._create_account(partner, 1_000.0)
        self._bill(100.0, "2026-05-16", partner)
        for forged in ({}, {"partner_id": self.customer.id}):
            with self.subTest(forged), self.assertRaises(AccessError):
                self._pause("2026-06-16", account_id=theirs.id, **forged)

    def test_the_authority_of_a_manager_covers_others_customers_only(self):
        self._create_rule(
            0.0, max_release_tier=3, max_pause_days=14, employee_id=self.manager_employee.id
        )
        self.assertEqual(self._pause("2026-06-29", self.store_manager).state, "active")
        self.customer.user_id = self.store_manager
        self.account.pause_ids._close("ended")
        pause = self._pause("2026-06-22", self.store_manager)
        self.assertEqual(pause.state, "asked")
        pause.action_withdraw()
        # asked by somebody else, he does not decide either
        pause = self._pause("2026-06-22", self.controller)
        self.assertEqual(pause.sudo().approval_id.candidate_ids, self.owner)

    def test_authority_by_days_and_by_tier(self):
        rule = self._create_rule(
            0.0, max_release_tier=3, max_pause_days=14, employee_id=self.manager_employee.id
        )
        for days, tier, able in ((14, 3, True), (13, 3, False), (14, 2, False)):
            rule.write({"max_release_tier": tier, "max_pause_days": days})
            pause = self._pause("2026-06-29")
            self.assertEqual(
                self.store_manager in pause.sudo().approval_id.candidate_ids, able, (days, tier)
            )
            pause.action_withdraw()
            self.assertEqual(pause.state, "withdrawn")

    def test_the_suspended_gives_nothing_on_his_word(self):
        self.env["credit.suspension"].with_user(self.controller).create(
            {"user_id": self.salesman.id, "reason": "Under review", "company_id": self.company.id}
        )
        self.assertEqual(self._pause("2026-06-15").state, "asked")

    def test_what_cannot_be_paused(self):
        with self.assertRaisesRegex(UserError, "is over"):
            self._pause("2026-06-14")
        with self.assertRaisesRegex(UserError, "Say what"):
            self._pause("2026-06-16", reason="  ")
        other = self.env["res.partner"].create({"name": "Other", "user_id": self.salesman.id})
        theirs = self._bill(10.0, "2026-06-01", partner=other)
        with self.assertRaisesRegex(UserError, "is no invoice of"):
            self._pause("2026-06-16", move_id=theirs.id)
        self._pay(self.invoice)
        with self.assertRaisesRegex(UserError, "nothing to pause"):
            self._pause("2026-06-16")

    def test_nobody_sends_a_state_or_changes_one(self):
        with self.assertRaises(AccessError):
            self._pause("2026-12-31", state="active")
        with self.assertRaises(AccessError):
            self._pause("2026-12-31", date_from="2020-01-01")
        pause = self._pause("2026-06-18")
        for user in (self.salesman, self.controller, self.owner):
            with self.assertRaises(AccessError):
                pause.with_user(user).write({"date_to": "2026-12-31"})
        stranger = self._create_user("credit_stranger", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self._pause("2026-06-16", stranger)
        with self.assertRaises(AccessError):
            pause.with_user(self.colleague).action_end()

    def test_ending_it_early(self):
        pause = self._pause("2026-06-18")
        pause.with_user(self.controller).action_end()
        self.assertEqual((pause.state, pause.ended_by_id), ("ended", self.controller))
        self.assertOverdue(650.35, 30)
        with self.assertRaisesRegex(UserError, "not in force"):
            pause.action_end()

    def test_a_merged_customer_does_not_pause_the_other(self):
        other = self.env["res.partner"].create({"name": "Kept", "is_company": True})
        self._bill(100.0, "2026-05-26", partner=other)
        kept = self._create_account(other, 100_000.0)
        disputed = self._pause("2026-06-16", kind="dispute", move_id=self.invoice.id)
        promised = self._pause("2026-06-16")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | other).ids, other)
        self.assertEqual((disputed.state, promised.state), ("active", "ended"))
        self.assertEqual((disputed | promised).account_id, kept)
        self.assertOverdue(750.35, 20, kept)

    # What became of it --------------------------------------------------------------------------

    def test_a_promise_is_broken_the_day_after(self):
        pause = self._pause("2026-06-18")
        with freeze_time("2026-06-18 15:59:59"):
            self._run()
            self.assertEqual(pause.state, "active")
        self._pay(self.invoice, 650.34)
        with freeze_time("2026-06-18 16:00:00"):
            self._run()
            self._run()
        self.assertEqual(pause.state, "broken")
        self.assertEqual(self.account.broken_promise_count, 1)
        alert = self.env["hr.control.alert"].search([("key", "=", f"credit.promise:{pause.id}")])
        self.assertEqual(
            alert.delivery_ids.user_id & (self.salesman | self.store_manager | self.controller),
            self.salesman | self.store_manager | self.controller,
        )
        codes = self.account.dossier_id.event_ids.mapped("code")
        self.assertEqual(codes.count("credit.pause_broken"), 1)

    def test_a_promise_is_kept_once_it_is_paid(self):
        pause = self._pause("2026-06-18")
        self._pay(self.invoice)
        self._run()
        self.assertEqual(pause.state, "kept")

    def test_a_dispute_is_over_with_its_day(self):
        pause = self._pause("2026-06-18", kind="dispute", move_id=self.invoice.id)
        with freeze_time("2026-06-19 04:00:00"):
            self._run()
        self.assertEqual(pause.state, "over")

    def test_a_request_that_nobody_decided_in_time_goes(self):
        pause = self._pause("2026-06-22")
        with freeze_time("2026-06-23 04:00:00"):
            self._run()
        self.assertEqual((pause.state, pause.sudo().approval_id.state), ("withdrawn", "void"))

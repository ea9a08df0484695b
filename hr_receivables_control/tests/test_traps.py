from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CreditCommon
from .test_reevaluation import PIXEL

CHECKPOINT = "odoo.addons.hr_receivables_control.models.credit_checkpoint"


class TrapCommon(CreditCommon):
    def _confirm(self, amount, **values):
        order = self._create_order(amount, **values)
        order.action_confirm()
        return order

    def _get_codes(self, order):
        decision = order.sudo().credit_decision_ids.sorted("id")[-1:]
        return [reason["code"] for reason in decision.reasons or []]

    def _create_journal_entry(self, amount):
        """An entry by which the customer owes ``amount``, negative in his favour."""
        accounts = (
            self.company_data["default_account_receivable"],
            self.company_data["default_account_revenue"],
        )
        return self.env["account.move"].create(
            {
                "move_type": "entry",
                "company_id": self.company.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.customer.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in zip(accounts, (amount, -amount), strict=True)
                ],
            }
        )

    def _pay(self, amount):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": amount,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment


@tagged("post_install", "-at_install")
class TestFailingCheck(TrapCommon):
    """An error in the check holds the order; nothing passes unchecked and nothing is lost."""

    def _broken(self, error):
        return patch.object(self.registry["credit.checkpoint"], "_judge", side_effect=error)

    @mute_logger(CHECKPOINT)
    def test_the_order_is_held_and_passes_once_it_is_mended(self):
        order = self._create_order(10.0)
        with self._broken(ValueError("wrong")):
            order.action_confirm()
        self.assertEqual((order.state, order.credit_state), ("draft", "hold"))
        self.assertEqual(self._get_codes(order), ["check_failed"])
        self.assertIn("could not be completed", order.sudo().credit_decision_ids.explanation)
        self.assertIn("credit.hold", self.account.dossier_id.event_ids.mapped("code"))
        order.action_confirm()
        self.assertEqual((order.state, order.credit_state), ("sale", False))

    @mute_logger(CHECKPOINT)
    def test_a_signature_is_kept(self):
        order = self._create_order(10.0, require_payment=False)
        order.sudo().write({"signature": PIXEL, "signed_by": "Buyer"})
        with self._broken(ValueError("wrong")):
            order.with_user(self.env.ref("base.public_user")).sudo()._validate_order()
        self.assertEqual((order.credit_state, order.sudo().signed_by), ("hold", "Buyer"))
        self.assertEqual(order.sudo().activity_ids.user_id, self.salesman)

    def test_a_lost_race_is_replayed_and_never_taken_for_an_error(self):
        order = self._create_order(10.0)
        lost = SerializationFailure("could not serialize access")
        with self._broken(lost), self.assertRaises(SerializationFailure):
            order.action_confirm()


@tagged("post_install", "-at_install")
class TestValidity(TrapCommon):
    def test_the_last_day_of_a_limit_is_one_of_its_days(self):
        today = self.company._company_today()
        self.account.write({"valid_to": today, "change_reason": "Until today"})
        self.assertEqual(self._confirm(100.0).state, "sale")
        self.account.write({"valid_to": today - timedelta(days=1), "change_reason": "Over"})
        held = self._confirm(0.01)
        self.assertEqual(self._get_codes(held), ["over_limit", "limit_expired"])
        self.assertIn("valid until", held.credit_banner)

    def test_the_day_is_that_of_the_company(self):
        self.company.control_tz = "Asia/Shanghai"
        with freeze_time("2026-03-31 15:59:00"):
            self.account.write({"valid_to": "2026-03-31", "change_reason": "Until March"})
            self.assertEqual(self._confirm(100.0).state, "sale")
        with freeze_time("2026-03-31 16:00:00"):
            self.assertEqual(self._confirm(100.0).credit_state, "hold")


@tagged("post_install", "-at_install")
class TestCeilingByShare(TrapCommon):
    """A ceiling in per cent of the limit is one more ceiling beside that in money; both are inclusive."""

    def _ask(self, amount):
        order = self._confirm(amount)
        self.env["credit.release.request"].with_user(self.salesman).create(
            {"order_id": order.id, "reason": "Pays on Friday"}
        ).action_request()
        return order.sudo().credit_grant_ids.approval_id.candidate_ids

    def test_share_of_the_limit(self):
        self._create_rule(500.0, department_id=self.store.id, limit_by_pct=True, max_over_pct=20.0)
        self.assertEqual(self._ask(1200.0), self.store_manager)
        self.assertEqual(self._ask(1200.01), self.owner)

    def test_the_lower_of_both(self):
        self._create_rule(100.0, department_id=self.store.id, limit_by_pct=True, max_over_pct=20.0)
        self.assertEqual(self._ask(1100.0), self.store_manager)
        self.assertEqual(self._ask(1100.01), self.owner)


@tagged("post_install", "-at_install")
class TestPassiveRise(TrapCommon):
    """What raises the exposure without anybody giving credit is never blocked: it is there already."""

    def test_nothing_is_blocked_and_the_account_says_so(self):
        self._confirm(1000.0)
        entry = self._create_journal_entry(500.0)
        entry.action_post()
        self.assertExposure(1500.0)
        payment = self._pay(500.0)
        receivable = (entry | payment.move_id).line_ids.filtered(
            lambda line: line.account_id == self.company_data["default_account_receivable"]
        )
        receivable.reconcile()
        self.assertExposure(1000.0)
        receivable.remove_move_reconcile()
        self.assertExposure(1000.0)
        payment.action_draft()
        payment.action_cancel()
        self.assertExposure(1500.0)
        self.account.with_user(self.owner).write({"base_limit": 1.0, "change_reason": "Pays late"})
        self.account.invalidate_recordset()
        self.assertEqual(self.account.credit_status, "over")
        self.assertIn(
            self.account, self.env["credit.account"].search([("credit_status", "=", "over")])
        )
        self.assertEqual(self._confirm(0.01).credit_state, "hold")


@tagged("post_install", "-at_install")
class TestBanners(TrapCommon):
    """Two banners with two figures would contradict each other; ours answers for both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payer = cls.env["res.partner"].create({"name": "Treasury", "is_company": True})
        cls._create_account(cls.payer, 100.0)

    def test_who_is_billed_is_looked_at(self):
        order = self._create_order(100.01, partner_invoice_id=self.payer.id)
        self.assertIn("Treasury", order.credit_banner)
        self.assertEqual(order.credit_level, "danger")
        self.assertFalse(order.partner_credit_warning)

    def test_whichever_company_is_active(self):
        order = self._create_order(1000.01)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.salesman.company_ids += other
        seen = order.with_user(self.salesman).with_context(
            allowed_company_ids=[other.id, self.company.id]
        )
        self.assertEqual(seen.credit_level, "danger")
        seen.action_confirm()
        self.assertEqual(order.credit_state, "hold")

    def test_orders_of_others_count_for_who_may_not_see_them(self):
        self._confirm(800.0, user=self.colleague)
        order = self._create_order(200.01)
        self.assertIn("800.00", order.with_user(self.salesman).credit_banner)

    def test_odoos_own_banner_on_an_invoice(self):
        self.company.account_use_credit_limit = True
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create({"price_unit": 1000.0, "tax_ids": [Command.clear()]})
                ],
            }
        )
        self.assertFalse(invoice.partner_credit_warning)
        invoice.invoice_line_ids.price_unit = 1000.01
        self.assertIn("is over the credit limit", invoice.partner_credit_warning)


@tagged("post_install", "-at_install")
class TestSubjects(TrapCommon):
    def test_employees_who_buy_are_not_limited(self):
        contact = self.env["res.partner"].create({"name": "Somebody"})
        self.salesman_employee.work_contact_id = contact
        order = self._confirm(5000.0, partner=contact)
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.env["credit.account"]._find(contact, self.company).mode, "unlimited")

    def test_a_customer_from_the_portal_without_account_buys_for_cash(self):
        buyer = new_test_user(self.env, "credit_buyer", groups="base.group_portal")
        order = self._create_order(0.01, partner=buyer.partner_id)
        order.with_user(buyer).sudo()._validate_order()
        self.assertEqual(order.credit_state, "hold")
        self.assertEqual(self._get_codes(order), ["cash_only"])

    def test_the_blacklist_stops_cash_too(self):
        self._pay(500.0)
        self._create_account(self.customer, 0.0, mode="suspended")
        self.assertEqual(self._confirm(250.0).state, "sale")
        self._create_account(self.customer, 0.0, mode="blacklisted")
        held = self._confirm(250.0)
        self.assertEqual((held.credit_state, self._get_codes(held)), ("hold", ["blacklisted"]))

    def test_a_copy_of_a_released_order_is_not_released(self):
        self._create_rule(500.0, department_id=self.store.id)
        order = self._confirm(1200.0)
        self.env["credit.release.request"].with_user(self.salesman).create(
            {"order_id": order.id, "reason": "Pays on Friday"}
        ).action_request()
        order.sudo().credit_grant_ids.approval_id.with_user(self.store_manager).action_approve()
        copy = order.copy()
        self.assertFalse(copy.credit_state)
        copy.action_confirm()
        self.assertEqual(copy.credit_state, "hold")


@tagged("post_install", "-at_install")
class TestBatches(TrapCommon):
    def test_orders_made_confirmed_take_one_guard_and_a_constant_number_of_queries(self):
        """An import of thousands of rows looks at each customer once per batch."""

        def check(count):
            orders = self.env["sale.order"].union(*(self._create_order(1.0) for _ in range(count)))
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE sale_order SET state = 'sale' WHERE id = ANY(%s)", [orders.ids]
            )
            self.env.invalidate_all()
            orders.mapped("partner_invoice_id.commercial_partner_id.name")
            before = self.account.dossier_id.guard, self.env.cr.sql_log_count
            orders.sudo()._check_credit_floor()
            self.env.flush_all()
            queries = self.env.cr.sql_log_count - before[1]
            self.account.dossier_id.invalidate_recordset()
            return self.account.dossier_id.guard - before[0], queries

        check(1)
        few, many = check(2), check(20)
        self.assertEqual((few[0], many), (1, few))

    def test_policies_are_set_by_administrators_only(self):
        """Whoever judges cases could judge them all by switching the checkpoint off."""
        for user in (self.salesman, self.controller, self.owner):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.company.with_user(user).credit_order_policy = "observe"

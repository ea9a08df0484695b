from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestGate(CreditCommon):
    def test_exactly_at_the_limit_passes(self):
        order = self._create_order(1000.0)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.credit_state)
        self.assertExposure(1000.0)

    def test_a_cent_above_is_held_and_explained(self):
        order = self._create_order(1000.01)
        order.action_confirm()
        self.assertEqual((order.state, order.credit_state), ("draft", "hold"))
        decision = order.sudo().credit_decision_ids
        self.assertRecordValues(
            decision,
            [
                {
                    "result": "hold",
                    "policy": "enforce",
                    "exposure_before": 0.0,
                    "order_amount": 1000.01,
                    "effective_limit": 1000.0,
                    "excess_amount": 0.01,
                    "salesperson_id": self.salesman.id,
                    "store_id": self.store.id,
                }
            ],
        )
        self.assertIn("0.01", decision.explanation)
        self.assertIn("0.01", order.credit_banner)
        event = self.env["hr.control.event"].search(
            [("document_model", "=", "sale.order"), ("document_id", "=", order.id)]
        )
        self.assertEqual(event.code, "credit.hold")
        self.assertIn(order.name, event.summary)

    def test_orders_confirmed_together_are_added_up_in_id_order(self):
        orders = self.env["sale.order"].union(
            *(self._create_order(amount) for amount in (700.0, 400.0, 300.0))
        )
        orders.with_user(self.salesman).sorted("id", reverse=True).action_confirm()
        self.assertEqual(orders.mapped("state"), ["sale", "draft", "sale"])
        self.assertExposure(1000.0)

    def test_pass_is_recorded_without_event(self):
        order = self._create_order(100.0)
        order.action_confirm()
        self.assertEqual(order.sudo().credit_decision_ids.mapped("result"), ["ok"])
        self.assertFalse(
            self.env["hr.control.event"].search(
                [("document_id", "=", order.id), ("code", "like", "credit")]
            )
        )

    def test_near_the_limit_passes_and_says_so(self):
        order = self._create_order(800.0)
        order.action_confirm()
        self.assertEqual((order.state, order.sudo().credit_decision_ids.result), ("sale", "near"))

    def test_observe_and_warn_hold_nothing(self):
        for policy, result in (("observe", "observed"), ("warn", "warn")):
            self.company.credit_order_policy = policy
            order = self._create_order(5000.0)
            order.action_confirm()
            self.assertEqual(
                (order.state, order.sudo().credit_decision_ids.result), ("sale", result)
            )

    def test_write_state_is_refused(self):
        order = self._create_order(1500.0)
        with self.assertRaisesRegex(UserError, "500.00"):
            order.write({"state": "sale"})

    def test_write_state_within_the_limit_passes_and_is_recorded(self):
        order = self._create_order(900.0)
        order.write({"state": "sale"})
        self.assertEqual(order.sudo().credit_decision_ids.result, "near")

    def test_create_confirmed_is_refused(self):
        with self.assertRaises(UserError):
            self._create_order(1500.0, state="sale")

    def test_credit_state_is_closed_to_clients(self):
        order = self._create_order(1500.0)
        order.action_confirm()
        with self.assertRaises(AccessError):
            order.write({"credit_state": False})
        with self.assertRaises(AccessError):
            order.with_context(default_credit_state="released").copy()

    def test_no_release_without_a_grant_not_even_in_sudo(self):
        order = self._create_order(1500.0)
        order.action_confirm()
        with self.assertRaises(ValidationError):
            order.sudo().credit_state = "released"

    def test_unlimited_is_never_held(self):
        self._create_account(self.customer, 0.0, mode="unlimited")
        order = self._create_order(10**6)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_unknown_customer_buys_for_cash(self):
        partner = self.env["res.partner"].create({"name": "New"})
        order = self._create_order(0.01, partner=partner)
        order.action_confirm()
        self.assertEqual(order.credit_state, "hold")

    def test_an_order_of_nothing_passes(self):
        self._create_account(self.customer, 0.0)
        order = self._create_order(0.0)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_cancel_and_confirm_again_is_checked_again(self):
        order = self._create_order(800.0)
        order.action_confirm()
        order._action_cancel()
        self.assertExposure(0.0)
        self._create_order(900.0).action_confirm()
        order.action_draft()
        order.action_confirm()
        self.assertEqual((order.state, order.credit_state), ("draft", "hold"))

    def test_a_pass_serves_one_confirmation(self):
        order = self._create_order(800.0)
        order.action_confirm()
        order._action_cancel()
        self._create_order(900.0).action_confirm()
        with self.assertRaises(UserError):
            order.write({"state": "sale"})


@tagged("post_install", "-at_install")
class TestRelease(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_rule(200.0, department_id=cls.store.id)
        cls.controller_employee = cls._create_employee(cls.controller, department_id=False)
        cls._create_rule(5000.0, employee_id=cls.controller_employee.id)

    def _hold(self, amount, **values):
        order = self._create_order(amount, **values)
        order.action_confirm()
        self.assertEqual(order.credit_state, "hold")
        return order

    def _request(self, order, user=None):
        wizard = self.env["credit.release.request"].with_user(user or self.salesman)
        wizard.create({"order_id": order.id, "reason": "Pays on Friday"}).action_request()
        return order.sudo().credit_grant_ids.filtered(lambda grant: grant.state == "asked")

    def test_store_manager_releases_up_to_the_ceiling(self):
        order = self._hold(1200.0)
        grant = self._request(order)
        self.assertEqual(grant.approval_id.candidate_ids, self.store_manager)
        grant.approval_id.with_user(self.store_manager).action_approve()
        self.assertEqual((order.state, order.credit_state), ("draft", "released"))
        order.action_confirm()
        self.assertEqual((order.state, order.credit_state, grant.state), ("sale", False, "used"))

    def test_a_cent_above_the_ceiling_goes_to_finance(self):
        order = self._hold(1200.01)
        grant = self._request(order)
        self.assertEqual(grant.approval_id.candidate_ids, self.controller)
        grant.approval_id.with_user(self.controller).action_approve()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        codes = self.account.dossier_id.event_ids.sorted("seq").mapped("code")
        for code in ("credit.hold", "approval.requested", "approval.approved", "credit.released"):
            self.assertIn(code, codes)

    def test_a_request_records_no_second_hold_while_the_figures_stand(self):
        order = self._hold(1200.0)
        self._request(order)
        self.assertEqual(len(order.sudo().credit_decision_ids), 1)
        other = self._hold(1300.0)
        self._create_order(0.01).action_confirm()
        self.assertEqual(self._request(other).amount, 300.01)
        decisions = other.sudo().credit_decision_ids.sorted("id")
        self.assertEqual(decisions.mapped("excess_amount"), [300.0, 300.01])

    def test_refusal_leaves_the_hold(self):
        order = self._hold(1200.0)
        grant = self._request(order)
        grant.approval_id.with_user(self.store_manager).action_refuse("Pay first")
        self.assertEqual((order.credit_state, grant.state), ("hold", "refused"))

    def test_a_changed_order_needs_a_new_release(self):
        order = self._hold(1200.0)
        grant = self._request(order)
        grant.approval_id.with_user(self.store_manager).action_approve()
        order.order_line.price_unit = 1200.01
        order.action_confirm()
        self.assertEqual((order.state, order.credit_state), ("draft", "hold"))

    def test_nobody_releases_his_own_request(self):
        order = self._create_order(1100.0, user=self.store_manager)
        order.action_confirm()
        grant = self._request(order, self.store_manager)
        self.assertNotIn(self.store_manager, grant.approval_id.candidate_ids)
        with self.assertRaises(UserError):
            grant.approval_id.with_user(self.store_manager).action_approve()

    def test_credit_managers_are_a_level_of_their_own_whatever_else_they_are(self):
        # a group more, and one that implies it
        self.owner.group_ids = [Command.link(self.env.ref("base.group_partner_manager").id)]
        Route = self.env["credit.route"]
        self.assertIn(self.owner, Route._get_managers(self.company))
        self.assertIn(self.controller, Route._get_controllers(self.company))
        self.assertNotIn(self.owner, Route._get_controllers(self.company))

    def test_nobody_releases_what_he_sells_although_another_asked(self):
        order = self._hold(1100.0, user=self.store_manager)
        grant = self._request(order, self.colleague)
        self.assertEqual(grant.approval_id.candidate_ids, self.controller)
        with self.assertRaises(UserError):
            grant.approval_id.with_user(self.store_manager).action_approve()

    def test_the_company_may_let_a_manager_release_his_own_sale(self):
        self.company.credit_own_customer_approval = True
        order = self._hold(1100.0, user=self.store_manager)
        own = self._request(order, self.store_manager)
        self.assertNotIn(self.store_manager, own.approval_id.candidate_ids, "never his own request")
        own.approval_id.with_user(self.store_manager).action_withdraw()
        asked = self._request(order, self.colleague)
        asked.approval_id.with_user(self.store_manager).action_approve()
        self.assertEqual(asked.state, "active")
        company_dossier = self.env["hr.control.dossier"]._find(
            "res.company", "res.company", self.company.ids, self.company
        )[self.company.id]
        self.assertIn("credit.policy", company_dossier.event_ids.mapped("code"))

    def test_signed_order_is_confirmed_by_its_release(self):
        order = self._hold(1200.0)
        order.sudo().signature = b"R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
        grant = self._request(order)
        grant.approval_id.with_user(self.store_manager).action_approve()
        self.assertEqual(order.state, "sale")

    def test_blacklist_cannot_be_released(self):
        self._create_account(self.customer, 0.0, mode="blacklisted")
        order = self._hold(10.0)
        with self.assertRaisesRegex(UserError, "blacklist"):
            self._request(order)

    def test_cancelling_voids_the_request(self):
        order = self._hold(1200.0)
        grant = self._request(order)
        order._action_cancel()
        self.assertEqual(
            (grant.state, grant.approval_id.state, order.credit_state), ("void", "void", False)
        )

    def test_a_second_request_is_answered_not_duplicated(self):
        order = self._hold(1200.0)
        self._request(order)
        with self.assertRaisesRegex(UserError, "waits for"):
            self._request(order)

    def test_an_expired_release_lets_nothing_pass(self):
        order = self._hold(1200.0)
        grant = self._request(order)
        grant.approval_id.with_user(self.store_manager).action_approve()
        grant.valid_to = fields.Datetime.now()
        order.action_confirm()
        self.assertEqual((order.state, order.credit_state), ("draft", "hold"))
        again = self._request(order)
        self.assertEqual((grant.state, again.state), ("void", "asked"))

    def test_a_release_covers_no_more_than_the_excess_it_was_given_for(self):
        order = self._hold(1200.0)
        grant = self._request(order)
        grant.approval_id.with_user(self.store_manager).action_approve()
        self._create_order(0.01).action_confirm()
        order.action_confirm()
        self.assertEqual((order.state, order.credit_state), ("draft", "hold"))

    def test_approval_is_measured_on_the_excess_of_that_moment(self):
        order = self._hold(1200.0)
        grant = self._request(order)
        self._create_order(0.01).action_confirm()
        with self.assertRaisesRegex(UserError, "200.01"):
            grant.approval_id.with_user(self.store_manager).action_approve()

    def test_days_above_the_ceiling_go_to_the_owner(self):
        order = self._hold(1100.0)
        wizard = self.env["credit.release.request"].with_user(self.salesman)
        wizard.create({"order_id": order.id, "reason": "Long", "days": 8}).action_request()
        self.assertEqual(order.sudo().credit_grant_ids.approval_id.candidate_ids, self.owner)


@tagged("post_install", "-at_install")
class TestUplift(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.controller_employee = cls._create_employee(cls.controller, department_id=False)
        cls._create_rule(0.0, employee_id=cls.controller_employee.id, max_customer_limit=1500.0)

    def _request(self, amount, **values):
        self.env["credit.limit.request"].with_user(self.salesman).create(
            {"account_id": self.account.id, "amount": amount, "reason": "Season"} | values
        ).action_request()
        return self.env["credit.grant"].search([("account_id", "=", self.account.id)], limit=1)

    def test_uplift_up_to_the_ceiling_is_granted_and_expires_by_the_clock(self):
        grant = self._request(500.0)
        self.assertEqual(grant.approval_id.candidate_ids, self.controller)
        grant.approval_id.with_user(self.controller).action_approve()
        self._create_order(1500.0).action_confirm()
        self.assertExposure(1500.0)
        grant.valid_to = fields.Datetime.now()
        held = self._create_order(0.01)
        held.action_confirm()
        self.assertEqual(held.credit_state, "hold")

    def test_a_cent_above_the_ceiling_goes_to_the_owner(self):
        self.assertEqual(self._request(500.01).approval_id.candidate_ids, self.owner)

    def test_controller_sets_limits_up_to_the_ceiling_with_a_reason(self):
        account = self.account.with_user(self.controller)
        account.write({"base_limit": 1500.0, "change_reason": "Good payer"})
        with self.assertRaisesRegex(UserError, "Say why"):
            account.write({"base_limit": 1400.0})
        with self.assertRaises(AccessError):
            account.write({"base_limit": 1500.01, "change_reason": "More"})
        with self.assertRaises(AccessError):
            account.write({"mode": "unlimited", "change_reason": "More"})
        account.write({"base_limit": 10.0, "change_reason": "A cut is always allowed"})
        self.assertIn("credit.limit", self.account.dossier_id.event_ids.mapped("code"))

    def test_salesman_cannot_touch_limits(self):
        with self.assertRaises(AccessError):
            self.account.with_user(self.salesman).write(
                {"base_limit": 10**6, "change_reason": "Mine"}
            )

    def test_a_new_limit_is_set_by_its_approval(self):
        grant = self._request(1500.0, kind="base")
        grant.approval_id.with_user(self.controller).action_approve()
        self.assertRecordValues(self.account, [{"base_limit": 1500.0, "change_reason": "Season"}])
        self.assertEqual(grant.state, "used")

    def test_what_is_no_raise_is_not_asked(self):
        with self.assertRaisesRegex(UserError, "more credit"):
            self._request(1000.0, kind="base")

    def test_odoos_own_limit_becomes_a_request(self):
        self.customer.write({"credit_limit": 1400.0, "name": "Renamed"})
        grant = self.env["credit.grant"].search([("account_id", "=", self.account.id)])
        self.assertRecordValues(grant, [{"kind": "base", "amount": 1400.0, "state": "asked"}])
        self.assertEqual((self.account.base_limit, self.customer.name), (1000.0, "Renamed"))
        self.customer.write({"credit_limit": 10.0})
        self.assertEqual(self.account.base_limit, 1000.0)

    def test_contacts_ask_for_nothing_although_odoo_copies_the_field(self):
        self.env["res.partner"].create(
            {"name": "Contact", "parent_id": self.customer.id, "credit_limit": 9000.0}
        )
        self.assertFalse(self.env["credit.grant"].search([("account_id", "=", self.account.id)]))

    def test_a_delegate_decides_up_to_the_ceiling_of_whom_he_stands_in_for(self):
        self.env["hr.control.delegation"].with_user(self.owner).create(
            {"user_id": self.owner.id, "delegate_id": self.colleague.id}
            | {"date_from": self.company._company_today(), "date_to": self.company._company_today()}
        )
        grant = self._request(9000.0, kind="base")
        self.assertEqual(grant.approval_id.candidate_ids, self.owner)
        grant.approval_id.with_user(self.colleague).action_approve()
        self.assertEqual((self.account.base_limit, grant.state), (9000.0, "used"))
        self.assertEqual(grant.approval_id.on_behalf_of_id, self.owner)

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestSuspension(CreditCommon):
    def _suspend(self, user=None, by=None, **values):
        if "department_id" not in values:
            values["user_id"] = (user or self.salesman).id
        return (
            self.env["credit.suspension"]
            .with_user(by or self.owner)
            .create({"reason": "Under investigation", "company_id": self.company.id} | values)
        )

    def _confirm(self, amount, **values):
        order = self._create_order(amount, **values)
        order.action_confirm()
        return order

    def _lift(self, suspension, by=None):
        self.env["credit.suspension.lift"].with_user(by or self.owner).create(
            {"suspension_id": suspension.id, "reason": "Cleared"}
        ).action_lift()

    def test_orders_of_a_suspended_person_are_held_until_it_is_lifted(self):
        suspension = self._suspend()
        order = self._confirm(10.0)
        decision = order.sudo().credit_decision_ids
        self.assertEqual(order.credit_state, "hold")
        self.assertEqual(decision.reasons[0]["code"], "person_suspended")
        self.assertEqual(decision.excess_amount, 10.0)
        self.assertIn("suspended", order.credit_banner)
        self.assertEqual(self._confirm(10.0, user=self.colleague).state, "sale")
        self._lift(suspension)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_its_end_has_held_orders_looked_at(self):
        job = self.env.ref("hr_receivables_control.credit_cron_reevaluate")
        order = self._create_order(10.0)
        for subject in ({}, {"department_id": self.store.id}):
            suspension = self._suspend(**subject)
            order.action_confirm()
            self.assertEqual(order.credit_state, "hold")
            before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])
            self._lift(suspension)
            after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])
            self.assertEqual(after, before + 1)
            with self.enter_registry_test_mode():
                job.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual((order.state, order.credit_state), ("draft", False))

    def test_store_with_its_parts(self):
        part = self.env["hr.department"].create(
            {"name": "Corner", "parent_id": self.store.id, "company_id": self.company.id}
        )
        self._create_employee(self.colleague, department_id=part.id)
        suspension = self._suspend(department_id=self.store.id)
        self.assertEqual(self._confirm(10.0).credit_state, "hold")
        self.assertEqual(self._confirm(10.0, user=self.colleague).credit_state, "hold")
        self._lift(suspension)
        self.assertEqual(self._confirm(10.0, user=self.colleague).state, "sale")

    def test_suspended_people_release_nothing(self):
        self._create_rule(500.0, employee_id=self.manager_employee.id)
        order = self._confirm(1200.0)
        self.env["credit.release.request"].with_user(self.salesman).create(
            {"order_id": order.id, "reason": "Pays on Friday"}
        ).action_request()
        grant = order.sudo().credit_grant_ids
        self.assertEqual(grant.approval_id.candidate_ids, self.store_manager)
        self._suspend(self.store_manager)
        with self.assertRaisesRegex(UserError, "cannot decide"):
            grant.approval_id.with_user(self.store_manager).action_approve()
        ceiling = self.env["credit.authority"]._get_ceilings(self.store_manager, self.company)
        self.assertTrue(ceiling[self.store_manager.id].suspended)

    def test_suspended_people_release_nothing_for_others_either(self):
        self._create_rule(500.0, employee_id=self.manager_employee.id)
        self.env["hr.control.delegation"].with_user(self.store_manager).create(
            {
                "user_id": self.store_manager.id,
                "delegate_id": self.colleague.id,
                "date_to": self.company._company_today(),
            }
        )
        order = self._confirm(1200.0)
        self.env["credit.release.request"].with_user(self.salesman).create(
            {"order_id": order.id, "reason": "Pays on Friday"}
        ).action_request()
        approval = order.sudo().credit_grant_ids.approval_id
        suspension = self._suspend(self.colleague)
        with self.assertRaisesRegex(UserError, "cannot decide"):
            approval.with_user(self.colleague).action_approve()
        self._lift(suspension)
        approval.with_user(self.colleague).action_approve()
        self.assertEqual(order.credit_state, "released")

    def test_cash_is_still_sold(self):
        self.env["account.payment"].create(
            {
                "partner_id": self.customer.id,
                "amount": 100.0,
                "payment_type": "inbound",
                "partner_type": "customer",
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        ).action_post()
        self._suspend()
        self.assertEqual(self._confirm(100.0).state, "sale")
        self.assertEqual(self._confirm(0.01).credit_state, "hold")

    def test_other_company_is_not_concerned(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        self._suspend(by=self.env.user, company_id=other.id)
        self.assertEqual(self._confirm(10.0).state, "sale")

    def test_nobody_lifts_his_own(self):
        suspension = self._suspend(self.controller)
        with self.assertRaisesRegex(AccessError, "his own"):
            suspension.with_user(self.controller).action_lift("Mine")
        self._lift(suspension)
        with self.assertRaisesRegex(UserError, "already"):
            suspension.with_user(self.owner).action_lift("Again")

    def test_reason_and_one_subject_are_needed(self):
        suspension = self._suspend()
        with self.assertRaises(UserError):
            suspension.with_user(self.owner).action_lift(" ")
        with self.assertRaises(UserError):
            suspension.with_user(self.owner).action_lift({"a": 1})
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(Exception, "one_subject"):
            self._suspend(self.colleague, department_id=self.store.id, user_id=self.colleague.id)

    def test_hostile_calls(self):
        suspension = self._suspend()
        for user in (self.salesman, self.store_manager):
            with self.assertRaises(AccessError):
                self._suspend(self.colleague, by=user)
            with self.assertRaises(AccessError):
                suspension.with_user(user).action_lift("Let me")
        for values in ({"date_to": "2020-01-01"}, {"lifted_by_id": self.owner.id}):
            with self.assertRaises(AccessError):
                suspension.with_user(self.owner).write(values)
        with self.assertRaises(UserError):
            suspension.with_user(self.owner).write({"user_id": self.colleague.id})
        with self.assertRaises(AccessError):
            suspension.with_user(self.owner).unlink()
        with self.assertRaises(UserError):
            suspension.unlink()

    def test_both_are_in_the_dossier(self):
        suspension = self._suspend()
        self._lift(suspension)
        events = self.env["hr.control.event"].search(
            [("document_model", "=", "credit.suspension"), ("document_id", "=", suspension.id)],
            order="id",
        )
        self.assertEqual(events.mapped("code"), ["credit.suspended", "credit.suspension_lifted"])
        self.assertEqual(events.dossier_id.subject_id, self.salesman_employee.id)
        self.assertIn("Under investigation", events[0].summary)

    def test_form_of_the_controller(self):
        with Form(self.env["credit.suspension"].with_user(self.controller)) as form:
            form.user_id = self.salesman
            form.reason = "Left the company"
        self.assertEqual(self._confirm(10.0).credit_state, "hold")

from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import ApprovalCase

NOON = "2024-03-15 04:00:00"  # noon in Xi'an


@tagged("post_install", "-at_install")
class TestDelegation(ApprovalCase):
    @freeze_time(NOON)
    def test_delegate_decides_on_behalf(self):
        self._delegate(self.manager, self.stranger)
        approval = self._submit()
        self.assertEqual(approval.sudo().activity_ids.user_id, self.manager | self.stranger)
        as_delegate = approval.with_user(self.stranger)
        self.assertTrue(as_delegate.my_turn)
        self.assertIn(approval, as_delegate.search([("my_turn", "=", True)]))
        as_delegate.action_approve()
        self.assertEqual(
            (approval.decided_by_id, approval.on_behalf_of_id), (self.stranger, self.manager)
        )
        self.assertIn("Stranger on behalf of Manager", approval.step_ids[0].explanation)

    def test_first_and_last_day_count(self):
        with freeze_time("2024-03-15 04:00:00"):
            approval = self._submit()
        self._delegate(self.manager, self.stranger, "2024-03-15", "2024-03-20")
        as_delegate = approval.with_user(self.stranger)
        for moment, may in (
            ("2024-03-14 15:59:00", False),  # still the 14th in Xi'an
            ("2024-03-14 16:00:00", True),
            ("2024-03-20 15:59:00", True),
            ("2024-03-20 16:00:00", False),
        ):
            with freeze_time(moment):
                as_delegate.invalidate_recordset(["my_turn"])
                self.assertEqual(as_delegate.my_turn, may, moment)
                if not may:
                    with self.assertRaisesRegex(UserError, "not yours"):
                        as_delegate.action_approve()

    @freeze_time(NOON)
    def test_delegate_never_decides_his_own(self):
        self._delegate(self.manager, self.clerk)
        approval = self._submit(levels=[["store", self.manager.ids, True]])
        self.assertFalse(approval.my_turn)
        self.assertEqual(approval.sudo().activity_ids.user_id, self.manager)
        with self.assertRaisesRegex(UserError, "Nobody decides his own request"):
            approval.action_approve()

    @freeze_time(NOON)
    def test_requester_lends_nobody_his_own_authority(self):
        levels = [["store", (self.manager | self.owner).ids, True]]
        self._delegate(self.manager, self.stranger)
        approval = self._submit(self.manager, levels=levels)
        self.assertIn("not yours", approval.sudo().step_id._get_principal(self.stranger)[1])
        with self.assertRaises(UserError):
            approval.with_user(self.stranger).action_approve()

    @freeze_time(NOON)
    def test_chains_are_not_followed(self):
        self._delegate(self.manager, self.cashier)
        self._delegate(self.cashier, self.stranger)
        approval = self._submit(levels=[["store", self.manager.ids, True]])
        with self.assertRaises(UserError):
            approval.with_user(self.stranger).action_approve()

    @freeze_time(NOON)
    def test_delegator_and_delegate_are_one_voice(self):
        self._delegate(self.manager, self.cashier)
        levels = [
            ["store", self.manager.ids, True],
            ["finance", (self.manager | self.cashier | self.owner).ids, True],
        ]
        approval = self._submit(mode="all", levels=levels)
        approval.with_user(self.cashier).action_approve()
        for user in (self.manager, self.cashier):
            with self.assertRaisesRegex(UserError, "decided another level"):
                approval.with_user(user).action_approve()
        approval.with_user(self.owner).action_approve()
        self.assertEqual(approval.state, "approved")

    @freeze_time(NOON)
    def test_company_of_the_delegation(self):
        self.stranger.company_ids += self.other_company | self.branch
        self.manager.company_ids += self.other_company | self.branch
        delegation = self._delegate(self.manager, self.stranger, company_id=self.company.id)
        levels = [["store", self.manager.ids, True]]
        approvals = {}
        for company in self.companies:
            self.clerk.company_ids += company
            approvals[company] = self._submit(levels=levels, company_id=company.id)
        self.assertTrue(approvals[self.company].with_user(self.stranger).my_turn)
        self.assertTrue(approvals[self.branch].with_user(self.stranger).my_turn, "branches follow")
        with self.assertRaisesRegex(UserError, "not yours"):
            approvals[self.other_company].with_user(self.stranger).action_approve()
        delegation.company_id = False
        self.env.invalidate_all()
        self.assertTrue(approvals[self.other_company].with_user(self.stranger).my_turn)

    def test_own_delegations_only(self):
        Delegation = self.env["hr.control.delegation"].with_user(self.stranger)
        vals = {"delegate_id": self.clerk.id, "date_from": "2024-03-01", "date_to": "2024-03-02"}
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            Delegation.create(vals | {"user_id": self.manager.id})
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            Delegation.with_context(default_user_id=self.manager.id).create(vals)
        own = Delegation.create(vals)
        with self.assertRaises(AccessError):
            own.write({"user_id": self.manager.id})
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            own.with_user(self.clerk).write({"date_to": "2030-01-01"})
        self.assertEqual(own.with_user(self.clerk).date_to, fields.Date.to_date("2024-03-02"))
        self.assertFalse(Delegation.with_user(self.owner).search([("id", "=", own.id)]))
        manager = self._create_user("cm", groups="hr_control_base.group_control_manager")
        self.assertTrue(Delegation.with_user(manager).search([("id", "=", own.id)]))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            own.with_user(manager).write({"date_to": "2030-01-01"})

    def test_delegation_to_oneself_backwards_or_to_portal(self):
        with mute_logger("odoo.sql_db"):
            for delegate, date_to in ((self.manager, "2024-03-31"), (self.owner, "2024-02-28")):
                with self.assertRaises(CheckViolation), self.cr.savepoint():
                    self._delegate(self.manager, delegate, date_to=date_to)
        portal = self.env["res.users"].create(
            {
                "name": "P",
                "login": "control_p",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        with self.assertRaisesRegex(ValidationError, "not an internal user"):
            self._delegate(self.manager, portal)

    @freeze_time(NOON)
    def test_archived_principal_lends_nothing(self):
        self._delegate(self.manager, self.stranger)
        approval = self._submit()
        self.manager.active = False
        with self.assertRaisesRegex(UserError, "not yours"):
            approval.with_user(self.stranger).action_approve()


@tagged("post_install", "-at_install")
class TestEscalation(ApprovalCase):
    def _run_job(self, hours=25):
        with (
            freeze_time(fields.Datetime.now() + timedelta(hours=hours)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("hr_control_base.ir_cron_approval_escalate").method_direct_trigger()
        self.env.invalidate_all()

    def test_next_level_takes_over(self):
        approval = self._submit()
        self._run_job(hours=23)
        self.assertEqual(approval.step_id.code, "store")
        self._run_job()
        self.assertEqual(
            self._get_steps(approval), {"store": "escalated", "finance": "open", "owner": "waiting"}
        )
        self.assertEqual(approval.sudo().activity_ids.user_id, self.cashier | self.controller)
        self.assertGreater(approval.deadline, fields.Datetime.now() + timedelta(hours=24))
        self.assertEqual(approval.sudo().message_ids[0].notified_partner_ids, self.clerk.partner_id)
        with self.assertRaisesRegex(UserError, "not yours"):
            approval.with_user(self.manager).action_approve()
        approval.with_user(self.controller).action_approve()
        self.assertEqual(approval.state, "approved")

    def test_deadline_in_the_time_zone_of_the_reader(self):
        self.manager.tz, self.clerk.tz, self.controller.tz = "UTC", "Asia/Shanghai", "Asia/Tokyo"
        with freeze_time(NOON):
            approval = self._submit().sudo()
        mails = self.env["mail.mail"].sudo().search([("res_id", "=", approval.id)])
        self.assertIn("4:00", mails.body_html)
        with freeze_time("2024-03-17 04:00:00"):
            approval._escalate()
        self.assertIn("12:00", approval.message_ids[0].body, "the requester's, not the job's")
        mails = self.env["mail.mail"].sudo().search([("res_id", "=", approval.id)]) - mails
        (mail,) = mails.filtered(lambda mail: mail.recipient_ids == self.controller.partner_id)
        self.assertIn("1:00", mail.body_html)

    def test_hours_are_those_of_the_company(self):
        self.company.control_approval_hours = 2
        approval = self._submit()
        self._run_job(hours=3)
        self.assertEqual(approval.step_id.code, "finance")

    def test_late_level_is_helped_where_all_decide(self):
        approval = self._submit(mode="all", minimum=3)
        self._run_job()
        self.assertEqual(
            self._get_steps(approval), {"store": "open", "finance": "waiting", "owner": "waiting"}
        )
        approval.with_user(self.cashier).action_approve()
        with self.assertRaisesRegex(UserError, "decided another level"):
            approval.with_user(self.cashier).action_approve()
        approval.with_user(self.controller).action_approve()
        approval.with_user(self.owner).action_approve()
        self.assertEqual(approval.state, "approved")
        self.assertEqual(len(approval.step_ids.decided_by_id), 3)

    def test_nobody_left_tells_the_control_managers_once(self):
        manager = self._create_user("cm", groups="hr_control_base.group_control_manager")
        approval = self._submit(levels=[["store", self.manager.ids, True]])
        self._run_job()
        self._run_job(hours=30)
        self.assertTrue(approval.stranded)
        alerts = self.env["hr.control.alert"].search(
            [("res_model", "=", approval._name), ("res_id", "=", approval.id)]
        )
        self.assertEqual(len(alerts), 1)
        self.assertIn(manager, alerts.delivery_ids.user_id)
        approval.with_user(self.manager).action_approve()
        self.assertEqual(approval.state, "approved", "late is not never")
        self.assertTrue(alerts.cleared_at)

    def test_vacated_level_does_not_wait_for_the_deadline(self):
        approval = self._submit()
        self.manager.active = False
        self._run_job(hours=1)
        self.assertEqual(
            self._get_steps(approval), {"store": "escalated", "finance": "open", "owner": "waiting"}
        )

    def test_vacated_level_that_stands_by_is_passed_over(self):
        approval = self._submit()
        (self.cashier | self.controller).active = False
        self._run_job()
        self.assertEqual(
            self._get_steps(approval), {"store": "escalated", "finance": "skipped", "owner": "open"}
        )

    def test_failing_request_does_not_stop_the_rest(self):
        broken, fine = self._submit(), self._submit()
        Approval = type(self.env["hr.control.approval"])
        original = Approval._hand_over

        def fail(approval, step):
            if approval.id == broken.id:
                raise ValueError("broken")
            return original(approval, step)

        with (
            patch.object(Approval, "_hand_over", fail),
            mute_logger("odoo.addons.hr_control_base.models.hr_control_approval_flow"),
        ):
            self._run_job()
        self.assertEqual(broken.step_id.code, "store")
        self.assertEqual(fine.step_id.code, "finance")

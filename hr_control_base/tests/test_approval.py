from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from ..models.hr_control_event_refused import PENDING
from .common import ApprovalCase


@tagged("post_install", "-at_install")
class TestApprovalRoute(ApprovalCase):
    def test_first_able_level_decides(self):
        approval = self._submit(levels=self._get_levels(store=False))
        self.assertEqual(
            self._get_steps(approval), {"store": "skipped", "finance": "open", "owner": "waiting"}
        )
        self.assertEqual(approval.step_ids[0].explanation, "Store may grant 100.00.")
        approval.with_user(self.cashier).action_approve()
        self.assertEqual(approval.state, "approved")
        self.assertEqual(approval.decided_by_id, self.cashier)
        self.assertEqual(
            self._get_steps(approval),
            {"store": "skipped", "finance": "approved", "owner": "closed"},
        )
        document = self.env["control.test.document"].browse(approval.res_id)
        self.assertEqual(document.result, "approved by Cashier")
        self.assertEqual(document.approval_state, "approved")

    def test_every_level_decides_in_turn(self):
        approval = self._submit(mode="all")
        for user, step in (
            (self.manager, "store"),
            (self.controller, "finance"),
            (self.owner, "owner"),
        ):
            self.assertEqual(approval.state, "pending")
            self.assertEqual(approval.step_id.code, step)
            approval.with_user(user).action_approve()
        self.assertEqual(approval.state, "approved")
        self.assertEqual(approval.decided_by_id, self.owner)

    def test_one_refusal_ends_it(self):
        approval = self._submit(mode="all")
        approval.with_user(self.manager).action_approve()
        approval.with_user(self.cashier).action_refuse("No bank guarantee")
        self.assertEqual(approval.state, "refused")
        self.assertEqual(approval.decision_reason, "No bank guarantee")
        self.assertEqual(
            self._get_steps(approval),
            {"store": "approved", "finance": "refused", "owner": "closed"},
        )
        self.assertEqual(
            self.env["control.test.document"].browse(approval.res_id).result,
            "refused: No bank guarantee",
        )

    def test_vacant_and_own_levels_are_skipped_with_reason(self):
        levels = [
            ["store", [], True],
            ["finance", self.clerk.ids, True],
            ["owner", self.owner.ids, True],
        ]
        approval = self._submit(levels=levels)
        self.assertEqual(
            self._get_steps(approval), {"store": "skipped", "finance": "skipped", "owner": "open"}
        )
        self.assertEqual(approval.step_ids[0].explanation, "Nobody holds this position.")
        self.assertEqual(
            approval.step_ids[1].explanation, "Held only by the requester or somebody concerned."
        )

    def test_nobody_left_lists_every_level(self):
        levels = [
            ["store", [], True],
            ["finance", self.clerk.ids, True],
            ["owner", self.owner.ids, False],
        ]
        with self.assertRaisesRegex(
            UserError, "(?s)Store: Nobody.*Finance: Held only.*Owner: Owner may grant 100.00"
        ):
            self._submit(levels=levels)
        with self.assertRaisesRegex(UserError, "No level is set up"):
            self._submit(levels=[])

    def test_people_who_cannot_decide_do_not_count(self):
        portal = self.env["res.users"].create(
            {
                "name": "P",
                "login": "control_p",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        abroad = self._create_user("abroad", self.other_company)
        archived = self._create_user("gone")
        archived.active = False
        robot = self.env.ref("base.user_root")
        with self.assertRaisesRegex(UserError, "Nobody holds this position"):
            self._submit(levels=[["store", (portal | abroad | archived | robot).ids, True]])

    def test_same_only_person_of_two_levels_is_asked_once(self):
        levels = [["store", self.manager.ids, True], ["finance", self.manager.ids, True]]
        approval = self._submit(mode="all", levels=levels)
        self.assertEqual(self._get_steps(approval), {"store": "open", "finance": "skipped"})
        approval.with_user(self.manager).action_approve()
        self.assertEqual(approval.state, "approved")
        with self.assertRaisesRegex(UserError, "needs 2 different people"):
            self._submit(mode="all", minimum=2, levels=levels)

    def test_second_request_while_one_is_pending(self):
        document = self._create_document()
        document._submit_approval("First")
        with self.assertRaisesRegex(UserError, "waits for approval already"):
            document._submit_approval("Second")
        document.approval_id.action_withdraw()
        self.assertEqual(document._submit_approval("Third").state, "pending")

    def test_check_is_made_again_when_approving(self):
        approval = self._submit()
        self.env["control.test.document"].browse(approval.res_id).amount = 1000.01
        with self.assertRaisesRegex(UserError, "The ceiling is 1,000.00"):
            approval.with_user(self.manager).action_approve()
        self.assertEqual(approval.state, "pending")
        approval.with_user(self.manager).action_refuse("Too much")
        self.assertEqual(approval.state, "refused", "what cannot be approved can still be refused")

    def test_position_of_that_day_is_kept(self):
        approval = self._submit()
        approval.with_user(self.manager).action_approve()
        self.assertEqual(approval.store_id, self.store)
        self.assertEqual(approval.decider_store_id, self.store)
        self.manager.employee_ids.department_id = False
        self.assertEqual(approval.decider_store_id, self.store)

    def test_figures_are_those_the_decider_saw(self):
        approval = self._submit()
        document = self.env["control.test.document"].browse(approval.res_id)
        document.amount = 700
        approval.invalidate_recordset(["figures_html"])
        self.assertIn("700.00", approval.with_user(self.manager).figures_html)
        approval.with_user(self.manager).action_approve()
        document.amount = 900
        approval.invalidate_recordset(["figures_html"])
        self.assertIn("700.00", approval.figures_html)

    def test_document_deleted(self):
        approval = self._submit()
        self.env["control.test.document"].browse(approval.res_id).with_user(self.clerk).unlink()
        self.assertEqual(approval.state, "void")
        with self.assertRaisesRegex(UserError, "no longer exists"):
            approval.action_open_document()
        self.assertIn("650.35", approval.figures_html)

    def test_record_of_what_happened(self):
        approval = self._submit()
        approval.with_user(self.manager).action_refuse("Pay first")
        events = self.env["hr.control.event"].search(
            [("dossier_id", "=", approval.sudo().dossier_id.id)], order="id"
        )
        self.assertEqual(events.mapped("code"), ["approval.requested", "approval.refused"])
        self.assertEqual(events.mapped("actor_uid"), [self.clerk.id, self.manager.id])
        self.assertEqual(events.mapped("seq"), [1, 2], "linked before the operation ends")
        self.assertIn("Pay first", events[1].summary)


@tagged("post_install", "-at_install")
class TestApprovalDuties(ApprovalCase):
    def test_nobody_decides_his_own(self):
        approval = self._submit(
            self.manager, levels=[["store", (self.manager | self.owner).ids, True]]
        )
        with self.assertRaisesRegex(UserError, "Nobody decides his own request"):
            approval.with_user(self.manager).action_approve()
        with self.assertRaisesRegex(UserError, "Nobody decides his own request"):
            approval.with_user(self.manager).action_refuse("Mine")

    def test_an_attempt_is_recorded_after_the_rollback(self):
        approval = self._submit()
        with self.assertRaises(UserError):
            approval.with_user(self.clerk).action_approve()
        waiting = self.cr.postrollback.data[PENDING]
        (row, dossier) = waiting["approval.attempt", approval.id, self.clerk.id][0]
        self.assertEqual((row["code"], row["actor_uid"]), ("approval.attempt", self.clerk.id))
        self.assertEqual(dossier["company_id"], self.company.id)
        self.assertEqual(row["document_id"], approval.sudo().res_id)

    def test_administrators_included(self):
        admin = self.env.ref("base.user_admin")
        admin.write({"company_ids": [fields.Command.link(self.company.id)]})
        approval = self._submit(admin, levels=[["store", (admin | self.owner).ids, True]])
        with self.assertRaisesRegex(UserError, "Nobody decides his own request"):
            approval.with_user(admin).action_approve()
        with self.assertRaisesRegex(UserError, "is not an active internal user"):
            approval.with_user(self.env.ref("base.user_root")).action_approve()

    def test_person_concerned_does_not_decide(self):
        levels = [["store", (self.manager | self.owner).ids, True]]
        approval = self._submit(levels=levels, concerned_id=self.manager.id)
        self.assertIn("concerns him", approval.sudo().step_id._get_principal(self.manager)[1])
        with self.assertRaises(UserError), mute_logger("odoo.addons.base.models.ir_rule"):
            approval.with_user(self.manager).action_approve()
        approval.with_user(self.owner).action_approve()

    def test_nobody_decides_two_levels(self):
        both = (self.manager | self.owner).ids
        approval = self._submit(mode="all", levels=[["store", both, True], ["finance", both, True]])
        approval.with_user(self.manager).action_approve()
        with self.assertRaisesRegex(UserError, "decided another level"):
            approval.with_user(self.manager).action_approve()
        approval.with_user(self.owner).action_approve()
        self.assertEqual(approval.state, "approved")

    def test_level_emptied_by_the_one_before_is_skipped(self):
        levels = [
            ["store", (self.manager | self.owner).ids, True],
            ["finance", self.owner.ids, True],
        ]
        approval = self._submit(mode="all", levels=levels)
        approval.with_user(self.owner).action_approve()
        self.assertEqual(approval.state, "approved")
        self.assertEqual(approval.step_ids[1].skip_code, "same")
        approval = self._submit(mode="all", levels=levels, minimum=2)
        approval.with_user(self.owner).action_approve()
        self.assertEqual(
            (approval.state, approval.stranded), ("pending", True), "four eyes are not two"
        )

    def test_stranger_is_refused(self):
        approval = self._submit()
        with self.assertRaises(AccessError):
            approval.with_user(self.stranger).action_approve()
        self.env.ref("hr_control_base.group_control_manager").user_ids += self.stranger
        with self.assertRaisesRegex(UserError, "not yours to decide"):
            approval.with_user(self.stranger).action_approve()

    def test_level_that_stands_by_is_refused(self):
        approval = self._submit()
        with self.assertRaisesRegex(UserError, "waits at level Store for Manager"):
            approval.with_user(self.owner).action_approve()

    def test_second_click_reads_who_was_first(self):
        approval = self._submit(levels=self._get_levels(store=False))
        approval.with_user(self.cashier).action_approve()
        with self.assertRaisesRegex(UserError, "already decided by Cashier on .*: approved"):
            approval.with_user(self.controller).action_approve()

    def test_refusal_needs_a_reason(self):
        approval = self._submit()
        for reason in ("", "   ", False, None, ["x"]):
            with self.assertRaisesRegex(UserError, "Say why"):
                approval.with_user(self.manager).action_refuse(reason)

    def test_refuse_wizard(self):
        approval = self._submit().with_user(self.manager)
        action = approval.action_open_refuse()
        wizard = (
            self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"])
        )
        wizard.create({"reason": "Not now"}).action_refuse()
        self.assertEqual(approval.state, "refused")

    def test_only_the_requester_withdraws(self):
        approval = self._submit()
        with self.assertRaisesRegex(AccessError, "Only Clerk"):
            approval.with_user(self.manager).action_withdraw()
        approval.action_withdraw()
        self.assertEqual(approval.state, "withdrawn")
        self.assertEqual(
            self.env["control.test.document"].browse(approval.res_id).result, "withdrawn"
        )
        with self.assertRaisesRegex(UserError, "not open any more"):
            approval.with_user(self.manager).action_approve()

    def test_states_change_by_their_methods_only(self):
        approval = self._submit()
        step = approval.sudo().step_id
        admin = self.env.ref("base.user_admin")
        for record, vals in (
            (approval.sudo(), {"state": "approved"}),
            (approval.sudo(), {"state": "refused"}),
            (approval.sudo(), {"decided_by_id": self.owner.id}),
            (approval.sudo(), {"requester_id": self.owner.id}),
            (approval.sudo(), {"barred_user_ids": [(5,)]}),
            (step, {"state": "approved"}),
            (step, {"state": "skipped"}),
            (step, {"state": "closed"}),
            (step, {"state": "escalated"}),
            (step, {"decided_by_id": self.owner.id}),
            (step, {"candidate_ids": [(4, self.stranger.id)]}),
            (step, {"candidate_ids": [(5,)], "state": "approved"}),
        ):
            for user in (self.clerk, self.stranger, admin, self.env.ref("base.user_root")):
                with self.subTest(vals=vals, user=user.login), self.assertRaises(UserError):
                    record.with_user(user).sudo().write(vals)

    def test_nobody_has_direct_access(self):
        approval = self._submit()
        self.env.ref("hr_control_base.group_control_manager").user_ids += self.manager
        for record in (approval, approval.step_ids):
            for user in (self.clerk, self.manager, self.env.ref("base.user_admin")):
                record_as = record.with_user(user)
                for call in (
                    lambda r=record_as: r.write({"state": "approved"}),
                    lambda r=record_as: r.create({"state": "approved"}),
                    lambda r=record_as: r.unlink(),
                ):
                    with (
                        self.assertRaises(AccessError),
                        mute_logger("odoo.addons.base.models.ir_model"),
                    ):
                        call()
        with self.assertRaises(AccessError):
            approval.sudo().unlink()

    def test_context_lifts_nothing(self):
        hostile = {
            "default_state": "approved",
            "default_decided_by_id": self.clerk.id,
            "default_minimum": 0,
            "tracking_disable": True,
            "mail_activity_automation_skip": True,
            "active_test": False,
            "force": True,
        }
        document = self._create_document().with_context(**hostile)
        approval = document._submit_approval("x").sudo(False)
        self.assertEqual(approval.state, "pending")
        self.assertEqual(approval.step_id.state, "open")
        self.assertEqual(approval.sudo().activity_ids.user_id, self.manager)
        with self.assertRaisesRegex(UserError, "Nobody decides his own request"):
            approval.with_context(**hostile).action_approve()

    def test_mixin_field_is_closed_to_clients(self):
        approval = self._submit()
        document = self._create_document()
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            document.write({"approval_id": approval.id})
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            self._create_document(approval_id=approval.id)
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            document.with_context(default_approval_id=approval.id).create({"name": "x"})
        self.assertTrue(document.fields_get(["approval_id"])["approval_id"]["readonly"])

    def test_tasks_and_words_are_ones_own(self):
        """Who asked neither takes the task off the decider's list nor speaks in his name."""
        approval = self._submit().with_user(self.clerk)
        task = approval.sudo().activity_ids.with_user(self.clerk)
        self.assertEqual(task.sudo().user_id, self.manager)
        manager = self.manager.partner_id
        for call in (
            lambda: task.unlink(),
            lambda: task.write({"user_id": self.clerk.id}),
            lambda: task.action_feedback("Done"),
            lambda: approval.message_post(body="I agree", author_id=manager.id),
        ):
            with (
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.cr.savepoint(),
            ):
                call()
        said = approval.message_post(body="Please")
        self.assertEqual(said.author_id, self.clerk.partner_id)
        task.with_user(self.manager).action_feedback("Seen")
        self.assertFalse(task.sudo().exists().active)

    @users("control_manager", "control_clerk", "control_stranger")
    def test_public_methods_are_safe_with_any_ids(self):
        approval = self._submit()
        foreign = self.env["hr.control.approval"].browse([approval.id, 2**31 - 1])
        for call in (
            foreign.action_approve,
            lambda: foreign.action_refuse("x"),
            foreign.action_withdraw,
            foreign[1].action_open_document,
            foreign[1].action_open_refuse,
        ):
            with (
                self.assertRaises(UserError),
                self.cr.savepoint(),
                mute_logger("odoo.addons.base.models.ir_rule"),
            ):
                call()
        self.assertEqual(approval.state, "pending")

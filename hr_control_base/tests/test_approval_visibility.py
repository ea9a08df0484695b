from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import ApprovalCase


@tagged("post_install", "-at_install")
class TestApprovalVisibility(ApprovalCase):
    def _search(self, user, *domain):
        Approval = self.env["hr.control.approval"].with_user(user)
        return Approval.with_context(allowed_company_ids=user.company_ids.ids).search(list(domain))

    def test_who_sees_what(self):
        approval = self._submit()
        for user, seen in (
            (self.clerk, True),
            (self.manager, True),
            (self.owner, True),
            (self.stranger, False),
        ):
            self.assertEqual(approval in self._search(user), seen, user.name)
            self.assertEqual(
                bool(self.env["hr.control.approval.step"].with_user(user).search([])),
                seen,
                user.name,
            )
        for group in ("group_control_manager", "group_control_auditor"):
            user = self._create_user(group, groups=f"base.group_user,hr_control_base.{group}")
            self.assertIn(approval, self._search(user))
            abroad = self._create_user(
                f"{group}_x", self.other_company, groups=f"hr_control_base.{group}"
            )
            self.assertNotIn(approval, self._search(abroad))

    def test_request_of_a_company_that_is_not_active(self):
        self.manager.company_ids += self.other_company
        approval = self._submit()
        elsewhere = approval.with_user(self.manager).with_context(
            allowed_company_ids=self.other_company.ids
        )
        self.assertTrue(elsewhere.search([("my_turn", "=", True)]) >= approval)
        elsewhere.action_approve()
        self.assertEqual(approval.state, "approved")

    def test_my_turn_search_and_field_agree(self):
        approvals = (
            self._submit()
            | self._submit(levels=self._get_levels(store=False))
            | self._submit(self.manager)
        )
        approvals |= self._submit(mode="all")
        approvals[3].with_user(self.manager).action_approve()
        for user in (self.clerk, self.manager, self.cashier, self.controller, self.owner):
            visible = approvals.with_user(user)._filtered_access("read")
            visible.invalidate_recordset()
            mine = visible.filtered("my_turn")
            for domain, expected in (
                ([("my_turn", "=", True)], mine),
                ([("my_turn", "!=", True)], visible - mine),
                ([("my_turn", "=", False)], visible - mine),
            ):
                self.assertEqual(
                    self._search(user, ("id", "in", approvals.ids), *domain),
                    expected,
                    (user.name, domain),
                )
        self.assertEqual(len(self._search(self.manager, ("my_turn", "=", True))), 1)

    def test_activity_and_mail_for_each_candidate(self):
        self.cashier.lang = "en_US"
        approval = self._submit(levels=self._get_levels(store=False)).sudo()
        both = self.cashier | self.controller
        self.assertEqual(approval.activity_ids.user_id, both)
        self.assertEqual(len(approval.activity_ids), 2)
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", approval._name), ("res_id", "=", approval.id)])
        )
        self.assertEqual(mails.recipient_ids, both.partner_id)
        self.assertEqual(len(mails), 2)
        self.assertIn("650.35", mails[0].body_html)
        self.assertIn("Regular customer", mails[0].body_html)
        self.assertIn(f"/odoo/my-approvals/{approval.id}", mails[0].body_html)
        self.assertFalse(approval.message_ids & mails.mail_message_id, "the chatter is for talk")
        approval.with_user(self.cashier).sudo(False).action_approve()
        self.assertFalse(approval.activity_ids)

    def test_requester_reads_result_and_reason(self):
        approval = self._submit()
        approval.with_user(self.manager).action_refuse("Pay first")
        message = approval.sudo().message_ids[0]
        self.assertEqual(message.notified_partner_ids, self.clerk.partner_id)
        self.assertIn("refused by Manager", message.body)
        self.assertIn("Pay first", message.body)

    def test_list_costs_the_same_for_five_and_twenty(self):
        def read(approvals):
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            approvals.with_user(self.manager).read(
                ["name", "my_turn", "figures_html", "is_overdue", "requester_id"]
            )
            return self.cr.sql_log_count - start

        approvals = self.env["hr.control.approval"].union(*(self._submit() for _i in range(20)))
        read(approvals[:1])
        few, many = read(approvals[:5]), read(approvals)
        self.assertLessEqual(many, few)

    def test_search_by_filters(self):
        approval = self._submit()
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.assertTrue(approval.is_overdue)
        self.assertFalse(
            self._search(self.clerk, ("state", "=", "pending"), ("deadline", "<", "now"))
        )
        groups = (
            self.env["hr.control.approval"]
            .with_user(self.clerk)
            .formatted_read_group(
                [], ["res_model", "state", "store_id", "requested_at:month"], ["__count"]
            )
        )
        self.assertEqual(groups[0]["res_model"], "control.test.document")

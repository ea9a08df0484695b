from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AdvanceCommon


@tagged("post_install", "-at_install")
class TestApproval(AdvanceCommon):
    def test_manager_then_finance(self):
        advance = self._submit(self._make_advance())
        self.assertTrue(advance.with_user(self.manager).my_turn)
        self.assertFalse(advance.with_user(self.finance).my_turn)
        with self.assertRaisesRegex(UserError, "not yours to decide"):
            advance.with_user(self.finance).action_approve()
        advance.with_user(self.manager).action_approve()
        self.assertEqual(advance.request_state, "manager_approved")
        with self.assertRaisesRegex(UserError, "second person"):
            advance.with_user(self.manager).action_approve()
        advance.with_user(self.finance).action_approve()
        self.assertEqual(
            (advance.request_state, advance.state), ("finance_approved", "finance_approved")
        )

    def test_my_turn_is_searched(self):
        advance = self._submit(self._make_advance())
        found = (
            self.env["hr.employee.advance"].with_user(self.manager).search([("my_turn", "=", True)])
        )
        self.assertEqual(found, advance)

    def test_nobody_decides_his_own(self):
        lender = self._create_employee(self.finance, parent_id=self.manager_employee.id)
        advance = self._submit(self._make_advance(user=self.finance, employee_id=lender.id))
        advance.with_user(self.manager).action_approve()
        with self.assertRaisesRegex(UserError, "his own request"):
            advance.with_user(self.finance).action_approve()
        advance.with_user(self.second_finance).action_approve()
        self.assertEqual(advance.request_state, "finance_approved")

    def test_administrator_has_no_way_around(self):
        admin = self._create_user("advance_superuser", "base.group_system")
        admin.group_ids |= self.env.ref("hr_employee_advance.group_advance_finance")
        employee = self._create_employee(admin, parent_id=self.manager_employee.id)
        advance = self._submit(self._make_advance(user=admin, employee_id=employee.id))
        advance.with_user(self.manager).action_approve()
        for attempt in (
            lambda: advance.with_user(admin).action_approve(),
            lambda: advance.with_user(admin).sudo().approval_id.action_approve(),
            lambda: advance.with_user(admin).sudo().write({"request_state": "finance_approved"}),
        ):
            with self.assertRaises(UserError):
                attempt()

    def test_manager_asking_for_himself_goes_up(self):
        boss = self._create_user("advance_boss")
        self.manager_employee.parent_id = self._create_employee(boss)
        advance = self._submit(self._make_advance(user=self.manager))
        self.assertEqual(advance.approval_id.candidate_ids, boss)

    def test_no_manager_takes_two_of_finance(self):
        self.employee.parent_id = False
        advance = self._submit(self._make_advance())
        self.assertIn(self.finance, advance.approval_id.candidate_ids)
        advance.with_user(self.finance).action_approve()
        with self.assertRaisesRegex(UserError, "second person"):
            advance.with_user(self.finance).action_approve()
        advance.with_user(self.second_finance).action_approve()
        self.assertEqual(advance.request_state, "finance_approved")

    def test_department_manager_stands_in(self):
        head = self._create_user("advance_head")
        self.department.manager_id = self._create_employee(head)
        self.employee.parent_id = self._create_employee()
        advance = self._submit(self._make_advance())
        self.assertEqual(advance.approval_id.candidate_ids, head)

    def test_managers_in_a_circle(self):
        second = self._create_employee(parent_id=self.employee.id)
        self.cr.execute(
            "UPDATE hr_employee SET parent_id = %s WHERE id = %s", [second.id, self.employee.id]
        )
        self.env.invalidate_all()
        advance = self._submit(self._make_advance())
        self.assertNotIn(self.user, advance.approval_id.candidate_ids)
        self.assertTrue(advance.approval_id.candidate_ids)

    def test_archived_manager_is_replaced(self):
        advance = self._submit(self._make_advance())
        self.manager.active = False
        self.assertFalse(advance.approval_id.step_id._get_able_candidates())
        advance.approval_id._escalate()
        self.assertTrue(advance.with_user(self.finance).my_turn)
        self._approve(advance)
        approved = advance.approval_id.step_ids.decided_by_id
        self.assertEqual((advance.request_state, len(approved)), ("finance_approved", 2))

    def test_nobody_in_finance(self):
        finance = self.env.ref("hr_employee_advance.group_advance_finance")
        finance.all_user_ids.active = False
        with self.assertRaisesRegex(UserError, "needs 2 different people"):
            self._submit(self._make_advance())

    def test_delegate_is_logged_as_delegate(self):
        advance = self._submit(self._make_advance())
        self.env["hr.control.delegation"].with_user(self.manager).create(
            {
                "delegate_id": self.colleague.id,
                "date_from": fields.Date.today(),
                "date_to": fields.Date.add(fields.Date.today(), days=2),
            }
        )
        advance.with_user(self.colleague).action_approve()
        step = advance.approval_id.step_ids[0]
        self.assertEqual((step.decided_by_id, step.on_behalf_of_id), (self.colleague, self.manager))

    def test_refused_with_a_reason(self):
        advance = self._submit(self._make_advance())
        wizard = advance.with_user(self.manager).action_open_refuse()
        self.env[wizard["res_model"]].with_user(self.manager).with_context(
            **wizard["context"]
        ).create({"reason": "Too dear"}).action_refuse()
        self.assertEqual(advance.request_state, "rejected")
        self.assertIn("Too dear", advance.message_ids[0].body)
        self.assertEqual(
            self.env["hr.employee.advance"]._get_open(self.employee)[self.employee.id].total, 0.0
        )

    # Questions ----------------------------------------------------------------------------------

    def _ask_questions(self):
        self.purpose.question_ids = [
            Command.create({"name": "What for?"}),
            Command.create({"name": "Anything else?", "is_required": False}),
        ]
        return self._submit(self._make_advance())

    def test_manager_answers_before_he_approves(self):
        advance = self._ask_questions()
        with self.assertRaisesRegex(UserError, "What for"):
            advance.approval_id.with_user(self.manager).action_approve()
        action = advance.with_user(self.manager).action_approve()
        Wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard = Wizard.with_context(**action["context"]).create({})
        self.assertEqual(wizard.line_ids.mapped("question"), ["What for?", "Anything else?"])
        with self.assertRaisesRegex(UserError, "What for"):
            wizard.action_approve()
        wizard.line_ids[0].answer = "The fair in May"
        wizard.action_approve()
        self.assertEqual(advance.request_state, "manager_approved")
        self.assertRecordValues(
            advance.answer_ids[0],
            [{"answer": "The fair in May", "answered_by_id": self.manager.id}],
        )

    def test_answers_are_the_deciders(self):
        advance = self._ask_questions()
        Wizard = self.env["hr.employee.advance.approve"]
        for user in (self.user, self.finance):
            wizard = Wizard.with_user(user).create({"advance_id": advance.id})
            wizard.line_ids.answer = "Forged"
            with self.assertRaises(AccessError):
                wizard.action_approve()
            with self.assertRaises(AccessError):
                advance.answer_ids.with_user(user).write({"answer": "Forged"})
        self.assertFalse(any(advance.answer_ids.mapped("answer")))

    # Further levels -----------------------------------------------------------------------------

    def _create_step(self, **values):
        return self.env["hr.employee.advance.step"].create(
            {
                "name": "General Manager",
                "company_id": self.company.id,
                "user_ids": self.write_off.ids,
            }
            | values
        )

    def _get_labels(self, amount=1000.0, **values):
        advance = self._submit(self._make_advance(amount, **values))
        return advance.approval_id.step_ids.mapped("label")

    def test_further_level_from_an_amount(self):
        boss = self._create_user("advance_gm")
        self._create_step(amount_from=5000.0, user_ids=boss.ids)
        self.assertNotIn("General Manager", self._get_labels(4999.99))
        advance = self._submit(self._make_advance(5000.0))
        for user in (self.manager, self.finance):
            advance.with_user(user).action_approve()
        self.assertEqual(advance.request_state, "manager_approved")
        self.env.invalidate_all()
        self.assertEqual(advance.with_user(boss).amount, 5000.0, "who decides it reads it")
        advance.with_user(boss).action_approve()
        self.assertEqual(advance.request_state, "finance_approved")

    def test_further_level_by_position_and_purpose(self):
        other_job = self.env["hr.job"].create({"name": "Buyer", "company_id": self.company.id})
        parent = self.env["hr.department"].create({"name": "Sales", "company_id": self.company.id})
        self.department.parent_id = parent
        other = self.env["hr.department"].create({"name": "IT", "company_id": self.company.id})
        level = self.env["hr.control.level"].create({"name": "Junior"})
        for values, asked in (
            ({"job_ids": self.job.ids}, True),
            ({"job_ids": other_job.ids}, False),
            ({"purpose_ids": self.purpose.ids}, True),
            ({"purpose_ids": self.env.ref("hr_employee_advance.purpose_travel").ids}, False),
            ({"department_ids": parent.ids}, True),
            ({"department_ids": other.ids}, False),
            ({"level_ids": level.ids}, False),
        ):
            step = self._create_step(**values)
            with self.subTest(values):
                self.assertEqual("General Manager" in self._get_labels(1.0), asked)
            step.unlink()

    def test_further_level_of_a_group(self):
        group = self.env["res.groups"].create({"name": "Board"})
        member = self._create_user("advance_board")
        member.group_ids |= group
        self._create_step(user_ids=False, group_id=group.id)
        advance = self._submit(self._make_advance())
        self.assertEqual(advance.approval_id.step_ids[-1].candidate_ids, member)

    def test_vacant_further_level_stops_the_request(self):
        self._create_step().user_ids.active = False
        with self.assertRaisesRegex(UserError, "General Manager: Nobody"):
            self._submit(self._make_advance())

    def test_a_level_names_somebody(self):
        with self.assertRaisesRegex(UserError, "people or a group"):
            self._create_step(user_ids=False)

    def test_figures_for_those_who_decide(self):
        self._submit(self._make_advance(300.0))
        advance = self._submit(self._make_advance(200.0))
        figures = dict(advance._get_approval_figures())
        text = " ".join(figures.values())
        for amount in ("200.00", "300.00", "10,000.00", "500.00"):
            self.assertIn(amount, text)
        self.assertIn(self.purpose.name, text)

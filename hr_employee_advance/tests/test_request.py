import base64

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .common import AdvanceCommon


@tagged("post_install", "-at_install")
class TestRequest(AdvanceCommon):
    def _attach(self, advance, count=1, user=None):
        files = (
            self.env["ir.attachment"]
            .with_user(user or self.user)
            .create([{"name": f"{n}.txt", "raw": b"plan"} for n in range(count)])
        )
        paper = advance.paper_ids[:1].with_user(user or self.user)
        paper.write({"attachment_ids": [Command.link(file.id) for file in files]})
        return files

    def test_form_shows_room_before_typing(self):
        self._submit(self._make_advance(3000.0))
        with Form(self.env["hr.employee.advance"].with_user(self.user)) as form:
            self.assertEqual(form.employee_id, self.employee)
            self.assertEqual(form.own_pending, 3000.0)
            self.assertEqual(form.own_quota, 10000.0)
            self.assertEqual(form.own_left, 7000.0)
            self.assertIn("7,000.00", form.quota_sentence)
            form.purpose_id = self.purpose
            form.description = "Hall 4"
            form.amount = 7000.01
            self.assertIn("Ask for less", form.quota_sentence)
            form.amount = 650.35
        self.assertFalse(form.record.submitted_by_id)

    def test_days_to_settle_come_from_the_purpose(self):
        self.assertEqual(self.purpose.settle_days, 15)
        with freeze_time("2026-02-20 04:00:00"):
            advance = self._make_advance()
            self.assertEqual(advance.date_expected, fields.Date.to_date("2026-03-07"))
            advance.date_expected = "2026-03-01"
            self._submit(advance)
            self.assertEqual(advance.date_expected, fields.Date.to_date("2026-03-01"))

    def test_expected_day_must_be_still_to_come(self):
        with freeze_time("2026-02-20 04:00:00"):
            advance = self._make_advance(date_expected="2026-02-20")
            with self.assertRaisesRegex(UserError, "still to come"):
                self._submit(advance)
            advance.date_expected = "2026-02-21"
            self._submit(advance)
        self.assertEqual(advance.request_state, "submitted")

    def test_number_is_given_when_asked(self):
        first, second = self._make_advance(), self._make_advance()
        self.assertEqual((first | second).mapped("name"), ["/", "/"])
        first.with_user(self.user).unlink()
        self._submit(second)
        third = self._submit(self._make_advance())
        numbers = [int(advance.name.rsplit("/", 1)[1]) for advance in (second, third)]
        self.assertEqual(numbers[1], numbers[0] + 1, "a deleted draft leaves no gap")

    def test_papers_wanted_by_kind(self):
        self.purpose.paper_ids = [
            Command.create({"name": "Offer", "minimum": 2}),
            Command.create({"name": "Receipt", "stage": "settlement"}),
        ]
        advance = self._make_advance()
        self.assertEqual(advance.paper_ids.kind_id.mapped("name"), ["Offer"])
        self._attach(advance)
        with self.assertRaisesRegex(UserError, "Attach 1 × Offer"):
            self._submit(advance)
        files = self._attach(advance)
        self._submit(advance)
        event = self.env["hr.control.event"].search(
            [("code", "=", "advance.submitted"), ("document_id", "=", advance.id)]
        )
        self.assertEqual(event.payload.count('"sha256"'), 2)
        for attempt in (
            lambda: files.with_user(self.user).write({"raw": b"other"}),
            lambda: files.with_user(self.user).unlink(),
            lambda: advance.paper_ids.with_user(self.user).write(
                {"attachment_ids": [Command.clear()]}
            ),
        ):
            with self.assertRaises(UserError):
                attempt()
        self.assertEqual(files.raw, b"plan")

    def test_manager_reads_the_papers(self):
        self.purpose.paper_ids = [Command.create({"name": "Offer"})]
        advance = self._make_advance()
        files = self._attach(advance)
        self._submit(advance)
        self.env.invalidate_all()
        self.assertEqual(files.with_user(self.manager).raw, b"plan")
        with self.assertRaises(AccessError):
            files.with_user(self.colleague).read(["raw"])

    def test_strangers_file_is_no_paper(self):
        self.purpose.paper_ids = [Command.create({"name": "Offer"})]
        advance = self._make_advance()
        secret = self.env["ir.attachment"].create(
            {"name": "secret", "datas": base64.b64encode(b"secret")}
        )
        with self.assertRaises(AccessError):
            advance.paper_ids.with_user(self.user).write(
                {"attachment_ids": [Command.link(secret.id)]}
            )

    def test_customers_named(self):
        self.purpose.customers_required = True
        advance = self._make_advance()
        with self.assertRaisesRegex(UserError, "name the customers"):
            self._submit(advance)
        advance.partner_ids = self.partner_a
        self._submit(advance)
        self.assertEqual(advance.request_state, "submitted")

    def test_document_named(self):
        self.purpose.document_required = True
        with self.assertRaisesRegex(UserError, "name the document"):
            self._submit(self._make_advance())

    def test_what_was_asked_is_fixed(self):
        advance = self._submit(self._make_advance())
        for vals in (
            {"amount": 1.0},
            {"purpose_id": self.env.ref("hr_employee_advance.purpose_other").id},
            {"currency_id": self.env.ref("base.JPY").id},
            {"employee_id": self.colleague_employee.id},
            {"date_expected": "2030-01-01"},
            {"description": "Something else"},
        ):
            for user in (self.user, self.rules, self.env.user):
                with (
                    self.subTest(vals=vals, user=user.login),
                    self.assertRaises(UserError),
                ):
                    advance.with_user(user).write(vals)

    def test_recall_change_and_ask_again(self):
        advance = self._submit(self._make_advance())
        name, first = advance.name, advance.approval_id
        advance.with_user(self.user).action_recall()
        self.assertEqual((advance.request_state, first.state), ("draft", "withdrawn"))
        advance.with_user(self.user).amount = 900.0
        self._submit(advance)
        self.assertEqual(advance.name, name)
        self.assertNotEqual(advance.approval_id, first)
        told = ("advance.submitted", "advance.recalled")
        codes = self.env["hr.control.event"].search(
            [("document_model", "=", advance._name), ("document_id", "=", advance.id)], order="id"
        )
        self.assertEqual(
            [code for code in codes.mapped("code") if code in told],
            ["advance.submitted", "advance.recalled", "advance.submitted"],
        )

    def test_employee_takes_back_what_was_asked_for_him(self):
        advance = self._make_advance(user=self.hr_officer, employee_id=self.employee.id)
        approval = self._submit(advance).approval_id
        advance.with_user(self.user).action_recall()
        self.assertEqual((advance.request_state, approval.state), ("draft", "void"))

    def test_manager_cannot_recall(self):
        advance = self._submit(self._make_advance())
        with self.assertRaises(AccessError):
            advance.with_user(self.manager).action_recall()

    def test_cancel_while_nothing_is_paid(self):
        drafted, asked = self._make_advance(), self._submit(self._make_advance())
        approved = self._approve(self._make_advance())
        self.assertFalse(asked.with_user(self.manager).can_cancel)
        for advance in (drafted, asked, approved):
            self.assertTrue(advance.with_user(self.user).can_cancel)
            advance.with_user(self.user).action_cancel()
            self.assertEqual(advance.request_state, "cancelled")
        self.assertFalse(approved.with_user(self.user).can_cancel)
        with self.assertRaisesRegex(UserError, "closed already"):
            approved.with_user(self.user).action_cancel()
        with self.assertRaises(AccessError):
            self._make_advance().with_user(self.manager).action_cancel()

    def test_only_drafts_are_deleted(self):
        advance = self._submit(self._make_advance())
        with self.assertRaisesRegex(UserError, "stays on record"):
            advance.unlink()

    def test_copy_drops_what_was_decided(self):
        advance = self._approve(self._make_advance())
        copy = advance.with_user(self.user).copy()
        self.assertRecordValues(
            copy.sudo(),
            [
                {
                    "name": "/",
                    "request_state": "draft",
                    "approval_id": False,
                    "quota_code": False,
                    "submitted_by_id": False,
                    "job_id": False,
                    "amount": 1000.0,
                }
            ],
        )

    def test_position_of_the_day_is_kept(self):
        level = self.env["hr.control.level"].create({"name": "Senior"})
        region = self.env["hr.control.region"].create({"name": "East"})
        self.department.write({"control_is_store": True, "control_region_id": region.id})
        self.employee.write({"control_level_id": level.id, "wage": 8000.0})
        advance = self._submit(self._make_advance())
        self.employee.write({"job_id": False, "parent_id": False, "wage": 9000.0})
        self.assertRecordValues(
            advance,
            [
                {
                    "job_id": self.job.id,
                    "level_id": level.id,
                    "department_id": self.department.id,
                    "store_id": self.department.id,
                    "region_id": region.id,
                    "manager_id": self.manager_employee.id,
                    "submitted_by_id": self.user.id,
                    "wage_snapshot": 8000.0,
                }
            ],
        )

    def test_wage_only_for_hr_administrators(self):
        advance = self._submit(self._make_advance())
        for user in (self.user, self.manager, self.finance, self.auditor, self.hr_officer):
            with self.assertRaises(AccessError):
                advance.with_user(user).read(["wage_snapshot"])
        advance.with_user(self.hr_manager).read(["wage_snapshot"])

    def test_officer_asks_for_somebody_without_login(self):
        nobody = self._create_employee(parent_id=self.manager_employee.id)
        advance = self._make_advance(user=self.hr_officer, employee_id=nobody.id)
        self._submit(advance)
        self.assertEqual(advance.approval_id.requester_id, self.hr_officer)
        self.assertEqual(advance.approval_id.candidate_ids, self.manager)
        self._approve(advance)
        self.assertEqual(advance.request_state, "finance_approved")

    def test_amount_of_less_than_a_cent(self):
        from psycopg2.errors import CheckViolation

        from odoo.tools import mute_logger

        for amount in (0.0, -5.0, 0.004):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.cr.savepoint(),
            ):
                self._make_advance(amount).flush_recordset()

    def test_archived_employee_asks_for_nothing(self):
        advance = self._make_advance(user=self.hr_officer, employee_id=self.employee.id)
        self.employee.active = False
        with self.assertRaisesRegex(UserError, "has left the company"):
            self._submit(advance)

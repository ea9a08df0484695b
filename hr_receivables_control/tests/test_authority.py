from datetime import date, timedelta
from io import BytesIO

from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import CreditCommon

URL = "/hr_receivables_control/authority_matrix?company_id=%s&day=%s"


class MatrixCommon(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._company_today()
        cls.rule = cls._create_rule(
            200.0,
            employee_id=cls.manager_employee.id,
            max_customer_limit=1500.0,
            max_emergency_amount=500.0,
            date_from=cls.today,
        )
        cls.seller_rule = cls._create_rule(
            0.0, department_id=cls.store.id, limit_order=True, order_limit=50.0
        )
        cls.auditor = cls._create_user("credit_auditor", "hr_control_base.group_control_auditor")

    def _rows(self, day=None):
        rows = self.env["credit.authority"]._get_matrix(self.company, day)
        return {row["user_id"]: row for row in rows}


@tagged("post_install", "-at_install")
class TestAuthorityMatrix(MatrixCommon):
    def test_each_person_with_the_rule_that_applies(self):
        rows = self._rows()
        manager, seller = rows[self.store_manager.id], rows[self.salesman.id]
        self.assertEqual(manager["authority_id"], self.rule.id)
        self.assertEqual((manager["over_amount"], manager["grant_limit"]), (200.0, 1500.0))
        self.assertEqual(manager["emergency_amount"], 500.0)
        self.assertIsNone(manager["order_limit"])
        self.assertEqual(seller["authority_id"], self.seller_rule.id)
        self.assertEqual((seller["order_limit"], seller["department_id"]), (50.0, self.store.id))
        owner = rows[self.owner.id]
        self.assertIsNone(owner["over_amount"])
        self.assertFalse(owner["authority_id"])
        self.assertEqual(rows[self.controller.id]["over_amount"], 0.0)

    def test_as_of_another_day(self):
        yesterday = self.today - timedelta(days=1)
        self.assertEqual(
            self._rows(yesterday)[self.store_manager.id]["authority_id"], self.seller_rule.id
        )
        self.rule.date_to = self.today
        tomorrow = self.today + timedelta(days=1)
        self.assertEqual(
            self._rows(self.today)[self.store_manager.id]["authority_id"], self.rule.id
        )
        self.assertNotEqual(
            self._rows(tomorrow)[self.store_manager.id]["authority_id"], self.rule.id
        )

    def test_suspended_on_that_day(self):
        suspension = self.env["credit.suspension"].create(
            {"user_id": self.store_manager.id, "reason": "x", "company_id": self.company.id}
        )
        row = self._rows()[self.store_manager.id]
        self.assertEqual((row["suspension_id"], row["over_amount"]), (suspension.id, 0.0))
        yesterday = self._rows(self.today - timedelta(days=1))[self.store_manager.id]
        self.assertFalse(yesterday["suspension_id"])
        suspension.sudo().date_to = suspension.date_from
        self.assertFalse(self._rows()[self.store_manager.id]["suspension_id"])

    def test_screen_suspends_and_lifts(self):
        wizard = self.env["credit.authority.matrix"].with_user(self.controller).create({})
        wizard.company_id = self.company
        action = wizard.action_show()
        lines = self.env[action["res_model"]].with_user(self.controller).search(action["domain"])
        line = lines.filtered(lambda line: line.user_id == self.salesman)
        self.assertRecordValues(
            line,
            [{"authority_id": self.seller_rule.id, "over_amount_text": "$\xa00.00", "status": ""}],
        )
        self.assertIn("50.00", line.order_limit_text)
        self.assertEqual(
            lines.filtered(lambda line: line.user_id == self.owner).over_amount_text, "any"
        )
        suspend = line.action_suspend()
        self.env["credit.suspension"].with_user(self.controller).with_context(
            **suspend["context"]
        ).create({"reason": "Left"})
        wizard.action_show()
        line = wizard.line_ids.filtered(lambda line: line.user_id == self.salesman)
        self.assertEqual(line.status, "Authority suspended")
        lift = line.action_lift()
        self.env[lift["res_model"]].with_user(self.controller).with_context(
            **lift["context"]
        ).create({"reason": "Back"}).action_lift()
        self.assertFalse(self._rows()[self.salesman.id]["suspension_id"])

    def test_only_those_who_answer_for_credit_see_it(self):
        Authority = self.env["credit.authority"]
        for user in (self.salesman, self.store_manager):
            with self.assertRaises(AccessError):
                Authority.with_user(user)._check_matrix_access(self.company)
            with self.assertRaises(AccessError):
                self.env["credit.authority.matrix"].with_user(user).create({})
        for user in (self.controller, self.owner, self.auditor):
            Authority.with_user(user)._check_matrix_access(self.company)
        other = self.env["res.company"].create({"name": "Other Company"})
        with self.assertRaises(AccessError):
            Authority.with_user(self.owner)._check_matrix_access(other)

    def test_number_of_people_does_not_matter(self):
        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["credit.authority"]._get_matrix(self.company)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(5):
            user = self._create_user(f"credit_more_{number}", "sales_team.group_sale_salesman")
            self._create_employee(user)
        count()
        self.assertLessEqual(count(), few)

    def test_changes_of_rules_are_on_record(self):
        rule = self._create_rule(10.0).with_user(self.owner)
        rule.write({"max_over_amount": 20.0, "limit_pool": True, "pool_limit": 100.0})
        rule.write({"max_over_amount": 20.0})
        rule_id = rule.id
        rule.unlink()
        events = self.env["hr.control.event"].search(
            [("document_model", "=", "credit.authority"), ("document_id", "=", rule_id)],
            order="id",
        )
        self.assertEqual(
            events.mapped("code"),
            ["credit.authority", "credit.authority", "credit.authority_removed"],
        )
        self.assertIn("Highest Excess Released", events[1].summary)
        self.assertIn('"max_over_amount":["10.0","20.0"]', events[1].payload)


@tagged("post_install", "-at_install")
class TestAuthorityMatrixFile(MatrixCommon, HttpCase):
    def _download(self, login, company=None, day=None):
        self.authenticate(login, login)
        return self.url_open(URL % ((company or self.company).id, day or self.today))

    def test_workbook(self):
        answer = self._download("credit_controller")
        self.assertEqual(answer.status_code, 200)
        sheet = load_workbook(BytesIO(answer.content)).active
        heading = [cell.value for cell in sheet[2]]
        rows = {row[0]: dict(zip(heading, row, strict=True)) for row in sheet.values}
        row = rows[self.store_manager.name]
        self.assertEqual((row["Releases Excess"], row["Grants Limits"]), (200, 1500))
        self.assertEqual(rows[self.owner.name]["Releases Excess"], "any")
        self.assertEqual(rows[self.salesman.name]["Sells per Order"], 50)

    def test_access(self):
        self.assertEqual(self._download("credit_auditor").status_code, 200)
        self.assertEqual(self._download("credit_salesman").status_code, 403)
        other = self.env["res.company"].create({"name": "Other Company"})
        self.assertEqual(self._download("credit_controller", company=other).status_code, 403)
        self.assertEqual(self._download("credit_controller", day="never").status_code, 400)
        self.assertEqual(self._download("credit_controller", day=date(2020, 1, 1)).status_code, 200)

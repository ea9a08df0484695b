from odoo.exceptions import AccessError
from odoo.tests import tagged

from .clearance_common import ClearanceCommon


@tagged("post_install", "-at_install")
class TestHostileReading(ClearanceCommon):
    """What a colleague tries to learn by fields that other records pass on."""

    def test_flag_of_ones_own(self):
        advance = self._paid(100.0)
        domain = [("id", "=", advance.id), ("flag_ids", "!=", False)]
        before = advance.with_user(self.user).search(domain)
        self.env["hr.employee.advance.flag"].create(
            {"advance_id": advance.id, "code": "overdue", "found_on": "2026-01-01"}
        )
        self.assertEqual(advance.with_user(self.user).search(domain), before)
        self.assertFalse(advance.with_user(self.user).flag_ids)

    def test_warning_on_ones_own_request(self):
        """Those who decide read it with the request; who asked does not, not afterwards either."""
        advance = self._submit(self._make_advance(100.0))
        self.env["hr.employee.advance.flag"].search([]).unlink()
        flag = self.env["hr.employee.advance.flag"].create(
            {
                "advance_id": advance.id,
                "code": "overdue",
                "found_on": "2026-01-01",
                "figures": {"residual": 100.0, "overdue_days": 3},
            }
        )
        approval = advance.approval_id
        self.assertIn("Unusual", approval.with_user(self.manager).figures_html)
        self.assertNotIn("Unusual", approval.with_user(self.user).figures_html)
        self._approve(advance)
        self.assertTrue(flag.sentence)
        self.assertNotIn("Unusual", str(approval.with_user(self.user).figures))
        self.assertNotIn("Unusual", approval.with_user(self.user).figures_html)

    def test_screens_of_others(self):
        self._paid(100.0)
        self.company.advance_offset_policy = "observe"
        expense = self._spend(10.0).expense_ids
        wizard = (
            self.env["hr.employee.advance.relink"]
            .with_user(self.user)
            .create({"expense_id": expense.id, "reason": "x"})
        )
        self.assertTrue(wizard.line_ids.read())
        for records in (wizard, wizard.line_ids):
            with self.subTest(records), self.assertRaises(AccessError):
                records.with_user(self.colleague).read()

    def test_amounts_by_screens_of_ones_own(self):
        advance = self._paid(100.0)
        expense = self._create_expense(10.0, employee=self.colleague_employee)
        relink = (
            self.env["hr.employee.advance.relink"]
            .with_user(self.colleague)
            .create({"expense_id": expense.id, "reason": "x"})
        )
        with self.assertRaises(AccessError):
            line = relink.line_ids.create({"relink_id": relink.id, "advance_id": advance.id})
            self.fail(line.read(["amount_residual"])[0]["amount_residual"])
        effects = self.env["hr.employee.advance.effect"].with_user(self.user)
        spec = {"advance_id": {}, "amount_company": {}}
        found = effects.onchange({"advance_id": advance.id}, ["advance_id"], spec)
        self.assertEqual(found["value"]["amount_company"], 100.0)

    def test_open_points_of_a_stranger(self):
        self._paid(100.0)
        line = self._start().line_ids.filtered(lambda line: line.kind == "finance")
        self.assertIn("100.00", line.missing)
        reasons = self.env["hr.employee.clearance.reason"].with_user(self.colleague)
        reason = reasons.create({"line_id": line.id, "kind": "sign"})
        self.env.invalidate_all()
        self.assertFalse(reason.missing)
        with self.assertRaises(AccessError):
            reason.read(["instructions"])
        reason = reasons.with_user(self.finance).create({"line_id": line.id, "kind": "sign"})
        self.assertIn("100.00", reason.missing)

    def test_debt_of_a_colleague_by_an_expense(self):
        self._paid(100.0)
        expenses = self.env["hr.expense"].with_user(self.colleague)
        values = {"payment_mode": "own_account", "company_id": self.company.id}
        other = expenses.new(values | {"employee_id": self.employee.id})
        self.assertEqual(other.advance_open_amount, 0.0)
        own = expenses.with_user(self.user).new(values | {"employee_id": self.employee.id})
        self.assertEqual(own.advance_open_amount, 100.0)

    def test_summary_of_the_case_of_a_stranger(self):
        """Printed by the number of the employee, whose name everybody may read."""
        advance = self._paid(100.0)
        name = "hr_employee_advance.evidence_summary"
        report = self.env["ir.actions.report"]
        page, _kind = report.with_user(self.finance)._render_qweb_html(name, self.employee.ids)
        self.assertIn(advance.name.encode(), page)
        for user in (self.colleague, self.user, self.hr_officer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.fail(report.with_user(user)._render_qweb_html(name, self.employee.ids))

    def test_sheet_of_who_signs_for_the_keys(self):
        advance = self._paid(100.0)
        clearance = self._start()
        report = self.env["ir.actions.report"]
        for user, told in ((self.it_user, False), (self.manager, True), (self.user, True)):
            page, _kind = report.with_user(user)._render_qweb_html(
                "hr_employee_advance.clearance_sheet", clearance.ids
            )
            with self.subTest(user.login):
                self.assertEqual(advance.name.encode() in page, told)
                self.assertNotIn(b"No advance was ever paid", page)

    def test_leaver_without_his_user(self):
        """HR took the user off the record of somebody in finance before it began."""
        employee = self._create_employee(self.finance, parent_id=self.manager_employee.id)
        employee.with_user(self.hr_officer).user_id = False
        clearance = self._start(self.hr_manager, employee)
        self.assertNotIn(self.finance, clearance.line_ids.responsible_ids)
        self.assertTrue(clearance.with_user(self.finance).is_mine)

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import AdvanceCommon

ROLES = (
    "user",
    "colleague",
    "manager",
    "finance",
    "write_off",
    "cashier",
    "auditor",
    "rules",
    "hr_officer",
    "hr_manager",
)


@tagged("post_install", "-at_install")
class TestSecurity(AdvanceCommon):
    """What a client may send, and who sees what; whatever the context."""

    CONTEXTS = (
        {"default_request_state": "finance_approved"},
        {"default_state": "paid"},
        {"default_approval_id": 1},
        {"default_quota_code": "ok"},
        {"default_submitted_by_id": 2},
    )
    FORGED = (
        {"request_state": "finance_approved"},
        {"state": "paid"},
        {"name": "ADV/9999"},
        {"date_request": "2020-01-01"},
        {"amount_company": 0.01},
        {"submitted_by_id": 2},
        {"quota_code": "ok"},
        {"quota_amount": 1e9},
        {"approval_id": 1},
        {"company_id": 1},
        {"wage_snapshot": 1.0},
        {"amount_paid": 0.01},
        {"amount_residual": 0.01},
        {"amount_residual_company": 0.01},
        {"amount_unpaid": 1e6},
        {"date_paid": "2099-01-01"},
        {"date_due": "2099-01-01"},
        {"paper_state": "complete"},
        {"is_effect_reported": True},
        {"manager_id": 1},
    )

    def test_no_role_forges_a_field(self):
        for request_state in ("draft", "submitted"):
            advance = self._make_advance()
            if request_state == "submitted":
                self._submit(advance)
            for role in ROLES:
                for vals in self.FORGED:
                    with (
                        self.subTest(role=role, vals=vals, state=request_state),
                        self.assertRaises(UserError),
                    ):
                        advance.with_user(getattr(self, role)).write(vals)
            self.assertEqual(advance.request_state, request_state)

    def test_an_advance_starts_as_a_draft(self):
        Advance = self.env["hr.employee.advance"].with_user(self.user)
        vals = {"purpose_id": self.purpose.id, "description": "x", "amount": 5.0}
        for forged in self.FORGED:
            with self.subTest(forged), self.assertRaises(UserError):
                Advance.create(vals | forged)

    def test_context_forges_nothing(self):
        Advance = self.env["hr.employee.advance"].with_user(self.user)
        for context in self.CONTEXTS:
            with self.subTest(context):
                try:
                    with self.cr.savepoint():
                        advance = Advance.with_context(**context).create(
                            {"purpose_id": self.purpose.id, "description": "x", "amount": 5.0}
                        )
                except UserError:
                    continue
                self.assertRecordValues(
                    advance.sudo(),
                    [
                        {
                            "request_state": "draft",
                            "state": "draft",
                            "approval_id": False,
                            "quota_code": False,
                            "submitted_by_id": False,
                        }
                    ],
                )

    def test_context_lifts_no_rule(self):
        self.policy.amount = 10.0
        advance = self._make_advance(20.0)
        advance.with_user(self.user).with_context(
            default_request_state="submitted",
            default_state="approved",
            skip_quota=True,
            install_mode=True,
            module="hr_employee_advance",
        ).action_submit()
        self.assertEqual(advance.request_state, "auto_rejected")

    def test_superuser_keeps_the_table_too(self):
        advance = self._submit(self._make_advance())
        for state in ("finance_approved", "manager_approved", "rejected", "draft", "settled"):
            with self.subTest(state), self.assertRaises(UserError):
                advance.sudo().write({"request_state": state})

    def test_nobody_asks_in_anothers_name(self):
        for role in ("user", "manager", "finance", "cashier", "rules"):
            with self.subTest(role), self.assertRaises(AccessError):
                self._make_advance(user=getattr(self, role), employee_id=self.colleague_employee.id)
        advance = self._make_advance()
        with self.assertRaises(AccessError):
            advance.with_user(self.user).employee_id = self.colleague_employee

    def test_who_sees_an_advance(self):
        advance = self._submit(self._make_advance())
        self.env.invalidate_all()
        seen = {
            role
            for role in ROLES
            if self.env["hr.employee.advance"]
            .with_user(getattr(self, role))
            .search([("id", "=", advance.id)])
        }
        self.assertEqual(
            seen,
            {
                "user",
                "manager",
                "finance",
                "write_off",
                "cashier",
                "auditor",
                "hr_officer",
                "hr_manager",
            },
        )

    def test_who_writes_a_draft(self):
        advance = self._make_advance()
        for role in ROLES[1:]:
            with self.subTest(role), self.assertRaises(AccessError):
                advance.with_user(getattr(self, role)).write({"amount": 1.0})

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._create_user(
            "advance_stranger", "hr_employee_advance.group_advance_finance", other
        )
        self.purpose.question_ids = [Command.create({"name": "What for?"})]
        advance = self._submit(self._make_advance())
        there = {"allowed_company_ids": other.ids}
        for model in (
            "hr.employee.advance",
            "hr.employee.advance.policy",
            "hr.employee.advance.answer",
            "hr.employee.advance.paper",
        ):
            records = self.env[model].with_user(stranger).with_context(**there).search([])
            self.assertFalse(
                records.sudo().filtered(lambda record: record.company_id != other), model
            )
        with self.assertRaises(AccessError):
            advance.with_user(stranger).with_context(**there).read(["amount"])
        for method in ("action_submit", "action_approve", "action_cancel", "action_recall"):
            with self.subTest(method), self.assertRaises(UserError):
                getattr(advance.with_user(stranger).with_context(**there), method)()

    def test_company_follows_the_employee(self):
        other = self.env["res.company"].create({"name": "Other"})
        user = self._create_user("advance_both", companies=self.company | other)
        employee = self._create_employee(user, company_id=other.id, department_id=False)
        advance = (
            self.env["hr.employee.advance"]
            .with_user(user)
            .with_context(allowed_company_ids=(self.company | other).ids)
            .create(
                {
                    "employee_id": employee.id,
                    "purpose_id": self.purpose.id,
                    "description": "x",
                    "amount": 5.0,
                }
            )
        )
        self.assertEqual(advance.company_id, other)

    def test_rules_are_kept_by_those_who_keep_rules(self):
        step = self.env["hr.employee.advance.step"].create(
            {"name": "Board", "company_id": self.company.id, "user_ids": self.finance.ids}
        )
        for record, vals in (
            (self.policy, {"amount": 1e9}),
            (self.purpose, {"settle_days": 900}),
            (step, {"active": False}),
        ):
            for role in set(ROLES) - {"rules"}:
                with self.subTest(role=role, model=record._name), self.assertRaises(AccessError):
                    record.with_user(getattr(self, role)).write(vals)
            record.with_user(self.rules).write(vals)

    def test_open_sum_on_the_employee(self):
        self._submit(self._make_advance(300.0))
        employee = self.employee
        self.assertEqual(employee.with_user(self.hr_officer).advance_open, 300.0)
        public = self.env["hr.employee.public"].browse(employee.id)
        for role, seen in (("user", 300.0), ("manager", 300.0), ("colleague", 0.0)):
            self.assertEqual(public.with_user(getattr(self, role)).advance_open, seen, role)
        action = public.with_user(self.user).action_open_advances()
        self.assertEqual(
            self.env["hr.employee.advance"].with_user(self.user).search(action["domain"]).amount,
            300.0,
        )

    def test_document_one_may_not_read(self):
        Advance = self.env["hr.employee.advance"].with_user(self.user)
        models = [name for name, _label in Advance._selection_document_ref()]
        for name in models:
            self.assertTrue(self.env[name].with_user(self.user).has_access("read"), name)
        with self.assertRaises(ValueError):
            self._make_advance(document_ref=f"res.users,{self.user.id}")

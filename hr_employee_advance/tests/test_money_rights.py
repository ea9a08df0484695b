from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .money_common import MoneyCommon

ROLES = (
    "user",
    "colleague",
    "manager",
    "accountant",
    "cashier",
    "finance",
    "auditor",
    "rules",
    "hr_officer",
)


@tagged("post_install", "-at_install")
class TestMoneyRights(MoneyCommon):
    """Every public method as each role, with what a client may send, and from another company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.stranger = cls._create_user(
            "advance_stranger",
            "hr_employee_advance.group_advance_write_off,hr_employee_advance.group_advance_cashier",
            companies=cls.other,
        )

    def _get_allowed(self, call):
        """Roles for which ``call(user)`` passes; each is tried on its own."""
        allowed = set()
        for role in ROLES:
            try:
                with self.cr.savepoint():
                    self.env.invalidate_all()
                    call(getattr(self, role))
                    allowed.add(role)
                    raise AssertionError  # take it back for the next one
            except AccessError:
                allowed.discard(role)
            except AssertionError:
                self.assertIn(role, allowed)
        with self.assertRefused(AccessError, ""):
            call(self.stranger)
        return allowed

    def _as(self, records, user):
        """As the user works: in his own companies."""
        return records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def assertAllowed(self, roles, call):
        self.assertEqual(self._get_allowed(call), set(roles))

    def test_pay_and_return(self):
        advance = self._approved(100.0)
        self.assertAllowed(["cashier"], lambda user: self._pay(advance, 10.0, user=user))
        self._pay(advance, 60.0)
        returns = self.env["hr.employee.advance.return"]
        values = {"advance_id": advance.id, "amount": 5.0, "journal_id": self.bank.id}
        self.assertAllowed(
            ["cashier", "finance"],
            lambda user: self._as(returns, user).create(values).action_return(),
        )
        target = self._approved(50.0)
        moves = self.env["hr.employee.advance.transfer"]
        values = {
            "advance_id": advance.id,
            "target_id": target.id,
            "amount": 5.0,
            "reason": "Next trip",
        }
        deciders = target._get_deciders()
        self.assertAllowed(
            {"cashier", "finance"} - {role for role in ROLES if getattr(self, role) in deciders},
            lambda user: self._as(moves, user).create(values).action_transfer(),
        )
        self.assertAllowed(
            ["user", "cashier", "finance"],
            lambda user: self._as(advance, user).action_release_unpaid(),
        )

    def test_clearings(self):
        advance = self._paid(100.0)
        deducts = self.env["hr.employee.advance.deduct"]
        values = {"advance_id": advance.id, "amount": 5.0, "reason": "March"}
        self.assertAllowed(
            ["finance"], lambda user: self._as(deducts, user).create(values).action_deduct()
        )
        write_offs = self.env["hr.employee.advance.write.off"]
        self.assertAllowed(["finance"], lambda user: self._as(write_offs, user).create(values))
        self._spend(10.0)
        allocation = advance.allocation_ids
        self.assertAllowed(
            ["finance"], lambda user: self._as(allocation, user).action_undo("Mistake")
        )

    def test_expense(self):
        self._paid(100.0)
        expense = self._spend(10.0).expense_ids
        self.assertAllowed(
            ["finance"], lambda user: self._as(expense, user).action_exempt_from_advance("Own")
        )
        self.assertAllowed(
            ["finance"], lambda user: self._as(expense, user).action_undo_offset("Mistake")
        )
        relinks = self.env["hr.employee.advance.relink"]
        values = {"expense_id": expense.id, "reason": "Same"}
        self.assertAllowed(
            ["user", "finance"],
            lambda user: self._as(relinks, user).create(values).action_relink(),
        )
        expense.with_user(self.finance).action_undo_offset("Mistake")
        self.assertAllowed(
            ["user", "finance"], lambda user: self._as(expense, user).action_offset_advance()
        )
        expense.with_user(self.finance).action_exempt_from_advance("Own")
        self.assertAllowed(["finance"], lambda user: self._as(expense, user).action_end_exemption())

    def test_opening(self):
        openings = self.env["hr.employee.advance.opening"]
        values = {
            "employee_id": self.employee.id,
            "purpose_id": self.purpose.id,
            "description": "Old",
            "amount": 10.0,
            "date_paid": "2024-01-01",
            "date_expected": "2024-02-01",
            "company_id": self.company.id,
            "account_id": self.company_data["default_account_revenue"].id,
        }
        self.assertAllowed(["finance"], lambda user: self._as(openings, user).create(values))
        opening = openings.create(values)
        self.assertAllowed(["finance"], lambda user: self._as(opening, user).action_enter())
        opening.with_user(self.finance).action_enter()
        self.assertAllowed(["finance"], lambda user: self._as(opening, user).action_undo())

    def test_own_money_of_finance(self):
        """Who works in finance handles nobody's advance of his own."""
        self._create_employee(self.finance, parent_id=self.manager_employee.id)
        advance = self._paid(100.0, user=self.finance)
        for model, action in (
            ("hr.employee.advance.return", "action_return"),
            ("hr.employee.advance.deduct", "action_deduct"),
            ("hr.employee.advance.write.off", "display_name"),
        ):
            values = {"advance_id": advance.id, "amount": 5.0}
            values |= {"journal_id": self.bank.id} if action == "action_return" else {"reason": "X"}
            with self.subTest(model=model), self.assertRefused(AccessError, "your own advance"):
                getattr(self.env[model].with_user(self.finance).create(values), action)()

    def test_context_lifts_nothing(self):
        advance = self._make_advance(100.0)
        forged = {
            "default_request_state": "finance_approved",
            "default_employee_advance_id": advance.id,
            "default_state": "booked",
            "default_undone": True,
        }
        with self.assertRefused((AccessError, UserError), ""):
            self._pay(advance.with_context(**forged), 10.0)
        with self.assertRefused((AccessError, UserError), ""):
            self.env["account.payment"].with_user(self.cashier).with_context(**forged).create(
                {"amount": 10.0, "journal_id": self.bank.id, "partner_type": "supplier"}
            )

    def test_nothing_is_asked_of_nobody(self):
        """Odoo writes and deletes empty sets on behalf of anybody, as when a salesperson cancels an order."""
        for model in (
            "account.partial.reconcile",
            "account.payment",
            "hr.employee",
            "hr.version",
            "resource.resource",
        ):
            nobody = self.env[model].with_user(self.user)
            with self.subTest(model):
                self.assertTrue(nobody.unlink())
                self.assertTrue(nobody.write({}))

    def test_edited_drafts(self):
        """A draft payment whose entry was edited by hand is not posted."""
        advance = self._approved(100.0)
        payment = self._pay(advance)
        payment.action_draft()
        line = payment.move_id.line_ids.filtered("employee_advance_id")
        other = payment.move_id.line_ids - line
        for values, other_values in (
            ({"account_id": self.payable.id}, {}),
            ({"balance": 200.0, "amount_currency": 200.0}, {"balance": -200.0}),
            ({"balance": -100.0, "amount_currency": -100.0}, {"balance": 100.0}),
        ):
            with self.assertRefused(UserError, "changed to another|unpaid|advances of employees"):
                payment.move_id.write(
                    {
                        "line_ids": [
                            Command.update(line.id, values),
                            Command.update(other.id, other_values),
                        ]
                    }
                )
                payment.move_id.with_user(self.cashier).action_post()

    def test_account_of_a_posted_item(self):
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    Command.create(
                        {"account_id": self.company_data["default_account_assets"].id, "debit": 9.0}
                    ),
                    Command.create({"account_id": self.payable.id, "credit": 9.0}),
                ]
            }
        )
        entry.action_post()
        with self.assertRefused(UserError, "holds advances of employees only"):
            entry.line_ids[:1].account_id = self.account

    def test_read(self):
        advance = self._paid(100.0)
        self._spend(10.0)
        allocation = advance.allocation_ids
        readers = {
            role
            for role in ROLES
            if self.env["hr.employee.advance.allocation"]
            .with_user(getattr(self, role))
            .search([("id", "=", allocation.id)])
        }
        self.assertEqual(readers, {"user", "manager", "cashier", "finance", "auditor"})
        allocations = self.env["hr.employee.advance.allocation"]
        allocations = self._as(allocations, self.stranger)
        self.assertFalse(allocations.search([("id", "=", allocation.id)]))

    def test_screens_open(self):
        """As each role the forms open, with only what it may read."""
        advance = self._paid(100.0)
        expense = self._spend(10.0).expense_ids
        for role in ("user", "manager", "cashier", "finance", "auditor"):
            with self.subTest(role=role):
                Form(advance.with_user(getattr(self, role)))
        for role in ("user", "accountant", "finance"):
            with self.subTest(role=role):
                Form(expense.with_user(getattr(self, role)))
        Form(advance.payment_ids.with_user(self.cashier))
        Form(advance.allocation_ids.with_user(self.finance))
        form = Form(
            self.env["hr.employee.advance.pay"]
            .with_user(self.cashier)
            .with_context(default_advance_id=self._approved(70.0).id)
        )
        self.assertEqual(form.amount, 70.0)
        form = Form(
            self.env["hr.employee.advance.write.off"]
            .with_user(self.finance)
            .with_context(default_advance_id=advance.id)
        )
        self.assertEqual(form.amount, 90.0)
        Form(
            self.env["hr.employee.advance.relink"]
            .with_user(self.user)
            .with_context(default_expense_id=expense.id)
        )

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .clearance_common import ClearanceCommon

ALL = (
    "hr_employee_advance.group_advance_write_off,hr_employee_advance.group_advance_cashier,"
    "hr_employee_advance.group_advance_admin,hr.group_hr_manager"
)


@tagged("post_install", "-at_install")
class TestHostileNamed(ClearanceCommon):
    """What somebody learns by a form of his own that names a record which is not his to read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.stranger = cls._create_user("advance_named_stranger", ALL, cls.elsewhere)
        cls.purpose.question_ids = [Command.create({"name": "What for?", "is_required": False})]

    def _try(self, user, model, name, record, *told, **values):
        """Neither onchange, nor a default in the context, nor a form that was saved tells anything."""
        form = self.env[model].with_user(user)
        if user == self.stranger:
            form = form.with_context(allowed_company_ids=self.elsewhere.ids)
        spec = {field: {} for field in (name, *told)}
        named = {name: record.id}
        for call in (
            lambda: form.onchange(named, [name], spec),
            lambda: form.onchange({name: {"id": record.id}}, [name], spec),
            lambda: form.with_context(**{f"default_{name}": record.id}).onchange({}, [], spec),
            lambda: form.create(named | values).read(told),
            lambda: form.with_context(**{f"default_{name}": record.id}).create(values).read(told),
        ):
            with self.subTest(model), self.assertRaises(AccessError), self.cr.savepoint():
                self.fail(call())

    def test_forms_of_a_stranger(self):
        advance = self._paid(100.0)
        for model, values in (
            ("pay", {"journal_id": self.bank.id}),
            ("return", {"journal_id": self.bank.id}),
            ("deduct", {"reason": "x"}),
            ("write.off", {"reason": "x"}),
            ("transfer", {"reason": "x", "target_id": advance.id}),
        ):
            self._try(
                self.stranger,
                f"hr.employee.advance.{model}",
                "advance_id",
                advance,
                "amount",
                "employee_id",
                amount=1.0,
                **values,
            )

    def test_forms_of_a_colleague(self):
        advance = self._submit(self._make_advance(100.0))
        answer = advance.answer_ids
        answer.sudo().answer = "Bribes"
        self._try(self.colleague, "hr.employee.advance.approve", "advance_id", advance, "line_ids")
        own = self._make_advance(5.0, user=self.colleague)
        wizard = self.env["hr.employee.advance.approve"].with_user(self.colleague)
        self._try(
            self.colleague,
            "hr.employee.advance.approve.line",
            "answer_id",
            answer,
            "question",
            wizard_id=wizard.create({"advance_id": own.id}).id,
        )
        for model in ("voucher", "effect"):
            self._try(
                self.colleague,
                f"hr.employee.advance.{model}",
                "advance_id",
                advance,
                "employee_id",
                "purpose_id",
            )

    def test_who_may_read_it_still_works_with_it(self):
        advance = self._submit(self._make_advance(100.0))
        wizard = self.env["hr.employee.advance.approve"].with_user(self.manager)
        self.assertEqual(wizard.create({"advance_id": advance.id}).line_ids.question, "What for?")
        found = wizard.onchange({"advance_id": advance.id}, ["advance_id"], {"line_ids": {}})
        self.assertTrue(found["value"]["line_ids"])

    def test_who_signs_for_the_keys_learns_no_debts(self):
        advance = self._paid(100.0)
        clearance = self._start()
        line = self._line(clearance, "finance")
        for user, told in ((self.it_user, False), (self.manager, True), (self.user, True)):
            with self.subTest(user.login):
                seen = clearance.with_user(user)
                seen.invalidate_recordset()
                self.assertEqual("100.00" in seen.missing, told)
                self.assertEqual(seen.amount_open, 100.0 if told else 0.0)
                self.assertEqual("100.00" in (line.with_user(user).missing or ""), told)
                line.invalidate_recordset()
        self._return(advance)
        self._sign(clearance, "finance")
        with self.assertRaises(AccessError):
            line.with_user(self.it_user).read(["figures"])
        self.assertIn("100.00", str(line.with_user(self.finance).figures))

    def test_who_leaves_is_not_told_by_a_refusal(self):
        clearance = self._start()
        with self.assertRaises(AccessError) as refused:
            clearance.with_user(self.colleague).write({"state": "completed"})
        self.assertNotIn(self.employee.name, str(refused.exception))

    def test_paper_to_sign_of_a_stranger(self):
        """Printed by its number, as the address of the report lets everybody try."""
        self._paid(100.0)
        paper = self.env["hr.employee.advance.confirmation"]._ask(
            self.employee, self.company, self.company._company_today()
        )
        name = "hr_employee_advance.sign_paper"
        report = self.env["ir.actions.report"]
        self.assertIn(b"100.00", report.with_user(self.user)._render_qweb_html(name, paper.ids)[0])
        with self.assertRaises(AccessError):
            self.fail(report.with_user(self.colleague)._render_qweb_html(name, paper.ids))

    # Files ----------------------------------------------------------------------------------------

    def _attach(self, record):
        return self.env["ir.attachment"].create(
            {"name": "a.pdf", "raw": b"x", "res_model": record._name, "res_id": record.id}
        )

    def test_cross_in_the_chatter_deletes_nothing_handed_in(self):
        """The route of the chatter deletes in sudo, once the user may write the document."""
        advance = self._make_advance(100.0)
        first, second = self._attach(advance), self._attach(advance)
        first.with_user(self.user).sudo()._delete_and_notify()
        self._submit(advance)
        for user in (self.user, self.finance, self.system):
            with self.subTest(user.login), self.assertRefused(AccessError, "was handed in"):
                second.with_user(user).sudo()._delete_and_notify()
        self.assertTrue(second.exists())

    def test_cross_in_the_chatter_takes_no_voucher(self):
        voucher = self.env["hr.employee.advance.voucher"].with_user(self.user)
        voucher = voucher.create({"advance_id": self._paid(100.0).id, "file": b"eA=="})
        file = self.env["ir.attachment"].search(
            [
                ("res_model", "=", voucher._name),
                ("res_id", "=", voucher.id),
                ("res_field", "=", "file"),
            ]
        )
        with self.assertRefused(AccessError, "replaced on the advance"):
            file.with_user(self.user).sudo()._delete_and_notify()

    def test_files_of_a_clearance_are_kept(self):
        file = self._attach(self._start())
        for user in (self.hr_officer, self.hr_manager, self.system):
            with self.subTest(user.login), self.assertRefused(AccessError, "files are kept"):
                file.with_user(user).unlink()
            with self.subTest(user.login), self.assertRefused(AccessError, "files are kept"):
                file.with_user(user).raw = b"y"

    # Menus ----------------------------------------------------------------------------------------

    def test_warnings_are_for_those_who_have_people(self):
        menu = self.env.ref("hr_employee_advance.menu_advance_flag")
        for user, offered in (
            (self.user, False),
            (self.colleague, False),
            (self.manager, True),
            (self.finance, True),
            (self.auditor, True),
        ):
            menus = menu.with_user(user).load_menus(False)
            self.assertEqual(menu.id in menus, offered, user.login)

    # Openings -------------------------------------------------------------------------------------

    def test_opening_for_a_purpose_that_wants_papers(self):
        self.purpose.paper_ids = [Command.create({"name": "Offer", "stage": "request"})]
        today = self.company._company_today()
        opening = self.env["hr.employee.advance.opening"].create(
            {
                "employee_id": self.employee.id,
                "purpose_id": self.purpose.id,
                "description": "Old",
                "amount": 50.0,
                "date_paid": today,
                "date_expected": today,
                "account_id": self.payable.id,
            }
        )
        opening.with_user(self.finance).action_enter()
        self.env.flush_all()
        self.assertFigures(opening.advance_id, paid=50.0)
        self.assertFalse(opening.advance_id.paper_ids)


@tagged("post_install", "-at_install")
class TestHostileMoney(ClearanceCommon):
    """What a cashier or an accountant tries with dates and entries of his own."""

    def test_payment_of_tomorrow(self):
        advance = self._approved(100.0)
        today = self.company._company_today()
        with self.assertRefused(UserError, "still to come"):
            self._pay(advance, date=today.replace(year=today.year + 1))
        payment = self._pay(advance, date=today)
        payment.with_user(self.cashier).action_draft()
        payment.with_user(self.cashier).date = today.replace(year=today.year + 1)
        with self.assertRefused(UserError, "still to come"):
            payment.with_user(self.cashier).action_post()
        with self.assertRefused(UserError, "still to come"):
            payment.with_user(self.cashier).move_id._post(soft=False)

    def test_receipt_of_ones_own_papers(self):
        """Finance does not confirm to itself what it has handed in."""
        employee = self._create_employee(self.finance, parent_id=self.manager_employee.id)
        advance = self._make_advance(100.0, user=self.finance, employee_id=employee.id)
        self._submit(advance)
        with self.assertRefused(AccessError, "your own advance"):
            advance.with_user(self.finance).action_acknowledge_papers()

    def test_day_of_a_posted_payment(self):
        advance = self._paid(100.0)
        due, move = advance.date_due, advance.payment_ids.move_id
        for user in (self.cashier, self.accountant):
            loose = move.with_user(user).with_context(skip_readonly_check=True)
            with self.subTest(user.login), self.assertRefused(UserError, "stays as it is posted"):
                loose.date = due
        self.assertEqual(advance.date_due, due)

    def _entry(self, amount, partner=None):
        partner = partner or self.employee.work_contact_id
        return (
            self.env["account.move"]
            .with_user(self.accountant)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": self.bank.id,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": account.id,
                                "balance": balance,
                                "partner_id": partner.id,
                            }
                        )
                        for account, balance in (
                            (self.payable, amount),
                            (self.bank.default_account_id, -amount),
                        )
                    ],
                }
            )
        )

    def test_paid_by_hand(self):
        """An entry of the accountant pays no employee who has an advance in hand; others it pays."""
        self._entry(10.0).action_post()
        self._paid(100.0)
        entry = self._entry(10.0)
        with self.assertRefused(UserError, "cannot be paid to"):
            entry.action_post()
        self._entry(10.0, self.colleague_employee.work_contact_id).action_post()
        self.company.advance_offset_policy = "observe"
        entry.action_post()

    def test_receipt_settled_by_what_was_paid_before(self):
        """Money that went out before, or over the bank statement, does not settle what is to be offset."""
        paid = self._entry(30.0)
        paid.action_post()
        advance = self._paid(100.0)
        self.company.advance_offset_policy = "observe"
        receipt = self._spend(30.0)
        self.company.advance_offset_policy = "enforce"
        lines = (receipt + paid).line_ids.filtered(lambda line: line.account_id == self.payable)
        with self.assertRefused(UserError, "Offset it first"):
            lines.with_user(self.accountant).reconcile()
        receipt.expense_ids.with_user(self.finance).action_offset_advance()
        self.assertFigures(advance, paid=100.0, cleared=30.0)
        self.assertEqual(receipt.payment_state, "paid")

    def test_receipt_that_is_exempt(self):
        paid = self._entry(30.0)
        paid.action_post()
        self._paid(100.0)
        expense = self._create_expense(30.0)
        expense.with_user(self.finance).action_exempt_from_advance("Died")
        receipt = self._post(expense)
        lines = (receipt + paid).line_ids.filtered(lambda line: line.account_id == self.payable)
        lines.with_user(self.accountant).reconcile()
        self.assertEqual(receipt.payment_state, "paid")

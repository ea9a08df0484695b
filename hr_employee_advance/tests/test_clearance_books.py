from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .clearance_common import ClearanceCommon


@tagged("post_install", "-at_install")
class TestClearanceBooks(ClearanceCommon):
    """Signatures that books overtake, debts that are left behind, and people who come back."""

    # Books that change later ----------------------------------------------------------------------

    def _signed(self):
        advance = self._paid(1000.0)
        self.receipt = self._spend(1000.0)
        clearance = self._start()
        self._sign(clearance)
        self.assertEqual(clearance.state, "ready")
        return advance, clearance

    def test_undone_offset_makes_the_signature_invalid(self):
        _advance, clearance = self._signed()
        self._offset(self.receipt)._undo("Wrong receipt")
        line = self._line(clearance, "finance")
        self.assertRecordValues(line, [{"state": "invalid"}])
        self.assertTrue(line.invalid_reason)
        self.assertEqual(clearance.state, "open")
        told = self._alerts(clearance, f"invalid.{line.id}").delivery_ids.user_id
        self.assertIn(self.finance, told)
        with self.assertRaisesRegex(UserError, r"1,000\.00"):
            clearance.with_user(self.hr_officer).action_complete()

    def test_expense_posted_later_makes_it_invalid(self):
        _advance, clearance = self._signed()
        self._spend(20.0)
        line = self._line(clearance, "finance")
        self.assertEqual(line.state, "invalid")
        line.with_user(self.finance).action_sign()
        self.assertEqual((line.state, clearance.state), ("signed", "ready"))

    def test_reset_receipt_makes_it_invalid(self):
        clearance_advance, clearance = self._signed()
        late = self._spend(20.0)
        self._sign(clearance, "finance")
        late.button_draft()
        self.assertEqual(self._line(clearance, "finance").state, "invalid")
        self.assertFalse(clearance_advance.amount_residual)

    def test_entry_on_an_account_of_debts_makes_it_invalid(self):
        other = self.account.copy({"name": "Other Debts", "code": "122199"})
        self.company.advance_clearance_account_ids = other
        clearance = self._start()
        self._sign(clearance)
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    fields.Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.employee.work_contact_id.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in (
                        (other, 77.0),
                        (self.company_data["default_account_expense"], -77.0),
                    )
                ],
            }
        )
        entry.action_post()
        self.assertEqual(self._line(clearance, "finance").state, "invalid")
        with self.assertRaisesRegex(UserError, r"77\.00 on account"):
            self._line(clearance, "finance").with_user(self.finance).action_sign()

    def test_completed_clearance_opens_again(self):
        _advance, clearance = self._signed()
        clearance.with_user(self.hr_officer).action_complete()
        self._offset(self.receipt)._undo("Wrong receipt")
        self.assertEqual(clearance.state, "open")
        with self.assertRaisesRegex(UserError, r"1,000\.00"):
            self.employee.with_user(self.hr_officer).active = False

    def test_after_departure_hr_is_told_and_nobody_is_activated(self):
        _advance, clearance = self._signed()
        clearance.with_user(self.hr_officer).action_complete()
        self.employee.active = False
        self._offset(self.receipt)._undo("Wrong receipt")
        self.assertFalse(self.employee.active)
        self.assertEqual(clearance.state, "completed")
        line = self._line(clearance, "finance")
        told = self._alerts(clearance, f"invalid.{line.id}").delivery_ids.user_id
        self.assertIn(self.hr_officer, told)

    def test_other_peoples_books_change_nothing(self):
        _advance, clearance = self._signed()
        self._spend(20.0, employee=self.colleague_employee)
        self.assertEqual(clearance.state, "ready")

    # Released by law ------------------------------------------------------------------------------

    def _release(self, clearance, reason="The law asks for the certificate"):
        clearance.with_user(self.hr_manager).action_request_release(reason)
        clearance.approval_id.with_user(self.write_off).action_approve()

    def test_release_leaves_the_debt_on_the_books(self):
        advance = self._paid(1820.0)
        clearance = self._start()
        self._release(clearance)
        self.assertRecordValues(clearance, [{"state": "completed", "is_released": True}])
        self.assertRecordValues(advance, [{"state": "post_departure", "amount_residual": 1820.0}])
        self.employee.with_user(self.hr_officer).active = False
        self.assertFalse(self.employee.active)

    def test_release_takes_two_persons(self):
        self._paid(1820.0)
        clearance = self._start()
        for user in (self.hr_officer, self.finance, self.manager):
            with self.subTest(user.login), self.assertRaises(AccessError), self.env.cr.savepoint():
                clearance.with_user(user).action_request_release("Out")
        self.hr_manager.group_ids = [
            fields.Command.link(self.env.ref("hr_employee_advance.group_advance_write_off").id)
        ]
        clearance.with_user(self.hr_manager).action_request_release("Out")
        for user in (self.hr_manager, self.finance, self.system):
            with self.subTest(user.login), self.assertRaises(UserError), self.env.cr.savepoint():
                clearance.approval_id.with_user(user).action_approve()
        self.assertEqual(clearance.state, "open")

    def test_release_ends_requests_first(self):
        self._paid(1820.0)
        self._submit(self._make_advance(50.0))
        clearance = self._start()
        with self.assertRaisesRegex(UserError, r"(?s)not a debt yet.*50\.00"):
            clearance.with_user(self.hr_manager).action_request_release("Out")

    def test_no_release_of_who_owes_nothing(self):
        with self.assertRaisesRegex(UserError, "owes nothing"):
            self._start().with_user(self.hr_manager).action_request_release("Out")

    def test_rehire_brings_the_debt_back(self):
        advance = self._paid(1820.0)
        clearance = self._start()
        self._release(clearance)
        self.employee.active = False
        self.employee.with_user(self.hr_officer).action_unarchive()
        self.assertEqual(advance.state, "paid")
        self.assertTrue(clearance.rehired_at)
        self.assertIn("1,820.00", self._alerts(clearance, "rehired").note)
        with self.assertRaisesRegex(UserError, r"1,820\.00"):
            self.employee.active = False

    def test_new_record_of_the_same_person_brings_it_back_too(self):
        advance = self._paid(1820.0)
        clearance = self._start()
        self._release(clearance)
        self.employee.active = False
        contact = self.employee.work_contact_id
        self.employee.user_id = False
        self._create_employee(name="Again", work_contact_id=contact.id)
        self.assertTrue(clearance.rehired_at)
        self.assertEqual(advance.state, "paid")

    def test_debt_paid_back_after_the_release(self):
        advance = self._paid(1820.0)
        clearance = self._start()
        self._release(clearance)
        self.employee.active = False
        self._return(advance)
        self.assertEqual(advance.state, "settled")
        self.assertEqual(clearance.state, "completed")

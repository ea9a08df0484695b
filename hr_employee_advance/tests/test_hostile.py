from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .money_common import MoneyCommon


@tagged("post_install", "-at_install")
class TestHostile(MoneyCommon):
    """What people with ordinary rights try over RPC."""

    def test_posted_items_are_not_deleted(self):
        advance = self._approved(100.0)
        items = self._pay(advance).move_id.line_ids
        for user in (self.cashier, self.finance, self.accountant):
            with self.subTest(user.login), self.assertRefused(UserError, "is not deleted"):
                items.with_user(user).with_context(force_delete=True).unlink()
        self.assertFigures(advance, paid=100.0)

    def test_person_without_his_user(self):
        """HR took the user off the record of somebody in finance: he still decides nothing of his own."""
        employee = self._create_employee(self.finance, parent_id=self.manager_employee.id)
        employee.with_user(self.hr_officer).user_id = False
        advance = self._make_advance(100.0, user=self.hr_officer, employee_id=employee.id)
        self._submit(advance)
        self.assertNotIn(self.finance, advance.approval_id.step_ids.candidate_ids)
        self.assertIn(self.finance, advance.approval_id.barred_user_ids)
        self._approve(advance)
        self._pay(advance)
        with self.assertRefused(AccessError, "your own advance"):
            advance.with_user(self.finance)._check_finance()

    def test_own_debt_is_not_taken_back(self):
        """Not by an accountant whose own advance it is; by his colleague it is."""
        advance = self._approved(100.0)
        payment = self._pay(advance)
        self.user.group_ids += self.env.ref("account.group_account_user")
        own = payment.with_user(self.user)
        with self.assertRefused(AccessError, "your own advance"):
            own.action_draft()
        with self.assertRefused(AccessError, "your own advance"):
            own.move_id._reverse_moves(cancel=True)
        self.assertFigures(advance, paid=100.0)
        payment.move_id.with_user(self.accountant)._reverse_moves(cancel=True)
        self.assertFigures(advance)

    def test_deleted_rows_of_papers_are_asked_for(self):
        self.purpose.paper_ids = [
            Command.create({"name": "Offer", "stage": "request", "minimum": 1})
        ]
        for change in ([Command.clear()], []):
            with self.subTest(change):
                advance = self._make_advance(100.0, paper_ids=change)
                advance.with_user(self.user).paper_ids.unlink()
                with self.assertRefused(UserError, "Attach 1 × Offer"):
                    self._submit(advance)

    def test_file_of_another_document_stays_there(self):
        """Else a file that was handed in would become one of a draft, and could be swapped."""
        self.purpose.paper_ids = [Command.create({"name": "Offer", "stage": "request"})]
        file = (
            self.env["ir.attachment"]
            .with_user(self.user)
            .create({"name": "offer.pdf", "raw": b"What was shown"})
        )
        first, second = (self._make_advance(100.0) for _i in range(2))
        link = {"attachment_ids": [Command.link(file.id)]}
        first.paper_ids.with_user(self.user).write(link)
        self._submit(first)
        with self.assertRefused(UserError, "belongs to another document"):
            second.paper_ids.with_user(self.user).write(link)
        # taken back, it may be shown again
        first.with_user(self.user).action_recall()
        first.paper_ids.with_user(self.user).write({"attachment_ids": [Command.set(file.ids)]})
        self._submit(first)

    def test_contact_stays_until_the_money_is_paid(self):
        advance = self._approved(100.0)
        employee = self.employee.with_user(self.hr_officer)
        with self.assertRefused(UserError, "contact and company stay"):
            employee.work_contact_id = self.hr_officer.partner_id
        advance.with_user(self.user).action_cancel()
        employee.work_contact_id = self.hr_officer.partner_id

    def test_bank_account_of_somebody_else(self):
        payment = self._pay(self._approved(100.0))
        payment.action_draft()
        other, own = self.env["res.partner.bank"].create(
            [
                {"acc_number": number, "partner_id": partner.id, "allow_out_payment": True}
                for number, partner in (
                    ("666", self.cashier.partner_id),
                    ("777", self.employee.work_contact_id),
                )
            ]
        )
        payment.partner_bank_id = other
        with self.assertRefused(UserError, "is not a bank account of"):
            payment.with_user(self.cashier).action_post()
        payment.partner_bank_id = own
        payment.with_user(self.cashier).action_post()

    def test_exchange_journal_pays_nothing(self):
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.company.currency_exchange_journal_id.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "balance": balance,
                            "partner_id": self.employee.work_contact_id.id,
                        }
                    )
                    for account, balance in (
                        (self.account, 500.0),
                        (self.bank.default_account_id, -500.0),
                    )
                ],
            }
        )
        with self.assertRefused(UserError, "advances of employees"):
            entry.with_user(self.accountant).action_post()

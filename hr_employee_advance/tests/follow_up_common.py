import base64
from contextlib import contextmanager

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from .common import AdvanceCommon

PHOTO = base64.b64encode(b"\x89PNG the hotel invoice")
OTHER_PHOTO = base64.b64encode(b"\x89PNG another invoice")


class FollowUpCommon(AdvanceCommon):
    """Advances that were paid on a day, by a posted entry, and what is told to whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._ensure_advance_accounts()
        cls.company.control_tz = "Asia/Shanghai"
        for user in (cls.user, cls.manager, cls.finance):
            user.email = f"{user.login}@advance.example"
        cls.policy.amount = 10000000.0

    @classmethod
    def _book(cls, advance, amount, kind="payment", date=None):
        """Money that moves on the advance: above zero it goes to the employee."""
        bank = cls.company_data["default_journal_bank"].default_account_id
        side = "debit" if amount > 0 else "credit"
        other = "credit" if amount > 0 else "debit"
        move = (
            cls.env["account.move"]
            .with_user(cls.cashier)
            .sudo()
            .create(
                {
                    "move_type": "entry",
                    "date": date or cls.company._company_today(),
                    "journal_id": cls.company.advance_journal_id.id,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": cls.company.advance_account_id.id,
                                "partner_id": advance.employee_id.work_contact_id.id,
                                side: abs(amount),
                                "employee_advance_id": advance.id,
                                "employee_advance_kind": kind,
                            }
                        ),
                        Command.create({"account_id": bank.id, other: abs(amount)}),
                    ],
                }
            )
        )
        move.action_post()
        return move

    def _paid(self, amount=1000.0, date=None, **values):
        advance = self._approve(self._make_advance(amount, **values))
        self._book(advance, amount, date=date)
        self.assertEqual(advance.state, "paid")
        return advance

    def _hand_in(self, advance, user=None, **values):
        return (
            self.env["hr.employee.advance.voucher"]
            .with_user(user or self.user)
            .create({"advance_id": advance.id, "name": "Hotel", "file": PHOTO} | values)
            .with_env(self.env)
        )

    def _get_events(self, code, employee=None):
        dossier = (employee or self.employee)._ensure_advance_dossiers()
        return self.env["hr.control.event"].search(
            [
                ("dossier_id", "in", [found.id for found in dossier.values()]),
                ("code", "=like", code),
            ],
            order="id",
        )

    def _get_alerts(self, key):
        return self.env["hr.control.alert"].search(
            [("key", "=like", key), ("company_id", "=", self.company.id)], order="id"
        )

    def _run(self, cron):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"hr_employee_advance.{cron}").method_direct_trigger()
        self.env.invalidate_all()

    def _day(self, text):
        """Noon of that day at the company, as the clock of the server shows it."""
        return f"{text} 04:00:00"

    @contextmanager
    def assertRefused(self, text, exception=UserError):
        with self.assertRaises(exception) as caught:
            yield
        self.assertIn(text, str(caught.exception))

    def assertDay(self, found, text):
        self.assertEqual(fields.Date.to_string(found), text)

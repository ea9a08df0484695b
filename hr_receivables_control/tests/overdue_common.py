from odoo.fields import Command
from odoo.tests import freeze_time

from .exposure_common import ExposureCommon

TODAY = "2026-06-15"


class OverdueCommon(ExposureCommon):
    """One customer with a limit far away, so that only what is overdue decides. Today is 2026-06-15."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 04:00:00"))
        cls.company.control_tz = "Asia/Shanghai"
        cls._create_account(cls.customer, 100_000.0)
        cls.customer.user_id = cls.salesman
        cls.tiers = cls.env["credit.overdue.tier"].search([("company_id", "=", cls.company.id)])
        cls.Overdue = cls.env["credit.overdue"]

    @classmethod
    def _bill(cls, amount, due, partner=None, move_type="out_invoice", **values):
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or cls.customer).id,
                "invoice_date": min(due, TODAY),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_user_id": cls.salesman.id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": amount, "tax_ids": [Command.clear()]}
                    )
                ],
            }
            | values
        )
        move.action_post()
        return move

    def _get_overdue(self, account=None):
        return self.Overdue._get(account or self.account)[(account or self.account).id]

    def _get_line(self, move):
        return move.line_ids.filtered(lambda line: line.account_id == self.receivable)

    def _get_tier_number(self, account=None):
        return self.env["credit.overdue.tier"].browse(self._get_overdue(account).tier_id).number

    def assertOverdue(self, amount, days, account=None):
        """The same from the list of items, from the summary and from the exposure."""
        account = account or self.account
        overdue, exposure = self._get_overdue(account), self._get_exposure(account)
        self.assertEqual((round(overdue.amount, 2), overdue.days), (amount, days))
        self.assertEqual((round(exposure.overdue, 2), exposure.overdue_days), (amount, days))
        self.assertEqual(overdue.paused, exposure.overdue_paused)
        lines = self.Overdue._get_lines(account)
        self.assertEqual(round(sum(line["overdue"] for line in lines), 2), amount)
        self.assertEqual(max((line["days"] for line in lines if line["counts"]), default=0), days)

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref("hr_receivables_control.credit_overdue_cron").method_direct_trigger()
        self.env.invalidate_all()

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..models.credit_ageing_mixin import AMOUNTS
from .ageing_common import AgeingCommon


@tagged("post_install", "-at_install")
class TestAgeingCustomer(AgeingCommon):
    """A row per customer is the sum of what the reader may see of the items; the ledger stands above both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._create_user("credit_accountant", "account.group_account_readonly")
        cls._bill(650.35, "01-10", "02-09")
        cls._bill(100.0, "06-01", "07-01", partner=cls.contact)
        cls._pay_on_account(40.0, partner=cls.contact, date=cls._day("01-05"))
        cls.other = cls.env["res.partner"].create({"name": "Other", "is_company": True})
        cls._bill(20.0, "06-01", "06-29", partner=cls.other)

    def _get_rows(self, day, user=None):
        Customer = self.env["credit.ageing.customer"].with_user(user or self.accountant)
        Customer.invalidate_model()
        return Customer.with_context(ageing_date=str(self._day(day))).search([])

    def test_a_row_per_customer(self):
        rows = self._get_rows("06-30")
        self.assertRecordValues(
            rows,
            [
                {
                    "partner_id": self.customer.id,
                    "at": self._day("06-30"),
                    "item_count": 3,
                    "days_overdue": 141,
                    "residual": 710.35,
                    "amount_overdue": 650.35,
                    "amount_d000": 100.0,
                    "amount_d091": 650.35,
                    "amount_credit": -40.0,
                },
                {
                    "partner_id": self.other.id,
                    "at": self._day("06-30"),
                    "item_count": 1,
                    "days_overdue": 1,
                    "residual": 20.0,
                    "amount_overdue": 20.0,
                    "amount_d000": 0.0,
                    "amount_d091": 0.0,
                    "amount_credit": 0.0,
                },
            ],
        )
        self.assertEqual(rows.mapped("amount_d001"), [0.0, 20.0])
        self.assertFalse(self._get_rows("01-01"))

    def test_a_row_opens_the_items_it_sums_up(self):
        row = self._get_rows("06-30")[0]
        action = row.action_open_items()
        lines = (
            self.env["credit.ageing.line"]
            .with_user(self.accountant)
            .with_context(**action["context"])
            .search(action["domain"])
        )
        self.assertEqual(len(lines), 3)
        for name in AMOUNTS:
            self.assertEqual(round(sum(lines.mapped(name)), 2), row[name], name)

    def test_a_salesperson_reads_the_sum_of_what_he_sees(self):
        seller = self._create_user("credit_seller", "sales_team.group_sale_salesman")
        (self.customer | self.other).user_id = self.colleague
        mine = self._bill(7.0, "06-01", "07-01", partner=self.other)
        mine.invoice_user_id = seller
        rows = self._get_rows("06-30", seller)
        self.assertEqual([(row.partner_id, row.residual) for row in rows], [(self.other, 7.0)])
        rows = self._get_rows("06-30")
        self.assertEqual(rows.mapped("residual"), [710.35, 27.0])
        rows.invalidate_model()
        with self.assertRaises(UserError):
            rows[0].with_user(seller).action_open_items()

    def test_others_see_nothing(self):
        clerk = new_test_user(self.env, "credit_clerk", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._get_rows("06-30", clerk)

    def _get_ledger_check(self, day, user=None):
        Line = self.env["credit.ageing.line"].with_user(user or self.accountant)
        return Line.with_context(ageing_date=str(self._day(day))).get_ledger_check()

    def test_above_the_ageing_stands_the_ledger(self):
        (check,) = self._get_ledger_check("06-30")
        self.assertTrue(check["agrees"])
        self.assertEqual(len(check["parts"]), 3)
        for part, words in zip(
            check["parts"], ("Trial Balance", "Ageing", "equals the ledger"), strict=True
        ):
            self.assertIn(words, part)
        self.assertIn("730.35", check["parts"][0])
        self.assertIn("06/30/2023", check["parts"][2])

    def test_a_difference_is_named(self):
        account = self.receivable.copy({"code": "1220X", "non_trade": True})
        self._entry_on("01-15", 70.0, account=account)
        (check,) = self._get_ledger_check("06-30")
        self.assertTrue(check["agrees"])
        self.assertIn("70.00", check["parts"][1])
        # somebody wrote a balance into the database
        line = self._items(self._bill(10.0, "06-02"))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET amount_residual = 9.5 WHERE id = %s", [line.id]
        )
        self.env.invalidate_all()
        (check,) = self._get_ledger_check("06-30")
        self.assertFalse(check["agrees"])
        self.assertIn("0.50", check["parts"][-2])
        self.assertIn("checked", check["parts"][-1])

    def test_who_sees_a_part_is_told_nothing_of_the_whole(self):
        seller = self._create_user("credit_seller", "sales_team.group_sale_salesman")
        self.assertEqual(self._get_ledger_check("06-30", seller), [])
        clerk = new_test_user(self.env, "credit_clerk", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._get_ledger_check("06-30", clerk)


@tagged("post_install", "-at_install")
class TestAgeingPhone(AgeingCommon, HttpCase):
    """On a phone: the chooser, a card per customer, a card per invoice."""

    browser_size = "390x844"
    touch_enabled = True

    def test_cards(self):
        self._bill(1000.0, "01-10", "02-09")
        self._bill(250.0, "06-20", "07-20")
        self._create_user("credit_accountant", "account.group_account_invoice")
        self.start_tour("/odoo/credit-accounts", "credit_ageing_phone", login="credit_accountant")

from odoo.fields import Command
from odoo.tests import Form, tagged

from .money_common import MoneyCommon


@tagged("post_install", "-at_install")
class TestSlip(MoneyCommon):
    def _render(self, report, record):
        """The page as HTML: what stands on it, whoever prints."""
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            f"hr_employee_advance.{report}", record.ids
        )
        return html.decode()

    def assertPrinted(self, html, *texts):
        flat = " ".join(html.replace("\xa0", " ").split())
        for text in texts:
            self.assertIn(text, flat)

    def test_slip_names_the_sum_in_figures_and_capitals_and_who_approved(self):
        advance = self._make_advance(650.35)
        with self.assertRaisesRegex(Exception, "nothing to sign"):
            advance.with_user(self.user).action_print_slip()
        self._approve(advance)
        action = advance.with_user(self.user).action_print_slip()
        self.assertEqual(action["report_name"], "hr_employee_advance.advance_slip")
        html = self._render("advance_slip_report", advance.with_user(self.user))
        self.assertPrinted(
            html,
            advance.name,
            self.employee.name,
            "Sales East",
            "Trade Fair",
            "陆佰伍拾元叁角伍分",
            self.manager.name,
            "Employee: ___",
            "Cashier: ___",
        )
        self.assertIn("650.35", html)

    def test_receipt_of_a_return_shows_the_balance_before_and_after(self):
        advance = self._paid(5000.0)
        self._spend(3180.0)
        wizard = self.env["hr.employee.advance.return"].with_user(self.cashier)
        wizard.create(
            {"advance_id": advance.id, "amount": 1820.0, "journal_id": self.bank.id}
        ).action_return()
        clearing = advance.allocation_ids.filtered(lambda found: found.kind == "return")
        self.assertEqual(
            (clearing._get_balance_before(), clearing._get_balance_after()), (1820.0, 0.0)
        )
        action = clearing.with_user(self.cashier).action_print()
        self.assertEqual(action["report_name"], "hr_employee_advance.return_receipt")
        html = self._render("return_receipt_report", clearing)
        self.assertPrinted(html, advance.name, "壹仟捌佰贰拾元整", "Received by: ___")
        self.assertIn("1,820.00", html)
        self.assertIn("0.00", html)

    def test_offset_sheet_with_vat_and_several_advances(self):
        first, second = self._paid(2000.0), self._paid(1500.0)
        tax = self.company_data["default_tax_purchase"].copy({"name": "6 %", "amount": 6.0})
        receipt = self._spend(3180.0, tax_ids=[Command.set(tax.ids)])
        clearings = self._offset(receipt)
        self.assertEqual(len(clearings), 2)
        self.assertEqual(clearings[0]._get_together(), clearings.sorted("line_id"))
        by_advance = {clearing.advance_id: clearing for clearing in clearings}
        self.assertEqual(
            [
                (
                    by_advance[advance]._get_balance_before(),
                    by_advance[advance]._get_balance_after(),
                )
                for advance in (first, second)
            ],
            [(2000.0, 0.0), (1500.0, 320.0)],
        )
        [expense] = clearings[0]._get_sheet_expenses()
        self.assertEqual(
            (expense["untaxed"], expense["tax"], expense["total"]), (3000.0, 180.0, 3180.0)
        )
        action = clearings[0].with_user(self.finance).action_print()
        self.assertEqual(action["report_name"], "hr_employee_advance.offset_sheet")
        html = self._render("offset_sheet_report", clearings[0].with_user(self.user))
        self.assertPrinted(html, first.name, second.name, "叁仟壹佰捌拾元整", "Train", receipt.name)
        for figure in ("3,000.00", "180.00", "3,180.00", "320.00"):
            self.assertIn(figure, html)

    def test_no_paper_of_what_was_undone(self):
        advance = self._paid(5000.0)
        self._spend(3180.0)
        clearing = advance.allocation_ids
        clearing.with_user(self.finance).action_undo("Wrong receipt")
        with self.assertRaisesRegex(Exception, "was undone"):
            clearing.with_user(self.finance).action_print()

    def test_papers_are_in_the_language_of_who_signs(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.user.lang = "zh_CN"
        advance = self._approved(10.0)
        self.assertEqual(advance._get_slip_lang(), "zh_CN")
        self.assertIn('lang="zh-CN"', self._render("advance_slip_report", advance))
        self.user.lang = "en_US"
        self.assertIn('lang="en-US"', self._render("advance_slip_report", advance))

    def test_settle_opens_an_expense_that_clears_it(self):
        advance = self._paid(1000.0)
        action = advance.with_user(self.user).action_settle()
        expenses = self.env["hr.expense"].with_user(self.user).with_context(**action["context"])
        with Form(expenses) as form:
            form.name = "Taxi"
            form.product_id = self.travel
            form.total_amount_currency = 30.0
        self.assertEqual(form.record.employee_advance_id, advance)
        self.assertEqual(form.record.employee_id, self.employee)
        self.assertEqual(form.record.payment_mode, "own_account")

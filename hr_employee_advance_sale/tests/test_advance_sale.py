from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.hr_employee_advance.tests.analysis_common import AnalysisCommon


@tagged("post_install", "-at_install")
class TestAdvanceSale(AnalysisCommon):
    """Recent business from real orders, and orders as what came of an advance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {"name": "Tile", "type": "service", "taxes_id": [Command.clear()]}
        )
        cls.customer = cls.env["res.partner"].create({"name": "Good Customer", "is_company": True})
        cls.user.group_ids += cls.env.ref("sales_team.group_sale_salesman")
        cls.contact = cls.env["res.partner"].create({"name": "Buyer", "parent_id": cls.customer.id})

    def _order(self, amount, days_ago=1, confirm=True, **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "user_id": self.user.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.product.id, "price_unit": amount, "tax_ids": False}
                    )
                ],
            }
            | values
        )
        if confirm:
            order.action_confirm()
        # noon: the same day in every time zone near
        order.date_order = f"{self.today - timedelta(days=days_ago)} 12:00:00"
        return order

    # Recent business ------------------------------------------------------------------------------

    def test_order_of_thirty_days_ago_is_recent(self):
        self._order(100.0, days_ago=30)
        self.assertNotIn("large_idle", self._get_flags(self._ask(5000.0)))

    def test_order_of_the_day_before_is_not(self):
        self._order(100.0, days_ago=31)
        flag = self._get_flags(self._ask(5000.0))["large_idle"]
        self.assertIn("no order confirmed in the 30 days before", flag.sentence)

    def test_window_is_a_setting(self):
        self.company.advance_recent_days = 31
        self._order(100.0, days_ago=31)
        self.assertNotIn("large_idle", self._get_flags(self._ask(5000.0)))

    def test_only_confirmed_orders_of_the_employee_in_the_company(self):
        self._order(100.0, confirm=False)
        self._order(100.0, user_id=self.colleague.id)
        self._order(100.0)._action_cancel()
        self.assertIn("large_idle", self._get_flags(self._ask(5000.0)))

    def test_employee_without_a_user_has_no_business(self):
        self._order(100.0, user_id=False)
        self.employee.user_id = False
        advance = self._make_advance(5000.0, user=self.hr_officer, employee_id=self.employee.id)
        self._submit(advance, self.hr_officer)
        self.assertIn("large_idle", self._get_flags(advance))

    def test_figures_in_the_sentence_of_another_warning(self):
        self._order(700.0)
        self._order(50.5, days_ago=2)
        for _number in range(2):
            self._ask(10.0)
        flag = self._get_flags(self._ask(10.0))["frequent"]
        self.assertEqual((flag.figures["orders"], flag.figures["business"]), (2, 750.5))
        self.assertIn("30 days before: 2 of", flag.sentence)

    def test_one_query_for_any_number(self):
        self._order(100.0)
        advances = self._ask(10.0) | self._ask(20.0) | self._ask(30.0)
        self.env.flush_all()
        with self.assertQueryCount(1):
            business = advances._get_recent_business()
        self.assertEqual(set(business.values()), {(1, 100.0)})

    # Effect ---------------------------------------------------------------------------------------

    def _get_effect(self, advance):
        return (
            self.env["hr.employee.advance.effect"]
            .with_user(self.user)
            .create({"advance_id": advance.id, "summary": "Second phase ordered"})
        )

    def test_effect_from_the_orders_of_the_named_customers(self):
        advance = self._lend(500.0, 10, partner_ids=[Command.set(self.contact.ids)])
        first = self._order(1000.0, days_ago=10)
        second = self._order(234.5, partner_id=self.contact.id)
        self._order(99.0, days_ago=11)
        self._order(99.0, user_id=self.colleague.id)
        self._order(99.0, partner_id=self.partner_a.id)
        effect = self._get_effect(advance)
        for _again in range(2):
            effect.action_take_orders()
            self.assertRecordValues(effect, [{"order_count": 2, "order_amount": 1234.5}])
            self.assertEqual({link.record for link in effect.sudo().link_ids}, {first, second})

    def test_order_that_the_advance_was_for_counts(self):
        order = self._order(1000.0, days_ago=40)
        advance = self._lend(500.0, 10, document_ref=f"sale.order,{order.id}", user=self.user)
        effect = self._get_effect(advance)
        effect.action_take_orders()
        self.assertEqual((effect.order_count, effect.order_amount), (1, 1000.0))

    def test_reported_effect_stays(self):
        advance = self._lend(500.0, 10, partner_ids=[Command.set(self.customer.ids)])
        effect = self._get_effect(advance)
        effect.action_report()
        with self.assertRaises(UserError):
            effect.action_take_orders()

    def test_nobody_else_fills_it(self):
        effect = self._get_effect(self._lend(500.0, 10))
        for user in (self.colleague, self.cashier):
            with self.subTest(user.login), self.assertRaises(AccessError):
                effect.with_user(user).action_take_orders()

    # Order ----------------------------------------------------------------------------------------

    def test_advances_of_an_order_for_those_who_may_read_them(self):
        order = self._order(1000.0)
        advance = self._ask(500.0, document_ref=f"sale.order,{order.id}")
        for user, count in ((self.finance, 1), (self.manager, 1), (self.colleague, 0)):
            # who may read the advance but no orders reads the rest of it
            self.assertTrue(
                user == self.colleague or advance.with_user(user).read(["document_ref", "amount"])
            )
            user.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
            mine = order.with_user(user)
            mine.invalidate_recordset()
            self.assertEqual(mine.advance_count, count, user.login)
            action = mine.action_open_advances()
            found = self.env[action["res_model"]].with_user(user).search(action["domain"])
            self.assertEqual(found, advance if count else found.browse())

from unittest.mock import patch

from odoo.tests import tagged

from .exposure_common import ExposureCommon

# Outside a request the guard's statement runs in a savepoint: two queries that a user never has.
GUARD_SAVEPOINT = 2


@tagged("post_install", "-at_install")
class TestExposureQueries(ExposureCommon):
    """What the figure costs, in queries: the same for one customer and for two hundred."""

    def _count(self, function):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _find_cold(self, partners):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["credit.account"]._find(partners, self.company)

    def test_exposure_of_one_customer(self):
        self._invoice(self._order(self._line(100.0, 10, taxes=self.tax)), [4.0])
        account = self._find_cold(self.customer)
        with self.assertQueryCount(3):
            self.env["credit.exposure"]._get(account)

    def test_exposure_of_two_hundred_customers(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(200)]
        )
        self.env["credit.account"]._ensure(partners, self.company)
        self._order(self._line(100.0), partner_id=partners[7].id)
        accounts = self._find_cold(partners)
        self.assertEqual(len(accounts), 200)
        with self.assertQueryCount(3):
            self.env["credit.exposure"]._get(accounts)

    def test_list_of_accounts(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(50)]
        )
        self.env["credit.account"]._ensure(partners, self.company)

        def read(accounts):
            accounts.read(["exposure_total", "available_amount", "credit_status"])

        # what is cached per registry is read by whoever comes first
        read(self._find_cold(partners[1]))
        one = self._find_cold(partners[0])
        count = self._count(lambda: read(one))
        many = self._find_cold(partners)
        self.assertEqual(self._count(lambda: read(many)), count)

    def test_banner(self):
        self._create_account(self.customer, 5000.0)
        order = self._quote(self._line(100.0), user_id=self.salesman.id)
        self.env.flush_all()
        self.env.invalidate_all()
        order = order.with_user(self.salesman)
        # what the form has read anyway
        order.read(
            [
                "partner_invoice_id",
                "currency_id",
                "company_id",
                "state",
                "amount_total",
                "credit_state",
                "user_id",
            ]
        )
        order.env.user.company_id.mapped("partner_id.lang")
        order.sudo().company_id.mapped("currency_id.name")
        order.sudo().partner_invoice_id.mapped("commercial_partner_id.name")
        with self.assertQueryCount(3):
            self.assertIn("5,000.00", order.credit_banner)

    def test_open_amounts_of_a_list_of_orders(self):
        orders = self.env["sale.order"].union(
            *(self._order(self._line(10.0 * number)) for number in range(1, 6))
        )

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            records.mapped("state")
            return self._count(lambda: records.mapped("credit_open_amount"))

        self.assertEqual(count(orders), count(orders[0]))

    def test_gate_of_one_light_order(self):
        self._create_account(self.customer, 10**6)
        confirm = type(self.env["sale.order"]).action_confirm

        def count(function):
            order = self._quote(self._line(100.0), user_id=self.salesman.id)
            order = order.with_user(self.salesman)
            self.env.flush_all()
            self.env.invalidate_all()
            order.mapped("name")
            queries = self._count(lambda: function(order))
            self.assertEqual(order.state, "sale")
            return queries

        count(confirm)  # access rules and the like are read once for all
        gated = count(confirm)
        model = type(self.env["sale.order"])
        with (
            patch.object(model, "_check_credit_floor", lambda orders: None),
            patch.object(model, "_after_credit_confirmation", lambda orders: None),
        ):
            bare = count(confirm.origin)
        self.assertLessEqual(gated - bare, 8 + GUARD_SAVEPOINT)

    def test_gate_of_many_orders_grows_by_none(self):
        self._create_account(self.customer, 10**6)
        partners = self.env["res.partner"].create([{"name": f"C{number}"} for number in range(10)])
        for account in self.env["credit.account"]._ensure(partners, self.company):
            account.write({"mode": "limited", "base_limit": 10**6, "change_reason": "Set up"})

        def count(customers):
            orders = self.env["sale.order"].union(
                *(self._quote(self._line(100.0), partner_id=partner.id) for partner in customers)
            )
            self.env.flush_all()
            self.env.invalidate_all()
            orders.mapped("name")
            return self._count(lambda: self.env["credit.checkpoint"]._check_orders(orders))

        count(partners[:2])
        self.assertEqual(count(partners), count(partners[:2]))

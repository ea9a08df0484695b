from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .exposure_common import ExposureCommon


@tagged("post_install", "-at_install")
class TestExposureParties(ExposureCommon):
    """Whose exposure it is: the commercial entity that is billed, in the company that shares its accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payer = cls.env["res.partner"].create({"name": "Group Treasury", "is_company": True})
        cls.payer_account = cls._create_account(cls.payer, 0.0, mode="unlimited")

    def test_who_is_billed_carries_it(self):
        order = self._order(self._line(1000.0), partner_invoice_id=self.payer.id)
        self.assertParts()
        self.assertParts(orders=1000.0, account=self.payer_account)
        self._invoice(order, [0.4])
        self.assertParts()
        self.assertParts(receivable=400.0, orders=600.0, account=self.payer_account)

    def test_changing_the_bill_to_moves_the_rest(self):
        order = self._order(self._line(100.0, 10))
        self._invoice(order, [4.0])
        order.partner_invoice_id = self.payer
        self.assertParts(receivable=400.0)
        self.assertParts(orders=600.0, account=self.payer_account)

    def test_addresses_of_the_customer_are_the_customer(self):
        addresses = self.env["res.partner"].create(
            [
                {"name": kind, "type": kind, "parent_id": self.customer.id}
                for kind in ("invoice", "delivery")
            ]
        )
        order = self._order(self._line(100.0, 3), partner_id=addresses[1].id)
        self.assertEqual(order.partner_shipping_id, addresses[1])
        self.assertParts(orders=300.0)
        order.partner_invoice_id = addresses[0]
        self.assertParts(orders=300.0)
        self._invoice(order, [1.0])
        self.assertParts(receivable=100.0, orders=200.0)

    def test_a_contact_that_becomes_part_of_another_company_takes_its_documents_along(self):
        shop = self.env["res.partner"].create({"name": "Shop"})
        account = self._create_account(shop, 0.0, mode="unlimited")
        order = self._order(self._line(100.0, 10), partner_id=shop.id)
        self._invoice(order, [4.0])
        self.assertParts(receivable=400.0, orders=600.0, account=account)
        shop.parent_id = self.payer
        self.assertParts(account=account)
        self.assertParts(receivable=400.0, orders=600.0, account=self.payer_account)

    def test_merged_customers_keep_the_limit_of_the_one_who_stays(self):
        self._order(self._line(500.0))
        source = self.env["res.partner"].create({"name": "Good Customer Ltd", "is_company": True})
        source_account = self._create_account(source, 9000.0)
        order = self._order(self._line(100.0, 10), partner_id=source.id)
        self._invoice(order, [4.0])
        self._create_account(self.customer, 2000.0)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source + self.customer).ids, self.customer)
        self.assertFalse(source_account.exists())
        self.assertEqual((self.account.mode, self.account.base_limit), ("limited", 2000.0))
        self.assertParts(receivable=400.0, orders=1100.0)

    # Companies ----------------------------------------------------------------------------------

    def _create_branch(self):
        branch = self.env["res.company"].create({"name": "East", "parent_id": self.company.id})
        self.cr.precommit.run()  # its chart of accounts
        return branch

    def _order_in(self, company, amount, **values):
        return (
            self.env["sale.order"]
            .with_context(allowed_company_ids=(company + company.parent_ids).ids)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": company.id,
                    "order_line": [self._line(amount)],
                }
                | values
            )
        )

    def test_companies_are_independent(self):
        other = self._create_company(name="Other")
        account = self._create_account(self.customer, 300.0, company=other)
        self._order(self._line(1000.0))
        order = self._order_in(other, 200.0)
        order.action_confirm()
        order._create_invoices().action_post()
        self.assertParts(orders=1000.0)
        self.assertParts(receivable=200.0, account=account)

    def test_branches_share_with_their_parent_unless_they_have_accounts_of_their_own(self):
        branch = self._create_branch()
        self.assertEqual(branch.credit_company_id, self.company)
        self._order(self._line(1000.0))
        order = self._order_in(branch, 200.0)
        order.action_confirm()
        self.assertParts(orders=1200.0)
        order._create_invoices().action_post()
        self.assertEqual(order.invoice_ids.company_id, branch)
        self._order_in(branch, 50.0).action_confirm()
        self.assertParts(receivable=200.0, orders=1050.0)
        branch.credit_own_accounts = True
        account = self._create_account(self.customer, 300.0, company=branch)
        self.assertParts(orders=1000.0)
        self.assertParts(receivable=200.0, orders=50.0, account=account)

    def test_many_customers_at_once(self):
        partners = self.env["res.partner"].create([{"name": f"C{n}"} for n in range(5)])
        accounts = self.env["credit.account"]._ensure(partners, self.company)
        accounts.write({"mode": "unlimited", "change_reason": "Set up"})
        for number, partner in enumerate(partners):
            self._order(self._line(100.0 * number), partner_id=partner.id)
            self._entry(10.0 * number, partner=partner)
        exposures, _amounts = self.env["credit.exposure"]._get(accounts)
        totals = {account.partner_id: exposures[account.id].total for account in accounts}
        self.assertEqual(
            [totals[partner] for partner in partners], [0.0, 110.0, 220.0, 330.0, 440.0]
        )
        self.assertEqual(self.env["credit.exposure"]._get(self.env["credit.account"]), ({}, {}))


@tagged("post_install", "-at_install")
class TestExposureCurrencies(ExposureCommon):
    """Orders count at today's rate, what is booked at the rate it was booked at."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls._create_currency("EUR", 2.0, day="2026-01-01")
        cls.pricelist = cls._create_pricelist(cls.euro)

    @classmethod
    def _create_pricelist(cls, currency, company=None):
        return cls.env["product.pricelist"].create(
            {
                "name": currency.name,
                "currency_id": currency.id,
                "company_id": (company or cls.company).id,
            }
        )

    def _euro_order(self, *lines, pricelist=None, **values):
        return self._order(*lines, pricelist_id=(pricelist or self.pricelist).id, **values)

    def test_order_follows_the_rate_and_the_invoice_does_not(self):
        with freeze_time("2026-01-10 12:00:00"):
            order = self._euro_order(self._line(100.0, 10))
            self.assertEqual(order.currency_id, self.euro)
            self.assertParts(orders=500.0)
            self._set_rate(self.euro, 2.5, day="2026-01-11")
            self.assertParts(orders=500.0)
        self.env.invalidate_all()  # another day is another transaction
        with freeze_time("2026-01-11 12:00:00"):
            self.assertParts(orders=400.0)
            invoice = self._invoice(order, [4.0], post=False)
            invoice.invoice_date = fields.Date.today()
            invoice.action_post()
            self.assertParts(receivable=160.0, orders=240.0)
        self._set_rate(self.euro, 4.0, day="2026-01-12")
        self.env.invalidate_all()
        with freeze_time("2026-01-12 12:00:00"):
            self.assertParts(receivable=160.0, orders=150.0)

    def test_each_currency_at_its_own_rate(self):
        pound = self._create_currency("GBP", 0.7, day="2026-01-01")
        with freeze_time("2026-01-10 12:00:00"):
            self._euro_order(self._line(650.35))
            self._euro_order(self._line(650.35), pricelist=self._create_pricelist(pound))
            self._order(self._line(650.35))
            self.assertParts(orders=round(325.18 + 929.07 + 650.35, 2))

    def test_same_figure_as_odoo_s_own_conversion(self):
        with freeze_time("2026-01-10 12:00:00"):
            self.euro.rate_ids.unlink()
            self._set_rate(self.euro, 7.123456789, day="2026-01-01")
            order = self._euro_order(self._line(12345.67))
            amount = self.euro._convert(
                order.amount_total, self.company.currency_id, self.company, fields.Date.today()
            )
            self.assertParts(orders=amount)

    def test_down_payment_of_a_foreign_order(self):
        with freeze_time("2026-01-10 12:00:00"):
            order = self._euro_order(self._line(100.0, 10))
            invoice = self._create_down_payment_invoice(order, "fixed", 300.0)
            invoice.invoice_date = fields.Date.today()
            invoice.action_post()
            self.assertParts(receivable=150.0, orders=350.0)

    def test_down_payment_in_another_currency_than_the_order(self):
        with freeze_time("2026-01-10 12:00:00"):
            order = self._euro_order(self._line(100.0, 10))
            invoice = self._create_down_payment_invoice(order, "fixed", 300.0)
            invoice.invoice_date = fields.Date.today()
            invoice.currency_id = self.company.currency_id
            invoice.invoice_line_ids.filtered("is_downpayment").price_unit = 150.0
            invoice.action_post()
            self.assertParts(receivable=150.0, orders=350.0)

    def test_missing_rate_is_told(self):
        pound = self._create_currency("GBP", None)
        pricelist = self._create_pricelist(pound)
        with freeze_time("2026-01-10 12:00:00"):
            self.assertFalse(self._get_exposure().rate_missing)
            order = self._euro_order(self._line(100.0), pricelist=pricelist)
            self.assertTrue(self._get_exposure().rate_missing)
            self._set_rate(pound, 0.8, day="2026-01-11")
            self.assertTrue(self._get_exposure().rate_missing)
            self._set_rate(pound, 0.8, day="2026-01-10")
            self.assertFalse(self._get_exposure().rate_missing)
            pound.rate_ids.unlink()
            invoice = self._invoice(order, post=False)
            invoice.invoice_date = fields.Date.today()
            invoice.action_post()
            self.assertFalse(self._get_exposure().rate_missing)

    def test_order_without_a_rate_is_held(self):
        pound = self._create_currency("GBP", None)
        self._create_account(self.customer, 10**6)
        order = self._euro_order(self._line(100.0), pricelist=self._create_pricelist(pound))
        self.assertEqual(order.credit_state, "hold")
        reasons = order.credit_decision_ids.reasons
        self.assertEqual([reason["code"] for reason in reasons], ["rate_missing"])

    def test_branch_uses_the_rates_of_its_parent(self):
        branch = self.env["res.company"].create({"name": "East", "parent_id": self.company.id})
        self.pricelist.company_id = False
        with freeze_time("2026-01-10 12:00:00"):
            order = (
                self.env["sale.order"]
                .with_context(allowed_company_ids=(branch + self.company).ids)
                .create(
                    {
                        "partner_id": self.customer.id,
                        "company_id": branch.id,
                        "pricelist_id": self.pricelist.id,
                        "order_line": [self._line(100.0)],
                    }
                )
            )
            order.action_confirm()
            self.assertParts(orders=50.0)

    def test_company_that_keeps_its_books_in_another_currency(self):
        other = self._create_company(name="Europe", currency_id=self.euro.id)
        dollar = self.env.ref("base.USD")
        self._set_rate(self.euro, 1.0, company=other, day="2026-01-01")
        self._set_rate(dollar, 1.25, company=other, day="2026-01-01")
        account = self._create_account(self.customer, 0.0, mode="unlimited", company=other)
        self.assertEqual(account.currency_id, self.euro)
        env = self.env(context=self.env.context | {"allowed_company_ids": other.ids})
        with freeze_time("2026-01-10 12:00:00"):
            for pricelist, amount in (
                (self._create_pricelist(self.euro, other), 100.0),
                (self._create_pricelist(dollar, other), 80.0),
            ):
                order = (
                    self.env["sale.order"]
                    .with_env(env)
                    .create(
                        {
                            "partner_id": self.customer.id,
                            "company_id": other.id,
                            "pricelist_id": pricelist.id,
                            "order_line": [Command.create({"product_id": self.product.id})],
                        }
                    )
                )
                order.order_line.write({"price_unit": 100.0, "tax_ids": [Command.clear()]})
                order.action_confirm()
                self.assertParts(orders=amount, account=account)
                order._action_cancel()
        self.assertParts()

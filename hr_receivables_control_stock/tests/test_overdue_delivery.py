from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .common import StockCreditCommon


class OverdueStockCommon(StockCreditCommon):
    """Today is 2026-06-15 in Xi'an; the limit is far away."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-06-15 04:00:00"))
        cls.company.control_tz = "Asia/Shanghai"
        cls._create_account(cls.customer, 100_000.0)

    @classmethod
    def _bill(cls, amount, due):
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "invoice_date": "2026-01-01",
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": amount, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )
        move.action_post()
        return move

    def _pay(self, invoice):
        self._register_payment(invoice, journal_id=self.company_data["default_journal_bank"].id)

    def _get_overdue(self):
        return self.env["credit.overdue"]._get(self.account)[self.account.id]


@tagged("post_install", "-at_install")
class TestOverdueDelivery(OverdueStockCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_goods_order((cls.product, 10, 90.0))
        cls.picking = cls._get_open_picking(cls.order)

    def assertStopped(self, picking=None):
        with self.assertRaisesRegex(UserError, "cannot be delivered"), self.cr.savepoint():
            self._deliver(picking or self.picking)
        self.env.invalidate_all()

    def _ask(self, picking=None):
        picking = (picking or self.picking).with_user(self.storeman)
        action = picking.action_request_credit_release()
        wizard = Form(
            self.env["credit.delivery.release.request"]
            .with_user(self.storeman)
            .with_context(**action["context"])
        )
        wizard.reason = "The lorry waits"
        wizard.save().action_request()
        return self.env["credit.grant"].search([("picking_id", "=", picking.id)], limit=1)

    def test_stopped_on_the_day_of_the_tier(self):
        invoice = self._bill(650.35, "2026-04-16")
        with freeze_time("2026-06-14 04:00:00"):
            self.assertFalse(self.picking.credit_banner)
        self.picking.invalidate_recordset()
        self.assertIn("650.35", self.picking.credit_banner)
        self.assertIn("tier 4", self.picking.credit_banner)
        self.assertStopped()
        self._pay(invoice)
        self._deliver(self.picking)
        self.assertEqual(self.picking.state, "done")

    def test_the_day_before_it_leaves(self):
        self._bill(650.35, "2026-04-17")
        self._deliver(self.picking)
        self.assertEqual(self.picking.state, "done")

    def test_it_follows_the_policy_for_deliveries(self):
        self._bill(650.35, "2026-04-16")
        self.company.credit_delivery_policy = "warn"
        self._deliver(self.picking)
        decision = self.picking.credit_decision_ids
        self.assertEqual((decision.result, decision.reasons[0]["code"]), ("warn", "overdue"))

    def test_paid_goods_leave(self):
        self._bill(650.35, "2026-04-16")
        order = self._create_goods_order((self.ordered_product, 10, 90.0), confirm=False)
        with freeze_time("2026-04-10 04:00:00"):
            order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        picking = self._get_open_picking(order)
        self._register_payment(
            invoice, amount=899.99, journal_id=self.company_data["default_journal_bank"].id
        )
        self.assertStopped(picking)
        self._pay(invoice)
        self._deliver(picking)
        self.assertEqual(picking.state, "done")

    def test_released_within_the_tier_of_the_authority(self):
        self._bill(650.35, "2026-04-16")
        rule = self._create_rule(
            0.0, max_release_tier=3, employee_id=self.manager_employee.id, max_grant_days=30
        )
        grant = self._ask()
        self.assertEqual((grant.overdue_tier, grant.amount), (4, 0.0))
        self.assertNotIn(self.store_manager, grant.sudo().approval_id.candidate_ids)
        grant.sudo().approval_id._void("Once more")
        rule.max_release_tier = 4
        grant = self._ask()
        grant.sudo().approval_id.with_user(self.store_manager).action_approve()
        with freeze_time("2026-07-15 03:00:00"):
            self.assertStopped()
        self._deliver(self.picking)
        self.assertEqual((self.picking.state, grant.state), ("done", "used"))


@tagged("post_install", "-at_install")
class TestShadowDue(OverdueStockCommon):
    """Goods that left and have no invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_shadow_due = True
        cls.term = cls.env["account.payment.term"].create(
            {
                "name": "30 days",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})
                ],
            }
        )
        cls.order = cls._create_goods_order((cls.product, 10, 90.0), payment_term_id=cls.term.id)
        # 2026-05-01 00:30 in Xi'an, still April in UTC
        with freeze_time("2026-04-30 16:30:00"):
            cls._deliver(cls._get_open_picking(cls.order), 4)
        with freeze_time("2026-05-20 04:00:00"):
            cls._deliver(cls._get_open_picking(cls.order), 6)

    def _get_goods(self):
        return self.env["credit.overdue.goods"].search([("account_id", "=", self.account.id)])

    def assertGoods(self, *rows):
        goods = self._get_goods()
        self.assertEqual(
            [(str(row.day), str(row.due), row.days, round(row.amount, 2)) for row in goods],
            list(rows),
        )

    def test_from_the_delivery_and_the_term(self):
        self.assertGoods(
            ("2026-05-01", "2026-05-31", 15, 360.0), ("2026-05-20", "2026-06-19", -4, 540.0)
        )
        self.assertEqual((self._get_overdue().amount, self._get_overdue().days), (360.0, 15))
        exposure = self._get_exposure()
        self.assertEqual((exposure.overdue, exposure.overdue_days), (360.0, 15))
        self.assertEqual((exposure.receivable, exposure.total), (0.0, 900.0))
        with freeze_time("2026-06-30 04:00:00"):
            self.assertEqual((self._get_overdue().amount, self._get_overdue().days), (900.0, 30))
            order = self._create_goods_order((self.product, 1, 10.0))
        self.assertEqual(order.credit_state, "hold")

    def test_only_where_the_company_wants_it(self):
        self.company.credit_shadow_due = False
        self.assertEqual(self._get_overdue().amount, 0.0)
        self.assertEqual(len(self._get_goods()), 2)

    def test_the_oldest_delivery_is_invoiced_first(self):
        invoice = self.order._create_invoices()
        invoice.invoice_line_ids.quantity = 3
        invoice.action_post()
        self.assertGoods(
            ("2026-05-01", "2026-05-31", 15, 90.0), ("2026-05-20", "2026-06-19", -4, 540.0)
        )
        self.assertEqual(sum(self._get_goods().mapped("amount")), self.account.exposure_delivered)

    def test_all_invoiced(self):
        self.order._create_invoices().action_post()
        self.assertGoods()
        self.assertEqual(self._get_overdue().days, 0)

    def test_money_received_covers_it(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 360.0,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        self.assertEqual((self._get_overdue().amount, self._get_overdue().days), (0.0, 0))

    def test_returned_goods_are_not_waited_for(self):
        first = self.order.picking_ids.sorted("id")[0]
        self._return(first, 4)
        self.assertGoods(("2026-05-20", "2026-06-19", -4, 540.0))

    def test_terms_by_the_month_as_odoo_counts_them(self):
        line = self.term.line_ids
        for vals in (
            {"delay_type": "days_after", "nb_days": 0},
            {"delay_type": "days_after_end_of_month", "nb_days": 10},
            {"delay_type": "days_after_end_of_next_month", "nb_days": 0},
            {"delay_type": "days_end_of_month_on_the", "nb_days": 30, "days_next_month": "31"},
            {"delay_type": "days_end_of_month_on_the", "nb_days": 15, "days_next_month": "0"},
            {"delay_type": "days_end_of_month_on_the", "nb_days": 28, "days_next_month": "15"},
        ):
            line.write(vals)
            for goods in self._get_goods():
                self.assertEqual(goods.due, line._get_due_date(goods.day), vals)
            self.env.invalidate_all()

    def test_without_a_term_it_is_due_when_it_leaves(self):
        self.order.payment_term_id = False
        self.assertEqual(
            [str(due) for due in self._get_goods().mapped("due")], ["2026-05-01", "2026-05-20"]
        )

    def _run_job(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("hr_receivables_control_stock.credit_goods_cron").method_direct_trigger()
        self.env.invalidate_all()
        key = f"credit.goods:{self.order.id}"
        return self.env["hr.control.alert"].sudo().search([("key", "=", key)])

    def test_told_once_until_it_is_invoiced(self):
        with freeze_time("2026-05-31 04:00:00"):
            self.assertFalse(self._run_job(), "due today is not past due")
        self._run_job()
        alert = self._run_job()
        self.assertEqual(len(alert), 1)
        self.assertEqual(alert.delivery_ids.user_id, self.order.user_id)
        self.assertIn("360.00", alert.note)
        self.assertEqual(len(self.order.activity_ids.filtered("automated")), 1)
        self.order._create_invoices().action_post()
        self.assertTrue(self._run_job().cleared_at)
        self.assertFalse(self.order.activity_ids.filtered("automated"))

    def test_its_check_costs_no_query_more(self):
        self.env.flush_all()
        account = self.env["credit.account"]._find(self.customer, self.company)
        self.env["credit.exposure"]._get(account)
        with self.assertQueryCount(1):
            self.env["credit.exposure"]._get(account)

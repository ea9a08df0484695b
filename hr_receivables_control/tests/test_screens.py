from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestScreens(CreditCommon):
    """What the buttons of the account open, for people without accounting rights, and who used what authority."""

    def _create_invoice(self, amount, days_ago=0, **values):
        """Posted and due on its day."""
        day = self.company._company_today() - timedelta(days=days_ago)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "invoice_date": day,
                "invoice_date_due": day,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Tiles", "price_unit": amount, "tax_ids": [Command.clear()]}
                    )
                ],
            }
            | values
        )
        invoice.action_post()
        return invoice

    def _take_bill(self, amount):
        account = self.env["account.account"].create(
            {
                "name": "Bills",
                "code": "112199",
                "account_type": "asset_current",
                "reconcile": True,
                "credit_is_bill": True,
            }
        )
        revenue = self.company_data["default_account_revenue"]
        bill = self.env["account.move"].create(
            {
                "company_id": self.company.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.customer.id,
                            "debit": amount,
                        }
                    ),
                    Command.create({"account_id": revenue.id, "credit": amount}),
                ],
            }
        )
        bill.action_post()
        return bill

    def _open(self, figure, user):
        """Rows behind a figure as this user sees them, and the figure itself."""
        account = self.account.with_user(user)
        account.invalidate_recordset()
        action = getattr(account, f"action_open_{figure}")()
        Item = self.env["credit.open.item"].with_user(user).with_context(**action["context"])
        Item.invalidate_model()
        return Item.search(action["domain"])

    def test_each_figure_opens_what_adds_up_to_it(self):
        self._create_account(self.customer, 0.0, mode="unlimited")
        self.customer.user_id = self.salesman
        due_today = self._create_invoice(650.35)
        overdue = self._create_invoice(100.01, days_ago=1)
        credit = self._create_invoice(20.0, move_type="out_refund")
        bill = self._take_bill(300.0)
        order = self._create_order(500.0)
        order.action_confirm()
        for user in (self.salesman, self.controller, self.owner):
            account = self.account.with_user(user)
            for figure, field, documents in (
                ("receivable", "exposure_receivable", due_today | overdue | credit),
                ("bills", "exposure_bills", bill),
                ("orders", "exposure_orders", order),
                ("exposure", "exposure_total", None),
            ):
                with self.subTest(user=user.login, figure=figure):
                    items = self._open(figure, user)
                    amounts = items.mapped("amount")
                    self.assertEqual(round(sum(amounts), 2), round(account[field], 2))
                    self.assertTrue(account[field])
                    if documents:
                        found = items.sudo()
                        self.assertEqual(found.order_id or found.move_id, documents)
                        names = set(items.mapped("document_name"))
                        self.assertEqual(names, set(documents.mapped("name")))

    def test_rows_of_other_peoples_customers_stay_theirs(self):
        self.customer.user_id = self.colleague
        self._create_invoice(100.0)
        self.assertEqual(len(self._open("receivable", self.colleague)), 1)
        with self.assertRaises(AccessError):
            self._open("receivable", self.salesman)
        Item = self.env["credit.open.item"].with_user(self.salesman)
        for context in ({}, {"credit_account_ids": self.account.ids}):
            rows = Item.with_context(**context).search([])
            self.assertNotIn(self.account, rows.sudo().account_id)

    def test_a_document_opens_for_those_who_may_read_it(self):
        self.customer.user_id = self.salesman
        order = self._create_order(500.0)
        order.action_confirm()
        self._create_invoice(100.0, invoice_user_id=self.colleague.id)
        action = self._open("orders", self.salesman).action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", order.id))
        invoice = self._open("receivable", self.salesman)
        self.assertEqual(invoice.amount, 100.0)
        with self.assertRaises(AccessError):
            invoice.action_open_document()

    def test_who_used_how_much_authority(self):
        manager_rule = {"employee_id": self.manager_employee.id, "max_grant_days": 30}
        emergency = {"max_emergency_amount": 400.0, "max_emergency_hours": 24}
        self._create_rule(500.0, **manager_rule, **emergency)
        order = self._create_order(1200.35)
        order.action_confirm()
        request = self.env["credit.release.request"].with_user(self.salesman)
        request.create({"order_id": order.id, "reason": "Regular customer"}).action_request()
        Use = self.env["credit.authority.use"]
        self.assertFalse(Use.search([]))  # asked is not granted
        order.credit_grant_ids.approval_id.with_user(self.store_manager).action_approve()
        self.assertUses([("order", self.store_manager, 200.35, 0.0)])
        order.action_confirm()
        self.env["credit.grant"].with_user(self.store_manager)._give_emergency(
            self.account.with_user(self.store_manager), 400.0, 24, "At night"
        )
        self._create_order(150.0).action_confirm()
        self.env["credit.grant"].with_user(self.salesman)._ask_higher_limit(
            self.account, "limit", 90.0, 5, "Season"
        ).approval_id.with_user(self.owner).action_approve()
        self.assertUses(
            [
                ("order", self.store_manager, 200.35, 200.35),
                ("emergency", self.store_manager, 400.0, 150.0),
                ("limit", self.owner, 90.0, 90.0),
            ]
        )
        groups = Use.with_user(self.controller)._read_group(
            [], ["user_id", "store_id"], ["used_amount:sum"]
        )
        self.assertIn((self.store_manager, self.store, 350.35), groups)
        with self.assertRaises(AccessError):
            Use.with_user(self.salesman).search([])

    def assertUses(self, expected):
        self.env.flush_all()
        uses = self.env["credit.authority.use"].search([], order="id")
        uses.invalidate_recordset()
        self.assertEqual(
            [
                (use.kind, use.user_id, round(use.granted_amount, 2), round(use.used_amount, 2))
                for use in uses
            ],
            expected,
        )

    def test_the_account_counts_requests_that_its_reader_may_see(self):
        self.customer.user_id = self.salesman
        self.env["credit.grant"].with_user(self.salesman)._ask_higher_limit(
            self.account, "base", 2000.0, 1, "More business"
        )
        for user, count in ((self.salesman, 1), (self.controller, 1), (self.colleague, 0)):
            account = self.account.with_user(user)
            account.invalidate_recordset()
            self.assertEqual(account.grant_count, count)
            action = account.action_open_grants()
            grants = self.env["credit.grant"].with_user(user).search(action["domain"])
            self.assertEqual(len(grants), count)

    def test_a_held_order_says_why_and_is_released_in_one_click(self):
        self._create_rule(500.0, employee_id=self.manager_employee.id, max_grant_days=30)
        order = self._create_order(1200.35)
        self.assertEqual((order.credit_hold_reason, order.credit_hold_excess), (False, 0.0))
        order.action_confirm()
        self.assertEqual(order.credit_hold_reason, "over the limit")
        self.assertAlmostEqual(order.credit_hold_excess, 200.35, 2)
        with self.assertRaisesRegex(UserError, "Nobody has asked"):
            order.with_user(self.store_manager).action_approve_credit_release()
        request = self.env["credit.release.request"].with_user(self.salesman)
        request.create({"order_id": order.id, "reason": "Regular customer"}).action_request()
        turns = {
            user: order.with_user(user).credit_my_turn
            for user in (self.salesman, self.colleague, self.store_manager, self.owner)
        }
        self.assertEqual([user for user, turn in turns.items() if turn], [self.store_manager])
        for user in (self.salesman, self.owner):
            with self.assertRaises(UserError), self.cr.savepoint():
                order.with_user(user).action_approve_credit_release()
        order.with_user(self.store_manager).action_approve_credit_release()
        self.assertEqual(order.credit_state, "released")
        order.action_confirm()
        self.assertEqual((order.state, order.credit_hold_reason), ("sale", False))

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CreditCommon


class InvoiceCommon(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_invoice_policy = "enforce"
        cls.accountant = cls._create_user("credit_accountant", "account.group_account_invoice")

    @classmethod
    def _create_move(cls, amount, partner=None, move_type="out_invoice", **values):
        line = {"product_id": cls.product.id, "price_unit": amount, "tax_ids": [Command.clear()]}
        return (
            cls.env["account.move"]
            .with_user(cls.accountant)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": (partner or cls.customer).id,
                    "company_id": cls.company.id,
                    "invoice_date": fields.Date.context_today(cls.env.user),
                    "invoice_line_ids": [Command.create(line)],
                }
                | values
            )
        )

    @classmethod
    def _create_invoiced_order(cls, amount, **values):
        order = cls._create_order(amount, **values)
        order.action_confirm()
        return order, order.sudo()._create_invoices().with_user(cls.accountant)

    def _get_decisions(self, move):
        return self.env["credit.decision"].search([("move_id", "=", move.id)])


@tagged("post_install", "-at_install")
class TestInvoice(InvoiceCommon):
    def test_exactly_at_the_limit_passes(self):
        move = self._create_move(1000.0)
        move.action_post()
        self.assertEqual((move.state, self._get_decisions(move).result), ("posted", "near"))
        self.assertExposure(1000.0)

    def test_a_cent_above_is_refused_whoever_posts(self):
        move = self._create_move(1000.01)
        move.invoice_user_id = self.salesman
        hostile = {"credit_unattended": 0, "bypass_risk": True, "skip_readonly_check": True}
        for post in (
            move.action_post,
            move._post,
            lambda: move.write({"state": "posted"}),
            move.with_context(**hostile).action_post,
            move.sudo().action_post,
            move.with_user(self.owner).sudo().action_post,
        ):
            with self.assertRaises(UserError) as refused:
                post()
            self.assertIn("0.01", str(refused.exception))
            self.assertIn("cannot be posted", str(refused.exception))
        self.assertEqual(move.state, "draft")

    def test_import_of_a_state_is_refused(self):
        move = self._create_move(1000.01)
        result = move.load([".id", "state"], [[str(move.id), "posted"]])
        self.assertFalse(result["ids"])

    def test_observe_and_warn_post_it_and_flag_it(self):
        for policy, result in (("observe", "observed"), ("warn", "warn")):
            self.company.credit_invoice_policy = policy
            move = self._create_move(5000.0)
            move.action_post()
            self.assertEqual((move.state, self._get_decisions(move).result), ("posted", result))
            self.assertTrue(move.credit_flagged)
            self.assertIn(move, move.search([("credit_flagged", "=", True)]))
            excess = self.company.currency_id.format(self._get_decisions(move).excess_amount)
            self.assertEqual(move.credit_flag_reason, f"over the limit ({excess} too much)")

    def test_receipts_too_but_no_credit_notes_nor_bills(self):
        with self.assertRaises(UserError):
            self._create_move(1000.01, move_type="out_receipt").action_post()
        for move_type in ("out_refund", "in_invoice"):
            move = self._create_move(5000.0, move_type=move_type)
            move.action_post()
            self.assertFalse(self._get_decisions(move))

    def test_invoices_posted_together_are_added_up_in_id_order(self):
        moves = self.env["account.move"].union(*(self._create_move(a) for a in (700, 400, 300)))
        with self.assertRaises(UserError) as refused:
            moves.with_user(self.accountant).sorted("id", reverse=True).action_post()
        self.assertEqual(refused.exception.credit_documents, moves[1])

    def test_invoice_of_an_order_adds_nothing_and_takes_no_guard(self):
        _order, move = self._create_invoiced_order(900.0)
        self.account.write({"base_limit": 10.0, "change_reason": "Pays late"})
        guard = self.account.dossier_id.guard
        move.action_post()
        self.account.dossier_id.invalidate_recordset()
        self.assertEqual((move.state, self.account.dossier_id.guard), ("posted", guard))
        self.assertFalse(self._get_decisions(move))
        self.assertExposure(900.0)

    def test_a_line_beside_the_order_is_refused(self):
        _order, move = self._create_invoiced_order(900.0)
        move.invoice_line_ids = [
            Command.create({"product_id": self.product.id, "price_unit": 100.01, "tax_ids": False})
        ]
        with self.assertRaises(UserError) as refused:
            move.action_post()
        self.assertIn("adds $ 100.01", str(refused.exception).replace("\xa0", " "))

    def test_more_than_was_ordered_is_refused(self):
        for vals in ({"quantity": 3}, {"price_unit": 2000.0}):
            _order, move = self._create_invoiced_order(450.0)
            move.invoice_line_ids.write(vals)
            with self.subTest(vals=vals), self.assertRaises(UserError):
                move.action_post()

    def test_what_was_delivered_of_a_cancelled_order_is_posted_and_flagged(self):
        order, move = self._create_invoiced_order(900.0)
        self.env.flush_all()  # Odoo itself would cancel the draft invoice with the order
        self.env.cr.execute("UPDATE sale_order SET state = 'cancel' WHERE id = %s", [order.id])
        order.invalidate_recordset()
        self.account.write({"base_limit": 10.0, "change_reason": "Pays late"})
        move.action_post()
        self.assertEqual((move.state, self._get_decisions(move).result), ("posted", "warn"))
        self.assertTrue(move.credit_flagged)

    def test_down_payment_and_final_invoice_add_nothing(self):
        order = self._create_order(1000.0)
        order.action_confirm()
        self.account.write({"base_limit": 10.0, "change_reason": "Pays late"})
        wizard = self.env["sale.advance.payment.inv"].create(
            {"sale_order_ids": order.ids, "advance_payment_method": "percentage", "amount": 30}
        )
        wizard._create_invoices(order.sudo()).action_post()
        self.assertExposure(1000.0)
        order.sudo()._create_invoices(final=True).action_post()
        self.assertExposure(1000.0)
        self.assertFalse(order.invoice_ids.sudo().credit_decision_ids)

    def test_two_invoices_of_one_order_posted_together(self):
        order = self._create_order(1000.0, quantity=10.0)
        order.action_confirm()
        moves = order.sudo()._create_invoices()
        moves.invoice_line_ids.quantity = 4
        moves += order.sudo()._create_invoices()
        self.account.write({"base_limit": 10.0, "change_reason": "Pays late"})
        moves.action_post()
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertFalse(self._get_decisions(moves[0]) + self._get_decisions(moves[1]))

    def test_foreign_currency_at_another_rate_is_no_new_credit(self):
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        pricelist = self.env["product.pricelist"].create(
            {"name": "EUR", "currency_id": currency.id, "company_id": self.company.id}
        )
        _order, move = self._create_invoiced_order(1800.0, pricelist_id=pricelist.id)
        self.account.write({"base_limit": 10.0, "change_reason": "Pays late"})
        move.invoice_currency_rate = 1.5
        move.action_post()
        self.assertEqual((move.state, self._get_decisions(move).result), ("posted", "warn"))

    def test_suspended_and_blacklisted(self):
        for mode in ("suspended", "blacklisted", "cash_only"):
            self._create_account(self.customer, 0.0, mode=mode)
            with self.subTest(mode=mode), self.assertRaises(UserError):
                self._create_move(0.01).action_post()

    def test_paid_online_is_posted_and_flagged(self):
        provider = self.env["payment.provider"].create({"name": "P", "company_id": self.company.id})
        move = self._create_move(5000.0)
        self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "amount": 5000.0,
                "currency_id": move.currency_id.id,
                "partner_id": self.customer.id,
                "reference": "T1",
                "state": "done",
                "invoice_ids": move.ids,
            }
        )
        move.action_post()
        self.assertEqual((move.state, self._get_decisions(move).result), ("posted", "warn"))

    def test_the_till_is_never_stopped(self):
        move = self._create_move(5000.0)
        self.patch(type(move), "_is_credit_lenient", lambda move: True)
        move.action_post()
        self.assertEqual((move.state, self._get_decisions(move).result), ("posted", "warn"))

    def test_unattended_leaves_the_draft_with_one_activity(self):
        bad = self._create_move(1000.01, auto_post="at_date", invoice_user_id=self.salesman.id)
        good = self._create_move(10.0, auto_post="at_date")
        with self.enter_registry_test_mode():
            for _n in range(2):
                self.env.ref("account.ir_cron_auto_post_draft_entry").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((bad.state, good.state), ("draft", "posted"))
        self.assertEqual(bad.sudo().activity_ids.user_id, self.salesman)
        self.assertEqual(len(bad.sudo().activity_ids), 1)

    def test_queries_do_not_grow_with_the_invoices(self):
        def count_added(count):
            moves = self.env["account.move"]
            for n in range(count):
                customer = self.env["res.partner"].create({"name": f"Customer {n}"})
                self._create_account(customer, 10000.0)
                moves += self._create_move(10.0, partner=customer)
                order = self._create_order(10.0, partner=customer)
                order.action_confirm()
                moves += order.sudo()._create_invoices()
            self.env.flush_all()
            self.env.invalidate_all()
            found = []
            watch = type(self.env["credit.invoice"])._watch

            def measured(invoice, moves):
                before = self.env.cr.sql_log_count
                context = watch(invoice, moves)
                context.__enter__()
                found.append(self.env.cr.sql_log_count - before)
                return _Measured(context, self.env, found)

            with self.patch_watch(measured):
                moves.sudo()._post()
            return sum(found)

        count_added(1)
        few = count_added(2)
        self.assertEqual(count_added(10), few)
        self.assertLessEqual(few, 30)

    def patch_watch(self, measured):
        from unittest.mock import patch

        return patch.object(self.registry["credit.invoice"], "_watch", measured)


class _Measured:
    def __init__(self, context, env, found):
        self.context, self.env, self.found = context, env, found

    def __enter__(self):
        return None

    def __exit__(self, *error):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.context.__exit__(*error)
        self.found.append(self.env.cr.sql_log_count - before)

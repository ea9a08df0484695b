from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_amendment import TermCommon
from .test_invoice import InvoiceCommon
from .test_person import PersonCommon

PIXEL = b"R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@tagged("post_install", "-at_install")
class TestReevaluation(InvoiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("hr_receivables_control.credit_cron_reevaluate")
        cls.open, cls.invoice = cls._create_invoiced_order(800.0)
        cls.invoice.action_post()
        cls.held = cls._create_order(500.0)
        cls.held.action_confirm()

    def _run(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def _count_triggers(self):
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", self.cron.id)])

    def _get_activities(self, order=None):
        return (order or self.held).sudo().activity_ids.filtered("automated")

    def _pay(self, amount):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": amount,
                "company_id": self.company.id,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()

    def test_a_payment_frees_what_fits_and_tells_the_salesperson(self):
        self._pay(300.0)
        self.assertEqual(self._count_triggers(), 1)
        self._run()
        self.assertEqual((self.held.state, self.held.credit_state), ("draft", False))
        self.assertEqual(self._get_activities().user_id, self.salesman)
        self.assertIn("confirm it", self._get_activities().summary)
        codes = self.account.dossier_id.event_ids.mapped("code")
        self.assertIn("credit.lifted", codes)
        self._run()
        self.assertEqual(len(self._get_activities()), 1)

    def test_a_cent_too_little_leaves_it_on_hold(self):
        self._pay(299.99)
        before = self.held.sudo().credit_decision_ids
        self._run()
        self.assertEqual(self.held.credit_state, "hold")
        self.assertFalse(self._get_activities())
        self.assertEqual(self.held.sudo().credit_decision_ids, before)

    def test_a_request_still_open_is_not_needed_any_more(self):
        self.env["credit.release.request"].with_user(self.salesman).create(
            {"order_id": self.held.id, "reason": "As agreed"}
        ).action_request()
        grant = self.held.sudo().credit_grant_ids
        self._pay(300.0)
        self._run()
        self.assertEqual((self.held.credit_state, grant.state), (False, "void"))
        self.assertNotEqual(grant.approval_id.state, "pending")

    def test_signed_orders_are_confirmed_by_it(self):
        self.held.sudo().write({"signature": PIXEL, "require_payment": False})
        self._pay(300.0)
        self._run()
        self.assertEqual((self.held.state, self.held.credit_state), ("sale", False))
        self.assertIn("is confirmed", self._get_activities().summary)

    def test_signed_but_not_yet_paid_is_not_confirmed(self):
        self.held.sudo().write(
            {"signature": PIXEL, "require_payment": True, "prepayment_percent": 1.0}
        )
        self._pay(300.0)
        self._run()
        self.assertEqual((self.held.state, self.held.credit_state), ("draft", False))

    def test_room_is_given_in_id_order(self):
        later = self._create_order(400.0)
        later.action_confirm()
        (self.held | later).sudo().write({"signature": PIXEL, "require_payment": False})
        self._pay(650.0)
        self._run()
        self.assertEqual((self.held.state, later.state), ("sale", "draft"))
        self.assertEqual(later.credit_state, "hold")

    def test_everything_that_makes_room_wakes_the_job(self):
        def cancel():
            self._create_order(10.0).action_confirm()
            order = self._create_order(100.0)
            order.action_confirm()
            order.sudo()._action_cancel()

        def lower():
            order = self._create_order(100.0)
            order.action_confirm()
            order.order_line.product_uom_qty = 0.5

        def close():
            order = self._create_order(50.0)
            order.action_confirm()
            order.with_user(SUPERUSER_ID).action_credit_short_close("Nothing more")

        for make_room in (
            cancel,
            lower,
            close,
            lambda: self._create_move(10.0, move_type="out_refund").action_post(),
            lambda: self.invoice.sudo().button_draft(),
            lambda: self.account.write({"base_limit": 1001.0, "change_reason": "More"}),
        ):
            self.env.cr.postrollback.data.clear()
            before = self._count_triggers()
            make_room()
            self.assertEqual(self._count_triggers(), before + 1)

    def test_nothing_is_woken_where_nothing_is_held(self):
        self.held.sudo()._action_cancel()
        before = self._count_triggers()
        self.env.cr.postrollback.data.clear()
        self._pay(10.0)
        self.assertEqual(self._count_triggers(), before)

    def test_other_reasons_keep_the_hold(self):
        self._create_account(self.customer, 0.0, mode="blacklisted")
        self._pay(5000.0)
        self._run()
        self.assertEqual(self.held.credit_state, "hold")

    def test_a_broken_customer_stops_nobody_else(self):
        other = self.env["res.partner"].create({"name": "Other"})
        account = self._create_account(other, 0.0)
        order = self._create_order(10.0, partner=other)
        order.action_confirm()
        account.write({"base_limit": 100.0, "change_reason": "More"})
        lift = type(account)._reevaluate_held

        def broken(account):
            if account.partner_id == self.customer:
                raise UserError(self.customer.name)
            return lift(account)

        self.patch(type(account), "_reevaluate_held", broken)
        self._run()
        self.assertEqual((order.credit_state, self.held.credit_state), (False, "hold"))


@tagged("post_install", "-at_install")
class TestTotalReevaluation(PersonCommon):
    def test_room_in_the_total_has_held_orders_looked_at(self):
        """It falls with any customer of the salesperson, and rises with his rule."""
        rule = self._limit(pool=1000.0)
        first = self._confirm(700.0, partner=self.other_customer)
        held = self._confirm(400.0)
        self.assertReasons(held, "own_pool")
        job = self.env.ref("hr_receivables_control.credit_cron_reevaluate")

        def count():
            return self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])

        before = count()
        rule.pool_limit = 1099.99
        self.assertEqual(count(), before + 1)
        first.order_line.price_unit = 600.0
        self.assertEqual(count(), before + 2)
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((held.state, held.credit_state), ("draft", False))


@tagged("post_install", "-at_install")
class TestUnattended(InvoiceCommon):
    def test_the_customer_is_told_nothing_and_the_salesperson_once(self):
        order = self._create_order(1500.0)
        for _n in range(2):
            order.with_user(self.env.ref("base.public_user")).sudo()._validate_order()
        order.invalidate_recordset()
        self.assertEqual((order.state, order.credit_state), ("draft", "hold"))
        activity = order.sudo().activity_ids
        self.assertEqual((len(activity), activity.user_id), (1, self.salesman))
        self.account.write({"base_limit": 1500.0, "change_reason": "More"})
        order.action_confirm()
        order.invalidate_recordset()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.sudo().activity_ids)

    def test_the_salesperson_sees_it_himself(self):
        order = self._create_order(1500.0)
        order.action_confirm()
        self.assertFalse(order.sudo().activity_ids)

    def test_without_salesperson_who_watches_over_credit_is_told(self):
        order = self._create_order(1500.0)
        order.sudo().user_id = False
        order.with_user(self.env.ref("base.public_user")).sudo()._validate_order()
        order.invalidate_recordset()
        self.assertEqual(order.sudo().activity_ids.user_id, self.controller)

    def test_an_authorised_payment_counts_for_its_order_only(self):
        self._create_account(self.customer, 0.0, mode="cash_only")
        provider = self.env["payment.provider"].create({"name": "P", "company_id": self.company.id})
        paid, other = self._create_order(650.35), self._create_order(650.35)
        self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "amount": 650.35,
                "currency_id": paid.currency_id.id,
                "partner_id": self.customer.id,
                "reference": "T1",
                "operation": "online_direct",
                "sale_order_ids": paid.ids,
            }
        )
        self.env.flush_all()  # no provider of the bare database knows authorised amounts
        self.env.cr.execute("UPDATE payment_transaction SET state = 'authorized'")
        self.env.invalidate_all()
        other.action_confirm()
        paid.action_confirm()
        self.assertEqual((paid.state, other.credit_state), ("sale", "hold"))


@tagged("post_install", "-at_install")
class TestTermRelease(TermCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_rule(200.0, department_id=cls.store.id, max_term_days=30)
        cls.controller_employee = cls._create_employee(cls.controller, department_id=False)
        cls._create_rule(
            0.0,
            employee_id=cls.controller_employee.id,
            max_term_days=45,
            max_customer_limit=10**6,
        )

    def _ask(self, days):
        order = self._create_order(100.0, payment_term_id=self._create_term(days).id)
        order.action_confirm()
        self.env["credit.release.request"].with_user(self.salesman).create(
            {"order_id": order.id, "reason": "As agreed"}
        ).action_request()
        return order, order.sudo().credit_grant_ids

    def test_who_may_give_the_term_is_asked(self):
        order, grant = self._ask(45)
        self.assertEqual(grant.approval_id.candidate_ids, self.controller)
        grant.approval_id.with_user(self.controller).action_approve()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_day_longer_goes_to_the_owner(self):
        _order, grant = self._ask(46)
        self.assertEqual(grant.approval_id.candidate_ids, self.owner)

    def test_a_longer_term_is_given_up_to_the_ceiling_and_recorded(self):
        account = self.account.with_user(self.controller)
        account.max_term_days = 45
        with self.assertRaises(AccessError):
            account.max_term_days = 46
        with self.assertRaises(AccessError):
            account.limit_term = False
        account.max_term_days = 0
        self.assertIn("credit.term", self.account.dossier_id.event_ids.mapped("code"))


@tagged("post_install", "-at_install")
class TestHierarchy(InvoiceCommon):
    def test_what_is_owed_follows_and_both_dossiers_say_so(self):
        self._create_order(900.0).action_confirm()
        group = self.env["res.partner"].create({"name": "Group", "is_company": True})
        account = self._create_account(group, 100.0)
        self.customer.write({"parent_id": group.id, "is_company": False})
        self.assertExposure(0.0)
        self.assertExposure(900.0, account)
        self.assertEqual(account.base_limit, 100.0)
        for dossier in (account | self.account).dossier_id:
            self.assertIn("credit.moved", dossier.event_ids.mapped("code"))
        held = self._create_order(0.01)
        held.action_confirm()
        self.assertEqual(held.credit_state, "hold")

    def test_a_blacklist_is_inherited_and_not_shaken_off(self):
        for user in (self.salesman, self.controller):
            user.group_ids += self.env.ref("base.group_partner_manager")
        contact = self.env["res.partner"].create({"name": "C", "parent_id": self.customer.id})
        self._create_account(self.customer, 0.0, mode="blacklisted")
        with self.assertRaises(UserError) as refused:
            contact.with_user(self.salesman).parent_id = False
        self.assertIn("blacklist", str(refused.exception))
        contact.with_user(self.controller).parent_id = False
        found = self.env["credit.account"]._find(contact, self.company)
        self.assertEqual(found.mode, "blacklisted")

    def test_contacts_of_nobody_on_credit_cost_nothing(self):
        partner = self.env["res.partner"].create({"name": "P"})
        parent = self.env["res.partner"].create({"name": "Parent", "is_company": True})
        partner.parent_id = parent
        self.assertFalse(self.env["credit.account"]._find(parent, self.company))


@tagged("post_install", "-at_install")
class TestClosedFields(InvoiceCommon):
    """Fields that the exposure is read from, and that Odoo would take from a client."""

    def test_whose_credit_answers_is_not_for_a_client_to_say(self):
        self.salesman.group_ids += self.env.ref("base.group_partner_manager")
        rich = self.env["res.partner"].create({"name": "Rich"})
        with self.assertRaises(AccessError):
            self.customer.with_user(self.salesman).commercial_partner_id = rich

    def test_an_order_is_not_linked_to_an_invoice_of_somebody_else(self):
        order = self._create_order(900.0)
        order.action_confirm()
        other = self.env["res.partner"].create({"name": "Other"})
        self._create_account(other, 10**6)
        move = self._create_move(900.0, partner=other)
        move.action_post()
        with self.assertRaises(AccessError):
            order.order_line.invoice_lines = move.sudo().invoice_line_ids
        with self.assertRaises(UserError):
            move.invoice_line_ids.sale_line_ids = order.order_line.sudo()

    def test_customers_read_nothing_of_their_credit(self):
        portal = self.env["res.users"].create(
            {
                "name": "Buyer",
                "login": "credit_buyer",
                "partner_id": self.env["res.partner"]
                .create({"name": "Buyer", "parent_id": self.customer.id})
                .id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        order = self._create_order(1500.0)
        order.action_confirm()
        order.message_subscribe(portal.partner_id.ids)
        seen = order.with_user(portal)
        self.assertTrue(seen.read(["name"]))
        for name in ("credit_state", "credit_banner", "credit_decision_ids", "credit_open_amount"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                seen.read([name])
        self.assertFalse([name for name in seen.fields_get() if name.startswith("credit_")])

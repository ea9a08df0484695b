from contextlib import contextmanager

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tests.common import users

from .common import CreditCommon

EVIDENCE = "Invoices 12 and 15, 8,400.00 unpaid since May; letters of 3 June and 2 July."


class BlacklistCommon(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_controller = cls._create_user(
            "credit_controller_2", "hr_receivables_control.group_credit_controller"
        )
        cls.customer.write(
            {"vat": "91610131MA6TX12345", "phone": "029-87654321", "user_id": cls.salesman.id}
        )

    def _propose(self, user=None, partner=None, **values):
        return (
            self.env["credit.blacklist"]
            .with_user(user or self.controller)
            .create(
                {
                    "partner_id": (partner or self.customer).id,
                    "company_id": self.company.id,
                    "reason": "Does not pay and does not answer.",
                    "evidence": EVIDENCE,
                }
                | values
            )
        )

    def _approve(self, entry, user=None):
        approval = entry.sudo().approval_id
        approval.with_user(user or self.second_controller).action_approve()

    def _list(self, partner=None, **values):
        entry = self._propose(partner=partner, **values)
        self._approve(entry)
        return entry

    @contextmanager
    def assertRefused(self, text, exception=UserError):
        """Refused with these words, and nothing of it is left."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertIn(text, str(caught.exception))

    def _get_codes(self, account):
        events = self.env["hr.control.event"].search([("dossier_id", "=", account.dossier_id.id)])
        return events.mapped("code")


@tagged("-at_install", "post_install", "hr_receivables_control")
class TestBlacklist(BlacklistCommon):
    def test_two_persons_put_a_customer_on_the_list(self):
        entry = self._propose()
        self.assertEqual(entry.state, "proposed")
        self.assertEqual(self.account.mode, "limited", "a proposal alone stops nobody")
        with self.assertRaises(UserError):
            self._approve(entry, self.controller)
        self._approve(entry, self.second_controller)
        self.assertEqual(entry.state, "active")
        self.assertEqual(entry.listed_by_id, self.second_controller)
        self.assertEqual(self.account.mode, "blacklisted")
        self.assertEqual(self.account.change_reason, entry.reason)
        codes = self._get_codes(self.account)
        self.assertIn("credit.blacklist.proposed", codes)
        self.assertEqual(codes.count("credit.blacklist.listed"), 1)

    def test_papers_of_others_are_no_evidence(self):
        of_another = {"res_model": "credit.account", "res_id": self.account.id}
        paper = self.env["ir.attachment"].create({"name": "a.txt", "raw": b"a"} | of_another)
        with self.assertRaises(AccessError):
            self._propose(self.salesman, attachment_ids=paper.ids)
        self.assertRecordValues(paper, [of_another])
        mine = self.env["ir.attachment"].with_user(self.salesman).create({"name": "mine.txt"})
        entry = self._propose(self.salesman, attachment_ids=mine.ids)
        self.assertEqual((mine.res_model, mine.res_id), (entry._name, entry.id))

    def test_what_he_is_recognised_by_stays_while_it_is_in_force(self):
        entry = self._propose()
        key = self.env["credit.blacklist.key"].with_user(self.owner)
        key = key.create({"entry_id": entry.id, "kind": "phone", "value": "029-11112222"})
        key.value = "029-33334444"
        self._approve(entry)
        with self.assertRefused("is recognised by 029-33334444"):
            key.value = "029-55556666"
        with self.assertRefused("is recognised by 029-33334444"):
            key.unlink()
        key.create({"entry_id": entry.id, "kind": "phone", "value": "029-77778888"})

    def test_no_entry_in_the_name_of_another_company(self):
        other = self.env["res.company"].create({"name": "Sister"})
        for scope in ("company", "group"):
            with self.subTest(scope), self.assertRaises(AccessError):
                self._propose(self.salesman, company_id=other.id, scope=scope)
        entry = self._propose(scope="group")
        abroad = self._create_user("abroad", "hr_receivables_control.group_credit_controller")
        abroad.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        theirs = entry.with_user(abroad).with_context(allowed_company_ids=other.ids)
        self.assertEqual(theirs.reason, entry.reason)
        with self.assertRaises(AccessError):
            theirs.write({"key_ids": [(0, 0, {"kind": "phone", "value": "029-77778888"})]})

    def test_order_of_a_blacklisted_customer_is_held_even_prepaid(self):
        self._list()
        order = self._create_order(10.0)
        order.action_confirm()
        self.assertEqual((order.state, order.credit_state), ("draft", "hold"))

    def test_cash_switch_lets_only_what_is_paid_pass(self):
        self._list()
        self.company.credit_blacklist_cash = True
        order = self._create_order(10.0)
        order.action_confirm()
        self.assertEqual(order.credit_state, "hold")
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": self.customer.id,
                "amount": 10.0,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        if payment.state != "paid" and not payment.move_id:
            self.skipTest("payments of this database make no entry of their own")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_nobody_sets_or_lifts_the_mode_alone(self):
        for user in (self.controller, self.owner):
            with self.subTest(user=user.login), self.assertRefused("alone"):
                self.account.with_user(user).write(
                    {"mode": "blacklisted", "change_reason": "I say so"}
                )
        self._list()
        for user in (self.controller, self.owner):
            with self.subTest(user=user.login), self.assertRefused("alone"):
                self.account.with_user(user).write(
                    {"mode": "cash_only", "change_reason": "I say so"}
                )
        self.assertEqual(self.account.mode, "blacklisted")

    def test_salesperson_proposes_and_decides_nothing(self):
        entry = self._propose(self.salesman)
        with self.assertRaises(UserError):
            self._approve(entry, self.salesman)
        with self.assertRaises(AccessError):
            entry.with_user(self.salesman).write({"reason": "Another one"})
        with self.assertRaises(AccessError):
            entry.with_user(self.salesman).action_ask_lift("He is my cousin")
        with self.assertRaises(AccessError):
            self._propose(self.salesman, state="active")

    @users("credit_controller")
    def test_what_was_proposed_stays(self):
        entry = self._propose()
        with self.assertRefused("stays as it was"):
            entry.write({"reason": "Something milder"})
        with self.assertRaises(UserError):
            entry.unlink()

    def test_evidence_is_asked_of_people(self):
        with self.assertRefused("what proves it"):
            self._propose(evidence="  ")

    def test_contact_is_not_the_customer(self):
        contact = self.env["res.partner"].create({"name": "Li", "parent_id": self.customer.id})
        with self.assertRefused("is a contact of Good Customer"):
            self._propose(partner=contact)

    def test_one_open_entry_per_customer(self):
        self._propose()
        with self.assertRefused("already"):
            self._propose(self.owner)

    def test_refused_proposal_changes_nothing(self):
        entry = self._propose()
        entry.sudo().approval_id.with_user(self.second_controller).action_refuse("Paid yesterday.")
        self.assertEqual(entry.state, "rejected")
        self.assertEqual(self.account.mode, "limited")

    def test_another_person_takes_him_off(self):
        entry = self._list()
        entry.with_user(self.owner).action_ask_lift("Paid everything with interest.")
        with self.assertRaises(UserError):
            self._approve(entry, self.second_controller)  # who put him on the list
        with self.assertRaises(UserError):
            self._approve(entry, self.owner)  # who asks
        self._approve(entry, self.controller)
        self.assertEqual(entry.state, "lifted")
        self.assertEqual(self.account.mode, "cash_only", "a limit is given anew")
        self.assertIn("credit.blacklist.lifted", self._get_codes(self.account))

    def test_lifting_the_company_entry_leaves_the_group_entry(self):
        entry = self._list()
        wide = self._propose(self.owner, scope="group")
        self._approve(wide, self.second_controller)
        entry.with_user(self.owner).action_ask_lift("Paid.")
        self._approve(entry, self.controller)
        self.assertEqual(self.account.mode, "blacklisted")

    def test_group_entry_waits_in_every_company(self):
        other = self.env["res.company"].create({"name": "Sister"})
        there = self.env["credit.account"]._ensure(self.customer, other)
        self._list(scope="group")
        self.assertEqual(there.mode, "blacklisted")
        third = self.env["res.company"].create({"name": "Third", "credit_new_mode": "unlimited"})
        later = self.env["credit.account"]._ensure(self.customer, third)
        self.assertEqual(later.mode, "blacklisted")

    def test_company_entry_leaves_other_companies_alone(self):
        other = self.env["res.company"].create({"name": "Sister"})
        there = self.env["credit.account"]._ensure(self.customer, other)
        self._list()
        self.assertNotEqual(there.mode, "blacklisted")

    def test_merged_customer_stays_listed(self):
        entry = self._list()
        clean = self.env["res.partner"].create({"name": "Clean", "is_company": True})
        account = self._create_account(clean, 500.0)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | clean).ids, clean)
        self.assertEqual(account.mode, "blacklisted")
        self.assertEqual(entry.partner_id, clean)


@tagged("-at_install", "post_install", "hr_receivables_control")
class TestLookAlikes(BlacklistCommon):
    def _get_matches(self, partner):
        return self.env["credit.blacklist.match"].search([("partner_id", "=", partner.id)])

    def _create_partner(self, **values):
        return self.env["res.partner"].create({"name": "Newcomer", "is_company": True} | values)

    def test_new_customer_with_the_same_telephone(self):
        self._list()
        partner = self._create_partner(phone="+86 29 8765 4321")
        match = self._get_matches(partner)
        self.assertRecordValues(match, [{"kind": "phone", "state": "open"}])
        alert = self.env["hr.control.alert"].search(
            [("key", "=", f"credit.blacklist.match:{match.id}")]
        )
        self.assertIn("Newcomer resembles Good Customer", alert.summary)
        self.assertIn("credit.blacklist.matched", self._get_codes(self.account))

    def test_tax_number_typed_later(self):
        self._list()
        partner = self._create_partner()
        self.assertFalse(self._get_matches(partner))
        partner.vat = "91610131 ma6t x12345"
        self.assertEqual(self._get_matches(partner).kind, "tax_number")

    def test_contact_of_the_newcomer_gives_him_away(self):
        self._list()
        partner = self._create_partner()
        self.env["res.partner"].create(
            {"name": "Li", "parent_id": partner.id, "phone": "02987654321"}
        )
        self.assertEqual(self._get_matches(partner).kind, "phone")

    def test_found_among_those_already_there(self):
        partner = self._create_partner(phone="(029) 8765 4321")
        self._create_partner(phone="029-87654322")
        self._list()
        self.assertEqual(self.env["credit.blacklist.match"].search([]).partner_id, partner)

    def test_told_once(self):
        self._list()
        partner = self._create_partner(phone="02987654321")
        partner.phone = "0086 29 87654321"
        self.assertEqual(len(self._get_matches(partner)), 1)

    def test_numbers_of_the_day_count(self):
        self._list()
        self.customer.phone = "029-11112222"
        partner = self._create_partner(phone="029 8765 4321")
        self.assertEqual(self._get_matches(partner).kind, "phone")

    def test_suspends_where_the_company_says_so(self):
        self.company.credit_match_policy = "suspend"
        self._list()
        partner = self._create_partner()
        account = self._create_account(partner, 500.0)
        partner.phone = "029 8765 4321"
        self.assertEqual(account.mode, "suspended")
        self._get_matches(partner).with_user(self.controller).action_clear("Called: another firm.")
        self.assertRecordValues(account, [{"mode": "limited", "base_limit": 500.0}])

    def test_shared_name_suspends_nobody(self):
        self.company.credit_match_policy = "suspend"
        self.customer.credit_legal_representative = "张三"
        self._list()
        partner = self._create_partner()
        account = self._create_account(partner, 500.0)
        partner.credit_legal_representative = "张 三"
        self.assertEqual(self._get_matches(partner).kind, "legal_representative")
        self.assertEqual(account.mode, "limited")

    def test_account_made_after_the_match_is_suspended_too(self):
        self.company.credit_match_policy = "suspend"
        self._list()
        partner = self._create_partner(phone="029 8765 4321")
        account = self.env["credit.account"]._ensure(partner, self.company)
        self.assertEqual(account.mode, "suspended")

    def test_confirmed_look_alike_is_proposed(self):
        self._list()
        partner = self._create_partner(phone="029 8765 4321")
        self._get_matches(partner).with_user(self.controller).action_confirm("Same shop, same man.")
        entry = self.env["credit.blacklist"].search([("partner_id", "=", partner.id)])
        self.assertEqual(entry.state, "proposed")

    def test_only_those_who_answer_for_credit_decide(self):
        self._list()
        partner = self._create_partner(phone="029 8765 4321", user_id=self.salesman.id)
        match = self._get_matches(partner)
        with self.assertRaises(AccessError):
            match.with_user(self.salesman).action_clear("My friend")
        partner.user_id = self.controller
        with self.assertRefused("You sell to", AccessError):
            match.with_user(self.controller).action_clear("My friend")
        with self.assertRaises(AccessError):
            match.with_user(self.controller).write({"state": "cleared"})

    def test_lifted_entry_matches_nobody(self):
        entry = self._list()
        partner = self._create_partner(phone="029 8765 4321")
        entry.with_user(self.owner).action_ask_lift("Paid.")
        self._approve(entry, self.controller)
        self.assertEqual(self._get_matches(partner).state, "void")
        self.assertFalse(self._get_matches(self._create_partner(phone="029 8765 4321")))

    def test_screening_costs_the_same_for_many(self):
        self._list()
        self.env.flush_all()

        def create(count):
            before = self.env.cr.sql_log_count
            partners = self.env["res.partner"].create(
                [{"name": f"P{count}.{n}", "phone": f"1390000{n:04}"} for n in range(count)]
            )
            screening = self.env.cr.sql_log_count
            self.env["credit.blacklist.match"]._screen(partners)
            return screening - before, self.env.cr.sql_log_count - screening

        create(2)
        self.assertEqual(create(5)[1], create(50)[1])


@tagged("-at_install", "post_install", "hr_receivables_control")
class TestBlacklistRules(BlacklistCommon):
    def _invoice(self, days_ago, days_late=None, amount=100.0):
        """An invoice due some days ago; paid that late, or still open."""
        due = fields.Date.subtract(self.company._company_today(), days=days_ago)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_line_ids": [
                    fields.Command.create(
                        {"name": "Tiles", "quantity": 1, "price_unit": amount, "tax_ids": False}
                    )
                ],
            }
        )
        invoice.action_post()
        if days_late is not None:
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            ).create({"payment_date": fields.Date.add(due, days=days_late)})._create_payments()
        return invoice

    def _run(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("hr_receivables_control.credit_cron_blacklist").method_direct_trigger()
        self.env.invalidate_all()
        return self.env["credit.blacklist"].search([("partner_id", "=", self.customer.id)])

    def test_late_once_too_often(self):
        self.company.write({"credit_blacklist_times": 3, "credit_blacklist_grace": 15})
        self._invoice(200, days_late=16)
        self._invoice(150, days_late=16)
        self._invoice(100, days_late=15)  # within the grace
        self.assertFalse(self._run())
        self._invoice(80, days_late=40)
        entry = self._run()
        self.assertRecordValues(entry, [{"state": "proposed", "origin": "rule"}])
        self.assertIn("late 3 times", entry.reason)
        self.assertEqual(self._run(), entry, "proposed once, however often the job runs")

    def test_days_late_at_the_edge(self):
        self.company.write({"credit_blacklist_times": 0, "credit_blacklist_days": 90})
        self._invoice(89)
        self.assertFalse(self._run())
        self._invoice(90)
        self.assertIn("90 days late", self._run().reason)

    def test_rejected_is_not_proposed_again_at_once(self):
        self._invoice(120)
        entry = self._run()
        entry.approval_id.with_user(self.controller).action_refuse("Disputed goods.")
        self.assertEqual(self._run(), entry)

    def test_promises_broken_once_too_often(self):
        self.company.write(
            {
                "credit_blacklist_times": 0,
                "credit_blacklist_days": 0,
                "credit_blacklist_promises": 2,
            }
        )
        tiers = self.env["credit.overdue.tier"].search([("company_id", "=", self.company.id)])
        tiers.write({"propose_blacklist": False})
        today = self.company._company_today()
        for days_ago in (370, 40, 20):  # the first is forgotten by now
            with freeze_time(fields.Date.subtract(today, days=days_ago)):
                self._invoice(5)
                promise = self.env["credit.overdue.pause"].create(
                    {
                        "account_id": self.account.id,
                        "date_to": self.company._company_today(),
                        "reason": "Word of the owner",
                    }
                )
            promise.sudo().write({"state": "broken"})
            if days_ago == 40:
                self.assertFalse(self._run(), "one within twelve months")
        entry = self._run()
        self.assertRecordValues(entry, [{"category": "bad_faith", "origin": "rule"}])
        self.assertIn("broke 2 promises", entry.reason)

    def test_rules_turned_off(self):
        self.company.write(
            {
                "credit_blacklist_times": 0,
                "credit_blacklist_days": 0,
                "credit_blacklist_promises": 0,
            }
        )
        tiers = self.env["credit.overdue.tier"].search([("company_id", "=", self.company.id)])
        tiers.write({"propose_blacklist": False})
        self._invoice(300)
        self.assertFalse(self._run())

from contextlib import contextmanager

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import CreditCommon


class CollectionCommon(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._company_today()
        cls.customer.write({"user_id": cls.salesman.id, "email": "pay@customer.example"})

    @classmethod
    def _invoice(cls, amount, due_in, partner=None, date=None, **values):
        due = fields.Date.add(cls.today, days=due_in)
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or cls.customer).id,
                "invoice_user_id": cls.salesman.id,
                "invoice_date": date or min(due, cls.today),
                "invoice_date_due": due,
                "invoice_line_ids": [
                    Command.create({"name": "Tiles", "price_unit": amount, "tax_ids": False})
                ],
            }
            | values
        )
        move.action_post()
        return move

    @classmethod
    def _pay(cls, amount, partner=None):
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or cls.customer).id,
                "amount": amount,
                "journal_id": cls.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment

    def _run(self, cron):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"hr_receivables_control.{cron}").method_direct_trigger()
        self.env.invalidate_all()

    def _get_codes(self):
        events = self.env["hr.control.event"].search(
            [("dossier_id", "=", self.account.dossier_id.id)]
        )
        return events.mapped("code")

    @contextmanager
    def assertRefused(self, text, exception=UserError):
        with self.assertRaises(exception) as caught:
            yield
        self.assertIn(text, str(caught.exception))


@tagged("-at_install", "post_install", "hr_receivables_control")
class TestReminder(CollectionCommon):
    def _remind(self):
        before = self.env["credit.reminder"].search([])
        self._run("credit_cron_remind")
        return self.env["credit.reminder"].search([]) - before

    def test_seven_three_and_no_days_before(self):
        self._invoice(100.0, 8)
        self.assertFalse(self._remind())
        invoice = self._invoice(200.0, 7)
        reminder = self._remind()
        self.assertRecordValues(
            reminder,
            [{"account_id": self.account.id, "amount": 200.0, "user_id": self.salesman.id}],
        )
        self.assertEqual(reminder.item_ids.mapped("stage"), [7])
        self.assertEqual(reminder.item_ids.line_id.move_id, invoice)
        self.assertFalse(self._remind(), "told once, however often the job runs")

    def test_each_day_of_the_list_has_its_turn(self):
        invoice = self._invoice(200.0, 7)
        stages = self._remind().item_ids.mapped("stage")
        for days in (4, 3, 2, 1, 0):
            line = invoice.line_ids.filtered("date_maturity")
            self.env.flush_all()
            # as if the days had passed: the due date comes nearer
            self.env.cr.execute(
                "UPDATE account_move_line SET date_maturity = %s WHERE id = %s",
                [fields.Date.add(self.today, days=days), line.id],
            )
            self.env.cr.execute(
                "UPDATE credit_reminder_item SET due = %s WHERE line_id = %s",
                [fields.Date.add(self.today, days=days), line.id],
            )
            self.env.invalidate_all()
            stages += self._remind().item_ids.mapped("stage")
        self.assertEqual(stages, [7, 3, 0])

    def test_missed_night_is_made_up_for(self):
        self._invoice(200.0, 2)
        self.assertEqual(self._remind().item_ids.stage, 3)

    def test_overdue_is_not_due_soon(self):
        self._invoice(200.0, -1)
        self.assertFalse(self._remind())

    def test_what_credits_cover_is_not_asked_for(self):
        self._invoice(200.0, 3)
        self._pay(200.0)
        self.assertFalse(self._remind())

    def test_part_paid_invoice_shows_the_rest(self):
        invoice = self._invoice(200.0, 3)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": 149.35})._create_payments()
        self.assertEqual(self._remind().amount, 50.65)

    def test_disputed_invoice_is_left_alone(self):
        invoice = self._invoice(200.0, 3)
        self.env["credit.overdue.pause"].sudo().create(
            {
                "kind": "dispute",
                "account_id": self.account.id,
                "move_id": invoice.id,
                "date_to": self.today,
                "reason": "Wrong colour",
                "requester_id": self.controller.id,
            }
        )
        pause = self.env["credit.overdue.pause"].search([])
        if pause.state == "active":
            self.assertFalse(self._remind())
        else:
            self.assertTrue(self._remind(), "only asked for, not in force yet")

    def test_salesperson_gets_the_text_to_copy(self):
        invoice = self._invoice(650.35, 3)
        reminder = self._remind()
        self.assertIn(invoice.name, reminder.wechat_text)
        self.assertIn("650.35", reminder.wechat_text)
        alert = self.env["hr.control.alert"].search(
            [("key", "=", f"credit.reminder:{reminder.id}")]
        )
        self.assertEqual(alert.delivery_ids.user_id, self.salesman)
        self.assertIn(invoice.name, alert.note)

    def test_customer_is_mailed_only_by_setting(self):
        self._invoice(100.0, 3)
        self.assertFalse(self._remind().mailed)
        self.company.credit_reminder_customer = True
        self._invoice(200.0, 3)
        reminder = self._remind()
        self.assertTrue(reminder.mailed)
        mail = self.env["mail.mail"].search(
            [("model", "=", "credit.reminder"), ("res_id", "=", reminder.id)]
        )
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn("200.00", mail.body_html)

    def test_days_are_numbers(self):
        self.company.credit_reminder_days = "10，5, 0"
        self._invoice(200.0, 9)
        self.assertEqual(self._remind().item_ids.stage, 10)
        with self.assertRefused("separated by commas", ValidationError):
            self.company.credit_reminder_days = "soon"
        self.company.credit_reminder_days = False
        self._invoice(200.0, 0)
        self.assertFalse(self._remind())

    def test_finding_costs_one_query_for_all(self):
        for n in range(5):
            partner = self.env["res.partner"].create({"name": f"C{n}"})
            self._create_account(partner, 1000.0)
            self._invoice(10.0, 3, partner)
        self.env.flush_all()
        self.env["credit.reminder"]._get_due_items(self.company)
        with self.assertQueryCount(2):
            found = self.env["credit.reminder"]._get_due_items(self.company)
        self.assertEqual(len(found), 5)


@tagged("-at_install", "post_install", "hr_receivables_control")
class TestCollectionLog(CollectionCommon):
    def _log(self, user=None, **values):
        return (
            self.env["credit.collection.entry"]
            .with_user(user or self.salesman)
            .create(
                {"account_id": self.account.id, "kind": "call", "note": "Spoke to Ms Li"} | values
            )
        )

    def test_entry_is_of_the_moment(self):
        self._invoice(300.0, -5)
        entry = self._log(user_id=self.owner.id, overdue_amount=1.0)
        self.assertEqual((entry.user_id, entry.overdue_amount), (self.salesman, 300.0))
        self.assertIn("credit.collection", self._get_codes())

    def test_entry_stays(self):
        entry = self._log()
        with self.assertRefused("stays as it was"):
            entry.write({"note": "Never mind"})
        with self.assertRaises(AccessError):
            entry.unlink()
        with self.assertRefused("stays as it was"):
            entry.with_env(self.env).unlink()

    def test_promise_pauses_what_is_overdue(self):
        self._invoice(300.0, -5)
        entry = self._log(outcome="promised", promise_date=fields.Date.add(self.today, days=2))
        self.assertRecordValues(
            entry.pause_id, [{"kind": "promise", "amount": 300.0, "state": "active"}]
        )

    def test_long_promise_waits_for_approval(self):
        self._invoice(300.0, -5)
        self._create_user("credit_owner_2", "hr_receivables_control.group_credit_manager")
        entry = self._log(outcome="promised", promise_date=fields.Date.add(self.today, days=4))
        self.assertEqual(entry.pause_id.state, "asked")

    def test_next_step_is_an_activity(self):
        self._log(next_step="Call the boss", next_date=fields.Date.add(self.today, days=1))
        activity = self.account.activity_ids
        self.assertRecordValues(
            activity, [{"summary": "Call the boss", "user_id": self.salesman.id}]
        )
        self.assertEqual(activity.activity_type_id.credit_collection_kind, "call")

    def test_activity_that_is_done_goes_into_the_log(self):
        self.account.activity_schedule(
            "hr_receivables_control.mail_activity_type_credit_visit", user_id=self.controller.id
        )
        self.account.activity_ids.with_user(self.controller).action_feedback("The shop is closed.")
        self.assertRecordValues(
            self.account.collection_ids,
            [{"kind": "visit", "note": "The shop is closed.", "user_id": self.controller.id}],
        )

    def test_other_activities_do_not(self):
        self.account.activity_schedule("mail.mail_activity_data_todo", user_id=self.controller.id)
        self.account.activity_ids.with_user(self.controller).action_feedback("Done")
        self.assertFalse(self.account.collection_ids)

    def test_foreign_customer_is_not_to_be_logged(self):
        mine = self.customer.copy({"name": "Mine", "user_id": self.salesman.id})
        self.customer.user_id = self.colleague
        for forged in ({}, {"partner_id": mine.id}):
            with self.subTest(forged), self.assertRaises(AccessError):
                self._log(**forged)


@tagged("-at_install", "post_install", "hr_receivables_control")
class TestLetter(CollectionCommon):
    def _make(self, kind="statement", user=None, **values):
        return (
            self.env["credit.letter"]
            .with_user(user or self.salesman)
            .create({"account_id": self.account.id, "kind": kind, "date": self.today} | values)
        )

    def test_statement_adds_up(self):
        since = fields.Date.subtract(self.today, days=10)
        self._invoice(1000.0, -40)
        self._invoice(650.35, -5)
        self._pay(400.0)
        letter = self._make(date_from=since)
        kinds = [line["kind"] for line in letter.lines]
        self.assertEqual(kinds, ["opening", "item", "item"])
        self.assertEqual([line["balance"] for line in letter.lines], [1000.0, 1650.35, 1250.35])
        self.assertEqual(letter.amount, 1250.35)
        self.assertEqual(letter.amount, self._get_exposure().receivable)

    def test_statement_of_a_past_day_knows_nothing_later(self):
        self._invoice(1000.0, -40)
        self._invoice(650.35, -5)
        letter = self._make(
            date=fields.Date.subtract(self.today, days=20),
            date_from=fields.Date.subtract(self.today, days=60),
        )
        self.assertEqual(letter.amount, 1000.0)

    def test_letter_of_his_own_is_not_turned_to_a_foreign_customer(self):
        letter = self._make()
        mine = letter.partner_id.with_env(self.env)
        partner = mine.copy({"name": "Theirs", "user_id": self.colleague.id})
        theirs = self.env["credit.account"]._ensure(partner, self.company)
        for forged in ({}, {"partner_id": mine.id}):
            values = {"account_id": theirs.id} | forged
            with self.subTest(forged), self.assertRaises(AccessError):
                letter.with_user(self.salesman).write(values)
            with self.subTest(forged), self.assertRaises(AccessError):
                self._make(**values)

    def test_reminder_names_what_is_overdue_and_nothing_else(self):
        late = self._invoice(300.0, -20)
        self._invoice(500.0, 20)
        letter = self._make("reminder1")
        self.assertEqual([line["name"] for line in letter.lines], [late.name])
        self.assertEqual((letter.lines[0]["days"], letter.amount), (20, 300.0))

    def test_promised_items_are_not_dunned(self):
        late = self._invoice(300.0, -20)
        self._invoice(100.0, -10)
        self.env["credit.overdue.pause"].with_user(self.salesman).create(
            {
                "account_id": self.account.id,
                "move_id": late.id,
                "date_to": fields.Date.add(self.today, days=1),
                "reason": "Friday",
            }
        )
        self.assertEqual(self._make("reminder2").amount, 100.0)

    def test_no_reminder_where_nothing_is_overdue(self):
        with self.assertRefused("Nothing of Good Customer is overdue"):
            self._make("reminder1")

    def test_empty_forms_open(self):
        """As *New* shows them, before a customer is chosen."""
        letter = Form(self.env["credit.letter"].with_user(self.salesman))
        self.assertFalse(letter.wechat_text)
        letter.account_id = self.account
        self.assertIn(self.customer.name, letter.wechat_text)
        for model, word in (("credit.overdue.pause", "Promise"), ("credit.collection.entry", "")):
            name = self.env[model].with_user(self.salesman).new({}).display_name
            self.assertNotIn("False", name)
            self.assertIn(word, name)

    def test_printed_letter_has_its_figures(self):
        self._invoice(650.35, -20)
        letter = self._make("reminder3")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "hr_receivables_control.credit_letter_report_template", letter.ids
        )
        text = html.decode()
        self.assertIn("Last Payment Reminder", text)
        self.assertIn("650.35", text)
        statement = self._make()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "hr_receivables_control.credit_letter_report_template", statement.ids
        )
        self.assertIn("Closing balance", html.decode())
        self.assertIn("650.35", html.decode())

    def test_sent_letter_stays_as_it_was(self):
        self._invoice(300.0, -20)
        letter = self._make("reminder1")
        letter.action_mark_sent()
        self.assertEqual((letter.state, letter.sent_by_id), ("sent", self.salesman))
        self._pay(300.0)
        self.assertEqual(letter.amount, 300.0)
        with self.assertRefused("stays as it was"):
            letter.write({"kind": "statement"})
        with self.assertRefused("sent already"):
            letter.action_mark_sent()
        with self.assertRefused("are kept"):
            letter.unlink()
        entry = self.account.collection_ids
        self.assertRecordValues(
            entry, [{"kind": "letter", "outcome": "sent", "letter_id": letter.id}]
        )

    def test_mail_with_the_pdf(self):
        self._invoice(300.0, -20)
        letter = self._make("reminder1")
        letter.action_send()
        mail = self.env["mail.mail"].search(
            [("model", "=", "credit.letter"), ("res_id", "=", letter.id)]
        )
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertTrue(mail.attachment_ids)
        self.assertEqual(letter.state, "sent")

    def test_without_an_address_nothing_is_sent(self):
        self.customer.email = False
        self._invoice(300.0, -20)
        letter = self._make("reminder1")
        with self.assertRefused("no mail address"):
            letter.action_send()
        self.assertEqual(letter.state, "draft")

    def test_text_to_copy(self):
        late = self._invoice(650.35, -20)
        letter = self._make("reminder1")
        self.assertIn(late.name, letter.wechat_text)
        self.assertIn("20 days overdue", letter.wechat_text)

    def test_figures_are_not_for_clients(self):
        self._invoice(300.0, -20)
        letter = self._make("reminder1")
        for values in ({"amount": 1.0}, {"state": "sent"}, {"lines": []}):
            with self.assertRaises(AccessError):
                letter.write(values)

    def _set_letters(self, **letters):
        tiers = self.env["credit.overdue.tier"].search([("company_id", "=", self.company.id)])
        for tier in tiers:
            tier.letter = letters.get(f"d{tier.days}", 0)

    def _get_letters(self):
        return sorted(self.account.letter_ids.mapped(lambda letter: (letter.kind, letter.state)))

    def test_tier_drafts_its_letter_once(self):
        self._set_letters(d15=1, d30=2)
        self._invoice(300.0, -14)
        self._run("credit_cron_letters")
        self.assertFalse(self.account.letter_ids)
        self._invoice(300.0, -20)
        self._run("credit_cron_letters")
        self.assertEqual(self._get_letters(), [("reminder1", "draft")])
        self._run("credit_cron_letters")
        self.assertEqual(self._get_letters(), [("reminder1", "draft")])
        self._invoice(100.0, -35)
        self._run("credit_cron_letters")
        self.assertEqual(self._get_letters(), [("reminder1", "void"), ("reminder2", "draft")])
        self._pay(700.0)
        self._run("credit_cron_letters")
        self.assertEqual(self._get_letters(), [("reminder1", "void"), ("reminder2", "void")])

    def test_no_milder_letter_after_a_harder_one(self):
        self._set_letters(d15=1, d30=2)
        self._invoice(300.0, -20)
        late = self._invoice(100.0, -35)
        self._run("credit_cron_letters")
        self.account.letter_ids.action_mark_sent()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=late.ids
        ).create({})._create_payments()
        self._run("credit_cron_letters")
        self.assertEqual(self._get_letters(), [("reminder2", "sent")])

    def test_letters_are_mailed_only_by_policy(self):
        self._set_letters(d15=1)
        self.company.credit_letter_policy = "none"
        self._invoice(300.0, -20)
        self._run("credit_cron_letters")
        self.assertFalse(self.account.letter_ids)
        self.company.credit_letter_policy = "prepare"
        self._run("credit_cron_letters")
        self.assertEqual(self._get_letters(), [("reminder1", "draft")])
        self.company.credit_letter_policy = "send"
        self._run("credit_cron_letters")
        self.assertEqual(self._get_letters(), [("reminder1", "sent")])

    def test_finding_letters_costs_the_same_for_many(self):
        self._set_letters(d15=1)

        def measure(count):
            for n in range(count):
                partner = self.env["res.partner"].create({"name": f"L{count}.{n}"})
                self._create_account(partner, 1000.0)
                self._invoice(10.0, -20, partner)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            due, _stale = self.env["credit.letter"]._get_due_letters()
            return len(due), self.env.cr.sql_log_count - before

        measure(1)
        few, many = measure(2), measure(8)
        self.assertEqual(many[0] - few[0], 8)
        self.assertEqual(many[1], few[1])

    def test_foreign_customers_get_none(self):
        self._invoice(300.0, -20)
        self.customer.user_id = self.colleague
        self.customer.invalidate_recordset()
        stranger = self._create_user("credit_stranger", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self._make("reminder1", stranger)

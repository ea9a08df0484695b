from unittest.mock import patch

from odoo import api
from odoo.exceptions import AccessError
from odoo.modules.registry import DummyRLock, Registry
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ControlCase


@tagged("post_install", "-at_install")
class TestAlert(ControlCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.told = cls._create_user("told")
        cls.other = cls._create_user("other")
        cls.partner = cls.env["res.partner"].create({"name": "Al Nour"})
        cls.Alert = cls.env["hr.control.alert"]

    def _raise(self, **values):
        values = {
            "key": "overdue:7:30",
            "company": self.company,
            "users": self.told | self.other,
            "record": self.partner,
            "summary": "Al Nour is 31 days overdue",
            "note": "1,250.00 since March",
        } | values
        return self.Alert._raise([values])

    def test_told_once_per_person(self):
        alert = self._raise()
        self.assertFalse(self._raise())
        self.assertEqual(alert.delivery_ids.user_id, self.told | self.other)
        activities = self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.partner.id)]
        )
        self.assertEqual(activities.user_id, self.told | self.other)
        self.assertEqual(len(activities), 2)
        self.assertFalse(self.partner.message_partner_ids & self.told.partner_id)
        mails = self.env["mail.mail"].search(
            [("model", "=", alert._name), ("res_id", "=", alert.id)]
        )
        self.assertEqual(len(mails), 2)
        self.assertIn("1,250.00 since March", mails[0].body_html)
        self.assertFalse(mails[0].auto_delete)

    def test_another_company_is_another_alert(self):
        self.assertTrue(self._raise())
        self.assertTrue(self._raise(company=self.other_company))

    def test_rearmed_when_cleared(self):
        first = self._raise()
        self.Alert._clear(self.company, ["overdue:7:30", "unknown"])
        self.assertTrue(first.cleared_at)
        self.assertFalse(first.delivery_ids.activity_id)
        second = self._raise()
        self.assertEqual((first.cycle, second.cycle), (1, 2))

    def test_many_causes_and_people_cost_no_more_queries_than_few(self):
        people = [self._create_user(f"told_{n}") for n in range(5)]
        partners = self.env["res.partner"].create([{"name": f"Late {n}"} for n in range(42)])

        def count(found):
            causes = [
                {
                    "key": f"late:{partner.id}",
                    "company": self.company,
                    "users": people[n % 5],
                    "record": partner,
                    "summary": partner.name,
                    "mail": False,
                }
                for n, partner in enumerate(found)
            ]
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            alerts = self.Alert._raise([*causes, causes[0]])
            self.env.flush_all()
            queries = self.env.cr.sql_log_count - before
            self.assertEqual([alert.summary for alert in alerts], found.mapped("name"))
            self.assertEqual(alerts.delivery_ids.activity_id.mapped("res_id"), found.ids)
            self.assertFalse(self.Alert._raise(causes))
            return queries

        count(partners[:1])
        self.assertEqual(count(partners[1:3]), count(partners[3:]))

    def test_somebody_without_a_user_gets_a_mail_in_his_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        alert = self._raise(
            users=self.told,
            addresses=[("gone@control.example", "zh_CN"), ("b@control.example", None)],
        )
        delivery = alert.delivery_ids.filtered(lambda found: found.email == "gone@control.example")
        self.assertEqual(len(alert.delivery_ids), 3)
        self.assertEqual((delivery.state, delivery.display_name), ("queued", delivery.email))
        self.assertEqual(delivery.mail_id.email_to, "gone@control.example")
        self.assertFalse(delivery.mail_id.recipient_ids)
        self.assertFalse(delivery.activity_id)
        self.assertFalse(delivery.mail_id.auto_delete)
        delivery.mail_id.write({"state": "exception", "failure_reason": "Unknown"})
        self.assertTrue(alert.is_undelivered)
        alert.action_resend()
        self.assertFalse(alert.is_undelivered)

    def test_raised_by_somebody_who_reads_no_alerts(self):
        values = {"key": "x", "company": self.company, "users": self.told, "summary": "x"}
        alert = self.Alert.with_user(self.other)._raise([values])
        self.assertEqual(alert.delivery_ids.user_id, self.told)
        self.assertTrue(alert.delivery_ids.mail_id)

    def test_many_mails_cost_no_more_queries_than_few(self):
        people = self.env["res.users"].union(*(self._create_user(f"mailed_{n}") for n in range(12)))

        def count(users):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            alert = self._raise(key=f"mailed:{len(users)}", users=users)
            self.env.flush_all()
            self.assertEqual(len(alert.delivery_ids.mail_id), len(users))
            return self.env.cr.sql_log_count - before

        count(people[:1])
        self.assertEqual(count(people[:2]), count(people))

    def test_sentences_are_in_the_language_of_those_who_read_them(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.told.lang = "fr_FR"
        self.company.partner_id.lang = "en_US"
        for users, lang in ((self.told, "fr_FR"), (self.told | self.other, "en_US")):
            records = self.Alert._in_language_of(users, self.company, self.partner)
            self.assertEqual((records, records.env.lang), (self.partner, lang))

    def test_activity_on_the_alert_when_there_is_no_record(self):
        alert = self._raise(record=None, mail=False)
        self.assertEqual(alert.activity_ids.user_id, self.told | self.other)
        self.assertEqual(set(alert.delivery_ids.mapped("state")), {"activity"})
        self.assertFalse(alert.is_undelivered)

    def test_failed_mail_is_shown_and_sent_again(self):
        alert = self._raise()
        delivery = alert.delivery_ids[0]
        self.assertEqual(delivery.state, "queued")
        delivery.mail_id.write({"state": "exception", "failure_reason": "Mailbox is full"})
        self.assertEqual((delivery.state, delivery.failure), ("failed", "Mailbox is full"))
        self.assertIn(alert, self.Alert.search([("is_undelivered", "=", True)]))
        self.assertNotIn(alert, self.Alert.search([("is_undelivered", "=", False)]))
        with self.assertRaises(AccessError):
            alert.with_user(self.told).sudo(False).action_resend()
        manager = self._create_user("cm", groups="hr_control_base.group_control_manager")
        alert.with_user(manager).sudo(False).action_resend()
        self.assertFalse(alert.is_undelivered)
        self.assertNotIn(alert, self.Alert.search([("is_undelivered", "=", True)]))

    def test_person_without_address_is_undelivered(self):
        self.told.partner_id.email = False
        alert = self._raise(users=self.told)
        self.assertEqual(alert.delivery_ids.state, "no_address")
        self.assertTrue(alert.is_undelivered)
        self.assertIn(alert, self.Alert.search([("is_undelivered", "=", True)]))
        self.told.partner_id.email = "told@control.example"
        alert.action_resend()
        self.assertEqual(alert.delivery_ids.state, "queued")

    def test_who_reads_alerts(self):
        alert = self._raise(users=self.told)
        for user, seen in ((self.told, True), (self.other, False)):
            self.assertEqual(bool(self.Alert.with_user(user).search([("id", "=", alert.id)])), seen)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            alert.with_user(self.told).sudo(False).write({"summary": "x"})

    def test_two_jobs_at_once(self):
        """The second transaction neither sees the row of the first nor may fail on it."""
        key = "race:test"
        with self.registry.cursor() as setup:
            company = (
                api.Environment(setup, api.SUPERUSER_ID, {})["res.company"].search([], limit=1).id
            )

        def raise_in(cr):
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            vals = {
                "key": key,
                "company": env["res.company"].browse(company),
                "users": env["res.users"],
                "summary": "x",
            }
            return env["hr.control.alert"]._raise([vals])

        self.addCleanup(self._delete_committed, key)
        with (
            patch.object(Registry, "_lock", DummyRLock()),
            mute_logger("odoo.sql_db"),
            self.registry.cursor() as late,
            self.registry.cursor() as early,
        ):
            late.execute("SELECT 1")  # the snapshot of the late one begins here
            self.assertTrue(raise_in(early))
            early.commit()
            self.assertFalse(raise_in(late))
            late.commit()
            self.assertFalse(raise_in(late))

    def _delete_committed(self, key):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM hr_control_alert WHERE key = %s", [key])

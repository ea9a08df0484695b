import hashlib
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .follow_up_common import FollowUpCommon


@tagged("post_install", "-at_install")
class TestTerms(FollowUpCommon):
    def _publish(self, text="Settle within 30 days.", **values):
        terms = (
            self.env["hr.employee.advance.terms"]
            .with_user(self.rules)
            .with_context(allowed_company_ids=self.company.ids)
            .create({"company_id": self.company.id, "text": text} | values)
        )
        terms.action_publish()
        return terms.with_env(self.env)

    def test_who_asks_accepts_the_version_in_force(self):
        terms = self._publish()
        advance = self._make_advance()
        self.assertEqual(advance.with_user(self.user).terms_text, "Settle within 30 days.")
        with self.assertRefused("Read and accept"):
            self._submit(advance)
        advance.with_user(self.user).terms_accepted = True
        self._submit(advance)
        self.assertEqual((advance.terms_id, advance.request_state), (terms, "submitted"))
        self.assertTrue(advance.terms_accepted_at)
        event = self._get_events("advance.terms_accepted")
        data = json.loads(event.payload)["data"]
        self.assertEqual(data["sha256"], hashlib.sha256(terms.text.encode()).hexdigest())
        self.assertEqual((data["version"], event.actor_uid), (1, self.user.id))
        self.assertIn("version 1", event.summary)

    def test_a_newer_version_is_accepted_anew(self):
        self._publish()
        advance = self._make_advance(terms_accepted=True)
        self._submit(advance)
        advance.with_user(self.user).action_recall()
        second = self._publish("Settle within 20 days.")
        self.assertEqual(second.version, 2)
        with self.assertRefused("version 2"):
            self._submit(advance)
        advance.with_user(self.user).terms_accepted = True
        self._submit(advance)
        self.assertEqual(advance.terms_id, second)

    def test_ones_word_is_nobody_elses(self):
        """An HR officer accepts on a draft of his own, then makes it one of a colleague."""
        terms = self._publish()
        self._create_employee(self.hr_officer)
        advance = self._make_advance(user=self.hr_officer, terms_accepted=True)
        self.assertEqual(advance.terms_id, terms)
        advance.with_user(self.hr_officer).employee_id = self.employee
        self.assertRecordValues(
            advance, [{"terms_accepted": False, "terms_id": False, "terms_accepted_at": False}]
        )

    def test_a_version_of_tomorrow_is_not_asked_for_today(self):
        with freeze_time(self._day("2026-03-02")):
            self._publish(date_from="2026-03-03")
            self._submit(self._make_advance(date_expected="2099-12-31"))
        with freeze_time(self._day("2026-03-03")), self.assertRefused("Read and accept"):
            self._submit(self._make_advance(date_expected="2099-12-31"))

    def test_nobody_accepts_for_another(self):
        self._publish()
        with self.assertRefused("Only", AccessError):
            self._make_advance(
                user=self.hr_officer, employee_id=self.employee.id, terms_accepted=True
            )
        advance = self._make_advance(user=self.hr_officer, employee_id=self.employee.id)
        with self.assertRefused("Only", AccessError):
            advance.with_user(self.hr_officer).terms_accepted = True
        for vals in ({"terms_id": 1}, {"terms_accepted_at": "2020-01-01"}):
            with self.assertRaises(AccessError):
                advance.with_user(self.user).write(vals)
        # HR asks for him: on paper
        self._submit(advance)
        self.assertFalse(advance.terms_id)
        with self.assertRefused("was asked for"):
            advance.with_user(self.user).terms_accepted = True

    def test_what_was_published_stays(self):
        terms = self._publish()
        for user in (self.rules, self.env.ref("base.user_admin")):
            for found in (terms.with_user(user), terms.with_user(user).sudo()):
                for call in (
                    lambda found=found: found.write({"text": "Never"}),
                    lambda found=found: found.write({"date_from": "2020-01-01"}),
                    found.unlink,
                    found.with_context(_force_unlink=True).unlink,
                ):
                    with (
                        self.assertRaises(UserError),
                        mute_logger(
                            "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"
                        ),
                    ):
                        call()
        for user in (self.user, self.finance, self.hr_manager):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                terms.with_user(user).copy().action_publish()
        self.assertEqual(terms.text, "Settle within 30 days.")

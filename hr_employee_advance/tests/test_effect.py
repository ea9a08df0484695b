from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .follow_up_common import FollowUpCommon

CRON = "ir_cron_advance_remind"


@tagged("post_install", "-at_install")
class TestEffect(FollowUpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.purpose.write({"effect_report": True, "effect_days": 10})

    def _report(self, advance, **values):
        effect = (
            self.env["hr.employee.advance.effect"]
            .with_user(self.user)
            .create({"advance_id": advance.id} | values)
        )
        return effect

    def test_due_after_the_days_of_the_purpose_and_told_once(self):
        with freeze_time(self._day("2028-02-19")):
            advance = self._paid(date="2028-02-19", date_expected="2099-01-01")
        self.assertDay(advance.effect_due, "2028-02-29")
        with freeze_time(self._day("2028-02-29")):
            advance.invalidate_recordset()
            self.assertFalse(advance.is_effect_missing)
            self._run(CRON)
            self.assertFalse(self._get_alerts("advance.effect:%"))
        with freeze_time(self._day("2028-03-01")):
            advance.invalidate_recordset()
            self.assertTrue(advance.is_effect_missing)
            self.assertIn(
                advance, self.env["hr.employee.advance"].search([("is_effect_missing", "=", True)])
            )
            self._run(CRON)
            self._run(CRON)
            alert = self._get_alerts("advance.effect:%")
            self.assertEqual(alert.delivery_ids.user_id, self.user)
            effect = self._report(advance)
            with self.assertRefused("Say in a sentence"):
                effect.action_report()
            effect.write({"summary": "Two orders", "order_count": 2, "order_amount": 650.35})
            effect.action_report()
            self.assertFalse(advance.is_effect_missing)
            self.assertTrue(alert.cleared_at)
            self.assertNotIn(
                advance, self.env["hr.employee.advance"].search([("is_effect_missing", "=", True)])
            )
        event = self._get_events("advance.effect.reported")
        self.assertIn("650.35", event.summary)

    def test_missing_holds_the_next_of_that_purpose_where_the_company_says_so(self):
        with freeze_time(self._day("2026-03-01")):
            first = self._paid(date="2026-03-01", date_expected="2099-01-01")
        other = self.purpose.copy({"name": "Other"})
        with freeze_time(self._day("2026-03-12")):
            self._submit(self._make_advance(10.0))
            self.company.advance_effect_hold = True
            with self.assertRefused(first.name):
                self._submit(self._make_advance(10.0))
            self._submit(self._make_advance(10.0, purpose_id=other.id))
            self._submit(self._make_advance(10.0, user=self.colleague))
            effect = self._report(first, summary="Nothing came of it")
            effect.action_report()
            self._submit(self._make_advance(10.0))

    def test_handed_in_stays_until_it_is_handed_back(self):
        advance = self._paid()
        effect = self._report(advance, summary="Two leads", lead_count=2)
        with self.assertRaises(AccessError):
            effect.write({"state": "reported"})
        effect.action_report()
        for vals in ({"summary": "x"}, {"lead_count": 9}):
            with self.assertRefused("was handed in"):
                effect.write(vals)
        with self.assertRefused("was handed in"):
            effect.unlink()
        with self.assertRefused("handed back by", AccessError):
            effect.action_hand_back()
        effect.with_user(self.manager).action_hand_back()
        effect.write({"summary": "Three leads", "lead_count": 3})
        effect.action_report()
        self.assertEqual(
            self._get_events("advance.effect.%").mapped("code"),
            ["advance.effect.reported", "advance.effect.handed_back", "advance.effect.reported"],
        )

    def test_records_behind_a_report_stay_whatever_is_sent(self):
        effect = self._report(self._paid(), summary="Two leads", lead_count=2)
        names = effect.link_ids.sudo()._selection_record()
        record = next((r for r in (self.env[n].search([], limit=1) for n, _ in names) if r), None)
        if record is None and "crm.lead" in self.env:
            record = self.env["crm.lead"].create({"name": "Lead of the fair"})
        if record is None:
            self.skipTest("no app with documents that an advance may be for")
        link = effect.link_ids.sudo().create(
            {"effect_id": effect.id, "record": f"{record._name},{record.id}"}
        )
        effect.action_report()
        for key in ({}, {"_force_unlink": True}):
            with self.assertRefused("was handed in"):
                link.with_user(self.user).with_context(**key).unlink()

    def test_nothing_paid_nothing_to_report_and_only_one(self):
        with self.assertRefused("was not paid"):
            self._report(self._submit(self._make_advance()))
        advance = self._paid()
        self._report(advance)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self._report(advance)
        with self.assertRaises(AccessError):
            self.env["hr.employee.advance.effect"].with_user(self.colleague).create(
                {"advance_id": self._paid().id}
            )

    def test_records_that_one_may_not_read_are_not_named(self):
        effect = self._report(self._paid(), summary="Signed")
        links = self.env["hr.employee.advance.effect.link"].with_user(self.user)
        models = dict(links._selection_record())
        self.assertNotIn("res.users", models)
        for name in models:
            record = self.env[name].sudo().search([], limit=1)
            if record and not record.with_user(self.user).has_access("read"):
                with self.assertRaises(AccessError):
                    links.create({"effect_id": effect.id, "record": f"{name},{record.id}"})

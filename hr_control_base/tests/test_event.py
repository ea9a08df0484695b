from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..tools import evidence
from .common_dossier import DossierCase


@tagged("post_install", "-at_install")
class TestEvent(DossierCase):
    def test_payload_holds_what_happened(self):
        with freeze_time("2025-03-01 08:15:30"):
            event = self._record(
                self.dossier.with_user(self.clerk),
                data={"rule": "limit", "room": self.Event._money(-1250, self.env.ref("base.USD"))},
                document=self.customer_2,
                names={"reason": "Order of 大明宫店"},
            )
        event = self.Event.browse(event.id)
        self.assertEqual(event.payload, evidence.canonical(self._payload(event)))
        payload = self._payload(event)
        self.assertEqual(len(payload.pop("uid")), 32)
        self.assertEqual(payload.pop("names"), evidence.names_digest(event.names_salt, event.names))
        self.assertEqual(
            payload,
            {
                "format": 1,
                "at": "2025-03-01T08:15:30Z",
                "code": "credit.hold",
                "company": self.company.id,
                "kind": "credit.account",
                "subject": ["res.partner", self.customer.id],
                "actor": self.env.uid,
                "document": ["res.partner", self.customer_2.id],
                "data": {"rule": "limit", "room": {"amount": "-1250.00", "currency": "USD"}},
            },
        )
        self.assertEqual(
            event.names,
            {
                "actor": self.env.user.name,
                "subject": "Ma Li",
                "document": "Shop Two",
                "reason": "Order of 大明宫店",
            },
        )

    def test_actor_is_the_user_in_sudo_too(self):
        event = (
            self.Event.with_user(self.clerk)
            .sudo()
            ._append([{"dossier": self.dossier, "code": "test"}])
        )
        self.assertEqual(event.actor_id, self.clerk)
        self.assertEqual(event.actor_name, self.clerk.name)

    def test_logged_in_user_where_the_code_acts_as_somebody_else(self):
        module = "odoo.addons.hr_control_base.models.hr_control_event.request"
        for session_uid, request_uid in ((self.clerk.id, None), (None, self.clerk.id)):
            env = self.env(user=request_uid) if request_uid else None
            fake = SimpleNamespace(session=SimpleNamespace(uid=session_uid), env=env)
            with patch(module, fake):
                event = self._record(link=False)
                own = (
                    self.Event.with_user(self.clerk)
                    .sudo()
                    ._append([{"dossier": self.dossier, "code": "x"}])
                )
            self.assertEqual((event.actor_uid, event.real_uid), (self.env.uid, self.clerk.id))
            self.assertEqual(self._payload(event)["real_actor"], self.clerk.id)
            self.assertEqual(event.names["real_actor"], self.clerk.name)
            self.assertFalse(own.real_uid)
            self.assertNotIn("real_actor", self._payload(own))
        self.assertEqual(self.dossier._verify(), [])

    def test_append_leaves_the_dossier_alone(self):
        self.env.cr.execute(
            "SELECT xmin, ctid FROM hr_control_dossier WHERE id = %s", self.dossier.ids
        )
        before = self.env.cr.fetchall()
        self._record(link=False)
        self.env.cr.execute(
            "SELECT xmin, ctid FROM hr_control_dossier WHERE id = %s", self.dossier.ids
        )
        self.assertEqual(self.env.cr.fetchall(), before)

    def test_append_many_is_one_insert(self):
        vals = [{"dossier": self.dossier, "code": "test", "data": {"n": n}} for n in range(50)]
        self._record()  # knows the dossier and the user by now
        with self.assertQueryCount(1):
            events = self.Event._append(vals)
        self.assertEqual([self._payload(event)["data"]["n"] for event in events], list(range(50)))
        self.assertFalse(self.Event._append([]))

    def test_values_are_recorded_as_plain_text(self):
        event = self._record(
            data={
                "float": 0.1,
                "decimal": Decimal("12.50"),
                "day": date(2025, 1, 31),
                "time": datetime(2025, 1, 31, 8, 0, 0, 5),
                "record": self.customer,
                "tuple": (1, None, True),
                "text": "a\x00b",
            }
        )
        self.assertEqual(
            self._payload(event)["data"],
            {
                "float": "0.1",
                "decimal": "12.50",
                "day": "2025-01-31",
                "time": "2025-01-31T08:00:00Z",
                "record": self.customer.ids,
                "tuple": [1, None, True],
                "text": "ab",
            },
        )

    def test_names_that_utf8_or_the_database_cannot_hold(self):
        event = self._record(names={"reason": "a\x00b\ud800c"})
        self.assertEqual(event.names["reason"], "ab?c")

    def test_money_at_the_precision_of_its_currency(self):
        usd = self.env.ref("base.USD")
        jpy = self.env.ref("base.JPY")
        self.assertEqual(self.Event._money(650.345, usd), {"amount": "650.35", "currency": "USD"})
        self.assertEqual(self.Event._money(-0.001, usd), {"amount": "0.00", "currency": "USD"})
        self.assertEqual(self.Event._money(1250.4, jpy), {"amount": "1250", "currency": "JPY"})

    # -- nobody changes it ----------------------------------------------

    def test_orm_refuses_everybody(self):
        event = self._record()
        for record in (
            event,
            event.with_user(self.auditor),
            event.with_user(self.manager),
            event.sudo(),
        ):
            with self.assertRaises(AccessError):
                record.write({"code": "credit.ok"})
            with self.assertRaises(AccessError):
                record.unlink()
            with self.assertRaises(AccessError):
                record.copy()
            with self.assertRaises(AccessError):
                record.create(
                    {
                        "dossier_id": self.dossier.id,
                        "code": "x",
                        "payload": "{}",
                        "content_hash": "x",
                        "seq": 1,
                    }
                )

    def test_database_refuses_changes(self):
        linked, waiting = self._record(), self._record(link=False)
        for query in (
            "UPDATE hr_control_event SET code = 'credit.ok' WHERE id = %s",
            "UPDATE hr_control_event SET at = at - interval '1 day' WHERE id = %s",
            "UPDATE hr_control_event SET payload = '{}' WHERE id = %s",
            "UPDATE hr_control_event SET names = '{}' WHERE id = %s",
            "UPDATE hr_control_event SET names_salt = NULL WHERE id = %s",
            "UPDATE hr_control_event SET dossier_id = dossier_id WHERE id = %s",
            "UPDATE hr_control_event SET seq = 7, prev_hash = '', hash = NULL WHERE id = %s",
            "UPDATE hr_control_event SET seq = 7, prev_hash = '', hash = 'x', code = 'x' WHERE id = %s",
            "DELETE FROM hr_control_event WHERE id = %s",
        ):
            for event in (linked, waiting):
                self._assert_refused(query, event.id)
        self._assert_refused("UPDATE hr_control_event SET seq = seq + 7 WHERE id = %s", linked.id)
        self._assert_refused("UPDATE hr_control_event SET hash = 'x' WHERE id = %s", linked.id)
        self._assert_refused(
            "UPDATE hr_control_event SET names = NULL, names_salt = NULL WHERE id = %s", waiting.id
        )
        self._assert_refused(
            "UPDATE hr_control_event SET names = NULL, names_salt = NULL, code = 'x' WHERE id = %s",
            linked.id,
        )
        self._assert_refused("TRUNCATE hr_control_event")
        self._assert_refused("TRUNCATE hr_control_dossier CASCADE")

    def test_database_lets_names_go_once(self):
        event = self._record()
        query = "UPDATE hr_control_event SET names = NULL, names_salt = NULL WHERE id = %s"
        self.env.cr.execute(query, event.ids)
        self._assert_refused(query, event.id)

    def _assert_refused(self, query, *params):
        with (
            self.assertRaisesRegex(psycopg2.errors.RestrictViolation, "permanent record"),
            self.env.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            self.env.cr.execute(query, params)

    def test_trigger_put_back_by_init(self):
        event = self._record()
        self.env.cr.execute("DROP FUNCTION hr_control_event_protect CASCADE")
        self.Event.init()
        self.Event.init()
        self._assert_refused("DELETE FROM hr_control_event WHERE id = %s", event.id)

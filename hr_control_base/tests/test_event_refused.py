# pylint: disable=invalid-commit,translation-required
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..exceptions import GuardLost
from ..models import hr_control_event_refused

KIND = "test.refused"  # of this test alone, so that its traces can be told and removed


@tagged("post_install", "-at_install")
class TestEventRefused(TransactionCase):
    """A refusal outlives its transaction. Seen on real connections, for a test's own never ends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(patch.object(Registry, "_lock", DummyRLock()))
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            # a company made here could not be deleted again on a database with all apps
            company = env.ref("base.main_company")
            partner = env["res.partner"].create({"name": "Refused"})
            cls.company_id, cls.partner_id = company.id, partner.id
            cls.dossier_id = (
                env["hr.control.dossier"]._ensure(KIND, partner, company)[partner.id].id
            )
        cls.addClassCleanup(cls._clean)

    @classmethod
    def _clean(cls, everything=True):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            cr.execute("ALTER TABLE hr_control_event DISABLE TRIGGER USER")
            cr.execute(
                """
                DELETE FROM hr_control_event e USING hr_control_dossier d
                WHERE d.id = e.dossier_id AND d.kind = %s
                """,
                [KIND],
            )
            cr.execute("ALTER TABLE hr_control_event ENABLE TRIGGER USER")
            if everything:
                cr.execute("DELETE FROM hr_control_dossier WHERE kind = %s", [KIND])
                env["res.partner"].browse(cls.partner_id).unlink()

    def setUp(self):
        super().setUp()
        self.addCleanup(self._clean, everything=False)

    def _refuse(self, env, key="order 7", **values):
        vals = {
            "dossier_id": self.dossier_id,
            "code": "credit.refused",
            "data": {"rule": "limit"},
            "document": ("res.partner", self.partner_id),
        }
        env["hr.control.event"]._append_after_rollback([{**vals, **values}], key)

    def _recorded(self):
        with self.registry.cursor() as cr:
            events = api.Environment(cr, SUPERUSER_ID, {})["hr.control.event"]
            return events.search([("dossier_id.kind", "=", KIND)]).mapped("payload")

    def _fail(self, error, *keys, **values):
        with self.assertRaises(type(error)), self.registry.cursor() as cr:
            for key in keys or ("order 7",):
                self._refuse(api.Environment(cr, SUPERUSER_ID, {}), key, **values)
            raise error

    def test_recorded_after_a_rollback(self):
        self._fail(UserError("no"))
        (payload,) = self._recorded()
        self.assertIn('"rule":"limit"', payload)
        self.assertIn(f'"document":["res.partner",{self.partner_id}]', payload)

    def test_recorded_after_a_commit(self):
        """An import swallows the error and commits."""
        with self.registry.cursor() as cr:
            self._refuse(api.Environment(cr, SUPERUSER_ID, {}))
        self.assertEqual(len(self._recorded()), 1)

    def test_recorded_after_the_savepoint_is_gone(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            for _try in range(2):  # an import tries in bulk, then row by row
                with self.assertRaises(UserError), cr.savepoint():
                    self._refuse(env)
                    raise UserError("no")
        self.assertEqual(len(self._recorded()), 1)

    def test_one_event_per_key(self):
        self._fail(UserError("no"), "order 7", "order 8", "order 7")
        self.assertEqual(len(self._recorded()), 2)

    def test_once_although_commit_and_close_follow_each_other(self):
        with self.registry.cursor() as cr:
            self._refuse(api.Environment(cr, SUPERUSER_ID, {}))
            cr.commit()
            cr.rollback()
        self.assertEqual(len(self._recorded()), 1)

    def test_replayed_request_records_once(self):
        """40001, then the refusal of the replay."""
        tries = []
        with self.assertRaises(UserError), self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})

            def attempt():
                tries.append(1)
                self._refuse(env)
                if len(tries) < 3:
                    raise SerializationFailure if len(tries) == 1 else GuardLost("busy")
                raise UserError("no")

            with (
                mute_logger("odoo.service.model"),
                patch("time.sleep"),
                patch("odoo.service.model.errorcodes.lookup"),
            ):
                retrying(attempt, env)
        self.assertEqual(len(tries), 3)
        self.assertEqual(len(self._recorded()), 1)

    def test_lost_race_alone_is_no_refusal(self):
        for error in (SerializationFailure(), GuardLost("busy")):
            self._fail(error)
        self.assertEqual(self._recorded(), [])

    def test_own_lost_race_tried_again(self):
        insert, failures = hr_control_event_refused.HrControlEvent._insert_refused, []

        def failing(events, items):
            if len(failures) < 2:
                failures.append(1)
                raise SerializationFailure
            return insert(events, items)

        with patch.object(type(self.env["hr.control.event"]), "_insert_refused", failing):
            self._fail(UserError("no"))
        self.assertEqual(len(self._recorded()), 1)

    def test_nothing_ever_raised(self):
        for error in (ValueError("broken"), SerializationFailure()):
            with (
                patch.object(
                    type(self.env["hr.control.event"]), "_insert_refused", side_effect=error
                ),
                self.assertLogs(hr_control_event_refused.__name__, "ERROR") as logs,
            ):
                self._fail(UserError("no"))
            self.assertEqual(len(logs.records), 1)
            self.assertIn("credit.refused", logs.output[0])  # not lost altogether

    def test_dossier_rolled_back_too_is_opened_again(self):
        with self.assertRaises(UserError), self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            partner = env["res.partner"].create({"name": "New"})
            dossier = env["hr.control.dossier"]._ensure(
                KIND, partner, env["res.company"].browse(self.company_id)
            )
            self._refuse(env, dossier_id=dossier[partner.id].id)
            raise UserError("no")
        self.assertEqual(len(self._recorded()), 1)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            dossier = env["hr.control.dossier"].search(
                [("subject_id", "=", partner.id), ("kind", "=", KIND)]
            )
            self.assertEqual(dossier.name, "New")
            self.assertEqual(dossier._verify(), [])

    def test_dry_run_of_an_import_is_marked(self):
        def load(records, fields, data):
            for _try in range(2):  # in bulk, then row by row
                with self.assertRaises(UserError), records.env.cr.savepoint():
                    self._refuse(records.env)
                    raise UserError("no")
            return {"ids": False, "messages": [], "nextrow": 0}

        for dry_run in (True, False):
            with (
                self.registry.cursor() as cr,
                patch.object(type(self.env["res.partner"]), "load", load),
            ):
                env = api.Environment(cr, SUPERUSER_ID, {})
                wizard = env["base_import.import"].create(
                    {
                        "res_model": "res.partner",
                        "file": b"name\nMa Li\n",
                        "file_type": "text/csv",
                        "file_name": "x.csv",
                    }
                )
                wizard.execute_import(
                    ["name"],
                    ["name"],
                    {"quoting": '"', "separator": ",", "has_headers": True},
                    dryrun=dry_run,
                )
                wizard.unlink()
        newest, oldest = self._recorded()
        self.assertIn('"dry_run":true', oldest)
        self.assertNotIn("dry_run", newest)

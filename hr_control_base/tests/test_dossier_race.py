import threading
from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..exceptions import GuardLost


@tagged("post_install", "-at_install")
class TestDossierRace(TransactionCase):
    """Real connections that commit: the only way to see who waits and who fails."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(patch.object(Registry, "_lock", DummyRLock()))
        with cls._cursor() as env:
            # a company made here could not be deleted again on a database with all apps
            cls.company_id = env.ref("base.main_company").id
            partners = env["res.partner"].create([{"name": f"Race {n}"} for n in range(4)])
            cls.partner_ids = partners.ids
            dossiers = env["hr.control.dossier"]._ensure(
                "test.race", partners, env["res.company"].browse(cls.company_id)
            )
            cls.ids = [dossier.id for dossier in dossiers.values()]
        cls.addClassCleanup(cls._clean)

    @classmethod
    def _clean(cls):
        with cls._cursor() as env:
            env.cr.execute("ALTER TABLE hr_control_event DISABLE TRIGGER USER")
            env.cr.execute(
                """
                DELETE FROM hr_control_event e USING hr_control_dossier d
                WHERE d.id = e.dossier_id AND d.kind LIKE 'test.race%'
                """
            )
            env.cr.execute("ALTER TABLE hr_control_event ENABLE TRIGGER USER")
            env.cr.execute("DELETE FROM hr_control_dossier WHERE kind LIKE 'test.race%'")
            env["res.partner"].browse(cls.partner_ids).unlink()

    @classmethod
    @contextmanager
    def _cursor(cls):
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _dossiers(self, env, *positions):
        return env["hr.control.dossier"].browse([self.ids[position] for position in positions])

    def _append(self, env, position=0, code="race"):
        return env["hr.control.event"]._append(
            [{"dossier": self._dossiers(env, position), "code": code}]
        )

    def _snapshot(self, env):
        env.cr.execute("SELECT 1 FROM hr_control_dossier LIMIT 1")

    def test_loser_outside_a_request_is_told(self):
        with self._cursor() as first, self._cursor() as second:
            self._snapshot(second)
            self._dossiers(first, 0)._take_guard()
            first.cr.commit()
            with self.assertRaisesRegex(GuardLost, "The account of Race 0 is being changed"):
                self._dossiers(second, 0)._take_guard()
            second.cr.execute("SELECT 1")  # the transaction is usable

    def test_loser_in_a_request_gets_the_database_error(self):
        with self._cursor() as first, self._cursor() as second:
            self._snapshot(second)
            self._dossiers(first, 0)._take_guard()
            first.cr.commit()
            with (
                patch("odoo.addons.hr_control_base.models.hr_control_dossier.request", True),
                self.assertRaises(SerializationFailure),
            ):
                self._dossiers(second, 0)._take_guard()

    def test_retrying_replays_the_loser(self):
        """Both read, then spend: without the guard both would find room."""
        spent, barrier = [], threading.Barrier(2)
        tries = []

        def spend(env):
            def attempt():
                self._snapshot(env)
                if len(tries) < 2:
                    tries.append(1)
                    barrier.wait(10)
                self._dossiers(env, 1)._take_guard()
                if not env["hr.control.event"].search_count(
                    [("dossier_id", "=", self.ids[1]), ("code", "=", "spend")]
                ):
                    self._append(env, 1, "spend")
                    spent.append(env.cr)
                self._dossiers(env, 1)._link()

            return attempt

        def run():
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                with mute_logger("odoo.service.model"):
                    retrying(spend(env), env)

        threads = [threading.Thread(target=run) for _n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        with self._cursor() as env:
            self.assertEqual(
                env["hr.control.event"].search_count(
                    [("dossier_id", "=", self.ids[1]), ("code", "=", "spend")]
                ),
                1,
            )

    def test_append_never_waits_and_never_fails(self):
        with self._cursor() as payer, self._cursor() as seller:
            self._snapshot(payer)
            self._dossiers(seller, 0)._take_guard()
            payer.cr.execute("SET LOCAL lock_timeout = '2s'")
            self._append(payer)  # while the guard is held
            seller.cr.commit()
            self._append(payer)  # and after it was given back, on the old snapshot
            payer.cr.commit()

    def test_guards_of_several_never_deadlock(self):
        errors = []  # a deadlock is the loss of a race too: it has to be told apart by its cause

        def run(positions):
            try:
                for _n in range(40):
                    with self._cursor() as env:
                        try:
                            self._dossiers(env, *positions)._take_guard()
                        except GuardLost as lost:
                            if not isinstance(lost.__cause__, SerializationFailure):
                                raise
                            env.cr.rollback()
            except Exception as error:
                errors.append(error)

        threads = [
            threading.Thread(target=run, args=[order])
            for order in ((0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(errors, [])

    def test_link_without_the_guard_fails_and_never_forks(self):
        with self._cursor() as env:
            self._append(env, 2)
        with self._cursor() as first, self._cursor() as second:
            self._snapshot(second)
            self._dossiers(first, 2)._take_guard()
            self._dossiers(first, 2)._link()
            first.cr.commit()
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                self._dossiers(second, 2)._link()
        with self._cursor() as env:
            self.assertEqual(self._dossiers(env, 2)._verify(), [])

    def test_opening_the_same_dossier_at_once(self):
        with self._cursor() as first, self._cursor() as second:
            self._snapshot(second)

            def ensure(env):
                partner = env["res.partner"].browse(self.partner_ids[0])
                return env["hr.control.dossier"]._ensure(
                    "test.race.other", partner, env["res.company"].browse(self.company_id)
                )

            ensure(first)
            first.cr.commit()
            with self.assertRaises(GuardLost):
                ensure(second)
            second.cr.rollback()
            self.assertTrue(ensure(second))

    # -- the job ------------------------------------------------------------

    def _run_job(self):
        with self._cursor() as env:
            env["hr.control.dossier"]._cron_link()

    def _waiting(self):
        with self._cursor() as env:
            waiting = env["hr.control.dossier"]._get_waiting(
                env["res.company"].browse(self.company_id)
            )
            return set(waiting.ids) & set(self.ids)

    def test_job_links_the_others_while_one_is_busy(self):
        with self._cursor() as env:
            for position in (0, 1, 3):
                self._append(env, position)
        with self._cursor() as busy:
            self._dossiers(busy, 1)._take_guard()
            self._run_job()
            self.assertEqual(self._waiting(), {self.ids[1]})
        self._run_job()
        self.assertEqual(self._waiting(), set())

    def test_job_goes_on_after_a_failure(self):
        with self._cursor() as env:
            for position in (0, 1, 3):
                self._append(env, position)
            link = type(env["hr.control.dossier"])._link

        def failing(dossiers):
            if self.ids[1] in dossiers._ids:
                raise ValueError("broken")
            return link(dossiers)

        with (
            patch.object(type(self.env["hr.control.dossier"]), "_link", failing),
            self.assertLogs("odoo.addons.hr_control_base.models.hr_control_dossier_job", "ERROR"),
        ):
            self._run_job()
        self.assertEqual(self._waiting(), {self.ids[1]})
        self._run_job()
        self.assertEqual(self._waiting(), set())
        with self._cursor() as env:
            self.assertEqual(self._dossiers(env, 0, 1, 2, 3)._verify(), [])

    def test_job_reports_its_progress(self):
        with self._cursor() as env:
            for position in (0, 1):
                self._append(env, position)
        calls = []

        def progress(model, processed=0, *, remaining=None, deactivate=False):
            calls.append((processed, remaining))
            model.env.cr.commit()
            return 0 if processed else 10

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", progress):
            self._run_job()
        self.assertEqual(calls[0][0], 0)
        self.assertGreaterEqual(calls[0][1], 2)
        self.assertEqual(calls[1:], [(1, None)])  # time is up: the rest is for the next run
        self._run_job()
        self.assertEqual(self._waiting(), set())

import base64
import json

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import evidence
from .common_dossier import DossierCase


@tagged("post_install", "-at_install")
class TestDossierVerify(DossierCase):
    """What somebody with the database password does, and what Verify says to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.events = cls.Event.concat(*[cls._record(code=f"test.{n}") for n in range(1, 6)])
        cls._record(cls.dossier_2)

    def _faults(self, *keys, mailed=()):
        return [
            {key: fault.get(key) for key in ("finding", *keys)}
            for fault in self.Dossier._verify_company(self.company, mailed)
        ]

    def _assert_fault(self, finding, **details):
        self.assertEqual(
            self._faults("dossier", *details),
            [{"finding": finding, "dossier": self.dossier.id, **details}],
        )

    def _forge(self, event, **changes):
        """Altered content with a content hash that fits."""
        payload = evidence.canonical({**self._payload(event), **changes})
        self._tamper(
            "UPDATE hr_control_event SET payload = %s, content_hash = %s WHERE id = %s",
            payload,
            evidence.digest(payload),
            event.id,
        )

    def _rechain(self, dossier, events):
        """The whole chain calculated anew, head included: perfect inside the database."""
        seq, prev_hash = 0, ""
        for event in events:
            self.env.cr.execute(
                "SELECT content_hash FROM hr_control_event WHERE id = %s", event.ids
            )
            (content_hash,) = self.env.cr.fetchone()
            seq += 1
            link = evidence.link_hash(content_hash, prev_hash, seq)
            self._tamper(
                "UPDATE hr_control_event SET seq = %s, prev_hash = %s, hash = %s WHERE id = %s",
                seq,
                prev_hash,
                link,
                event.id,
            )
            prev_hash = link
        self._tamper(
            "UPDATE hr_control_dossier SET seq = %s, head = %s WHERE id = %s",
            seq,
            prev_hash,
            dossier.id,
        )

    def _seal(self):
        seal = self.env["hr.control.seal"]._seal(self.company)
        return evidence.read_seal_file(evidence.seal_file(seal.content))

    def test_nothing_wrong(self):
        self._record(link=False)
        self.assertEqual(self._faults(), [])
        self.assertEqual(self.dossier._verify(), [])

    def test_waiting_events_are_linked_first(self):
        event = self._record(link=False)
        self._faults()
        self.assertEqual(event.seq, 6)

    def test_content_altered(self):
        self._tamper(
            "UPDATE hr_control_event SET payload = replace(payload, 'limit', 'order') WHERE id = %s",
            self.events[2].id,
        )
        self._assert_fault("content_altered", seq=3, event=self.events[2].id, code="test.3")
        self.assertEqual(self.dossier_2._verify(), [])

    def test_content_and_its_hash_altered(self):
        self._forge(self.events[2], data={"rule": "order"})
        self._assert_fault("link_broken", seq=3)

    def test_content_without_form_and_its_hash_altered(self):
        for text in ("[]", "{}", "no json", '{"code": 1}'):
            self._tamper(
                "UPDATE hr_control_event SET payload = %s, content_hash = %s WHERE id = %s",
                text,
                evidence.digest(text),
                self.events[2].id,
            )
            self._assert_fault("content_altered", seq=3)

    def test_columns_altered(self):
        for assignment, column in (
            ("code = 'credit.ok'", "code"),
            ("at = at - interval '1 second'", "at"),
            ("actor_uid = 999999", "actor_uid"),
            ("actor_uid = NULL", "actor_uid"),
            ("real_uid = 2", "real_uid"),
            ("document_model = 'sale.order', document_id = 1", "document"),
        ):
            with self.subTest(assignment), self.env.cr.savepoint() as savepoint:
                self._tamper(
                    f"UPDATE hr_control_event SET {assignment} WHERE id = %s", self.events[1].id
                )
                self._assert_fault("column_altered", seq=2, column=column)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_dossier_pointed_at_another_subject(self):
        self._tamper(
            "UPDATE hr_control_dossier SET subject_id = 999999 WHERE id = %s", self.dossier.id
        )
        self._assert_fault("column_altered", seq=1, column="subject")

    def test_event_moved_to_another_dossier(self):
        waiting = self._record(link=False)
        self._tamper(
            "UPDATE hr_control_event SET dossier_id = %s WHERE id = %s",
            self.dossier_2.id,
            waiting.id,
        )
        self.assertEqual(
            self._faults("dossier", "column"),
            [{"finding": "column_altered", "dossier": self.dossier_2.id, "column": "subject"}],
        )

    def test_names_altered(self):
        self._tamper(
            """UPDATE hr_control_event SET names = '{"actor": "Nobody"}' WHERE id = %s""",
            self.events[3].id,
        )
        self._assert_fault("names_altered", seq=4)

    def test_names_removed_without_erasure(self):
        # The trigger lets this through: it is the erasure's own statement. The event that tells of it is missing.
        self.env.cr.execute(
            "UPDATE hr_control_event SET names = NULL, names_salt = NULL WHERE id = %s",
            self.events[3].ids,
        )
        self._assert_fault("names_missing", seq=4)

    def test_names_removed_and_an_earlier_erasure(self):
        self._record(code="names.erased", data={"seqs": [7]})
        event = self._record()
        self.assertEqual(event.seq, 7)
        self.env.cr.execute(
            "UPDATE hr_control_event SET names = NULL, names_salt = NULL WHERE id = %s", event.ids
        )
        self._assert_fault("names_missing", seq=7)

    def test_names_removed_and_a_later_erasure(self):
        self.env.cr.execute(
            "UPDATE hr_control_event SET names = NULL, names_salt = NULL WHERE id = %s",
            self.events[3].ids,
        )
        self._record(code="names.erased", data={"seqs": [4]})
        self.assertEqual(self._faults(), [])

    def test_link_altered(self):
        self._tamper("UPDATE hr_control_event SET prev_hash = 'x' WHERE id = %s", self.events[2].id)
        self._assert_fault("link_broken", seq=3)

    def test_event_deleted(self):
        self._tamper("DELETE FROM hr_control_event WHERE id = ANY(%s)", self.events[1:3].ids)
        self._assert_fault("events_missing", first=2, last=3)

    def test_event_deleted_and_the_rest_renumbered(self):
        self._tamper("DELETE FROM hr_control_event WHERE id = %s", self.events[1].id)
        for number, event in enumerate(self.events[2:], start=2):
            self._tamper("UPDATE hr_control_event SET seq = %s WHERE id = %s", number, event.id)
        self._assert_fault("link_broken", seq=2)

    def test_last_events_deleted(self):
        self._tamper("DELETE FROM hr_control_event WHERE id = ANY(%s)", self.events[3:].ids)
        self._assert_fault("tail_missing", first=4, last=5)

    def test_all_events_deleted(self):
        self._tamper("DELETE FROM hr_control_event WHERE id = ANY(%s)", self.events.ids)
        self._assert_fault("tail_missing", first=1, last=5)

    def test_head_altered(self):
        self._tamper("UPDATE hr_control_dossier SET head = 'x' WHERE id = %s", self.dossier.id)
        self._assert_fault("head_altered")

    def test_waiting_event_altered(self):
        event = self._record(link=False)
        self._tamper("UPDATE hr_control_event SET content_hash = 'x' WHERE id = %s", event.id)
        self.assertEqual(
            [(fault["finding"], fault["seq"]) for fault in self.dossier._verify()],
            [("content_altered", None)],
        )

    def test_first_fault_of_each_dossier(self):
        self._tamper(
            "UPDATE hr_control_event SET hash = 'x' WHERE seq IN (1, 4) AND dossier_id IN %s",
            (self.dossier.id, self.dossier_2.id),
        )
        self.assertEqual(
            self._faults("dossier", "seq"),
            [
                {"finding": "link_broken", "dossier": self.dossier.id, "seq": 1},
                {"finding": "link_broken", "dossier": self.dossier_2.id, "seq": 1},
            ],
        )

    def test_trigger_off_is_told(self):
        self.env.cr.execute("ALTER TABLE hr_control_event DISABLE TRIGGER hr_control_event_protect")
        self.assertEqual(
            self._faults("column"), [{"finding": "protection_off", "column": "hr_control_event"}]
        )

    # -- with the seals --------------------------------------------------

    def test_tail_deleted_and_head_mended(self):
        self._seal()
        self._tamper("DELETE FROM hr_control_event WHERE id = ANY(%s)", self.events[3:].ids)
        self._rechain(self.dossier, self.events[:3])
        self._assert_fault("seal_events_missing", first=4, last=5)

    def test_chain_calculated_anew(self):
        self._seal()
        self._forge(self.events[2], data={"rule": "order"})
        self._rechain(self.dossier, self.events)
        self._assert_fault("seal_head_differs", seq=5)

    def test_whole_dossier_vanished(self):
        self._seal()
        self._tamper("DELETE FROM hr_control_event WHERE dossier_id = %s", self.dossier.id)
        self._tamper("DELETE FROM hr_control_dossier WHERE id = %s", self.dossier.id)
        self._assert_fault("dossier_missing", last=5)

    def test_seal_covers_what_came_before_it_only(self):
        self._seal()
        self._record()
        self.assertEqual(self._faults(), [])

    def test_mailed_seal_after_an_old_backup(self):
        backup = self.env.cr.savepoint()
        self._record()
        self._record(self.dossier_2)
        new = self._open(self.env["res.partner"].create({"name": "New"}))
        self._record(new)
        mailed = self._seal()
        self.assertEqual(self._faults(mailed=[mailed]), [])
        backup.rollback()
        self.env.invalidate_all()
        self.assertEqual(
            self._faults("dossier", "first", "last", "number", mailed=[mailed]),
            [
                {"finding": "seal_gone", "dossier": None, "first": None, "last": None, "number": 1},
                {
                    "finding": "seal_events_missing",
                    "dossier": self.dossier.id,
                    "first": 6,
                    "last": 6,
                    "number": None,
                },
                {
                    "finding": "seal_events_missing",
                    "dossier": self.dossier_2.id,
                    "first": 2,
                    "last": 2,
                    "number": None,
                },
                {
                    "finding": "dossier_missing",
                    "dossier": new.id,
                    "first": None,
                    "last": 1,
                    "number": None,
                },
            ],
        )

    def test_mailed_seal_of_another_company_is_not_compared(self):
        foreign = self._open(self.customer, self.other_company)
        self._record(foreign)
        seal = self.env["hr.control.seal"]._seal(self.other_company)
        mailed = evidence.read_seal_file(evidence.seal_file(seal.content))
        self.assertEqual(self._faults(mailed=[mailed]), [{"finding": "seal_of_other"}])

    # -- the wizard --------------------------------------------------------

    def _wizard(self, **values):
        return self.env["hr.control.verify"].with_user(self.auditor).create(values)

    def test_wizard_intact(self):
        wizard = self._wizard()
        wizard.action_verify()
        self.assertEqual((wizard.state, wizard.dossier_count, wizard.event_count), ("intact", 2, 6))
        self.assertFalse(wizard.line_ids)

    def test_wizard_names_the_fault(self):
        self._tamper("UPDATE hr_control_event SET code = 'x' WHERE id = %s", self.events[1].id)
        wizard = self._wizard()
        wizard.action_verify()
        self.assertEqual(wizard.state, "broken")
        self.assertRecordValues(
            wizard.line_ids,
            [
                {
                    "dossier_id": self.dossier.id,
                    "dossier_name": "Ma Li",
                    "seq": 2,
                    "code": "column_altered",
                    "sentence": "Event 2 (x): the column 'code' differs from the recorded content.",
                }
            ],
        )

    def test_wizard_with_a_mailed_seal(self):
        seal = self.env["hr.control.seal"]._seal(self.company)
        file = seal.file
        self._tamper("DELETE FROM hr_control_seal", table="hr_control_seal")
        wizard = self._wizard(seal_file=file, seal_file_name="seal.json")
        wizard.action_verify()
        self.assertEqual(wizard.line_ids.mapped("code"), ["seal_gone"])
        self.assertIn("was mailed and is not in the database", wizard.line_ids.sentence)

    def test_wizard_refuses_what_is_no_seal(self):
        content = json.loads(evidence.seal_file('{"a":1}'))
        for text in (b"hello", b"{}", json.dumps(content).encode(), b"\xff\xfe"):
            wizard = self._wizard(seal_file=base64.b64encode(text), seal_file_name="hello.json")
            with self.assertRaisesRegex(UserError, "hello.json is not a seal file"):
                wizard.action_verify()

    def test_wizard_of_another_company_refused(self):
        wizard = self._wizard(company_id=self.other_company.id)
        for method in (wizard.action_verify, wizard.action_export):
            with self.assertRaisesRegex(UserError, "Switch to the company Qinling Trading first"):
                method()

    def test_every_finding_reads_alike_here_and_in_the_script(self):
        details = {
            "seq": 3,
            "code": "x",
            "column": "c",
            "first": 1,
            "last": 2,
            "number": 4,
            "dossier": None,
        }
        for code in evidence.FINDINGS:
            fault = {**evidence.finding(code), **details}
            self.assertEqual(
                self.Dossier._get_finding_sentence(fault | {"day": None}),
                evidence.tell(fault | {"day": None}, {}),
            )
        self.assertIn(
            "03/01/2025",
            self.Dossier._get_finding_sentence(
                {"finding": "seal_gone", "number": 1, "day": "2025-03-01"}
            ),
        )

    def test_reading_in_small_batches(self):
        module = "odoo.addons.hr_control_base.models.hr_control_dossier_verify"
        self._tamper("DELETE FROM hr_control_event WHERE id = %s", self.events[1].id)
        self._open(self.env["res.partner"].create({"name": "Without events"}))
        self._record(self._open(self.env["res.partner"].create({"name": "Last"})))
        for batch, rows in ((1, 1), (2, 3), (3, 6)):
            self.patch(__import__(module, fromlist=["BATCH"]), "BATCH", batch)
            self.patch(__import__(module, fromlist=["ROWS"]), "ROWS", rows)
            self._assert_fault("events_missing", first=2, last=2)

    def test_duplicate_number_impossible(self):
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            self._tamper("UPDATE hr_control_event SET seq = 1 WHERE id = %s", self.events[1].id)

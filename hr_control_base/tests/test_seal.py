import json
from pathlib import Path
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..tools import evidence
from .common_dossier import DossierCase


@tagged("post_install", "-at_install")
class TestSeal(DossierCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Seal = cls.env["hr.control.seal"]
        cls.company.control_tz = "Asia/Shanghai"
        cls.event = cls._record()

    def _seals(self, company=None):
        return self.Seal.search([("company_id", "=", (company or self.company).id)], order="number")

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref("hr_control_base.ir_cron_seal").method_direct_trigger()
        self.env.invalidate_all()

    def _mails(self, seal):
        return self.env["mail.mail"].search(
            [("model", "=", "hr.control.seal"), ("res_id", "=", seal.id)]
        )

    def test_seal_holds_the_heads(self):
        self._open(self.env["res.partner"].create({"name": "Without events"}))
        with freeze_time("2025-03-01 17:00:00"):  # the 2nd in Shanghai
            seal = self.Seal._seal(self.company)
        self.assertEqual(
            json.loads(seal.content),
            {
                "format": 1,
                "number": 1,
                "company": self.company.id,
                "day": "2025-03-02",
                "database": self.env["ir.config_parameter"].get_param("database.uuid"),
                "prev": "",
                "heads": [
                    [
                        self.dossier.id,
                        "credit.account",
                        "res.partner",
                        self.customer.id,
                        1,
                        self.event.hash,
                    ]
                ],
            },
        )
        self.assertEqual(seal.hash, evidence.digest(seal.content))
        self.assertNotIn("Ma Li", seal.content)
        self.assertEqual((seal.dossier_count, seal.event_count), (1, 1))

    def test_seals_are_chained(self):
        with freeze_time("2025-03-01 12:00:00"):
            first = self.Seal._seal(self.company)
        with freeze_time("2025-03-02 12:00:00"):
            second = self.Seal._seal(self.company)
        self.assertEqual((second.number, second.prev_hash), (2, first.hash))

    def test_one_seal_a_day_of_the_company(self):
        for moment, count in (
            ("2025-03-01 15:59:59", 1),  # 23:59 in Shanghai
            ("2025-03-01 16:00:00", 2),  # the next day there
            ("2025-03-01 23:00:00", 2),
            ("2025-03-02 15:59:59", 2),
        ):
            with freeze_time(moment):
                self._run()
            self.assertEqual(len(self._seals()), count, moment)

    def test_missed_night_made_up(self):
        with freeze_time("2025-03-01 17:00:00"):
            self._run()
        with freeze_time("2025-03-04 09:30:00"):  # three nights later, by day
            self._run()
        self.assertEqual(
            [str(day) for day in self._seals().mapped("day")], ["2025-03-02", "2025-03-04"]
        )

    def test_clock_set_back_makes_no_seal(self):
        with freeze_time("2025-03-05 09:00:00"):
            self._run()
        with freeze_time("2025-03-03 09:00:00"):
            self._run()
        self.assertEqual(len(self._seals()), 1)

    def test_job_links_what_waits(self):
        waiting = self._record(link=False)
        self._run()
        self.assertEqual(waiting.seq, 2)
        self.assertEqual(json.loads(self._seals().content)["heads"][0][4:], [2, waiting.hash])

    def test_company_without_events_is_not_sealed(self):
        self._open(self.customer, self.other_company)
        self._run()
        self.assertFalse(self._seals(self.other_company))

    def test_company_that_lost_everything_is_sealed(self):
        with freeze_time("2025-03-01 12:00:00"):
            self._run()
        self._tamper("DELETE FROM hr_control_event WHERE dossier_id = %s", self.dossier.id)
        self._tamper("DELETE FROM hr_control_dossier WHERE company_id = %s", self.company.id)
        with freeze_time("2025-03-02 12:00:00"):
            self._run()
        self.assertEqual(self._seals().mapped("dossier_count"), [1, 0])

    def test_failing_company_does_not_stop_the_others(self):
        other = self._open(self.customer, self.other_company)
        self._record(other)
        seal = type(self.Seal)._seal

        def failing(self, company):
            if company.name == "Hongda Materials":
                raise ValueError
            return seal(self, company)

        with (
            patch.object(type(self.Seal), "_seal", failing),
            mute_logger("odoo.addons.hr_control_base.models.hr_control_seal"),
        ):
            self._run()
        self.assertFalse(self._seals())
        self.assertTrue(self._seals(self.other_company))

    # -- mail --------------------------------------------------------------

    def test_mailed_to_the_auditors_of_the_company_and_the_address(self):
        stranger = self._create_user(
            "control_auditor_2", "hr_control_base.group_control_auditor", company=self.other_company
        )
        self.company.control_seal_email = "notary@example.com"
        seal = self.Seal._seal(self.company)
        seal._send()
        mails = self._mails(seal)
        self.assertIn(self.auditor.partner_id, mails.recipient_ids)
        self.assertNotIn(stranger.partner_id, mails.recipient_ids)
        self.assertNotIn(self.manager.partner_id, mails.recipient_ids)
        self.assertIn("notary@example.com", mails.mapped("email_to"))
        self.assertEqual(set(mails.mapped("auto_delete")), {False})
        self.assertEqual(mails.attachment_ids.mapped("name"), [seal.file_name])
        mailed = evidence.read_seal_file(mails.attachment_ids.raw.decode())
        self.assertEqual(mailed["hash"], seal.hash)
        self.assertEqual(seal.delivery_state, "waiting")

    def test_mailed_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.auditor.lang = "fr_FR"
        seal = self.Seal._seal(self.company)
        with freeze_time("2025-03-14"):
            seal._send()
        mail = self._mails(seal).filtered(
            lambda mail: mail.recipient_ids == self.auditor.partner_id
        )
        self.assertIn(seal.day.strftime("%d/%m/%Y"), mail.subject)

    def test_delivery_read_from_the_mails(self):
        seal = self.Seal._seal(self.company)
        self.auditor.active = False
        self.env.ref("hr_control_base.group_control_auditor").user_ids = [(5,)]
        seal._send()
        self.assertEqual((seal.delivery_state, seal.delivery), ("none", "Nobody to send to"))
        self.company.control_seal_email = "notary@example.com"
        seal._send()
        for state, expected in (("outgoing", "waiting"), ("exception", "failed"), ("sent", "sent")):
            self._mails(seal).state = state
            seal.invalidate_recordset(["delivery", "delivery_state"])
            self.assertEqual(seal.delivery_state, expected)
        self.assertEqual(seal.delivery, "1 of 1 sent, 0 failed")

    # -- protection --------------------------------------------------------

    def test_nobody_changes_a_seal(self):
        seal = self.Seal._seal(self.company)
        for record in (seal.with_user(self.auditor), seal.with_user(self.manager), seal.sudo()):
            with self.assertRaises(AccessError):
                record.write({"hash": "x"})
            with self.assertRaises(AccessError):
                record.unlink()
            with self.assertRaises(AccessError):
                record.create({"company_id": self.company.id})
        for query in (
            "UPDATE hr_control_seal SET day = day",
            "DELETE FROM hr_control_seal",
            "TRUNCATE hr_control_seal",
        ):
            with (
                self.assertRaisesRegex(psycopg2.errors.RestrictViolation, "permanent record"),
                self.env.cr.savepoint(),
                mute_logger("odoo.sql_db"),
            ):
                self.env.cr.execute(query)

    def test_read_by_auditor_and_manager_of_the_company(self):
        seal = self.Seal._seal(self.company)
        foreign = self._open(self.customer, self.other_company)
        self._record(foreign)
        foreign_seal = self.Seal._seal(self.other_company)
        for user in (self.auditor, self.manager):
            self.assertEqual(self.Seal.with_user(user).search([]), seal)
            self.assertTrue(seal.with_user(user).file)
            with self.assertRaises(AccessError):
                foreign_seal.with_user(user).read(["hash"])
        with self.assertRaises(AccessError):
            seal.with_user(self.clerk).read(["hash"])

    # -- tampering -----------------------------------------------------------

    def _three(self):
        for day in ("2025-03-01", "2025-03-02", "2025-03-03"):
            with freeze_time(f"{day} 09:00:00"):
                seal = self.Seal._seal(self.company)
        return evidence.read_seal_file(evidence.seal_file(seal.content))

    def _faults(self, mailed=()):
        return [
            (fault["finding"], fault.get("number") or (fault.get("first"), fault.get("last")))
            for fault in self.Dossier._verify_company(self.company, mailed)
        ]

    def _tamper_seal(self, query, *params):
        self._tamper(query, *params, table="hr_control_seal")

    def test_seals_intact(self):
        self.assertEqual(self._faults([self._three()]), [])

    def test_seal_content_altered(self):
        self._three()
        self._tamper_seal(
            "UPDATE hr_control_seal SET content = replace(content, '[[', '[ [') WHERE number = 2"
        )
        self.assertEqual(self._faults(), [("seal_altered", 2)])

    def test_seal_column_altered(self):
        for assignment in ("day = day - 9", "database_uuid = 'x'", "prev_hash = 'x'"):
            with self.subTest(assignment), self.env.cr.savepoint() as savepoint:
                self._three()
                self._tamper_seal(f"UPDATE hr_control_seal SET {assignment} WHERE number = 2")
                self.assertEqual(self._faults(), [("seal_altered", 2)])
                savepoint.rollback()

    def test_seal_rewritten(self):
        mailed = self._three()
        content = evidence.seal_content(
            3, self.company.id, mailed["day"], mailed["database"], mailed["prev"], []
        )
        self._tamper_seal(
            "UPDATE hr_control_seal SET content = %s, hash = %s WHERE number = 3",
            content,
            evidence.digest(content),
        )
        self.assertEqual(self._faults(), [])  # perfect in the database: this is why it is mailed
        self.assertEqual(self._faults([mailed]), [("seal_differs", 3)])

    def test_seal_before_rewritten(self):
        mailed = self._three()
        content = evidence.seal_content(
            1, self.company.id, "2025-03-01", mailed["database"], "", []
        )
        self._tamper_seal(
            "UPDATE hr_control_seal SET content = %s, hash = %s WHERE number = 1",
            content,
            evidence.digest(content),
        )
        self.assertEqual(self._faults(), [("seal_chain_broken", 2)])

    def test_seal_deleted(self):
        mailed = self._three()
        self._tamper_seal("DELETE FROM hr_control_seal WHERE number = 2")
        self.assertEqual(self._faults(), [("seal_missing", (2, 2))])
        self._tamper_seal("DELETE FROM hr_control_seal WHERE number = 3")
        self.assertEqual(self._faults(), [])
        self.assertEqual(self._faults([mailed]), [("seal_gone", 3)])

    # -- copies ----------------------------------------------------------------

    def test_copy_is_told(self):
        self._three()
        self.env["ir.config_parameter"].set_param("database.uuid", "a-copy")
        faults = self.Dossier._verify_company(self.company)
        self.assertEqual(
            [(fault["finding"], fault["level"]) for fault in faults], [("database_copy", "note")]
        )

    def test_restored_under_another_uuid_still_compared(self):
        mailed = self._three()
        self.env["ir.config_parameter"].set_param("database.uuid", "a-copy")
        self._tamper_seal("DELETE FROM hr_control_seal WHERE number = 3")
        self.assertEqual(self._faults([mailed]), [("seal_gone", 3), ("database_copy", 2)])

    def test_neutralized_copy_is_silent(self):
        self.company.control_seal_email = "notary@example.com"
        seal = self.Seal._seal(self.company)
        seal._send()
        self.env.flush_all()
        script = Path(__file__).parent.parent / "data" / "neutralize.sql"
        self.env.cr.execute(script.read_text())
        self.env.invalidate_all()
        self.assertFalse(self.env.ref("hr_control_base.ir_cron_seal").active)
        self.assertEqual(set(self._mails(seal).mapped("state")), {"cancel"})
        self.assertFalse(self.company.control_seal_email)

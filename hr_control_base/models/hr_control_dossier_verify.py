import itertools
import json
import secrets
from operator import itemgetter

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..tools import evidence

BATCH = 500  # dossiers whose events are read through one cursor
ROWS = 2000  # rows in memory at a time
PROTECTED = {  # table: triggers that must stand
    "hr_control_event": {"hr_control_event_protect", "hr_control_event_protect_all"},
    "hr_control_seal": {"hr_control_seal_protect", "hr_control_seal_protect_all"},
}


class HrControlDossier(models.Model):
    _inherit = "hr.control.dossier"

    def _verify(self, seal=None):
        """The first thing wrong in each of these dossiers, compared with the last seals of their companies too.

        :param seal: a mailed seal, as ``evidence.read_seal_file`` gives it
        :return: findings as ``evidence`` makes them; a :meth:`_get_finding_sentence` for each
        """
        seals = [seal] if seal else []
        for company in self.sudo().company_id:
            seals += self._get_last_seal(company)
        return self._check_dossiers(self.ids, evidence.seal_marks(seals))

    @api.model
    def _verify_company(self, company, mailed=()):
        """Everything wrong in a company: its dossiers, its seals, and what the seals hold that is gone.

        Reads through server-side cursors: memory does not grow with the number of events.
        """
        self._link_waiting_now(company)
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        findings, compared = evidence.check_seals(
            self._iter_seals(company), company.id, uuid, mailed
        )
        findings += self._check_protection()
        marks = evidence.seal_marks(compared)
        ids = self._get_company_dossier_ids(company)
        return findings + self._check_dossiers(ids, marks) + evidence.vanished(marks, set(ids))

    @api.model
    def _check_dossiers(self, ids, marks):
        return [
            fault
            for dossier, events in self._iter_evidence(ids)
            if (fault := evidence.check_dossier(dossier, events, marks.get(dossier["id"], ())))
        ]

    @api.model
    def _check_protection(self):
        """A trigger that is switched off or gone: what follows may have been changed behind the add-on."""
        self.env.cr.execute(
            SQL(
                """
                SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                WHERE c.relname = ANY(%s) AND c.relnamespace = current_schema::regnamespace
                  AND t.tgenabled IN ('O', 'A')
                """,
                list(PROTECTED),
            )
        )
        standing = set(self.env.cr.fetchall())
        return [
            evidence.finding("protection_off", column=table)
            for table, triggers in PROTECTED.items()
            if any((table, trigger) not in standing for trigger in triggers)
        ]

    # ------------------------------------------------------------------
    # Reading the evidence
    # ------------------------------------------------------------------

    @api.model
    def _get_company_dossier_ids(self, company):
        self.env.cr.execute(
            SQL("SELECT id FROM hr_control_dossier WHERE company_id = %s ORDER BY id", company.id)
        )
        return [dossier_id for (dossier_id,) in self.env.cr.fetchall()]

    @api.model
    def _iter_evidence(self, ids):
        """``(dossier, its events)`` as plain dicts, in order of id; each must be consumed before the next."""
        ids = sorted(set(ids))
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            dossiers = list(self._iter_dossier_rows(batch))
            # Not odoo.tools.groupby, which would hold all events in memory.
            # pylint: disable-next=bad-builtin-groupby
            groups = itertools.groupby(self._iter_event_rows(batch), key=itemgetter("dossier_id"))
            dossier_id, events = next(groups, (None, ()))
            for dossier in dossiers:
                if dossier["id"] != dossier_id:
                    yield dossier, ()
                    continue
                yield dossier, events
                dossier_id, events = next(groups, (None, ()))

    @api.model
    def _iter_dossier_rows(self, ids):
        self.env.cr.execute(
            SQL(
                """
                SELECT id, company_id AS company, kind, subject_model, subject_id, seq, head
                FROM hr_control_dossier WHERE id = ANY(%s) ORDER BY id
                """,
                list(ids),
            )
        )
        return iter(self.env.cr.dictfetchall())

    @api.model
    def _iter_event_rows(self, ids):
        return self._stream(
            SQL(
                """
                SELECT id, dossier_id, seq, code, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at,
                       actor_uid, real_uid, document_model, document_id, payload, content_hash,
                       names, names_salt, prev_hash, hash
                FROM hr_control_event WHERE dossier_id = ANY(%s) ORDER BY dossier_id, seq, id
                """,
                list(ids),
            ),
            ROWS,
        )

    @api.model
    def _iter_seals(self, company):
        return self._stream(
            SQL(
                """
                SELECT number, to_char(day, 'YYYY-MM-DD') AS day, database_uuid AS database, prev_hash, hash, content
                FROM hr_control_seal WHERE company_id = %s ORDER BY number
                """,
                company.id,
            ),
            1,  # each holds a line for every dossier
        )

    @api.model
    def _get_last_seal(self, company):
        self.env.cr.execute(
            SQL(
                "SELECT content FROM hr_control_seal WHERE company_id = %s ORDER BY number DESC LIMIT 1",
                company.id,
            )
        )
        return [json.loads(content) for (content,) in self.env.cr.fetchall()]

    @api.model
    def _stream(self, query, size):
        """Rows as dicts, ``size`` at a time, from a cursor of the database server."""
        cr = self.env.cr
        name = SQL.identifier(f"hr_control_{secrets.token_hex(4)}")
        cr.execute(SQL("DECLARE %s NO SCROLL CURSOR FOR %s", name, query))
        try:
            rows = None
            while rows is None or len(rows) == size:
                cr.execute(SQL("FETCH FORWARD %s FROM %s", size, name))
                rows = cr.dictfetchall()
                yield from rows
        finally:
            cr.execute(SQL("CLOSE %s", name))

    @api.model
    def _export(self, company, file):
        """Write the whole record of a company as a zip that ``tools/evidence.py`` verifies without Odoo."""
        self._link_waiting_now(company)
        ids = self._get_company_dossier_ids(company)
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        evidence.write_export(
            file,
            {
                "dossiers": (row for batch in batches for row in self._iter_dossier_rows(batch)),
                "events": (row for batch in batches for row in self._iter_event_rows(batch)),
                "seals": self._iter_seals(company),
            },
            {
                "company": company.id,
                "company_name": company.name,
                "database": self.env["ir.config_parameter"].sudo().get_param("database.uuid"),
                "exported_at": f"{fields.Datetime.now().isoformat()}Z",
                "exported_by": [self.env.uid, self.env.user.name],
            },
        )

    # ------------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------------

    @api.model
    def _get_finding_sentence(self, fault):
        """A finding in the reader's language, with dates and numbers filled in."""
        templates = {
            "content_altered": self.env._(
                "Event %(seq)s (%(event)s): its content was altered after it was recorded."
            ),
            "column_altered": self.env._(
                "Event %(seq)s (%(event)s): the column '%(column)s' differs from the recorded content."
            ),
            "names_altered": self.env._(
                "Event %(seq)s (%(event)s): the names differ from those recorded."
            ),
            "names_missing": self.env._(
                "Event %(seq)s (%(event)s): its names were removed, and no later event tells who erased them."
            ),
            "link_broken": self.env._(
                "Event %(seq)s (%(event)s): its link to the event before is broken."
            ),
            "events_missing": self.env._("Events %(first)s to %(last)s are missing."),
            "tail_missing": self.env._("The last events, %(first)s to %(last)s, are missing."),
            "head_altered": self.env._(
                "The dossier's last number or hash differs from its last event."
            ),
            "seal_head_differs": self.env._(
                "Event %(seq)s differs from the one that the seal of %(day)s holds."
            ),
            "seal_events_missing": self.env._(
                "Events %(first)s to %(last)s, held by the seal of %(day)s, are missing."
            ),
            "dossier_missing": self.env._(
                "The whole dossier, with %(last)s events in the seal of %(day)s, is missing."
            ),
            "seal_altered": self.env._("Seal %(number)s of %(day)s was altered."),
            "seal_chain_broken": self.env._(
                "Seal %(number)s of %(day)s does not follow the seal before it."
            ),
            "seal_missing": self.env._("Seals %(first)s to %(last)s are missing."),
            "seal_differs": self.env._(
                "Seal %(number)s of %(day)s differs from the one that was mailed."
            ),
            "seal_gone": self.env._(
                "Seal %(number)s of %(day)s was mailed and is not in the database."
            ),
            "file_altered": self.env._(
                "The file %(column)s differs from the one that was exported."
            ),
            "file_missing": self.env._("The file %(column)s, listed in the manifest, is missing."),
            "file_unlisted": self.env._("The file %(column)s is not listed in the manifest."),
            "database_copy": self.env._(
                "Seal %(number)s of %(day)s was made by another database: this is a copy, or restored as one."
            ),
            "seal_of_other": self.env._(
                "Seal file %(number)s of %(day)s belongs to another company or database; it was not compared."
            ),
            "protection_off": self.env._(
                "The database no longer refuses changes to the table %(column)s."
            ),
        }
        code = fault.get("code")
        labels = self.env["hr.control.event"]._get_sentences()
        day = fault.get("day") and fields.Date.to_date(fault["day"])
        return templates[fault["finding"]] % {
            **fault,
            "seq": fault.get("seq") or self.env._("without number"),
            "event": labels.get(code, (code,))[0],
            "day": day and format_date(self.env, day),
        }

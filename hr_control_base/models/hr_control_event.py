import contextlib
import json
import secrets
import uuid
from datetime import date, datetime
from decimal import Decimal

import psycopg2.extras

from odoo import api, fields, models
from odoo.exceptions import AccessError, MissingError
from odoo.http import request
from odoo.tools import SQL, float_repr

from ..tools import evidence
from ..tools.personal import hide_numbers

COLUMNS = (
    "dossier_id",
    "code",
    "at",
    "actor_uid",
    "real_uid",
    "document_model",
    "document_id",
    "payload",
    "content_hash",
    "names",
    "names_salt",
)


class HrControlEvent(models.Model):
    """One thing that happened, as it was known that day.

    The payload is the event; the other columns are extracts of it, made for searching. It holds codes, figures and
    ids. Texts of the day (names, reasons) stand beside it, under a salted digest, because a person may ask for them
    to be erased. No foreign key but the dossier: a user or document deleted later takes nothing away.
    """

    _name = "hr.control.event"
    _description = "Control Event"
    _rec_names_search = ["code"]
    _order = "id desc"
    _log_access = False

    dossier_id = fields.Many2one(
        "hr.control.dossier", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="dossier_id.company_id")
    kind = fields.Char(related="dossier_id.kind")
    code = fields.Char(required=True, readonly=True)
    at = fields.Datetime(string="When", required=True, readonly=True)
    actor_uid = fields.Integer(string="User Id", readonly=True, aggregator=None)
    real_uid = fields.Integer(
        string="Logged-in User Id",
        readonly=True,
        aggregator=None,
        help="Who was logged in, when the system acted in another user's name.",
    )
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(
        string="Document Id", model_field="document_model", readonly=True
    )
    payload = fields.Text(
        required=True, readonly=True, help="The recorded content: the very text that is hashed."
    )
    content_hash = fields.Char(required=True, readonly=True)
    names = fields.Json(readonly=True)
    names_salt = fields.Char(readonly=True, groups="base.group_no_one")
    seq = fields.Integer(
        string="No.", readonly=True, aggregator=None, help="Number in the chain of its dossier."
    )
    prev_hash = fields.Char(string="Hash Before", readonly=True)
    hash = fields.Char(readonly=True)

    _seq_unique = models.UniqueIndex("(dossier_id, seq)")
    _waiting_index = models.Index("(dossier_id, id) WHERE seq IS NULL")
    _document_index = models.Index("(document_model, document_id)")
    _at_index = models.Index("(at)")

    def init(self):
        # Whoever has the database password can lift a trigger; then Verify and the mailed seals tell. It is here so
        # that no script, add-on or careless hand changes the record, and no upgrade is needed to put it back.
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION hr_control_event_protect() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
                linking CONSTANT text[] := ARRAY['seq', 'prev_hash', 'hash'];
                erasing CONSTANT text[] := ARRAY['names', 'names_salt'];
            BEGIN
                IF TG_OP = 'UPDATE' THEN
                    IF OLD.seq IS NULL AND OLD.prev_hash IS NULL AND OLD.hash IS NULL
                        AND NEW.seq IS NOT NULL AND NEW.prev_hash IS NOT NULL AND NEW.hash IS NOT NULL
                        AND to_jsonb(NEW) - linking = to_jsonb(OLD) - linking
                    THEN
                        RETURN NEW;
                    END IF;
                    IF OLD.seq IS NOT NULL AND OLD.names IS NOT NULL AND NEW.names IS NULL AND NEW.names_salt IS NULL
                        AND to_jsonb(NEW) - erasing = to_jsonb(OLD) - erasing
                    THEN
                        RETURN NEW;
                    END IF;
                END IF;
                RAISE EXCEPTION 'Control events are a permanent record: % refused', TG_OP
                    USING ERRCODE = 'restrict_violation';
            END $$;
            DROP TRIGGER IF EXISTS hr_control_event_protect ON hr_control_event;
            CREATE TRIGGER hr_control_event_protect BEFORE UPDATE OR DELETE ON hr_control_event
                FOR EACH ROW EXECUTE FUNCTION hr_control_event_protect();
            DROP TRIGGER IF EXISTS hr_control_event_protect_all ON hr_control_event;
            CREATE TRIGGER hr_control_event_protect_all BEFORE TRUNCATE ON hr_control_event
                FOR EACH STATEMENT EXECUTE FUNCTION hr_control_event_protect();
            """
        )

    # ------------------------------------------------------------------
    # Nobody writes but the methods below
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        raise AccessError(self.env._("Events are recorded by the system, when they happen."))

    def write(self, vals):
        raise AccessError(self.env._("What is recorded cannot be changed by anybody."))

    def unlink(self):
        if not self:
            return True
        raise AccessError(self.env._("What is recorded cannot be deleted by anybody."))

    def action_open_document(self):
        self.ensure_one()
        return self.env["hr.control.dossier"]._get_record_action(
            self.document_model, self.document_id
        )

    # ------------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------------

    @api.model
    def _append(self, vals_list):
        """Record events; the dossier row is not touched, so nobody waits for anybody.

        They get their place in the chain from the next holder of the guard, at the latest from the job.

        :param vals_list: dicts of

            - ``dossier``: record
            - ``code``: e.g. ``credit.hold``; its sentence stands in :meth:`_get_sentences`
            - ``data``: codes, figures and ids; money by :meth:`_money`. No text that names a person.
            - ``document``: record, ``(model, id)``, or nothing
            - ``names``: texts of the day, ``{key: text or record}``; free text such as a reason belongs here, so
              that it can be erased. ``actor``, ``subject`` and ``document`` are added where they are not given.
        :return: the events, in the order given
        """
        return self._insert([self._prepare_row(vals) for vals in vals_list])

    @api.model
    def _append_merge(self, sources, target):
        """Record in the dossiers of records that are about to be merged what becomes of them."""
        dossiers_sudo = (
            self.env["hr.control.dossier"]
            .sudo()
            .search(
                [("subject_model", "=", target._name), ("subject_id", "in", (sources + target).ids)]
            )
        )
        kept = dossiers_sudo.filtered(lambda dossier: dossier.subject_id == target.id)
        self._append(
            [
                {
                    "dossier": dossier,
                    "code": "subject.merged",
                    "data": {"target": target.id},
                    "names": {"target": target},
                }
                for dossier in dossiers_sudo - kept
            ]
            + [
                {
                    "dossier": dossier,
                    "code": "subject.absorbed",
                    "data": {"merged": sources},
                    "names": {"merged": sources},
                }
                for dossier in kept
            ]
        )

    @api.model
    def _money(self, amount, currency):
        """An amount as the record holds it: decimal text at the currency's precision, and the currency's code."""
        return {
            "amount": float_repr(currency.round(float(amount)) + 0.0, currency.decimal_places),
            "currency": currency.name,
        }

    @api.model
    def _prepare_row(self, vals):
        dossier_sudo = (
            vals.get("dossier") or self.env["hr.control.dossier"].browse(vals["dossier_id"])
        ).sudo()
        at = fields.Datetime.now()
        document = self._get_reference(vals.get("document"))
        real_uid = self._get_real_uid()
        salt = secrets.token_hex(16)
        names = self._prepare_names(vals, dossier_sudo, document, real_uid)
        payload = {
            "format": evidence.FORMAT,
            "uid": uuid.uuid4().hex,
            "at": f"{at.isoformat()}Z",
            "code": vals["code"],
            "company": dossier_sudo.company_id.id,
            "kind": dossier_sudo.kind,
            "subject": [dossier_sudo.subject_model, dossier_sudo.subject_id],
            "actor": self.env.uid,
            "data": self._normalize(vals.get("data") or {}),
            "names": evidence.names_digest(salt, names),
        }
        if real_uid:
            payload["real_actor"] = real_uid
        if document:
            payload["document"] = list(document)
        text = evidence.canonical(payload)
        return {
            "dossier_id": dossier_sudo.id,
            "code": vals["code"],
            "at": at,
            "actor_uid": self.env.uid,
            "real_uid": real_uid,
            "document_model": document and document[0],
            "document_id": document and document[1],
            "payload": text,
            "content_hash": evidence.digest(text),
            "names": names,
            "names_salt": salt,
        }

    @api.model
    def _prepare_names(self, vals, dossier_sudo, document, real_uid):
        """Texts of the day. Of those given as records the ids are kept too, so that erasure finds them."""
        names = {"actor": self.env.user.name, "subject": dossier_sudo.name}
        if real_uid:
            names["real_actor"] = self.env["res.users"].sudo().browse(real_uid).name
        given = dict(vals.get("names") or {})
        if document and "document" not in given and document[0] in self.env:
            # A document named by its id may be gone. Then the id in the payload has to do.
            with contextlib.suppress(MissingError):
                names["document"] = self.env[document[0]].sudo().browse(document[1]).display_name
        references = set()
        for key, text in given.items():
            if isinstance(text, models.BaseModel):
                references.update(f"{text._name},{record_id}" for record_id in text.ids)
                text = ", ".join(text.sudo().mapped("display_name"))
            names[key] = text
        if references:
            names["_ids"] = " ".join(sorted(references))
        return {
            # whoever types a reason may type a number that has no place in a record that stays
            key: self._clean(text if key == "_ids" else hide_numbers(str(text)))
            for key, text in names.items()
            if text
        }

    @api.model
    def _get_reference(self, document):
        """``(model, id)`` of a document given as a record or so already, None when there is none."""
        if not document:
            return None
        if isinstance(document, models.BaseModel):
            document.ensure_one()
            document = (document._name, document.id)
        return document if document[1] else None

    @api.model
    def _get_real_uid(self):
        """Who is logged in, when the code acts as somebody else; else None."""
        if not request:
            return None
        session, env = getattr(request, "session", None), getattr(request, "env", None)
        uid = (session and session.uid) or (env and env.uid)
        return uid if uid and uid != self.env.uid else None

    @api.model
    def _normalize(self, value):
        """Plain JSON of what callers hand over. A stray float becomes decimal text: it must not stop a payment."""
        match value:
            case bool() | int() | None:
                return value
            case str():
                return self._clean(value)
            case float():
                return format(Decimal(repr(value)), "f")
            case Decimal():
                return format(value, "f")
            case datetime():
                return f"{value.replace(microsecond=0).isoformat()}Z"
            case date():
                return value.isoformat()
            case dict():
                return {str(key): self._normalize(item) for key, item in value.items()}
            case models.BaseModel():
                return list(value.ids)
            case list() | tuple() | set() | frozenset():
                return [
                    self._normalize(item)
                    for item in (sorted(value) if isinstance(value, (set, frozenset)) else value)
                ]
        raise TypeError(f"{value!r} cannot be recorded")

    @api.model
    def _clean(self, text):
        """Without what PostgreSQL or UTF-8 cannot hold."""
        return text.replace("\x00", "").encode("utf-8", "replace").decode()

    @api.model
    def _insert(self, rows):
        if not rows:
            return self.browse()
        values = [
            SQL(
                "(%s)",
                SQL(", ").join(
                    SQL(
                        "%s",
                        psycopg2.extras.Json(row[column], json.dumps)
                        if column == "names"
                        else row[column],
                    )
                    for column in COLUMNS
                ),
            )
            for row in rows
        ]
        # As the ORM itself does, we rely on RETURNING giving the rows in the order of VALUES.
        self.env.cr.execute(
            SQL(
                "INSERT INTO hr_control_event (%s) VALUES %s RETURNING id",
                SQL(", ").join(SQL.identifier(column) for column in COLUMNS),
                SQL(", ").join(values),
            )
        )
        events = self.browse([event_id for (event_id,) in self.env.cr.fetchall()])
        self.env["hr.control.dossier"].browse(
            {row["dossier_id"] for row in rows}
        ).invalidate_recordset(
            ["event_ids", "event_count", "waiting_count", "last_event_at"], flush=False
        )
        return events

from psycopg2 import errors

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.http import request
from odoo.tools import SQL, format_list

from ..exceptions import GuardLost
from ..tools import evidence

CONTENTION = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)
LOST_RACE = "hr_control_base.lost_race"


class HrControlDossier(models.Model):
    """The record of one controlled subject in one company: its guard and the head of its chain of events."""

    _name = "hr.control.dossier"
    _description = "Control Dossier"
    _order = "name, id"
    # The guard is bumped by every operation that may raise risk: who wrote the row last means nothing.
    _log_access = False

    name = fields.Char(
        readonly=True, help="What the subject was called when the dossier was opened."
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    kind = fields.Char(required=True, readonly=True, help="Technical name of what is controlled.")
    kind_label = fields.Char(string="Kind of Dossier", compute="_compute_kind_label")
    subject_model = fields.Char(required=True, readonly=True)
    # The natural key, not the id of an add-on's row: after uninstall and reinstall the dossier is found again.
    subject_id = fields.Many2oneReference(model_field="subject_model", required=True, readonly=True)
    guard = fields.Integer(required=True, default=0, readonly=True)
    seq = fields.Integer(string="Linked Events", required=True, default=0, readonly=True)
    head = fields.Char(string="Last Hash", readonly=True)
    event_ids = fields.One2many("hr.control.event", "dossier_id", string="Events", readonly=True)
    event_count = fields.Integer(string="Events Recorded", compute="_compute_event_figures")
    waiting_count = fields.Integer(
        string="Waiting for Their Link",
        compute="_compute_event_figures",
        help="Events that are recorded and get their number in the chain within minutes.",
    )
    last_event_at = fields.Datetime(string="Last Event", compute="_compute_event_figures")

    _subject_unique = models.UniqueIndex("(company_id, kind, subject_model, subject_id)")
    _subject_index = models.Index("(subject_model, subject_id)")

    @api.depends("name", "kind", "subject_id")
    def _compute_display_name(self):
        for dossier in self:
            dossier.display_name = dossier.name or f"{dossier.kind_label} {dossier.subject_id}"

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_kind_label(self):
        models_sudo = self.env["ir.model"].sudo()
        for dossier in self:
            # The add-on of this kind may be uninstalled: then its technical name has to do.
            known = dossier.kind in self.env
            dossier.kind_label = models_sudo._get(dossier.kind).name if known else dossier.kind

    @api.depends("event_ids")
    def _compute_event_figures(self):
        figures = {
            dossier: (count, last_at)
            for dossier, count, last_at in self.env["hr.control.event"]._read_group(
                [("dossier_id", "in", self.ids)], ["dossier_id"], ["__count", "at:max"]
            )
        }
        for dossier in self:
            dossier.event_count, dossier.last_event_at = figures.get(dossier, (0, False))
            dossier.waiting_count = max(dossier.event_count - dossier.seq, 0)

    # ------------------------------------------------------------------
    # Nobody writes but the methods below
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        raise AccessError(
            self.env._("Dossiers are opened by the system, together with what they control.")
        )

    def write(self, vals):
        raise AccessError(self.env._("A dossier cannot be changed by anybody."))

    def unlink(self):
        if not self:
            return True
        raise AccessError(self.env._("A dossier cannot be deleted by anybody."))

    @api.model
    def _is_control_uninstalling(self):
        """Whether an add-on is being removed: by its state, not by a key in the context that anybody can send."""
        modules_sudo = self.env["ir.module.module"].sudo()
        return bool(modules_sudo.search_count([("state", "=", "to remove")], limit=1))

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_open_subject(self):
        self.ensure_one()
        return self._get_record_action(self.subject_model, self.subject_id)

    @api.model
    def _get_record_action(self, model, res_id):
        """:raises UserError: the record, or the add-on it belonged to, is gone; AccessError: it is not his to read"""
        record = self.env[model].browse(res_id).exists() if model in self.env else None
        if not record:
            raise UserError(
                self.env._("It no longer exists. The dossier keeps what was recorded about it.")
            )
        # by "read": not every model asks before it tells its name, and employees have a public half
        (values,) = record.read(["display_name"])
        return {
            "type": "ir.actions.act_window",
            "name": values["display_name"],
            "res_model": model,
            "res_id": res_id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------------

    @api.model
    def _ensure(self, kind, subjects, company):
        """The dossiers of these subjects in this company, opened where there are none.

        :return: ``{subject id: dossier}``
        :raises GuardLost: outside a request, somebody else is opening one of them just now
        """
        found = self._find(kind, subjects._name, subjects.ids, company)
        if missing := subjects.filtered(lambda subject: subject.id not in found).sorted("id"):
            # ON CONFLICT makes a 40001, which is replayed, of what would be a unique violation, which is not.
            self._execute_contended(
                SQL(
                    """
                    INSERT INTO hr_control_dossier (company_id, kind, subject_model, subject_id, name, guard, seq)
                    SELECT %s, %s, %s, s.id, s.name, 0, 0 FROM unnest(%s::int[], %s::text[]) AS s(id, name)
                    ON CONFLICT (company_id, kind, subject_model, subject_id) DO NOTHING
                    """,
                    company.id,
                    kind,
                    subjects._name,
                    missing.ids,
                    [subject.display_name or "" for subject in missing.sudo()],
                ),
                lambda: self.env._(
                    "These dossiers are being opened by somebody else. Try again in a moment."
                ),
            )
            found |= self._find(kind, subjects._name, missing.ids, company)
        return found

    @api.model
    def _find(self, kind, subject_model, subject_ids, company):
        """Like :meth:`_ensure`, without opening any; dossiers are given without the rights of the user."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT subject_id, id FROM hr_control_dossier
                WHERE company_id = %s AND kind = %s AND subject_model = %s AND subject_id = ANY(%s)
                """,
                company.id,
                kind,
                subject_model,
                list(subject_ids),
            )
        )
        dossiers = self.sudo().browse([dossier_id for _subject_id, dossier_id in rows])
        return dict(zip((subject_id for subject_id, _id in rows), dossiers, strict=True))

    # ------------------------------------------------------------------
    # Guard and chain
    # ------------------------------------------------------------------

    def _take_guard(self):
        """Become the only one who may raise risk here, until this transaction ends.

        To be called before anything is read that decides. Odoo runs at REPEATABLE READ: only a real UPDATE lets
        the loser of a race fail with 40001 (a lock alone leaves him on his old snapshot), and only this form
        locks in order of id, so that two holders of several guards never deadlock.

        :raises GuardLost: outside a request, where nothing replays a lost race
        :raises UserError: a dossier is missing
        """
        ids = sorted(set(self.ids))
        if not ids:
            return
        found = self._execute_contended(
            SQL(
                """
                WITH l AS (SELECT id FROM hr_control_dossier WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
                UPDATE hr_control_dossier d SET guard = guard + 1 FROM l WHERE d.id = l.id
                """,
                ids,
            ),
            lambda: self.env._(
                "The account of %(names)s is being changed by somebody else. Try again in a moment.",
                names=format_list(self.env, self.sudo()[:3].mapped("display_name")),
            ),
        )
        if found != len(ids):
            raise UserError(
                self.env._(
                    "Of %(count)s dossiers only %(found)s exist. Ask an auditor to verify the record.",
                    count=len(ids),
                    found=found,
                )
            )
        self.invalidate_recordset(["guard"], flush=False)

    def _execute_contended(self, query, get_message):
        """Run a statement that may lose a race, and tell how many rows it met.

        In a request ``retrying`` stands around us: the error must reach it untouched. Elsewhere a savepoint
        keeps the transaction usable.
        """
        if request:
            try:
                self.env.cr.execute(query, log_exceptions=False)
            except CONTENTION as error:
                self.env.cr.postrollback.data[LOST_RACE] = error  # for those who swallow it
                raise
            return self.env.cr.rowcount
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
                return self.env.cr.rowcount
        except CONTENTION as error:
            raise GuardLost(get_message()) from error

    def _link(self):
        """Number and chain the waiting events of these dossiers: two queries, whatever their number.

        The guard must be held. Forgetting it cannot fork a chain (the UPDATE of the head fails with 40001),
        but costs the whole transaction where a guard would have waited its turn.
        """
        if not self:
            return
        self.env.cr.execute(
            SQL(
                """
                SELECT d.id, d.seq, d.head, e.id, e.content_hash
                FROM hr_control_dossier d
                JOIN hr_control_event e ON e.dossier_id = d.id AND e.seq IS NULL
                WHERE d.id = ANY(%s)
                ORDER BY d.id, e.id
                """,
                self.ids,
            )
        )
        heads, links = {}, []
        for dossier_id, seq, head, event_id, content_hash in self.env.cr.fetchall():
            last_seq, prev_hash = heads.get(dossier_id) or (seq, head or "")
            event_hash = evidence.link_hash(content_hash, prev_hash, last_seq + 1)
            links.append((event_id, last_seq + 1, prev_hash, event_hash))
            heads[dossier_id] = (last_seq + 1, event_hash)
        if not links:
            return
        event_ids, seqs, prev_hashes, hashes = map(list, zip(*links, strict=True))
        self.env.cr.execute(
            SQL(
                """
                WITH e AS (
                    UPDATE hr_control_event e SET seq = v.seq, prev_hash = v.prev_hash, hash = v.hash
                    FROM unnest(%s::int[], %s::int[], %s::text[], %s::text[]) AS v(id, seq, prev_hash, hash)
                    WHERE e.id = v.id
                )
                UPDATE hr_control_dossier d SET seq = v.seq, head = v.head
                FROM unnest(%s::int[], %s::int[], %s::text[]) AS v(id, seq, head)
                WHERE d.id = v.id
                """,
                event_ids,
                seqs,
                prev_hashes,
                hashes,
                list(heads),
                [seq for seq, _head in heads.values()],
                [head for _seq, head in heads.values()],
            )
        )
        self.invalidate_recordset(["seq", "head", "waiting_count"], flush=False)
        self.env["hr.control.event"].browse(event_ids).invalidate_recordset(
            ["seq", "prev_hash", "hash"], flush=False
        )

    @api.model
    def _get_waiting(self, company=None):
        """Dossiers that have events waiting for their link, those waiting longest first."""
        self.env.cr.execute(
            SQL(
                """
                SELECT e.dossier_id FROM hr_control_event e JOIN hr_control_dossier d ON d.id = e.dossier_id
                WHERE e.seq IS NULL AND %s
                GROUP BY e.dossier_id ORDER BY min(e.id)
                """,
                SQL("d.company_id = %s", company.id) if company else SQL("TRUE"),
            )
        )
        return self.sudo().browse([dossier_id for (dossier_id,) in self.env.cr.fetchall()])

    @api.model
    def _link_waiting_now(self, company):
        """Link what waits in a company, within this transaction; a contended dossier keeps waiting for the job."""
        waiting = self._get_waiting(company)
        try:
            with self.env.cr.savepoint(flush=False):
                waiting._take_guard()
                waiting._link()
        except (GuardLost, *CONTENTION):
            return False
        return True

import logging
import sys

from psycopg2 import errors

from odoo import api, models
from odoo.api import Environment
from odoo.exceptions import ConcurrencyError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

#: The request is run again after these: what it refused, it refuses again.
REPLAYED = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError, errors.ReadOnlySqlTransaction)
PENDING = "hr_control_base.refused"
DRY_RUN = "hr_control_base.dry_run"
TRIES = 5


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    @api.model
    def _append_after_rollback(self, vals_list, key):
        """Record what is about to be refused: the events outlive the rollback of this transaction.

        They are written once the transaction has ended, whichever way: an import swallows the error and commits.

        :param vals_list: as for :meth:`_append`, with plain data: ``dossier_id`` and ``document`` as (model, id)
        :param key: the same refusal met again in this transaction (an import tries its rows twice) is one event
        """
        cr = self.env.cr
        pending = cr.postrollback.data.get(PENDING)
        if pending is None:
            # The data of a queue goes with every commit or rollback, so the registration starts anew with each.
            pending = cr.postrollback.data[PENDING] = {}
            registry, uid = self.env.registry, self.env.uid

            def record():
                found = dict(pending)
                pending.clear()
                if found and not isinstance(sys.exc_info()[1], REPLAYED):
                    _record(registry, uid, [item for items in found.values() for item in items])

            cr.postrollback.add(record)
            cr.postcommit.add(record)
        pending[key] = [self._prepare_refused(vals) for vals in vals_list]

    @api.model
    def _prepare_refused(self, vals):
        """Row of the event, and what it takes to open the dossier again if that is rolled back too."""
        if self.env.cr.postrollback.data.get(DRY_RUN):
            vals = {**vals, "data": {**(vals.get("data") or {}), "dry_run": True}}
        row = self._prepare_row(vals)
        dossier_sudo = (
            vals.get("dossier") or self.env["hr.control.dossier"].browse(vals["dossier_id"])
        ).sudo()
        return row, {
            "company_id": dossier_sudo.company_id.id,
            "kind": dossier_sudo.kind,
            "subject_model": dossier_sudo.subject_model,
            "subject_id": dossier_sudo.subject_id,
            "name": dossier_sudo.name,
        }

    @api.model
    def _insert_refused(self, items):
        for row, dossier in items:
            self.env.cr.execute(
                """
                INSERT INTO hr_control_dossier (company_id, kind, subject_model, subject_id, name, guard, seq)
                SELECT %(company_id)s, %(kind)s, %(subject_model)s, %(subject_id)s, %(name)s, 0, 0
                WHERE NOT EXISTS (SELECT FROM hr_control_dossier WHERE id = %(id)s)
                ON CONFLICT (company_id, kind, subject_model, subject_id) DO UPDATE SET name = EXCLUDED.name
                RETURNING id
                """,
                {**dossier, "id": row["dossier_id"]},
                log_exceptions=False,
            )
            if opened := self.env.cr.fetchone():
                row["dossier_id"] = opened[0]
        return self._insert([row for row, _dossier in items])


def _record(registry, uid, items):
    """Write in a transaction of its own. Nothing may be raised here: the cursor being closed would leak."""
    for left in reversed(range(TRIES)):
        try:
            with registry.cursor() as cr:
                Environment(cr, uid, {})["hr.control.event"]._insert_refused(items)
            return
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            if not left:
                _logger.exception(
                    "A refusal could not be recorded: %s",
                    [row["payload"] for row, _dossier in items],
                )
        except Exception:
            _logger.exception(
                "A refusal could not be recorded: %s", [row["payload"] for row, _dossier in items]
            )
            return

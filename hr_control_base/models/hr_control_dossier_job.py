import logging

from odoo import api, models

from ..exceptions import GuardLost

_logger = logging.getLogger(__name__)

LOCK_TIMEOUT = "500ms"


class HrControlDossier(models.Model):
    _inherit = "hr.control.dossier"

    @api.model
    def _cron_link(self):
        waiting = self._get_waiting()
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        waiting._link_each()

    def _link_each(self, counted=True):
        """Link dossier by dossier, each in a transaction of its own whose first statement is the guard.

        A dossier that is busy or broken waits for the next run and never keeps the others waiting.

        :param counted: these are the things that the job counts
        :return: seconds left to the job
        """
        left = 0.0
        for dossier in self:
            try:
                # Takes no snapshot, so the guard is still the first to look; a long import must not stop the job.
                self.env.cr.execute("SET LOCAL lock_timeout = %s", [LOCK_TIMEOUT])
                dossier._take_guard()
                dossier._link()
            except GuardLost:
                self.env.cr.rollback()
                _logger.info(
                    "Dossier %s is busy; its events are linked by the next run", dossier.id
                )
            except Exception:
                self.env.cr.rollback()
                _logger.exception("The events of dossier %s could not be linked", dossier.id)
            left = self.env["ir.cron"]._commit_progress(int(counted))
            if counted and not left:
                break
        return left

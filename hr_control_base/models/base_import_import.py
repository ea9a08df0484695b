from odoo import models

from .hr_control_dossier import LOST_RACE
from .hr_control_event_refused import DRY_RUN


class Base_ImportImport(models.TransientModel):
    _inherit = "base_import.import"

    def execute_import(self, fields, columns, options, dryrun=False):
        # EXTENDS base_import
        # Refusals outlive the rollback of a test run, so they have to know that it was one. Not by context: a
        # client could send that with a real import; and not in the cursor's cache, which savepoints empty.
        data = self.env.cr.postrollback.data
        data.pop(LOST_RACE, None)
        if dryrun:
            data[DRY_RUN] = True
        try:
            result = super().execute_import(fields, columns, options, dryrun=dryrun)
        finally:
            data.pop(DRY_RUN, None)
        # a lost race is told as if its row were wrong; like any other request, this one is run again
        if error := data.pop(LOST_RACE, None):
            raise error
        return result

from odoo import models

from .hr_control_event_refused import DRY_RUN


class Base_ImportImport(models.TransientModel):
    _inherit = "base_import.import"

    def execute_import(self, fields, columns, options, dryrun=False):
        # EXTENDS base_import
        # Refusals outlive the rollback of a test run, so they have to know that it was one. Not by context: a
        # client could send that with a real import; and not in the cursor's cache, which savepoints empty.
        if not dryrun:
            return super().execute_import(fields, columns, options, dryrun=dryrun)
        data = self.env.cr.postrollback.data
        data[DRY_RUN] = True
        try:
            return super().execute_import(fields, columns, options, dryrun=dryrun)
        finally:
            data.pop(DRY_RUN, None)

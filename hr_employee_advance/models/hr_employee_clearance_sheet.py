from odoo import models
from odoo.tools import format_list

CLEARANCE_SHEET = "hr_employee_advance.clearance_sheet_report"


class HrEmployeeClearance(models.Model):
    """The sheet that goes around when somebody leaves: what each department confirms, and who signed."""

    _inherit = "hr.employee.clearance"

    def action_print_sheet(self):
        self.ensure_one()
        self.check_access("read")
        return self.env.ref(CLEARANCE_SHEET).report_action(self)

    def _get_sheet(self):
        """What the sheet shows, for those who may read the clearance.

        :return: ``(clearance in sudo, its people, their advances that were paid, as far as the reader may know)``
        """
        self.ensure_one()
        self.check_access("read")
        clearance_sudo = self.sudo()
        people = clearance_sudo.with_context(active_test=False).employee_ids
        told = people if self._tells_debts() else people.browse()
        advances = clearance_sudo.env["hr.employee.advance"].search(
            [
                ("employee_id", "in", told.ids),
                ("amount_paid", "!=", 0),
                # what another company is owed is its own affair
                ("company_id", "in", self.env.companies.ids),
            ],
            order="company_id, currency_id, date_paid, id",
        )
        return clearance_sudo, people, advances

    def _get_sheet_totals(self, advances):
        """``[(company, currency, its advances)]``: sums are never made across currencies."""
        by_key = advances.grouped(lambda advance: (advance.company_id, advance.currency_id))
        return [(company, currency, own) for (company, currency), own in by_key.items()]

    def _get_sheet_parts(self):
        """Further parts: ``[(heading, column titles, rows of texts)]``. Extend it for what is handed over."""
        return []

    def _get_sheet_signers(self):
        """Whose signatures stand below."""
        return [
            self.env._("Employee"),
            self.env._("Direct Manager"),
            self.env._("Finance"),
            self.env._("HR"),
        ]


class HrEmployeeClearanceLine(models.Model):
    _inherit = "hr.employee.clearance.line"

    def _get_sheet_signer(self):
        """Who signed, and for whom; of an open line who may."""
        self.ensure_one()
        if self.state != "signed":
            return format_list(self.env, self.responsible_ids.mapped("name"))
        if not self.on_behalf_of_id:
            return self.signed_by_id.name
        return self.env._(
            "%(signer)s for %(principal)s",
            signer=self.signed_by_id.name,
            principal=self.on_behalf_of_id.name,
        )

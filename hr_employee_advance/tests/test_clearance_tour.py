from odoo import fields
from odoo.tests import HttpCase, tagged

from .clearance_common import ClearanceCommon


@tagged("post_install", "-at_install")
class TestClearanceTour(ClearanceCommon, HttpCase):
    """From the resignation to the completed departure in the browser, as five people do it."""

    def setUp(self):
        super().setUp()
        self.template.line_ids = [
            fields.Command.delete(line.id)
            for line in self.template.line_ids
            if line.kind not in ("manager", "finance")
        ]
        self.advance = self._paid(300.0)

    def _resign(self):
        self.start_tour(
            "/odoo/action-hr_employee_advance.hr_employee_clearance_action_mine",
            "advance_clearance_resign",
            login=self.user.login,
        )
        clearance = self.env["hr.employee.clearance"].search(
            [("employee_id", "=", self.employee.id)]
        )
        self.assertRecordValues(clearance, [{"origin": "resignation", "state": "open"}])
        return clearance

    def test_five_users(self):
        clearance = self._resign()
        url = f"/odoo/clearances-to-sign/{clearance.id}"
        self.start_tour(url, "advance_clearance_manager_signs", login=self.manager.login)
        self.start_tour(
            f"/odoo/action-hr.open_view_employee_list_my/{self.employee.id}",
            "advance_clearance_held",
            login=self.hr_officer.login,
        )
        self._return(self.advance)
        self.start_tour(url, "advance_clearance_finance_signs", login=self.finance.login)
        self.assertEqual(clearance.state, "ready")
        self.start_tour(url, "advance_clearance_hr_completes", login=self.hr_officer.login)
        self.assertEqual(clearance.state, "completed")
        self.assertFalse(self.employee.active)
        self.assertEqual(
            self._line(clearance, "finance").note, "All is there", "the note of the signer is kept"
        )


@tagged("post_install", "-at_install")
class TestClearancePhone(ClearanceCommon, HttpCase):
    """A resignation is handed in on a phone."""

    browser_size = "375x667"
    touch_enabled = True

    def test_resign(self):
        self._paid(300.0)
        self.start_tour(
            "/odoo/action-hr_employee_advance.hr_employee_clearance_action_mine",
            "advance_clearance_resign",
            login=self.user.login,
        )
        clearance = self.env["hr.employee.clearance"].search(
            [("employee_id", "=", self.employee.id)]
        )
        self.assertEqual(clearance.reason, "Moves to another town")

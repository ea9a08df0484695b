from odoo import fields
from odoo.tests import new_test_user

from .money_common import MoneyCommon


class ClearanceCommon(MoneyCommon):
    """Somebody who leaves: with an advance in hand, a checklist, and the people who sign it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.system = new_test_user(
            cls.env,
            "clearance_system",
            groups="base.group_system,base.group_erp_manager,hr.group_hr_manager",
            company_id=cls.company.id,
            company_ids=[fields.Command.set(cls.company.ids)],
        )
        cls.it_user = cls._create_user("clearance_it")
        cls.env["hr.employee.clearance.template"].search([]).active = False
        cls.template = cls.env["hr.employee.clearance.template"].create(
            {
                "name": "Test",
                "line_ids": [
                    fields.Command.create({"kind": "manager", "name": "Work handed over"}),
                    fields.Command.create(
                        {"kind": "it", "name": "Equipment", "user_ids": cls.it_user.ids}
                    ),
                    fields.Command.create(
                        {"kind": "hr", "name": "Certificate", "user_ids": cls.hr_officer.ids}
                    ),
                    fields.Command.create({"kind": "finance", "name": "No money left"}),
                ],
            }
        )
        cls.last_day = fields.Date.add(cls.company._company_today(), days=30)

    def _start(self, user=None, employee=None, reason="Moves to another town"):
        """What the screen does: the employee's resignation, or HR for him."""
        employee = employee or self.employee
        user = user or self.user
        wizard = (
            self.env["hr.employee.clearance.start"]
            .with_user(user)
            .create({"employee_id": employee.id, "date_last": self.last_day, "reason": reason})
        )
        action = wizard.action_start()
        return self.env["hr.employee.clearance"].browse(action["res_id"])

    def _line(self, clearance, kind):
        return clearance.line_ids.filtered(lambda line: line.kind == kind)

    def _sign(self, clearance, *kinds):
        signers = {
            "manager": self.manager,
            "it": self.it_user,
            "hr": self.hr_officer,
            "finance": self.finance,
        }
        for kind in kinds or signers:
            self._line(clearance, kind).with_user(signers[kind]).action_sign()

    def _return(self, advance, amount=None):
        """What the employee gives back in cash."""
        wizard = (
            self.env["hr.employee.advance.return"]
            .with_user(self.second_cashier)
            .create(
                {"advance_id": advance.id, "journal_id": self.cash.id}
                | ({"amount": amount} if amount is not None else {})
            )
        )
        return wizard.action_return()

    def _events(self, code, employee=None):
        dossier = (employee or self.employee)._ensure_advance_dossiers()
        return self.env["hr.control.event"].search(
            [("dossier_id", "=", next(iter(dossier.values())).id), ("code", "=", code)]
        )

    def _alerts(self, clearance, cause):
        return self.env["hr.control.alert"].search(
            [("key", "=", f"clearance.{cause}:{clearance.id}")]
        )

from odoo import fields, models
from odoo.tools import format_date


class HrEmployeeClearance(models.Model):
    """From the resignation on, the leaver gives no credit, releases nothing and lends his powers to nobody."""

    _inherit = "hr.employee.clearance"

    credit_suspension_ids = fields.One2many(
        "credit.suspension",
        "clearance_id",
        string="Suspended Authority",
        readonly=True,
        groups="hr_receivables_control.group_credit_controller,hr_control_base.group_control_auditor",
    )

    def _after_opened(self):
        # EXTENDS
        res = super()._after_opened()
        for clearance in self.sudo():
            if users := clearance._get_leavers():
                clearance._stop_credit(users)
        return res

    def _stop_credit(self, users):
        """Suspend the authority of ``users``, void what they asked for or got released, end delegations; record it."""
        self.ensure_one()
        reason = self.env._(
            "%(employee)s leaves on %(day)s.",
            employee=self.employee_id.name,
            day=format_date(self.env, self.date_last),
        )
        suspensions = self._suspend_authority(users, reason)
        grants = self.env["credit.grant"].search(
            [("requester_id", "in", users.ids), ("state", "in", ("asked", "active"))]
        )
        grants._void(reason)
        ended = self._end_delegations(users)
        self._append_event(
            "clearance.credit_stopped",
            {
                "suspensions": suspensions,
                "grants": grants,
                "grant_count": len(grants),
                "delegation_count": ended,
            },
        )

    def _suspend_authority(self, users, reason):
        Suspension = self.env["credit.suspension"]
        standing = Suspension.search([("user_id", "in", users.ids), ("is_active", "=", True)])
        known = {(suspension.company_id, suspension.user_id) for suspension in standing}
        return Suspension.create(
            [
                {
                    "company_id": company.id,
                    "user_id": user.id,
                    "reason": reason,
                    "clearance_id": self.id,
                }
                for company in self.company_ids
                for user in users
                if company in user.company_ids and (company, user) not in known
            ]
        )

    def _end_delegations(self, users):
        """Delegations by and to the leaver: those running end yesterday, those to come fall away.

        :return: how many
        """
        yesterday = fields.Date.subtract(self.company_id._company_today(), days=1)
        delegations = self.env["hr.control.delegation"].search(
            [
                ("date_to", ">", yesterday),
                "|",
                ("user_id", "in", users.ids),
                ("delegate_id", "in", users.ids),
            ]
        )
        running = delegations.filtered(lambda delegation: delegation.date_from <= yesterday)
        running.date_to = yesterday
        (delegations - running).unlink()
        return len(delegations)

    def _after_cancelled(self):
        # EXTENDS: nobody lifts his own suspension, not by taking the resignation back either
        res = super()._after_cancelled()
        for clearance in self.sudo():
            standing = clearance.credit_suspension_ids.filtered("is_active")
            if not standing:
                continue
            if clearance.is_mine:
                clearance._tell_suspended()
            else:
                standing.action_lift(
                    self.env._("%(clearance)s was cancelled.", clearance=clearance.display_name)
                )
        return res

    def _tell_suspended(self):
        self._tell(
            "suspended",
            self._get_working_users("hr_receivables_control.group_credit_controller"),
            self.env._(
                "%(employee)s stays: lift the suspension of the credit authority",
                employee=self.employee_id.name,
            ),
            self.env._(
                "The resignation was taken back. Nobody lifts his own suspension: a credit controller has to."
            ),
        )

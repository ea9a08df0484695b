from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date


class HrControlCheck(models.AbstractModel):
    """What has to be in order for the controls to hold, and how to mend it."""

    _name = "hr.control.check"
    _description = "System Check"

    @api.model
    def _get_checks(self):
        """Everything checked, for the companies the user works in. Extended by the add-ons.

        :return: dicts of ``code`` (unique), ``area`` (label), ``severity`` (``ok``, ``warning`` or
            ``problem``), ``message`` (a sentence with the figure) and ``action`` (opens the records, or None)
        """
        return [
            *self._get_model_checks(),
            *self._get_job_checks(),
            *self._get_delivery_checks(),
            *self._get_seal_checks(),
            *self._get_approval_checks(),
            *self._get_people_checks(),
        ]

    @api.model
    def _prepare_check(self, code, area, model, domain, good, bad, severity="warning"):
        """A check that counts records which should not exist.

        :param good: sentence when there are none
        :param bad: sentence with ``%(count)s`` when there are
        """
        # counted in full: whether the controls hold does not depend on who looks
        count = self.env[model].sudo().search_count(domain)
        return {
            "code": code,
            "area": area,
            "severity": severity if count else "ok",
            "message": bad % {"count": count} if count else good,
            "action": self._prepare_action(area, model, domain) if count else None,
        }

    @api.model
    def _prepare_action(self, name, model, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[False, "list"], [False, "form"]],
            "domain": list(Domain(domain)),
            "context": {"active_test": False},
        }

    # What is checked here -----------------------------------------------------------------------

    @api.model
    def _get_model_checks(self):
        replaced = self.env["ir.module.module"]._get_control_replaced_models()
        area = self.env._("Add-ons")
        if not replaced:
            return [
                {
                    "code": "models",
                    "area": area,
                    "severity": "ok",
                    "message": self.env._("No other add-on replaces a part of the controls."),
                    "action": None,
                }
            ]
        return [
            {
                "code": f"models.{name}",
                "area": area,
                "severity": "problem",
                "message": self.env._(
                    "%(other)s replaced %(model)s of %(owner)s, which is closed. Remove %(other)s, or have it inherit.",
                    other=other,
                    model=name,
                    owner=owner,
                ),
                "action": self._prepare_action(
                    area, "ir.module.module", [("name", "in", [owner, other])]
                ),
            }
            for name, (owner, other) in replaced.items()
        ]

    @api.model
    def _get_job_checks(self):
        modules = self.env["ir.module.module"]._get_control_modules()
        data = self.env["ir.model.data"].sudo()
        job_ids = data.search([("model", "=", "ir.cron"), ("module", "in", list(modules))]).mapped(
            "res_id"
        )
        jobs = (
            self.env["ir.cron"]
            .sudo()
            .with_context(active_test=False)
            .search([("id", "in", job_ids)])
        )
        area = self.env._("Scheduled jobs")
        now = fields.Datetime.now()
        late = jobs.filtered(
            lambda job: job.active and job.nextcall < now - self._get_job_patience(job)
        )
        return [
            self._prepare_check(
                "jobs.inactive",
                area,
                "ir.cron",
                [("id", "in", jobs.ids), ("active", "=", False)],
                self.env._("All scheduled jobs of the controls are active."),
                self.env._(
                    "Scheduled jobs of the controls that are switched off: %(count)s. Switch them on again."
                ),
                "problem",
            ),
            self._prepare_check(
                "jobs.failing",
                area,
                "ir.cron",
                [("id", "in", jobs.ids), ("active", "=", True), ("failure_count", ">", 0)],
                self.env._("No scheduled job of the controls fails."),
                self.env._(
                    "Scheduled jobs that failed when they ran last: %(count)s. Look into the server log."
                ),
                "problem",
            ),
            self._prepare_check(
                "jobs.late",
                area,
                "ir.cron",
                [("id", "in", late.ids)],
                self.env._("The scheduled jobs of the controls run on time."),
                self.env._(
                    "Scheduled jobs that are overdue: %(count)s. Is the job runner of the server on?"
                ),
                "problem",
            ),
        ]

    @api.model
    def _get_job_patience(self, job):
        """How late a job may be before it is worth a line: two of its own intervals, at least an hour."""
        unit = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1)}.get(
            job.interval_type, timedelta(days=1)
        )
        return max(2 * job.interval_number * unit, timedelta(hours=1))

    @api.model
    def _get_delivery_checks(self):
        area = self.env._("Alerts")
        companies = self.env.companies.ids
        return [
            self._prepare_check(
                "alerts.undelivered",
                area,
                "hr.control.alert",
                [
                    ("company_id", "in", companies),
                    ("cleared_at", "=", False),
                    ("is_undelivered", "=", True),
                ],
                self.env._("Every open alert reached the people it concerns."),
                self.env._(
                    "Open alerts that did not reach everybody: %(count)s. See why, and send them again."
                ),
                "problem",
            ),
            self._prepare_check(
                "mails.failed",
                area,
                "mail.mail",
                [("model", "=like", "hr.control.%"), ("state", "=", "exception")],
                self.env._("No mail of the controls failed."),
                self.env._("Mails of the controls that could not be sent: %(count)s."),
            ),
        ]

    @api.model
    def _get_seal_checks(self):
        area = self.env._("Seal")
        checks = []
        for company in self.env.companies:
            seal = (
                self.env["hr.control.seal"]
                .sudo()
                .search([("company_id", "=", company.id)], limit=1)
            )
            if seal:
                good = seal.made_at > fields.Datetime.now() - timedelta(hours=36)
                message = (
                    self.env._("The record of %(company)s was last sealed for %(day)s.")
                    if good
                    else self.env._(
                        "The record of %(company)s was not sealed since %(day)s. Is the nightly job on?"
                    )
                )
                values = {"company": company.name, "day": format_date(self.env, seal.day)}
            else:
                good = (
                    not self.env["hr.control.dossier"]
                    .sudo()
                    .search_count([("company_id", "=", company.id)], limit=1)
                )
                message = (
                    self.env._("%(company)s has nothing on record that would need a seal.")
                    if good
                    else self.env._(
                        "The record of %(company)s was never sealed; the first seal is made tonight."
                    )
                )
                values = {"company": company.name}
            seals = self._prepare_action(area, "hr.control.seal", [("company_id", "=", company.id)])
            checks.append(
                {
                    "code": f"seal.{company.id}",
                    "area": area,
                    "severity": "ok" if good else "problem" if seal else "warning",
                    "message": message % values,
                    "action": seals if seal else None,
                }
            )
        return checks

    @api.model
    def _get_approval_checks(self):
        area = self.env._("Approvals")
        return [
            self._prepare_check(
                "approvals.stranded",
                area,
                "hr.control.approval",
                [
                    ("company_id", "in", self.env.companies.ids),
                    ("state", "=", "pending"),
                    ("stranded", "=", True),
                ],
                self.env._("No request waits without anybody to decide it."),
                self.env._(
                    "Requests that nobody is left to decide: %(count)s. Fill the positions."
                ),
                "problem",
            ),
        ]

    # People -------------------------------------------------------------------------------------

    @api.model
    def _get_controlled_users(self, company):
        """Users who ask for or decide anything controlled in ``company``; add-ons add those who sell or spend."""
        approvals = self.env["hr.control.approval"].sudo().search([("company_id", "=", company.id)])
        return approvals.requester_id | approvals.step_ids.candidate_ids

    @api.model
    def _get_people_checks(self):
        area = self.env._("People")
        employees = [("company_id", "in", self.env.companies.ids), ("active", "=", True)]
        strangers = self.env["res.users"].browse(
            {
                user_id
                for company in self.env.companies
                for user_id, context in self.env["hr.employee"]
                ._get_control_context(
                    self._get_controlled_users(company).filtered("active"), company
                )
                .items()
                if not context["employee_id"]
            }
        )
        checks = [
            self._prepare_check(
                "people.no_employee",
                area,
                "res.users",
                [("id", "in", strangers.ids)],
                self.env._("Everybody who asks or decides is an employee."),
                self.env._(
                    "Users who ask or decide without being an employee: %(count)s. Only company rules apply to them."
                ),
            ),
            self._prepare_check(
                "people.no_user",
                area,
                "hr.employee",
                [*employees, ("user_id", "=", False)],
                self.env._("Every employee has a user."),
                self.env._("Employees without a user: %(count)s. They can neither ask nor decide."),
            ),
            self._prepare_check(
                "people.no_manager",
                area,
                "hr.employee",
                [*employees, ("parent_id", "=", False), ("department_id.manager_id", "=", False)],
                self.env._("Every employee has a manager, his own or that of his department."),
                self.env._(
                    "Employees without a manager: %(count)s. Their requests go to a higher level."
                ),
            ),
            self._prepare_check(
                "people.no_job",
                area,
                "hr.employee",
                [*employees, ("job_id", "=", False)],
                self.env._("Every employee has a job position."),
                self.env._(
                    "Employees without a job position: %(count)s. Rules by position pass them over."
                ),
            ),
        ]
        if self.env["hr.control.level"].sudo().search_count([], limit=1):
            checks.append(
                self._prepare_check(
                    "people.no_level",
                    area,
                    "hr.employee",
                    [*employees, ("control_level_id", "=", False)],
                    self.env._("Every employee has a level."),
                    self.env._(
                        "Employees without a level: %(count)s. Rules by level pass them over."
                    ),
                )
            )
        return checks

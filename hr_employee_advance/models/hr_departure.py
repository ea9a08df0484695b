from odoo import api, fields, models
from odoo.exceptions import UserError

from .hr_departure_blockers import EMPLOYEE_FIELDS

# fields of an employee record by which a person, or his debt, would get out of sight
MOVED_FIELDS = ("resource_id", "company_id")


class HrEmployee(models.Model):
    """The gate: nobody leaves while something of the company is open.

    All paths end in :meth:`_check_departure`; it asks nobody for his rights, because the superuser that
    a wizard or an automation calls as is no reason to let a person go.
    """

    _inherit = "hr.employee"

    # Persons --------------------------------------------------------------------------------------

    def _get_clearance_people(self):
        """All records of each of these persons, archived ones and those of other companies included.

        The same user or the same work contact is the same person.
        :return: ``{employee id: employees}``, in sudo; two queries for any number
        """
        own = self.sudo().with_context(active_test=False)
        own.fetch(EMPLOYEE_FIELDS)
        others = own.search(
            [
                "|",
                ("user_id", "in", own.user_id.ids),
                ("work_contact_id", "in", own.work_contact_id.ids),
            ]
        )
        by_user = (own | others).filtered("user_id").grouped("user_id")
        by_contact = (own | others).filtered("work_contact_id").grouped("work_contact_id")
        return {
            employee.id: employee
            | by_user.get(employee.user_id, own.browse())
            | by_contact.get(employee.work_contact_id, own.browse())
            for employee in own
        }

    def _take_departure_guard(self):
        """Hold the advance dossiers of these employees, all in one statement."""
        dossiers = self._ensure_advance_dossiers().values()
        self.env["hr.control.dossier"].sudo().union(*dossiers)._take_guard()

    # The gate -------------------------------------------------------------------------------------

    def _check_departure(self, moving=False):
        """Refuse to let these employees go, or their records out of sight, while something is open.

        :param moving: the record changes its company or resource; the person stays, so no clearance is asked for
        :raises UserError: naming what is open, for the whole batch
        """
        if not self:
            return
        people = self._get_clearance_people()
        self.browse().sudo().union(*people.values())._take_departure_guard()
        blockers = self._get_departure_blockers(people, moving)
        if not any(blockers.values()):
            return
        held = self.sudo().filtered(lambda employee: blockers[employee.id])
        held._append_departure_refused({employee.id: blockers[employee.id] for employee in held})
        raise UserError(
            "\n".join(
                [
                    held._get_departure_headline(moving),
                    *(f"- {sentence}" for e in held for sentence in blockers[e.id]),
                    self.env._(
                        "Settle this, or have the clearance released by law: HR asks, the finance manager "
                        "approves. Nothing was changed."
                    ),
                ]
            )
        )

    def _get_departure_headline(self, moving):
        names = ", ".join(self[:5].mapped("name")) + (" …" if len(self) > 5 else "")
        if moving:
            return self.env._(
                "The record of %(employees)s cannot be moved yet. What is open:", employees=names
            )
        return self.env._("%(employees)s cannot leave yet. What is open:", employees=names)

    def _get_departure_blockers(self, people=None, moving=False):
        """What holds each of these employees, in sentences: ``{employee id: [sentence]}``.

        A clearance that was released by two persons lets its people go with what they owe.
        """
        people = people or self._get_clearance_people()
        everybody = self.browse().sudo().union(*people.values())
        clearances = everybody._get_standing_clearances()
        blockers = everybody._get_clearance_blockers()
        sentences = {}
        for employee in self.sudo():
            person = people[employee.id]
            clearance = next((clearances[e.id] for e in person if e.id in clearances), None)
            if clearance and clearance.state == "completed" and clearance.is_released:
                sentences[employee.id] = []
                continue
            sentences[employee.id] = [b.sentence for e in person for b in blockers[e.id]]
            if not moving:
                sentences[employee.id] += employee._get_clearance_sentences(clearance)
        return sentences

    def _get_clearance_sentences(self, clearance):
        """What of the checklist holds this employee; nothing when none was begun and none is required."""
        self.ensure_one()
        if clearance and clearance.state != "completed":
            return clearance._get_open_sentences()
        if not clearance and self.company_id.advance_clearance_required:
            return [
                self.env._(
                    "%(employee)s has no clearance: %(company)s asks one of every leaver. Start it on the employee.",
                    employee=self.name,
                    company=self.company_id.name,
                )
            ]
        return []

    def _get_standing_clearances(self):
        """Clearances that count for these employees: begun or completed, and not ended by a return.

        :return: ``{employee id: clearance}``, in sudo
        """
        clearances = (
            self.env["hr.employee.clearance"]
            .sudo()
            .search(
                [
                    ("employee_ids", "in", self.ids),
                    ("state", "!=", "cancelled"),
                    ("rehired_at", "=", False),
                ],
                order="id",
            )
        )
        return {
            employee.id: clearance
            for clearance in clearances
            for employee in clearance.with_context(active_test=False).employee_ids
        }

    def _append_departure_refused(self, blockers):
        """Keep on record, beyond the rollback, that somebody tried to let them go."""
        Event = self.env["hr.control.event"]
        dossiers = self._ensure_advance_dossiers()
        for employee in self:
            Event._append_after_rollback(
                [
                    {
                        "dossier": dossiers[employee.id],
                        "code": "clearance.departure_refused",
                        "data": {"open": len(blockers[employee.id])},
                        "names": {"employee": employee.name, "sentence": blockers[employee.id][0]},
                    }
                ],
                ("clearance.departure_refused", employee.id),
            )

    # Leaving and coming back ----------------------------------------------------------------------

    @api.constrains("active")
    def _check_departure_active(self):
        """Every way of archiving ends here, also the one by the resource that never calls ``write``."""
        leaving = self.filtered(lambda employee: not employee.active)
        leaving._check_departure()
        leaving._note_left()
        (self - leaving)._note_rehired()

    def _note_left(self):
        clearances = (
            self.env["hr.employee.clearance"]
            .sudo()
            .union(*self._get_standing_clearances().values())
        )
        clearances.filtered(lambda c: c.state == "completed")._note_left()

    def _note_rehired(self):
        """Whoever works here again is asked for the old debt again."""
        people = self.browse().sudo().union(*self._get_clearance_people().values())
        clearances = (
            self.env["hr.employee.clearance"]
            .sudo()
            .union(*people._get_standing_clearances().values())
        )
        clearances.filtered("left_at")._end_by_return()


class HrEmployeePaths(models.Model):
    """Ways out that do not touch ``active``."""

    _inherit = "hr.employee"

    def write(self, vals):
        # EXTENDS hr
        # who may not write learns nothing of what is open
        if self:  # nobody is asked for an empty set
            self.check_access("write")
        if not vals.get("active", True):
            self.filtered("active")._check_departure()
        moved = [name for name in MOVED_FIELDS if name in vals]
        if moved:
            self.filtered(
                lambda employee: any(employee[name].id != vals[name] for name in moved)
            )._check_departure(moving=True)
        return super().write(vals)

    def unlink(self):
        # EXTENDS hr: not an ``ondelete``, which a key in the client's context switches off
        if self:  # nobody is asked for an empty set
            self.check_access("unlink")
        self._check_departure()
        return super().unlink()

    def _get_departure_date(self):
        # EXTENDS hr: it reads the end of the contract, which an HR officer may not; it tells the day only
        return super(HrEmployeePaths, self.sudo())._get_departure_date()


class HrVersion(models.Model):
    _inherit = "hr.version"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS hr
        versions = super().create(vals_list)
        # asked of the result: a default in the context sets a day as well as a value does
        versions.sudo().filtered("departure_date").employee_id._check_departure()
        return versions

    def write(self, vals):
        # EXTENDS hr
        if {"departure_date", "employee_id"} & vals.keys():
            if self:  # nobody is asked for an empty set
                self.check_access("write")
            self._get_departing_employees(vals)._check_departure()
        return super().write(vals)

    def _get_departing_employees(self, vals):
        """Whom this change gives a day of departure: his own version one, or a version that has one becomes his."""
        departing = self.env["hr.employee"].sudo().with_context(active_test=False)
        for version in self.sudo():
            day = fields.Date.to_date(vals.get("departure_date", version.departure_date))
            employee = departing.browse(vals.get("employee_id", version.employee_id.id) or [])
            if day and (day != version.departure_date or employee != version.employee_id):
                departing |= employee
        return departing.exists()


class ResourceResource(models.Model):
    _inherit = "resource.resource"

    def write(self, vals):
        # EXTENDS resource: it archives its employee, or moves him, without asking the employee
        if self:  # nobody is asked for an empty set
            self.check_access("write")
        if not vals.get("active", True):
            self.filtered("active")._get_departing_employees()._check_departure()
        if "company_id" in vals:
            moving = self.filtered(lambda resource: resource.company_id.id != vals["company_id"])
            moving._get_departing_employees()._check_departure(moving=True)
        return super().write(vals)

    def unlink(self):
        # EXTENDS resource
        if self:  # nobody is asked for an empty set
            self.check_access("unlink")
        self._get_departing_employees()._check_departure()
        return super().unlink()

    def _get_departing_employees(self):
        return (
            self.env["hr.employee"]
            .sudo()
            .with_context(active_test=False)
            .search([("resource_id", "in", self.ids)])
            .sudo(self.env.su)
        )

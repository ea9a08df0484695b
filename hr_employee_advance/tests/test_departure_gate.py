from contextlib import contextmanager

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .clearance_common import ClearanceCommon

WHO = ("hr_officer", "hr_manager", "system")


@tagged("post_install", "-at_install")
class TestDepartureGate(ClearanceCommon):
    """One test per way out: refused with what is open, whoever tries; nobody else of the batch goes either."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.free = cls._create_employee(name="Owes Nothing")

    def setUp(self):
        super().setUp()
        self.advance = self._paid(1820.0)

    def _as(self, record, role):
        return record.with_user(getattr(self, role)).with_context(
            allowed_company_ids=self.company.ids
        )

    @contextmanager
    def _held(self, role):
        """The step fails with what is open, and afterwards everybody is where he was."""
        with self.subTest(role), self.assertRaisesRegex(UserError, r"1,820\.00.*advance"):
            yield
        self.env.invalidate_all()
        for employee in self.employee | self.free:
            self.assertTrue(employee.active)
            self.assertFalse(employee.departure_date)
            self.assertEqual(employee.company_id, self.company)

    def _everyone(self, step):
        for role in WHO:
            with self._held(role), self.env.cr.savepoint():
                step(role)

    # archiving ------------------------------------------------------------------------------------

    def test_write_active(self):
        self._everyone(lambda role: self._as(self.employee, role).write({"active": False}))

    def test_write_active_of_a_batch(self):
        both = self.employee | self.free
        self._everyone(lambda role: self._as(both, role).write({"active": False}))

    def test_action_archive(self):
        self._everyone(lambda role: self._as(self.employee, role).action_archive())

    def test_action_archive_without_wizard(self):
        self._everyone(
            lambda role: self._as(self.employee, role).with_context(no_wizard=True).action_archive()
        )

    def test_toggle_active(self):
        self._everyone(lambda role: self._as(self.employee, role).toggle_active())

    def test_web_save(self):
        self._everyone(
            lambda role: self._as(self.employee, role).web_save({"active": False}, {"id": {}})
        )

    def test_write_active_as_a_number(self):
        self._everyone(lambda role: self._as(self.employee, role).write({"active": 0}))

    def test_import(self):
        self.env["ir.model.data"].create(
            {
                "module": "__test__",
                "name": "leaver",
                "model": "hr.employee",
                "res_id": self.employee.id,
            }
        )
        for role in WHO:
            result = self._as(self.env["hr.employee"], role).load(
                ["id", "active"], [["__test__.leaver", "False"]]
            )
            self.assertFalse(result["ids"])
            self.assertIn("1,820.00", result["messages"][0]["message"])
            self.env.invalidate_all()
            self.assertTrue(self.employee.active)

    def test_superuser(self):
        """As the privacy wizard and automations do it."""
        with self._held("sudo"), self.env.cr.savepoint():
            self.employee.with_user(self.hr_officer).sudo().write({"active": False})

    def test_no_context_lifts_it(self):
        for key in ("_force_unlink", "no_wizard", "install_mode", "tracking_disable", "bypass"):
            with self._held(key), self.env.cr.savepoint():
                self._as(self.employee, "hr_manager").with_context(**{key: True}).write(
                    {"active": False}
                )

    def test_automation(self):
        """A server action that runs as the superuser."""
        action = self.env["ir.actions.server"].create(
            {
                "name": "Archive",
                "model_id": self.env["ir.model"]._get_id("hr.employee"),
                "state": "code",
                "code": "record.sudo().write({'active': False})",
            }
        )
        with self._held("action"), self.env.cr.savepoint():
            action.with_context(active_model="hr.employee", active_id=self.employee.id).run()

    def test_user_may_be_archived(self):
        """Archiving the user is right and not held: access may end early; the employee stays."""
        self.user.active = False
        self.assertTrue(self.employee.active)
        with self._held("hr_manager"), self.env.cr.savepoint():
            self._as(self.employee, "hr_manager").write({"active": False})

    # by the resource ------------------------------------------------------------------------------

    def test_resource_write(self):
        self._everyone(
            lambda role: self._as(self.employee.resource_id, role).write({"active": False})
        )

    def test_resource_archive(self):
        self._everyone(lambda role: self._as(self.employee.resource_id, role).action_archive())

    def test_resource_of_a_batch(self):
        both = (self.employee | self.free).resource_id
        self._everyone(lambda role: self._as(both, role).write({"active": False}))

    def test_resource_swap(self):
        gone = self.env["resource.resource"].create({"name": "Gone", "active": False})
        self._everyone(lambda role: self._as(self.employee, role).write({"resource_id": gone.id}))

    def test_resource_unlink(self):
        with self._held("sudo"), self.env.cr.savepoint():
            self.employee.resource_id.unlink()

    # by the day of departure ----------------------------------------------------------------------

    def test_departure_date(self):
        day = fields.Date.to_string(self.last_day)
        self._everyone(lambda role: self._as(self.employee, role).write({"departure_date": day}))

    def test_departure_date_of_the_version(self):
        version = self.employee.version_id
        self._everyone(
            lambda role: self._as(version, role).write({"departure_date": self.last_day})
        )

    def test_departure_date_of_a_new_version(self):
        day = fields.Date.to_string(fields.Date.today())
        self._everyone(
            lambda role: self._as(self.employee, role).create_version(
                {"date_version": day, "departure_date": day}
            )
        )

    def test_departure_date_of_a_created_version(self):
        vals = {
            "employee_id": self.employee.id,
            "date_version": fields.Date.today(),
            "departure_date": fields.Date.today(),
        }
        self._everyone(lambda role: self._as(self.env["hr.version"], role).create(vals))

    def test_departure_date_by_default(self):
        vals = {"employee_id": self.employee.id, "date_version": fields.Date.today()}
        self._everyone(
            lambda role: (
                self._as(self.env["hr.version"], role)
                .with_context(default_departure_date=fields.Date.today())
                .create(vals)
            )
        )

    def test_departed_version_becomes_his(self):
        self.free.departure_date = self.last_day
        version = self.free.create_version({"date_version": fields.Date.today()})
        version.departure_date = self.last_day
        for role in WHO:
            with self.subTest(role), self.assertRaisesRegex(UserError, "1,820"):
                self._as(version, role).write({"employee_id": self.employee.id})

    # deleting and moving --------------------------------------------------------------------------

    def test_unlink(self):
        self._everyone(lambda role: self._as(self.employee, role).unlink())

    def test_unlink_with_force(self):
        self._everyone(
            lambda role: self._as(self.employee, role).with_context(_force_unlink=True).unlink()
        )

    def test_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        for role in WHO:
            getattr(self, role).company_ids = [fields.Command.link(other.id)]
        self._everyone(lambda role: self._as(self.employee, role).write({"company_id": other.id}))

    def test_company_of_the_resource(self):
        other = self.env["res.company"].create({"name": "Other"})
        with self._held("sudo"), self.env.cr.savepoint():
            self.employee.resource_id.company_id = other

    def test_work_contact(self):
        contact = self.env["res.partner"].create({"name": "Somebody"})
        for role in WHO:
            with (
                self.subTest(role),
                self.assertRaisesRegex(UserError, "1,820"),
                self.env.cr.savepoint(),
            ):
                self._as(self.employee, role).write({"work_contact_id": contact.id})

    # Odoo's departure wizard ----------------------------------------------------------------------

    def _wizard(self, role, employees):
        return (
            self.env["hr.departure.wizard"]
            .with_user(getattr(self, role))
            .with_context(
                active_ids=employees.ids,
                employee_termination=True,
                allowed_company_ids=self.company.ids,
            )
            .create({"departure_date": self.last_day})
        )

    def test_wizard(self):
        self._everyone(lambda role: self._wizard(role, self.employee).action_register_departure())

    def test_wizard_of_a_batch(self):
        both = self.employee | self.free
        self._everyone(lambda role: self._wizard(role, both).action_register_departure())

    def test_wizard_that_only_records(self):
        def step(role):
            wizard = self._wizard(role, self.employee).with_context(employee_termination=False)
            wizard.action_register_departure()

        self._everyone(step)

    def test_wizard_shows_what_is_open(self):
        wizard = self._wizard("hr_officer", self.employee | self.free)
        self.assertIn("1,820.00", wizard.clearance_missing)
        self.assertFalse(self._wizard("hr_officer", self.free).clearance_missing)

    def test_wizard_lets_an_officer_through(self):
        """Odoo's own wizard fails for HR officers, at its first read of the contract's dates."""
        self.free.version_id.write({"contract_date_start": "2021-01-01"})
        self._wizard("hr_officer", self.free).action_register_departure()
        self.assertFalse(self.free.active)
        self.assertEqual(self.free.version_id.contract_date_end, self.last_day)

    def test_wizard_removes_no_user_for_an_officer(self):
        person = self._create_employee(self._create_user("clearance_free"))
        wizard = self._wizard("hr_officer", person)
        wizard.remove_related_user = True
        with self.assertRaises(UserError):
            wizard.action_register_departure()
        self.assertTrue(person.active and person.user_id.active)

    # what it tells to whom ------------------------------------------------------------------------

    def test_who_may_not_write_learns_nothing(self):
        record, version, resource = (
            self.employee,
            self.employee.version_id,
            self.employee.resource_id,
        )
        for role in ("colleague", "user", "finance", "auditor"):
            for step in (
                lambda role=role: self._as(record, role).write({"active": False}),
                lambda role=role: self._as(record, role).unlink(),
                lambda role=role: self._as(version, role).write({"departure_date": "2030-01-01"}),
                lambda role=role: self._as(resource, role).write({"active": False}),
            ):
                with (
                    self.subTest(role),
                    self.assertRaises(AccessError) as caught,
                    self.env.cr.savepoint(),
                ):
                    step()
                self.assertNotIn("1,820", str(caught.exception))

    # who is free ----------------------------------------------------------------------------------

    def test_nothing_open_may_leave(self):
        self._as(self.free, "hr_officer").write({"active": False})
        self.assertFalse(self.free.active)

    def test_a_contract_that_ends_is_ordinary(self):
        self.employee.version_id.write({"contract_date_start": "2021-01-01"})
        self._as(self.employee.version_id, "hr_manager").write({"contract_date_end": self.last_day})
        self.assertEqual(self.employee.version_id.contract_date_end, self.last_day)

    def test_everybody_needs_a_clearance_by_setting(self):
        self.company.advance_clearance_required = True
        with self.assertRaisesRegex(UserError, "has no clearance"):
            self._as(self.free, "hr_manager").write({"active": False})

    def test_the_last_cent_holds(self):
        self._return(self.advance, 1819.99)
        with self.assertRaisesRegex(UserError, r"0\.01"), self.env.cr.savepoint():
            self._as(self.employee, "hr_officer").write({"active": False})
        self._return(self.advance)
        self._as(self.employee, "hr_officer").write({"active": False})
        self.assertFalse(self.employee.active)

    def test_another_record_of_the_person_is_held_too(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.user.company_ids = [fields.Command.link(other.id)]
        twin = self.env["hr.employee"].create(
            {"name": "Twin", "company_id": other.id, "user_id": self.user.id}
        )
        with self.assertRaisesRegex(UserError, r"1,820\.00"):
            twin.active = False

    def test_request_under_way_holds(self):
        self._return(self.advance)
        second = self._submit(self._make_advance(300.0))
        with self.assertRaisesRegex(UserError, r"asked for.*300\.00"), self.env.cr.savepoint():
            self.employee.active = False
        self._approve(second)
        with self.assertRaisesRegex(UserError, r"300\.00.*approved"), self.env.cr.savepoint():
            self.employee.active = False

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .clearance_common import ClearanceCommon

ROLES = ("user", "manager", "colleague", "finance", "cashier", "hr_officer", "hr_manager", "system")
CONTEXTS = ({}, {"default_state": "completed"}, {"bypass": True, "_force_unlink": True})


@tagged("post_install", "-at_install")
class TestClearanceRights(ClearanceCommon):
    """What clients may not do, whichever role and context they come with."""

    def _refused(self, step):
        for role in ROLES:
            for context in CONTEXTS:
                with (
                    self.subTest(role=role, **context),
                    self.assertRaises(UserError),  # an AccessError is one
                    self.env.cr.savepoint(),
                ):
                    step(getattr(self, role), context)

    def test_nobody_makes_one_by_hand(self):
        vals = {
            "employee_id": self.employee.id,
            "company_id": self.company.id,
            "origin": "hr",
            "date_last": self.last_day,
            "state": "completed",
        }
        Clearance = self.env["hr.employee.clearance"]
        self._refused(lambda user, ctx: Clearance.with_user(user).with_context(**ctx).create(vals))

    def test_nobody_writes_what_was_decided(self):
        clearance = self._start()
        for values in (
            {"state": "completed"},
            {"is_released": True},
            {"left_at": fields.Datetime.now()},
            {"rehired_at": fields.Datetime.now()},
            {"employee_ids": [fields.Command.clear()]},
            {"company_ids": [fields.Command.clear()]},
            {"approval_id": False},
        ):
            with self.subTest(values):
                self._refused(
                    lambda user, ctx, values=values: (
                        clearance.with_user(user).with_context(**ctx).write(values)
                    )
                )

    def test_nobody_forges_a_signature(self):
        clearance = self._start()
        line = self._line(clearance, "finance")
        for values in (
            {"state": "signed"},
            {"signed_by_id": self.finance.id},
            {"figures": {"advances": []}},
            {"figures_hash": "0" * 64},
            {"kind": "it"},
            {"clearance_id": self._start(user=self.colleague, employee=self.colleague_employee).id},
        ):
            with self.subTest(values):
                self._refused(
                    lambda user, ctx, values=values: (
                        line.with_user(user).with_context(**ctx).write(values)
                    )
                )

    def test_nobody_adds_a_signed_line(self):
        clearance = self._start()
        vals = {
            "clearance_id": clearance.id,
            "name": "Extra",
            "kind": "it",
            "date_due": self.last_day,
            "state": "signed",
        }
        Line = self.env["hr.employee.clearance.line"]
        self._refused(lambda user, ctx: Line.with_user(user).with_context(**ctx).create(vals))

    def test_hr_adds_a_line_that_has_to_be_signed(self):
        clearance = self._start()
        self._sign(clearance, "manager", "it", "hr", "finance")
        clearance.with_user(self.hr_officer).write(
            {
                "line_ids": [
                    fields.Command.create(
                        {
                            "name": "Car",
                            "kind": "administration",
                            "date_due": self.last_day,
                            "responsible_ids": self.manager.ids,
                        }
                    )
                ]
            }
        )
        self.assertEqual(clearance.state, "open")

    def test_nobody_deletes(self):
        clearance = self._start()
        self._refused(lambda user, ctx: clearance.with_user(user).with_context(**ctx).unlink())
        self._refused(
            lambda user, ctx: clearance.line_ids.with_user(user).with_context(**ctx).unlink()
        )

    def test_superuser_writes_no_state_out_of_order(self):
        clearance = self._start()
        for state in ("ready", "completed"):
            with self.subTest(state), self.assertRaises(UserError), self.env.cr.savepoint():
                clearance.sudo().state = state

    def test_who_sees_it(self):
        clearance = self._start()
        for role in ("user", "manager", "it_user", "finance", "auditor", "hr_officer"):
            with self.subTest(role):
                found = self.env["hr.employee.clearance"].with_user(getattr(self, role)).search([])
                self.assertEqual(found, clearance)
                self.assertTrue(found.missing)
        for role in ("colleague", "cashier", "rules"):
            with self.subTest(role):
                Clearance = self.env["hr.employee.clearance"].with_user(getattr(self, role))
                self.assertFalse(Clearance.search([]))

    def test_another_company_sees_nothing(self):
        self._start()
        other = self.env["res.company"].create({"name": "Other"})
        for group in ("hr.group_hr_manager", "hr_employee_advance.group_advance_finance"):
            stranger = self._create_user(f"clearance_{group[:4]}", group, companies=other)
            for model in ("hr.employee.clearance", "hr.employee.clearance.line"):
                records = self.env[model].with_user(stranger)
                self.assertFalse(records.with_context(allowed_company_ids=other.ids).search([]))

    def test_waits_for_me(self):
        clearance = self._start()
        Clearance = self.env["hr.employee.clearance"].with_user(self.it_user)
        self.assertEqual(Clearance.search([("waits_for_me", "=", True)]), clearance)
        self._sign(clearance, "it")
        self.assertFalse(Clearance.search([("waits_for_me", "=", True)]))

    def test_wizard_of_somebody_else_is_closed(self):
        wizard = (
            self.env["hr.employee.clearance.start"]
            .with_user(self.user)
            .create({"employee_id": self.employee.id, "date_last": self.last_day, "reason": "Mine"})
        )
        with self.assertRaises(AccessError):
            wizard.with_user(self.colleague).action_start()

    def test_resignation_of_somebody_else_shows_nothing_of_his(self):
        self._paid(1820.0)
        wizard = (
            self.env["hr.employee.clearance.start"]
            .with_user(self.colleague)
            .create({"employee_id": self.employee.id, "date_last": self.last_day, "reason": "His"})
        )
        self.assertFalse(wizard.missing)

    def test_hr_of_another_company_sees_nothing_of_it(self):
        self._paid(1820.0)
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._create_user("clearance_stranger", "hr.group_hr_manager", companies=other)
        env = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        vals = {"employee_id": self.employee.id, "reason": "His"}
        self.assertFalse(env["hr.employee.clearance.start"].create(vals).missing)
        with self.assertRaises(AccessError):
            env["hr.departure.wizard"].create(
                {"employee_ids": [fields.Command.set(self.employee.ids)]}
            )

    def test_whoever_loses_his_user_is_still_the_leaver(self):
        leaver = self._create_employee(self.second_finance)
        clearance = self._start(user=self.second_finance, employee=leaver)
        leaver.user_id = False
        line = self._line(clearance, "finance")
        with self.assertRaises(UserError):
            line.with_user(self.hr_officer).responsible_ids = self.second_finance

    def test_menu_leads_to_the_form_then_to_the_clearance(self):
        Clearance = self.env["hr.employee.clearance"].with_user(self.user)
        self.assertEqual(
            Clearance.action_my_resignation()["res_model"], "hr.employee.clearance.start"
        )
        clearance = self._start()
        self.assertEqual(Clearance.action_my_resignation()["res_id"], clearance.id)

    def test_refusals_are_on_record(self):
        """They outlive the rollback; here only that they are handed over for it."""
        self._paid(1820.0)
        with self.assertRaises(UserError):
            self.employee.with_user(self.hr_officer).active = False
        pending = self.env.cr.postrollback.data["hr_control_base.refused"]
        rows = pending["clearance.departure_refused", self.employee.id]
        self.assertEqual(rows[0][0]["code"], "clearance.departure_refused")
        self.assertEqual(rows[0][0]["actor_uid"], self.hr_officer.id)


@tagged("post_install", "-at_install")
class TestClearanceQueries(ClearanceCommon):
    """The number of queries does not grow with the number of people."""

    def _count(self, step):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        step()
        return self.env.cr.sql_log_count - before

    def test_check_and_list(self):
        people = self.env["hr.employee"].create(
            [
                {"name": f"Leaver {n}", "company_id": self.company.id, "date_version": "2020-01-01"}
                for n in range(40)
            ]
        )
        Clearance = self.env["hr.employee.clearance"]
        reason, day = "Moves", self.last_day
        for employee in people:
            Clearance._open(employee, "hr", day, reason)
        clearances = Clearance.search([("employee_id", "in", people.ids)])
        few, many = clearances[:4], clearances

        def read(records):
            records.read(["missing", "amount_open", "progress_pct", "state", "is_late"])

        read(few)
        self.assertEqual(self._count(lambda: read(few)), self._count(lambda: read(many)))
        few_people, many_people = people[:4], people
        few_people._get_departure_blockers()
        self.assertEqual(
            self._count(few_people._get_departure_blockers),
            self._count(many_people._get_departure_blockers),
        )

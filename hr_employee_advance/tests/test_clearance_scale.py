from odoo.tests import tagged

from .clearance_common import ClearanceCommon

LIST = {
    "employee_id": {"fields": {"display_name": {}}},
    "date_last": {},
    "is_late": {},
    "waits_for_me": {},
    "progress_pct": {},
    "missing_count": {},
    "missing": {},
    "amount_open": {},
    "state": {},
}


@tagged("post_install", "-at_install")
class TestClearanceScale(ClearanceCommon):
    """What grows with the number of people is the answer, not the number of queries."""

    def _count(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        return self.env.cr.sql_log_count - before

    def _leavers(self, number):
        """People with a debt each, who leave; some signatures are there already."""
        people = self.env["hr.employee"]
        for index in range(number):
            user = self._create_user(f"scale_{number}_{index}")
            people |= self._create_employee(user, parent_id=self.manager_employee.id)
            self._paid(10.0 + index, user=user)
            clearance = self._start(user, people[-1:])
            if index % 2:
                self._line(clearance, "it").with_user(self.it_user).action_sign()
        return people

    def _measure(self, people):
        clearances = people.clearance_ids
        found = {
            "check": self._count(lambda: people._get_departure_blockers()),
            "balances": self._count(lambda: people._get_clearance_blockers()),
        }
        for role in ("finance", "hr_officer", "it_user", "manager"):
            records = clearances.with_user(getattr(self, role)).with_context(
                allowed_company_ids=self.company.ids
            )
            domain = [("id", "in", clearances.ids)]
            found[f"list of {role}"] = self._count(
                lambda records=records, domain=domain: records.web_search_read(domain, LIST)
            )
        return found

    def test_check_and_list_of_leavers_ask_as_often_for_many_as_for_few(self):
        few, many = self._leavers(3), self._leavers(9)
        self._measure(few)  # what is cached for good
        self.assertEqual(self._measure(many), self._measure(few))

    def test_the_gate_asks_as_often_for_many_as_for_few(self):
        people = self.env["hr.employee"]
        for _number in range(15):
            people |= self._create_employee()
        few, many = people[:3], people[3:]
        self._count(few._check_departure)
        self.assertEqual(self._count(many._check_departure), self._count(few._check_departure))

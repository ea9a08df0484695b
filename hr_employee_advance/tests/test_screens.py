from ast import literal_eval

from lxml import etree

from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import AdvanceCommon


@tagged("post_install", "-at_install")
class TestScreens(AdvanceCommon):
    """Every role opens what the menus show."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        level = cls.env["hr.control.level"].create({"name": "Senior"})
        region = cls.env["hr.control.region"].create({"name": "East"})
        cls.department.write({"control_is_store": True, "control_region_id": region.id})
        cls.employee.write(
            {
                "control_level_id": level.id,
                "work_location_id": cls.env["hr.work.location"]
                .create({"name": "Hall", "address_id": cls.company.partner_id.id})
                .id,
            }
        )
        cls.purpose.write(
            {
                "paper_ids": [Command.create({"name": "Offer", "minimum": 0})],
                "question_ids": [Command.create({"name": "What for?", "is_required": False})],
            }
        )
        cls.advance = cls._make_advance(partner_ids=cls.partner_a.ids)
        cls.advance.with_user(cls.user).action_submit()
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _get_readers(self):
        return (
            self.user,
            self.manager,
            self.finance,
            self.cashier,
            self.auditor,
            self.hr_officer,
            self.hr_manager,
        )

    def test_readers_open_the_form(self):
        for user in self._get_readers():
            with self.subTest(user.login):
                form = Form(self.advance.with_user(user))
                self.assertEqual(form.amount, 1000.0)
                self.assertEqual(form.level_id.id, self.advance.level_id.id)

    def test_readers_group_the_list(self):
        Advance = self.env["hr.employee.advance"]
        view = Advance.get_view(view_type="search")
        filters = etree.fromstring(view["arch"]).xpath("//filter[contains(@context, 'group_by')]")
        self.assertGreater(len(filters), 8)
        for user in self._get_readers():
            for one in filters:
                field = one.get("context").split("'")[3]
                with self.subTest(user=user.login, field=field):
                    groups = Advance.with_user(user).formatted_read_group(
                        [], [field], ["amount_company:sum"]
                    )
                    self.assertEqual(sum(group["amount_company:sum"] for group in groups), 1000.0)

    def test_filters_find(self):
        Advance = self.env["hr.employee.advance"]
        view = etree.fromstring(Advance.get_view(view_type="search")["arch"])
        found = {}
        for one in view.xpath("//filter[@domain]"):
            domain = one.get("domain").replace("uid", str(self.user.id))
            found[one.get("name")] = Advance.with_user(self.user).search_count(literal_eval(domain))
        self.assertEqual(
            {name: found[name] for name in ("mine", "my_turn", "pending", "draft", "refused")},
            {"mine": 1, "my_turn": 0, "pending": 1, "draft": 0, "refused": 0},
        )

    def test_list_of_forty_costs_what_a_list_of_five_does(self):
        people = [self._create_employee(parent_id=self.manager_employee.id) for _n in range(40)]
        for one in people:
            self._submit(self._make_advance(user=self.hr_officer, employee_id=one.id))
        Advance = self.env["hr.employee.advance"].with_user(self.manager)
        view = etree.fromstring(Advance.get_view(view_type="list")["arch"])
        names = set(view.xpath("/list/field/@name"))
        counts = []
        # the first round fills the caches of groups and rules
        for limit in (5, 5, 40):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found = Advance.web_search_read(
                [("request_state", "=", "submitted")],
                {
                    name: {"fields": {"display_name": {}}}
                    if Advance._fields[name].relational
                    else {}
                    for name in names
                },
                limit=limit,
            )
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(found["records"]), limit)
            self.assertTrue(all(record["my_turn"] for record in found["records"]))
        self.assertEqual(counts[1], counts[2])

    def test_who_keeps_rules_makes_them(self):
        with Form(self.env["hr.employee.advance.policy"].with_user(self.rules)) as form:
            form.job_id = self.job
            form.amount = 650.35
        self.assertEqual(form.record.name, "Salesperson")
        with Form(self.env["hr.employee.advance.purpose"].with_user(self.rules)) as form:
            form.name = "Fair"
            with form.paper_ids.new() as paper:
                paper.name = "Offer"
            with form.question_ids.new() as question:
                question.name = "What for?"
        copy = form.record.copy()
        self.assertEqual(copy.paper_ids.mapped("name"), ["Offer"])
        self.assertEqual(copy.question_ids.mapped("name"), ["What for?"])
        with Form(self.env["hr.employee.advance.step"].with_user(self.rules)) as form:
            form.name = "Board"
            form.amount_from = 5000.0
            form.user_ids.add(self.write_off)

    def test_shipped_purposes(self):
        purposes = [
            self.env.ref(f"hr_employee_advance.purpose_{name}")
            for name in ("customer_visit", "marketing", "travel", "small_purchase", "other")
        ]
        for purpose in purposes:
            self.assertEqual(purpose.settle_days, 15, purpose.name)
            self.assertTrue(purpose.question_ids, purpose.name)
            self.assertIn("settlement", purpose.paper_ids.mapped("stage"), purpose.name)
        self.assertEqual([purpose.customers_required for purpose in purposes], [True, *[False] * 4])

    def test_system_check_names_who_has_no_quota(self):
        Check = self.env["hr.control.check"]
        self.assertFalse(Check._get_employees_without_quota(self.company))
        self.policy.job_id = self.job
        self.assertIn(self.manager_employee, Check._get_employees_without_quota(self.company))
        self.assertNotIn(self.employee, Check._get_employees_without_quota(self.company))
        self.assertFalse(Check._get_companies_without_two_of_finance(self.company))
        (self.second_finance | self.write_off).active = False
        self.assertEqual(Check._get_companies_without_two_of_finance(self.company), self.company)
        self.assertEqual(len(Check._get_advance_checks()), 3)

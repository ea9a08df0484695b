from itertools import combinations

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import ControlCase, make_position_rule


@tagged("post_install", "-at_install")
class TestPositionRule(ControlCase):
    control_test_models = (make_position_rule,)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rule = cls.env["control.test.rule"]
        cls.level = cls.env["hr.control.level"].create({"name": "Senior"})
        cls.job = cls.env["hr.job"].create({"name": "Salesperson", "company_id": cls.company.id})
        cls.sales = cls._create_department("Sales")
        cls.store = cls._create_department("North Store", cls.sales, control_is_store=True)
        cls.team = cls._create_department("Counter", cls.store)
        cls.user = cls._create_user("wang", companies=cls.companies)
        cls.employee = cls._create_employee(
            cls.user,
            department_id=cls.team.id,
            job_id=cls.job.id,
            control_level_id=cls.level.id,
            date_version="2020-01-01",
        )

    def _create_rule(self, **values):
        return self.Rule.create({"company_id": self.company.id, **values})

    def _resolve(self, company=None, user=None, day=None):
        user = user or self.user
        return self.Rule._resolve(user, company or self.company, day)[user.id]

    def _get_ranks(self):
        """Values of one rule per rank, the nearest to the person first."""
        return {
            "employee": {"employee_id": self.employee.id},
            "job and level": {"job_id": self.job.id, "level_id": self.level.id},
            "job": {"job_id": self.job.id},
            "level": {"level_id": self.level.id},
            "own department": {"department_id": self.team.id},
            "store": {"department_id": self.store.id},
            "top department": {"department_id": self.sales.id},
            "company": {},
        }

    def test_every_rank_beats_every_lower_rank(self):
        ranks = list(self._get_ranks().items())
        for (high_name, high), (low_name, low) in combinations(ranks, 2):
            for first, second in ((high, low), (low, high)):
                with self.subTest(f"{high_name} before {low_name}"):
                    # the weaker rule begins later: rank comes before recency
                    rules = {
                        id(values): self._create_rule(
                            **values, date_from="2021-01-01" if values is high else "2022-01-01"
                        )
                        for values in (first, second)
                    }
                    self.assertEqual(self._resolve(), rules[id(high)])
                    (rules[id(high)] | rules[id(low)]).unlink()

    def test_rank_beats_nearer_company(self):
        job = self._create_rule(level_id=self.level.id)
        self._create_rule(company_id=self.branch.id)
        self.assertEqual(self._resolve(self.branch), job)

    def test_company_before_parent_company(self):
        parent = self._create_rule()
        self.assertEqual(self._resolve(self.branch), parent)
        own = self._create_rule(company_id=self.branch.id)
        self.assertEqual(self._resolve(self.branch), own)
        self.assertEqual(self._resolve(), parent, "a rule of the branch never reaches up")

    def test_other_company_has_no_rule(self):
        self._create_rule(employee_id=self.employee.id)
        self._create_rule()
        self.assertFalse(self._resolve(self.other_company))

    def test_no_employee_reads_company_rule(self):
        rule = self._create_rule()
        self._create_rule(department_id=self.sales.id)
        self.assertEqual(self._resolve(user=self._create_user("guest")), rule)

    def test_no_rule_at_all(self):
        self.assertEqual(self.Rule._resolve(self.user, self.company), {self.user.id: self.Rule})
        self.assertEqual(self.Rule._resolve(self.env["res.users"], self.company), {})

    def test_archived_employee_counts_as_none(self):
        self._create_rule(employee_id=self.employee.id)
        company_rule = self._create_rule()
        self.employee.active = False
        self.assertEqual(self._resolve(), company_rule)

    def test_archived_rule_is_ignored(self):
        self._create_rule(active=False)
        self.assertFalse(self._resolve())

    def test_employee_of_the_documents_company(self):
        abroad = self._create_employee(self.user, self.branch)
        at_home = self._create_rule(employee_id=self.employee.id)
        in_branch = self._create_rule(employee_id=abroad.id, company_id=self.branch.id)
        self.assertEqual(self._resolve(), at_home)
        self.assertEqual(self._resolve(self.branch), in_branch)
        self.assertEqual(
            self.Rule.with_company(self.other_company)._resolve(self.user, self.company)[
                self.user.id
            ],
            at_home,
            "the active company plays no part",
        )

    def test_employee_of_parent_company_works_in_branch(self):
        rule = self._create_rule(job_id=self.job.id)
        self.assertEqual(self._resolve(self.branch), rule)

    def test_first_and_last_day_belong_to_the_rule(self):
        rule = self._create_rule(date_from="2024-03-10", date_to="2024-03-20")
        for day, expected in (
            ("2024-03-09", self.Rule),
            ("2024-03-10", rule),
            ("2024-03-20", rule),
            ("2024-03-21", self.Rule),
        ):
            self.assertEqual(self._resolve(day=fields.Date.to_date(day)), expected, day)

    def test_today_is_that_of_the_company(self):
        self.company.control_tz = "Asia/Shanghai"
        rule = self._create_rule(date_from="2024-03-10")
        with freeze_time("2024-03-09 15:59:00"):
            self.assertFalse(self._resolve())
        with freeze_time("2024-03-09 16:00:00"):
            self.assertEqual(self._resolve(), rule)

    def test_latest_first_day_wins_then_latest_rule(self):
        self._create_rule()
        dated = self._create_rule(date_from="2024-01-01")
        self.assertEqual(self._resolve(), dated, "a rule with a first day replaces one without")
        newer = self._create_rule(date_from="2024-01-01")
        self.assertEqual(self._resolve(), newer)
        self._create_rule(date_from="2023-12-31")
        self.assertEqual(self._resolve(), newer)

    def test_version_of_the_day(self):
        manager = self.env["hr.job"].create({"name": "Manager", "company_id": self.company.id})
        self.employee.create_version({"date_version": "2023-07-01", "job_id": manager.id})
        as_seller = self._create_rule(job_id=self.job.id)
        as_manager = self._create_rule(job_id=manager.id)
        for day, expected in (
            (
                "2019-12-31",
                as_seller,
            ),  # before the first version: the first one, as everywhere in Odoo
            ("2023-06-30", as_seller),
            ("2023-07-01", as_manager),
            ("2030-01-01", as_manager),
        ):
            self.assertEqual(self._resolve(day=fields.Date.to_date(day)), expected, day)

    def test_context_of_a_person(self):
        region = self.env["hr.control.region"].create({"name": "Guanzhong"})
        self.store.control_region_id = region
        guest = self._create_user("guest")
        contexts = self.env["hr.employee"]._get_control_context(self.user | guest, self.company)
        self.assertEqual(
            contexts[self.user.id],
            {
                "employee_id": self.employee.id,
                "department_id": self.team.id,
                "store_id": self.store.id,
                "region_id": region.id,
                "job_id": self.job.id,
                "level_id": self.level.id,
            },
        )
        self.assertEqual(set(contexts[guest.id].values()), {False})
        self.sales.control_is_store = True
        context = self.env["hr.employee"]._get_control_context(self.user, self.company)[
            self.user.id
        ]
        self.assertEqual(context["store_id"], self.store.id, "the nearest store counts")

    def test_one_query_for_any_number_of_users(self):
        self._create_rule(department_id=self.sales.id)
        users = self.env["res.users"].create(
            [{"name": f"U{i}", "login": f"control_u{i}"} for i in range(40)]
        )
        self.env["hr.employee"].create(
            [
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": self.company.id,
                    "department_id": self.team.id,
                }
                for user in users
            ]
        )
        self.env.flush_all()
        today = self.company._company_today()
        for batch in (users[0], users):
            with self.assertQueryCount(1):
                rules = self.Rule._resolve(batch, self.company, today)
            self.assertEqual(len(rules), len(batch))
            self.assertTrue(all(rules.values()))
            with self.assertQueryCount(1):
                self.env["hr.employee"]._get_control_context(batch, self.company, today)

    def test_employees_with_and_without_a_user(self):
        nobody = self.env["hr.employee"].create(
            {"name": "No Login", "company_id": self.company.id, "department_id": self.team.id}
        )
        company_rule = self._create_rule()
        self.assertEqual(self._resolve(user=nobody), company_rule)
        store_rule = self._create_rule(department_id=self.store.id)
        own = self._create_rule(employee_id=self.employee.id)
        people = nobody | self.employee
        today = self.company._company_today()
        self.env.flush_all()
        with self.assertQueryCount(1):
            rules = self.Rule._resolve(people, self.company, today)
        self.assertEqual(rules, {nobody.id: store_rule, self.employee.id: own})
        with self.assertQueryCount(1):
            context = self.env["hr.employee"]._get_control_context(people, self.company, today)
        self.assertEqual(context[nobody.id]["store_id"], self.store.id)
        self.assertEqual(context[self.employee.id]["job_id"], self.job.id)

    def test_two_employees_of_one_user_keep_their_own_rules(self):
        second = self._create_employee(self.user, self.branch)
        rule = self._create_rule(employee_id=second.id, company_id=self.branch.id)
        company_rule = self._create_rule()
        self.assertEqual(
            self.Rule._resolve(self.employee | second, self.branch),
            {self.employee.id: company_rule, second.id: rule},
        )

    def test_archived_employee_keeps_his_rule_when_asked_for(self):
        own = self._create_rule(employee_id=self.employee.id)
        self.employee.active = False
        self.assertEqual(self._resolve(user=self.employee), own)

    @mute_logger("odoo.sql_db")
    def test_rule_for_one_position_only(self):
        from psycopg2.errors import CheckViolation

        for values in (
            {"employee_id": self.employee.id, "job_id": self.job.id},
            {"department_id": self.team.id, "level_id": self.level.id},
        ):
            with self.assertRaises(CheckViolation), self.cr.savepoint():
                self._create_rule(**values).flush_recordset()

    def test_name_says_whom_it_is_for(self):
        self.assertEqual(self._create_rule().name, self.company.name)
        self.assertEqual(
            self._create_rule(job_id=self.job.id, level_id=self.level.id).name,
            "Salesperson, Senior",
        )


@tagged("post_install", "-at_install")
class TestCompanyTimeZone(ControlCase):
    def test_default_time_zone(self):
        self.assertEqual(
            self.env["res.company"]
            .create({"name": "A", "country_id": self.env.ref("base.cn").id})
            .control_tz,
            "Asia/Shanghai",
        )
        company = self.env["res.company"].create({"name": "B"})
        self.assertEqual(company.control_tz, company.resource_calendar_id.tz or "UTC")
        company.control_tz = "Asia/Tokyo"
        company.flush_recordset()
        company.resource_calendar_id.tz = "Europe/Paris"
        self.assertEqual(company.control_tz, "Asia/Tokyo")

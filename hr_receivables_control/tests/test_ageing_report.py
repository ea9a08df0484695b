from datetime import timedelta
from io import BytesIO

from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, freeze_time, new_test_user, tagged

from .ageing_common import AgeingCommon


class AgeingReportCommon(AgeingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._create_user("credit_accountant", "account.group_account_readonly")

    def _get_lines(self, day, user=None, companies=None):
        Line = self.env["credit.ageing.line"].with_user(user or self.accountant)
        if companies:
            Line = Line.with_context(allowed_company_ids=companies.ids)
        # the day is no part of the key of the cache
        Line.invalidate_model()
        return Line.with_context(ageing_date=str(self._day(day))).search([])

    def _get_sums(self, day, *names, user=None, companies=None):
        lines = self._get_lines(day, user, companies)
        return lines._read_group([], names, ["residual:sum"])

    def _report(self, user=None, **values):
        Report = self.env["credit.ageing.report"].with_user(user or self.accountant)
        with Form(Report) as form:
            for name, value in values.items():
                setattr(form, name, value)
        return form.record


@tagged("post_install", "-at_install")
class TestAgeingReport(AgeingReportCommon):
    """Ages, whose they are, who sees them, and the ledger beside them."""

    def test_each_age_begins_on_its_day(self):
        at = self._day("06-30")
        for days, bucket in (
            (-1, "d000"),
            (0, "d000"),
            (1, "d001"),
            (30, "d001"),
            (31, "d031"),
            (60, "d031"),
            (61, "d061"),
            (90, "d061"),
            (91, "d091"),
            (180, "d091"),
            (181, "d181"),
            (900, "d181"),
        ):
            move = self._bill(650.35, "2020-01-01", str(at - timedelta(days=days)))
            line = self._get_lines("06-30").filtered(lambda row, move=move: row.move_id == move)
            self.assertRecordValues(
                line,
                [
                    {
                        "bucket": bucket,
                        "days_overdue": max(days, 0),
                        "residual": 650.35,
                        "amount_overdue": 650.35 if days > 0 else 0.0,
                        f"amount_{bucket}": 650.35,
                        "at": at,
                        "line_id": self._items(move).id,
                    }
                ],
            )
            amounts = [line[name] for name in line._fields if name.startswith("amount_")]
            self.assertEqual(sum(amounts), 650.35 * (2 if days > 0 else 1))

    def test_a_leap_day(self):
        self._bill(100.0, "2024-01-29", "2024-02-28")
        self.assertEqual(self._get_lines("2024-02-28").bucket, "d000")
        self.assertEqual(self._get_lines("2024-02-29").days_overdue, 1)
        self.assertEqual(self._get_lines("2024-03-29").bucket, "d001")
        self.assertEqual(self._get_lines("2024-03-30").bucket, "d031")

    def test_credits_stand_apart_whatever_their_age(self):
        self._bill(1000.0, "01-10", "02-09")
        self._pay_on_account(400.0, partner=self.contact, date=self._day("01-05"))
        self.assertEqual(
            self._get_sums("06-30", "partner_id", "bucket"),
            [(self.customer, "credit", -400.0), (self.customer, "d091", 1000.0)],
        )
        self.assertEqual(sum(self._get_lines("06-30").mapped("amount_overdue")), 1000.0)

    def test_foreign_money_stands_beside_and_what_rates_left_apart(self):
        euro = self._create_falling_euro()
        invoice = self._bill(1000.0, "01-10", "01-31", currency_id=euro.id)
        self.assertRecordValues(
            self._get_lines("02-14"),
            [
                {
                    "residual": 500.0,
                    "residual_currency": 1000.0,
                    "currency_id": euro.id,
                    "bucket": "d001",
                }
            ],
        )
        self._pay_on("02-15", invoice, currency_id=euro.id)
        self.assertRecordValues(
            self._get_lines("02-15"),
            [{"residual": 100.0, "bucket": "exchange", "days_overdue": 0, "amount_overdue": 0.0}],
        )
        self.assertFalse(self._get_lines("02-28"))

    def test_today_is_the_companys(self):
        self._bill(100.0, "01-10", "02-10")
        self.company.control_tz = "Asia/Shanghai"
        Line = self.env["credit.ageing.line"].with_user(self.accountant)
        for moment, days in (("2023-02-10 15:59:59", 0), ("2023-02-10 16:00:00", 1)):
            with freeze_time(moment):
                Line.invalidate_model()
                self.assertEqual(Line.search([]).days_overdue, days)

    # By whom ------------------------------------------------------------------------------------

    def test_by_salesperson_team_and_store(self):
        team = self.env["crm.team"].create({"name": "East", "company_id": self.company.id})
        self.env["crm.team.member"].create({"crm_team_id": team.id, "user_id": self.salesman.id})
        self.customer.user_id = self.salesman
        self._bill(1000.0, "01-10", invoice_user_id=self.salesman.id)
        self._bill(200.0, "01-10", invoice_user_id=self.colleague.id, team_id=False)
        self._entry_on("01-12", 50.0)
        lines = self._get_lines("06-30")
        self.assertEqual(
            sorted(
                (row.user_id.login, row.team_id.name, row.store_id.name, row.residual)
                for row in lines.sudo()
            ),
            [
                ("credit_colleague", False, False, 200.0),
                ("credit_salesman", "East", "Store East", 50.0),
                ("credit_salesman", "East", "Store East", 1000.0),
            ],
        )

    def test_the_store_of_that_day(self):
        other = self.env["hr.department"].create(
            {"name": "Store West", "company_id": self.company.id, "control_is_store": True}
        )
        self.salesman_employee.version_id.date_version = "2022-01-01"
        self.salesman_employee.create_version(
            {"date_version": "2023-07-01", "department_id": other.id}
        )
        self._bill(1000.0, "01-10", invoice_user_id=self.salesman.id)
        self.assertEqual(self._get_lines("06-30").store_id, self.store)
        self.assertEqual(self._get_lines("07-01").store_id, other)

    def test_the_grade_of_that_day(self):
        self._bill(1000.0, "01-10")
        good, bad = self.env["credit.grade"].create(
            [
                {"name": "Good", "min_score": 71, "company_id": self.company.id},
                {"name": "Bad", "min_score": 1, "company_id": self.company.id},
            ]
        )
        self.env["credit.score"].create(
            [
                {
                    "account_id": self.account.id,
                    "company_id": self.company.id,
                    "date": self._day(day),
                    "valid_to": self._day("12-31"),
                    "grade_id": grade.id,
                }
                for day, grade in (("03-01", good), ("05-01", bad))
            ]
        )
        for day, grade in (
            ("02-28", bad.browse()),
            ("03-01", good),
            ("04-30", good),
            ("05-01", bad),
        ):
            self.assertEqual(self._get_lines(day).grade_id, grade, day)

    def test_branches_keep_their_own_books_and_share_the_customer(self):
        branch = self.env["res.company"].create({"name": "East", "parent_id": self.company.id})
        self.cr.precommit.run()  # its chart of accounts
        self.accountant.company_ids += branch
        invoice = self._bill(1000.0, "01-10")
        other = self._bill(300.0, "01-10", post=False)
        other.company_id = branch
        other.action_post()
        both = self.company + branch
        self.assertEqual(
            self._get_sums("06-30", "company_id", "credit_account_id", companies=both),
            [(self.company, self.account, 1000.0), (branch, self.account, 300.0)],
        )
        self.assertEqual(self._get_lines("06-30", companies=branch).move_id, other)
        self.assertEqual(self._get_lines("06-30", companies=self.company).move_id, invoice)

    # Who sees it --------------------------------------------------------------------------------

    def test_salespeople_see_their_own_customers(self):
        self.customer.user_id = self.salesman
        self.partner_a.user_id = self.colleague
        self.partner_b.user_id = self.colleague
        own = self._bill(1000.0, "01-10", invoice_user_id=False)
        sold = self._bill(200.0, "01-10", partner=self.partner_a, invoice_user_id=self.salesman.id)
        other = self._bill(30.0, "01-10", partner=self.partner_b, invoice_user_id=self.colleague.id)
        nobody = self._entry_on("01-12", 4.0, post=False)
        nobody.line_ids.partner_id = False
        nobody.action_post()
        seen = self._get_lines("06-30", user=self.salesman)
        self.assertEqual(seen.move_id, own + sold)
        for user in (self.colleague, self.controller, self.accountant):
            self.assertEqual(
                self._get_lines("06-30", user=user).move_id, own + sold + other + nobody
            )
        report = self._report(self.salesman, period="other", at=self._day("06-30"))
        self.assertEqual(report.total_ids.residual, 1200.0)
        with self.assertRaises(AccessError):
            report.read(["check_ids"])
        self.assertEqual(report._get_checks(report.at), [])

    def test_others_see_nothing(self):
        user = new_test_user(self.env, "credit_nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._get_lines("06-30", user=user)

    def test_another_company_is_out_of_sight(self):
        self._bill(1000.0, "01-10")
        stranger = self._create_company(name="Stranger")
        user = new_test_user(
            self.env,
            "credit_stranger",
            groups="account.group_account_readonly",
            company_id=stranger.id,
            company_ids=[Command.set(stranger.ids)],
        )
        self.assertFalse(self._get_lines("06-30", user=user, companies=stranger))
        with self.assertRaises(AccessError):
            self._get_lines("06-30", user=user, companies=self.company)

    # The screen ---------------------------------------------------------------------------------

    @freeze_time("2024-03-15")
    def test_ends_of_periods(self):
        for period, day in (
            ("today", "2024-03-15"),
            ("month", "2024-02-29"),
            ("quarter", "2023-12-31"),
            ("year", "2023-12-31"),
        ):
            self.assertEqual(str(self._report(period=period).at), day)
        report = self._report(period="other", at=self._day("06-30"))
        self.assertEqual(str(report.at), "2023-06-30")

    def test_the_ledger_stands_beside_it(self):
        self._bill(1000.0, "01-10", "02-09")
        account = self.receivable.copy({"code": "1220X", "non_trade": True})
        self._entry_on("01-15", 70.0, account=account)
        report = self._report(period="other", at=self._day("06-30"))
        self.assertRecordValues(
            report.total_ids,
            [{"company_id": self.company.id, "residual": 1000.0, "amount_d091": 1000.0}],
        )
        self.assertRecordValues(
            report.check_ids,
            [{"ledger": 1070.0, "non_trade": -70.0, "residual": 1000.0, "difference": 0.0}],
        )
        report.at = self._day("01-14")
        self.assertRecordValues(report.check_ids, [{"ledger": 1000.0, "difference": 0.0}])
        read = report.web_read({"check_ids": {"fields": {"ledger": {}}}})
        self.assertEqual([row["ledger"] for row in read[0]["check_ids"]], [1000.0])

    def test_whoever_computes_it_the_reader_sees_his_own(self):
        other = self._create_company(name="Other")
        self.salesman.company_ids += other
        self._bill(1000.0, "01-10", invoice_user_id=self.salesman.id)
        self.partner_a.user_id = self.colleague
        self._bill(30.0, "01-10", partner=self.partner_a, invoice_user_id=self.colleague.id)
        Report = self.env["credit.ageing.report"].with_user(self.salesman)
        report = Report.create({"period": "other", "at": self._day("06-30")})
        self.env(context={}).flush_all()  # as the superuser, and no company chosen
        self.assertRecordValues(
            report.total_ids, [{"company_id": self.company.id, "residual": 1000.0}]
        )
        self.assertFalse(report.sudo().check_ids)

    def test_every_figure_opens_its_items(self):
        move = self._bill(1000.0, "01-10")
        self._pay_on("08-01", move)
        action = self._report(
            period="other", at=self._day("06-30"), grouping="user_id"
        ).action_open()
        Line = self.env[action["res_model"]].with_user(self.accountant)
        line = Line.with_context(**action["context"]).search([])
        self.assertEqual(line.move_id, move)
        items = line.action_open_items()
        self.assertEqual(self.env[items["res_model"]].search(items["domain"]), self._items(move))
        self.assertEqual(line.action_open_document()["res_id"], move.id)

    def test_from_the_credit_account(self):
        self._bill(1000.0, "01-10", partner=self.contact)
        self._bill(30.0, "01-10", partner=self.partner_a)
        action = self.account.with_user(self.accountant).action_open_ageing()
        lines = self.env[action["res_model"]].with_user(self.accountant).search(action["domain"])
        self.assertEqual(lines.residual, 1000.0)

    def test_fifty_cost_as_many_queries_as_five(self):
        view = self.env.ref("hr_receivables_control.credit_ageing_line_view_list")
        names = self.env["credit.ageing.line"].get_views([(view.id, "list")])["models"]
        specification = {
            name: {"fields": {"display_name": {}}} if name.endswith("_id") else {}
            for name in names["credit.ageing.line"]["fields"]
            if name != "id"
        }
        Line = self.env["credit.ageing.line"].with_user(self.salesman)
        Line = Line.with_context(ageing_date=str(self._day("06-30")))

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found = Line.web_search_read([], specification, limit=500)
            return len(found["records"]), self.cr.sql_log_count - before

        partners = self.env["res.partner"].create([{"name": f"Customer {n}"} for n in range(50)])
        for partner in partners[:5]:
            self._bill(100.0, "01-10", partner=partner, invoice_user_id=self.salesman.id)
        count()
        few = count()
        values = {"invoice_user_id": self.salesman.id, "post": False}
        moves = (self._bill(100.0, "01-10", partner=partner, **values) for partner in partners[5:])
        self.env["account.move"].union(*moves).action_post()
        many = count()
        self.assertEqual((few[0], many[0]), (5, 50))
        self.assertEqual(few[1], many[1])


@tagged("post_install", "-at_install")
class TestAgeingWorkbook(AgeingReportCommon, HttpCase):
    """The report as a file of numbers."""

    def _download(self, user, **values):
        query = "&".join(f"{name}={value}" for name, value in values.items())
        return self._open(user, f"/hr_receivables_control/ageing?{query}")

    def _open(self, user, url):
        self.authenticate(user.login, user.login)
        return self.url_open(url)

    def test_numbers_are_numbers(self):
        self.customer.name = "=Good Customer"
        self.customer.user_id = self.salesman
        self._bill(650.35, "01-10", "02-09", invoice_user_id=self.salesman.id)
        self._bill(100.0, "01-10", "07-09", partner=self.partner_a, invoice_user_id=False)
        day = self._day("06-30")
        response = self._download(self.accountant, day=day)
        totals, items = load_workbook(BytesIO(response.content)).worksheets
        rows = [[cell.value for cell in row] for row in totals.iter_rows(min_row=2)]
        by_customer = {row[1]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
        self.assertEqual(by_customer["=Good Customer"]["91-180 Days"], 650.35)
        self.assertEqual(by_customer["Total"]["Open"], 750.35)
        self.assertEqual(by_customer["Trial Balance"]["Open"], 750.35)
        self.assertEqual(by_customer["Unexplained"]["Open"], 0)
        item = next(row for row in items.iter_rows(min_row=2) if row[0].value == "=Good Customer")
        self.assertEqual(item[0].data_type, "s")
        self.assertEqual((item[6].data_type, item[6].value), ("n", 650.35))
        self.assertEqual(fields.Date.to_date(item[3].value), self._day("02-09"))
        # a salesperson gets what he may see, without the ledger
        response = self._download(self.salesman, day=day, grouping="user_id")
        totals = load_workbook(BytesIO(response.content)).worksheets[0]
        names = [row[1].value for row in totals.iter_rows(min_row=3)]
        self.assertIn("credit_salesman", "".join(filter(None, names)))
        self.assertNotIn("Trial Balance", names)

    def test_from_the_screen(self):
        other = self._create_company(name="Other")
        self.accountant.company_ids += other
        Report = self.env["credit.ageing.report"].with_user(self.accountant)
        both = Report.with_context(allowed_company_ids=(self.company + other).ids)
        for report, companies in ((Report, self.company), (both, self.company + other)):
            action = report.create({"period": "other", "at": self._day("06-30")}).action_download()
            response = self._open(self.accountant, action["url"])
            totals = load_workbook(BytesIO(response.content)).worksheets[0]
            names = {row[0].value for row in totals.iter_rows(min_row=3)} - {None}
            self.assertEqual(names, set(companies.mapped("name")))
        self.assertEqual(self._open(self.salesman, action["url"]).status_code, 403)

    def test_by_each_grouping(self):
        self._bill(650.35, "01-10", invoice_user_id=self.salesman.id)
        for grouping, label in self.env["credit.ageing.line"]._get_groupings():
            response = self._download(self.accountant, day="2023-06-30", grouping=grouping)
            rows = list(load_workbook(BytesIO(response.content)).worksheets[0].values)
            self.assertEqual((rows[1][1], rows[2][2], rows[3][1]), (label, 650.35, "Total"))

    def test_nonsense_and_strangers_are_refused(self):
        user = new_test_user(self.env, "credit_nobody", groups="base.group_user")
        for login, values, status in (
            (self.accountant, {"day": "soon"}, 400),
            (self.accountant, {"day": "2023-06-30", "grouping": "line_id"}, 400),
            (self.accountant, {"day": "2023-06-30", "cids": "1,x"}, 400),
            (user, {"day": "2023-06-30"}, 403),
        ):
            self.assertEqual(self._download(login, **values).status_code, status, values)

from datetime import date
from io import BytesIO

from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import file_open

from .common import CreditCommon

LIMITS_ZH = ["客户", "信用额度", "额度有效期至", "预警比例（%）", "授信方式", "变更原因"]


@tagged("post_install", "-at_install")
class TestImport(CreditCommon):
    """Spreadsheets made of our own templates, read, tested and imported as the import screen does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_rule(0.0, employee_id=cls._create_employee(cls.controller).id)
        cls._create_rule(
            0.0, employee_id=cls._create_employee(cls.owner).id, customer_unlimited=True
        )
        cls.env["credit.authority"].search([("employee_id.user_id", "=", cls.controller.id)]).write(
            {"max_customer_limit": 5000.0, "max_grant_days": 30}
        )
        cls.vat_customer, cls.cash_customer = cls.env["res.partner"].create(
            [
                {"name": "Coastal Works", "is_company": True, "vat": "91610131MA6TXXXX0J"},
                {"name": "Corner Shop", "is_company": True, "ref": "C-0042"},
            ]
        )
        cls.env["res.partner"].create({"name": "Buyer", "parent_id": cls.vat_customer.id})

    def _import(self, rows, user=None, model="credit.account", dryrun=False, lang=None):
        """Fill in the template that the import screen offers, upload it, map its columns, run it."""
        env = self.env(user=user or self.controller)
        if lang:
            env = env(context=env.context | {"lang": lang})
        (template,) = env[model].get_import_templates()
        with file_open(template["template"].lstrip("/"), "rb") as file:
            book = load_workbook(file)
        for row in rows:
            book.active.append(row)
        buffer = BytesIO()
        book.save(buffer)
        wizard = env["base_import.import"].create(
            {
                "res_model": model,
                "file": buffer.getvalue(),
                "file_name": "template.xlsx",
                "file_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            }
        )
        options = {
            "has_headers": True,
            "float_thousand_separator": ",",
            "float_decimal_separator": ".",
            "date_format": "%Y-%m-%d",
            "limit": 2,
        }
        preview = wizard.parse_preview(options)
        self.headers = preview["headers"]
        columns = range(len(self.headers))
        self.mapped = ["/".join(preview["matches"].get(index) or []) for index in columns]
        result = wizard.execute_import(self.mapped, self.headers, options, dryrun=dryrun)
        self.env.invalidate_all()
        return result

    def _get_account(self, partner):
        return self.env["credit.account"]._find(partner, self.company)

    def assertRefused(self, result, row, *texts):
        self.assertFalse(result.get("ids"))
        messages = {
            message["message"]
            for message in result["messages"]
            if message.get("rows", {}).get("from", row) == row
        }
        self.assertTrue(messages, result["messages"])
        for text in texts:
            self.assertIn(text, "\n".join(messages))

    # Limits -------------------------------------------------------------------------------------

    def test_limits_by_name_vat_and_reference(self):
        rows = [
            ["Good Customer", 2000.5, date(2031, 12, 31), 70, None, "Yearly review"],
            ["91610131MA6TXXXX0J", 5000, None, None, None, "Yearly review"],
            ["C-0042", None, None, None, "Unlimited", "Group company"],
        ]
        tested = self._import(rows, user=self.owner, dryrun=True)
        self.assertEqual(tested["messages"], [])
        self.assertEqual(self.account.base_limit, 1000.0)
        self.assertFalse(self._get_account(self.vat_customer))
        result = self._import(rows, user=self.owner)
        self.assertEqual((result["messages"], result["nextrow"]), ([], 0))
        self.assertRecordValues(
            self.env["credit.account"].browse(result["ids"]).sudo(),
            [
                {
                    "partner_id": self.customer.id,
                    "mode": "limited",
                    "base_limit": 2000.5,
                    "valid_to": date(2031, 12, 31),
                    "near_pct": 70.0,
                },
                {
                    "partner_id": self.vat_customer.id,
                    "mode": "limited",
                    "base_limit": 5000.0,
                    "valid_to": False,
                    "near_pct": 80.0,
                },
                {
                    "partner_id": self.cash_customer.id,
                    "mode": "unlimited",
                    "base_limit": 0.0,
                    "valid_to": False,
                    "near_pct": 80.0,
                },
            ],
        )
        events = self.account.dossier_id.event_ids.filtered(lambda e: e.code == "credit.limit")
        self.assertEqual(len(events), 2)  # the first is the set-up

    def test_a_second_import_of_the_same_file_changes_nothing(self):
        rows = [["Good Customer", 2000, None, None, None, "Yearly review"]]
        self._import(rows)
        before = len(self.account.dossier_id.event_ids)
        self.assertEqual(self._import(rows)["messages"], [])
        self.assertEqual(len(self.account.dossier_id.event_ids), before)

    def test_a_cent_above_the_ceiling_is_asked_for(self):
        rows = [
            ["Good Customer", 5000, None, None, None, "Yearly review"],
            ["C-0042", 5000.01, date(2031, 6, 30), None, None, "Large project"],
        ]
        tested = self._import(rows, dryrun=True)
        (warning,) = tested["messages"]
        self.assertEqual((warning["type"], warning["rows"]["from"]), ("warning", 1))
        self.assertIn("5,000.01", warning["message"])
        self.assertFalse(self.env["credit.grant"].search([("kind", "=", "base")]))
        self.assertEqual(self._import(rows)["messages"], [])
        self.assertEqual(self.account.base_limit, 5000.0)
        account = self._get_account(self.cash_customer)
        self.assertEqual((account.mode, account.base_limit), ("cash_only", 0.0))
        self._import(rows)
        grant = self.env["credit.grant"].search([("kind", "=", "base")])
        self.assertEqual(
            (grant.amount, grant.state, grant.requester_id), (5000.01, "asked", self.controller)
        )
        grant.approval_id.with_user(self.owner).action_approve()
        self.assertRecordValues(
            account,
            [{"mode": "limited", "base_limit": 5000.01, "valid_to": date(2031, 6, 30)}],
        )

    def test_half_a_sheet_is_never_imported(self):
        good = [f"Customer {number}" for number in range(4)]
        self.env["res.partner"].create([{"name": name} for name in good])
        rows = [[name, 500, None, None, None, "Opening"] for name in good]
        for bad, *texts in [
            (["Nobody Ltd", 500, None, None, None, "Opening"], "Nobody Ltd", "no customer"),
            (["C-0042", -0.01, None, None, None, "Opening"], "Corner Shop", "below zero"),
            (["C-0042", None, None, None, None, "Opening"], "Corner Shop", "has no limit"),
            (["C-0042", 500, None, None, None, None], "Corner Shop", "Say why"),
            (["C-0042", "much", None, None, None, "Opening"], "base_limit", "much"),
            (["C-0042", None, None, None, "Unlimited", "Opening"], "Corner Shop", "unlimited"),
            ([None, 500, None, None, None, "Opening"], "whose limit"),
            (["Customer 1", 500, None, None, None, "Opening"], "Customer 1", "row 3"),
            (["Buyer", 500, None, None, None, "Opening"], "no customer"),
            (["Coastal Works, Buyer", 500, None, None, None, "Opening"], "is a contact of"),
        ]:
            with self.subTest(bad=bad):
                self.assertRefused(self._import([*rows, bad]), 4, *texts)
                partners = self.env["res.partner"].search([("name", "in", good)])
                self.assertFalse(self._get_account(partners).filtered("base_limit"))

    def test_two_customers_of_one_name_are_not_guessed(self):
        self.env["res.partner"].create([{"name": "Twin", "ref": ref} for ref in ("T1", "T2")])
        result = self._import([["Twin", 500, None, None, None, "Opening"]])
        self.assertRefused(result, 0, "Twin (T1)", "Twin (T2)")
        result = self._import([["T2", 500, None, None, None, "Opening"]])
        account = self.env["credit.account"].browse(result["ids"])
        self.assertEqual((account.partner_id.ref, account.base_limit), ("T2", 500.0))

    def test_a_suspension_is_lifted_by_its_name_only(self):
        self._create_account(self.customer, 1000.0, mode="suspended")
        row = ["Good Customer", 900, None, None, None, "Paid"]
        self.assertRefused(self._import([row]), 0, "Good Customer", "suspended")
        row[4] = "Limited"
        self.assertTrue(self._import([row])["ids"])
        self.assertEqual((self.account.mode, self.account.base_limit), ("limited", 900.0))

    def test_beyond_everybodys_ceiling(self):
        self.env["credit.authority"].search([]).write({"customer_unlimited": False})
        result = self._import([["Good Customer", 9000, None, None, None, "Project"]])
        self.assertRefused(result, 0, "9,000.00")

    def test_a_salesperson_imports_nothing(self):
        with self.assertRaises(AccessError):
            self.env["credit.account"].with_user(self.salesman).with_context(
                import_file=True
            )._load_records([{"values": {"partner_id": self.customer.id}, "info": {}}])
        self.assertEqual(self.account.base_limit, 1000.0)

    def test_chinese_columns(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["hr_receivables_control"], ["zh_CN"])
        row = ["Good Customer", 800, None, 75, "限额", "年度评审"]
        result = self._import([row], lang="zh_CN")
        self.assertEqual(self.headers, LIMITS_ZH)
        self.assertEqual((result["messages"], self.account.base_limit), ([], 800.0))
        self.assertEqual(self.account.change_reason, "年度评审")

    def test_columns_of_the_templates(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        modules = ["hr_control_base", "hr_receivables_control"]
        self.env["ir.module.module"]._load_module_terms(modules, ["zh_CN"])
        for lang in ("en_US", "zh_CN"):
            self._import([["Good Customer", 800]], lang=lang, dryrun=True)
            self.assertEqual(
                self.mapped,
                [
                    "partner_id",
                    "base_limit",
                    "valid_to",
                    "near_pct",
                    "mode",
                    "change_reason",
                ],
            )
            self._import([[None] * 6 + [1]], lang=lang, model="credit.authority", dryrun=True)
            self.assertEqual(
                self.mapped,
                [
                    "employee_id",
                    "job_id",
                    "level_id",
                    "department_id",
                    "date_from",
                    "date_to",
                    "order_limit",
                    "customer_limit",
                    "pool_limit",
                    "near_pct",
                    "max_over_amount",
                    "over_unlimited",
                    "max_over_pct",
                    "max_grant_days",
                    "max_customer_limit",
                    "customer_unlimited",
                    "release_deviation_pct",
                    "max_emergency_amount",
                    "max_emergency_hours",
                ],
            )

    # Authority rules ----------------------------------------------------------------------------

    def _get_row(self, **cells):
        """A row of the template for rules, other cells empty."""
        order = ["employee", "job", "level", "department", "date_from", "date_to", "order_limit"]
        order += ["customer_limit", "pool_limit", "near_pct", "over_amount", "any_excess"]
        order += ["over_pct", "days", "limit", "any_limit", "deviation", "emergency", "hours"]
        return [cells.get(name) for name in order]

    def _import_rules(self, *rows, **options):
        options = {"user": self.owner, "model": "credit.authority"} | options
        return self._import([self._get_row(**row) for row in rows], **options)

    def test_rules(self):
        self.env["hr.job"].create({"name": "Consultant", "company_id": self.company.id})
        result = self._import_rules(
            {"job": "Consultant", "date_from": date(2031, 1, 1), "order_limit": 0},
            {"department": "Store East", "over_amount": 650.35, "any_limit": "yes", "days": 3},
        )
        self.assertEqual(result["messages"], [])
        self.assertRecordValues(
            self.env["credit.authority"].browse(result["ids"]),
            [
                {
                    "name": "Consultant",
                    "date_from": date(2031, 1, 1),
                    "limit_order": True,
                    "order_limit": 0.0,
                    "limit_pool": False,
                    "limit_by_pct": False,
                    "near_pct": 80.0,
                    "max_grant_days": 7,
                    "customer_unlimited": False,
                },
                {
                    "name": "Store East",
                    "date_from": False,
                    "limit_order": False,
                    "order_limit": 0.0,
                    "limit_pool": False,
                    "limit_by_pct": False,
                    "near_pct": 80.0,
                    "max_grant_days": 3,
                    "customer_unlimited": True,
                },
            ],
        )

    def test_half_a_sheet_of_rules_is_never_imported(self):
        good = {"department": "Store East", "over_amount": 650.35}
        self.env["hr.job"].create({"name": "Consultant", "company_id": self.company.id})
        before = self.env["credit.authority"].search_count([])
        for bad, *texts in [
            ({"department": "Store West"}, "Store West"),
            ({"department": "Store East", "job": "Consultant"}, "Make two rules instead"),
            ({"job": "Consultant", "over_amount": -0.01}, "Highest Excess Released: -0.01"),
            ({"department": "Store East", "over_amount": 1}, "Store East", "already"),
        ]:
            with self.subTest(bad=bad):
                self.assertRefused(self._import_rules(good, bad), 1, *texts)
                self.assertEqual(self.env["credit.authority"].search_count([]), before)

    def test_a_department_of_two_names_is_not_guessed(self):
        self.env["hr.department"].create(
            [{"name": "Depot", "company_id": self.company.id} for _ in range(2)]
        )
        result = self._import_rules({"department": "Depot", "over_amount": 1})
        self.assertRefused(result, 0, "Depot")

    def test_a_controller_imports_no_rules(self):
        result = self._import_rules({"department": "Store East"}, user=self.controller)
        self.assertFalse(result["ids"])
        self.assertIn("Credit Authority Rule", result["messages"][0]["message"])

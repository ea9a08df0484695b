from io import BytesIO

from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .common import AdvanceCommon


@tagged("post_install", "-at_install")
class TestQuotaImport(AdvanceCommon):
    """Quotas from the spreadsheet that the import screen offers, in both languages."""

    def _import(self, rows, lang="en_US", user=None):
        """Fill in the template, upload it, let Odoo match the columns, import."""
        env = self.env(user=user or self.rules)
        env = env(context=env.context | {"lang": lang})
        policies = env["hr.employee.advance.policy"]
        with file_open(
            policies.get_import_templates()[0]["template"].lstrip("/"), "rb"
        ) as template:
            book = load_workbook(template)
        for row in rows:
            book.active.append(row)
        buffer = BytesIO()
        book.save(buffer)
        wizard = env["base_import.import"].create(
            {
                "res_model": policies._name,
                "file": buffer.getvalue(),
                "file_name": "quotas.xlsx",
                "file_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            }
        )
        options = {
            "has_headers": True,
            "float_thousand_separator": ",",
            "float_decimal_separator": ".",
            "date_format": "%Y-%m-%d",
        }
        preview = wizard.parse_preview(options)
        headers = preview["headers"]
        columns = ["/".join(preview["matches"].get(index) or []) for index in range(len(headers))]
        self.assertTrue(all(columns), headers)
        result = wizard.execute_import(columns, headers, options)
        return result["messages"], self.env["hr.employee.advance.policy"].browse(
            result["ids"] or []
        )

    def test_columns_in_both_languages(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        rows = [
            [None, "Salesperson", None, None, 6000.01, 8000, 3, "False", "True", 15, None, None],
            [None, None, None, "Sales East", 500, None, None, "True", "False", None, None, None],
        ]
        for lang in ("en_US", "zh_CN"):
            messages, rules = self._import(rows, lang)
            self.assertFalse(messages)
            self.assertRecordValues(
                rules,
                [
                    {
                        "job_id": self.job.id,
                        "department_id": False,
                        "amount": 6000.01,
                        "monthly_amount": 8000.0,
                        "max_open_count": 3,
                        "block_if_open": False,
                        "block_if_overdue": True,
                        "settlement_days": 15,
                    },
                    {
                        "job_id": False,
                        "department_id": self.department.id,
                        "amount": 500.0,
                        "monthly_amount": 0.0,
                        "max_open_count": 0,
                        "block_if_open": True,
                        "block_if_overdue": False,
                        "settlement_days": 30,
                    },
                ],
            )
            rules.unlink()

    def test_what_makes_no_sense_is_named(self):
        both = [None, "Salesperson", None, "Sales East", 1, None, None, None, None, 1, None, None]
        with mute_logger("odoo.sql_db"):
            messages, rules = self._import([both])
        self.assertFalse(rules)
        self.assertIn("Make two rules instead", messages[0]["message"])
        messages, rules = self._import([[None, "No Such Job", None, None, 1] + [None] * 7])
        self.assertFalse(rules)
        self.assertIn("No Such Job", messages[0]["message"])

    def test_only_those_who_keep_rules(self):
        row = [None, "Salesperson", None, None, 1, None, None, None, None, 1, None, None]
        for user in (self.user, self.finance, self.hr_manager):
            try:
                messages, rules = self._import([row], user=user)
            except AccessError:
                continue
            self.assertFalse(rules, user.login)
            self.assertIn("not allowed", messages[0]["message"])

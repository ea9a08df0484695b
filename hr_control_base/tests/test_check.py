from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.orm.model_classes import add_to_registry
from odoo.orm.models import MetaModel
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import ApprovalCase


@tagged("post_install", "-at_install")
class TestSystemCheck(ApprovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.checker = cls._create_user("checker", groups="hr_control_base.group_control_manager")

    def _get_checks(self, company=None):
        Check = self.env["hr.control.check"].with_user(self.checker)
        checks = Check.with_context(allowed_company_ids=(company or self.company).ids)._get_checks()
        self.assertEqual(len(checks), len({check["code"] for check in checks}))
        return {check["code"]: check for check in checks}

    def _open(self, user=None):
        Line = self.env["hr.control.check.line"].with_user(user or self.checker)
        specification = {"code": {}, "severity": {}, "message": {}, "has_action": {}}
        return {row["code"]: row for row in Line.web_search_read([], specification)["records"]}

    def test_every_line_has_a_sentence(self):
        for check in self._get_checks().values():
            self.assertIn(check["severity"], ("ok", "warning", "problem"))
            self.assertNotIn("%", check["message"])
            self.assertTrue(check["area"])

    def test_jobs(self):
        job = self.env.ref("hr_control_base.ir_cron_approval_escalate")
        job.nextcall = fields.Datetime.now()
        self.assertEqual(self._get_checks()["jobs.inactive"]["severity"], "ok")
        job.active = False
        check = self._get_checks()["jobs.inactive"]
        self.assertEqual(check["severity"], "problem")
        self.assertIn("switched off: 1", check["message"])
        opened = (
            self.env["ir.cron"]
            .with_context(**check["action"]["context"])
            .search(check["action"]["domain"])
        )
        self.assertEqual(opened, job)
        job.active = True
        job.failure_count = 2
        self.assertEqual(self._get_checks()["jobs.failing"]["severity"], "problem")
        with freeze_time(fields.Datetime.now() + timedelta(hours=3)):
            self.assertEqual(self._get_checks()["jobs.late"]["severity"], "problem")

    def test_undelivered_alert(self):
        self.clerk.partner_id.email = False
        vals = {"key": "x", "company": self.company, "users": self.clerk, "summary": "x"}
        self.env["hr.control.alert"]._raise([vals])
        self.assertEqual(self._get_checks()["alerts.undelivered"]["severity"], "problem")
        self.checker.company_ids += self.other_company
        self.assertEqual(
            self._get_checks(self.other_company)["alerts.undelivered"]["severity"], "ok"
        )

    def test_people(self):
        self._submit()
        checks = self._get_checks()
        self.assertIn(
            "employee: 3", checks["people.no_employee"]["message"]
        )  # finance and the owner
        self.assertEqual(checks["people.no_user"]["severity"], "ok")
        self.assertEqual(checks["people.no_job"]["severity"], "warning")

    def test_opened_anew_each_time(self):
        job = self.env.ref("hr_control_base.ir_cron_approval_escalate")
        job.active = False
        first = self._open()
        self.assertEqual(first["jobs.inactive"]["severity"], "problem")
        job.active = True
        second = self._open()
        self.assertEqual(second["jobs.inactive"]["severity"], "ok")
        self.assertEqual(
            first["jobs.inactive"]["id"], second["jobs.inactive"]["id"], "a second tab stays usable"
        )

    def test_two_people_at_once(self):
        second = self._create_user("second", groups="hr_control_base.group_control_manager")
        own, foreign = self._open(), self._open(second)
        self.assertFalse(
            {row["id"] for row in own.values()} & {row["id"] for row in foreign.values()}
        )
        line = (
            self.env["hr.control.check.line"]
            .with_user(self.checker)
            .browse(foreign["models"]["id"])
        )
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            line.action_open()

    def test_managers_only_and_read_only(self):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            self._open(self.clerk)
        line = (
            self.env["hr.control.check.line"]
            .with_user(self.checker)
            .browse(self._open()["models"]["id"])
        )
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            line.write({"action": {"type": "ir.actions.act_url", "url": "https://example.com"}})
        with self.assertRaisesRegex(UserError, "nothing to open"):
            line.action_open()

    def test_replaced_model_is_closed(self):
        class Thief(models.Model):
            _module = "thief"
            _name = "hr.control.level"
            _description = "Somebody else's level"

            name = fields.Char()

        MetaModel._module_to_models__.pop("thief")
        Module = self.env["ir.module.module"]
        self.assertFalse(Module._get_control_replaced_models())
        original = self.registry["hr.control.level"]
        level = self.env["hr.control.level"].create({"name": "Senior"})
        self.addCleanup(self._put_back, original)
        add_to_registry(self.registry, Thief)
        self.assertEqual(
            Module._get_control_replaced_models(),
            {"hr.control.level": ("hr_control_base", "thief")},
        )
        self.assertEqual(self._get_checks_of_models(), {"models.hr.control.level": "problem"})
        with self.assertLogs("odoo.addons.hr_control_base.models.ir_module_module", "CRITICAL"):
            self.registry._setup_models__(self.env.cr, ["hr.control.level"])
        Level = self.env["hr.control.level"]
        for call in (
            lambda: Level.create({"name": "Junior"}),
            lambda: Level.search([]),
            lambda: Level.browse(level.id).name,
            lambda: Level.browse(level.id).write({"name": "x"}),
            lambda: Level.browse(level.id).unlink(),
        ):
            with self.assertRaisesRegex(UserError, "was replaced by the add-on thief"):
                call()
        self._put_back(original)
        self.assertEqual(self.env["hr.control.level"].search([("id", "=", level.id)]), level)

    def _get_checks_of_models(self):
        return {
            check["code"]: check["severity"]
            for check in self.env["hr.control.check"]._get_model_checks()
        }

    def _put_back(self, original):
        if self.registry["hr.control.level"] is not original:
            self.registry.models["hr.control.level"] = original
            self.registry._setup_models__(self.env.cr, ["hr.control.level"])


@tagged("post_install", "-at_install")
class TestGuardedFields(ApprovalCase):
    def test_names_of_all_parents_count(self):
        document = self._create_document()
        self.assertTrue(document._is_control_guarded("approval_id"))
        self.assertFalse(document._is_control_guarded("amount"))

    def test_settings_of_the_company(self):
        settings = self.env["res.config.settings"].create({})
        settings.control_approval_hours = 12
        settings.execute()
        self.assertEqual(self.company.control_approval_hours, 12)

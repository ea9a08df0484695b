"""Models that exist in tests only, and the people and companies of the tests."""

from odoo import fields, models
from odoo.orm.model_classes import add_to_registry
from odoo.tests import TransactionCase, new_test_user


def make_position_rule():
    class ControlTestRule(models.Model):
        _module = None
        _name = "control.test.rule"
        _description = "Rule of the Tests"
        _inherit = ["hr.control.position.rule"]

        ceiling = fields.Integer()

    return ControlTestRule


class ControlCase(TransactionCase):
    """Company with a branch, a small sales organisation, and the test models asked for."""

    control_test_models = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.control_test_models:
            cls._add_test_models([make() for make in cls.control_test_models])
        cls.company = cls.env["res.company"].create({"name": "Xi'an Materials"})
        cls.branch = cls.env["res.company"].create({"name": "Xi'an East", "parent_id": cls.company.id})
        cls.other_company = cls.env["res.company"].create({"name": "Baoji Materials"})
        cls.companies = cls.company | cls.branch | cls.other_company
        cls.env.user.write({"company_ids": [fields.Command.link(company.id) for company in cls.companies]})
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids, "tracking_disable": True})

    @classmethod
    def _add_test_models(cls, definitions):
        names = [definition._name for definition in definitions]
        for definition in definitions:
            add_to_registry(cls.registry, definition)
        cls.registry._setup_models__(cls.env.cr, names)
        cls.registry.init_models(cls.env.cr, names, {"module": None})
        cls.addClassCleanup(cls._remove_test_models, names)
        cls.env["ir.model.access"].create(
            [
                {
                    "name": name,
                    "model_id": cls.env["ir.model"]._get_id(name),
                    "group_id": cls.env.ref("base.group_user").id,
                    "perm_read": True,
                    "perm_write": True,
                    "perm_create": True,
                    "perm_unlink": True,
                }
                for name in names
            ]
        )

    @classmethod
    def _remove_test_models(cls, names):
        # runs after the rollback of the class: the tables are gone already
        for name in names:
            for model_class in cls.registry.values():
                model_class._inherit_children.discard(name)
            del cls.registry.models[name]
        with cls.registry.cursor() as cr:
            cls.registry._setup_models__(cr, [])

    @classmethod
    def _create_user(cls, login, company=None, companies=None, groups="base.group_user"):
        company = company or cls.company
        return new_test_user(
            cls.env(context={}),
            f"control_{login}",
            groups=groups,
            name=login.title(),
            email=f"{login}@control.example",
            company_id=company.id,
            company_ids=[fields.Command.set((companies or company).ids)],
        )

    @classmethod
    def _create_employee(cls, user, company=None, **values):
        return cls.env["hr.employee"].create(
            {"name": user.name, "user_id": user.id, "company_id": (company or cls.company).id, **values}
        )

    @classmethod
    def _create_department(cls, name, parent=None, **values):
        return cls.env["hr.department"].create(
            {"name": name, "parent_id": parent and parent.id, "company_id": cls.company.id, **values}
        )

"""Models that exist in tests only, and the people and companies of the tests."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.orm.model_classes import add_to_registry
from odoo.tests import TransactionCase, new_test_user


def make_users(env, groups, **values):
    """Test users like those of :func:`new_test_user`, made at once: that takes a third of the time.

    :param groups: ``{login: XML ids of groups, separated by commas}``
    :return: the users, in the order given
    """
    return env["res.users"].create(
        [
            {
                "name": f"{login} ({names})",
                "login": login,
                "password": login.ljust(8, "x"),
                "email": f"{login[0]}.{login[0]}@example.com",
                "group_ids": [fields.Command.set([env.ref(name).id for name in names.split(",")])],
                **values,
            }
            for login, names in groups.items()
        ]
    )


def make_position_rule():
    class ControlTestRule(models.Model):
        _module = None
        _name = "control.test.rule"
        _description = "Rule of the Tests"
        _inherit = ["hr.control.position.rule"]

        ceiling = fields.Integer()

    return ControlTestRule


def make_document():
    class ControlTestDocument(models.Model):
        _module = None
        _name = "control.test.document"
        _description = "Document of the Tests"
        _inherit = ["hr.control.approval.mixin"]

        name = fields.Char()
        company_id = fields.Many2one("res.company")
        amount = fields.Float()
        mode = fields.Char(default="first")
        minimum = fields.Integer(default=1)
        ceiling = fields.Float(default=1000)
        concerned_id = fields.Many2one("res.users")
        result = fields.Char()
        # [[code, [user id, ...], able]]
        levels = fields.Json()

        def _get_approval_figures(self):
            return [(self.env._("Amount"), f"{self.amount:,.2f}")]

        def _get_approval_dossier(self):
            return self.env["hr.control.dossier"]._ensure(self._name, self, self.company_id)[
                self.id
            ]

        def _get_approval_mode(self):
            return self.mode

        def _get_approval_minimum(self):
            return self.minimum

        def _get_approval_excluded_users(self):
            return self.concerned_id

        def _get_approval_levels(self):
            return [
                {
                    "code": code,
                    "label": code.title(),
                    "users": self.env["res.users"].browse(user_ids),
                    "able": able,
                    "reason": not able and f"{code.title()} may grant 100.00.",
                }
                for code, user_ids, able in self.levels or []
            ]

        def _check_approval(self, user):
            if self.amount > self.ceiling:
                raise UserError(
                    self.env._("The ceiling is %(ceiling)s.", ceiling=f"{self.ceiling:,.2f}")
                )

        def _after_approved(self, approval):
            self.result = f"approved by {self.env.user.name}"

        def _after_refused(self, approval, reason):
            self.result = f"refused: {reason}"

        def _after_withdrawn(self, approval):
            self.result = approval.state

    return ControlTestDocument


class ControlCase(TransactionCase):
    """Company with a branch, a small sales organisation, and the test models asked for."""

    control_test_models = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.control_test_models:
            cls._add_test_models([make() for make in cls.control_test_models])
        cls.company = cls.env["res.company"].create({"name": "Xi'an Materials"})
        cls.branch = cls.env["res.company"].create(
            {"name": "Xi'an East", "parent_id": cls.company.id}
        )
        cls.other_company = cls.env["res.company"].create({"name": "Baoji Materials"})
        cls.companies = cls.company | cls.branch | cls.other_company
        cls.env.user.write(
            {"company_ids": [fields.Command.link(company.id) for company in cls.companies]}
        )
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": cls.company.ids,
                "tracking_disable": True,
            }
        )

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
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": (company or cls.company).id,
                **values,
            }
        )

    @classmethod
    def _create_department(cls, name, parent=None, **values):
        return cls.env["hr.department"].create(
            {
                "name": name,
                "parent_id": parent and parent.id,
                "company_id": cls.company.id,
                **values,
            }
        )


class ApprovalCase(ControlCase):
    """A clerk who asks, a store manager, two people of finance, the owner; nobody has any special group."""

    control_test_models = (make_document,)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.control_tz = "Asia/Shanghai"
        cls.clerk = cls._create_user("clerk")
        cls.manager = cls._create_user("manager")
        cls.cashier = cls._create_user("cashier")
        cls.controller = cls._create_user("controller")
        cls.owner = cls._create_user("owner")
        cls.stranger = cls._create_user("stranger")
        cls.store = cls._create_department("North Store", control_is_store=True)
        for user in (cls.clerk, cls.manager):
            cls._create_employee(user, department_id=cls.store.id, date_version="2020-01-01")

    @classmethod
    def _get_levels(cls, **able):
        return [
            ["store", cls.manager.ids, able.get("store", True)],
            ["finance", (cls.cashier | cls.controller).ids, able.get("finance", True)],
            ["owner", cls.owner.ids, able.get("owner", True)],
        ]

    @classmethod
    def _create_document(cls, user=None, **values):
        values = {
            "name": "Order 7",
            "amount": 650.35,
            "company_id": cls.company.id,
            "levels": cls._get_levels(),
        } | values
        return cls.env["control.test.document"].with_user(user or cls.clerk).create(values)

    @classmethod
    def _submit(cls, user=None, reason="Regular customer", **values):
        """A request as its requester sees it."""
        return cls._create_document(user, **values)._submit_approval(reason).sudo(False)

    def _get_steps(self, approval):
        return {step.code: step.state for step in approval.sudo().step_ids}

    def _delegate(self, user, delegate, date_from="2024-03-01", date_to="2024-03-31", **values):
        values |= {"delegate_id": delegate.id, "date_from": date_from, "date_to": date_to}
        return self.env["hr.control.delegation"].with_user(user).create(values)

from odoo import SUPERUSER_ID
from odoo.fields import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.hr_control_base.tests.common import make_users

GROUPS = {
    "finance": "hr_employee_advance.group_advance_finance",
    "second_finance": "hr_employee_advance.group_advance_finance",
    "write_off": "hr_employee_advance.group_advance_write_off",
    "cashier": "hr_employee_advance.group_advance_cashier",
    "auditor": "hr_control_base.group_control_auditor",
    "rules": "hr_employee_advance.group_advance_admin",
    "hr_officer": "hr.group_hr_user",
    "hr_manager": "hr.group_hr_manager",
}


class AdvanceCommon(AccountTestInvoicingCommon):
    """A company with one user per role, an employee with his manager, and a quota of 10,000 for everybody.

    Users: ``user`` (the employee's), ``manager``, ``colleague`` and the keys of ``GROUPS``. Employees: ``employee``,
    ``manager_employee``, ``colleague_employee``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        # the accountant of the test base makes no employees; each role has a user of its own
        cls.env = cls.env(
            user=SUPERUSER_ID, context=cls.env.context | {"allowed_company_ids": cls.company.ids}
        )
        cls.company = cls.company.with_env(cls.env)
        everybody = dict.fromkeys(("manager", "employee", "colleague"), "base.group_user")
        users = cls._create_users(
            {f"advance_{role}": groups for role, groups in {**GROUPS, **everybody}.items()}
        )
        for role, user in zip([*GROUPS, "manager", "user", "colleague"], users, strict=True):
            setattr(cls, role, user)
        cls.department = cls.env["hr.department"].create(
            {"name": "Sales East", "company_id": cls.company.id}
        )
        cls.job = cls.env["hr.job"].create({"name": "Salesperson", "company_id": cls.company.id})
        cls.manager_employee = cls._create_employee(cls.manager)
        people = {"parent_id": cls.manager_employee.id, "job_id": cls.job.id}
        cls.employee = cls._create_employee(cls.user, **people)
        cls.colleague_employee = cls._create_employee(cls.colleague, **people)
        cls.purpose = cls.env["hr.employee.advance.purpose"].create({"name": "Trade Fair"})
        cls.policy = cls._create_policy(10000.0)

    @classmethod
    def _create_users(cls, groups, companies=None):
        companies = companies or cls.company
        return make_users(
            cls.env,
            groups,
            company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)],
        )

    @classmethod
    def _create_user(cls, login, groups="base.group_user", companies=None):
        return cls._create_users({login: groups}, companies)

    @classmethod
    def _create_employee(cls, user=None, **values):
        return cls.env["hr.employee"].create(
            {
                "name": user.name if user else "No Login",
                "user_id": user.id if user else False,
                "company_id": cls.company.id,
                "department_id": cls.department.id,
                # as old as anybody can be: tests go back in time
                "date_version": "2020-01-01",
            }
            | values
        )

    @classmethod
    def _create_policy(cls, amount, **values):
        return cls.env["hr.employee.advance.policy"].create(
            {"company_id": cls.company.id, "amount": amount} | values
        )

    @classmethod
    def _make_advance(cls, amount=1000.0, user=None, **values):
        """A draft of ``user``, by default the employee's."""
        user = user or cls.user
        return (
            cls.env["hr.employee.advance"]
            .with_user(user)
            .create(
                {
                    "purpose_id": cls.purpose.id,
                    "description": "Stand and leaflets",
                    "amount": amount,
                }
                | values
            )
            .with_env(cls.env)
        )

    def _submit(self, advance, user=None):
        advance.with_user(user or advance.create_uid).action_submit()
        return advance

    def _approve(self, advance):
        """Ask for it if that is still to do, then let everybody approve whose turn it is."""
        if advance.request_state == "draft":
            self._submit(advance)
        while advance.approval_id.state == "pending":
            step = advance.approval_id.step_id
            advance.approval_id.with_user(step._get_able_candidates()[:1]).action_approve()
        return advance

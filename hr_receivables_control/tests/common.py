from odoo import SUPERUSER_ID
from odoo.fields import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.hr_control_base.tests.common import make_users


class CreditCommon(AccountTestInvoicingCommon):
    """A company that enforces, one limited customer, one user per role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        # the accountant of the test base may neither make employees nor set limits; roles have users of their own
        cls.env = cls.env(
            user=SUPERUSER_ID, context=cls.env.context | {"allowed_company_ids": cls.company.ids}
        )
        cls.company = cls.company.with_env(cls.env)
        cls.company.write(
            {
                "credit_order_policy": "enforce",
                "credit_new_mode": "cash_only",
                # customer files have tests of their own
                "credit_admission_policy": "none",
            }
        )
        cls.salesman, cls.colleague, cls.store_manager, cls.controller, cls.owner = (
            cls._create_users(
                {
                    "credit_salesman": "sales_team.group_sale_salesman",
                    "credit_colleague": "sales_team.group_sale_salesman_all_leads",
                    "credit_store": "sales_team.group_sale_salesman_all_leads",
                    "credit_controller": "hr_receivables_control.group_credit_controller",
                    "credit_owner": "hr_receivables_control.group_credit_manager",
                }
            )
        )
        cls.store = cls.env["hr.department"].create(
            {"name": "Store East", "company_id": cls.company.id, "control_is_store": True}
        )
        cls.manager_employee = cls._create_employee(cls.store_manager)
        cls.store.manager_id = cls.manager_employee
        cls.salesman_employee = cls._create_employee(cls.salesman)
        cls.product = cls.env["product.product"].create(
            {
                "name": "Floor tile",
                "type": "consu",
                "invoice_policy": "order",
                "list_price": 100.0,
                "taxes_id": False,
            }
        )
        cls.customer = cls.env["res.partner"].create({"name": "Good Customer", "is_company": True})
        cls.account = cls._create_account(cls.customer, 1000.0)

    @classmethod
    def _create_users(cls, groups):
        companies = {
            "company_id": cls.company.id,
            "company_ids": [Command.set(cls.company.ids)],
        }
        return make_users(cls.env, groups, **companies)

    @classmethod
    def _create_user(cls, login, groups):
        return cls._create_users({login: groups})

    @classmethod
    def _create_employee(cls, user, **values):
        return cls.env["hr.employee"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": cls.company.id,
                "department_id": cls.store.id,
            }
            | values
        )

    @classmethod
    def _create_account(cls, partner, limit, mode="limited", company=None):
        account = cls.env["credit.account"]._ensure(partner, company or cls.company)
        account.write({"mode": mode, "base_limit": limit, "change_reason": "Set up"})
        return account

    @classmethod
    def _create_rule(cls, over_amount, **values):
        return cls.env["credit.authority"].create(
            {"company_id": cls.company.id, "max_over_amount": over_amount} | values
        )

    @classmethod
    def _create_order(cls, amount, partner=None, user=None, quantity=1.0, **values):
        partner = partner or cls.customer
        return (
            cls.env["sale.order"]
            .with_user(user or cls.salesman)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": cls.product.id,
                                "product_uom_qty": quantity,
                                "price_unit": amount / quantity,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
                | values
            )
        )

    def _get_exposure(self, account=None):
        account = account or self.account
        account.invalidate_recordset()
        exposures, _amounts = self.env["credit.exposure"]._get(account)
        return exposures[account.id]

    def assertExposure(self, total, account=None):
        self.assertEqual(round(self._get_exposure(account).total, 2), total)

    def _get_open_items(self, account=None):
        """The rows behind the figures of an account, as its buttons open them."""
        account = account or self.account
        action = account.action_open_exposure()
        self.env["credit.open.item"].invalidate_model()
        return (
            self.env["credit.open.item"].with_context(**action["context"]).search(action["domain"])
        )

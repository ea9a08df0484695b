from odoo import api, models


class HrControlDemo(models.AbstractModel):
    """The part of the demo company that plain records cannot say: what is relative to today or done by somebody.

    Called by the demo files only. Each add-on extends it with a ``_load_...`` of its own.
    """

    _name = "hr.control.demo"
    _description = "Demo Company"

    @api.model
    def _get_demo_company(self):
        return self.env.ref("hr_control_base.demo_company")

    @api.model
    def _get_demo_user(self, name):
        """The user ``demo_user_<name>``, and with him the environment that he works in."""
        company = self._get_demo_company()
        user = self.env.ref(f"hr_control_base.demo_user_{name}")
        return user.with_user(user).with_context(
            lang=user.lang,
            tz=user.tz,
            allowed_company_ids=company.ids,
            # its words are not translated yet while add-ons are being installed
            mail_create_nolog=True,
        )

    @api.model
    def _load_languages(self):
        """Chinese for everybody in the demo company, where it is installed."""
        if not self.env["res.lang"]._get_data(code="zh_CN"):
            return
        company = self._get_demo_company()
        users = self.env["res.users"].search([("company_id", "=", company.id)])
        users -= self.env.ref("base.user_admin")
        (users.partner_id | company.partner_id).lang = "zh_CN"

    @api.model
    def _load_words(self, addon):
        """The Chinese words of an add-on, which Odoo loads after its demo data only: documents are named with them."""
        if self.env["res.lang"]._get_data(code="zh_CN"):
            self.env["ir.module.module"]._load_module_terms([addon], ["zh_CN"])

    @api.model
    def _load_chart(self):
        """Chart of accounts: the Chinese one where it is installed, with 13 % VAT in any case.

        Called by each add-on that brings Invoicing; whichever is installed first loads it.
        """
        company = self._get_demo_company()
        if company.chart_template:
            return
        Chart = self.env["account.chart.template"]
        code = (
            "cn"
            if self.env["ir.module.module"]._get("l10n_cn").state == "installed"
            else "generic_coa"
        )
        # not try_loading, which warns of add-ons still to be installed: they bring what they need themselves
        Chart._load(code, company, install_demo=False)
        company.currency_id = self.env.ref("base.CNY")
        if company.account_sale_tax_id.amount != 13:
            company.account_sale_tax_id.write({"name": "13%", "amount": 13.0})
            # the generic chart is American: it would sell to Chinese customers free of tax
            positions = self.env["account.fiscal.position"].search(
                [("company_id", "=", company.id)]
            )
            positions.auto_apply = False

"""What the paths need besides customers: products, taxes, a till, a shop. Made when first asked for, once."""

from functools import cached_property

from credit_company import PASSWORD, CreditCompany

LIMIT = 1_000  # of each customer
WITHIN = 900  # what he has ordered, where an order is confirmed already
OVER = 1_500  # what is tried
POLICIES = ("credit_order_policy", "credit_invoice_policy", "credit_delivery_policy")


class Stage(CreditCompany):
    """Every checkpoint enforces. What is sold bears no tax and has a price of 90.00."""

    def __init__(self, server):
        super().__init__(server)
        self.set(**dict.fromkeys(POLICIES, "enforce"))

    # products -----------------------------------------------------------------------------------

    def sold(self, name, **values):
        values = {"list_price": 90, "invoice_policy": "order", "taxes_id": [(5,)]} | values
        return self.create("product.product", name=name, **values)

    @cached_property
    def service(self):
        return self.sold("Fitting", type="service")

    @cached_property
    def goods(self):
        return self.sold("Crate", type="consu", is_published=True)

    @cached_property
    def by_delivery(self):
        return self.sold("Pallet", type="consu", invoice_policy="delivery")

    @cached_property
    def by_milestone(self):
        how = {"service_policy": "delivered_milestones", "service_tracking": "project_only"}
        return self.sold("Conversion", type="service", **how)

    @cached_property
    def combo(self):
        return self.create(
            "product.combo", name="Set", combo_item_ids=[(0, 0, {"product_id": self.service})]
        )

    @cached_property
    def combo_item(self):
        return self.read("product.combo", self.combo, "combo_item_ids")["combo_item_ids"][0]

    @cached_property
    def combo_set(self):
        return self.sold("Set", type="combo", combo_ids=[(6, 0, [self.combo])])

    # terms and figures --------------------------------------------------------------------------

    @cached_property
    def currency(self):
        return self.read("res.company", self.id, "currency_id")["currency_id"][0]

    @cached_property
    def dear_currency(self):
        """Of which one is worth ten of ours."""
        domain, everyone = [("name", "=", "KWD")], {"active_test": False}
        (currency,) = self.call("res.currency", "search", domain, context=everyone)
        self.call("res.currency", "write", [currency], {"active": True})
        if not self.call("res.currency.rate", "search_count", [("currency_id", "=", currency)]):
            self.create("res.currency.rate", currency_id=currency, name="2020-01-01", rate=0.1)
        return currency

    @cached_property
    def dear_pricelist(self):
        values = {"currency_id": self.dear_currency, "sequence": 99}
        return self.create("product.pricelist", name="Dinars", **values)

    @cached_property
    def sixty_days(self):
        line = {"value": "percent", "value_amount": 100, "nb_days": 60}
        return self.create("account.payment.term", name="60 days", line_ids=[(0, 0, line)])

    @cached_property
    def tax(self):
        values = {"amount": 20, "type_tax_use": "sale"}
        return self.create("account.tax", name=self.number("Twenty"), **values)

    @cached_property
    def no_tax(self):
        values = {"amount": 0, "type_tax_use": "sale"}
        return self.create("account.tax", name=self.number("None"), **values)

    @cached_property
    def untaxed_service(self):
        product = self.sold("Survey", type="service")
        values = {"taxes_id": [(6, 0, [self.no_tax])]}
        self.call("product.product", "write", [product], values)
        return product

    @cached_property
    def taxing_position(self):
        """A fiscal position that makes twenty per cent of none."""
        position = self.create("account.fiscal.position", name="Taxing")
        values = {
            "fiscal_position_ids": [(6, 0, [position])],
            "original_tax_ids": [(6, 0, [self.no_tax])],
        }
        self.call("account.tax", "write", [self.tax], values)
        return position

    def ledger_account(self, kind):
        domain = [("account_type", "=", kind), ("company_ids", "in", [self.id])]
        return self.call("account.account", "search", domain, limit=1)[0]

    # the shop, the till, the warehouse ----------------------------------------------------------

    def portal(self, partner):
        """The customer, signed in."""
        login = self.number("portal").replace(" ", "_")
        groups = [(6, 0, [self.ref("base.group_portal")])]
        values = {"name": login, "login": login, "password": PASSWORD, "partner_id": partner}
        self.create("res.users", group_ids=groups, **values)
        return self.sign_in(login)

    @cached_property
    def provider(self):
        """Odoo's own for trials, whose payments succeed at once."""
        return self.switched_on("code", "demo")

    @cached_property
    def cash_on_delivery(self):
        return self.switched_on("custom_mode", "cash_on_delivery")

    def switched_on(self, name, value):
        domain, names = [(name, "=", value), ("company_id", "=", self.id)], ["payment_method_ids"]
        (row,) = self.call("payment.provider", "search_read", domain, names, limit=1)
        self.call("payment.provider", "write", [row["id"]], {"state": "test", "is_published": True})
        return row

    @cached_property
    def carrier(self):
        values = {"product_id": self.sold("Freight", type="service"), "is_published": True}
        return self.create("delivery.carrier", name="Lorry", allow_cash_on_delivery=True, **values)

    @cached_property
    def authorised_payment(self):
        """What another customer has authorised online; by SQL, as nobody may write such a thing."""
        return self.sql(
            """
            INSERT INTO payment_transaction (provider_id, payment_method_id, reference, amount, currency_id, partner_id,
                                             company_id, state, operation, create_date, last_state_change)
            VALUES (%(provider)s, %(method)s, %(reference)s, %(amount)s, %(currency)s, %(partner)s,
                    %(company)s, 'authorized', 'online_direct', now(), now())
         RETURNING id
            """,
            provider=self.provider["id"],
            method=self.provider["payment_method_ids"][0],
            reference=self.number("Paid"),
            amount=10 * OVER,
            currency=self.currency,
            partner=self.customer(),
            company=self.id,
        )[0][0]

    @cached_property
    def till(self):
        """Open, with a payment on the customer's account."""
        code = self.number("T").replace(" ", "")[-5:]
        self.create("account.journal", name="Till", code=code, type="cash")
        later = self.create("pos.payment.method", name="On account", split_transactions=True)
        config = self.create("pos.config", name="Till", payment_method_ids=[(6, 0, [later])])
        self.call("pos.config", "open_ui", [config])
        row = self.read("pos.config", config, "current_session_id", "picking_type_id")
        session, kind = row["current_session_id"][0], row["picking_type_id"][0]
        return {"later": later, "session": session, "picking_type": kind}

    @cached_property
    def outgoing(self):
        domain = [("code", "=", "outgoing"), ("company_id", "=", self.id)]
        return self.call("stock.picking.type", "search", domain, limit=1)[0]

    def location(self, usage):
        domain = [("usage", "=", usage), ("company_id", "in", [self.id, False])]
        return self.call("stock.location", "search", domain, limit=1)[0]

    # rules of an administrator ------------------------------------------------------------------

    @cached_property
    def sister(self):
        """Another company of ours that enforces too; the three people work for it as well."""
        company = self.create("res.company", name=self.number("Sister"))
        self.call("res.company", "write", [company], dict.fromkeys(POLICIES, "enforce"))
        users = [client.uid for client in self.clients.values()]
        self.call("res.users", "write", users, {"company_ids": [(4, company)]})
        return company

    @cached_property
    def automation(self):
        """Whoever writes this reference on a quotation has its state written by the rule."""
        model = self.ref("sale.model_sale_order")
        domain = [("model", "=", "sale.order"), ("name", "=", "client_order_ref")]
        fields = self.call("ir.model.fields", "search", domain)
        rule = self.create(
            "base.automation",
            name="Confirm",
            model_id=model,
            trigger="on_create_or_write",
            filter_domain="[('client_order_ref', '=', 'now')]",
            trigger_field_ids=[(6, 0, fields)],
        )
        self.create(
            "ir.actions.server",
            name="Confirm",
            model_id=model,
            usage="base_automation",
            base_automation_id=rule,
            **WRITES_STATE,
        )
        return rule


WRITES_STATE = {
    "state": "object_write",
    "update_path": "state",
    "evaluation_type": "value",
    "value": "sale",
}

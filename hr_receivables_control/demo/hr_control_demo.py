from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from .credit_history import ENFORCED_SINCE, HISTORY, LIMITS, RELEASES


class HrControlDemo(models.AbstractModel):
    """Credit in the demo company: a year of sales, first observed, then enforced, and the requests of today."""

    _inherit = "hr.control.demo"

    # Ground -------------------------------------------------------------------------------------

    @api.model
    def _load_credit(self):
        company = self._get_demo_company()
        if self.env["credit.account"].search_count([("company_id", "=", company.id)], limit=1):
            return
        self._load_words("hr_receivables_control")
        try:
            self._make_credit()
        except Exception:
            self._forget_ranks()
            raise

    def _forget_ranks(self):
        """Odoo counts up customer ranks after the commit; of customers rolled back it would break the installation."""
        for key, ranks in self.env.cr.postcommit.data.items():
            if key.startswith("account.res.partner.increase_rank"):
                ranks.clear()

    def _make_credit(self):
        company = self._get_demo_company()
        self._make_warehouse()
        self._set_products()
        self._set_customers()
        self._set_limits()
        self._make_history()
        self._make_down_payment()
        self._make_unallocated_payment()
        self._make_export_order()
        self._change_credit()
        company.write({"credit_observed_since": fields.Datetime.now() - timedelta(days=30)})
        self._limit_salespeople()
        self._make_requests()
        self._make_delegation()
        self._make_seal()

    def _get_customer(self, name):
        return self.env.ref(f"hr_receivables_control.demo_customer_{name}")

    def _get_customers(self):
        return self.env["res.partner"].union(
            *(self._get_customer(name) for name in {*LIMITS, "baijia"})
        )

    def _get_day(self, days_ago):
        return self._get_demo_company()._company_today() - timedelta(days=days_ago)

    def _make_warehouse(self):
        """Inventory cannot be joined to Sales where a company has confirmed orders and no warehouse."""
        company = self._get_demo_company()
        if "stock.warehouse" not in self.env:
            return
        # the types of its transfers are named once, in the language of who makes it
        lang = "zh_CN" if self.env["res.lang"]._get_data(code="zh_CN") else None
        Warehouse = self.env["stock.warehouse"].with_context(lang=lang)
        if not Warehouse.search_count([("company_id", "=", company.id)], limit=1):
            Warehouse.create({"name": "新居总仓", "code": "XJ", "company_id": company.id})

    def _set_products(self):
        company = self._get_demo_company()
        products = self.env["product.product"].search([("company_id", "=", company.id)])
        products.write({"taxes_id": [Command.set(company.account_sale_tax_id.ids)]})
        for product in products:  # the file wrote the cost for the company of who loads it
            product.with_company(company).standard_price = product.standard_price

    def _set_customers(self):
        customers = self._get_customers()
        people = customers | customers.child_ids
        chinese = people.filtered(
            lambda partner: partner.commercial_partner_id.country_id.code == "CN"
        )
        if self.env["res.lang"]._get_data(code="zh_CN"):
            chinese.lang = "zh_CN"
        terms = self.env.ref("account.account_payment_term_30days")
        customers.with_company(self._get_demo_company()).property_payment_term_id = terms

    # A year of business -------------------------------------------------------------------------

    def _set_limits(self):
        """Accounts before the first order, each limit set by somebody who may grant it."""
        accounts = self.env["credit.account"]._ensure(
            self._get_customers(), self._get_demo_company()
        )
        by_customer = {account.partner_id: account for account in accounts}
        for name, (limit, setter) in LIMITS.items():
            self._act(by_customer[self._get_customer(name)], setter).write(
                {"mode": "limited", "base_limit": limit, "change_reason": "年度授信评审"}
            )

    def _act(self, records, name):
        """The same records in the hands of a user of the demo company."""
        user = self._get_demo_user(name)
        return records.with_env(user.env)

    def _make_history(self):
        """Orders, invoices and payments in the order of their days, so that each check saw what was open then."""
        today = self._get_day(0)
        steps = []
        for number, (days_ago, name, goods, payments) in enumerate(HISTORY):
            steps.append((days_ago, number, "order", name, goods))
            steps += [
                (days_ago - after, number, "payment", name, share)
                for after, share in payments.items()
                if days_ago >= after
            ]
        invoices = {}
        for days_ago, number, kind, name, value in sorted(
            steps, key=lambda step: (-step[0], step[1])
        ):
            day = today - timedelta(days=days_ago)
            if days_ago <= ENFORCED_SINCE:
                self._enforce()
            if kind == "order":
                order = self._make_order(name, value, day, quiet=True)
                self._confirm(order, day)
                invoices[number] = self._make_invoice(order, day)
            else:
                self._pay(invoices[number], value, day)

    def _enforce(self):
        company = self._get_demo_company()
        if company.credit_order_policy != "enforce":
            company.with_user(self._get_demo_user("zhou")).sudo().credit_order_policy = "enforce"

    def _make_order(self, name, goods, day=None, quiet=False, **values):
        return self._create_order(self._get_customer(name), goods, day, quiet, **values)

    def _create_order(self, customer, goods, day=None, quiet=False, **values):
        user = customer.user_id
        order = self._act(self.env["sale.order"], self._get_name(user))
        if quiet:
            order = order.with_context(tracking_disable=True)
        products = {
            code: self.env.ref(f"hr_receivables_control.demo_product_{code}") for code in goods
        }
        vals = {
            "partner_id": customer.id,
            "user_id": user.id,
            "order_line": [
                Command.create({"product_id": products[code].id, "product_uom_qty": quantity})
                for code, quantity in goods.items()
            ],
            **values,
        }
        if day:
            vals["date_order"] = self._get_moment(day)
        return order.create(vals)

    def _get_name(self, user):
        (xmlid,) = user.get_external_id().values()
        return xmlid.removeprefix("hr_control_base.demo_user_")

    def _get_moment(self, day):
        return datetime.combine(day, time(2, 30))  # half past ten in Xi'an

    def _confirm(self, order, day=None):
        """As the button does. While add-ons are being installed the gate does not yet stand around it."""
        confirm = self.env.registry["sale.order"].action_confirm
        if fit := order if getattr(confirm, "is_credit_gate", False) else order._credit_gate():
            fit.action_confirm()
        if not day:
            return
        if order.credit_state == "hold":
            decider, reason = RELEASES[(self._get_day(0) - day).days]
            self._request(order, reason)
            self._get_pending(order, decider).action_approve()
            self._confirm(order)
        order.date_order = self._get_moment(day)
        self._date_back(order, day)

    def _date_back(self, order, day):
        """Decisions and releases of that day; nobody can write these dates, and the dossier keeps the true ones."""
        self.env.flush_all()
        values = {"moment": self._get_moment(day), "order": order.id}
        for query in (
            "UPDATE credit_decision SET date = %(moment)s WHERE order_id = %(order)s",
            """UPDATE credit_grant SET create_date = %(moment)s, valid_from = %(moment)s,
                      valid_to = %(moment)s + days * INTERVAL '1 day' WHERE order_id = %(order)s""",
            """UPDATE hr_control_approval SET requested_at = %(moment)s, decided_at = %(moment)s
                WHERE id IN (SELECT approval_id FROM credit_grant WHERE order_id = %(order)s)""",
            """UPDATE hr_control_approval_step SET opened_at = %(moment)s,
                      decided_at = CASE WHEN decided_at IS NOT NULL THEN %(moment)s::timestamp END
                WHERE approval_id IN (SELECT approval_id FROM credit_grant WHERE order_id = %(order)s)""",
        ):
            self.env.cr.execute(SQL(query, **values))
        self.env.invalidate_all()

    def _make_invoice(self, order, day):
        invoice = self._act(order, "liu")._create_invoices()
        invoice.invoice_date = day
        invoice.action_post()
        return invoice

    def _pay(self, invoice, share, day):
        currency = invoice.currency_id
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        self.env["account.payment.register"].with_env(invoice.env).with_context(**context).create(
            {"payment_date": day, "amount": currency.round(invoice.amount_residual * share)}
        )._create_payments()

    def _make_down_payment(self):
        """A cash customer with an order of his own colour: thirty per cent down, the rest before delivery."""
        day = self._get_day(6)
        order = self._make_order("baijia", {"t80": 150, "p18": 20}, day, quiet=True)
        self._confirm(order, day)
        wizard = self._act(self.env["sale.advance.payment.inv"], "zhao").create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "percentage",
                "amount": 30.0,
            }
        )
        invoice = self._act(wizard._create_invoices(order), "liu")
        invoice.invoice_date = day
        invoice.action_post()
        self._pay(invoice, 1, day)

    def _make_unallocated_payment(self):
        """Money from a contact of the customer, not yet matched with an invoice: it counts for the company."""
        company = self._get_demo_company()
        contact = self.env.ref("hr_receivables_control.demo_contact_yaju")
        self._act(self.env["account.payment"], "liu").create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": contact.id,
                "amount": 20000.0,
                "date": self._get_day(3),
                "journal_id": self.env["account.journal"]
                .search([("company_id", "=", company.id), ("type", "=", "bank")], limit=1)
                .id,
                "memo": "林晓彤 预付货款",
            }
        ).action_post()

    def _make_export_order(self):
        """In dollars, confirmed and not yet invoiced."""
        day = self._get_day(5)
        pricelist = self.env.ref("hr_receivables_control.demo_pricelist_usd")
        order = self._make_order(
            "almaty", {"t80": 260, "g20": 200}, day, quiet=True, pricelist_id=pricelist.id
        )
        self._confirm(order, day)

    def _change_credit(self):
        """What became of some customers."""
        for name, setter, values in [
            ("daqin", "sun", {"mode": "suspended", "change_reason": "货款逾期，待对账"}),
            ("anju", "sun", {"valid_to": self._get_day(20), "change_reason": "授信到期，待复审"}),
        ]:
            account = self.env["credit.account"]._find(
                self._get_customer(name), self._get_demo_company()
            )
            self._act(account, setter).write(values)

    def _limit_salespeople(self):
        """What every salesperson may have open, and one who was suspended for a while."""
        company = self._get_demo_company()
        rules = self._act(self.env["credit.authority"], "zhou")
        rules.create(
            {
                "company_id": company.id,
                "job_id": self.env.ref("hr_control_base.demo_job_salesperson").id,
                "limit_order": True,
                "order_limit": 200000.0,
                "limit_pool": True,
                "pool_limit": 1000000.0,
            }
        )
        suspension = self._act(self.env["credit.suspension"], "zhou").create(
            {
                "company_id": company.id,
                "user_id": self._get_demo_user("zhao").id,
                "reason": "客户对账不符，核查期间暂停授信权限",
            }
        )
        self.env.flush_all()
        suspension.action_lift("核查完毕，账目无误")

    # Today --------------------------------------------------------------------------------------

    def _make_requests(self):
        # Over the limit by more than the store manager may release: waits at finance.
        self._ask("xincheng", {"p18": 40, "t60": 65}, "老客户样板间工程，月底回款")
        # Within the store manager's ceiling.
        self._ask("jinggong", {"p18": 10}, "小区团购订单，客户急用")
        # More than finance may release: waits at the owner.
        self._ask("yaju", {"f15": 420, "p18": 150}, "二期精装房，合同已签")
        # Released and confirmed.
        order = self._ask("qinba", {"g20": 90, "p05": 6}, "补货，上批本周回款")
        self._get_pending(order, "zheng").action_approve()
        self._confirm(order)
        # Released, not yet confirmed.
        order = self._ask("xinda", {"t80": 165}, "经销商补库存")
        self._get_pending(order, "zheng").action_approve()
        # So long overdue that only the owner may let anything pass: refused.
        order = self._ask("hengtai", {"f15": 280, "g20": 100}, "客户承诺下月付清")
        self._get_pending(order, "zhou").action_refuse("逾期货款未付清，先回款再发货")
        # Held, nothing asked yet.
        self._confirm(self._make_order("anju", {"p18": 20}))
        # Within the customer's limit, above what a salesperson sells in one order.
        self._confirm(self._make_order("hongyuan", {"t80": 1600}))
        # At once in the evening, to be reviewed by finance within a day.
        account = self.env["credit.account"]._find(
            self._get_customer("jinxiu"), self._get_demo_company()
        )
        self._act(self.env["credit.grant"], "zheng")._give_emergency(
            self._act(account, "zheng"), 20000.0, 24, "样板间明早验收，客户连夜要货，财务已下班"
        )
        self._confirm(self._make_order("jinxiu", {"p18": 6}))
        # For whoever looks at this: sign in as li.sales, confirm, ask, then decide as wang.store.
        self._make_order("lvyuan", {"t80": 30, "g20": 24})
        self._make_order("hongyuan", {"t80": 80, "g20": 40})

    def _ask(self, name, goods, reason):
        """An order that goes on hold, and the salesperson's request to release it."""
        order = self._make_order(name, goods)
        self._confirm(order)
        self._request(order, reason)
        return order

    def _request(self, order, reason):
        self.env["credit.release.request"].with_env(order.env).create(
            {"order_id": order.id, "reason": reason}
        ).action_request()

    def _get_pending(self, order, decider):
        grant = order.sudo().credit_grant_ids.filtered(lambda grant: grant.state == "asked")
        return self._get_asked(grant.approval_id, decider)

    def _get_asked(self, approval, decider):
        """The request in the hands of ``decider``, else of the first who is asked: the figures move with the days."""
        user = self._get_demo_user(decider)
        if user not in approval.candidate_ids:
            user = approval.candidate_ids[0]
        return approval.with_user(user)

    def _make_delegation(self):
        owner = self._get_demo_user("zhou")
        self.env["hr.control.delegation"].with_env(owner.env).create(
            {
                "user_id": owner.id,
                "delegate_id": self._get_demo_user("sun").id,
                "company_id": self._get_demo_company().id,
                "date_from": self._get_day(-10),
                "date_to": self._get_day(-14),
                "note": "广州建材展",
            }
        )

    def _make_seal(self):
        """Chain what was recorded and seal it, as the nightly job does."""
        company = self._get_demo_company()
        self.env.flush_all()
        self.env["hr.control.dossier"]._link_waiting_now(company)
        self.env["hr.control.seal"]._seal(company)._send()

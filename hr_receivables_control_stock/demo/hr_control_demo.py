from odoo import api, models

# On hand when the warehouse was counted for the first time.
STOCK = {
    "t80": 1200,
    "t60": 900,
    "p18": 350,
    "p05": 260,
    "f12": 1600,
    "f15": 1100,
    "g20": 1500,
    "b01": 40,
}


class HrControlDemo(models.AbstractModel):
    """The warehouse of the demo company: it was counted, open orders got their transfers, some goods have left."""

    _inherit = "hr.control.demo"

    @api.model
    def _load_stock(self):
        if self.env["stock.quant"].search_count(
            [("company_id", "=", self._get_demo_company().id)], limit=1
        ):
            return
        self._load_words("hr_receivables_control_stock")
        self._count_stock()
        self._plan_deliveries()
        self._get_demo_company().with_user(
            self._get_demo_user("zhou")
        ).sudo().credit_delivery_policy = "enforce"
        self._deliver_in_part()
        self._hold_after_suspension()
        self._load_too_much()
        self.env.flush_all()
        self.env["hr.control.dossier"]._link_waiting_now(self._get_demo_company())

    def _get_product(self, code):
        return self.env.ref(f"hr_receivables_control.demo_product_{code}")

    def _get_warehouse(self):
        return self.env["stock.warehouse"].search(
            [("company_id", "=", self._get_demo_company().id)], limit=1
        )

    def _count_stock(self):
        products = self.env["product.product"].union(*map(self._get_product, STOCK))
        moved = self.env["stock.move"].search([("product_id", "in", products.ids)]).product_id
        (products - moved).is_storable = True
        location = self._get_warehouse().lot_stock_id
        quants = self._act(self.env["stock.quant"], "he").with_context(inventory_mode=True)
        quants.create(
            [
                {
                    "product_id": self._get_product(code).id,
                    "location_id": location.id,
                    "inventory_quantity": quantity,
                }
                for code, quantity in STOCK.items()
            ]
        ).action_apply_inventory()

    def _plan_deliveries(self):
        """Transfers for orders that were open before Inventory came."""
        orders = self.env["sale.order"].search(
            [
                ("company_id", "=", self._get_demo_company().id),
                ("state", "=", "sale"),
                ("invoice_status", "!=", "invoiced"),
                ("picking_ids", "=", False),
            ]
        )
        # Odoo leaves lines from before Inventory to be delivered by hand
        orders.order_line._compute_qty_delivered_method()
        orders.order_line._action_launch_stock_rule()

    def _deliver_in_part(self):
        """Some boxes of the export order are on their way, the rest waits: delivered, not invoiced."""
        order = self._get_open_order(self._get_customer("almaty"))
        self._deliver(order, {"t80": 160, "g20": 120})

    def _hold_after_suspension(self):
        """Half of the order has left when finance stops the customer: the other half waits in red."""
        customer = self.env.ref("hr_receivables_control_stock.demo_customer_tiancheng")
        if self.env["res.lang"]._get_data(code="zh_CN"):
            customer.lang = "zh_CN"
        account = self.env["credit.account"]._ensure(customer, self._get_demo_company())
        self._act(account, "sun").write(
            {"mode": "limited", "base_limit": 60000.0, "change_reason": "新客户授信评审"}
        )
        order = self._create_order(customer, {"t60": 240, "p18": 40}, self._get_day(4))
        self._confirm(order)
        self._deliver(order, {"t60": 120, "p18": 20})
        self._act(account, "sun").write(
            {"mode": "suspended", "change_reason": "送货单对账不符，核对期间暂停发货"}
        )

    def _load_too_much(self):
        """More on the lorry than the order that was released; the storekeeper asks whether it may leave."""
        order = self._get_open_order(self._get_customer("qinba"))
        picking = self._act(order.sudo().picking_ids, "he")
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
        tiles = picking.move_ids.filtered(lambda move: move.product_id == self._get_product("g20"))
        tiles.quantity += 20
        self.env["credit.delivery.release.request"].with_env(picking.env).create(
            {"picking_id": picking.id, "reason": "客户现场加量，车已装好"}
        ).action_request()

    def _get_open_order(self, customer):
        return self.env["sale.order"].search(
            [
                ("partner_id", "=", customer.id),
                ("state", "=", "sale"),
                ("invoice_status", "!=", "invoiced"),
            ],
            limit=1,
        )

    def _deliver(self, order, quantities):
        """Hand over these quantities; what is left waits on a backorder."""
        picking = self._act(order.sudo().picking_ids, "he")
        by_product = {self._get_product(code): quantity for code, quantity in quantities.items()}
        for move in picking.move_ids:
            move.quantity = by_product.get(move.product_id, 0)
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()

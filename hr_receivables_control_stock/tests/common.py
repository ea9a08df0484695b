from odoo.fields import Command

from odoo.addons.hr_receivables_control.tests.common import CreditCommon


class StockCreditCommon(CreditCommon):
    """Goods that are invoiced by what was delivered, and somebody who delivers them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_delivery_policy = "enforce"
        cls.product.write(
            {
                "name": "Cement",
                "is_storable": True,
                "invoice_policy": "delivery",
                "list_price": 10.0,
            }
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.env["stock.quant"]._update_available_quantity(cls.product, cls.stock, 100000.0)
        cls.ordered_product = cls._create_goods("Sand", invoice_policy="order")
        cls.storeman = cls._create_user("credit_storeman", "stock.group_stock_user")

    @classmethod
    def _create_goods(cls, name, **values):
        product = cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "invoice_policy": "delivery",
                "taxes_id": False,
            }
            | values
        )
        cls.env["stock.quant"]._update_available_quantity(product, cls.stock, 100000.0)
        return product

    @classmethod
    def _create_goods_order(cls, *lines, confirm=True, **values):
        """Lines as ``(product, quantity, price)``, confirmed unless said otherwise."""
        order = (
            cls.env["sale.order"]
            .with_user(cls.salesman)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "company_id": cls.company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "price_unit": price,
                                "tax_ids": [Command.clear()],
                            }
                        )
                        for product, quantity, price in lines
                    ],
                }
                | values
            )
        )
        if confirm:
            order.action_confirm()
        return order.sudo()

    @classmethod
    def _get_open_picking(cls, order):
        return order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))[
            :1
        ]

    @classmethod
    def _deliver(cls, picking, quantity=None, backorder=True, user=None):
        """Hand over ``quantity`` of each move (all by default); the rest waits, or is given up."""
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty if quantity is None else quantity
        picking.move_ids.picked = True
        picking = picking.with_user(user or cls.storeman)
        context = {"skip_backorder": True, "skip_sms": True}
        if not backorder:
            context["picking_ids_not_to_backorder"] = picking.ids
        picking.with_context(**context).button_validate()
        return picking.sudo()

    @classmethod
    def _return(cls, picking, quantity, to_refund=True):
        wizard = (
            cls.env["stock.return.picking"]
            .with_context(
                active_id=picking.id, active_ids=picking.ids, active_model="stock.picking"
            )
            .create({})
        )
        wizard.product_return_moves.write({"quantity": quantity, "to_refund": to_refund})
        back = cls.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.quantity = quantity
        back.move_ids.picked = True
        back.button_validate()
        return back

    @classmethod
    def _ship_by_hand(cls, order, product, quantity, **values):
        """A transfer that somebody made by himself and linked to the order."""
        picking_type = cls.warehouse.out_type_id
        customers = cls.env.ref("stock.stock_location_customers")
        picking = cls.env["stock.picking"].create(
            {
                "partner_id": order.partner_id.id if order else cls.customer.id,
                "picking_type_id": picking_type.id,
                "location_id": cls.stock.id,
                "location_dest_id": customers.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "product_uom": product.uom_id.id,
                            "location_id": cls.stock.id,
                            "location_dest_id": customers.id,
                            "sale_line_id": order.order_line.filtered(
                                lambda line: line.product_id == product
                            )[:1].id
                            if order
                            else False,
                        }
                        | values
                    )
                ],
            }
        )
        picking.action_confirm()
        return picking

    @classmethod
    def _invoice(cls, order, post=True):
        invoice = order._create_invoices()
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _pay(cls, invoice, amount=None):
        cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": amount or invoice.amount_residual})._create_payments()

    def assertParts(self, receivable, delivered, undelivered):
        """The parts of the exposure to the cent, and the account that shows them adding up."""
        exposure = self._get_exposure()
        account = self.account
        self.assertEqual(
            (
                round(exposure.receivable, 2),
                round(account.exposure_delivered, 2),
                round(account.exposure_undelivered, 2),
            ),
            (receivable, delivered, undelivered),
        )
        self.assertAlmostEqual(
            account.exposure_delivered + account.exposure_undelivered, account.exposure_orders, 6
        )
        items = self._get_open_items().filtered("delivered_amount")
        self.assertAlmostEqual(sum(items.mapped("delivered_amount")), account.exposure_delivered, 2)

from odoo import api, models

# What of a confirmed order decides how much is owed, by whom and when.
ORDER_FIELDS = {
    "commitment_date",
    "company_id",
    "currency_id",
    "fiscal_position_id",
    "order_line",
    "partner_id",
    "partner_invoice_id",
    "payment_term_id",
    "pricelist_id",
    "state",
}
LINE_FIELDS = {
    "combo_item_id",
    "discount",
    "display_type",
    "is_downpayment",
    "order_id",
    "price_unit",
    "product_id",
    "product_template_id",
    "product_uom_id",
    "product_uom_qty",
    "qty_delivered",
    "tax_ids",
    "technical_price_unit",
}


class SaleOrder(models.Model):
    """The checkpoint for changes of a confirmed order."""

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS sale: the lines of an order that is created confirmed are checked with it
        created = []
        with self.env["credit.amendment"]._watch(self.browse(), lambda: created):
            orders = super().create(vals_list)
            created.extend(orders)
        return orders

    def write(self, vals):
        # EXTENDS sale
        if not vals.keys() & self._get_credit_watched_fields():
            return super().write(vals)
        # those on their way into or out of ``sale`` are the business of the floor
        passing = self.filtered(lambda order: order.state != vals.get("state", order.state))
        watched = self.filtered(lambda order: order.state == "sale") - passing
        if not watched and not passing:
            return super().write(vals)
        with self.env["credit.amendment"]._watch(watched, lambda: passing):
            return super().write(vals)

    @api.model
    def _get_credit_watched_fields(self):
        """Fields whose change may make a confirmed order hold more, or for longer."""
        return ORDER_FIELDS


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS sale
        orders = self.env["sale.order"].browse(
            {
                vals["order_id"]
                for vals in vals_list
                if vals.get("order_id")
                and not vals.get("display_type")
                and not vals.get("is_downpayment")
            }
        )
        with self.env["credit.amendment"]._watch(orders):
            return super().create(vals_list)

    def write(self, vals):
        # EXTENDS sale
        if not vals.keys() & self._get_credit_watched_fields():
            return super().write(vals)
        orders = self.order_id | self.env["sale.order"].browse(vals.get("order_id") or [])
        with self.env["credit.amendment"]._watch(orders):
            return super().write(vals)

    def unlink(self):
        # EXTENDS sale: taking a discount or a reward away makes the order dearer
        with self.env["credit.amendment"]._watch(self.order_id):
            return super().unlink()

    @api.constrains("qty_delivered")
    def _check_credit_delivered(self):
        """More was delivered, by whatever counts it: a milestone, an expense, a transfer corrected when done.

        Written by somebody it is watched like any other change; computed, it comes by here alone.
        """
        lines = self.filtered(
            lambda line: (
                line.qty_delivered > 0
                and line.state == "sale"
                and not line._is_credit_settled_at_till()
            )
        )
        if not lines:
            return
        # not flushed yet: the table tells what was delivered before
        self.env.cr.execute(
            "SELECT id, qty_delivered FROM sale_order_line WHERE id = ANY(%s)", [lines.ids]
        )
        before = dict(self.env.cr.fetchall())
        more = lines.filtered(lambda line: line.qty_delivered > (before.get(line.id) or 0))
        self.env["credit.amendment"]._check_computed(more.order_id)

    def _is_credit_settled_at_till(self):
        """Goods of a till are gone and the till would stop; recognised without a dependency."""
        return "pos_order_line_ids" in self._fields and bool(self.pos_order_line_ids)

    @api.model
    def _get_credit_watched_fields(self):
        return LINE_FIELDS

"""Documents that Odoo itself makes, inside Odoo: those to be multiplied, and those to be measured."""

from odoo.fields import Command

LOGIN = "bench"
LIMIT = 1_000_000_000  # nobody is to be stopped


def make_templates(env, salespeople):
    """One document of each kind. :return: their ids"""
    people = make_people(env, salespeople)
    goods = make_products(env, 40, is_storable=True, invoice_policy="order")
    by_delivery = make_products(env, 10, is_storable=True, invoice_policy="delivery")
    services = make_products(env, 4, type="service", invoice_policy="order", taxes_id=False)
    partner = env["res.partner"].create(
        {"name": "Customer", "is_company": True, "customer_rank": 1, "credit_limit": LIMIT}
    )
    closed = make_order(env, partner, services[:2])
    closed_invoice = invoice(closed)
    payment = pay(closed_invoice)
    waiting = make_order(env, partner, goods[:5])
    billed = make_order(env, partner, goods[:5])
    deliver(billed, 6)
    billed_invoice = invoice(billed, lines=2)
    given_up = make_order(env, partner, by_delivery[:5])
    deliver(given_up, 6, backorder=False)
    env["stock.picking"].search([("sale_id.partner_id", "=", partner.id)]).do_unreserve()
    return {
        "users": people.ids,
        "goods": goods.ids,
        "services": services.ids,
        "partner": partner.id,
        "closed": [closed.id, closed_invoice.id],
        "payment": payment.id,
        "waiting": [waiting.id],
        "billed": [billed.id, billed_invoice.id],
        "given_up": [given_up.id],
    }


def make_drafts(env, partners, goods, services, orders, invoices):
    """What is confirmed and posted in the measurements. :return: ids"""
    bench = env["res.users"].search([("login", "=", LOGIN)])
    goods = env["product.product"].browse(goods)
    service = env["product.product"].browse(services[:1])
    customers = env["res.partner"].browse(partners)
    light = make_order(env, customers[0], service, confirm=False, user_id=bench.id)
    heavy = [
        make_order(env, customers[n % len(customers)], lines, confirm=False, user_id=bench.id)
        for n in range(orders)
        for lines in [goods.browse(goods.ids[n % 4 * 10 :][:10])]
    ]
    ordered = [
        make_order(env, customers[n % len(customers)], service, confirm=False, user_id=bench.id)
        for n in range(invoices)
    ]
    ordered = env["sale.order"].union(*ordered)
    ordered.action_confirm()
    drafts = ordered._create_invoices(grouped=True)
    return {
        "light": light.ids,
        "heavy": [order.id for order in heavy],
        "drafts": drafts.ids,
    }


def make_people(env, count):
    """Salespeople who are employees; the first of them does what is measured."""
    company = env.company
    groups = [
        "sales_team.group_sale_salesman_all_leads",
        "account.group_account_invoice",
        "stock.group_stock_user",
    ]
    users = env["res.users"].create(
        [
            {
                "name": f"Salesperson {number}",
                "login": f"{LOGIN}{number or ''}",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set([env.ref(name).id for name in groups])],
            }
            for number in range(count)
        ]
    )
    env["hr.employee"].create(
        [{"name": user.name, "user_id": user.id, "company_id": company.id} for user in users]
    )
    return users


def make_products(env, count, **values):
    products = env["product.product"].create(
        [{"name": f"Item {number}", "list_price": 10} | values for number in range(count)]
    )
    if values.get("is_storable"):
        location = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
        for product in products:
            env["stock.quant"]._update_available_quantity(product, location.lot_stock_id, 1_000_000)
    return products


def make_order(env, partner, products, confirm=True, **values):
    lines = [
        Command.create({"product_id": product.id, "product_uom_qty": 10, "price_unit": 10})
        for product in products
    ]
    order = env["sale.order"].create({"partner_id": partner.id, "order_line": lines} | values)
    if confirm:
        order.action_confirm()
    return order


def deliver(order, quantity, backorder=True):
    """Hand over ``quantity`` of each line; the rest waits, or is given up."""
    picking = order.picking_ids
    picking.move_ids.quantity = quantity
    picking.move_ids.picked = True
    context = {"skip_backorder": True, "skip_sms": True}
    if not backorder:
        context["picking_ids_not_to_backorder"] = picking.ids
    picking.with_context(**context).button_validate()


def invoice(order, lines=None):
    """Post an invoice of the first lines of an order, of all by default."""
    move = order._create_invoices().with_env(order.env)
    if lines:
        move.invoice_line_ids[lines:].unlink()
    move.action_post()
    return move


def pay(move):
    """Settle an invoice by an entry on the bank's account. :return: the entry"""
    receivable = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
    bank = move.env["account.journal"].search([("type", "=", "bank")], limit=1)
    common = {"partner_id": move.partner_id.id, "name": "Payment"}
    sides = [
        common | {"account_id": bank.default_account_id.id, "debit": move.amount_total},
        common | {"account_id": receivable.account_id.id, "credit": move.amount_total},
    ]
    entry = move.env["account.move"].create(
        {"journal_id": bank.id, "line_ids": [Command.create(side) for side in sides]}
    )
    entry.action_post()
    (receivable | entry.line_ids.filtered("credit")).reconcile()
    return entry


CALLS = {function.__name__: function for function in (make_templates, make_drafts)}

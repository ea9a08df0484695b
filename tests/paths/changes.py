"""What is tried with confirmed orders: to make them hold more, or to make them look as if they held less."""

from .sending import in_turn, on_order, write_line
from .stage import OVER, WITHIN

JUST_TOO_LITTLE = WITHIN - 1  # what somebody else may owe


def add_line(case):
    line = {"order_id": case.order, "product_id": case.scene.service, "price_unit": OVER}
    case.call("sale.order.line", "create", [line])


def add_line_by_order(case):
    line = {"product_id": case.scene.service, "price_unit": OVER}
    case.call("sale.order", "write", [case.order], {"order_line": [(0, 0, line)]})


def save_form(case):
    values = {"order_line": [(1, case.line, {"price_unit": OVER})]}
    case.call("sale.order", "web_save", [case.order], values, specification={})


def bring_line_over(case):
    """A line of a quotation for somebody else."""
    line = (0, 0, {"product_id": case.scene.service, "price_unit": OVER})
    values = {"partner_id": case.another(), "order_line": [line]}
    other = case.call("sale.order", "create", [values])
    (line,) = case.scene.read("sale.order", other[0], "order_line")["order_line"]
    case.call("sale.order.line", "write", [line], {"order_id": case.order})


def dozens(case):
    """Not ten pieces but ten dozens, at twelve times the price."""
    dozen = case.scene.ref("uom.product_uom_dozen")
    values = {"product_uom_id": dozen, "price_unit": 12 * WITHIN / 10}
    case.call("sale.order.line", "write", [case.line], values)


def another_product(case):
    product = case.scene.sold("Marble", type="service", list_price=OVER)
    case.call("sale.order.line", "write", [case.line], {"product_id": product})


def tax(case):
    case.call("sale.order.line", "write", [case.line], {"tax_ids": [(6, 0, [case.scene.tax])]})


def another_fiscal_position(case):
    values = {"fiscal_position_id": case.scene.taxing_position}
    case.call("sale.order", "write", [case.order], values)
    case.call("sale.order", "action_update_taxes", [case.order])


def discount_by_wizard(case):
    values = {"discount_type": "sol_discount", "discount_percentage": -1}
    model = "sale.order.discount"
    wizard = case.call(model, "create", [{"sale_order_id": case.order, **values}])
    case.call(model, "action_apply_discount", wizard)


def freight_by_wizard(case):
    values = {"order_id": case.order, "carrier_id": case.scene.carrier, "delivery_price": OVER}
    wizard = case.call("choose.delivery.carrier", "create", [values])
    case.call("choose.delivery.carrier", "button_confirm", wizard)


def another_pricelist(case):
    case.call("sale.order", "write", [case.order], {"pricelist_id": case.scene.dear_pricelist})
    case.call("sale.order", "action_update_prices", [case.order])


def another_currency(case):
    """The figures stay, their worth does not."""
    case.call("sale.order", "write", [case.order], {"currency_id": case.scene.dear_currency})


def bill_another(case):
    values = {"partner_invoice_id": case.another(JUST_TOO_LITTLE)}
    case.call("sale.order", "write", [case.order], values)


def sell_to_another(case):
    values = {"partner_id": case.another(JUST_TOO_LITTLE)}
    case.call("sale.order", "write", [case.order], values)


def move_to_sister_company(case):
    case.call("sale.order", "write", [case.order], {"company_id": case.scene.sister})


def longer_term(case):
    case.call("sale.order", "write", [case.order], {"payment_term_id": case.scene.sixty_days})


unlock_and_raise = in_turn(on_order("action_unlock"), write_line(price_unit=OVER))


def reach_two_milestones(case):
    """Each of them delivers all that was ordered."""
    (project, _name) = case.scene.read("sale.order.line", case.line, "project_id")["project_id"]
    values = {"project_id": project, "sale_line_id": case.line, "quantity_percentage": 1}
    vals_list = [{"name": name, **values} for name in ("Begun", "Done")]
    milestones = case.call("project.milestone", "create", vals_list)
    case.call("project.milestone", "write", milestones, {"is_reached": True})


def invoiced_by_another(case):
    """What somebody else was invoiced, linked to the line as if it were its invoice."""
    scene = case.scene
    values = {"product_id": scene.service, "quantity": 10, "price_unit": WITHIN / 10}
    move = scene.create(
        "account.move",
        move_type="out_invoice",
        partner_id=scene.customer(),
        invoice_line_ids=[(0, 0, values)],
    )
    (line,) = scene.read("account.move", move, "invoice_line_ids")["invoice_line_ids"]
    case.call("sale.order.line", "write", [case.line], {"invoice_lines": [(4, line)]})

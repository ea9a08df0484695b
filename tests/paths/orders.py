"""What is tried with quotations, by people and by the customer himself."""

import re

from kit.client import Visitor

from .sending import on_order
from .stage import LIMIT, OVER

SIGNATURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
confirm = on_order("action_confirm")


def new_order(**values):
    """An order made at once in the state wanted."""

    def way(case):
        lines = [(0, 0, {"product_id": case.scene.service, "price_unit": OVER})]
        vals = {"partner_id": case.partner, "order_line": lines, **values}
        case.call("sale.order", "create", [vals])

    return way


def confirm_two(case):
    """The quotation, and another that fits."""
    line = (0, 0, {"product_id": case.scene.service, "price_unit": 700})
    values = {"partner_id": case.partner, "order_line": [line]}
    other = case.call("sale.order", "create", [values])
    case.call("sale.order", "action_confirm", [case.order, *other])


def reset_and_confirm_dearer(case):
    case.call("sale.order", "action_draft", [case.order])
    case.call("sale.order.line", "write", [case.line], {"price_unit": OVER})
    confirm(case)


def cancel_and_start_anew(case):
    case.call("sale.order", "action_cancel", [case.order])
    reset_and_confirm_dearer(case)


def cancel_in_bulk_and_start_anew(case):
    model = "sale.mass.cancel.orders"
    wizard = case.call(model, "create", [{"sale_order_ids": [(6, 0, [case.order])]}])
    case.call(model, "action_mass_cancel", wizard)
    reset_and_confirm_dearer(case)


def confirm_combo(case):
    """A set, which has no price of its own: its part has."""
    scene = case.scene
    whole = {"product_id": scene.combo_set, "virtual_id": "set", "selected_combo_items": "[]"}
    part = {"product_id": scene.service, "combo_item_id": scene.combo_item}
    part |= {"linked_virtual_id": "set", "price_unit": OVER}
    values = {"partner_id": case.partner, "order_line": [(0, 0, whole), (0, 0, part)]}
    (case.order,) = case.call("sale.order", "create", [values])
    confirm(case)


def bill_another(case):
    """The goods for him, the bill for a customer who has no room for it either."""
    case.call("sale.order", "write", [case.order], {"partner_invoice_id": case.another(LIMIT)})
    confirm(case)


def make_a_new_customer(case):
    """The same company once more, as the customer field creates it."""
    partner, _name = case.call("res.partner", "name_create", case.scene.number("Customer"))
    case.partners.append(partner)
    case.call("sale.order", "write", [case.order], {"partner_id": partner})
    confirm(case)


def make_a_contact_a_company(case):
    """A contact who becomes a company of his own has no credit yet."""
    contact = case.scene.create("res.partner", name="Buyer", parent_id=case.partner)
    case.partners.append(contact)
    case.call("res.partner", "write", [contact], {"is_company": True, "parent_id": False})
    values = {"partner_id": contact, "partner_invoice_id": contact}
    case.call("sale.order", "write", [case.order], values)
    confirm(case)


def confirm_in_sister_company(case):
    case.call("sale.order", "write", [case.order], {"company_id": case.scene.sister})
    confirm(case)


def longer_term_of_the_customer(case):
    """The longer term is put on the customer; the next quotation takes it from there."""
    values = {"property_payment_term_id": case.scene.sixty_days}
    case.call("res.partner", "write", [case.partner], values)
    lines = [(0, 0, {"product_id": case.scene.service, "price_unit": 10})]
    (case.order,) = case.call(
        "sale.order", "create", [{"partner_id": case.partner, "order_line": lines}]
    )
    confirm(case)


# Figures that Odoo computes, and takes from whoever may edit the document ------------------------


def make_up_payment(case):
    """An online payment that nobody made."""
    provider = case.scene.provider
    values = {
        "provider_id": provider["id"],
        "payment_method_id": provider["payment_method_ids"][0],
        "reference": case.scene.number("Paid"),
        "amount": OVER,
        "currency_id": case.scene.currency,
        "partner_id": case.partner,
        "state": "done",
        "sale_order_ids": [(6, 0, [case.order])],
    }
    case.call("payment.transaction", "create", [values])


def borrow_payment(case):
    """What another customer pays online, put on this order."""
    values = {"transaction_ids": [(4, case.scene.authorised_payment)]}
    case.call("sale.order", "write", [case.order], values)


# The customer himself ----------------------------------------------------------------------------


def open_link(case):
    """The page of the quotation, as the mail links to it. :return: ``(visitor, access token)``"""
    url = case.scene.call("sale.order", "get_portal_url", [case.order])
    visitor = Visitor(case.scene.server.url)
    assert visitor.get(url).status_code == 200
    return visitor, re.search("access_token=([^&]+)", url)[1]


def sign(case):
    visitor, token = open_link(case)
    signed = {"access_token": token, "name": "Buyer", "signature": SIGNATURE}
    visitor.route(f"/my/orders/{case.order}/accept", **signed)


def take_option_and_sign(case):
    """Ten pieces of the optional product, then the signature."""
    visitor, token = open_link(case)
    taken = {"access_token": token, "line_id": case.line, "input_quantity": 10}
    visitor.route(f"/my/orders/{case.order}/update_line_dict", **taken)
    sign(case)


def pay(amount):
    """Pay online, the whole or a part."""

    def way(case):
        visitor, token = open_link(case)
        reference = _start_payment(
            visitor,
            f"/my/orders/{case.order}/transaction",
            case.scene.provider,
            access_token=token,
            amount=amount,
            flow="direct",
        )
        done = {"payment_details": "4242", "simulated_state": "done"}
        visitor.route("/payment/demo/simulate_payment", reference=reference, **done)
        visitor.route("/payment/status/poll")

    return way


def order_in_shop_and_pay_on_delivery(case):
    """Twenty pieces from the web shop, to be paid to the carrier."""
    scene = case.scene
    buyer = scene.portal(case.partner)
    template = scene.read("product.product", scene.goods, "product_tmpl_id")["product_tmpl_id"][0]
    wanted = {"product_template_id": template, "product_id": scene.goods, "quantity": 20}
    buyer.route("/shop/cart/add", **wanted)
    domain = [("partner_id", "=", case.partner), ("website_id", "!=", False)]
    (cart,) = scene.call("sale.order", "search_read", domain, ["access_token"])
    buyer.route("/shop/set_delivery_method", dm_id=scene.carrier)
    reference = _start_payment(
        buyer,
        f"/shop/payment/transaction/{cart['id']}",
        scene.cash_on_delivery,
        access_token=cart["access_token"],
        flow="redirect",
    )
    buyer.http.post(f"{buyer.url}/payment/custom/process", data={"reference": reference})
    buyer.route("/payment/status/poll")


def _start_payment(visitor, route, provider, **values):
    """:return: the reference of the payment"""
    answer = visitor.route(
        route,
        provider_id=provider["id"],
        payment_method_id=provider["payment_method_ids"][0],
        token_id=None,
        tokenization_requested=False,
        landing_route="/my",
        **values,
    )
    return answer["reference"]

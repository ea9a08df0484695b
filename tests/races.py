"""What people do at the same moment, as calls for :func:`credit_company.together`."""


def confirm(client, *orders):
    return lambda: client.call("sale.order", "action_confirm", list(orders))


def write_state(client, order):
    return lambda: client.call("sale.order", "write", [order], {"state": "sale"})


def approve(client, approval):
    return lambda: client.call("hr.control.approval", "action_approve", [approval])


def cut(client, account, limit):
    values = {"base_limit": limit, "change_reason": "Pays late"}
    return lambda: client.call("credit.account", "write", [account], values)

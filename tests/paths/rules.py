"""What is tried with the rules themselves: limits, releases, people, settings, automation."""

from .stage import OVER, WRITES_STATE

EVERYTHING = {"mode": "unlimited", "base_limit": 10**6, "change_reason": "Because"}
GRANT_ALL = (
    f"env['credit.account'].search([('partner_id', '=', {{partner}})]).write({EVERYTHING!r})"
)


def account_of(case):
    return case.scene.account(case.partner)


# Customers ---------------------------------------------------------------------------------------


def join_another(case):
    """Made a contact of a customer who may owe anything."""
    values = {"is_company": False, "parent_id": case.another(0, "unlimited")}
    case.call("res.partner", "write", [case.partner], values)


def belong_to_another(case):
    values = {"commercial_partner_id": case.another(0, "unlimited")}
    case.call("res.partner", "write", [case.partner], values)


def merge_into_another(case):
    rich = case.another(0, "unlimited")
    model = "base.partner.merge.automatic.wizard"
    context = {"active_model": "res.partner", "active_ids": [case.partner, rich]}
    values = {"partner_ids": [(6, 0, [case.partner, rich])], "dst_partner_id": rich}
    wizard = case.call(model, "create", [values | {"state": "selection"}], context=context)
    case.call(model, "action_merge", wizard, context=context)


def write_customer(**values):
    return lambda case: case.call("res.partner", "write", [case.partner], values)


# Accounts, releases, authority -------------------------------------------------------------------


def write_account(case):
    case.call("credit.account", "write", [account_of(case)], EVERYTHING)


def second_account(case):
    values = {"partner_id": case.partner, "company_id": case.scene.id, **EVERYTHING}
    case.call("credit.account", "create", [values])


def delete_account(case):
    """It would be made anew, with what new customers may."""
    case.call("credit.account", "unlink", [account_of(case)])


def rule_for_oneself(case):
    values = {"company_id": case.scene.id, "max_over_amount": 10**6, "max_customer_limit": 10**6}
    case.call("credit.authority", "create", [values])


def grant_oneself(kind):
    """A grant in force, without anybody's decision."""

    def way(case):
        values = {
            "kind": kind,
            "account_id": account_of(case),
            "company_id": case.scene.id,
            "order_id": case.order,
            "amount": OVER,
            "reason": "Because",
            "state": "active",
            "valid_from": "2020-01-01 00:00:00",
            "valid_to": "2099-12-31 00:00:00",
        }
        case.call("credit.grant", "create", [values])

    return way


def emergency(case):
    values = {"account_id": account_of(case), "amount": OVER, "hours": 24, "reason": "Fire"}
    wizard = case.call("credit.emergency", "create", [values])
    case.call("credit.emergency", "action_give", wizard)


def _asked(case):
    """:return: ``(grant, approval)`` of the held order"""
    domain = [("order_id", "=", case.order)]
    (row,) = case.scene.call("credit.grant", "search_read", domain, ["approval_id"])
    return row["id"], row["approval_id"][0]


def approve_oneself(case):
    case.call("hr.control.approval", "action_approve", [_asked(case)[1]])


def write_approval(case):
    case.call("hr.control.approval", "write", [_asked(case)[1]], {"state": "approved"})


def write_grant(case):
    case.call("credit.grant", "write", [_asked(case)[0]], {"state": "active"})


def delegate_oneself(case):
    """The controller's decisions given to oneself, in his name."""
    values = {"user_id": case.scene.controller.uid, "delegate_id": case.client.uid}
    days = {"date_from": "2020-01-01", "date_to": "2099-12-31"}
    case.call("hr.control.delegation", "create", [values | days])


# What only an administrator can do ---------------------------------------------------------------


def open_the_table(case):
    """The right to write limits given to everybody; how high is another matter."""
    scene = case.scene
    (model,) = scene.call("ir.model", "search", [("model", "=", "credit.account")])
    values = {"name": "Open", "model_id": model, "perm_read": True, "perm_write": True}
    access = case.call("ir.model.access", "create", [values])
    try:
        write_account(case)
    finally:
        scene.call("ir.model.access", "unlink", access)


def become_credit_manager(case):
    """The group given to oneself, then the limit raised."""
    scene = case.scene
    group = scene.ref("hr_receivables_control.group_credit_manager")
    case.call("res.users", "write", [case.client.uid], {"group_ids": [(4, group)]})
    try:
        write_account(case)
    finally:
        scene.call("res.users", "write", [case.client.uid], {"group_ids": [(3, group)]})


def setting(name, value):
    """The settings page; afterwards it is as it was."""

    def way(case):
        scene = case.scene
        before = scene.read("res.company", scene.id, name)[name]
        try:
            (settings,) = case.call("res.config.settings", "create", [{name: value}])
            case.call("res.config.settings", "execute", [settings])
        finally:
            scene.set(**{name: before})

    return way


def _run_action(case, **values):
    """A server action of one's own, run on the order."""
    values |= {"name": "Confirm", "model_id": case.scene.ref("sale.model_sale_order")}
    action = case.call("ir.actions.server", "create", [values])
    context = {"active_model": "sale.order", "active_id": case.order, "active_ids": [case.order]}
    case.call("ir.actions.server", "run", action, context=context)


def action_that_confirms(case):
    _run_action(case, state="code", code="records.action_confirm()")


def action_that_writes(case):
    _run_action(case, **WRITES_STATE)


def job(code):
    """A scheduled job of one's own, run by hand: it works as the system."""

    def way(case):
        values = {
            "name": "Job",
            "model_id": case.scene.ref("sale.model_sale_order"),
            "state": "code",
            "code": code.replace("{order}", str(case.order)).replace(
                "{partner}", str(case.partner)
            ),
            "user_id": case.scene.ref("base.user_root"),
            "interval_number": 1,
            "interval_type": "days",
        }
        made = case.call("ir.cron", "create", [values])
        case.call("ir.cron", "method_direct_trigger", made)

    return way

"""How each variant is set up, inside Odoo: nobody is stopped, everything is counted."""

from documents import LIMIT


def use_native(env):
    env.company.account_use_credit_limit = True


def use_oca(env):
    """Every bucket counts for every customer."""
    partners = env["res.partner"].search([("customer_rank", ">", 0)])
    flags = [
        name for name in partners._fields if name.startswith("risk_") and name.endswith("_include")
    ]
    partners.write(dict.fromkeys(flags, True))
    return flags


def use_ours(env):
    policies = [
        name
        for name, field in env.company._fields.items()
        if name.startswith("credit_")
        and name.endswith("_policy")
        and "enforce" in field.get_values(env)
    ]
    env.company.write(dict.fromkeys(policies, "enforce") | {"credit_overdue_grace_days": 999})
    limited = env["credit.account"].search_count(
        [("mode", "=", "limited"), ("base_limit", "=", LIMIT)]
    )
    assert limited, "no limit was taken over"
    return limited


def use_limits(env):
    """Every salesperson has limits per order, per customer and in total."""
    kinds = ("order", "customer", "pool")
    values = {f"limit_{kind}": True for kind in kinds} | {f"{kind}_limit": LIMIT for kind in kinds}
    env["credit.authority"].create({"company_id": env.company.id} | values)
    users = env["hr.employee"].search([("user_id", "!=", False)]).user_id
    env["credit.pool"]._ensure(users, env.company)
    return users.ids


def use_oca_overdue(env):
    """Its policy of three reminders for every receivable account."""
    policy = env.ref("account_credit_control.credit_control_3_time")
    policy.account_ids = env["account.account"].search([("account_type", "=", "asset_receivable")])
    env.company.credit_policy_id = policy
    return policy.account_ids.ids


SETTINGS = (use_native, use_oca, use_oca_overdue, use_ours, use_limits)
CALLS = {function.__name__: function for function in SETTINGS}

"""What is measured, as it runs inside Odoo. Each function returns something to check the variants against."""

from unittest.mock import patch

from odoo import fields


def confirm(env, orders):
    orders = env["sale.order"].browse(orders)
    orders.action_confirm()
    assert set(orders.mapped("state")) == {"sale"}, orders.mapped("state")
    return len(orders)


def post(env, invoices):
    invoices = env["account.move"].browse(invoices)
    invoices.action_post()
    assert set(invoices.mapped("state")) == {"posted"}, invoices.mapped("state")
    return len(invoices)


def load(env, partners, products, user, count):
    """Confirmed orders of two lines each, from a file as the import screen sends it."""
    fields = ["partner_id/.id", "user_id/.id", "state"]
    fields += [f"order_line/{name}" for name in ("product_id/.id", "product_uom_qty", "price_unit")]
    rows = []
    for number in range(count):
        head = [str(partners[number % len(partners)]), str(user), "sale"]
        for position, product in enumerate(products[:2]):
            rows.append([*(head if not position else ["", "", ""]), str(product), "2", "10"])
    result = env["sale.order"].load(fields, rows)
    assert result["ids"], result["messages"]
    return len(result["ids"])


def native(env, partners):
    """Odoo's own figures: what is due, and what is still to be invoiced."""
    partners = env["res.partner"].browse(partners)
    rows = partners.read(["credit", "credit_to_invoice"])
    return round(sum(row["credit"] + row["credit_to_invoice"] for row in rows), 2)


def native_orders(env, partners):
    rows = env["res.partner"].browse(partners).read(["credit_to_invoice"])
    return round(sum(row["credit_to_invoice"] for row in rows), 2)


def oca(env, partners):
    rows = env["res.partner"].browse(partners).read(["risk_total"])
    return round(sum(row["risk_total"] for row in rows), 2)


def ours(env, partners):
    accounts = env["credit.account"]._find(env["res.partner"].browse(partners), env.company)
    rows = accounts.read(["exposure_total"])
    return round(sum(row["exposure_total"] for row in rows), 2)


# Scheduled jobs ---------------------------------------------------------------------------------


def oca_overdue(env):
    """One run of ``account_credit_control``: lines only, its letters are steps of their own."""
    run = env["credit.control.run"].create({"date": fields.Date.context_today(env.user)})
    run.generate_credit_lines()
    return len(run.line_ids)


def ours_overdue(env):
    """Events at the right tier, one message per customer."""
    with no_commit(env):
        env["credit.overdue"]._cron_escalate()
    return env["credit.overdue.event"].search_count([("closed_at", "=", False)])


def rate(env, count):
    """Scores, grades and proposals, as the job makes them."""
    accounts = env["credit.score"]._get_due_accounts()[:count]
    scores = env["credit.score"]._rate(accounts)
    env["credit.limit.review"]._review(accounts, env.company)
    return len(scores)


def no_commit(env):
    """What is measured is rolled back."""
    return patch.object(
        type(env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: float("inf")
    )


JOBS = {function.__name__: function for function in (oca_overdue, ours_overdue, rate)}
CALLS = JOBS | {
    function.__name__: function
    for function in (confirm, post, load, native, native_orders, oca, ours)
}

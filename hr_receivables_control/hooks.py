from odoo.tools import SQL


def post_init_hook(env):
    """Give every existing customer an account, set-based, so that a large database installs in a minute.

    Odoo's own limit is read once: above zero it becomes the limit; zero meant "not checked" there
    and becomes *unlimited* here, so that the first day changes nothing for anybody.
    """
    companies = env["res.company"].search([])
    env["credit.account"]._make_for_existing_customers(companies)


def uninstall_hook(env):
    """No request is left that nobody can decide any more, and nothing of ours on Odoo's own tables."""
    asked = env["credit.grant"].search([("state", "=", "asked")])
    asked._void_approval(env._("Credit control was uninstalled."))
    pauses = env["credit.overdue.pause"].search([("state", "=", "asked")])
    pauses._void_approval(env._("Credit control was uninstalled."))
    files = env["credit.admission"].search([("state", "in", ("submitted", "reviewing"))])
    files._void_approval(env._("Credit control was uninstalled."))
    env.cr.execute(SQL("DROP INDEX IF EXISTS sale_order_credit_open_idx"))
    env.cr.execute(SQL("DROP INDEX IF EXISTS account_move_line_credit_draft_idx"))

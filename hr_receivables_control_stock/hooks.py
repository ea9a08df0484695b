from odoo.tools import SQL


def uninstall_hook(env):
    """Nothing of ours stays behind on Odoo's own tables."""
    env.cr.execute(SQL("DROP INDEX IF EXISTS stock_move_credit_given_up_idx"))

def post_init_hook(env):
    """A dossier for every employee, so that no first request has to open one; an account for every company."""
    env["hr.employee"].with_context(active_test=False).search([])._ensure_advance_dossiers()
    env["res.company"].search([])._ensure_advance_accounts()

def uninstall_hook(env):
    """The tables go with the models; the functions of their triggers are ours to remove."""
    env.cr.execute(
        "DROP FUNCTION IF EXISTS hr_control_event_protect, hr_control_seal_protect CASCADE"
    )

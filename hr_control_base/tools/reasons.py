def stated(reason):
    """What somebody gave as a reason, without the blanks around it.

    :return: ``""`` where there is none, or what a client sent is no text
    """
    return reason.strip() if isinstance(reason, str) else ""

from odoo.exceptions import ConcurrencyError, UserError


class GuardLost(UserError, ConcurrencyError):
    """Somebody else changed the same dossier first: nothing was read, nothing decided.

    Both parents matter. A ``retrying`` without a request replays a ``ConcurrencyError``; a job, which
    nobody replays, catches a ``UserError`` and goes on with the next subject.
    """

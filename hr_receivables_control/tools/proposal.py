"""Arithmetic of proposed limits; knows nothing of the ORM."""


def propose_limit(monthly_sales, term_months, min_months, round_to):
    """Limit from what a customer bought per month, tax included.

    :param monthly_sales: amounts of the months that had sales; months without are not averaged in
    :return: the limit, rounded down to a multiple of ``round_to``; None with too little history

    >>> propose_limit([30_000, 50_000, 40_000], 1.5, 3, 1_000)
    60000.0
    >>> propose_limit([650.35] * 3, 1, 3, 100)
    600.0
    >>> propose_limit([30_000, 50_000], 1, 3, 1_000) is None
    True
    """
    if len(monthly_sales) < min_months:
        return None
    limit = sum(monthly_sales) / len(monthly_sales) * term_months
    # a tiny share is added before rounding down, so that 0.1 + 0.2 does not fall below its own sum
    return float(int((limit + 1e-6) / round_to) * round_to)

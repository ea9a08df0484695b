"""Arithmetic of scores and of limits that follow them; knows nothing of the ORM."""


def get_points(value, worst, best):
    """Points from 0 to 100 on the straight line between two inputs; beyond them nothing is added.

    :param worst: input that gives 0 points
    :param best: input that gives 100 points; below ``worst`` where less is better

    >>> get_points(15, 30, 0)
    50.0
    >>> get_points(40, 30, 0), get_points(-1, 30, 0)
    (0.0, 100.0)
    """
    share = (value - worst) / (best - worst)
    return round(100 * min(max(share, 0.0), 1.0), 2)


def get_score(lines):
    """Weighted mean of the points; what has no data neither helps nor harms.

    :param lines: ``[(points or None, weight)]``
    :return: ``(score, share of the weight that has data in per cent)``; None without any data

    >>> get_score([(100, 30), (50, 10), (None, 60)])
    (87.5, 40.0)
    >>> get_score([(None, 10)]) is None
    True
    """
    known = [(points, weight) for points, weight in lines if points is not None and weight]
    total = sum(weight for _points, weight in lines)
    weight = sum(weight for _points, weight in known)
    if not weight:
        return None
    score = sum(points * weight for points, weight in known) / weight
    return round(score, 2), round(100 * weight / total, 2)


def round_down(amount, step):
    """The next multiple of ``step`` below; a tiny share is added first so that 0.1 + 0.2 reaches 0.3."""
    return float(int((amount + 1e-6) / step) * step) if step else amount


def get_capped(proposed, current, up_pct, down_pct):
    """A change no larger than a step: by ``up_pct`` per cent up, by ``down_pct`` down. From nothing there is no step.

    >>> get_capped(200, 100, 50, 30), get_capped(20, 100, 50, 30), get_capped(200, 0, 50, 30)
    (150.0, 70.0, 200)
    """
    if not current:
        return proposed
    return min(max(proposed, current * (1 - down_pct / 100)), current * (1 + up_pct / 100))


def get_trial_limit(base, capital, capital_pct, years, min_years, secured):
    """Limit of a customer without a history.

    Half of the class's limit where the company is younger than ``min_years`` or its age is unknown,
    never more than ``capital_pct`` per cent of a known registered capital, and on top what is secured.

    >>> get_trial_limit(20_000, 0, 5, 3, 2, 5_000)
    25000.0
    >>> get_trial_limit(20_000, 100_000, 5, None, 2, 0)
    5000.0
    """
    unsecured = base if years is not None and years >= min_years else base / 2
    if capital and capital_pct:
        unsecured = min(unsecured, capital * capital_pct / 100)
    return float(unsecured + secured)

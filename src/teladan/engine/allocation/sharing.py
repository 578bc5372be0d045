"""Dividing public money: every unit is given, none is invented."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.allocation.quotas import Weights, divide, exact_sum
from teladan.engine.errors import Infeasible
from teladan.engine.inputs import whole

__all__ = ["share"]

Ints = NDArray[np.int64]


def share(
    pot: int, weights: ArrayLike, *, floor: ArrayLike = 0, cap: ArrayLike | None = None
) -> NDArray[np.int64]:
    r"""Divide an indivisible pot in proportion to weights, between a floor and a cap.

    Parameters
    ----------
    pot : int
        Amount to divide, in whole units (rupiah); not negative, below 2**62.
    weights : array_like, shape (n,)
        Leverage of each recipient; finite, not negative, not all zero. Only
        ratios matter.
    floor : int or array_like of int, shape (n,), default 0
        Least amount of each recipient.
    cap : int or array_like of int, shape (n,), optional
        Greatest amount of each recipient.

    Returns
    -------
    ndarray of int64, shape (n,)
        Amounts in the order of `weights`. They sum to `pot` exactly.

    Raises
    ------
    Infeasible
        If the floors exceed the pot (witness ``shortage``), or the caps of
        those with weight can't hold it (witness ``surplus``).
    ValueError
        If an argument is malformed, or a floor exceeds its cap.

    Notes
    -----
    Recipient *i* has the quota :math:`q_i = \min(\max(\lambda w_i, f_i), c_i)`
    with the one :math:`\lambda` for which the quotas add up to the pot. Each
    gets the whole part of the quota, and the units left over go one each to
    the largest fractions [1]_. Everything is computed in whole numbers (a float
    weight is an exact fraction), so no rupiah depends on rounding. Equal
    fractions are settled by position: pass recipients best first. Somebody
    without weight stays at the floor. When the pot grows by one unit somebody
    may lose one (the Alabama paradox).

    References
    ----------
    .. [1] Balinski, M. L. and Young, H. P. (1982). *Fair Representation:
       Meeting the Ideal of One Man, One Vote*. Yale University Press.

    Examples
    --------
    >>> share(10, [3, 2, 1], floor=1)
    array([5, 3, 2])
    >>> share(100, [8, 1, 1], cap=50)
    array([50, 25, 25])
    """
    w, low, high = _request(pot, weights, floor, cap)
    held = ~w.some
    amounts = low.copy()
    # Whoever the common rate pushes past a bound is held there. Only the side that
    # is further out is held at once: those stay out of bounds at the final rate too.
    while not held.all():
        who = np.flatnonzero(~held)
        rest = int(pot) - exact_sum(amounts[held])
        quotas = divide(rest, w.take(who))
        quota, least, most = quotas.whole, low[who], high[who]
        below = quota < least
        above = (quota > most) | ((quota == most) & quotas.some)
        if not below.any() and not above.any():
            quota[quotas.largest(rest - exact_sum(quota))] += 1
            amounts[who] = quota
            break
        # What those below lack less what those above have too much.
        lack = exact_sum((least - quota)[below]) - exact_sum((quota - most)[above])
        side = quotas.compare(lack, below | above)
        if side >= 0:
            amounts[who[below]] = least[below]
            held[who[below]] = True
        if side <= 0:
            amounts[who[above]] = most[above]
            held[who[above]] = True
    return amounts


def _request(
    pot: int, weights: ArrayLike, floor: ArrayLike, cap: ArrayLike | None
) -> tuple[Weights, Ints, Ints]:
    if not _is_whole(pot) or not 0 <= pot < 2**62:
        raise ValueError(f"pot is {pot!r}, must be a whole number from 0 to 2**62 - 1")
    w = Weights.of(weights)
    low = whole("floor", floor, size=w.size)
    given = low if cap is None else whole("cap", cap, size=w.size)
    if (given < low).any():
        place = int(np.flatnonzero(given < low)[0])
        raise ValueError(f"cap[{place}] is {given[place]}, below its floor {low[place]}")
    shortage = exact_sum(low) - int(pot)
    if shortage > 0:
        raise Infeasible(
            f"the floors of {w.size} recipients add up to {exact_sum(low)}: "
            f"{shortage} more than the pot of {pot}",
            {"shortage": shortage},
        )
    high = np.full(w.size, pot, dtype=np.int64) if cap is None else np.minimum(given, pot)
    surplus = int(pot) - exact_sum(np.where(w.some, high, low))
    if surplus > 0:
        raise Infeasible(
            f"recipients with weight may get {pot - surplus} at most: "
            f"{surplus} of the pot of {pot} can't be given",
            {"surplus": surplus},
        )
    return w, low, high


def _is_whole(number: Any) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)

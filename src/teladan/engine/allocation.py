"""Dividing public money: every unit is given, none is invented."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.errors import Infeasible
from teladan.engine.inputs import vector, whole

__all__ = ["Concentration", "concentration", "share"]

Ints = NDArray[np.int64]
Wholes = NDArray[np.int64] | NDArray[np.object_]


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
    held = w == 0
    amounts = low.copy()
    # Whoever the common rate pushes past a bound is held there. Only the side that
    # is further out is held at once: those stay out of bounds at the final rate too.
    while not held.all():
        who = np.flatnonzero(~held)
        rest, total = pot - _add(amounts[held]), _add(w[who])
        quota, over = _divide(rest, w[who], total)
        below = quota < low[who]
        above = (quota > high[who]) | ((quota == high[who]) & (over > 0))
        if not below.any() and not above.any():
            amounts[who] = _round(rest, quota, over)
            break
        lack = _add((low[who] - quota)[below]) * total - _add(over[below])
        excess = _add((quota - high[who])[above]) * total + _add(over[above])
        if lack >= excess:
            amounts[who[below]] = low[who[below]]
            held[who[below]] = True
        if excess >= lack:
            amounts[who[above]] = high[who[above]]
            held[who[above]] = True
    return amounts


def _request(
    pot: int, weights: ArrayLike, floor: ArrayLike, cap: ArrayLike | None
) -> tuple[Wholes, Ints, Ints]:
    if not _is_whole(pot) or not 0 <= pot < 2**62:
        raise ValueError(f"pot is {pot!r}, must be a whole number from 0 to 2**62 - 1")
    w = _exact(weights)
    low = whole("floor", floor, size=w.size)
    given = low if cap is None else whole("cap", cap, size=w.size)
    if (given < low).any():
        place = int(np.flatnonzero(given < low)[0])
        raise ValueError(f"cap[{place}] is {given[place]}, below its floor {low[place]}")
    shortage = _add(low) - int(pot)
    if shortage > 0:
        raise Infeasible(
            f"the floors of {w.size} recipients add up to {_add(low)}: "
            f"{shortage} more than the pot of {pot}",
            {"shortage": shortage},
        )
    high = np.full(w.size, pot, dtype=np.int64) if cap is None else np.minimum(given, pot)
    surplus = int(pot) - _add(np.where(w > 0, high, low))
    if surplus > 0:
        raise Infeasible(
            f"recipients with weight may get {pot - surplus} at most: "
            f"{surplus} of the pot of {pot} can't be given",
            {"surplus": surplus},
        )
    return w, low, high


def _is_whole(number: Any) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)


def _exact(weights: ArrayLike) -> Wholes:
    """Return whole numbers in exactly the ratios of the weights."""
    given = np.asarray(weights)
    integral = given.ndim == 1 and given.dtype.kind == "i"
    w: NDArray[Any] = given.astype(np.int64) if integral else vector("weights", weights)
    if w.size == 0:
        raise ValueError("weights must have shape (n,) with n > 0, got (0,)")
    if (w < 0).any():
        place = int(np.flatnonzero(w < 0)[0])
        raise ValueError(f"weights[{place}] is {w[place]}, must not be negative")
    if not w.any():
        raise ValueError("weights are all zero")
    if integral:
        return w
    part, power = np.frexp(w)
    digits = np.ldexp(part, 53).astype(np.int64)
    zeros = np.frexp((digits & -digits).astype(np.float64))[1] - 1
    digits = np.where(digits > 0, digits >> np.maximum(zeros, 0), 0)
    power = power + zeros
    shift = np.where(digits > 0, power - power[digits > 0].min(), 0)
    if (np.frexp(digits.astype(np.float64))[1] + shift).max() < 62:
        return np.left_shift(digits, shift)
    return np.array([d << s for d, s in zip(digits.tolist(), shift.tolist(), strict=True)], object)


def _add(x: Wholes) -> int:
    """Sum without overflow."""
    if x.dtype == object:
        return int(sum(x.tolist()))
    return (int((x >> 32).sum()) << 32) + int((x & 0xFFFFFFFF).sum())


def _divide(rest: int, w: Wholes, total: int) -> tuple[Ints, Wholes]:
    """Return whole parts and remainders of ``rest * w / total``, exactly."""
    if w.dtype == object or rest >= 2**50 or total >= 2**60:
        product = w.astype(object) * int(rest)
        return (product // total).astype(np.int64), product % total
    quota = (w * (rest / total)).astype(np.int64)
    # The product overflows, but unsigned arithmetic is exact modulo 2**64 and the
    # true remainder is within a few totals of zero, because quotas fit a float.
    spare = w.view(np.uint64) * np.uint64(rest) - quota.view(np.uint64) * np.uint64(total)
    over = spare.view(np.int64)
    step = over // total
    return quota + step, over - step * total


def _round(rest: int, quota: Ints, over: Wholes) -> Ints:
    """Give the units left over to the largest remainders, one each, earlier first."""
    order = np.argsort(-over, kind="stable")
    amounts = quota.copy()
    amounts[order[: rest - _add(quota)]] += 1
    return amounts


@dataclass(frozen=True, slots=True)
class Concentration:
    """How unequally amounts are spread.

    Attributes
    ----------
    gini : float
        0 if all get the same, (n - 1)/n if one gets everything.
    top_share : float
        Share of the sum held by the largest `top` amounts.
    top : int
        How many that are.
    """

    gini: float
    top_share: float
    top: int


def concentration(amounts: ArrayLike, *, top: int = 10) -> Concentration:
    r"""Measure how unequally amounts are spread.

    Parameters
    ----------
    amounts : array_like, shape (n,)
        Amounts; not negative, not all zero.
    top : int, default 10
        How many of the largest make up `top_share`.

    Returns
    -------
    Concentration

    Raises
    ------
    ValueError
        If `amounts` is empty, negative, not finite or all zero, or `top` < 1.

    Notes
    -----
    With amounts in ascending order
    :math:`G = \sum_i (2i - n - 1) x_i / (n \sum x)`: half the mean difference
    of two recipients, as a share of the mean.

    Examples
    --------
    >>> concentration([1, 1, 1, 5], top=1)
    Concentration(gini=0.375, top_share=0.625, top=1)
    """
    x = np.sort(vector("amounts", amounts))
    if x.size == 0 or x[0] < 0 or not x.any():
        raise ValueError("amounts must not be empty, negative or all zero")
    if top < 1:
        raise ValueError(f"top is {top}, must be at least 1")
    rank = 2.0 * np.arange(1, x.size + 1) - x.size - 1
    return Concentration(
        gini=float(rank @ x / (x.size * x.sum())),
        top_share=float(x[-top:].sum() / x.sum()),
        top=int(top),
    )

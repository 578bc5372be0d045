"""Places with a declared tie rule."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.inputs import vector

__all__ = ["places"]


def places(points: ArrayLike, *keys: ArrayLike) -> NDArray[np.int64]:
    """Give each entry its place, best first; ties the keys don't break stay ties.

    Parameters
    ----------
    points : array_like, shape (P,)
        Higher is better.
    *keys : array_like, shape (P,)
        The tie rule: where points are equal the first key decides, then the
        second, and so on. Higher is better; negate a key where lower is.

    Returns
    -------
    ndarray of int64, shape (P,)
        1 for the best. Equal entries share a place and the next place is
        skipped: 1, 2, 2, 4. Position never breaks a tie.

    Raises
    ------
    ValueError
        If a value is not finite or shapes differ.

    Notes
    -----
    Means of the same marks can differ in the last bits with the order of
    addition. Neighbours in a sorted list closer than 1e-9 of the largest
    absolute value (at least 1e-9) therefore count as equal. The line for the
    best `k` is clear if ``(places <= k).sum() == k``; more means a tie at the
    line for people to settle.

    Examples
    --------
    >>> places([80, 90, 90, 70])
    array([3, 1, 1, 4])
    >>> places([80, 90, 90, 70], [0, 5, 6, 0])
    array([3, 2, 1, 4])
    """
    first = vector("points", points)
    given = [vector(f"keys[{i}]", key, size=first.size) for i, key in enumerate(keys)]
    levels = [_levels(values) for values in (first, *given)]
    order = np.lexsort(levels[::-1])
    changes = np.zeros(first.size, dtype=bool)
    for level in levels:
        changes[1:] |= np.diff(level[order]) != 0
    answer = np.empty(first.size, dtype=np.int64)
    starts = np.where(changes, np.arange(first.size), 0)
    answer[order] = np.maximum.accumulate(starts) + 1
    return answer


def _levels(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the number of each distinct value, highest first; within the tolerance is one."""
    order = np.argsort(-values, kind="stable")
    tolerance = 1e-9 * max(1.0, float(np.abs(values).max(initial=0.0)))
    level = np.zeros(values.size, dtype=np.int64)
    level[order[1:]] = np.cumsum(-np.diff(values[order]) > tolerance)
    return level

"""The published formulas that turn figures into grades, scales and improvements."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.inputs import number, vector

__all__ = ["grades", "improvement", "min_max"]

Floats = NDArray[np.float64]
Better = Literal["higher", "lower"]


def grades(points: ArrayLike, bands: Sequence[tuple[str, float]]) -> NDArray[np.str_]:
    """Give each number of points the grade of its band.

    Parameters
    ----------
    points : array_like, shape (n,)
        Points; NaN where missing.
    bands : sequence of (grade, low), best first
        A band reaches from its low edge, which belongs to it, to the low edge of
        the band before it, which does not: there can be no gap and no overlap. The
        last band may begin at ``-inf``. An edge that a rule excludes ("more than
        90") is the next figure that can occur, 90.01 for points with two decimals.

    Returns
    -------
    ndarray of str, shape (n,)
        Grades in the order of `points`; the empty string where points are missing.

    Raises
    ------
    ValueError
        If there is no band, grades repeat or are empty, edges do not fall, or
        points lie below the last band.

    Notes
    -----
    Points are compared as they are. 89.995 is below 90: who rounds for publication
    rounds first and passes what is published.

    The regional incentive fund of 2018 had twelve such grades, AA+ to DD- [1]_; the
    innovation index of 2023 has bands from 60.01, 35.00 and 0.01 and one for 0 [2]_.

    References
    ----------
    .. [1] Directorate General of Fiscal Balance, Ministry of Finance of Indonesia.
       *Dana Insentif Daerah* 2018 (presentation of the formula).
    .. [2] Ministry of Home Affairs of Indonesia. *Sosialisasi Indeks Inovasi Daerah*
       2023 (presentation).

    Examples
    --------
    >>> index = [("very innovative", 60.01), ("innovative", 35), ("less", 0.01), ("none", 0)]
    >>> grades([60.01, 60.0, 34.99, 0], index).tolist()
    ['very innovative', 'innovative', 'less', 'none']
    """
    names, edges = _bands(bands)
    x = vector("points", points, missing=True)
    given = ~np.isnan(x)
    low = np.flatnonzero(given & (x < edges[-1]))
    if low.size:
        raise ValueError(
            f"points[{low[0]}] is {x[low[0]]}, below the last band "
            f"{names[-1]!r}, which begins at {edges[-1]}"
        )
    rank = len(names) - np.searchsorted(edges[::-1], np.where(given, x, np.inf), side="right")
    return np.where(given, np.array(names)[rank], "")


def _bands(bands: Sequence[tuple[str, float]]) -> tuple[list[str], Floats]:
    if not bands:
        raise ValueError("bands must not be empty")
    names = [str(grade) for grade, _ in bands]
    edges = np.array([float(low) for _, low in bands])
    for i, name in enumerate(names):
        if not name or name in names[:i]:
            raise ValueError(f"bands[{i}] is called {name!r}, must have a name of its own")
        last = i == len(names) - 1
        if np.isnan(edges[i]) or edges[i] == np.inf or (edges[i] == -np.inf and not last):
            raise ValueError(f"bands[{i}] begins at {edges[i]}, must be finite")
        if i and edges[i] >= edges[i - 1]:
            raise ValueError(
                f"bands[{i}] begins at {edges[i]}, must begin below bands[{i - 1}] at "
                f"{edges[i - 1]}: best first, without overlap"
            )
    return names, edges


def min_max(
    values: ArrayLike,
    *,
    low: float | None = None,
    high: float | None = None,
    better: Better = "higher",
) -> Floats:
    r"""Place values on the way from the worst (0) to the best (1).

    Parameters
    ----------
    values : array_like, shape (n,)
        Figures of a variable; NaN where missing.
    low, high : float, optional
        Ends of the scale if a rule fixes them (goalposts), ``low < high``; by
        default the least and the greatest value. What lies beyond counts as at the end.
    better : {"higher", "lower"}
        Which end is the best.

    Returns
    -------
    ndarray of float64, shape (n,)
        Between 0 and 1; NaN stays NaN.

    Raises
    ------
    ValueError
        If a value is infinite, or the ends given are not finite and ascending.

    Notes
    -----
    :math:`(x - \min) / (\max - \min)`; where lower is better the two ends change
    places. The fiscal incentive of 2024 adds 1 to this fraction [1]_ as far as the
    published text can be read, which is left to the caller; goalposts are those of
    the human development index [2]_. If all values are equal and no end is given,
    all stand at both ends: each gets 1, for nobody is behind.

    References
    ----------
    .. [1] Ministry of Finance of Indonesia (2024). *PMK 91/2024*, annex, part A,
       formula 2.
    .. [2] United Nations Development Programme. *Human Development Report:
       Technical Notes*, note 1.

    Examples
    --------
    >>> min_max([10, 20, 40])
    array([0.        , 0.33333333, 1.        ])
    >>> min_max([10, float("nan"), 40], better="lower")
    array([ 1., nan,  0.])
    >>> min_max([75, 90], low=20, high=85)
    array([0.84615385, 1.        ])
    """
    x = vector("values", values, missing=True)
    sign = _sign(better)
    for name, end in (("low", low), ("high", high)):
        if end is not None:
            number(name, end)
    given = x[~np.isnan(x)]
    if given.size == 0:
        return x
    least = float(given.min() if low is None else low)
    most = float(given.max() if high is None else high)
    if least > most or (least == most and not (low is None and high is None)):
        raise ValueError(f"the scale from low {least} to high {most} has no width")
    if least == most:
        return np.where(np.isnan(x), np.nan, 1.0)
    # Halves, so that a scale from one end of the floats to the other doesn't overflow.
    way = (np.clip(x, least, most) / 2 - least / 2) / (most / 2 - least / 2)
    return way if sign > 0 else 1.0 - way


def improvement(
    before: ArrayLike,
    after: ArrayLike,
    *,
    target: ArrayLike | None = None,
    better: Better = "higher",
) -> Floats:
    r"""Measure how far figures moved to the better.

    Parameters
    ----------
    before, after : array_like, shape (n,)
        The figure of the earlier and of the latest period; NaN where missing.
    target : float or array_like, shape (n,), optional
        The best the variable can reach. Without it the change itself is returned,
        in the unit of the figures.
    better : {"higher", "lower"}
        Which direction is the better one.

    Returns
    -------
    ndarray of float64, shape (n,)
        With `target` the part of the way that was covered: 1 is all of it, more is
        beyond the target, negative is worse than before. NaN where a figure is missing.

    Raises
    ------
    ValueError
        If shapes differ, a figure is infinite, or one was beyond its target before.

    Notes
    -----
    :math:`(x_t - x_{t-1}) / (\mathrm{target} - x_{t-1})` [1]_. The formula is the
    same for variables of which less is better, since both differences change their
    sign. Who was at the target already has no way to cover: 1 if still there. Who
    fell from it is at no part of any way, and gets NaN: the rule has to say.

    References
    ----------
    .. [1] Ministry of Finance of Indonesia (2024). *PMK 91/2024*, annex, part A,
       formula 1.

    Examples
    --------
    >>> improvement([60, 80], [70, 75], target=100)
    array([ 0.25, -0.25])
    >>> improvement([12.0], [9.0], target=0, better="lower")
    array([0.25])
    >>> improvement([12.0], [9.0], better="lower")
    array([3.])
    """
    old = vector("before", before, missing=True)
    new = vector("after", after, size=old.size, missing=True)
    sign = _sign(better)
    # Adding nought makes the -0.0 of "no change, lower is better" a plain nought.
    gain: Floats = sign * (new - old) + 0.0
    if target is None:
        return gain
    goal = np.asarray(target)
    end = vector(
        "target", np.full(old.size, goal) if goal.ndim == 0 else goal, size=old.size, missing=True
    )
    way = sign * (end - old)
    beyond = np.flatnonzero(way < 0)
    if beyond.size:
        i = beyond[0]
        raise ValueError(f"before[{i}] is {old[i]}, beyond its target {end[i]}: {better} is better")
    none = way == 0
    part = gain / np.where(none, 1.0, way)
    return np.where(none, np.where(gain >= 0, 1.0, np.nan), part)


def _sign(better: str) -> int:
    if better not in ("higher", "lower"):
        raise ValueError(f"better is {better!r}, must be 'higher' or 'lower'")
    return 1 if better == "higher" else -1

"""From marks per aspect to points."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.inputs import matrix, vector

__all__ = ["weigh"]


def weigh(marks: ArrayLike, weights: ArrayLike) -> NDArray[np.float64]:
    r"""Turn marks per aspect into points on the scale of the marks.

    Parameters
    ----------
    marks : array_like, shape (n, C)
        One row a ballot, one column an aspect. Every aspect is marked.
    weights : array_like, shape (C,)
        Importance of each aspect; finite, not negative, not all zero. Only
        ratios matter: 20, 30, 50 is the same as .2, .3, .5.

    Returns
    -------
    ndarray of float64, shape (n,)
        Weighted mean of each row.

    Raises
    ------
    ValueError
        If a mark is missing or not finite (the row and aspect are named), if
        shapes do not fit, or if `weights` are negative or all zero.

    Notes
    -----
    :math:`t_i = \sum_c w_c m_{ic} / \sum_c w_c`. A missing aspect is never
    read as zero and never left out of the mean: both would let a ballot with
    a gap be compared with a whole one.

    Examples
    --------
    >>> weigh([[80, 90], [70, 100]], [75, 25])
    array([82.5, 77.5])
    """
    m = matrix("marks", marks)
    w = vector("weights", weights)
    if m.shape[1] != w.size:
        raise ValueError(f"marks have {m.shape[1]} aspects, weights have {w.size}")
    if (w < 0).any():
        place = int(np.flatnonzero(w < 0)[0])
        raise ValueError(
            f"weights[{place}] is {w[place]}: weights must not be negative and not all zero"
        )
    if not w.any():
        raise ValueError("weights must not be negative and not all zero")
    # Summed aspect by aspect: equal ballots get equal points on every machine.
    total = np.zeros(m.shape[0])
    for c in range(w.size):
        total += w[c] * m[:, c]
    points: NDArray[np.float64] = total / w.sum()
    return points

"""Where one more reading changes most."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.ranking.calibration import Calibration

__all__ = ["next_reads"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def next_reads(
    calibration: Calibration,
    *,
    k: int,
    budget: int,
    busy: ArrayLike | None = None,
    most: int = 12,
) -> Ints:
    r"""Choose the readings that most change who is among the best k.

    Parameters
    ----------
    calibration : Calibration
        What is known now.
    k : int
        How many entries stand, 1 to P - 1.
    budget : int
        How many readings there are to give.
    busy : array_like of bool, shape (E,) or (P, E), optional
        Readers who can't read now, or pairs that must not be (conflicts).
        Pairs already read are left out anyway.
    most : int, default 12
        Most readings of one entry, those done included.

    Returns
    -------
    ndarray of int64, shape (m, 2)
        Pairs (entry, reader), sorted; fewer than `budget` only where nobody
        free of conflict is left.

    Raises
    ------
    ValueError
        If `k`, `budget`, `most` or `busy` is out of range or misshapen.

    Notes
    -----
    The worth of a reading is :math:`\phi(z) s`, with :math:`z` the distance of
    the adjusted points from the line between the places `k` and `k + 1` in
    standard errors :math:`s`. A second reading of one entry in the same batch
    counts with the smaller :math:`s` it would meet. Readers with the fewest
    readings come first; equal worth and equal load go by position.
    """
    entries, readers = calibration.raw.size, calibration.severity.size
    if not 1 <= k < entries:
        raise ValueError(f"k is {k}, must be 1 to {entries - 1}")
    if budget < 0:
        raise ValueError(f"budget is {budget}, must not be negative")
    closed = _closed(calibration, busy, (entries, readers))
    done = np.bincount(calibration.entry, minlength=entries)
    turns = _turns(calibration, k, budget, np.maximum(most - done, 0))
    load = np.bincount(calibration.reader, minlength=readers).astype(np.int64)
    fresh = np.zeros(readers, dtype=np.int64)
    pairs: list[tuple[int, int]] = []
    for p in turns.tolist():
        if len(pairs) == budget:
            break
        open_to = np.flatnonzero(~closed[p])
        if open_to.size:
            r = int(open_to[np.lexsort((load[open_to], fresh[open_to]))[0]])
            pairs.append((p, r))
            closed[p, r] = True
            load[r] += 1
            fresh[r] += 1
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _closed(
    calibration: Calibration, busy: ArrayLike | None, shape: tuple[int, int]
) -> NDArray[np.bool_]:
    closed = np.zeros(shape, dtype=np.bool_)
    if busy is not None:
        given = np.asarray(busy)
        if given.dtype != np.bool_ or given.shape not in (shape, shape[1:]):
            raise ValueError(
                f"busy must be bool {shape[1:]} or {shape}, got {given.dtype} {given.shape}"
            )
        closed |= given
    closed[calibration.entry, calibration.reader] = True
    return closed


def _turns(calibration: Calibration, k: int, budget: int, room: Ints) -> Ints:
    """List entries by the worth of one more reading, each as often as it is worth it."""
    best = np.sort(calibration.adjusted)[::-1]
    line = (best[k - 1] + best[k]) / 2.0
    se = np.maximum(calibration.se, 1e-300)
    near = np.exp(-0.5 * ((calibration.adjusted - line) / se) ** 2)
    noise = max(calibration.sd_residual, 1e-300)
    rounds = np.arange(int(room.max(initial=0)))
    worth = near[:, None] / np.sqrt(1.0 / se[:, None] ** 2 + rounds / noise**2)
    worth[rounds >= room[:, None]] = -1.0
    order = np.argsort(-worth, axis=None, kind="stable")
    chosen = order[worth.ravel()[order] >= 0]
    entries: Ints = chosen // max(rounds.size, 1)
    return entries

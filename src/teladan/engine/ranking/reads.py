"""Where one more reading changes most."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.inputs import count
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
    readings in this batch come first, then those with the fewest in all; equal
    worth and equal load go by position. The rule follows the allocation of
    simulation runs near the boundary of the best subset [1]_. Entries of
    different components stand on one scale here as if they were compared.

    References
    ----------
    .. [1] Chen, C.-H., He, D., Fu, M. and Lee, L. H. (2008). Efficient
       simulation budget allocation for selecting an optimal subset. *INFORMS
       Journal on Computing* 20, 579-595.

    Examples
    --------
    Entries 2 and 3 stand on either side of the line after the third place.

    >>> from numpy.random import default_rng
    >>> from teladan.engine.ranking import calibrate
    >>> c = calibrate(
    ...     [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
    ...     [0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 0],
    ...     [60, 62, 70, 69, 79, 81, 80, 82, 91, 90, 98, 99],
    ...     rng=default_rng(1),
    ... )
    >>> next_reads(c, k=3, budget=2)
    array([[2, 1],
           [3, 2]])
    """
    entries, readers = calibration.raw.size, calibration.severity.size
    k, budget = count("k", k, least=0), count("budget", budget, least=0)
    most = count("most", most, least=0)
    if not 1 <= k < entries:
        raise ValueError(f"k is {k}, must be 1 to {entries - 1}")
    open_to = _Open(calibration, busy, (entries, readers))
    done = np.bincount(calibration.entry, minlength=entries)
    turns = _turns(calibration, k, budget, np.maximum(most - done, 0))
    # Fewest new readings first, then fewest in all: one number that puts both in order.
    load = np.bincount(calibration.reader, minlength=readers).astype(np.int64)
    turn = int(load.max()) + budget + 1
    pairs: list[tuple[int, int]] = []
    for p in turns.tolist():
        if len(pairs) == budget:
            break
        free = open_to.readers(p)
        if free.any():
            r = int(np.where(free, load, np.iinfo(np.int64).max).argmin())
            pairs.append((p, r))
            open_to.close(p, r)
            load[r] += 1 + turn
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


class _Open:
    """Who may still read which entry, without a table of all pairs."""

    def __init__(
        self, calibration: Calibration, busy: ArrayLike | None, shape: tuple[int, int]
    ) -> None:
        self.busy = np.zeros(shape[1], dtype=np.bool_) if busy is None else np.asarray(busy)
        if self.busy.dtype != np.bool_ or self.busy.shape not in (shape, shape[1:]):
            raise ValueError(
                f"busy must be bool {shape[1:]} or {shape}, got {self.busy.dtype} {self.busy.shape}"
            )
        order = np.argsort(calibration.entry, kind="stable")
        self.reader = calibration.reader[order]
        self.first = np.concatenate([[0], np.cumsum(np.bincount(calibration.entry))])
        self.new: dict[int, list[int]] = {}

    def readers(self, p: int) -> NDArray[np.bool_]:
        """Return who may read entry p, shape (E,)."""
        free: NDArray[np.bool_] = ~(self.busy[p] if self.busy.ndim == 2 else self.busy)
        free[self.reader[self.first[p] : self.first[p + 1]]] = False
        free[self.new.get(p, [])] = False
        return free

    def close(self, p: int, r: int) -> None:
        """Give entry p to reader r."""
        self.new.setdefault(p, []).append(r)


def _turns(calibration: Calibration, k: int, budget: int, room: Ints) -> Ints:
    """List entries by the worth of one more reading, each as often as it is worth it."""
    best = np.sort(calibration.adjusted)[::-1]
    line = (best[k - 1] + best[k]) / 2.0
    # Without any doubt left all entries are worth a reading alike: nothing is divided by zero.
    least = 1e-9 * max(1.0, float(np.abs(best).max()))
    se = np.maximum(calibration.se, least)
    near = np.exp(-0.5 * ((calibration.adjusted - line) / se) ** 2)
    noise = max(calibration.sd_residual, least)
    rounds = np.arange(int(room.max(initial=0)))
    worth = near[:, None] / np.sqrt(1.0 / se[:, None] ** 2 + rounds / noise**2)
    worth[rounds >= room[:, None]] = -1.0
    order = np.argsort(-worth, axis=None, kind="stable")
    chosen = order[worth.ravel()[order] >= 0]
    entries: Ints = chosen // max(rounds.size, 1)
    return entries

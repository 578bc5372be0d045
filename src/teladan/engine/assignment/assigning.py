"""Seating readers: the front door."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from teladan.engine.assignment.greatest import greatest
from teladan.engine.assignment.lottery import BITS
from teladan.engine.assignment.objectives import Work
from teladan.engine.assignment.request import Factors, Request
from teladan.engine.assignment.result import Assignment, assembled
from teladan.engine.cluster import Cluster
from teladan.engine.errors import Infeasible
from teladan.engine.inputs import number

__all__ = ["assign"]

OBJECTIVES = "fair", "total", "leximin", "perturbed"


def assign(
    affinity: ArrayLike | Factors,
    *,
    demand: ArrayLike,
    max_load: ArrayLike,
    min_load: ArrayLike = 0,
    conflicts: ArrayLike | None = None,
    objective: Literal["fair", "total", "leximin", "perturbed"] = "fair",
    cap: float = 1.0,
    quality: float = 0.95,
    keep: ArrayLike | None = None,
    rng: np.random.Generator,
    cluster: Cluster | None = None,
    progress: Callable[[float], None] | None = None,
) -> Assignment:
    r"""Decide who reads what.

    Parameters
    ----------
    affinity : array_like, shape (P, E), or Factors
        How well each reader suits each entry; finite, any scale.
    demand : int or array_like of int, shape (P,)
        Readings of each entry, by different readers.
    max_load, min_load : int or array_like of int, shape (E,)
        Most and least entries of each reader, kept pairs included.
    conflicts : array_like, optional
        Pairs that must not be: bool (P, E), or (entry, reader) rows.
    objective : {"fair", "total", "leximin", "perturbed"}, default "fair"
        "total": the greatest sum of affinities. "fair": the highest floor (the
        total of the entry served worst), then the greatest sum found at it.
        "leximin": fair, then the next-lowest entries raised in their turn.
        "perturbed": drawn at random, as evenly as `quality` and `cap` allow.
    cap : float, default 1.0
        Highest probability of any pair. Below 1 the assignment is drawn, so
        that nobody can count on a certain reader.
    quality : float, default 0.95
        For "perturbed": share of the greatest total that the expected total keeps.
    keep : array_like, optional
        Pairs to hold, in the forms of `conflicts`: for repairing.
    rng : numpy.random.Generator
        The dice; used only if the assignment is drawn.
    cluster : Cluster, optional
        Where passes over all affinities are done, entries in parts; the answer
        is the same everywhere. Default is this process.
    progress : callable, optional
        Called with the share done; an exception it raises ends the work.

    Returns
    -------
    Assignment
        With bounds that `teladan.engine.checking.check` can verify.

    Raises
    ------
    Infeasible
        If loads, conflicts or cap leave an entry or reader unserved; `witness`
        names them. If no probabilities under the cap have the quality asked.
    ValueError
        If an argument is malformed, or `keep` contradicts a limit.
    NotConverged
        If probabilities of a quality next to the greatest possible aren't found.

    Notes
    -----
    The greatest total is a transport flow, whose solution is whole by itself.
    Reader prices :math:`y` bound every assignment by
    :math:`\sum_p \mathrm{top}_{d_p}(a_p - y) + \sum_e \max(h_e y_e, l_e y_e)`
    with loads between :math:`l` and :math:`h` [1]_. The highest floor is hard
    to find in general [2]_: entries below it get the weight they need at going
    prices, then weights follow the totals until nothing improves, and
    `floor_bound` says what is impossible: by the entry that would be worst
    alone, or by a weighted mean of totals whose weights a linear programme
    finds. Small cases are searched exhaustively. Up to about 1.5 million pairs
    the total is exact to 2**-30 of the largest affinity. Beyond, flows are
    solved on the pairs nearest at their own prices, and `gap` says what may be
    lacking.

    "perturbed" maximises the entropy :math:`-\sum x \ln x` of the probabilities
    :math:`x` (perturbed maximisation, [3]_): a concave problem, solved through
    its prices and proven by them (`entropy_bound`).

    A single flow can't be interrupted and holds the interpreter: some 0.2 s for
    10,000 entries, 3 s for 100,000. Nor can the linear programme.

    References
    ----------
    .. [1] Charlin, L. and Zemel, R. (2013). The Toronto paper matching system.
    .. [2] Garg, N. et al. (2010). Assigning papers to referees. *Algorithmica*
       58, 119-136.
    .. [3] Xu, Y. et al. (2023). A one-size-fits-all approach to improving
       randomness in paper assignment. *NeurIPS* 36.

    Examples
    --------
    >>> from numpy.random import default_rng
    >>> a = assign([[9, 8], [7, 1]], demand=1, max_load=1, rng=default_rng(1))
    >>> a.pairs.tolist(), a.floor, a.total_bound
    ([[0, 1], [1, 0]], 7.0, 15.0)
    """
    if objective not in OBJECTIVES:
        raise ValueError(f"objective is {objective!r}, must be one of {', '.join(OBJECTIVES)}")
    if not 0 < number("cap", cap) <= 1:
        raise ValueError(f"cap is {cap}, must be above 0 and at most 1")
    if not 0 < number("quality", quality) <= 1:
        raise ValueError(f"quality is {quality}, must be above 0 and at most 1")
    request = Request(
        affinity,
        demand=demand,
        max_load=max_load,
        min_load=min_load,
        conflicts=conflicts,
        keep=keep,
    )
    report = progress or (lambda share: None)
    _refuse_the_obvious(request, cap)
    report(0.0)
    start = greatest(request, cap=cap, cluster=cluster, progress=lambda share: report(0.4 * share))
    work = Work(request, start, cap, cluster, lambda share: report(0.4 + 0.55 * share))
    if objective == "perturbed":
        solved = work.perturbed(quality)
    elif objective == "total":
        solved = work.total()
    else:
        solved = work.fair(leximin=objective == "leximin")
    answer = assembled(request, start.prices, start.bound, solved, rng)
    report(1.0)
    return answer


def _refuse_the_obvious(request: Request, cap: float) -> None:
    """Name entries that too few readers are open to, before any flow is tried."""
    free = request.open_counts()
    lack = request.demand - np.floor(cap * 2**BITS) / 2**BITS * free
    short = np.flatnonzero(lack > 0)
    if short.size:
        first = int(short[0])
        limit = f" with a probability of {cap} at most" if cap < 1 else ""
        raise Infeasible(
            f"{short.size} entries have too few readers free of conflict; entry {first} "
            f"needs {request.demand[first]}, has {free[first]}{limit}",
            {
                "entries": tuple(short.tolist()),
                "missing": int(np.ceil(lack[short]).sum()),
            },
        )

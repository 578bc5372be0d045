"""Seating readers: the front door."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.assignment.fairness import Proof, ceiling, fairest, floor_of
from teladan.engine.assignment.flow import Network, obstacle
from teladan.engine.assignment.lottery import BITS, draw
from teladan.engine.assignment.prices import bound, everything, nearest, price, prices_of
from teladan.engine.assignment.request import Factors, Request
from teladan.engine.assignment.result import Assignment
from teladan.engine.assignment.search import LARGEST, fairest_of_all
from teladan.engine.errors import Infeasible

__all__ = ["assign"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Pairs that one flow takes as they are; more are pruned by prices first.
MOST_PAIRS = 1_500_000
# Pairs on which many flows are solved in a row.
MOST_REPEATED = 150_000
BREADTH = 24
# A pruned answer within this of its bound is good enough.
CLOSE = 1e-3


def assign(
    affinity: ArrayLike | Factors,
    *,
    demand: ArrayLike,
    max_load: ArrayLike,
    min_load: ArrayLike = 0,
    conflicts: ArrayLike | None = None,
    objective: Literal["fair", "total"] = "fair",
    cap: float = 1.0,
    keep: ArrayLike | None = None,
    rng: np.random.Generator,
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
    objective : {"fair", "total"}, default "fair"
        "total": the greatest sum of affinities. "fair": the highest floor (the
        total of the entry served worst), then the greatest sum found at it.
    cap : float, default 1.0
        Highest probability of any pair. Below 1 the assignment is drawn, so
        that nobody can count on a certain reader.
    keep : array_like, optional
        Pairs to hold, in the forms of `conflicts`: for repairing.
    rng : numpy.random.Generator
        The dice; used only if ``cap < 1``.
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
        names them.
    ValueError
        If an argument is malformed, or `keep` contradicts a limit.

    Notes
    -----
    The greatest total is a transport flow, whose solution is whole by itself.
    Reader prices :math:`y` bound every assignment by
    :math:`\sum_p \mathrm{top}_{d_p}(a_p - y) + \sum_e \max(h_e y_e, l_e y_e)`
    with loads between :math:`l` and :math:`h` [1]_. The highest floor is hard
    to find in general [2]_: entries below it get more weight until nothing
    improves, and `floor_bound` says what is impossible. Small cases are
    searched exhaustively. Up to about 1.5 million pairs the total is exact to
    2**-30 of the largest affinity; beyond, `gap` says what may be lacking.

    References
    ----------
    .. [1] Charlin, L. and Zemel, R. (2013). The Toronto paper matching system.
    .. [2] Garg, N. et al. (2010). Assigning papers to referees. *Algorithmica*
       58, 119-136.

    Examples
    --------
    >>> from numpy.random import default_rng
    >>> a = assign([[9, 8], [7, 1]], demand=1, max_load=1, rng=default_rng(1))
    >>> a.pairs.tolist(), a.floor, a.total_bound
    ([[0, 1], [1, 0]], 7.0, 15.0)
    """
    if objective not in ("fair", "total"):
        raise ValueError(f"objective is {objective!r}, must be 'fair' or 'total'")
    if not 0 < cap <= 1:
        raise ValueError(f"cap is {cap}, must be above 0 and at most 1")
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
    network, flow, prices, total_bound = _greatest(request)
    report(0.3)
    proof, exact, chance = ceiling(request), False, None
    if cap < 1:
        network, flow = _capped(network, flow, cap)
    if objective == "fair":
        network, flow, proof, exact = _fair(
            network, flow, prices, lambda share: report(0.3 + 0.6 * share)
        )
    if cap < 1:
        chance = _probabilities(network, flow)
        flow = draw(network.entry, network.reader, flow, rng).astype(np.int64)
    report(1.0)
    return _result(request, network, flow, prices, total_bound, proof, exact, chance)


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


def _greatest(request: Request) -> tuple[Network, Ints, Floats, float]:
    """Return network, flow of greatest total, prices and the bound they prove."""
    if request.P * request.E <= MOST_PAIRS:
        network = Network(request, *everything(request))
        flow = network.solve()
        if flow is None:
            raise obstacle(network)
        prices = prices_of(request, network.entry[flow > 0], network.reader[flow > 0])
        return network, flow, prices, bound(request, prices)
    prices = price(request)
    highest = bound(request, prices)
    breadth = BREADTH
    while True:
        network = Network(request, *nearest(request, prices, breadth))
        flow = network.solve()
        if flow is not None:
            total = float(network.totals(flow).sum())
            if highest - total <= CLOSE * abs(highest) or breadth >= request.E:
                return network, flow, prices, highest
        elif breadth >= request.E:
            raise obstacle(network)
        if breadth >= 8 * BREADTH and flow is not None:
            return network, flow, prices, highest
        breadth = min(2 * breadth, request.E)


def _capped(network: Network, flow: Ints, cap: float) -> tuple[Network, Ints]:
    """Return the network of probabilities and its flow of greatest expected total."""
    unit = 2**BITS
    finer = replace(network, unit=unit, capacity=int(cap * unit))
    if finer.capacity == 0:
        raise ValueError(f"cap is {cap}, must be at least {1 / unit}")
    found = finer.solve()
    if found is None:
        raise obstacle(finer)
    return finer, found


def _fair(
    network: Network, flow: Ints, prices: Floats, progress: Callable[[float], None]
) -> tuple[Network, Ints, Proof, bool]:
    """Return the fairest flow found, on a network pruned to what is worth trying."""
    request = network.request
    if network.entry.size <= LARGEST and network.unit == 1:
        found = fairest_of_all(network)
        if found is not None:
            value = floor_of(request, network.totals(found))
            start = ceiling(request)
            return network, found, Proof(value, start.weights, start.prices), True
    if network.entry.size > MOST_REPEATED:
        network, flow = _narrowed(network, flow, prices)
    best = fairest(network, flow, progress=progress)
    return network, best.flow, best.proof, False


def _narrowed(network: Network, flow: Ints, prices: Floats) -> tuple[Network, Ints]:
    request = network.request
    entry, reader, _ = nearest(request, prices, BREADTH)
    near = np.unique(np.concatenate([entry * request.E + reader, _keys(network)[flow > 0]]))
    place = np.searchsorted(_keys(network), near)
    smaller = replace(
        network,
        entry=network.entry[place],
        reader=network.reader[place],
        value=network.value[place],
    )
    return smaller, flow[place]


def _keys(network: Network) -> Ints:
    keys: Ints = network.entry * network.request.E + network.reader
    return keys


def _probabilities(network: Network, flow: Ints) -> Any:
    from scipy import sparse

    request = network.request
    entry = np.concatenate([network.entry, request.kept[:, 0]])
    reader = np.concatenate([network.reader, request.kept[:, 1]])
    chance = np.concatenate([flow / network.unit, np.ones(request.kept.shape[0])])
    some = chance > 0
    return sparse.csr_array(
        (chance[some], (entry[some], reader[some])), shape=(request.P, request.E)
    )


def _result(
    request: Request,
    network: Network,
    flow: Ints,
    prices: Floats,
    total_bound: float,
    proof: Proof,
    exact: bool,
    chance: Any,
) -> Assignment:
    taken = flow > 0
    chosen = np.column_stack([network.entry[taken], network.reader[taken]])
    pairs = np.concatenate([chosen, request.kept])
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    gained = np.bincount(network.entry[taken], network.value[taken], request.P)
    totals = request.kept_totals + gained
    total, floor = float(totals.sum()), floor_of(request, totals)
    total_bound = max(total_bound, total)
    return Assignment(
        pairs=pairs,
        totals=totals,
        loads=np.bincount(pairs[:, 1], minlength=request.E).astype(np.int64),
        total=total,
        total_bound=total_bound,
        floor=floor,
        floor_bound=max(proof.value, floor),
        gap=(total_bound - total) / abs(total_bound) if total_bound != total else 0.0,
        probabilities=chance,
        prices=prices,
        floor_weights=proof.weights,
        floor_prices=proof.prices,
        floor_exact=exact,
    )

"""The fairest assignment by exhaustive search, where that is small."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.engine.assignment.fairness import floor_of
from teladan.engine.assignment.flow import Network

__all__ = ["LARGEST", "fairest_of_all"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Open pairs for which branch and bound is tried, and the branches it may take.
LARGEST = 400
BRANCHES = 2000


def fairest_of_all(network: Network) -> Ints | None:
    """Return a flow whose floor is the best there is and whose total is the best at it.

    Two integer programmes: the highest floor, then the greatest total at that
    floor. None if the search has to be cut short.
    """
    from scipy import sparse

    request, pairs = network.request, network.entry.size
    size = float(np.abs(network.value).max(initial=0.0)) or 1.0
    value = network.value / size
    ones, at = np.ones(pairs), np.arange(pairs)
    of_entry: Any = sparse.csr_array((ones, (network.entry, at)), shape=(request.P, pairs))
    of_reader: Any = sparse.csr_array((ones, (network.reader, at)), shape=(request.E, pairs))
    asked = np.flatnonzero(request.asked > 0)
    gains: Any = sparse.csr_array((value, (network.entry, at)), shape=(request.P, pairs))[asked]
    rows: Any = sparse.vstack([of_entry, of_reader, gains])
    lower = np.concatenate([request.demand, request.low]).astype(float)
    upper = np.concatenate([request.demand, request.high]).astype(float)
    kept = request.kept_totals[asked] / size

    column = np.concatenate([np.zeros(request.P + request.E), -np.ones(asked.size)])
    with_floor = sparse.hstack([rows, sparse.csr_array(column[:, None])])
    first = _solve(
        np.append(np.zeros(pairs), -1.0),
        with_floor,
        np.append(lower, -kept),
        np.append(upper, np.full(asked.size, np.inf)),
        pairs,
    )
    if first is None:
        return None
    floor = floor_of(request, network.totals(first)) / size
    second = _solve(
        -value,
        rows,
        np.append(lower, floor - kept - 1e-9),
        np.append(upper, np.full(asked.size, np.inf)),
        pairs,
    )
    if second is None or floor_of(request, network.totals(second)) / size < floor - 1e-8:
        return first
    return second


def _solve(cost: Floats, rows: Any, lower: Floats, upper: Floats, pairs: int) -> Ints | None:
    from scipy import optimize

    whole = np.arange(cost.size) < pairs
    answer = optimize.milp(
        cost,
        integrality=whole,
        bounds=optimize.Bounds(np.where(whole, 0.0, -np.inf), np.where(whole, 1.0, np.inf)),
        constraints=optimize.LinearConstraint(rows, lower, upper),
        options={"node_limit": BRANCHES, "mip_rel_gap": 0.0},
    )
    if answer.status != 0:
        return None
    taken: Ints = np.rint(answer.x[:pairs]).astype(np.int64)
    return taken

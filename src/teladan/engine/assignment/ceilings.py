"""What no floor can exceed, with the proof."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.engine.assignment.flow import Network
from teladan.engine.assignment.prices import bound, exchange_prices
from teladan.engine.assignment.request import Request
from teladan.engine.assignment.survey import Survey, survey
from teladan.engine.cluster import Cluster

__all__ = ["Proof", "ceiling", "relaxed"]

Floats = NDArray[np.float64]

# Best pairs of each entry that the first bound looks up; the search for a floor needs them.
BEST = 8
# Open pairs on which a linear programme is solved.
MOST_RELAXED = 150_000


@dataclass(frozen=True, slots=True)
class Proof:
    """No floor exceeds `value`: a weighted total and its prices say so."""

    value: float
    weights: Floats
    prices: Floats


def ceiling(
    request: Request,
    *,
    most: float = 1.0,
    cluster: Cluster | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[Proof, Survey]:
    """Bound the floor by the entry whose best readers are worst, as if it were alone.

    With `most` below 1 no pair has a greater probability, and the expected floor is bounded.
    """
    free = np.zeros(request.E)
    found = survey(request, free, breadth=BEST, most=most, cluster=cluster, progress=progress)
    possible = request.kept_totals + found.best
    weights = np.zeros(request.P)
    if request.asked.any():
        weights[int(np.where(request.asked > 0, possible, np.inf).argmin())] = 1.0
    return Proof(float(weights @ possible), weights, free), found


def _weighted(network: Network, weights: Floats, cluster: Cluster | None) -> Proof:
    """Bound the floor by a weighted total: a mean of totals is never below their floor."""
    flow = network.solve(weights)
    prices = np.zeros(network.request.E)
    if flow is not None:
        prices = exchange_prices(network, flow, weights)
    value = bound(network.request, prices, weights, cluster) / weights.sum()
    return Proof(float(value), weights, prices)


def relaxed(network: Network, wide: Network, cluster: Cluster | None) -> Proof | None:
    """Bound the floor by the linear programme in which readings can be split.

    Its dual weights say which entries stand in each other's way. They come from the
    best pairs only, but what they prove is computed from all. None if the network
    is too large, or if it doesn't hold whole readings.
    """
    from scipy import optimize, sparse

    request, pairs = network.request, network.entry.size
    asked = request.asked > 0
    if pairs > MOST_RELAXED or network.unit != 1 or not asked.any():
        return None
    size = float(np.abs(network.value).max(initial=0.0)) or 1.0
    ones, at, level = np.ones(pairs), np.arange(pairs), np.full(request.P, pairs)
    shape = (request.P, pairs + 1)
    served: Any = sparse.csr_array((ones, (network.entry, at)), shape=shape)
    loads: Any = sparse.csr_array((ones, (network.reader, at)), shape=(request.E, pairs + 1))
    lacks: Any = sparse.csr_array(
        (
            np.concatenate([-network.value / size, np.ones(request.P)]),
            (np.concatenate([network.entry, np.arange(request.P)]), np.concatenate([at, level])),
        ),
        shape=shape,
    )[np.flatnonzero(asked)]
    answer = optimize.linprog(
        np.append(np.zeros(pairs), -1.0),
        A_ub=sparse.vstack([lacks, loads, -loads]),
        b_ub=np.concatenate([request.kept_totals[asked] / size, request.high, -request.low]),
        A_eq=served,
        b_eq=request.demand,
        bounds=[(0.0, 1.0)] * pairs + [(None, None)],
        method="highs-ipm",
    )
    if answer.status != 0:
        return None
    weights = np.zeros(request.P)
    weights[asked] = np.maximum(-answer.ineqlin.marginals[: int(asked.sum())], 0.0)
    return _weighted(wide, weights, cluster) if weights.any() else None
